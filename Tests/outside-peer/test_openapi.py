"""The OpenAPI document against the running service: valid, true, and nothing left out."""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import jsonschema
import openapi_spec_validator
import pytest

from frames import OLDEST, UTC, Frame, Press, encode_frame
from peer import SITE, get, new_epoch, post_press, request, setting

HERE = pathlib.Path(__file__).resolve().parent
FORMATS = jsonschema.FormatChecker()
PROBLEM, JSON, BYTES = "application/problem+json", "application/json", "application/octet-stream"
PRESS_PATH = "/ingest/v1/{site}/{device}/press"
SCHEMATHESIS_WITHIN_S = 400


@pytest.fixture(scope="module")
def document():
    response = get("/api/v1/openapi.json", token=None)
    assert (response.status, response.type) == (200, JSON)
    return response.json


def as_json(value):
    return json.dumps(value).encode()


def resolved(document, value):
    """What a reference stands for; anything else as it is."""
    while "$ref" in value:
        target = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/")]
        value = target
    return value


def validate(document, schema, value):
    # References start at the root, so the schema is put beside the components.
    schema = {**schema, "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
    validator.validate(value)


def strict(document):
    """The document with answers that may have no member beyond the described ones."""
    document = copy.deepcopy(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return document


def dictionaries(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from dictionaries(item)


def examples(value):
    """Every example of a media type, parameter or header."""
    if "example" in value:
        yield value["example"]
    for example in value.get("examples", {}).values():
        yield example["value"]


def test_document_is_the_one_that_was_reviewed(document):
    """Every change of the interface shows in a review: UPDATE_OPENAPI=1 writes the file anew."""
    reviewed = HERE / "openapi.json"
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_OPENAPI"):
        reviewed.write_text(text)
    assert text == reviewed.read_text(), (
        "the interface is another than Tests/outside-peer/openapi.json says; if that is meant, "
        "run this test with UPDATE_OPENAPI=1 and commit the file")


def test_document_is_valid(document):
    openapi_spec_validator.validate(document)
    assert {"date", "date-time"} <= FORMATS.checkers.keys(), "the formats are not looked at"


def test_examples_are_valid(document):
    found = 0
    for value in dictionaries({key: document[key] for key in ("paths", "components")}):
        if isinstance(value.get("schema"), dict):
            for example in examples(value):
                validate(strict(document), value["schema"], example)
                found += 1
    assert found >= 30


def test_results_example_is_true(document):
    content = document["paths"]["/api/v1/results"]["get"]["responses"]["200"]["content"]
    series, = content[JSON]["example"]["series"]
    for row in series["rows"]:
        counts = row["counts"]
        assert sum(counts) == row["responses"] == 120725
        total = sum(k * count for k, count in enumerate(counts))
        assert row["index"] == pytest.approx(100 * total / ((len(counts) - 1) * sum(counts)))
        assert row["interval"]["low"] < row["index"] < row["interval"]["high"]
    head, line, end = content["text/csv"]["example"].split("\r\n")
    cells = dict(zip(head.split(","), line.split(",")))
    assert end == "" and len(cells) == len(line.split(","))
    assert [int(cells[f"count_{k}"]) for k in range(4)] == counts
    assert float(cells["index"]) == row["index"]


def check(document, path, method, response, status):
    """The answer is one that the document describes: status, type, headers, members."""
    assert response.status == status, (response.status, response.body[:300])
    operation = document["paths"][path][method]
    described = resolved(document, operation["responses"][str(status)])
    assert response.type in described["content"], response.type
    for name, header in described.get("headers", {}).items():
        header = resolved(document, header)
        assert not header.get("required") or name.lower() in response.headers, name
    if response.type in (JSON, PROBLEM):
        schema = described["content"][response.type]["schema"]
        validate(strict(document), schema, response.json)


RANGE = {"from": "2026-03-28", "to": "2026-03-31"}


@pytest.mark.parametrize("query", [
    {"node": node, "by": by, "children": children}
    for node in (SITE, "terveysasemat", "vallila-kaksi", "unassigned")
    for by, children in [("hour", "false"), ("day", "true"), ("total", "1")]
] + [{"node": "kotihoito", "question": "kaynti"}], ids=lambda query: "-".join(query.values()))
def test_results(document, query):
    post_press("dev-12", as_json({"presses": [
        {"button": k, "at": f"2026-03-29T10:00:0{2 * k}Z"} for k in range(5)]}))
    check(document, "/api/v1/results", "get", get("/api/v1/results", **RANGE, **query), 200)
    table = get("/api/v1/results", format="csv", **RANGE, **query)
    check(document, "/api/v1/results", "get", table, 200)


def test_a_device(document):
    path = "/api/v1/devices/{device}"
    for device, query, status in [
        ("dev-12", {}, 200), ("dev-12", {"format": "csv"}, 200), ("ghost", {}, 404),
        ("dev-12", {"site": SITE}, 400),
    ]:
        response = get(path.format(device=device), **query)
        check(document, path, "get", response, status)
    unregistered = "/api/v1/devices/unregistered"
    check(document, unregistered, "get", get(unregistered), 200)


@pytest.mark.parametrize("path, query, status", [
    ("/api/v1/nodes", {}, 200), ("/api/v1/nodes", {"depth": "1"}, 400),
    ("/api/v1/devices", {}, 200), ("/api/v1/devices", {"site": SITE}, 400),
    ("/api/v1/results", {"node": "kallio", **RANGE, "by": "fortnight"}, 400),
    ("/api/v1/results", {"node": "kallio", "from": "2026-03-31", "to": "2026-03-28"}, 400),
    ("/api/v1/results", {"node": "kallio", "from": "2026-03-31"}, 400),
    ("/api/v1/results", {"node": "atlantis", **RANGE}, 404),
    ("/api/v1/openapi.json", {}, 200), ("/healthz", {}, 200), ("/readyz", {}, 200),
    ("/metrics", {}, 200),
])
def test_reading(document, path, query, status):
    # A device with an epoch, one with presses without: both kinds are listed.
    post_press("dev-12", as_json({"epoch": 7, "first": 0, "presses": [{"button": 0}]}))
    response = get(path, **query)
    check(document, path, "get", response, status)
    if status == 400:
        assert response.json["parameter"] in {"by", "to", "depth", "site"}
    head = request("HEAD", path, query, headers={"Accept-Encoding": "identity"})
    assert (head.status, head.type, head.body) == (status, response.type, b"")
    if path != "/metrics":  # whose numbers grow
        assert head.headers["content-length"] == str(len(response.body))


def frame(**fields):
    at = int(time.time())
    return Frame(epoch=new_epoch(), first=0, sent_at=at, presses=[Press(at)], **fields)


@pytest.mark.parametrize("payload, status, kind", [
    (lambda: encode_frame(frame()), 200, BYTES),
    (lambda: as_json({"presses": [{"button": 3}]}), 200, JSON),
    (lambda: as_json({"epoch": new_epoch(), "first": 0, "presses": [{"button": 3}]}), 200, JSON),
    (lambda: encode_frame(frame(), flags=UTC | OLDEST | 4), 400, PROBLEM),
    (lambda: as_json({"presses": []}), 400, PROBLEM),
    (lambda: as_json({"epoch": 7, "presses": [{"button": 3}]}), 400, PROBLEM),
    (lambda: b"", 400, PROBLEM),
    (lambda: b"{" + b" " * 131_072, 413, PROBLEM),
    (lambda: as_json({"epoch": new_epoch(), "first": 9, "oldest": False,
                      "presses": [{"button": 3}]}), 409, JSON),
    (lambda: encode_frame(Frame(new_epoch(), 9, 0, [Press(0)], oldest=False)), 409, BYTES),
], ids=["frame", "unsequenced", "sequenced", "flags", "none", "half", "empty", "large", "rewind",
        "rewind-frame"])
def test_posting(document, payload, status, kind):
    response = post_press("dev-12", payload())
    check(document, PRESS_PATH, "post", response, status)
    assert response.type == kind


def test_posting_to_nobody(document):
    payload = as_json({"presses": [{"button": 3}]})
    for device, site in [("ghost", SITE), ("dev-12", "espoo"), ("DEV-12", SITE), ("%FF", SITE)]:
        response = post_press(device, payload, site=site)
        check(document, PRESS_PATH, "post", response, 404)


@pytest.fixture(scope="module")
def add_token(service):
    """Makes tokens beside the service's database."""
    assert service, "tokens are made beside the database, which only the rig knows"

    def add(*options):
        done = subprocess.run(
            [service.service.arguments[0], "token", "add", "--database", service.database,
             *options], capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()

    return add


def test_tokens(document, add_token):
    reader, device = add_token(), add_token("--device", "dev-12")
    payload = as_json({"presses": [{"button": 3}]})
    for name, token, status in [
        ("dev-12", None, 401), ("dev-12", "x" * 40, 401), ("dev-12", reader, 403),
        ("dev-11", device, 403), ("dev-12", device, 200),
    ]:
        check(document, PRESS_PATH, "post", post_press(name, payload, token=token), status)
    for path, query in [
        ("/api/v1/nodes", {}), ("/api/v1/devices", {}),
        ("/api/v1/results", {"node": "kallio", **RANGE}),
    ]:
        for token, status in [(None, 401), ("x" * 40, 401), (device, 403), (reader, 200)]:
            check(document, path, "get", get(path, token, **query), status)


@pytest.mark.parametrize("method", [
    "PUT", "PATCH", "DELETE", "OPTIONS", "POST", "GET", "TRACE", "QUERY", "LINK", "PROPFIND"])
def test_other_methods(document, method):
    for path, operations in document["paths"].items():
        if method.lower() in operations:
            continue
        response = request(method, path.format(
            site=SITE, device="dev-12", node="kallio", year=2026, file="days.csv", annotation=1,
            session="0" * 12, **{"import": 1}))
        response.problem(405)
        allowed = set(response.headers["allow"].split(", "))
        described = {name.upper() for name in operations}
        assert allowed == described | ({"HEAD"} if "GET" in described else set())


def test_broken_bodies(document):
    """A body that breaks off in its encoding is the sender's fault, not the service's."""
    response = request(
        "POST", PRESS_PATH.format(site=SITE, device="dev-12"), body=b"zz\r\n",
        headers={"Transfer-Encoding": "chunked"})
    check(document, PRESS_PATH, "post", response, 400)


def test_schemathesis(document, tmp_path):
    """Generated requests, seeded: no server error, nothing that the document does not say."""
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--no-color",
         "--config-file", HERE / "schemathesis.toml", "run",
         setting("PIKAPALAUTE_TEST_HTTP") + "/api/v1/openapi.json"],
        cwd=tmp_path, env={**os.environ, "COLUMNS": "100"}, capture_output=True, text=True,
        timeout=SCHEMATHESIS_WITHIN_S)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Tested: +(\d+)", done.stdout)
    operations = sum(len(path) for path in document["paths"].values())
    # Every operation but the one that gives the document.
    assert tested and int(tested[1]) == operations - 1 >= 11, done.stdout

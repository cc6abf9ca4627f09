"""A device that has nothing but a code: it claims its credential and lives by it."""

import json

import pytest

from peer import SITE, get, post_press, request
from test_access import pikapalaute  # noqa: F401

PRESS = json.dumps({"presses": [{"button": 1}]}).encode()


def claim(code):
    return request("POST", "/enrol/v1/claim", body=json.dumps({"code": code}).encode(), token=None)


def configuration(device, token, tag=None, site=SITE):
    headers = {"If-None-Match": tag} if tag else {}
    return request("GET", f"/ingest/v1/{site}/{device}/config", headers=headers, token=token)


def test_a_code_brings_a_token_once_and_the_token_opens_what_is_the_devices(pikapalaute):  # noqa: F811
    code = pikapalaute("claim", "make", "dev-07")
    answer = claim(f" {code.lower().replace('-', '')} ")
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.json | {"token": ""} == {
        "site": SITE, "device": "dev-07", "token": "", "touchpoint": "kotihoito-etela",
        "time_zone": "Europe/Helsinki"}
    token = answer.json["token"]
    used = claim(code).problem(404)
    assert used == claim("0000-0000-0000").problem(404) == claim("").problem(404)

    assert post_press("dev-07", PRESS, token=token).status == 200
    assert post_press("dev-08", PRESS, token=token).status == 403
    assert get("/api/v1/nodes", token).status == 403
    shown = configuration("dev-07", token)
    assert shown.json["time_zone"] == "Europe/Helsinki" and shown.json["revision"] >= 1
    assert shown.json["slots"] == [
        {"slot": 0, "question": "kaynti", "buttons": 3, "text": {"fi": "Miten käynti sujui?"}}]
    same = configuration("dev-07", token, shown.headers["etag"])
    assert (same.status, same.body) == (304, b"")
    assert configuration("dev-08", token).status == 403
    assert configuration("dev-07", None).status == 401
    assert configuration("ghost", True).status == 404
    assert configuration("dev-07", True, site="espoo").status == 404


def test_a_new_code_renews_and_the_token_before_opens_nothing(pikapalaute):  # noqa: F811
    first = claim(pikapalaute("claim", "make", "dev-07")).json["token"]
    code = pikapalaute("claim", "make", "dev-07")
    assert post_press("dev-07", PRESS, token=first).status == 200, "it holds until then"
    second = claim(code).json["token"]
    assert post_press("dev-07", PRESS, token=first).status == 401
    assert post_press("dev-07", PRESS, token=second).status == 200


def test_codes_are_listed_withdrawn_and_made_for_several_devices(pikapalaute):  # noqa: F811
    lines = pikapalaute("claim", "make", "dev-08", "dev-09", "--expires-in", "1h").splitlines()
    codes = dict(line.split("\t") for line in lines)
    assert list(codes) == ["dev-08", "dev-09"]
    listed = pikapalaute("claim", "list")
    assert listed.count("\n") >= 2 and not any(code in listed for code in codes.values())
    pikapalaute("claim", "withdraw", "dev-08")
    assert "no code waits" in pikapalaute("claim", "withdraw", "dev-08", status=1)
    assert claim(codes["dev-08"]).status == 404
    assert claim(codes["dev-09"]).json["device"] == "dev-09"
    audit = pikapalaute("audit")
    assert "claim code used" in audit and "from this machine" in audit
    assert not any(code in audit for code in codes.values())


@pytest.mark.parametrize("options, word", [
    (["dev-99"], "did you mean"), (["dev-07", "--expires-in", "7"], "--expires-in"),
    (["dev-07", "--expires-in", "366d"], "--expires-in"), (["dev-07", "--expires-in", "0d"], "0d"),
])
def test_wrong_options_make_no_code(pikapalaute, options, word):  # noqa: F811
    before = pikapalaute("claim", "list")
    assert word in pikapalaute("claim", "make", *options, status=1)
    assert pikapalaute("claim", "list") == before


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"code":7}', b"\xff"])
def test_what_is_no_code_at_all_is_400(body):
    assert request("POST", "/enrol/v1/claim", body=body, token=None).status == 400

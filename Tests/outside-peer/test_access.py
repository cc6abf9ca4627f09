"""Every route with every kind of token: denied unless the table here says otherwise.

The table is written by hand and knows nothing of the service's own (`pikapalaute routes`): a route
that is new is expected to be closed until it has a line here.
"""

import csv
import io
import json
import subprocess
import time

import pytest

from peer import SITE, get, post_press, request

ROLES = ["reader", "analyst", "manager", "administrator"]
RANGE = {"from": "2026-03-28", "to": "2026-03-31"}
NODE = "kallio"  # what bound tokens are bound to

# (method, path): the least role, "anyone" or "device".
EXPECTED = {
    ("POST", "/ingest/v1/{site}/{device}/press"): "device",
    ("GET", "/ingest/v1/{site}/{device}/config"): "device",
    ("POST", "/enrol/v1/claim"): "anyone",
    ("GET", "/api/v1/nodes"): "reader",
    ("GET", "/api/v1/results"): "reader",
    ("GET", "/api/v1/comparison"): "reader",
    ("GET", "/api/v1/control-chart"): "reader",
    ("GET", "/api/v1/ranking"): "reader",
    ("GET", "/api/v1/revisions"): "reader",
    ("GET", "/api/v1/hour-of-week"): "reader",
    ("GET", "/api/v1/devices"): "reader",
    ("GET", "/api/v1/devices/{device}"): "reader",
    ("GET", "/api/v1/devices/unregistered"): "administrator",
    ("GET", "/api/v1/firmware"): "administrator",
    ("GET", "/api/v1/annotations"): "reader",
    ("POST", "/api/v1/annotations"): "manager",
    ("DELETE", "/api/v1/annotations/{annotation}"): "manager",
    ("GET", "/api/v1/publications"): "manager",
    ("GET", "/api/v1/sessions"): "reader",
    ("DELETE", "/api/v1/sessions"): "reader",
    ("DELETE", "/api/v1/sessions/{session}"): "reader",
    ("GET", "/public/v1/nodes"): "anyone",
    ("GET", "/public/v1/results"): "anyone",
    ("GET", "/public/v1/catalog.jsonld"): "anyone",
    ("GET", "/api/v1/exports/{node}/{year}/{file}"): "reader",
    ("GET", "/api/v1/presses"): "analyst",
    ("GET", "/api/v1/registry"): "administrator",
    ("PUT", "/api/v1/registry"): "administrator",
    ("POST", "/api/v1/devices/{device}/changes"): "administrator",
    ("GET", "/api/v1/imports"): "administrator",
    ("GET", "/api/v1/imports/latest"): "administrator",
    ("POST", "/api/v1/imports"): "administrator",
    ("DELETE", "/api/v1/imports/{import}"): "administrator",
    ("POST", "/api/v1/phones/{node}"): "manager",
    ("GET", "/api/v1/openapi.json"): "anyone",
    ("GET", "/healthz"): "anyone",
    ("GET", "/readyz"): "anyone",
    ("GET", "/metrics"): "anyone",
}
# What people look at: no part of the document. Strangers are led to where they sign in.
PAGES = {
    ("GET", "/"): "anyone",
    ("GET", "/places/{node}"): "anyone",
    ("GET", "/embed/{node}"): "anyone",
    ("GET", "/embed/{node}/chart.svg"): "anyone",
    ("GET", "/board/{node}"): "anyone",
    ("GET", "/board/{node}/events"): "anyone",
    ("GET", "/board/{node}/edit"): "manager",
    ("POST", "/board/{node}/edit"): "manager",
    ("GET", "/assets/board.js"): "anyone",
    ("GET", "/dashboard"): "reader",
    ("GET", "/dashboard/{node}"): "reader",
    ("POST", "/dashboard/{node}/annotations"): "manager",
    ("POST", "/dashboard/{node}/annotations/{annotation}/withdraw"): "manager",
    ("GET", "/dashboard/{node}/times"): "reader",
    ("GET", "/devices"): "reader",
    ("GET", "/devices/{device}"): "reader",
    ("GET", "/phones/{node}"): "manager",
    ("POST", "/phones/{node}"): "manager",
    ("POST", "/phones/{node}/renew"): "manager",
    ("POST", "/phones/{node}/withdraw"): "manager",
    ("GET", "/sign-in"): "anyone",
    ("POST", "/sign-in"): "anyone",
    ("GET", "/sign-in/oidc"): "anyone",
    ("GET", "/sign-in/oidc/callback"): "anyone",
    ("POST", "/sign-out"): "anyone",
    ("GET", "/sessions"): "reader",
    ("POST", "/sessions"): "reader",
    ("GET", "/assets/style.css"): "anyone",
    ("GET", "/assets/icon.svg"): "anyone",
    ("GET", "/visit"): "anyone",
    ("GET", "/visit/{file}"): "anyone",
}
# Good parameters of routes that ask about a node; the others take none.
STATISTICS = {f"/api/v1/{name}": RANGE
              for name in ("comparison", "control-chart", "ranking", "hour-of-week")}
STATISTICS["/api/v1/control-chart"] = RANGE | {"by": "week"}
QUERIES = {"/api/v1/results": RANGE, "/api/v1/presses": RANGE, "/api/v1/annotations": RANGE,
           **STATISTICS}
SITEWIDE = {"/api/v1/revisions": RANGE}
NOTE = {"node": NODE, "date": "2026-03-29", "text": "Pääte siirrettiin."}
BODIES = {"/ingest/v1/{site}/{device}/press": {"presses": [{"button": 3}]},
          "/api/v1/annotations": NOTE, "/api/v1/devices/{device}/changes": {"change": "retire"},
          "/api/v1/phones/{node}": {"count": 1}}
# What is answered where it is not 200.
GOOD = {("POST", "/api/v1/annotations"): 201, ("DELETE", "/api/v1/annotations/{annotation}"): 204,
        ("POST", "/api/v1/phones/{node}"): 422,  # no place of visits
        # Both are refused where they are looked at, after the answer.
        ("POST", "/api/v1/imports"): 202, ("DELETE", "/api/v1/imports/{import}"): 202,
        ("DELETE", "/api/v1/sessions/{session}"): 404}
WALKED = {**QUERIES, "/api/v1/publications": RANGE, "/public/v1/results": RANGE}


@pytest.fixture(scope="module")
def pikapalaute(service):
    assert service, "tokens are made beside the database, which only the rig knows"

    def run(*arguments, status=0):
        command, *options = arguments
        words = [command] if command in ("audit", "routes") else [command, options.pop(0)]
        database = [] if command == "routes" else ["--database", service.database]
        done = subprocess.run(
            [service.service.arguments[0], *words, *database, *options], capture_output=True,
            text=True, timeout=60)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
        return done.stdout.strip() if status == 0 else done.stderr.strip()

    return run


def number(pikapalaute, note):
    """The number of the token with this note."""
    for line in pikapalaute("token", "list").splitlines():
        if line.endswith(f"\t{note}"):
            return line.split("\t")[0]
    raise AssertionError(f"no token noted '{note}'")


@pytest.fixture(scope="module")
def tokens(pikapalaute):
    """Token by what it is: a role, a role at a node, and those that open nothing."""
    made = {role: pikapalaute("token", "make", "--role", role) for role in ROLES}
    for role in ROLES[:-1]:
        made[f"{role} at {NODE}"] = pikapalaute(
            "token", "make", "--role", role, "--node", NODE)
    made["device"] = pikapalaute("token", "add", "--device", "dev-12")
    made["other device"] = pikapalaute("token", "add", "--device", "dev-11")
    for role in ("reader", "administrator", "device"):
        options = ["--device", "dev-12"] if role == "device" else ["--role", role]
        for end in ("expired", "withdrawn"):
            note = f"{end} {role}"
            made[note] = pikapalaute("token", "make", *options, "--note", note)
            change = "expire" if end == "expired" else "withdraw"
            pikapalaute("token", change, number(pikapalaute, note))
    return made | {"none": None, "unknown": "x" * 40}


def annotate(token, status=201, **more):
    """The number of a new annotation; of a refused one what is wrong."""
    response = request(
        "POST", "/api/v1/annotations", token=token, body=json.dumps(NOTE | more).encode())
    return response.json["id"] if status == response.status == 201 else response.problem(status)


BEARERS = (
    ROLES + [f"{role} at {NODE}" for role in ROLES[:-1]] + ["device", "other device"]
    + [f"{end} {role}" for role in ("reader", "administrator", "device")
       for end in ("expired", "withdrawn")] + ["none", "unknown"])


def expected(need, bearer):
    """The status by the rules of the project's README, and nothing else allowed."""
    role, _, node = bearer.partition(" at ")
    if need == "anyone":
        return 200
    if role in ("none", "unknown") or role.startswith(("expired", "withdrawn")):
        return 401
    if need == "device":
        return 200 if role in ("device", "administrator") else 403
    if role not in ROLES or need not in ROLES:
        return 403
    return 200 if ROLES.index(role) >= ROLES.index(need) else 403


def routes(pikapalaute):
    """Every route of the document, and of the service's own table."""
    document = get("/api/v1/openapi.json", token=None).json
    described = {(method.upper(), path) for path, operations in document["paths"].items()
                 for method in operations if method in ("get", "post", "put", "patch", "delete")}
    listed = {tuple(line.split("\t")[:2]) for line in pikapalaute("routes").splitlines()}
    return described, listed - PAGES.keys(), document


def test_table_document_and_service_name_the_same_routes(pikapalaute):
    described, listed, document = routes(pikapalaute)
    assert listed == described
    needs = {tuple(line.split("\t")[:2]): line.split("\t")[2]
             for line in pikapalaute("routes").splitlines()}
    assert {page: needs.pop(page, None) for page in PAGES} == PAGES
    for (method, path), need in needs.items():
        operation = document["paths"][path][method.lower()]
        is_open = operation.get("security", document["security"]) == []
        assert is_open == (need == "anyone"), (path, need)
        responses = {"401", "403"} & operation["responses"].keys()
        assert responses == (set() if is_open else {"401", "403"}), path


@pytest.mark.parametrize("bearer", BEARERS)
def test_every_route_with_every_token(pikapalaute, tokens, bearer):
    described, listed, _ = routes(pikapalaute)
    for method, path in sorted(described | listed):
        need = EXPECTED.get((method, path), "nobody")
        status = expected(need, bearer)
        address = path.format(
            site=SITE, device="dev-12" if need == "device" else "dev-01", node=NODE, year=2026,
            file="days.csv", annotation=0, session="0" * 12, **{"import": 9})
        if "{annotation}" in path:
            address = f"/api/v1/annotations/{annotate(tokens['administrator'])}"
        walked = path in WALKED and method == "GET"
        query = {"node": NODE, **WALKED[path]} if walked else SITEWIDE.get(path, {})
        body = json.dumps(BODIES.get(path)).encode() if method == "POST" else None
        if (method, path) == ("DELETE", "/api/v1/sessions"):
            query = {"who": "token 0"}
        if path == "/enrol/v1/claim":
            body = json.dumps({"code": pikapalaute("claim", "make", "dev-10")}).encode()
        if path.endswith("/changes") and method == "POST":  # changes nothing
            query = {"preview": "true"}
        if method == "PUT":  # the same
            query, body = {"preview": "true"}, get("/api/v1/registry").body
        response = request(method, address, query, token=tokens[bearer], body=body)
        if response.status == 429:  # tests of this service guessed codes before
            assert path == "/enrol/v1/claim"
            time.sleep(1 + int(response.headers["retry-after"]))
            response = request(method, address, query, token=tokens[bearer], body=body)
        status = GOOD.get((method, path), 200) if status == 200 else status
        assert response.status == status, (method, path, bearer, response.body[:200])
        if status in (401, 403):
            response.problem(status)
            assert ("www-authenticate" in response.headers) == (status == 401)
        if method == "GET":
            head = request("HEAD", address, query, token=tokens[bearer])
            assert (head.status, head.body) == (status, b""), (path, bearer)


@pytest.mark.parametrize("bearer", BEARERS)
def test_every_page_with_every_token(tokens, bearer):
    for (method, path), need in PAGES.items():
        if method != "GET" or path.startswith(("/places", "/sign-in/oidc")) or path.endswith("/events"):
            continue
        status = expected(need, bearer)
        address = path.format(node=NODE, device="dev-01", file="app.js")
        for verb in ("GET", "HEAD"):
            response = request(verb, address, token=tokens[bearer])
            assert response.status == (303 if status == 401 else status), (path, bearer)
            assert verb == "GET" or response.body == b""
            if status == 401:
                assert response.headers["location"].startswith("/sign-in?next=%2F")
            elif need != "anyone":
                assert response.headers["cache-control"] == "private, no-store"
                assert "default-src 'none'" in response.headers["content-security-policy"]
        if " at " in bearer and need != "anyone":
            assert b"vallila" not in request("GET", address, token=tokens[bearer]).body.lower()
            for other in ("vallila", SITE, "terveysasemat", "atlantis"):
                elsewhere = request("GET", f"/dashboard/{other}", token=tokens[bearer])
                assert elsewhere.status == 403, (other, bearer)


@pytest.mark.parametrize("path, kind", [
    ("/healthz", "text/plain; charset=utf-8"), ("/assets/icon.svg", "image/svg+xml; charset=utf-8"),
    ("/assets/style.css", "text/css; charset=utf-8"),
    ("/metrics", "text/plain; version=0.0.4; charset=utf-8"), ("/nowhere", "application/problem+json"),
])
def test_what_is_no_page_may_do_nothing_and_names_its_charset(path, kind):
    headers = request("GET", path).headers
    assert headers["content-type"] == kind and headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")


@pytest.mark.parametrize("role", ROLES[:-1])
def test_bound_tokens_see_their_node_and_what_is_below(tokens, role):
    token = tokens[f"{role} at {NODE}"]
    for path, query in QUERIES.items():
        if path == "/api/v1/presses" and role == "reader":
            continue
        for node in (NODE, "kallio-aula", "kallio-ovi"):
            for more in [{}] if path != "/api/v1/results" else [{"children": "true"}, {}]:
                response = get(path, token, node=node, **more, **query)
                # Nothing is ranked below a touchpoint.
                status = 400 if path.endswith("ranking") and node != NODE else 200
                assert response.status == status, (path, node, response.body[:200])
        for node in (SITE, "terveysasemat", "vallila", "vallila-aula", "kotihoito", "unassigned",
                     "atlantis"):
            text = get(path, token, node=node, **query).problem(403)
            assert f"'{node}'" in text and f"'{NODE}'" in text, text


def test_bound_tokens_are_not_shown_siblings_outside(tokens):
    query = {"path": "/api/v1/comparison", **RANGE}
    bound, free = tokens[f"reader at {NODE}"], tokens["reader"]
    for series in get(token=bound, node=NODE, **query).json["series"]:
        assert series["siblings"]["rows"] == series["siblings"]["left_out"] == []
        assert f"'{NODE}'" in series["siblings"]["reason"]
        assert series["siblings"]["comparisons"] == 0
    below = ["kallio-aula", "kallio-ovi", "kallio-labra"]
    for node, token, units in [("kallio-aula", bound, below), (NODE, free, [NODE, "vallila"])]:
        for series in get(token=token, node=node, **query).json["series"]:
            assert [unit["node"] for unit in series["siblings"]["rows"]] == units


def rows_of(text):
    """Non-empty rows of a table, by what they are of, with the numbers that both tables have."""
    numbers = ["responses", "index", "interval_low", "interval_high", "excluded", "invalid", "lost",
               "estimated", "late", "imported", *(f"count_{k}" for k in range(5)), "annulled"]
    return {(row["node"], row["question"], row["start"], row["end"]):
            [row.get(name) or "" for name in numbers]
            for row in csv.DictReader(io.StringIO(text))
            if any(row[name] != "0" for name in ("responses", "excluded", "invalid", "lost"))}


def test_a_readers_files_hold_what_results_tell_a_reader_anyway(tokens):
    """Why files need no other role than results: no number of them is missing there."""
    for day in ("2026-02-03", "2026-10-25"):
        post_press("dev-02", json.dumps({"presses": [
            {"button": k % 5, "at": f"{day}T0{k % 3}:00:0{k}Z"} for k in range(9)]}).encode())
    for role in ("reader", f"reader at {NODE}"):
        token, span = tokens[role], {"from": "2026-01-01", "to": "2027-01-01"}
        for file, by in [("hours", "hour"), ("days", "day")]:
            exported = rows_of(get(f"/api/v1/exports/{NODE}/2026/{file}.csv", token).body.decode())
            told = {}
            for touchpoint in ("kallio-aula", "kallio-ovi", "kallio-labra"):
                told |= rows_of(get("/api/v1/results", token, node=touchpoint, by=by, format="csv",
                                    details="true", **span).body.decode())
            assert exported and exported == told


def names(tree):
    return {tree["id"]} | {name for child in tree["nodes"] for name in names(child)}


def test_bound_tokens_are_shown_their_subtree_only(tokens):
    token = tokens[f"reader at {NODE}"]
    tree = get("/api/v1/nodes", token)
    root, = tree.json["nodes"]
    assert names(root) == {"kallio", "kallio-aula", "kallio-ovi", "kallio-labra"}
    for other in ("terveysasemat", "vallila", "kotihoito", "unassigned", "dev-04"):
        assert f'"{other}"' not in tree.body.decode(), other
    devices = {device["id"] for device in get("/api/v1/devices", token).json["devices"]}
    assert devices == {"dev-01", "dev-02", "dev-03"}
    everything = get("/api/v1/nodes", tokens["reader"]).json["nodes"]
    assert [node["id"] for node in everything] == ["terveysasemat", "kotihoito", "unassigned"]
    assert len(get("/api/v1/devices", tokens["reader"]).json["devices"]) >= 12


def test_a_device_elsewhere_is_not_there_for_a_bound_token(tokens):
    free, bound = tokens["reader"], tokens[f"reader at {NODE}"]
    assert get("/api/v1/devices/dev-12", free).status == 200
    for token, device in ((bound, "dev-12"), (bound, "nowhere"), (free, "nowhere")):
        assert device in get(f"/api/v1/devices/{device}", token).problem(404)
        assert request("GET", f"/devices/{device}", token=token).status == 404
    for token in (free, bound):
        seen = get("/api/v1/devices/dev-01", token).json
        assert seen["quarantine"] is None, "for administrators only"
    assert get("/api/v1/devices/dev-01", tokens["administrator"]).json["quarantine"] is not None


def test_an_administrators_token_posts_for_every_device_and_a_devices_for_its_own(tokens):
    payload = json.dumps({"presses": [{"button": 3}]}).encode()
    for bearer, device, status in [
        ("administrator", "dev-11", 200), ("other device", "dev-11", 200),
        ("device", "dev-11", 403), ("manager", "dev-11", 403), ("device", "ghost", 403),
        ("administrator", "ghost", 404), ("none", "ghost", 401),
    ]:
        assert post_press(device, payload, token=tokens[bearer]).status == status, bearer


def test_expiry_says_so_and_comes_by_itself(pikapalaute):
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    token = pikapalaute("token", "make", "--expires", soon, "--note", "soon")
    assert get("/api/v1/nodes", token).status == 200
    deadline = time.monotonic() + 10
    while (response := get("/api/v1/nodes", token)).status == 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert "expired" in response.problem(401)
    pikapalaute("token", "expire", number(pikapalaute, "soon"), "--never")
    assert get("/api/v1/nodes", token).status == 200
    pikapalaute("token", "expire", number(pikapalaute, "soon"), "--at", "2026-01-01")
    assert "expired" in get("/api/v1/nodes", token).problem(401)


def test_expiry_is_local_midnight(pikapalaute):
    pikapalaute("token", "make", "--expires", "2099-07-01", "--note", "summer")
    line, = [x for x in pikapalaute("token", "list").splitlines() if x.endswith("\tsummer")]
    assert line.split("\t")[4] == "2099-06-30T21:00:00Z"


@pytest.mark.parametrize("options, word", [
    (["--role", "owner"], "owner"), (["--role", "device"], "--device"),
    (["--role", "reader", "--device", "dev-01"], "--device"),
    (["--node", "kallio", "--device", "dev-01"], "--device"),
    (["--device", "dev-001"], "did you mean 'dev-01'?"),
    (["--role", "administrator", "--node", "kallio"], "--node"), (["--node", "atlantis"], "atlantis"),
    (["--node", "unassigned"], "unassigned"), (["--expires", "2020-01-01"], "over"),
    (["--expires", "soon"], "soon"), (["--days", "0"], "--days"),
    (["--days", "3", "--expires", "2099-01-01"], "--days"),
    (["--note", "a\n2\treader"], "--note"), (["--note", "\x1b[31m"], "--note"),
])
def test_wrong_options_are_refused_and_make_no_token(pikapalaute, options, word):
    before = pikapalaute("token", "list")
    assert word in pikapalaute("token", "make", *options, status=1)
    assert pikapalaute("token", "list") == before


def test_every_change_is_in_the_audit_log(pikapalaute):
    token = pikapalaute("token", "make", "--role", "manager", "--node", NODE, "--note", "logged")
    name = number(pikapalaute, "logged")
    pikapalaute("token", "expire", name, "--at", "2099-01-01")
    pikapalaute("token", "withdraw", name)
    pikapalaute("token", "withdraw", name, status=1)
    *lines, verdict = pikapalaute("audit").splitlines()
    cells = [line.split("\t") for line in lines]
    assert any(cell[3] == "registry applied" for cell in cells)
    assert [cell[3:] for cell in cells[-3:]] == [
        ["token made", f"token {name}: manager, node {NODE}"],
        ["token expiry set", f"token {name}: expires_ms 4070901600000"],
        ["token withdrawn", f"token {name}"]]
    assert all(cell[2].startswith("user ") for cell in cells[-3:])
    assert "chain is whole" in verdict
    assert token not in "\n".join(lines) and "logged" not in "\n".join(lines)


def test_addresses_do_not_get_around_the_table(tokens):
    """Other spellings of a path are no other path, or not there."""
    for path in ("/api/v1/nodes/", "//api/v1/nodes", "/api/v1/./nodes", "/API/v1/nodes",
                 "/api/v1/%6Eodes", "/healthz/../api/v1/nodes"):
        response = request("GET", path, token=None)
        assert response.status in (400, 401, 404), (path, response.status)
        assert b"kallio" not in response.body

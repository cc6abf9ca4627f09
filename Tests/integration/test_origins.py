"""Pages of other origins enrol and press only where a setting names them, and read nothing."""

import http.client
import json

import pytest
from posting import DEVICES, TOKEN, Service

OURS, OTHER = "https://app.example", "https://evil.example"
PRESS = f"/ingest/v1/helsinki/{DEVICES[0]}/press"
PREFLIGHT = {"Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    environment = {"PIKAPALAUTE_HTTP_ORIGINS": f"{OURS}, http://localhost:3000"}
    with Service(tmp_path_factory.mktemp("origins"), environment=environment) as service:
        yield service


def ask(service, method, path, origin, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request(method, path, body, {
        "Origin": origin, "Authorization": f"Bearer {TOKEN}", **(headers or {})})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def press(service, origin):
    return ask(service, "POST", PRESS, origin, {"Content-Type": "application/json"},
               json.dumps({"presses": [{"button": 3}]}))


def test_a_named_origin_may_ask_and_post(service):
    for origin in (OURS, "http://localhost:3000"):
        status, headers = ask(service, "OPTIONS", PRESS, origin, PREFLIGHT)
        assert status == 204 and headers["access-control-allow-origin"] == origin
        assert "POST" in headers["access-control-allow-methods"]
        assert "Authorization" in headers["access-control-allow-headers"]
        status, headers = press(service, origin)
        assert status == 200 and headers["access-control-allow-origin"] == origin
        assert "Origin" in headers["vary"] and "access-control-allow-credentials" not in headers


def test_a_named_origin_claims_a_credential(service):
    claim = "/enrol/v1/claim"
    status, headers = ask(service, "OPTIONS", claim, OURS, PREFLIGHT)
    assert status == 204 and headers["access-control-allow-origin"] == OURS
    body = json.dumps({"code": "0000-0000-0000"})
    status, headers = ask(service, "POST", claim, OURS, {"Content-Type": "application/json"}, body)
    assert status == 404 and headers["access-control-allow-origin"] == OURS, "and reads why not"
    assert ask(service, "OPTIONS", claim, OTHER, PREFLIGHT)[0] == 405
    assert "access-control-allow-origin" not in ask(service, "POST", claim, OTHER, body=body)[1]


def test_another_origin_hears_nothing_that_a_browser_lets_it_read(service):
    for origin in (OTHER, f"{OURS}.evil.example", "null", OURS.upper()):
        status, headers = ask(service, "OPTIONS", PRESS, origin, PREFLIGHT)
        assert status == 405 and "access-control-allow-origin" not in headers
        assert "access-control-allow-origin" not in press(service, origin)[1]


def test_results_stay_with_this_origin(service):
    for path in ("/api/v1/nodes", "/api/v1/openapi.json", "/sign-in"):
        for method in ("GET", "OPTIONS"):
            headers = ask(service, method, path, OURS, PREFLIGHT)[1]
            assert "access-control-allow-origin" not in headers, (method, path)


def test_an_error_can_be_read_by_the_page_that_posts(service):
    status, headers = ask(service, "POST", PRESS, OURS, body="?")
    assert status == 400 and headers["access-control-allow-origin"] == OURS

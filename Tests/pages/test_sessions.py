"""Who is signed in sees it, and ends it: their own sessions, administrators those of all."""

import itertools
import json
import os
import re
import subprocess
import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, PHONE, post, sign_in, visitor
from rig import BUILD

desks = itertools.count(1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(town, method, path, token=None, **headers):
    request = urllib.request.Request(town.http + path, method=method, headers={
        **({"Authorization": f"Bearer {token}"} if token else {}), **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def sessions(town, token):
    status, body, _ = ask(town, "GET", "/api/v1/sessions", token)
    assert status == 200
    return json.loads(body)["sessions"]


def begin(town, token, agent=FIREFOX):
    status, headers = post(town, "/sign-in", {"token": token}, User_Agent=agent)
    assert status == 303
    return headers["Set-Cookie"].split(";")[0]


def reads(town, cookie):
    return ask(town, "GET", "/api/v1/nodes", Cookie=cookie)[0] == 200


def number(town, note):
    return next(line.split("\t")[0] for line in town.command("token", "list").splitlines()
                if line.endswith(f"\t{note}"))


def run(town, *words):
    host = town.http.removeprefix("http://")
    done = subprocess.run(
        [f"{BUILD}/pikapalaute", "session", *words], capture_output=True, text=True, timeout=60,
        env=os.environ | {"PIKAPALAUTE_HTTP_ADDRESS": host, "PIKAPALAUTE_ADMIN_TOKEN": town.token})
    return done.returncode, (done.stdout + done.stderr).strip()


class Desk(str):
    """A token, and what lists say of it."""


@pytest.fixture
def desk(town):
    note = f"desk {next(desks)}"
    token = Desk(town.make_token("--role", "reader", "--node", "kallio", "--note", note))
    token.who = f"token {number(town, note)}"
    token.name = f"{token.who}: {note}"
    return token


def test_a_reader_lists_and_ends_their_own_and_nobody_elses(town, desk, reader):
    own, other, foreign = begin(town, desk), begin(town, desk, "curl/8"), begin(town, reader)
    listed = sessions(town, desk)
    assert [(s["role"], s["bound_to"], s["browser"]) for s in listed] == [
        ("reader", "kallio", "other"), ("reader", "kallio", "Firefox")]
    assert {s["name"] for s in listed} == {desk.name}
    theirs = next(s["id"] for s in sessions(town, town.token) if s["who"] != listed[0]["who"])
    assert ask(town, "DELETE", f"/api/v1/sessions/{theirs}", desk)[0] == 404
    who = desk.who.replace(" ", "%20")
    assert ask(town, "DELETE", f"/api/v1/sessions?who={who}", reader)[1] == b'{"ended":0}'
    assert ask(town, "DELETE", f"/api/v1/sessions/{listed[0]['id']}", desk)[0] == 204
    assert (reads(town, own), reads(town, other), reads(town, foreign)) == (True, False, True)
    assert ask(town, "DELETE", f"/api/v1/sessions/{listed[0]['id']}", desk)[0] == 404
    assert ask(town, "DELETE", f"/api/v1/sessions?who={who}", town.token)[1] == b'{"ended":1}'
    assert not reads(town, own) and sessions(town, desk) == []
    lines = [line.split("\t")[2:] for line in town.command("audit").splitlines()]
    ended = [line for line in lines if line[1:2] == ["session ended"]]
    assert ended[-2] == [desk.who, "session ended", f"session {listed[0]['id']} of {desk.who}"]
    assert ended[-1][0] == "administrator"


def test_a_withdrawn_token_has_no_session_in_the_list(town):
    token = town.make_token("--role", "reader", "--note", "leaver")
    begin(town, token)
    who = f"token {number(town, 'leaver')}"
    assert who in {s["who"] for s in sessions(town, town.token)}
    town.command("token", "withdraw", who.split()[1])
    assert who not in {s["who"] for s in sessions(town, town.token)}


def test_a_session_ends_no_session_but_by_its_form(town, desk):
    cookie = begin(town, desk)
    mine = sessions(town, desk)[0]["id"]
    assert ask(town, "DELETE", f"/api/v1/sessions/{mine}", Cookie=cookie)[0] == 401
    assert post(town, "/sessions", {"session": mine, "key": "x"}, cookie)[0] == 403
    assert post(town, "/sessions", {"session": mine}, cookie, Origin="https://evil.example")[0] == 403
    assert reads(town, cookie)


def test_a_person_ends_another_of_theirs_and_an_administrator_all(chromium, town, desk):
    other = begin(town, desk)
    with visitor(chromium, town, desk) as page:
        page.goto("/sessions?lang=en")
        assert "this browser" in page.locator("main").inner_text()
        assert page.locator("main li").count() == 2 and page.locator("main section").count() == 1
        page.locator("li", has_text="Firefox").get_by_role("button").click()
        assert page.url.endswith("/sessions?lang=en") and page.locator("main li").count() == 1
        assert not reads(town, other)
        begin(town, desk)
        with visitor(chromium, town, town.token) as admin:
            admin.goto("/sessions?lang=en")
            assert admin.locator("section").first.inner_text().startswith("administrator")
            admin.locator("section", has_text=desk.name).get_by_role("button", name="End all").click()
            assert desk.name not in admin.locator("main").inner_text()
        page.reload()
        assert "/sign-in" in page.url


def test_the_command_lists_and_ends(town, desk):
    cookie = begin(town, desk)
    status, text = run(town, "list")
    assert status == 0 and text.startswith("id\twho\trole")
    line = next(line for line in text.splitlines() if desk.name in line).split("\t")
    assert line[2:5] == ["reader", "node kallio", "Firefox"]
    assert run(town, "end", line[0]) == (0, "1 session ended") and not reads(town, cookie)
    status, text = run(town, "end", line[0])
    assert status != 0 and "no such session" in text
    begin(town, desk), begin(town, desk)
    assert run(town, "end", "--who", desk.who) == (0, "2 sessions ended")
    assert run(town, "end")[0] == 64


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("size", [(320, 640), PHONE, DESKTOP])
def test_axe_finds_nothing_on_the_page_of_all(chromium, town, desk, language, size):
    begin(town, desk)
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=town.http, bypass_csp=True,
            color_scheme=scheme)
        page = context.new_page()
        sign_in(page, town.token)
        page.goto(f"/sessions?lang={language}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/sessions-{language}-{size[0]}-{scheme}.png", full_page=True)
        context.close()


def test_a_browser_keeps_no_answer_of_the_api_and_a_program_does(town, desk):
    path = "/api/v1/results?node=kallio&from=2026-01-01&to=2026-02-01"
    assert ask(town, "GET", path, Cookie=begin(town, desk))[2]["Cache-Control"] == "private, no-store"
    assert ask(town, "GET", path, desk)[2]["Cache-Control"] == "private, max-age=300"


def test_the_log_says_who_was_refused_and_from_where_and_the_metrics_count(town, desk):
    def count(reason):
        page = ask(town, "GET", "/metrics")[1].decode()
        return int(re.search(r'refusals_total{reason="%s"} (\d+)' % reason, page)[1])

    from_there = {"X-Forwarded-For": "203.0.113.9"}
    before = {reason: count(reason) for reason in ("role", "form", "token", "sign_in", "code")}
    assert ask(town, "GET", "/api/v1/registry", desk, **from_there)[0] == 403
    assert ask(town, "GET", "/api/v1/nodes", "pp_guessed-secret", **from_there)[0] == 401
    # Somebody carries a phone: where it was stands nowhere.
    assert ask(town, "GET", "/ingest/v1/helsinki/hn-0001/config", desk, **from_there)[0] == 403
    cookie = begin(town, desk)
    assert post(town, "/sign-out", {"key": "x"}, cookie, X_Forwarded_For="203.0.113.9")[0] == 403
    assert post(town, "/sign-in", {"token": "pp_guessed-secret"}, X_Forwarded_For="203.0.113.9")[0] == 401
    request = urllib.request.Request(
        town.http + "/enrol/v1/claim", b'{"code":"0000-0000-0000"}',
        {"Content-Type": "application/json", **from_there})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 404
    assert {reason: count(reason) - was for reason, was in before.items()} == {
        "role": 2, "form": 1, "token": 1, "sign_in": 1, "code": 1}
    lines = [line for line in town.service.log().splitlines() if "203.0.113.9" in line]
    for said in (f'reason=role who="{desk.who}" address=203.0.113.9 method=GET path=/api/v1/registry',
                 "reason=token who=nobody", f'reason=form who="{desk.who}"',
                 "reason=sign_in who=nobody", "reason=code who=nobody"):
        assert any("warning" in line and said in line for line in lines), (said, lines)
    told, = [line for line in town.service.log().splitlines() if "/hn-0001/config" in line]
    assert 'address="public IPv4"' in told
    assert "guessed-secret" not in town.service.log() and "0000-0000" not in town.service.log()

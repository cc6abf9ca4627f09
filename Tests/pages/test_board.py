"""Notice boards: large, on paper, always of now, and public."""

import contextlib
import datetime
import http.client
import json
import re
import time
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, api, cookie_of, decimal, get, post, sign_in, visitor
from town import HOSTILE

BOARD = "/board/kallio"
SCREEN = (1920, 1080)
BOARDS_MAX, ADDRESS_MAX, ALIVE_S = 128, 32, 10  # WebLimits.boardsMax, boardsPerAddressMax, boardAliveSeconds


@contextlib.contextmanager
def screen(chromium, town, path, size=SCREEN, **more):
    """A board as a screen shows it, with its script; what the policy stops fails."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=town.http, **more)
    page = context.new_page()
    troubles = []
    page.on("console", lambda line: troubles.append(line.text)
            if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.goto(path)
    try:
        yield page
    finally:
        context.close()
    assert not troubles


def rows(town):
    return api(town, "/public/v1/results?node=kallio")["series"][0]["rows"]


def connection(town):
    return http.client.HTTPConnection(town.http.removeprefix("http://"), timeout=20)


def events(town, address="192.0.2.1"):
    """An open answer of a board's events, for somebody behind the proxy."""
    client = connection(town)
    client.request("GET", BOARD + "/events", headers={"X-Forwarded-For": address})
    return client, client.getresponse()


@pytest.mark.parametrize("query", ["", "?lang=fi", "?lang=sv", "?lang=en"])
@pytest.mark.parametrize("size, scheme", [
    ((320, 640), "light"), (DESKTOP, "dark"), (SCREEN, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
        chromium, town, query, size, scheme):
    with screen(chromium, town, BOARD + query, size, color_scheme=scheme, bypass_csp=True) as page:
        found = Axe().run(page, options={"runOnly": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_board_says_what_was_published_last_and_before(chromium, town):
    *_, before, last = rows(town)
    with visitor(chromium, town) as page:
        page.goto(BOARD + "?lang=en")
        assert page.locator(".huge").inner_text() == decimal(last["index"], 0)
        text = page.locator(".hero").inner_text().replace("\xa0", " ")
        assert f"{last['responses']:,} responses" in text
        assert f"{decimal(before['index'], 0)}, {before['responses']:,} responses" in text
        assert page.locator(".faces").count() and page.locator(".trend").count()
    assert town.get("/board/kirjastot")[0] == 404, "a board is public"
    assert town.get(BOARD + "?question=nothing")[0] == 404


def test_languages_take_turns_where_nobody_minds_motion(chromium, town):
    with screen(chromium, town, BOARD) as page:
        languages = page.locator("main article").evaluate_all(
            "all => all.map(one => [one.lang, getComputedStyle(one).visibility])")
        assert languages == [["fi", "visible"], ["sv", "hidden"], ["en", "hidden"]]
        page.evaluate("document.getAnimations().forEach(one => { one.currentTime += 15000 })")
        assert page.locator("article[lang=sv]").is_visible()
    with screen(chromium, town, BOARD, reduced_motion="reduce") as page:
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.locator("article:visible").count() == 1


@pytest.mark.parametrize("query", ["", "?lang=sv"])
def test_on_paper_it_is_one_sheet_of_a4(chromium, town, query):
    for language in ("fi", "sv", "en"):
        town.command("board", "set", "kallio", "Sana " * 80, "--lang", language)
    with screen(chromium, town, BOARD + query) as page:
        pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert abs(width - 595) < 2 and abs(height - 842) < 2


def test_without_script_it_is_loaded_anew_now_and_then(town):
    text = town.get(BOARD)[1]
    assert '<noscript><meta http-equiv="refresh" content="900"></noscript>' in text


# MARK: Of now


def test_what_is_published_stands_there_without_a_reload(chromium, town):
    last = rows(town)[-1]
    begin = datetime.datetime.fromisoformat(last["start"]) + datetime.timedelta(days=1, hours=9)
    presses = [{"button": number % 4, "at": (begin + datetime.timedelta(minutes=number)).isoformat()}
               for number in range(240)]
    with screen(chromium, town, BOARD + "?lang=en") as page:
        page.evaluate("window.sameDocument = true")
        urllib.request.urlopen(urllib.request.Request(
            f"{town.http}/ingest/v1/helsinki/hn-0001/press",
            json.dumps({"presses": presses}).encode(),
            {"Authorization": f"Bearer {town.token}", "Content-Type": "application/json"}),
            timeout=20)
        said = town.command("publish", "--again", last["start"][:10])
        assert "again" in said, said
        count = f"{last['responses'] + 240:,}\xa0responses"
        page.locator(".now", has_text=count).wait_for(timeout=10_000)
        assert page.evaluate("window.sameDocument")
        assert page.locator(".huge").inner_text() == decimal(rows(town)[-1]["index"], 0)


def test_what_a_manager_writes_stands_there_at_once_as_text(chromium, town):
    with screen(chromium, town, BOARD + "?lang=en") as page:
        town.command("board", "set", "kallio", HOSTILE, "--lang", "en")
        page.locator(".said", has_text=HOSTILE).wait_for(timeout=10_000)
        assert page.evaluate("document.scripts.length") == 1
    assert town.command("board", "show", "kallio").splitlines()[-1].endswith("\t" + HOSTILE)
    assert f"board text set\tnode kallio, en: {HOSTILE}" in town.command("audit")
    town.command("board", "set", "kallio", "", "--lang", "en")
    assert HOSTILE not in town.get(BOARD)[1]


def test_a_lost_connection_says_how_old_it_is_and_comes_back(chromium, town):
    with screen(chromium, town, BOARD + "?lang=en") as page:
        note = page.locator("#age")
        time.sleep(2)  # events come each second, and nothing is said
        assert note.inner_text() == ""
        begin = time.monotonic()
        town.service.stop()
        assert time.monotonic() - begin < 5, "an open board does not hold up the end"
        page.locator("#age", has_text="Connection lost; the numbers were checked 0 min ago").wait_for(
            timeout=40_000)
        town.service.start()
        town.wait_until_ready()
        page.locator("#age:empty").wait_for(state="attached", timeout=40_000)


def test_boards_are_few_and_leave_room_when_they_go(town):
    # That boards of other tests are gone is noticed by the second event.
    time.sleep(2 * ALIVE_S + 2)
    open_boards = [events(town, f"192.0.2.{i // ADDRESS_MAX}") for i in range(BOARDS_MAX - 1)]
    try:
        assert {answer.status for _, answer in open_boards} == {200}
        for address, status in [("192.0.2.0", 503), ("192.0.2.9", 200), ("192.0.2.10", 503)]:
            client, answer = events(town, address)
            assert answer.status == status, address
            if status == 200:
                open_boards.append((client, answer))
            else:
                assert answer.headers["Retry-After"]
                client.close()
        assert town.get(BOARD)[0] == 200, "pages are served all the same"
        head = connection(town)
        head.request("HEAD", BOARD)
        assert head.getresponse().status == 200
    finally:
        for client, answer in open_boards:
            answer.close()
            client.close()
    deadline = time.monotonic() + 3 * ALIVE_S
    while True:
        client, answer = events(town)
        if answer.status == 200:
            assert answer.headers["Content-Type"] == "text/event-stream"
            assert answer.headers["Cache-Control"] == "no-store"
            lines = [answer.readline().decode() for _ in range(4)]
            assert lines[0].startswith("retry: ") and lines[2] == "event: state\n"
            assert f'data-state="{lines[3].removeprefix("data: ").strip()}"' in town.get(BOARD)[1]
            client.close()
            break
        assert time.monotonic() < deadline
        time.sleep(1)


# MARK: Who writes


def test_a_manager_writes_by_a_form(chromium, town):
    manager = town.make_token("--role", "manager", "--node", "kallio")
    with visitor(chromium, town) as page:
        sign_in(page, manager, BOARD + "/edit?lang=en")
        assert page.locator("h1").inner_text() == "You said – we did"
        page.fill("#en", "You asked for <b>chairs</b>:\nthere are three now.")
        page.click("main button")
        assert page.url.endswith(BOARD)
        page.goto(BOARD + "?lang=en")
        assert "You asked for <b>chairs</b>: there are three now." in page.locator(
            ".said").inner_text()
        page.goto(BOARD + "/edit?lang=en")
        assert page.locator("#en").input_value().startswith("You asked for <b>chairs</b>")
    assert re.search(r"\ttoken \d+\tboard text set\tnode kallio, en: You asked", town.command("audit"))


def test_nobody_else_writes(town, reader):
    elsewhere = town.make_token("--role", "manager", "--node", "malmi")
    manager = town.make_token("--role", "manager")
    form = {"fi": "Muu", "key": "x"}
    before = town.command("board", "show", "kallio")
    assert post(town, BOARD + "/edit", form)[0] == 401
    for token in (reader, elsewhere):
        cookie = cookie_of(town, token).split(";")[0]
        assert get(town, BOARD + "/edit", cookie) == 403
        assert post(town, BOARD + "/edit", form, cookie)[0] == 403
    cookie = cookie_of(town, manager).split(";")[0]
    assert post(town, BOARD + "/edit", form, cookie)[0] == 403, "a key that is not the session's"
    assert post(town, BOARD + "/edit", form, cookie, Origin="https://evil.example")[0] == 403
    key = form_key(town, cookie)
    assert post(town, BOARD + "/edit", {"fi": "a" * 401, "key": key}, cookie)[0] == 400
    assert post(town, "/board/kirjastot/edit", {"fi": "Muu", "key": key}, cookie)[0] == 404
    assert town.command("board", "show", "kallio") == before
    assert post(town, BOARD + "/edit", {"fi": "Uusi", "key": key}, cookie)[0] == 303
    assert town.command("board", "show", "kallio") != before


def form_key(town, cookie):
    text = urllib.request.urlopen(urllib.request.Request(
        town.http + BOARD + "/edit", headers={"Cookie": cookie}), timeout=20).read().decode()
    return re.search(r'name="key" value="([^"]+)"', text)[1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_where_it_is_written(chromium, town, language):
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, base_url=town.http, bypass_csp=True)
    page = context.new_page()
    sign_in(page, town.token, f"{BOARD}/edit?lang={language}")
    found = Axe().run(page, options={"runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()

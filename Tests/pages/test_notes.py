"""Notes on the timeline: a manager makes and withdraws them in a browser, nobody else does."""

import os
import re
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, api, cookie_of, get, post, sign_in, visitor

HOSTILE_NOTE = "</title><script>alert(1)</script> <b onclick=x> \"'&amp; {{text}} \u202eabc"
MALMI = "/dashboard/malmi?lang=en&from=2026-01-01&to=2026-11-01&by=week"
FORM = "/dashboard/malmi/annotations"


@pytest.fixture(scope="module")
def manager(town):
    return town.make_token("--role", "manager", "--note", "Malmi’s manager")


def key_of(town, cookie, path=MALMI):
    """The form key of a session, as any of its pages has it."""
    request = urllib.request.Request(town.http + path, headers={"Cookie": cookie})
    page = urllib.request.urlopen(request, timeout=20).read().decode()
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def notes(town, node="malmi"):
    return api(town, f"/api/v1/annotations?node={node}&from=2026-01-01&to=2026-11-01")["rows"]


def note(page, date, text):
    page.locator("#notes summary").click()
    page.fill("#note-date", date)
    page.fill("#note-text", text)
    page.locator("#notes .stack button").click()


def test_a_manager_notes_sees_the_flag_and_withdraws(chromium, town, manager, reader):
    with visitor(chromium, town, manager) as page:
        page.goto(MALMI)
        assert page.locator("#trend .flag").count() == 0
        note(page, "2026-09-16", "  The terminal moved to the lobby. ")
        assert page.url == town.http + MALMI + "#notes", "back where it was"
        line = page.locator("#notes li")
        assert line.count() == 1
        text = line.inner_text()
        assert "16 September 2026" in text and "The terminal moved to the lobby." in text
        assert "Malmi’s manager (token " in text
        flags = page.locator("#trend svg .flag title")
        assert flags.count() == 2, "one in each size of the chart"
        assert flags.first.text_content() == (
            "1: week 38 (2026): The terminal moved to the lobby.")
        note(page, "2026-02-02", "Flu season")
        assert [line.locator("bdi").first.inner_text() for line in page.locator("#notes li").all()] == [
            "Flu season", "The terminal moved to the lobby."], "numbered by date"
        shown = api(town, page.locator("#notes .sources a").last.get_attribute("href"))["rows"]
        assert [row["text"] for row in shown] == ["Flu season", "The terminal moved to the lobby."]
    with visitor(chromium, town, reader) as other:
        other.goto(MALMI)
        assert other.locator("#notes li").count() == 2
        assert not other.locator("#notes form").count(), "readers read"
        other.goto(MALMI.replace("to=2026-11-01", "to=2026-06-01"))
        assert other.locator("#notes li").count() == 1
        other.goto(MALMI.replace("malmi", "malmi-aula"))
        assert other.locator("#notes li").count() == 2, "what happens above concerns it too"
        assert "Malmi health station" in other.locator("#notes li").first.inner_text()
        other.goto(MALMI.replace("malmi", "kallio"))
        assert not other.locator("#notes").count()
    with visitor(chromium, town, manager) as page:
        page.goto(MALMI)
        page.get_by_role("button", name="Withdraw 1").click()
        assert page.locator("#notes li").count() == 1
        assert page.locator("#trend svg .flag title").count() == 2
        page.get_by_role("button", name="Withdraw 1").click()
        assert not page.locator("#notes li").count()
    lines = [line.split("\t") for line in town.command("audit").splitlines() if "\tannotation" in line]
    assert [line[3] for line in lines] == ["annotation made"] * 2 + ["annotation withdrawn"] * 2
    assert all(line[2].startswith("token ") and "node malmi, 2026-" in line[4] for line in lines)


def test_hostile_notes_are_text(chromium, town, manager):
    with visitor(chromium, town, manager) as page:
        page.goto(MALMI)
        note(page, "2026-05-05", HOSTILE_NOTE)
        page.goto(MALMI)
        assert page.locator("#notes li bdi").first.text_content() == HOSTILE_NOTE
        assert page.locator("#trend .flag title").first.text_content().endswith(HOSTILE_NOTE)
        assert page.locator("main script").count() == 0 and page.locator("b[onclick]").count() == 0
        page.get_by_role("button", name="Withdraw 1").click()


def test_readers_strangers_and_devices_note_nothing(town, reader):
    good = {"date": "2026-05-05", "text": "x", "next": "/dashboard/malmi"}
    cookie = cookie_of(town, reader).split(";")[0]
    key = key_of(town, cookie)
    assert post(town, FORM, good | {"key": key}, cookie)[0] == 403
    assert post(town, FORM + "/1/withdraw", {"key": key}, cookie)[0] == 403
    assert post(town, FORM, good | {"key": key})[0] == 401
    for token in (reader, town.token):
        assert post(town, FORM, good, Authorization=f"Bearer {token}")[0] == 401, "no session"
    assert notes(town) == []


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
])
def test_forms_of_other_sites_note_nothing(town, manager, headers):
    cookie = cookie_of(town, manager).split(";")[0]
    good = {"date": "2026-05-05", "text": "x", "key": key_of(town, cookie)}
    assert post(town, FORM, good, cookie, **headers)[0] == 403
    assert notes(town) == []


def test_a_key_of_another_session_notes_and_withdraws_nothing(town, manager):
    cookie, other = (cookie_of(town, manager).split(";")[0] for _ in range(2))
    own, wrong = key_of(town, cookie), key_of(town, other)
    assert own != wrong
    good = {"date": "2026-05-05", "text": "x", "next": "//evil.example"}
    for key in ({"key": wrong}, {"key": ""}, {}):
        assert post(town, FORM, good | key, cookie)[0] == 403
    assert notes(town) == []
    status, headers = post(town, FORM, good | {"key": own}, cookie)
    assert (status, headers["Location"]) == (303, "/dashboard#notes"), "never elsewhere"
    made, = notes(town)
    withdraw = f"{FORM}/{made['id']}/withdraw"
    assert post(town, withdraw, {"key": wrong}, cookie)[0] == 403
    assert [row["id"] for row in notes(town)] == [made["id"]]
    assert post(town, withdraw, {"key": own}, cookie)[0] == 303
    assert post(town, withdraw, {"key": own}, cookie)[0] == 404, "twice"


def test_wrong_dates_and_texts_are_refused_with_a_page_that_says_why(town, manager):
    cookie = cookie_of(town, manager).split(";")[0]
    key = key_of(town, cookie)
    for form in ({"date": "2026-02-30", "text": "x"}, {"text": "x"}, {"date": "2026-05-05"},
                 {"date": "2026-05-05", "text": "ä" * 501},
                 {"date": "2026-05-05", "text": "two\nlines"}):
        assert post(town, FORM, form | {"key": key}, cookie)[0] == 422, form
    assert post(town, FORM, {"text": "x" * 20_000, "key": key}, cookie)[0] == 413
    assert post(town, FORM.replace("malmi", "atlantis"), {
        "date": "2026-05-05", "text": "x", "key": key}, cookie)[0] == 404
    assert notes(town) == []


def test_a_bound_manager_notes_below_the_own_node_only(town):
    token = town.make_token("--role", "manager", "--node", "kallio")
    cookie = cookie_of(town, token).split(";")[0]
    key = key_of(town, cookie, "/dashboard/kallio")
    form = {"date": "2026-05-05", "text": "x", "key": key}
    assert post(town, FORM, form, cookie)[0] == 403
    assert post(town, FORM.replace("malmi", "kallio-aula"), form, cookie)[0] == 303
    made, = notes(town, "kallio-aula")
    post(town, FORM.replace("malmi", "terveysasemat"), form, cookie)
    assert notes(town, "terveysasemat") == []
    assert get(town, "/dashboard/kallio", cookie) == 200
    # The path's node opens nothing: what counts is where the note is of.
    free = cookie_of(town, town.token).split(";")[0]
    post(town, FORM, form | {"key": key_of(town, free)}, free)
    other, = notes(town)
    assert post(town, f"/dashboard/kallio/annotations/{other['id']}/withdraw", {
        "key": key}, cookie)[0] == 403
    for row in (made, other):
        assert post(town, f"/dashboard/{row['node']}/annotations/{row['id']}/withdraw", {
            "key": key_of(town, free)}, free)[0] == 303


def test_thirty_are_shown_and_the_files_have_all(chromium, town, manager):
    cookie = cookie_of(town, manager).split(";")[0]
    key = key_of(town, cookie)
    for day in range(1, 32):
        assert post(town, FORM, {
            "date": f"2026-07-{day:02}", "text": f"note {day}", "key": key}, cookie)[0] == 303
    with visitor(chromium, town, manager) as page:
        page.goto(MALMI)
        assert page.locator("#notes li").count() == 30
        assert page.locator("#notes li bdi").first.inner_text() == "note 2"
        assert "The latest 30 are shown" in page.locator("#notes").inner_text()
    for row in notes(town):
        assert post(town, f"{FORM}/{row['id']}/withdraw", {"key": key}, cookie)[0] == 303


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_in_notes_and_they_fit_a_telephone(chromium, town, manager, language):
    cookie = cookie_of(town, manager).split(";")[0]
    key = key_of(town, cookie)
    for date, text in [("2026-03-02", "Jonotusjärjestelmä vaihtui."), ("2026-03-04", "x" * 500)]:
        post(town, FORM, {"date": date, "text": text, "key": key}, cookie)
    for size, scheme in [((320, 640), "light"), (DESKTOP, "dark")]:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=town.http,
            color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        sign_in(page, manager)
        page.goto(MALMI.replace("lang=en", f"lang={language}"))
        page.locator("#notes summary").click()
        found = Axe().run(page, options={"runOnly": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if pictures := os.environ.get("PICTURES"):
            page.locator("#trend").screenshot(path=f"{pictures}/{language}-{scheme}.png")
        context.close()
    for row in notes(town):
        post(town, f"{FORM}/{row['id']}/withdraw", {"key": key}, cookie)

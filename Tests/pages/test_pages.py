"""The pages as people meet them: a real Chromium, three languages, two sizes, axe, no JavaScript."""

import http.client
import pathlib
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import (
    DESKTOP, PHONE, api, cookie_of, decimal, get, post, sign_in, visitor)
from town import HOSTILE

YEAR = {"from": "2026-01-01", "to": "2026-11-01"}
FIRST_VIEW_BYTES_MAX = 50_000


PAGES = {
    "start": ("/", False), "place": ("/places/terveysasemat", False), "sign-in": ("/sign-in", False),
    "overview": ("/dashboard/terveysasemat", True), "site": ("/dashboard", True),
    "times": ("/dashboard/kirjastot/times", True), "hostile": ("/dashboard/satama", True),
    "empty": ("/dashboard/oodi?question=siisteys", True), "devices": ("/devices", True),
    "sessions": ("/sessions", True),
    "missing": ("/dashboard/nowhere", True),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_telephone(
        chromium, town, reader, name, language):
    path, needs_token = PAGES[name]
    address = path + ("&" if "?" in path else "?") + f"lang={language}"
    for size, scheme in [((320, 640), "light"), (DESKTOP, "dark")][:2 if language == "fi" else 1]:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=town.http,
            color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        if needs_token:
            sign_in(page, reader)
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        found = Axe().run(page, options={"runOnly": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        context.close()


def test_a_page_says_the_numbers_of_the_api_that_it_names(chromium, town, reader):
    with visitor(chromium, town, reader) as page:
        query = urllib.parse.urlencode({**YEAR, "by": "month", "lang": "en"})
        page.goto(f"/dashboard/terveysasemat?{query}")
        comparison = api(town, page.locator(".headline").get_attribute("data-query"))["series"][0]
        assert page.locator(".headline .big").get_attribute("data-index") == str(
            comparison["now"]["index"])
        assert page.locator(".headline .big").inner_text() == decimal(comparison["now"]["index"], 0)
        chart = api(town, page.locator("#trend").get_attribute("data-query"))["series"][0]
        assert cells(page, "#trend", 2) == [decimal(row["value"]) for row in chart["rows"]]
        assert cells(page, "#trend", 1) == [f"{row['responses']:,}" for row in chart["rows"]]
        ranking = api(town, page.locator("#units").get_attribute("data-query"))["series"][0]
        assert cells(page, "#units", 3) == [decimal(row["shrunk"]) for row in ranking["rows"]]
        faces = api(town, page.locator("#faces").get_attribute("data-query"))["series"][0]
        counts = faces["rows"][0]["counts"]
        assert cells(page, "#faces", 1) == [f"{count:,}" for count in reversed(counts)]
        verdicts = [series["change"]["verdict"].replace("_", " ")
                    for series in (comparison["before"], comparison["year_ago"]) if series]
        assert cells(page, "#comparison", 5)[1:1 + len(verdicts)] == verdicts
        assert page.locator("#origin td").first.inner_text() == f"{sum(counts):,}"
        page.goto(f"/dashboard/terveysasemat/times?{query.replace('&by=month', '')}")
        week = api(town, page.locator("#week").get_attribute("data-query"))["series"][0]
        assert cells(page, "#week", 2) == [
            decimal(row["index"]) for row in week["rows"] if row["responses"]]


def cells(page, figure, column):
    """Texts of a column of a figure's table, closed or not."""
    return [row.locator("> *").nth(column).text_content()
            for row in page.locator(f"{figure} tbody tr").all()]


@pytest.mark.parametrize("path", ["/dashbord", "//evil.example/x", "/nope<script>"])
def test_an_address_where_nothing_is_has_a_page_for_people_and_a_problem_for_programs(town, path):
    for accept, kind in [
            ("text/html,*/*;q=0.8", "text/html; charset=utf-8"), ("*/*", "application/problem+json")]:
        service = http.client.HTTPConnection(town.http.removeprefix("http://"), timeout=20)
        service.request("GET", path, headers={"Accept": accept})
        answer = service.getresponse()
        text = answer.read().decode()
        assert (answer.status, answer.headers["Content-Type"]) == (404, kind)
        assert kind.startswith("application") or (
            "Ei löytynyt" in text and "//evil.example/x?" not in text and "<script>" not in text)


def test_what_was_published_is_what_everybody_sees(chromium, town):
    with visitor(chromium, town, size=PHONE) as page:
        page.goto("/?lang=en")
        rows = api(town, page.locator("#terveysasemat").get_attribute("data-query"))["series"][0]["rows"]
        assert len(rows) >= 12
        shown = list(reversed(rows))[:24]
        assert cells(page, "#terveysasemat", 2) == [decimal(row["index"]) for row in shown]
        assert cells(page, "#terveysasemat", 1) == [
            "not shown" if row["suppressed"] else f"{row['responses']:,}" for row in shown]
        assert not page.get_by_text("Libraries").count(), "what is not public is on no public page"
        page.locator(".units summary").click()
        page.get_by_role("link", name="Kallio health station").click()
        assert page.locator("h1").inner_text() == "Kallio health station"
        assert page.goto("/places/kirjastot").status == 404


def test_a_year_of_the_site_fits_the_first_view(chromium, town, reader):
    with visitor(chromium, town, reader) as page:
        for path in ("/", "/dashboard", "/dashboard/terveysasemat"):
            assert len(page.goto(path).body()) <= FIRST_VIEW_BYTES_MAX, path


def test_hostile_names_are_text(chromium, town, reader):
    context = chromium.new_context(base_url=town.http)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    sign_in(page, reader)
    for path in ("/dashboard/satama", "/dashboard/kirjastot", "/devices", "/dashboard/satama/times"):
        page.goto(path)
        assert HOSTILE in page.locator("body").text_content()
        assert page.evaluate("document.scripts.length") == 0
    page.goto('/dashboard/"><script>alert(1)</script>')
    assert page.evaluate("document.scripts.length") == 0
    context.close()


def test_an_address_is_the_whole_state(chromium, town, reader):
    with visitor(chromium, town, reader) as page:
        page.goto("/dashboard/terveysasemat?lang=en")
        page.fill("#from", "2026-02-01")
        page.fill("#to", "2026-09-01")
        page.select_option("#by", "month")
        page.click(".filter button")
        assert urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query) == {
            "lang": ["en"], "from": ["2026-02-01"], "to": ["2026-09-01"], "by": ["month"]}
        assert page.locator("#trend tbody tr").count() == 7
        shared, text = page.url, page.locator("main").text_content()
        page.locator("#units summary").click()
        page.locator("#units").get_by_role("link", name="Malmi health station").click()
        assert "/dashboard/malmi?" in page.url and "by=month" in page.url
        page.get_by_role("link", name="Svenska").click()
        assert page.locator("h1").inner_text() == "Malms hälsostation" and "by=month" in page.url
    with visitor(chromium, town, reader) as other:
        other.goto(shared)
        assert other.locator("main").text_content() == text


@pytest.mark.parametrize("width", [390, 560, 700, 1200])
def test_a_chart_fills_its_card(chromium, town, reader, width):
    with visitor(chromium, town, reader, (width, 900)) as page:
        for path in ("/dashboard/terveysasemat", "/dashboard/terveysasemat/times", "/places/terveysasemat"):
            page.goto(path)
            boxes = page.locator(".chart-frame:visible").all()
            assert boxes
            for frame in boxes:
                room, chart = frame.bounding_box(), frame.locator("svg:visible").bounding_box()
                assert abs(room["width"] - chart["width"]) <= 1, (path, room, chart)


def test_places_below_are_a_click_away_with_the_same_dates(chromium, town, reader):
    with visitor(chromium, town, reader) as page:
        page.goto("/dashboard?lang=en&from=2026-01-01&to=2026-11-01&question=palvelu")
        page.click(".below-here a:has-text('Health stations')")
        assert page.locator("h1").inner_text() == "Health stations"
        assert "from=2026-01-01" in page.url and "question" not in page.url
        page.goto("/dashboard/kallio-aula")
        assert page.locator(".below-here").count() == 0


def test_a_signal_is_told_first(chromium, town, reader):
    """Malmi's last two months are worse: the page says so before any picture."""
    with visitor(chromium, town, reader) as page:
        page.goto("/dashboard/malmi?lang=en")
        assert re.search(
            r"Signal .*: .*; index [\d.]+, mean [\d.]+\.", page.locator(".attention").inner_text())
        assert page.locator("#trend svg .low").count() > 0


def test_a_silent_device_is_named_by_its_place(chromium, town, reader):
    """Home care has no opening hours, so that something is expected of its phone at any time."""
    with visitor(chromium, town, reader) as page:
        page.goto("/dashboard/kotihoito?lang=en")
        assert "Silent devices 1: South (hc-0001)." in page.locator(".attention").inner_text()


# MARK: Signing in


def test_who_is_led_to_signing_in_comes_back_and_signs_out(chromium, town, reader):
    with visitor(chromium, town) as page:
        page.goto("/dashboard/malmi?lang=en&by=month")
        assert urllib.parse.urlsplit(page.url).path == "/sign-in"
        page.fill("#token", "pp_wrong")
        page.click("main button")
        assert "not valid" in page.get_by_role("alert").inner_text()
        page.fill("#token", reader)
        page.click("main button")
        assert page.url.endswith("/dashboard/malmi?lang=en&by=month")
        with page.expect_response(lambda answer: "/sign-out" in answer.url) as signed_out:
            page.click("button.quiet")
        # Never "storage": there a phone has ratings that it has not sent yet.
        assert signed_out.value.all_headers()["clear-site-data"] == '"cache"'
        page.goto("/dashboard/malmi")
        assert urllib.parse.urlsplit(page.url).path == "/sign-in"


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(town, reader):
    plain = cookie_of(town, reader)
    assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    behind_tls = cookie_of(town, reader, X_Forwarded_Proto="https")
    assert behind_tls.startswith("__Host-pikapalaute=") and "; Secure" in behind_tls
    assert reader not in plain


def test_a_session_reads_what_its_token_reads_and_ends_with_it(town):
    token = town.make_token("--role", "reader", "--node", "kallio", "--note", "short")
    cookie = cookie_of(town, token).split(";")[0]
    assert get(town, "/dashboard", cookie) == 200
    assert get(town, "/dashboard/malmi", cookie) == 403
    assert get(town, "/api/v1/results?node=kallio&from=2026-01-01&to=2026-02-01", cookie) == 200
    assert get(town, "/api/v1/presses?node=kallio&from=2026-01-01&to=2026-02-01", cookie) == 403
    number = next(line.split("\t")[0] for line in town.command("token", "list").splitlines()
                  if line.endswith("\tshort"))
    town.command("token", "withdraw", number)
    assert get(town, "/api/v1/nodes", cookie) == 401


def test_who_begins_a_session_by_a_token_stands_in_the_audit_log(town):
    token = town.make_token("--role", "reader", "--note", "desk")
    number = next(line.split("\t")[0] for line in town.command("token", "list").splitlines()
                  if line.endswith("\tdesk"))
    cookie_of(town, token)
    cookie_of(town, town.token)
    post(town, "/sign-in", {"token": "pp_wrong"})
    lines = [line.split("\t")[2:] for line in town.command("audit").splitlines()
             if "\tsigned in\t" in line]
    assert lines[-2:] == [[f"token {number}", "signed in", f"token {number}"],
                          ["administrator", "signed in", "administrator"]]


def test_a_session_changes_nothing(town):
    cookie = cookie_of(town, town.token).split(";")[0]
    request = urllib.request.Request(
        f"{town.http}/ingest/v1/helsinki/hn-0001/press", b'{"presses":[{"button":3}]}',
        {"Cookie": cookie, "Content-Type": "application/json", "Origin": town.http})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 401


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
])
def test_forms_of_other_sites_are_refused(town, reader, headers):
    assert post(town, "/sign-in", {"token": reader}, **headers)[0] == 403
    cookie = cookie_of(town, reader).split(";")[0]
    assert post(town, "/sign-out", {"key": "x"}, cookie, **headers)[0] == 403
    assert post(town, "/sign-out", {"key": "x"}, cookie)[0] == 403, "a key that is not the session's"
    assert get(town, "/devices", cookie) == 200


@pytest.mark.parametrize("path", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\nb", "",
])
def test_signing_in_never_leads_elsewhere(town, reader, path):
    status, headers = post(town, "/sign-in", {"token": reader, "next": path})
    assert (status, headers["Location"]) == (303, "/dashboard")


def test_guesses_are_slowed(town):
    begin = time.monotonic()
    for number in range(25):
        assert post(town, "/sign-in", {"token": f"pp_guess{number}"})[0] == 401
    assert time.monotonic() - begin > 1, "after twenty in a second each waits"


def test_devices_do_not_sign_in(town):
    token = town.make_token("--device", "hn-0001")
    assert post(town, "/sign-in", {"token": token})[0] == 403


def test_templates_say_nothing_that_is_not_there():
    """Every text that a template asks for is one of the pages' words."""
    pages = pathlib.Path(__file__).resolve().parents[2] / "Sources/Pages"
    cases = {word for file in pages.rglob("*Word.swift")
             for word in re.findall(r"case \.(\w+):", file.read_text())}
    for template in (pages / "Templates").iterdir():
        asked = set(re.findall(r"{{[#^]?t\.(\w+)}}", template.read_text()))
        assert asked <= cases, (template.name, asked - cases)

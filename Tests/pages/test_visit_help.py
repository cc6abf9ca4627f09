"""A client says that they had help answering: their answer is counted apart, and the next one's is not."""

import json
import os
import pathlib
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, PHONE
from phone import HomeCare, Phone
from rig import wait_until

SMALL, TURNED = (320, 568), (844, 390)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WORDS = {"fi-FI": "Sain apua vastaamiseen", "sv-FI": "Jag fick hjälp att svara", "en-GB": "I had help answering"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with HomeCare(tmp_path_factory.mktemp("home")) as home:
        yield home


def counts(home, node):
    """Counts by question, of those that have any."""
    told = {question: row["counts"] for question, (row,) in home.told_apart(node).items()}
    return {question: counts for question, counts in told.items() if any(counts)}


def test_an_answer_with_help_is_counted_apart_and_the_next_is_without(chromium, home):
    place, device = home.helped_team()
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        help = phone.page.get_by_role("checkbox", name="I had help answering")
        assert not help.is_checked()
        help.check()
        phone.rate(1)
        phone.page.clock.fast_forward(5000)
        phone.page.locator("#ask").wait_for()
        assert not help.is_checked()
        phone.rate(3)
        phone.page.clock.fast_forward(5000)
        help.focus()
        phone.page.keyboard.press("Space")
        phone.page.keyboard.press("Space")
        assert not help.is_checked(), "said, and taken back"
        phone.rate(2)
        phone.wait_for_waiting(0)
    assert counts(home, place) == {"palvelu": [0, 0, 1, 1], "palvelu-autettuna": [0, 1, 0, 0]}


def test_where_answers_with_help_are_not_counted_nobody_asks(chromium, home):
    _, (device, _) = home.team()
    with Phone.of(chromium, home.http) as phone:
        phone.enrol(home.code(device))
        assert phone.page.get_by_role("checkbox").count() == 0


def test_help_said_offline_is_told_when_the_network_comes_back(chromium, home):
    place, device = home.helped_team()
    with Phone.of(chromium, home.http) as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        phone.context.set_offline(True)
        phone.page.locator("#help").check()
        phone.rate(0)
        phone.rate_again(3)
        phone.wait_for_waiting(2)
        phone.context.set_offline(False)
        phone.wait_for_waiting(0)
    assert counts(home, place) == {"palvelu": [0, 0, 0, 1], "palvelu-autettuna": [1, 0, 0, 0]}


def test_help_holds_for_all_questions_of_a_visit_and_for_no_other(chromium, home):
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.page.clock.install()
        phone.enrol(home.code("hc-apu-monta"))
        help = phone.page.get_by_role("checkbox")
        help.check()
        asked = []
        for shows in (True, False, True):
            phone.page.locator("#ask").wait_for()
            asked.append(phone.page.locator("#question").inner_text())
            assert help.is_visible() == shows
            phone.rate(0)
            phone.page.clock.fast_forward(2500)
        phone.page.clock.fast_forward(2500)
        phone.page.locator("#ask").wait_for()
        assert len(set(asked)) == 3, "answers with help are no question of their own"
        assert phone.page.locator("#question").inner_text() == asked[0]
        assert help.is_visible() and not help.is_checked()
        phone.wait_for_waiting(0)
    assert counts(home, "autettu-monta") == {
        "palvelu-autettuna": [1, 0, 0, 0], "apu": [1, 0, 0, 0, 0], "kolme-autettuna": [1, 0, 0]}


def test_who_says_help_and_goes_away_says_it_for_nobody_else(chromium, home):
    place, device = home.helped_team()
    with Phone.of(chromium, home.http) as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        phone.page.locator("#help").check()
        phone.page.clock.fast_forward(299_000)
        assert phone.page.locator("#help").is_checked(), "who is helped may think for long"
        phone.page.clock.fast_forward(2000)
        wait_until(lambda: not phone.page.locator("#help").is_checked())
        phone.page.locator("#help").check()
        phone.page.reload()
        phone.faces.first.wait_for()
        assert not phone.page.locator("#help").is_checked()
        phone.rate(3)
        phone.wait_for_waiting(0)
    assert counts(home, place) == {"palvelu": [0, 0, 0, 1]}


def test_a_phone_is_told_where_help_goes_and_nothing_more_to_ask(home):
    _, device = home.helped_team()
    claimed = json.loads(urllib.request.urlopen(urllib.request.Request(
        home.http + "/enrol/v1/claim", json.dumps({"code": home.code(device)}).encode(),
        {"Content-Type": "application/json"}), timeout=20).read())
    told = json.loads(urllib.request.urlopen(urllib.request.Request(
        f"{home.http}/ingest/v1/helsinki/{device}/config",
        headers={"Authorization": f"Bearer {claimed['token']}"}), timeout=20).read())
    slot, = told["slots"]
    assert (slot["slot"], slot["question"]) == (0, "palvelu")
    assert slot["with_help"] == {"slot": 1, "question": "palvelu-autettuna"}


@pytest.mark.parametrize("size, scheme, locale", [
    (SMALL, "light", "fi-FI"), (SMALL, "dark", "sv-FI"), (PHONE, "dark", "en-GB"), (TURNED, "dark", "sv-FI"),
    (TURNED, "light", "fi-FI"), (DESKTOP, "light", "en-GB")])
def test_axe_finds_nothing_and_all_is_on_the_screen(chromium, home, tmp_path, size, scheme, locale):
    _, device = home.helped_team()
    with Phone.of(chromium, home.http, size, locale, color_scheme=scheme, bypass_csp=True) as phone:
        phone.enrol(home.code(device))
        help = phone.page.get_by_role("checkbox", name=WORDS[locale])
        folder = pathlib.Path(os.environ.get("PICTURES", tmp_path))
        for isHelped in (False, True):
            help.set_checked(isHelped)
            found = Axe().run(phone.page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
            phone.page.screenshot(path=folder / f"help-{locale}-{size[0]}-{scheme}-{isHelped}.png")
        assert help.bounding_box()["height"] >= 64
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        box = phone.faces.last.bounding_box()
        assert box["y"] + box["height"] <= size[1], "all faces at once, without scrolling"
        phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= size[0]

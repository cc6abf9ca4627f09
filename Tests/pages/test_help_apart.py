"""Answers with help stand beside the others under a name of their own, and never where they are few."""

import datetime
import json
import os
import pathlib
import secrets
import subprocess
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, PHONE, api, sign_in, visitor
from rig import BUILD, Rig

TEXTS = {"fi": "Kuinka tyytyväinen olit käyntiin?", "sv": "Hur nöjd var du med besöket?",
         "en": "How satisfied were you with the visit?"}
NAMES = {"fi": f"{TEXTS['fi']} (autettuna)", "sv": f"{TEXTS['sv']} (med hjälp)", "en": f"{TEXTS['en']} (with help)"}
TOLD = {"fi": "Autettuna annetut vastaukset näytetään kuukausittain", "sv": "Svar som getts med hjälp visas per månad",
        "en": "Answers given with help are shown by the month"}
REGISTRY = {
    "site": "helsinki", "time_zone": "Europe/Helsinki", "public": {"by": "month"},
    # By its id and by its place the answers with help come first.
    "questions": [{"id": "autettuna", "buttons": 4, "with_help_of": "kaynti"},
                  {"id": "kaynti", "buttons": 4, "text": TEXTS}],
    "nodes": [{"id": "kotihoito", "kind": "service", "public": True, "name": {
        "fi": "Kotihoito", "sv": "Hemvård", "en": "Home care"}, "nodes": [
            {"id": team, "kind": "touchpoint", "channel": "visit", "name": {"fi": team.title()},
             "questions": ["kaynti", "autettuna"], "visit_interval_s": 0,
             "devices": [{"id": f"hc-{team}", "from": "2016-01-01"}]}
            for team in ("etela", "lansi", "pohjoinen")]}],
}
# Of last month, by team: counts without help, and with.
COUNTS = {"etela": ([6, 8, 9, 20], [7, 6, 5, 9]), "lansi": ([5, 6, 7, 30], [1, 0, 0, 3]),
          "pohjoinen": ([8, 5, 9, 12], [5, 6, 7, 8])}


class Care(Rig):
    def __init__(self, folder):
        (folder / "registry.yaml").write_text(json.dumps(REGISTRY), encoding="utf-8")
        super().__init__(folder, folder / "registry.yaml", {"tester": secrets.token_hex(8)},
                         "user pikapalaute\ntopic readwrite #\n")
        end = (datetime.date.today() - datetime.timedelta(days=10)).replace(day=1)
        self.until, self.since = end, (end - datetime.timedelta(days=1)).replace(day=1)

    def command(self, *arguments):
        return subprocess.run([BUILD / "pikapalaute", *arguments, "--database", self.database], check=True,
                              capture_output=True, text=True).stdout.strip()

    def rate(self):
        for team, slots in COUNTS.items():
            presses = [{"at": f"{self.since + datetime.timedelta(days=number % 27)}T10:00:{number % 60:02}Z",
                        "button": button, "slot": slot}
                       for slot, counts in enumerate(slots) for button, count in enumerate(counts)
                       for number in range(count)]
            urllib.request.urlopen(urllib.request.Request(
                f"{self.http}/ingest/v1/helsinki/hc-{team}/press",
                json.dumps({"epoch": 7, "first": 0, "presses": presses}).encode(),
                {"Authorization": f"Bearer {self.token}"}), timeout=60)
        self.command("publish")


@pytest.fixture(scope="module")
def care(tmp_path_factory):
    with Care(tmp_path_factory.mktemp("care")) as care:
        care.rate()
        care.reader = care.command("token", "make", "--role", "reader").splitlines()[-1]
        yield care


def told(care, node, by="month", more=""):
    answer = api(care, f"/api/v1/results?node={node}&from={care.since}&to={care.until}&by={by}{more}")
    return {series["question"]: [row["counts"] for row in series["rows"]] for series in answer["series"]}


def test_a_month_of_few_is_in_no_number_and_others_are_exact(care):
    asked, helped = zip(*COUNTS.values())
    assert told(care, "etela") == {"kaynti": [COUNTS["etela"][0]], "autettuna": [COUNTS["etela"][1]]}
    assert told(care, "lansi") == {"kaynti": [COUNTS["lansi"][0]], "autettuna": [[0, 0, 0, 0]]}
    without = [sum(counts) for counts in zip(COUNTS["etela"][1], COUNTS["pohjoinen"][1])]
    assert told(care, "kotihoito") == {
        "kaynti": [[sum(counts) for counts in zip(*asked)]], "autettuna": [without]}
    assert api(care, "/public/v1/results?node=kotihoito&question=autettuna")["series"][0]["rows"][0]["counts"] \
        == without
    for node, counts in (("kotihoito", without), ("lansi", [0, 0, 0, 0])):
        history = api(care, f"/api/v1/publications?node={node}&from={care.since}&to={care.until}")
        row, = next(series["rows"] for series in history["series"] if series["question"] == "autettuna")
        assert row["now"]["counts"] == row["versions"][0]["counts"] == counts and not row["differs"]
    days = [sum(counts) for counts in told(care, "etela", "day")["autettuna"]]
    assert days[-1] == 27 and not any(days[:-1]), "by the month, under its last day"


@pytest.mark.parametrize("language", list(NAMES))
def test_pages_call_it_the_question_with_help_and_show_the_question_first(chromium, care, language):
    span = f"from={care.since}&to={care.until}&lang={language}"
    with visitor(chromium, care, care.reader) as page:
        page.goto(f"/dashboard/kotihoito?{span}")
        assert NAMES[language] not in page.locator("h1, h2").all_inner_texts()
        assert TEXTS[language] in page.locator("main").inner_text()
        assert NAMES[language] in page.locator("select[name=question] option").all_inner_texts()
        assert TOLD[language] in page.locator("main").inner_text()
        for path in ("/dashboard/kotihoito", "/dashboard/kotihoito/times"):
            page.goto(f"{path}?question=autettuna&{span}")
            assert NAMES[language] in page.locator("main").inner_text(), path
    with visitor(chromium, care) as page:
        page.goto(f"/places/kotihoito?lang={language}")
        text = page.locator("main").inner_text()
        assert NAMES[language] in text and f"{TEXTS[language]}\n" in text
        for path in ("/board/kotihoito", "/embed/kotihoito"):
            page.goto(f"{path}?lang={language}")
            assert TEXTS[language] in page.content() and NAMES[language] not in page.content(), path
            page.goto(f"{path}?question=autettuna&lang={language}")
            assert NAMES[language] in page.content(), path


def test_files_keep_the_id_and_name_it_where_they_name_questions(care):
    address = f"/api/v1/results?node=etela&from={care.since}&to={care.until}&by=month"
    _, csv = care.get(address + "&format=csv")
    assert {line.split(",")[1] for line in csv.splitlines()[1:]} == {"kaynti", "autettuna"}
    _, stat = care.get(address + "&format=json-stat&lang=en")
    assert NAMES["en"] in stat or NAMES["fi"] in stat, stat[:500]
    questions = api(care, "/api/v1/nodes")["questions"]
    assert questions[0] == {"id": "autettuna", "buttons": 4, "text": TEXTS, "with_help_of": "kaynti"}
    assert "with_help_of" not in questions[1]


@pytest.mark.parametrize("size, scheme", [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing_where_answers_with_help_are_shown(chromium, care, tmp_path, size, scheme):
    folder = pathlib.Path(os.environ.get("PICTURES", tmp_path))
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, base_url=care.http,
                                   color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    sign_in(page, care.reader)
    span = f"from={care.since}&to={care.until}&lang=fi"
    for name, path in {"node": f"/dashboard/etela?question=autettuna&{span}", "public": "/places/kotihoito?lang=sv",
                       "board": "/board/kotihoito?question=autettuna&lang=fi"}.items():
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        page.screenshot(path=folder / f"apart-{name}-{size[0]}-{scheme}.png", full_page=True)
    context.close()

"""The public face of a real service: fetched in every combination, attacked, published again."""

import csv
import datetime
import io
import itertools
import json
import pathlib
import random
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zoneinfo

import pytest
from pyjstat import pyjstat

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

from attack import Attack  # noqa: E402
from harness import Suppression, build  # noqa: E402
from rig import Rig  # noqa: E402

ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
ACL = "user pikapalaute\ntopic readwrite #\n"
BUTTONS = 3
# node, parent, is public, in the registry's order; the leaves are touchpoints.
TREE = [("tero", None, True), ("kallio", "tero", True), ("aula", "kallio", True),
        ("ovi", "kallio", True), ("labra", "kallio", True), ("huone", "kallio", False),
        ("vallila", "tero", True), ("katu", "vallila", True), ("piha", "vallila", True)]
LEAVES = ["aula", "ovi", "labra", "huone", "katu", "piha"]
MONTHS = list(range(1, 9))
# January is made so that the rest below kallio takes a place with it; the others are random.
JANUARY = {"aula": [20, 20, 20], "ovi": [30, 30, 30], "labra": [6, 7, 8], "huone": [9, 9, 9],
           "katu": [40, 40, 40], "piha": [50, 50, 50]}
SHOWN_IN_JANUARY = {"tero", "kallio", "aula", "ovi", "vallila", "katu", "piha"}


def registry():
    lines = ["site: helsinki", "time_zone: Europe/Helsinki",
             "questions: [{id: jono, buttons: 3, text: {fi: Jonotitko?}}]",
             "public: {by: month, delay_days: 0}", "nodes:"]

    def add(node, indent):
        children = [name for name, parent, _ in TREE if parent == node]
        word = {"tero": "true", "huone": "false"}.get(node)
        text = f"{indent}- id: {node}\n" + (f"{indent}  public: {word}\n" if word else "")
        text += f"{indent}  name: {{fi: {node.title()}, sv: {node.title()}}}\n"
        if children:
            text += f"{indent}  kind: unit\n{indent}  nodes:\n"
            return text + "".join(add(child, indent + "    ") for child in children)
        return text + (f"{indent}  kind: touchpoint\n{indent}  question: jono\n"
                       f"{indent}  repeat_interval_s: 0\n"
                       f"{indent}  devices: [{{id: dev-{node}}}]\n")

    secret = ("  - id: salainen\n    kind: touchpoint\n    question: jono\n"
              "    devices: [{id: dev-salainen}]\n")
    return "\n".join(lines) + "\n" + add("tero", "  ") + secret


class Site:
    def __init__(self, rig):
        self.rig = rig
        self.posted = {}  # (month, leaf): counts

    def cli(self, *arguments, status=0):
        done = subprocess.run(
            [self.rig.service.arguments[0], arguments[0], "--database", self.rig.database,
             *arguments[1:]], capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
        return (done.stdout + done.stderr).strip()

    def get(self, path, token=None, headers=None, **query):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        address = self.rig.http + path + ("?" + urllib.parse.urlencode(query) if query else "")
        try:
            with urllib.request.urlopen(
                    urllib.request.Request(address, headers=headers), timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def post(self, leaf, month, counts):
        start = datetime.datetime(2026, month, 3, 12, tzinfo=ZONE)
        times = itertools.count()
        presses = [
            {"at": (start + datetime.timedelta(minutes=next(times))).isoformat(), "button": button}
            for button, count in enumerate(counts) for _ in range(count)]
        for first in range(0, len(presses), 500):
            body = json.dumps({"presses": presses[first:first + 500]}).encode()
            request = urllib.request.Request(
                f"{self.rig.http}/ingest/v1/helsinki/dev-{leaf}/press", data=body,
                headers={"Authorization": f"Bearer {self.rig.token}"})
            assert urllib.request.urlopen(request, timeout=30).status == 200
        before = self.posted.setdefault((month, leaf), [0] * BUTTONS)
        self.posted[month, leaf] = [a + b for a, b in zip(before, counts)]

    def counts(self, month):
        """True counts of every place."""
        counts = {leaf: self.posted.get((month, leaf), [0] * BUTTONS) for leaf in LEAVES}
        for node, parent, _ in reversed(TREE):
            if parent:
                before = counts.get(parent, [0] * BUTTONS)
                counts[parent] = [a + b for a, b in zip(before, counts[node])]
        return counts

    def rows(self, node, **query):
        """Rows by (node, month); every one is checked to be whole or hidden whole."""
        status, _, body = self.get("/public/v1/results", node=node, **query)
        assert status == 200, body
        rows = {}
        for series in json.loads(body)["series"]:
            for row in series["rows"]:
                numbers = [row[name] for name in
                           ("responses", "counts", "index", "interval", "shares")]
                assert all((number is None) == row["suppressed"] for number in numbers), row
                rows[series["node"], int(row["start"][5:7])] = row
        return rows


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    path = folder / "registry.yaml"
    path.write_text(registry())
    with Rig(folder, path, {}, ACL) as rig:
        site = Site(rig)
        rng = random.Random(20261122)
        for month in MONTHS:
            for leaf in LEAVES:
                most = rng.choice([4, 8, 15, 30])
                counts = (JANUARY[leaf] if month == 1 else
                          [rng.randint(0 if rng.random() < 0.3 else 5, max(5, most))
                           for _ in range(BUTTONS)])
                site.post(leaf, month, counts)
        site.post("salainen", 1, [9, 9, 9])
        assert "periods published" in site.cli("publish")
        yield site
    assert rig.service.child.returncode == 0, rig.service.log()


@pytest.fixture(scope="module")
def suppression(tmp_path_factory):
    running = Suppression(build(tmp_path_factory.mktemp("whole")))
    yield running
    running.close()


def test_all_answers_agree_and_show_what_the_rules_say(site, suppression):
    seen = {}
    spans = [{}, {"from": "2026-01-01"}, {"to": "2027-01-01"},
             {"from": "2026-02-01", "to": "2026-05-01"}, {"from": "2026-01-15", "to": "2026-08-31"}]
    for node, parent, is_public in TREE:
        for children, span in itertools.product(("true", "false"), spans):
            if not is_public:
                continue
            rows = site.rows(node, children=children, **span)
            for key, row in rows.items():
                assert seen.setdefault(key, row) == row, key
            status, _, text = site.get(
                "/public/v1/results", node=node, children=children, format="csv", **span)
            table = {(line["node"], int(line["start"][5:7])): line
                     for line in csv.DictReader(io.StringIO(text, newline=""))}
            assert table.keys() == rows.keys()
            for key, line in table.items():
                counts = rows[key]["counts"] or [""] * BUTTONS
                assert [line[f"count_{k}"] for k in range(BUTTONS)] == [str(c) for c in counts]
                assert line["suppressed"] == str(rows[key]["suppressed"]).lower()
    # Only whole months: a span cut in the middle gives fewer, never a part of one.
    assert {month for _, month in site.rows("tero", **{
        "from": "2026-01-15", "to": "2026-08-31"})} == set(range(2, 8))
    hidden = shown = 0
    for month in MONTHS:
        counts = site.counts(month)
        places = [(node, parent, is_public, counts[node]) for node, parent, is_public in TREE]
        suppression.forget()
        answer = suppression.ask("table", places)
        attack, visible = Attack(TREE), {}
        for (node, _, is_public), is_shown in zip(TREE, answer):
            if not is_public:
                continue
            row = seen[node, month]
            assert row["suppressed"] == (not is_shown), (node, month)
            if is_shown:
                assert row["counts"] == counts[node]
                visible[node] = row["counts"]
        attack.see(visible)
        assert attack.found() == []
        shown, hidden = shown + len(visible), hidden + len(TREE) - len(visible)
    assert shown > 10 and hidden > 10
    assert {node for node, month in seen if month == 1 and not seen[node, month]["suppressed"]} == (
        SHOWN_IN_JANUARY)


def test_what_is_not_public_is_not_there(site):
    problems = set()
    for node in ("huone", "salainen", "helsinki", "unassigned", "atlantis", "dev-aula"):
        status, _, body = site.get("/public/v1/results", node=node)
        assert status == 404, node
        problems.add(body.replace(node, "…"))
    assert len(problems) == 1
    status, _, body = site.get("/public/v1/nodes")
    assert status == 200
    for name in ("huone", "salainen", "Huone", "dev-", "unassigned"):
        assert name not in body, name
    tree = json.loads(body)
    assert (tree["by"], tree["cell_min"], tree["total_min"], tree["delay_days"]) == (
        "month", 5, 10, 0)
    assert tree["nodes"][0]["name"] == {"fi": "Tero", "sv": "Tero"}
    for name, value, status in [("by", "day", 400), ("from", "yesterday", 400), ("question", "x", 404)]:
        assert site.get("/public/v1/results", node="tero", **{name: value})[0] == status


def test_jsonstat_says_what_json_says_and_marks_what_is_hidden(site):
    asked = {"node": "tero", "children": "true"}
    series = json.loads(site.get("/public/v1/results", **asked)[2])["series"]
    dataset = pyjstat.Dataset.read(site.get("/public/v1/results", format="json-stat", **asked)[2])
    axes = [dataset["dimension"][name]["category"]["index"] for name in dataset["id"]]
    assert dataset["id"] == ["node", "question", "time", "measure"]
    assert dataset["size"] == [len(axis) for axis in axes]
    places = list(itertools.product(*axes))
    values = dict(zip(places, dataset["value"], strict=True))
    hidden = {places[int(place)] for place, status in dataset["status"].items() if status == "c"}
    told = 0
    for one in series:
        for row in one["rows"]:
            place = (one["node"], one["question"], f"{row['start']}/{row['end']}")
            numbers = {name: values.pop((*place, name)) for name in axes[3]}
            told += not row["suppressed"]
            if row["suppressed"]:
                assert set(numbers.values()) == {None}
                assert all((*place, name) in hidden for name in axes[3])
                continue
            assert (numbers["responses"], numbers["index"]) == (row["responses"], row["index"])
            assert [numbers[f"count_{k}"] for k in range(one["buttons"])] == row["counts"]
            assert numbers["interval_low"] == row["interval"]["low"]
            assert not any((*place, name) in hidden for name in axes[3])
    assert told > 3 and hidden and set(values.values()) <= {None}
    # Of a period that a node has no row in, nothing is said either way.
    assert not hidden & set(values)


def test_pages_may_read_it_and_caches_keep_it(site):
    status, headers, _ = site.get("/public/v1/results", node="tero")
    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "public, max-age=900"
    assert headers["X-Content-Type-Options"] == "nosniff"
    status, again, body = site.get(
        "/public/v1/results", node="tero", headers={"If-None-Match": headers["ETag"]})
    assert (status, again["ETag"], body) == (304, headers["ETag"], "")
    assert site.get("/public/v1/results", node="huone")[1]["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in site.get("/api/v1/nodes")[1]


def unmarked(rows):
    return {key: {name: value for name, value in row.items() if name != "later_counts_differ"}
            for key, row in rows.items()}


def test_what_was_published_stays_and_is_published_again_by_enough_only(site):
    def rows():
        return unmarked(site.rows("tero", children="true") | site.rows("kallio", children="true"))

    before = rows()
    site.post("aula", 1, [0, 1, 0])
    assert "0 periods published" in site.cli("publish")
    assert rows() == before
    assert "too small" in site.cli("publish", "--again", "2026-01-01", status=1)
    assert rows() == before

    status, _, body = site.get("/api/v1/publications", token=site.rig.token, node="aula")
    series, = json.loads(body)["series"]
    january = series["rows"][0]
    assert january["differs"] and january["now"]["counts"] == [20, 21, 20]
    assert [v["counts"] for v in january["versions"]] == [[20, 20, 20]]
    assert not any(period["differs"] for period in series["rows"][1:])

    site.post("aula", 1, [5, 5, 6])
    assert "as version 2" in site.cli("publish", "--again", "2026-01-01")
    rows = site.rows("kallio", children="true")
    assert rows["aula", 1]["counts"] == [25, 26, 26]
    assert rows["aula", 1]["revised_at"] and rows["aula", 1]["published_at"] == (
        before["aula", 1]["published_at"])
    assert [v["counts"] for v in rows["aula", 1]["before"]] == [[20, 20, 20]]
    assert rows["kallio", 1]["before"][0]["counts"] == before["kallio", 1]["counts"]
    assert rows["labra", 1]["suppressed"] and rows["labra", 1]["counts"] is None
    assert {node for node, month in rows if month == 1 and not rows[node, month]["suppressed"]} <= (
        SHOWN_IN_JANUARY)
    assert "nothing differs" in site.cli("publish", "--again", "2026-01-01")
    assert "no period" in site.cli("publish", "--again", "2025-01-01", status=1)
    assert "period published again" in site.cli("audit")


def marks(site, **query):
    """Of each month, the one word that all its rows say."""
    found = {}
    for node in ("tero", "kallio", "vallila"):
        for (_, month), row in site.rows(node, children="true", **query).items():
            found.setdefault(month, set()).add(row["later_counts_differ"])
        _, _, text = site.get("/public/v1/results", node=node, format="csv", **query)
        lines = csv.DictReader(io.StringIO(text, newline=""))
        assert lines.fieldnames[-1] == "later_counts_differ"
        for line in lines:
            found[int(line["start"][5:7])].add(line["later_counts_differ"] == "true")
    assert all(len(words) == 1 for words in found.values()), "a word for each place would tell where"
    return {month: words.pop() for month, words in found.items()}


def test_a_figure_known_to_be_wrong_is_marked_and_its_quarter_corrects_it(site):
    """From April on: what the tests above did to January is theirs."""
    shown = {month: [node for (node, m), row in (
        site.rows("tero", children="true") | site.rows("kallio", children="true")
        | site.rows("vallila", children="true")).items() if m == month and not row["suppressed"]]
        for month in (4, 5, 6)}
    assert not any(marks(site)[month] for month in (4, 5, 6)), "nothing came since"
    assert "tero" in shown[5]
    site.post("katu", 5, [1, 0, 0])
    assert not marks(site)[5], "told at the next round, not by each request"
    said = site.cli("publish")
    assert "the period from 2026-05-01" in said and "otherwise now" in said
    assert [month for month, mark in marks(site).items() if mark and month > 3] == [5]
    assert "otherwise" not in site.cli("publish"), "no news"
    # One press more is too little to be told, of the month and of its quarter.
    assert "too small" in site.cli("publish", "--again", "2026-05-01", status=1)
    assert "too small" in site.cli("publish", "--again", "2026-04-01", "--by", "quarter", status=1)
    assert site.rows("tero", coarser="true") == {}

    before = site.rows("tero", children="true")
    for leaf in ("katu", "piha", "aula", "ovi", "labra"):
        site.post(leaf, 5, [6, 6, 6])
    assert "as version 1" in site.cli("publish", "--again", "2026-04-01", "--by", "quarter")
    quarter = site.rows("tero", children="true", coarser="true")
    counts = [sum(c) for c in zip(*(site.counts(month)["tero"] for month in (4, 5, 6)))]
    assert quarter["tero", 4]["counts"] == counts and not quarter["tero", 4]["later_counts_differ"]
    assert quarter["tero", 4]["end"][:10] == "2026-07-01"
    assert {node for node, _ in quarter if not quarter[node, 4]["suppressed"]} == {
        node for node in ("tero", "kallio", "vallila") if all(node in shown[m] for m in shown)}
    # The months stay as they were, with their word; the quarter says which are better.
    assert unmarked(site.rows("tero", children="true")) == unmarked(before)
    assert marks(site)[5] and not marks(site, coarser="true")[4]
    assert "nothing differs" in site.cli("publish", "--again", "2026-04-01", "--by", "quarter")
    # The sum is told already: a month of it would tell the rest.
    assert "coarser period" in site.cli("publish", "--again", "2026-05-01", status=1)
    assert "coarser period" in site.cli("publish", "--again", "2026-01-01", "--by", "year", status=1)

    site.post("katu", 6, [0, 1, 0])
    site.cli("publish")
    assert marks(site, coarser="true")[4] and marks(site)[6]
    assert "too small" in site.cli("publish", "--again", "2026-04-01", "--by", "quarter", status=1)
    for leaf in ("katu", "piha", "aula", "ovi", "labra"):
        site.post(leaf, 4, [7, 6, 7])
    assert "as version 2" in site.cli("publish", "--again", "2026-04-01", "--by", "quarter")
    again = site.rows("tero", coarser="true")["tero", 4]
    assert again["before"][0]["counts"] == counts and again["revised_at"]
    assert not again["later_counts_differ"]


def test_a_quarter_that_is_not_there_is_refused(site):
    assert "no quarter begins then" in site.cli(
        "publish", "--again", "2026-02-01", "--by", "quarter", status=1)
    assert "made up of published periods" in site.cli(
        "publish", "--again", "2025-10-01", "--by", "quarter", status=1), "nothing was published"
    assert "neither quarter nor year" in site.cli(
        "publish", "--again", "2026-01-01", "--by", "week", status=64)
    assert "belongs to --again" in site.cli("publish", "--by", "quarter", status=64)
    assert site.get("/public/v1/results", node="tero", coarser="maybe")[0] == 400


def test_a_copy_takes_what_was_published_along(site, tmp_path):
    site.cli("backup", str(tmp_path / "copy.sqlite"))
    assert (tmp_path / "copy-publications.sqlite").stat().st_size > 0
    with pytest.raises(AssertionError, match="there already"):
        (tmp_path / "copy.sqlite").unlink()
        (tmp_path / "copy-access.sqlite").unlink()
        site.cli("backup", str(tmp_path / "copy.sqlite"))

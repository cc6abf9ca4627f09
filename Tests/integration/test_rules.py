"""Another rule, another registry: what the preview says is what is there once it holds."""

import csv
import io
import json
import random
import re
import secrets
import subprocess
import time
import urllib.request

import frictionless
import pytest
from pyjstat import pyjstat
from rig import BUILD, Rig

ACL = "user pikapalaute\ntopic readwrite pikapalaute/#\n"
YEAR = "from=2025-01-01&to=2026-01-01"
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {id: palvelu, buttons: 4}
  - {id: uusi, buttons: 5}
nodes:
  - id: terveysasemat
    kind: service
    nodes:
      - id: kallio-aula
        kind: touchpoint
        question: palvelu
        repeat_interval_s: 2
        devices: [{id: a-1}, {id: a-2, to: 2025-06-03}]
      - {id: toolo-aula, kind: touchpoint, question: palvelu, repeat_interval_s: 0, devices: [{id: a-3}]}
  - id: hammashoitolat
    kind: service
    nodes:
      - id: kamppi-aula
        kind: touchpoint
        questions: [uusi, palvelu]
        repeat_interval_s: 2
        devices: [{id: a-4}, {id: a-2, from: 2025-06-05}]
"""
PLACES = ["kallio-aula", "toolo-aula", "kamppi-aula", "unassigned"]


@pytest.fixture
def rig(tmp_path):
    """A service whose devices and an earlier supplier counted some days of June 2025."""
    (tmp_path / "registry.yaml").write_text(REGISTRY)
    rig = Rig(tmp_path, tmp_path / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
    rig.start()
    dice = random.Random(20250601)
    for device in ("a-1", "a-2", "a-3", "a-4"):
        moment, presses = 1_748_750_400_000, []  # 2025-06-01T04:00Z
        for _ in range(900):
            moment += dice.choice([0, 999, 1500, 2000, 3500, 4999, 5000, 30_000, 3_600_000])
            at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000))
            presses.append({"at": f"{at}.{moment % 1000:03}Z", "slot": dice.choice([0, 0, 0, 1]),
                            "button": dice.choice([0, 1, 2, 3, 3, 3, 4])})
        body = {"epoch": 1, "first": 0, "presses": presses}
        urllib.request.urlopen(urllib.request.Request(
            f"{rig.http}/ingest/v1/helsinki/{device}/press", json.dumps(body).encode(),
            {"Authorization": f"Bearer {rig.token}", "Content-Type": "application/json"}),
            timeout=60)
    rig.service.stop()
    (tmp_path / "earlier.csv").write_text("id,time,touchpoint,button,excluded\n" + "".join(
        f"{k},2025-02-{1 + k % 28:02}T10:00:0{k % 10},{PLACES[k % 2]},{k % 4},{str(k % 5 == 0).lower()}\n"
        for k in range(200)))
    run(rig, "import", tmp_path / "earlier.csv")
    restart(rig)
    yield rig
    rig.stop()


def restart(rig):
    rig.service.start()
    rig.wait_until_ready()


def run(rig, *arguments, code=0):
    done = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", rig.database],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def shown(rig):
    """Responses, index and excluded of each touchpoint and question, as results show them."""
    found = {}
    for place in PLACES:
        status, body = rig.get(f"/api/v1/results?node={place}&{YEAR}&by=total")
        assert status == 200, body
        for series in json.loads(body)["series"]:
            row, = series["rows"]
            if row["responses"] or row["excluded"] or row["invalid"]:
                weighted = sum(k * count for k, count in enumerate(row["counts"]))
                top = (series["buttons"] - 1) * row["responses"]
                tenths = (2000 * weighted + top) // (2 * top) if top else None
                index = f"{tenths // 10}.{tenths % 10}" if top else "–"
                found[place, series["question"]] = (row["responses"], index, row["excluded"])
    return found


def preview(rig, *arguments):
    """The preview's rows: {(touchpoint, question): (before, after)}, and all it printed."""
    said = run(rig, "rebuild", *arguments)
    rows = {}
    for line in said.splitlines():
        cells = line.split()
        if len(cells) == 8 and cells[2].isdigit():
            place, question, *numbers = cells
            before, after = numbers[0::2], numbers[1::2]
            rows[place, question] = tuple(
                (int(side[0]), side[1], int(side[2])) for side in (before, after))
    return rows, said


NOTHING = (0, "–", 0)


def assert_comes_true(rig, arguments, registry):
    """Previews, checks that nothing changed, applies the registry, and compares."""
    before = shown(rig)
    rows, said = preview(rig, *arguments)
    assert rows and "nothing was changed" in said
    assert shown(rig) == before
    assert "nothing differs" in run(rig, "rebuild")
    together = re.search(r"together (\d+) responses, would be (\d+)", said)
    for side in (0, 1):
        assert int(together[side + 1]) == sum(row[side][0] for row in rows.values())
    rig.service.stop()
    rig.registry.write_text(registry)
    restart(rig)
    after = shown(rig)
    for key in before.keys() | after.keys():
        sides = (before.get(key, NOTHING), after.get(key, NOTHING))
        if key in rows:
            assert rows[key] == sides, key
        else:
            assert sides[0] == sides[1], f"{key} changed, and the preview does not say so"
    assert "nothing differs" in run(rig, "rebuild")
    return rows


@pytest.mark.parametrize("seconds", ["0", "3.5", "5", "3600"])
def test_a_rule_everywhere_comes_true(rig, seconds):
    text = re.sub(r"repeat_interval_s: [0-9.]+", f"repeat_interval_s: {seconds}", REGISTRY)
    rows = assert_comes_true(rig, ["--rule", f"lockout/1:{seconds}"], text)
    assert ("unassigned", "palvelu") not in rows, "nothing but touchpoints has a rule of its own"


@pytest.mark.parametrize("node, places", [
    ("kallio-aula", ["kallio-aula"]), ("terveysasemat", ["kallio-aula", "toolo-aula"]),
    ("helsinki", ["kallio-aula", "toolo-aula", "kamppi-aula"])])
def test_a_rule_below_a_node_comes_true(rig, node, places):
    text = REGISTRY
    for place in places:
        text = re.sub(rf"({place}.*?repeat_interval_s: )[0-9]+", r"\g<1>5", text, flags=re.S)
    rows = assert_comes_true(rig, ["--rule", "lockout/1:5", "--node", node], text)
    # A device that goes to another place takes its last press along.
    assert set(places) <= {place for place, _ in rows}
    assert before_is_more(rows, places)


def before_is_more(rows, places):
    return all(rows[key][0][0] > rows[key][1][0] for key in rows if key[0] in places)


def test_a_rule_that_holds_already_changes_nothing(rig):
    text = re.sub(r"repeat_interval_s: [0-9]+", "repeat_interval_s: 2", REGISTRY)
    assert_comes_true(rig, ["--rule", "lockout/1:2"], text)
    assert "nothing would change" in run(rig, "rebuild", "--rule", "lockout/1:2")


def test_another_registry_comes_true(rig, tmp_path):
    text = (REGISTRY
            .replace("{id: a-2, to: 2025-06-03}", "{id: a-2, to: 2025-06-02}")
            .replace("{id: a-2, from: 2025-06-05}", "{id: a-2, from: 2025-06-03, question: uusi}")
            .replace("devices: [{id: a-3}]}", "devices: []}")
            .replace("[{id: a-4}", "[{id: a-4, to: 2025-06-04}")
            .replace("nodes:\n      - id: kamppi-aula",
                     "nodes:\n      - {id: uusi-aula, kind: touchpoint, question: palvelu}\n"
                     "      - id: kamppi-aula")
            .replace("repeat_interval_s: 2\n        devices: [{id: a-1}",
                     "repeat_interval_s: 4\n        devices: [{id: a-1}"))
    next_registry = tmp_path / "next.yaml"
    next_registry.write_text(text)
    assert_comes_true(rig, ["--registry", next_registry], text)


def total(rig, more=""):
    """Everything that the site shows, by question and number of buttons."""
    _, body = rig.get(f"/api/v1/results?node=helsinki&{YEAR}&by=total{more}")
    return {(series["question"], series["buttons"]): series["rows"][0]
            for series in json.loads(body)["series"]}


def test_another_number_of_buttons_comes_true(rig, tmp_path):
    """Presses of buttons that are gone are invalid, imported ones too; none goes away. A device that
    the registry dropped keeps the old number: its answers are another series of the question."""
    text = REGISTRY.replace("{id: palvelu, buttons: 4}", "{id: palvelu, buttons: 3}")
    next_registry = tmp_path / "next.yaml"
    next_registry.write_text(text)
    before = total(rig)["palvelu", 4]
    assert_comes_true(rig, ["--registry", next_registry], text)
    after = total(rig)["palvelu", 3]
    assert sum(before[n] for n in ("responses", "excluded", "invalid")) == sum(
        after[n] for n in ("responses", "excluded", "invalid"))
    assert before["imported"] == 160 and after["imported"] == 120
    _, body = rig.get("/api/v1/presses?node=helsinki&from=2025-02-01&to=2025-03-01")
    outcomes = [press["outcome"] for press in json.loads(body)["presses"]]
    assert (outcomes.count("counted"), outcomes.count("invalid")) == (120, 40)

    rig.service.stop()
    rig.registry.write_text(text.replace("buttons: 3}", "buttons: 2}").replace(
        "devices: [{id: a-3}]}", "devices: []}"))
    restart(rig)
    assert {("palvelu", 2), ("palvelu", 3)} <= total(rig).keys()
    dataset = pyjstat.Dataset.read(rig.get(
        f"/api/v1/results?node=helsinki&{YEAR}&by=total&format=json-stat")[1])
    questions = dataset["dimension"]["question"]["category"]["label"]
    assert set(questions) == {"palvelu:2", "palvelu:3", "uusi"}
    assert len(set(questions.values())) == 3
    for (question, buttons), row in total(rig).items():
        name = question if question == "uusi" else f"{question}:{buttons}"
        place = [{"node": "helsinki"}, {"question": name}, {"time": row["start"]}]
        assert dataset.get_value([*place, {"measure": "responses"}]) == row["responses"]
    for name in ("hours.csv", "days.csv", "datapackage.json"):
        (tmp_path / name).write_text(rig.get(f"/api/v1/exports/helsinki/2025/{name}")[1])
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    with (tmp_path / "days.csv").open() as lines:
        keys = [(row["node"], row["question"], row["start"]) for row in csv.DictReader(lines)]
    assert len(set(keys)) < len(keys), "no day in which both numbers of buttons were pressed"


def test_what_cannot_be_previewed_is_refused(rig, tmp_path):
    for rule in ("lockout/2:5", "lockout/1:", "lockout/1:-1", "lockout/1:3601", "5"):
        assert "lockout/1:SECONDS" in run(rig, "rebuild", "--rule", rule, code=1)
    assert "'nowhere' is not in the registry" in run(
        rig, "rebuild", "--rule", "lockout/1:5", "--node", "nowhere", code=1)
    (tmp_path / "next.yaml").write_text(REGISTRY.replace("site: helsinki", "site: espoo"))
    said = run(rig, "rebuild", "--registry", tmp_path / "next.yaml", code=1)
    assert "holds site 'helsinki'" in said
    (tmp_path / "next.yaml").write_text("site: [")
    run(rig, "rebuild", "--registry", tmp_path / "next.yaml", code=1)
    for words in (["--rule", "lockout/1:5", "--apply"], ["--node", "kallio-aula"],
                  ["--rule", "lockout/1:5", "--registry", tmp_path / "next.yaml"]):
        run(rig, "rebuild", *words, code=64)


def test_imported_presses_are_listed_too(rig, tmp_path):
    wanted = sorted(
        (f"2025-02-{1 + k % 28:02}T08:00:0{k % 10}", PLACES[k % 2], str(k % 4),
         "excluded" if k % 5 == 0 else "counted") for k in range(200))

    def listed(node):
        status, text = rig.get(
            f"/api/v1/presses?node={node}&from=2025-02-01&to=2025-03-01&format=csv")
        assert status == 200, text
        rows = list(csv.DictReader(io.StringIO(text)))
        assert all((row["imported"], row["estimated"], row["device"], row["received_at"])
                   == ("true", "false", "", "") for row in rows)
        return sorted((row["at"].removesuffix("Z"), row["touchpoint"], row["button"],
                       row["outcome"]) for row in rows)

    assert listed("helsinki") == listed("terveysasemat") == wanted
    assert listed("toolo-aula") == [press for press in wanted if press[1] == "toolo-aula"]
    # Without their touchpoint they stand under unassigned.
    rig.service.stop()
    rig.registry.write_text(re.sub(r"      - \{id: toolo-aula.*\n", "", REGISTRY))
    restart(rig)
    moved = [(at, "unassigned", *rest) for at, place, *rest in wanted if place == "toolo-aula"]
    assert listed("unassigned") == sorted(moved)
    assert len(listed("helsinki")) == len(wanted)

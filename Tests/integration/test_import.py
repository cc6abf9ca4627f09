"""The history of an earlier supplier: imported once, marked, summed like everything else."""

import csv
import datetime
import io
import json
import random
import secrets
import subprocess
import uuid
import zoneinfo

import pytest
from rig import BUILD, Rig

ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
ACL = "user pikapalaute\ntopic readwrite pikapalaute/#\n"
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
        devices: [{id: rd-0042, from: 2019-05-13, question: uusi}]
      - {id: toolo-aula, kind: touchpoint, question: palvelu, devices: [{id: rd-0043}]}
  - id: hammashoitolat
    kind: service
    nodes: [{id: ruoholahti-aula, kind: touchpoint, question: palvelu}]
"""
PLACES = {"10000001": "kallio-aula", "10000002": "toolo-aula", "10000003": "ruoholahti-aula"}


@pytest.fixture
def rig(tmp_path):
    (tmp_path / "registry.yaml").write_text(REGISTRY)
    rig = Rig(tmp_path, tmp_path / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
    rig.start()
    rig.service.stop()
    yield rig
    rig.stop()


def run(rig, *arguments, code=0):
    done = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", rig.database],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def presses(seed, count=3000):
    """Single presses as HappyOrNot's API v2 returns them, and what each must count as."""
    chance = random.Random(seed)
    rows, expected = [], {}
    days = [datetime.date(2017, 3, 25), datetime.date(2017, 3, 26), datetime.date(2017, 10, 29),
            datetime.date(2017, 12, 31), datetime.date(2018, 1, 1)]
    for _ in range(count):
        place = chance.choice(list(PLACES))
        local = datetime.datetime.combine(
            chance.choice(days),
            datetime.time(chance.randrange(24), chance.randrange(60), chance.randrange(60)))
        button, misuse = chance.choices(range(4), [1, 2, 7, 30])[0], chance.random() < 0.1
        rows.append({
            "feedbackId": str(uuid.UUID(int=chance.getrandbits(128))), "smileyId": "77",
            "localTime": local.isoformat(), "surveyId": "5", "experiencePointId": place,
            "buttonIndex": str(button), "misuse": str(misuse).lower(), "position": "0",
            "ui": "physical", "smileyType": "SMILEY_TERMINAL"})
        moment = local.replace(tzinfo=ZONE).astimezone(datetime.timezone.utc)
        hour = int(moment.timestamp()) // 3600
        cell = expected.setdefault((PLACES[place], hour), [0, 0, 0, 0, 0])
        cell[4 if misuse else button] += 1
    return rows, expected


def write(path, rows, delimiter=",", bom=False):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode())
    return path


def mapping(folder):
    file = folder / "places.csv"
    file.write_text("id,touchpoint\n" + "".join(f"{a},{b}\n" for a, b in PLACES.items()))
    return file


def results(rig, node, by="hour", start="2017-01-01", end="2019-01-01", extra=""):
    status, body = rig.get(f"/api/v1/results?node={node}&from={start}&to={end}&by={by}{extra}")
    assert status == 200, body
    return [series for series in json.loads(body)["series"]]


def counted(rig, node, by="hour"):
    """Every row of the question palvelu with anything in it: {UTC hour: [counts, excluded]}."""
    found = {}
    for series in results(rig, node, by):
        if series["question"] != "palvelu":
            continue
        for row in series["rows"]:
            assert row["imported"] == row["responses"]
            if row["responses"] or row["excluded"]:
                start = datetime.datetime.fromisoformat(row["start"])
                found[int(start.timestamp()) // 3600] = row["counts"] + [row["excluded"]]
    return found


def expected_below(expected, places):
    found = {}
    for (place, hour), cell in expected.items():
        if place in places:
            found[hour] = [a + b for a, b in zip(found.get(hour, [0] * 5), cell)]
    return found


@pytest.mark.parametrize("delimiter, bom", [(",", False), (";", True), ("\t", False)])
def test_presses_of_another_supplier_stand_in_their_hours_once(rig, tmp_path, delimiter, bom):
    seed = secrets.randbits(32)
    print("seed", seed)
    rows, expected = presses(seed)
    file = write(tmp_path / "button-feedbacks.csv", rows, delimiter, bom)
    dry = run(rig, "import", file, "--mapping", mapping(tmp_path), "--dry-run")
    assert f"{len(rows)} lines would be imported" in dry and "nothing was changed" in dry
    assert "nothing was imported" in run(rig, "import", "list")
    assert f"{len(rows)} lines imported" in run(rig, "import", file, "--mapping", mapping(tmp_path))
    again = run(rig, "import", file, "--mapping", mapping(tmp_path))
    assert "0 lines imported" in again and f"{len(rows)} lines were known already" in again
    assert "nothing differs" in run(rig, "rebuild")
    assert "is whole" in run(rig, "check")
    rig.service.start()
    rig.wait_until_ready()
    every = set(PLACES.values())
    for node, places in [*((place, {place}) for place in every), ("helsinki", every),
                         ("terveysasemat", {"kallio-aula", "toolo-aula"})]:
        assert counted(rig, node) == expected_below(expected, places), node
    total = sum(sum(cell[:4]) for cell in expected.values())
    assert results(rig, "helsinki", "total")[0]["rows"][0]["imported"] == total
    assert not [d for d in json.loads(rig.get("/api/v1/devices")[1])["devices"] if ":" in d["id"]]


def test_overlapping_exports_add_only_what_is_new_and_can_be_taken_back(rig, tmp_path):
    rows, expected = presses(7, 900)
    places = mapping(tmp_path)
    run(rig, "import", write(tmp_path / "first.csv", rows[:600]), "--mapping", places)
    second = run(rig, "import", write(tmp_path / "second.csv", rows[300:]), "--mapping", places)
    assert "300 lines imported" in second and "300 lines were known already" in second
    changed = [dict(row) for row in rows[:10]]
    for row in changed:
        row["buttonIndex"] = str((int(row["buttonIndex"]) + 1) % 4)
        row["misuse"] = "false"
    file = write(tmp_path / "changed.csv", changed)
    assert "left as they were" in run(rig, "import", file, "--mapping", places)
    assert "10 known lines say something else now: replaced" in run(
        rig, "import", file, "--mapping", places, "--replace")
    assert "nothing differs" in run(rig, "rebuild")
    run(rig, "import", write(tmp_path / "all.csv", rows), "--mapping", places, "--replace")
    rig.service.start()
    rig.wait_until_ready()
    assert counted(rig, "helsinki") == expected_below(expected, set(PLACES.values()))
    rig.service.stop()
    numbers = [line.split("\t")[0] for line in run(rig, "import", "list").splitlines()]
    for number in numbers:
        run(rig, "import", "withdraw", number)
    run(rig, "import", "withdraw", "99", code=1)
    assert "nothing differs" in run(rig, "rebuild")
    rig.service.start()
    rig.wait_until_ready()
    assert counted(rig, "helsinki") == {} and counted(rig, "kallio-aula") == {}


def test_imported_numbers_move_with_their_touchpoint(rig, tmp_path):
    rows, expected = presses(8, 600)
    run(rig, "import", write(tmp_path / "a.csv", rows), "--mapping", mapping(tmp_path))
    moved = REGISTRY.replace(
        "      - {id: toolo-aula, kind: touchpoint, question: palvelu, devices: [{id: rd-0043}]}\n",
        "").replace("nodes: [{id: ruo", "nodes: [{id: toolo-aula, kind: touchpoint, "
                    "question: palvelu, devices: [{id: rd-0043}]}, {id: ruo")
    rig.registry.write_text(moved)
    rig.service.start()
    rig.wait_until_ready()
    assert counted(rig, "hammashoitolat") == expected_below(
        expected, {"toolo-aula", "ruoholahti-aula"})
    assert counted(rig, "terveysasemat") == expected_below(expected, {"kallio-aula"})
    rig.service.stop()
    rig.registry.write_text(moved.replace(", {id: ruoholahti-aula, kind: touchpoint, "
                                          "question: palvelu}", ""))
    rig.service.start()
    rig.wait_until_ready()
    assert counted(rig, "unassigned") == expected_below(expected, {"ruoholahti-aula"})
    assert "nothing differs" in run(rig, "rebuild")


def test_every_faulty_line_is_skipped_counted_and_shown(rig, tmp_path):
    rows, _ = presses(9, 20)
    rows = [dict(row, localTime="2017-05-05T10:00:00", misuse="false") for row in rows]
    faults = {
        "no such time": {"localTime": "2017-02-30T10:00:00"},
        "lies in the future": {"localTime": "2150-02-01T10:00:00"},
        "nor a touchpoint": {"experiencePointId": "555"},
        "no such button": {"buttonIndex": "9"},
        "no id": {"feedbackId": ""},
        "neither true nor false": {"misuse": "perhaps"},
    }
    for row, fault in zip(rows, faults.values()):
        row.update(fault)
    file = write(tmp_path / "faulty.csv", rows)
    file.write_bytes(file.read_bytes() + b'"one cell"\r\n')
    said = run(rig, "import", file, "--mapping", mapping(tmp_path))
    assert "14 lines imported" in said
    for reason in faults:
        assert reason in said, said
    assert "another number of cells" in said and "line 22" in said
    file.write_text("a,b,c\n1,2,3\n")
    assert "names none of the forms" in run(rig, "import", file, code=1)
    file.write_text('id,time,touchpoint,button\n"1,2')
    assert "not closed" in run(rig, "import", file, code=1)
    (tmp_path / "places.csv").write_text("id,touchpoint\n1,nowhere\n")
    file.write_text("id,time,touchpoint,button\n")
    assert "no touchpoint" in run(
        rig, "import", file, "--mapping", tmp_path / "places.csv", code=1)
    assert "file that can be read" in run(rig, "import", tmp_path / "missing.csv", code=78)


def test_hours_go_from_results_into_another_database_unchanged(rig, tmp_path):
    rows, expected = presses(10, 800)
    run(rig, "import", write(tmp_path / "a.csv", rows), "--mapping", mapping(tmp_path))
    rig.service.start()
    rig.wait_until_ready()
    _, text = rig.get("/api/v1/results?node=terveysasemat&from=2017-01-01&to=2018-02-01&by=hour"
                      "&children=true&question=palvelu&format=csv")
    rig.service.stop()
    (tmp_path / "hours.csv").write_text(text)
    other = tmp_path / "other"
    other.mkdir()
    second = Rig(other, rig.registry, {"tester": "x" * 16}, ACL)
    with second:
        second.service.stop()
        said = run(second, "import", tmp_path / "hours.csv")
        assert "nor a touchpoint" in said  # the service's own rows: only touchpoints are taken
        second.service.start()
        second.wait_until_ready()
        places = {"kallio-aula", "toolo-aula"}
        assert counted(second, "terveysasemat") == expected_below(expected, places)


def test_the_yearly_files_of_one_database_are_the_history_of_another(rig, tmp_path):
    rows, expected = presses(11, 800)
    run(rig, "import", write(tmp_path / "a.csv", rows), "--mapping", mapping(tmp_path))
    rig.service.start()
    rig.wait_until_ready()
    for year in (2017, 2018):
        status, text = rig.get(f"/api/v1/exports/helsinki/{year}/hours.csv")
        assert status == 200
        (tmp_path / f"{year}.csv").write_text(text)
    rig.service.stop()
    other = tmp_path / "other"
    other.mkdir()
    with Rig(other, rig.registry, {"tester": "x" * 16}, ACL) as second:
        second.service.stop()
        for year in (2017, 2018):
            assert "skipped" not in run(second, "import", tmp_path / f"{year}.csv")
        second.service.start()
        second.wait_until_ready()
        assert counted(second, "helsinki") == expected_below(expected, set(PLACES.values()))


def test_hours_in_which_own_devices_counted_are_refused(rig, tmp_path):
    rig.service.start()
    rig.wait_until_ready()
    import urllib.request
    body = {"epoch": 1, "first": 0, "presses": [{"at": "2020-06-01T09:30:00Z", "button": 3}]}
    urllib.request.urlopen(urllib.request.Request(
        f"{rig.http}/ingest/v1/helsinki/rd-0043/press", json.dumps(body).encode(),
        {"Authorization": f"Bearer {rig.token}", "Content-Type": "application/json"}), timeout=20)
    said = run(rig, "import", "list")
    assert "nothing was imported" in said
    assert "in use" in run(rig, "import", tmp_path / "a.csv", code=1)
    rig.service.stop()
    file = tmp_path / "a.csv"
    file.write_text("id,time,touchpoint,button\n"
                    "1,2020-06-01 12:10,toolo-aula,0\n2,2020-06-01 13:10,toolo-aula,0\n")
    assert "in 1 of these hours" in run(rig, "import", file, code=1)
    assert "nothing was imported" in run(rig, "import", "list")
    assert "2 lines imported" in run(rig, "import", file, "--allow-overlap")

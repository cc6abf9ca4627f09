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
        if local.date() == datetime.date(2017, 3, 26) and local.hour == 3:
            local = local.replace(hour=4)  # the clock leaves 03:00 to 04:00 out that night
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
    assert "file that can be read" in run(rig, "import", tmp_path / "missing.csv", code=66)


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
    assert "the service runs" in run(rig, "import", tmp_path / "a.csv", code=1)
    rig.service.stop()
    file = tmp_path / "a.csv"
    file.write_text("id,time,touchpoint,button\n"
                    "1,2020-06-01 12:10,toolo-aula,0\n2,2020-06-01 13:10,toolo-aula,0\n")
    assert "in 1 of these hours" in run(rig, "import", file, code=1)
    assert "nothing was imported" in run(rig, "import", "list")
    assert "2 lines imported" in run(rig, "import", file, "--allow-overlap")


def write_presses(path, presses):
    path.write_text("id,time,touchpoint,button\n" + "".join(
        f"{key},{time},{place},{button}\n" for key, time, place, button in presses))
    return path


def year_of(rig, node="toolo-aula"):
    """Responses by button of one place and question palvelu, all years."""
    rig.service.start()
    rig.wait_until_ready()
    series = [s for s in results(rig, node, "total") if s["question"] == "palvelu"]
    rig.service.stop()
    return series[0]["rows"][0]["counts"]


def buttons(rig, node="toolo-aula"):
    """The buttons of every single press that is listed."""
    rig.service.start()
    rig.wait_until_ready()
    _, text = rig.get(f"/api/v1/presses?node={node}&from=2017-01-01&to=2018-01-01&format=csv")
    rig.service.stop()
    return sorted(row["button"] for row in csv.DictReader(io.StringIO(text)))


def test_withdrawing_an_import_brings_back_what_it_replaced(rig, tmp_path):
    noon = "2017-05-05T12:00:00"
    a = write_presses(tmp_path / "a.csv", [(1, noon, "toolo-aula", 0), (2, noon, "toolo-aula", 1)])
    b = write_presses(tmp_path / "b.csv", [(1, noon, "toolo-aula", 3)])
    run(rig, "import", a)
    run(rig, "import", b, "--replace")
    assert year_of(rig) == [0, 1, 0, 1]
    assert buttons(rig) == ["1", "3"]
    run(rig, "import", "withdraw", "2")
    assert year_of(rig) == [1, 1, 0, 0]
    assert buttons(rig) == ["0", "1"]
    assert "nothing differs" in run(rig, "rebuild")


@pytest.mark.parametrize("order, steps", [
    (["2", "3"], [[0, 0, 0, 1], [1, 0, 0, 0]]),
    (["3", "2"], [[0, 0, 1, 0], [1, 0, 0, 0]]),
    (["1", "3"], [[0, 0, 0, 1], [0, 0, 1, 0]]),
    (["3", "1", "2"], [[0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]),
])
def test_of_a_chain_of_replacements_the_newest_that_stands_counts(rig, tmp_path, order, steps):
    for name, button in (("a", 0), ("b", 2), ("c", 3)):
        file = write_presses(tmp_path / f"{name}.csv",
                             [(1, "2017-05-05T12:00:00", "toolo-aula", button)])
        run(rig, "import", file, "--replace")
    for number, counts in zip(order, steps):
        before = year_of(rig)
        said = run(rig, "import", "withdraw", number, "--dry-run")
        assert "nothing was changed" in said and year_of(rig) == before
        assert said.replace("would be ", "").replace("would count", "count").splitlines()[:-1] == \
            run(rig, "import", "withdraw", number).splitlines()
        assert year_of(rig) == counts
        assert "nothing differs" in run(rig, "rebuild")


def test_an_import_and_its_withdrawal_stay_on_record(rig, tmp_path):
    file = write_presses(tmp_path / "a.csv", [(1, "2017-05-05T12:00:00", "toolo-aula", 0)])
    run(rig, "import", file, "--source", "old")
    run(rig, "import", "withdraw", "1")
    listed = run(rig, "import", "list")
    assert listed.startswith("1\t") and "withdrawn" in listed and "by user " in listed
    assert "was withdrawn already" in run(rig, "import", "withdraw", "1", code=1)
    assert "there is no import 9" in run(rig, "import", "withdraw", "9", code=1)
    assert "1 lines imported" in run(rig, "import", file, "--source", "old")
    assert year_of(rig) == [1, 0, 0, 0]


def test_an_import_that_adds_nothing_leaves_no_entry(rig, tmp_path):
    noon = "2017-05-05T12:00:00"
    run(rig, "import", write_presses(tmp_path / "a.csv", [(1, noon, "toolo-aula", 0)]))
    run(rig, "import", tmp_path / "a.csv")
    run(rig, "import", write_presses(tmp_path / "b.csv", [(1, noon, "toolo-aula", 3)]))
    assert [line.split("\t")[0] for line in run(rig, "import", "list").splitlines()] == ["1"]
    write_presses(tmp_path / "c.csv", [])
    assert "no lines after its header" in run(rig, "import", tmp_path / "c.csv")
    assert [line.split("\t")[0] for line in run(rig, "import", "list").splitlines()] == ["1"]


def test_a_forgotten_mapping_is_an_error_that_says_so(rig, tmp_path):
    rows, _ = presses(12, 300)
    file = write(tmp_path / "button-feedbacks.csv", rows)
    for more in ([], ["--dry-run"]):
        said = run(rig, "import", file, *more, code=1)
        assert "300 lines skipped" in said and "nothing could be imported" in said
        assert "--mapping" in said and all(f"'{place}'" in said for place in PLACES)
    assert "nothing was imported" in run(rig, "import", "list")
    file = write_presses(tmp_path / "late.csv", [(1, "2150-01-01T12:00:00", "toolo-aula", 0)])
    said = run(rig, "import", file, code=1)
    assert "nothing could be imported" in said and "--mapping" not in said


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rejected_lines_are_written_down_mended_and_imported(rig, tmp_path, delimiter):
    rows, _ = presses(13, 400)
    names = ["a, b", 'say "hi"', "two\nlines; here"]
    for number, row in enumerate(rows):
        row["surveyId"] = names[number % 3]
    good = [dict(row) for row in rows]
    chance = random.Random(13)
    faulty = sorted(chance.sample(range(400), 60))
    for number in faulty:
        rows[number].update(chance.choice([
            {"experiencePointId": "555"}, {"localTime": "2018-03-25T03:30:00"},
            {"buttonIndex": "8"}, {"localTime": "yesterday"}, {"misuse": "perhaps"}]))
    file = write(tmp_path / "faulty.csv", rows, delimiter)
    places = mapping(tmp_path)
    rejected = tmp_path / "rejected.csv"
    dry = run(rig, "import", file, "--mapping", places, "--dry-run")
    assert "--rejected" in dry and not rejected.exists()
    said = run(rig, "import", file, "--mapping", places, "--rejected", rejected)
    assert "340 lines imported" in said and f"60 lines written to {rejected}" in said
    text = rejected.read_text()
    kept = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [int(row["line"]) for row in kept] == [
        2 + number + sum(n % 3 == 2 for n in range(number)) for number in faulty]
    for number, row in zip(faulty, kept):
        assert {name: row[name] for name in rows[number]} == rows[number]
        assert row["reason"]
    # A file that a person may have mended is never written over.
    assert "is there already" in run(
        rig, "import", file, "--mapping", places, "--rejected", rejected, code=1)
    assert rejected.read_text() == text
    # Half of it mended; what is left is written down with the same columns again.
    for number, row in zip(faulty[:30], kept[:30]):
        row.update(good[number])
    write(rejected, kept, delimiter)
    again = tmp_path / "again.csv"
    said = run(rig, "import", rejected, "--mapping", places, "--rejected", again)
    assert "30 lines imported" in said and "30 lines written" in said
    left = list(csv.DictReader(io.StringIO(again.read_text(), newline=""), delimiter=delimiter))
    assert [list(row) for row in left] == [list(row) for row in kept[30:]]
    for number, row in zip(faulty[30:], left):
        row.update(good[number])
    write(again, left, delimiter)
    none = tmp_path / "none.csv"
    assert "30 lines imported" in run(
        rig, "import", again, "--mapping", places, "--rejected", none)
    assert not none.exists()
    assert "400 lines were known already" in run(
        rig, "import", write(tmp_path / "good.csv", good), "--mapping", places)


def test_a_refused_import_leaves_no_file_of_rejected_lines(rig, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('id,time,touchpoint,button\n1,yesterday,toolo-aula,0\n2,"2017')
    rejected = tmp_path / "rejected.csv"
    assert "not closed" in run(rig, "import", file, "--rejected", rejected, code=1)
    assert not rejected.exists()
    assert "rejected" in run(
        rig, "import", file, "--rejected", tmp_path / "none" / "rejected.csv", code=1)


def test_a_local_time_that_does_not_exist_is_refused_as_such(rig, tmp_path):
    file = write_presses(tmp_path / "a.csv", [
        (1, "2018-03-25T03:30:00", "toolo-aula", 0), (2, "2018-03-25T04:30:00", "toolo-aula", 1),
        (3, "2018-03-25T03:30:00+02:00", "toolo-aula", 2),
        (4, "2017-10-29T03:30:00", "toolo-aula", 3)])
    said = run(rig, "import", file)
    assert "3 lines imported" in said and "1 lines skipped: no such local time" in said
    assert "2018-03-25T03:30:00" in said
    assert "1 lines lie in an hour that the clock shows twice" in said
    assert year_of(rig) == [0, 1, 1, 1]


def test_hours_imported_again_under_another_mapping_do_not_come_twice(rig, tmp_path):
    hours = tmp_path / "hours.csv"
    hours.write_text("node,start,count_0,count_1,count_2,count_3\n"
                     "A,2017-05-05T12:00:00Z,1,0,0,4\n")
    places = tmp_path / "places.csv"
    places.write_text("id,touchpoint\nA,toolo-aula\n")
    run(rig, "import", hours, "--mapping", places)
    places.write_text("id,touchpoint\nA,ruoholahti-aula\n")
    said = run(rig, "import", hours, "--mapping", places)
    assert year_of(rig, "helsinki") == [1, 0, 0, 4]
    assert "0 lines imported" in said and "1 known lines say something else" in said
    run(rig, "import", hours, "--mapping", places, "--replace")
    assert year_of(rig, "helsinki") == year_of(rig, "ruoholahti-aula") == [1, 0, 0, 4]
    assert "nothing differs" in run(rig, "rebuild")
    run(rig, "import", "withdraw", "2")
    assert year_of(rig, "helsinki") == year_of(rig, "toolo-aula") == [1, 0, 0, 4]
    assert "nothing differs" in run(rig, "rebuild")


def test_hours_of_two_places_at_one_touchpoint_add_up(rig, tmp_path):
    hours = tmp_path / "hours.csv"
    hours.write_text("node,start,count_0,count_1,count_2,count_3\n"
                     "A,2017-05-05T12:00:00Z,1,0,0,4\nB,2017-05-05T12:00:00Z,0,2,0,0\n")
    places = tmp_path / "places.csv"
    places.write_text("id,touchpoint\nA,toolo-aula\nB,toolo-aula\n")
    assert "2 lines imported" in run(rig, "import", hours, "--mapping", places)
    assert year_of(rig) == [1, 2, 0, 4]
    assert "2 lines were known already" in run(rig, "import", hours, "--mapping", places)

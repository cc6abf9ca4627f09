"""An earlier supplier's history comes in while presses come: nothing waits long, nothing is half there."""

import collections
import datetime
import json
import os
import random
import secrets
import socket
import sqlite3
import threading
import time

import pytest
from rig import Rig, wait_until
from test_registry_live import ACL, Load, assert_nothing_differs, call, pikapalaute, registry, total

LINES = int(os.environ.get("IMPORT_LINES", "60000"))
# Of acknowledgements while an import runs, in a debug build: all but one in a thousand, and the longest, on
# a machine whose disk others use too.
NEARLY_ALL_S, LONGEST_S = 2, 10
BEGIN = datetime.datetime(2012, 1, 1, tzinfo=datetime.timezone.utc)
YEARS = "from=2012-01-01&to=2023-01-01"


class TimedLoad(Load):
    """The same, with how long each acknowledgement took, and when it came."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.times = []

    def post(self, presses):
        began = time.monotonic()
        super().post(presses)
        self.times.append((time.monotonic(), time.monotonic() - began))

    def longest(self, since, until):
        taken = sorted(took for at, took in self.times if since <= at <= until)
        nearly_all = taken[len(taken) * 999 // 1000 - 1]
        return taken[-1], nearly_all, taken[len(taken) // 2], len(taken)


@pytest.fixture
def rig(tmp_path):
    path = tmp_path / "registry.yaml"
    path.write_text(registry())
    with Rig(tmp_path, path, {"tester": secrets.token_hex(8)}, ACL) as rig:
        yield rig


def history(path, lines, seed=1, first=0):
    """Single presses of ten years at two places; what each place must count by button."""
    chance = random.Random(seed)
    expected = collections.defaultdict(lambda: [0, 0, 0, 0])
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,time,touchpoint,button\n")
        for number in range(first, first + lines):
            at = BEGIN + datetime.timedelta(seconds=chance.randrange(10 * 365 * 86400))
            place, button = chance.choice(["aula", "ovi"]), chance.randrange(4)
            expected[place][button] += 1
            file.write(f"{number},{at:%Y-%m-%dT%H:%M:%SZ},{place},{button}\n")
    return path, dict(expected)


def command(rig, *arguments, status=0):
    return pikapalaute(
        rig, "import", *arguments, status=status,
        environment={"PIKAPALAUTE_HTTP_ADDRESS": f"127.0.0.1:{rig.http_port}"})


def imported(rig, node="helsinki", years=YEARS):
    status, body = rig.get(f"/api/v1/results?node={node}&{years}&by=total")
    assert status == 200, body
    counts = [0, 0, 0, 0]
    for series in json.loads(body)["series"]:
        for row in series["rows"]:
            assert row["imported"] == row["responses"]
            counts = [a + b for a, b in zip(counts, row["counts"])]
    return counts


def assert_imported(rig, expected):
    for place in ("aula", "ovi"):
        assert imported(rig, place) == expected.get(place, [0, 0, 0, 0])
    assert imported(rig) == [sum(cells) for cells in zip([0, 0, 0, 0], *expected.values())]


def latest(rig):
    status, body = rig.get("/api/v1/imports/latest")
    return json.loads(body) if status == 200 else {"state": "none"}


def post(rig, path, query=""):
    status, body = call(rig, "POST", f"/api/v1/imports?{query}", path.read_bytes(),
                        {"Content-Type": "text/csv"})
    return status, json.loads(body)


def wait_for(rig, *states, within_s=120):
    wait_until(lambda: latest(rig)["state"] in states, within_s)
    return latest(rig)


def keep_busy(rig):
    """Presses, so that slices come one in 40 ms and a state is there to be seen; none says how many."""
    load = Load(rig, "d-2")
    load.start()
    wait_until(lambda: load.acknowledged > 0)


def undecided(rig):
    with sqlite3.connect(f"file:{rig.database}?mode=ro", uri=True) as database:
        return database.execute("SELECT state FROM import WHERE state != 'done'").fetchall()


def test_ten_years_come_in_while_terminals_press(rig, tmp_path, record_property):
    file, expected = history(tmp_path / "history.csv", LINES)
    load = TimedLoad(rig, "d-1")
    load.start()
    before = time.monotonic()
    time.sleep(5)  # of acknowledgements with nothing beside them, to compare with
    begun = time.monotonic()
    said = []
    importing = threading.Thread(target=lambda: said.append(command(rig, file)))
    importing.start()
    wait_until(lambda: latest(rig)["state"] == "counting" or said or not importing.is_alive(), 300)
    assert not said and importing.is_alive(), (latest(rig), said)
    # At any moment what is counted follows from what is kept, and a total never passes the whole.
    assert_nothing_differs(rig)
    assert sum(imported(rig)) <= LINES
    importing.join(timeout=600)
    ended = time.monotonic()
    acknowledged = load.end()
    assert f"import 1, source presses\n{LINES} lines imported" in said[0], said
    assert_imported(rig, expected)
    assert total(rig) == acknowledged
    assert_nothing_differs(rig)
    alone, beside = load.longest(before, begun), load.longest(begun, ended)
    print(f"longest acknowledgement, 99.9 %, median, and how many: alone {alone}, beside an import "
          f"{beside}; {LINES} lines in {ended - begun:.1f} s")
    assert beside[0] < LONGEST_S and beside[1] < NEARLY_ALL_S
    assert "known already" in command(rig, file, "--dry-run")
    # Taken back in the same way.
    load = TimedLoad(rig, "d-2")
    load.start()
    begun = time.monotonic()
    dry = command(rig, "withdraw", "1", "--dry-run")
    done = command(rig, "withdraw", "1")
    print("beside its withdrawal", load.longest(begun, time.monotonic()))
    acknowledged += load.end()
    assert dry.replace("would be ", "").splitlines()[:-1] == done.splitlines()
    assert f"{LINES} lines taken back" in done
    assert_imported(rig, {})
    assert total(rig) == acknowledged
    assert_nothing_differs(rig)
    assert "withdrawn" in command(rig, "list")


@pytest.mark.parametrize("state", ["writing", "counting"])
def test_killed_at_any_moment_an_import_is_gone_or_whole(rig, tmp_path, state):
    file, expected = history(tmp_path / "history.csv", 30_000)
    keep_busy(rig)
    assert post(rig, file)[0] == 202
    wait_for(rig, state)
    rig.service.kill()
    assert undecided(rig) == [("staged" if state == "writing" else "counting",)]
    rig.service.start()
    rig.wait_until_ready()
    wait_until(lambda: undecided(rig) == [], 120)
    assert_imported(rig, expected if state == "counting" else {})
    assert_nothing_differs(rig)
    what = "is gone" if state == "writing" else "is counted now"
    wait_until(lambda: what in rig.service.log())
    audit = pikapalaute(rig, "audit")
    assert ("import dropped" in audit) == (state == "writing")
    assert ("import added" in audit) == (state == "counting")
    # The same file once more: all of it, or nothing new.
    command(rig, file)
    assert_imported(rig, expected)


def test_a_command_finishes_what_a_killed_service_left(rig, tmp_path):
    file, expected = history(tmp_path / "history.csv", 30_000)
    keep_busy(rig)
    post(rig, file)
    wait_for(rig, "counting")
    rig.service.kill()
    said = command(rig, file)
    assert "is counted now" in said and "30000 lines were known already" in said
    assert_nothing_differs(rig)
    rig.service.start()
    rig.wait_until_ready()
    assert_imported(rig, expected)


def test_one_import_at_a_time_and_a_stop_in_between(rig, tmp_path):
    file, expected = history(tmp_path / "history.csv", 30_000)
    keep_busy(rig)
    assert post(rig, file)[0] == 202
    status, problem = post(rig, file)
    assert (status, problem["title"]) == (409, "Conflict")
    assert call(rig, "DELETE", "/api/v1/imports/1")[0] == 409
    assert "under way" in command(rig, file, status=1)
    wait_for(rig, "counting")
    assert rig.service.stop() == 0
    rig.service.start()
    rig.wait_until_ready()
    wait_until(lambda: undecided(rig) == [], 120)
    assert_imported(rig, expected)
    assert_nothing_differs(rig)


def test_what_cannot_be_used_changes_nothing_and_says_why(rig, tmp_path):
    file = tmp_path / "a.csv"
    for text, why in [
            ("a,b\n1,2\n", "names none of the forms"), ("\n", "the file is empty"),
            ('id,time,touchpoint,button\n1,"2', "not closed")]:
        file.write_text(text)
        assert post(rig, file)[0] == 202
        job = wait_for(rig, "refused", "done", "failed")
        assert job["state"] == "refused" and why in job["detail"], job
        assert why in command(rig, file, status=1)
    file.write_text("id,time,touchpoint,button\n1,2017-05-05T12:00:00,nowhere,0\n")
    assert "nothing could be imported" in command(rig, file, status=1)
    (tmp_path / "empty.csv").write_text("")
    assert post(rig, tmp_path / "empty.csv")[0] == 400
    assert [call(rig, "DELETE", f"/api/v1/imports/{id}")[0] for id in ("0", "x", "1,2")] == [400] * 3
    assert post(rig, file, "mapping_bytes=999")[0] == 400
    assert post(rig, file, "source=A!")[0] == 400
    job = call(rig, "DELETE", "/api/v1/imports/7")
    assert job[0] == 202
    assert "there is no import 7" in wait_for(rig, "refused")["detail"]
    # A body that ends before its end gives the turn back.
    with socket.create_connection(("127.0.0.1", rig.http_port)) as half:
        half.sendall(
            f"POST /api/v1/imports HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {rig.token}\r\n"
            "Content-Length: 100000\r\n\r\nid,time,touchpoint,button\n".encode())
        wait_for(rig, "receiving")
        assert post(rig, file)[0] == 409
    wait_for(rig, "refused")
    assert "nothing was imported" in command(rig, "list")
    assert_imported(rig, {})


def test_a_mapping_goes_before_the_file_and_rejected_lines_are_written_down(rig, tmp_path):
    file, places = tmp_path / "a.csv", tmp_path / "places.csv"
    file.write_text("id,time,touchpoint,button\n1,2017-05-05T12:00:00,100,0\n"
                    "2,2017-05-05T12:00:00,200,3\n3,2017-05-05T12:00:00,100,9\n")
    places.write_text("id,touchpoint\n100,aula\n200,ovi\n")
    rejected = tmp_path / "rejected.csv"
    said = command(rig, file, "--mapping", places, "--rejected", rejected, "--source", "old")
    assert "import 1, source old\n2 lines imported" in said
    assert "1 lines skipped: the question has no such button (line 4: '9')" in said
    assert rejected.read_text().splitlines()[1].startswith("4,")
    assert_imported(rig, {"aula": [1, 0, 0, 0], "ovi": [0, 0, 0, 1]})
    listed = json.loads(rig.get("/api/v1/imports")[1])["imports"]
    assert [(row["file"], row["state"], row["lines_counting"]) for row in listed] == [
        ("a.csv", "done", 2)]
    # Where own devices count is refused, as without a service.
    load = Load(rig, "d-1")
    load.start()
    wait_until(lambda: load.acknowledged > 0)
    load.end()
    file.write_text("id,time,touchpoint,button\n"
                    f"9,{time.strftime('%Y-%m-%dT%H:00:00Z', time.gmtime())},aula,0\n")
    assert "in 1 of these hours" in command(rig, file, status=1)
    assert "1 lines imported" in command(rig, file, "--allow-overlap")

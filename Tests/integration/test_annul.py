"""A faulty terminal's presses are taken out of the counts and come back, exactly, whatever happens."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from rig import BUILD, ROOT, Rig

sys.path.append(str(ROOT / "Tests/faults"))
from faults import AFTER, BEFORE, HALFWAY, Faults  # noqa: E402

ACL = "user pikapalaute\ntopic readwrite pikapalaute/#\n"
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {id: palvelu, buttons: 4, text: {fi: Miten meni?}}
public: {by: month, delay_days: 0}
nodes:
  - id: terveysasemat
    public: true
    name: {fi: Terveysasemat, sv: Terveysasemat}
    kind: service
    nodes:
      - id: kallio-aula
        name: {fi: Kallio, sv: Kallio}
        kind: touchpoint
        question: palvelu
        devices: [{id: a-1, to: 2025-06-03}, {id: a-2}]
      - id: toolo-aula
        name: {fi: Toolo, sv: Toolo}
        kind: touchpoint
        question: palvelu
        devices: [{id: a-1, from: 2025-06-03}]
"""
PLACES = ["helsinki", "terveysasemat", "kallio-aula", "toolo-aula"]
START = 1_748_736_000  # 2025-06-01T00:00Z, 03:00 in Helsinki
NUMBERS = ["responses", "counts", "excluded", "invalid", "lost", "estimated", "late", "annulled"]
# UTC: from the last hours of 1 June to the noon of 3 June; the device moved that midnight.
FROM, TO = "2025-06-02", "2025-06-03T09:00:00Z"
ANNULLED = range((START - 3 * 3600) // 3600 + 24, START // 3600 + 57)


@pytest.fixture
def rig(tmp_path):
    (tmp_path / "registry.yaml").write_text(REGISTRY)
    rig = Rig(tmp_path, tmp_path / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
    rig.start()
    for device in ("a-1", "a-2"):
        post(rig, device, 0, 900)
    yield rig
    rig.stop()


def post(rig, device, first, count, step_s=420, offset_s=0):
    """A press each `step_s` seconds: every ninth too soon, every eleventh of no button."""
    presses = []
    for k in range(first, first + count):
        at = START + k * step_s + offset_s - (step_s - 1 if k % 9 == 8 else 0)
        presses.append({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
                        "button": 7 if k % 11 == 10 else k % 4})
    body = {"epoch": 1 + offset_s, "first": first, "presses": presses}
    with urllib.request.urlopen(urllib.request.Request(
            f"{rig.http}/ingest/v1/helsinki/{device}/press", json.dumps(body).encode(),
            {"Authorization": f"Bearer {rig.token}", "Content-Type": "application/json"}),
            timeout=60) as answer:
        assert json.load(answer)["next"] == first + count


def run(database, *arguments, code=0, environment=None):
    done = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", database], capture_output=True,
        text=True, timeout=120, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def annul(database, *more, **how):
    return run(database, "annul", "--device", "a-1", "--from", FROM, "--to", TO,
               "--reason", "key 3 stuck", *more, **how)


def restart(rig):
    rig.service.start()
    rig.wait_until_ready()


def results(rig, node, by, extra=""):
    status, body = rig.get(
        f"/api/v1/results?node={node}&from=2025-05-31&to=2025-06-08&by={by}{extra}")
    assert status == 200, body
    return {row["start"]: [row[name] for name in NUMBERS]
            for series in json.loads(body)["series"] for row in series["rows"]}


def everything(rig):
    return {(place, by): results(rig, place, by)
            for place in PLACES for by in ("hour", "day", "total")}


def presses(row):
    return row[0] + row[2] + row[3]


def ledger(database, device):
    """Rows of one device's buckets by hour: [all presses, annulled]."""
    listed = subprocess.run(
        ["sqlite3", "-json", database,
         "SELECT hour, sum(count_0 + count_1 + count_2 + count_3 + count_4 + excluded + invalid)"
         f" AS counted, sum(annulled) AS annulled FROM bucket WHERE device = {device} GROUP BY hour"],
        check=True, capture_output=True, text=True).stdout
    return {row["hour"]: [row["counted"], row["annulled"]] for row in json.loads(listed or "[]")}


def annulled_of(before):
    """What the ledger of the annulled device must be."""
    return {hour: [0, sum(numbers)] if hour in ANNULLED else numbers
            for hour, numbers in before.items()}


def test_annulled_presses_leave_every_sum_and_come_back(rig):
    before = everything(rig)
    rig.service.stop()
    kept, others = ledger(rig.database, 1), ledger(rig.database, 2)
    gone = sum(counted for hour, (counted, _) in kept.items() if hour in ANNULLED)
    assert gone > 300

    said = annul(rig.database, "--dry-run")
    assert f"{gone} presses would be annulled" in said and "nothing was changed" in said
    assert "kallio-aula" in said and "toolo-aula" in said
    assert "nothing was annulled" in run(rig.database, "annul", "--list")
    assert ledger(rig.database, 1) == kept

    assert f"{gone} presses annulled" in annul(rig.database)
    assert ledger(rig.database, 1) == annulled_of(kept) and ledger(rig.database, 2) == others
    assert "nothing differs" in run(rig.database, "rebuild")
    listed = run(rig.database, "annul", "--list")
    assert "a-1" in listed and "key 3 stuck" in listed and "stands" in listed

    restart(rig)
    after = everything(rig)
    for key, rows in before.items():
        for start, row in rows.items():
            now = after[key][start]
            assert now[-1] == presses(row) - presses(now) and now[4] == row[4], (key, start)
    assert [sum(row[-1] for row in after["helsinki", by].values())
            for by in ("hour", "day", "total")] == [gone] * 3
    # A preview counts by the same rule.
    assert "nothing would change" in run(rig.database, "rebuild", "--rule", "lockout/1:2")
    _, page = rig.get("/api/v1/presses?node=helsinki&from=2025-05-31&to=2025-06-08&format=csv")
    assert page.count(",annulled,") == gone
    head, *lines = rig.get("/api/v1/results?node=helsinki&from=2025-05-31&to=2025-06-08"
                           "&by=total&format=csv&details=true")[1].splitlines()
    assert head.endswith(",late,imported,annulled") and lines[0].endswith(f",{gone}")
    moment = json.loads(rig.get(
        "/api/v1/revisions?from=2025-05-31&to=2025-06-08")[1])["changes"][0]
    assert moment["cause"] == "annulment"

    rig.service.stop()
    assert f"{gone} presses count again" in run(rig.database, "annul", "--undo", "1")
    assert "was undone already" in run(rig.database, "annul", "--undo", "1", code=1)
    assert ledger(rig.database, 1) == kept
    assert "nothing differs" in run(rig.database, "rebuild")
    restart(rig)
    assert everything(rig) == before
    # As of the revision that annulled they are out, and as of the one before they count.
    revision = moment["last_revision"]
    for by in ("hour", "total"):
        assert results(rig, "helsinki", by, f"&as_of={revision}") == after["helsinki", by]
        assert results(rig, "helsinki", by, f"&as_of={revision - 1}") == before["helsinki", by]
    audit = run(rig.database, "audit")
    assert audit.count("presses annulled") == 1 and audit.count("annulment undone") == 1


def test_presses_that_come_later_are_annulled_too(rig):
    rig.service.stop()
    kept = ledger(rig.database, 1)
    annul(rig.database)
    restart(rig)
    post(rig, "a-1", 0, 900, offset_s=7)
    total = sum(results(rig, "helsinki", "total").popitem()[1][i] for i in (0, 2, 3, 7))
    assert total == 2700
    rig.service.stop()
    now = ledger(rig.database, 1)
    assert sum(sum(numbers) for numbers in now.values()) == 1800
    for hour, (counted, annulled) in now.items():
        assert (counted == 0) if hour in ANNULLED else (annulled == 0), hour
    assert "nothing differs" in run(rig.database, "rebuild")
    run(rig.database, "annul", "--undo", "1")
    back = ledger(rig.database, 1)
    assert all(annulled == 0 for _, annulled in back.values())
    assert sum(counted for counted, _ in back.values()) == 1800
    assert all(back[hour][0] >= kept[hour][0] for hour in kept)
    assert "nothing differs" in run(rig.database, "rebuild")


def test_what_two_annulments_cover_comes_back_with_the_last(rig):
    rig.service.stop()
    kept = ledger(rig.database, 1)
    annul(rig.database)
    assert "0 presses annulled" in annul(rig.database)
    assert "0 presses count again" in run(rig.database, "annul", "--undo", "1")
    assert ledger(rig.database, 1) == annulled_of(kept)
    run(rig.database, "annul", "--undo", "2")
    assert ledger(rig.database, 1) == kept


def test_a_killed_annulment_is_there_or_not_and_has_its_line(rig, tmp_path):
    rig.service.stop()
    kept = ledger(rig.database, 1)
    source = tmp_path / "source"
    source.mkdir()
    for file in tmp_path.glob("pikapalaute.sqlite*"):
        shutil.copy(file, source)
    faults, killed, was_there = Faults(tmp_path), 0, set()
    for kind in ("wal write", "wal sync", "journal", "db write", "db sync"):
        for nth in (1, 2, 3, 5, 8, 13, 21, 34):
            folder = tmp_path / f"{kind.replace(' ', '-')}-{nth}"
            shutil.copytree(source, folder)
            database = folder / "pikapalaute.sqlite"
            faults.kill_at(kind, nth, [BEFORE, AFTER, HALFWAY][nth % 3])
            ended = subprocess.run(
                [BUILD / "pikapalaute", "annul", "--device", "a-1", "--from", FROM, "--to", TO,
                 "--reason", "killed", "--database", database],
                env={**os.environ, **faults.environment}, capture_output=True)
            faults.spare()
            if ended.returncode == 0:
                break
            assert ended.returncode == -signal.SIGKILL, ended
            killed += 1
            is_there = "killed" in run(database, "annul", "--list")
            was_there.add(is_there)
            # Opening it for writing moves the waiting line into the log.
            run(database, "annul", "--undo", "99", code=1)
            assert ledger(database, 1) == (annulled_of(kept) if is_there else kept), folder
            assert "nothing differs" in run(database, "rebuild")
            if not is_there:
                annul(database)
            run(database, "annul", "--undo", "1")
            assert ledger(database, 1) == kept, folder
            assert run(database, "audit").count("presses annulled") == 1, folder
            shutil.rmtree(folder)
    assert killed > 5 and was_there == {True, False}


def test_a_copy_keeps_what_was_annulled(rig, tmp_path):
    rig.service.stop()
    kept = ledger(rig.database, 1)
    annul(rig.database)
    run(rig.database, "backup", tmp_path / "copy.sqlite")
    run(rig.database, "annul", "--undo", "1")
    run(rig.database, "restore", tmp_path / "copy.sqlite")
    assert ledger(rig.database, 1) == annulled_of(kept)
    assert "stands" in run(rig.database, "annul", "--list")
    assert "nothing differs" in run(rig.database, "rebuild")


def test_what_was_published_stays_and_says_that_it_is_counted_otherwise(rig):
    def published():
        status, body = rig.get("/public/v1/results?node=terveysasemat&from=2025-06-01&to=2025-07-01")
        assert status == 200, body
        row, = json.loads(body)["series"][0]["rows"]
        return row.pop("later_counts_differ"), row

    run(rig.database, "publish")
    differs, row = published()
    assert not differs and row["responses"] > 1000
    for arguments, is_otherwise in [((), True), (("--undo", "1"), False)]:
        rig.service.stop()
        run(rig.database, "annul", *arguments) if arguments else annul(rig.database)
        restart(rig)
        run(rig.database, "publish")
        assert published() == (is_otherwise, row)


def test_what_cannot_be_annulled_is_refused_in_words(rig):
    for words, saying in [
        (["--device", "a-9", "--from", FROM, "--to", TO, "--reason", "x"], "'a-9' is not known"),
        (["--device", "a-1", "--from", TO, "--to", FROM, "--reason", "x"], "later than --from"),
        (["--device", "a-1", "--from", "2025-06-01T00:30:00Z", "--to", TO, "--reason", "x"],
         "whole hour"),
        (["--device", "a-1", "--from", FROM, "--to", TO, "--reason", " "], "--reason"),
        (["--undo", "4"], "there is no annulment 4"),
    ]:
        rig.service.stop()
        assert saying in run(rig.database, "annul", *words, code=1)
    restart(rig)
    assert "pikapalaute.sqlite" in annul(rig.database, code=1)

"""Damage is recognised and said in one line; copies are made while presses come in."""

import json
import random
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

import make_year
import pytest
import shims
from chaos import ChaosRig
from posting import BUILD, DEVICES, ROOT, TOKEN, Service, Wrong, make_frames
from power_cuts import rebuild, stored

PAGE_BYTES = 4096
RESULTS = "/api/v1/results?node=aula&from=2026-01-01&to=2028-01-01&by=total"


def pikapalaute(*arguments):
    return subprocess.run(
        [BUILD / "pikapalaute", *arguments], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60)


def fill(service, sessions=(0, 1, 2)):
    frames = make_frames(3)
    for device in DEVICES:
        service.post(device, [frame for session in sessions for frame in frames[device][session]])


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A database that was closed cleanly."""
    folder = tmp_path_factory.mktemp("closed") / "data"
    folder.mkdir()
    with Service(folder) as service:
        fill(service)
        assert service.end() == 0
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A database whose service was killed in its second life: much of it stands in the WAL only."""
    folder = tmp_path_factory.mktemp("killed") / "data"
    folder.mkdir()
    with Service(folder) as service:
        assert service.end() == 0
    with Service(folder) as service:
        fill(service)
        service.end(signal.SIGKILL)
    assert (folder / "p.sqlite-wal").stat().st_size > 100_000
    return folder


@pytest.fixture
def copy(tmp_path):
    def make(folder):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "copy")
        return tmp_path / "copy"
    return make


def refusal(folder):
    """The one line of a start that was refused, or None when the service serves."""
    service = Service(folder)
    try:
        with service:
            return None
    except Wrong:
        lines = service.said().splitlines()
        assert service.child.returncode == 1, (service.child.returncode, lines)
        assert len(lines) == 1, lines
        return lines[0]


def assert_refused(folder, *words):
    line = refusal(folder)
    assert line and any(word in line for word in words), line
    assert "restore" in line, line


def results(folder):
    with Service(folder) as service:
        request = urllib.request.Request(
            f"http://127.0.0.1:{service.port}{RESULTS}",
            headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def get(service, path):
    """(status, body) of a request with the administrator's token."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_flipped_bytes_are_found(closed, copy):
    """At the start, or by `check`; a flip that changes no result may go unseen at the start."""
    dice, at_start, by_check, harmless = random.Random(4), 0, 0, 0
    whole = results(copy(closed))
    pages = (closed / "p.sqlite").stat().st_size // PAGE_BYTES
    for turn in range(40):
        folder = copy(closed)
        with open(folder / "p.sqlite", "r+b") as file:
            at = dice.randrange(pages) * PAGE_BYTES + dice.randrange(PAGE_BYTES - 16)
            file.seek(at)
            before = file.read(16)
            file.seek(at)
            file.write(bytes(b ^ dice.randrange(1, 256) for b in before))
        checked = pikapalaute("check", "--database", folder / "p.sqlite")
        assert checked.returncode in (0, 1), (turn, checked)
        assert len(checked.stderr.strip().splitlines()) == checked.returncode, (turn, checked)
        if refusal(folder):
            at_start += 1
        elif checked.returncode == 1:
            by_check += 1
        else:
            assert results(folder) == whole, f"turn {turn}: a wrong result that nothing noticed"
            harmless += 1
    print(f"{at_start} found at the start, {by_check} by check only, {harmless} harmless")
    assert at_start > by_check


def test_a_flipped_byte_of_a_large_database_is_never_served(closed, copy):
    """Too large to be read at the start: whoever reads the page first is refused."""
    folder, dice, refused, served = copy(closed), random.Random(), 0, 0
    shims.change(folder / "p.sqlite", """
        WITH RECURSIVE n (hour) AS (SELECT 100000 UNION ALL SELECT hour + 1 FROM n LIMIT 5000)
          INSERT INTO bucket (device, hour, slot, count_0, count_1, count_2, count_3, count_4,
                              excluded, invalid, lost, estimated)
          SELECT id, hour, 0, hour % 1000, 700, hour % 70000, 400, 0, 0, 0, 0, hour % 300
          FROM device, n;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 180)
          INSERT INTO quarantine (received_ms, channel, topic, reason, detail, bytes, payload)
          SELECT i, 'mqtt', 't', 'foreign_topic', '', 100000, randomblob(100000) FROM n;
        PRAGMA wal_checkpoint(TRUNCATE);
        """)
    assert (folder / "p.sqlite").stat().st_size > 16 * 1024 * 1024
    listed = subprocess.run(
        ["sqlite3", "-readonly", folder / "p.sqlite",
         "SELECT pageno FROM dbstat WHERE name = 'bucket'"], check=True, capture_output=True)
    pages = [int(number) for number in listed.stdout.split()]
    path = "/api/v1/results?node=aula&from=1981-01-01&to=1982-06-01&by=hour&format=csv"
    with Service(folder) as service:
        whole = get(service, path)
    assert whole[0] == 200
    for _ in range(8):
        at = (dice.choice(pages) - 1) * PAGE_BYTES + dice.randrange(PAGE_BYTES)
        with open(folder / "p.sqlite", "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ dice.randrange(1, 256)]))
            file.flush()
            if not refusal(folder):
                with Service(folder) as service:
                    status, body = get(service, path)
                    if status == 503:
                        assert "damaged" in body, body
                        assert get(service, "/api/v1/devices")[0] == 503
                        refused += 1
                    else:
                        assert (status, body) == whole, f"byte {at}: another number is served"
                        served += 1
            else:
                refused += 1
            file.seek(at)
            file.write(bytes([byte]))
    print(f"{refused} refused, {served} in pages that the answer does not need")
    assert refused > served


@pytest.mark.parametrize("bytes_left", [0, 100, 4096, 4096 * 9, -4096, -2000])
def test_a_database_that_was_cut_is_refused(closed, copy, bytes_left):
    folder = copy(closed)
    size = (folder / "p.sqlite").stat().st_size
    with open(folder / "p.sqlite", "r+b") as file:
        file.truncate(bytes_left if bytes_left >= 0 else size + bytes_left)
    assert_refused(folder, "damaged")


def test_a_database_that_is_gone_is_not_begun_anew(closed, copy):
    folder = copy(closed)
    (folder / "p.sqlite").unlink()
    assert_refused(folder, "damaged")
    assert not (folder / "p.sqlite").exists()


def test_a_broken_header_is_refused(closed, copy):
    for at in (0, 16, 18, 44, 68):
        folder = copy(closed)
        with open(folder / "p.sqlite", "r+b") as file:
            file.seek(at)
            file.write(b"\xa5\x5a\xa5\x5a")
        assert_refused(folder, "damaged", "newer")


def test_a_wal_that_was_cut_garbled_or_lost_is_refused(killed, copy):
    size = (killed / "p.sqlite-wal").stat().st_size
    assert refusal(copy(killed)) is None
    for cut in (0, 20, size // 3, size - 4000):
        folder = copy(killed)
        with open(folder / "p.sqlite-wal", "r+b") as wal:
            wal.truncate(cut)
        assert_refused(folder, "WAL")
    for at in (0, 40, size // 2):
        folder = copy(killed)
        with open(folder / "p.sqlite-wal", "r+b") as wal:
            wal.seek(at)
            wal.write(b"garbled!" * 4)
        assert_refused(folder, "WAL")
    folder = copy(killed)
    (folder / "p.sqlite-wal").unlink()
    assert_refused(folder, "WAL")


def test_damage_under_a_running_service_ends_in_503(closed, copy):
    folder = copy(closed)
    with Service(folder) as service:
        size = (folder / "p.sqlite").stat().st_size
        with open(folder / "p.sqlite", "r+b") as file:
            file.seek(PAGE_BYTES)
            file.write(random.Random(1).randbytes(size - PAGE_BYTES))
        status, body = get(service, RESULTS)
        assert status == 503, (status, body)
        assert get(service, "/api/v1/devices")[0] == 503
        with pytest.raises(Wrong, match="503"):
            service.post(DEVICES[0], make_frames(3)[DEVICES[0]][0], patience_s=0.5)
        assert get(service, "/readyz")[0] == 503
        assert "put it aside and restore a copy" in service.said()
        assert service.child.poll() is None
        assert get(service, "/healthz")[0] == 200


def test_a_copy_made_while_presses_come_in_is_whole_and_can_be_restored(tmp_path):
    with ChaosRig(tmp_path) as rig:
        token = pikapalaute("token", "add", "--database", rig.database, "--note", "copied")
        assert token.returncode == 0
        simulator = rig.load(6)
        time.sleep(1)
        copies = []
        for n in range(3):
            before = rig.presses()
            made = rig.pikapalaute("backup", tmp_path / f"copy{n}.sqlite")
            assert made.returncode == 0, made.stderr
            presses = int(re.search(r"(\d+) presses", made.stdout)[1])
            assert before <= presses, made.stdout
            assert "1 tokens" in made.stdout
            copies.append(presses)
        assert copies == sorted(copies)
        refused = rig.pikapalaute("backup", tmp_path / "copy0.sqlite")
        assert refused.returncode == 1 and "there already" in refused.stderr
        refused = rig.pikapalaute("restore", tmp_path / "copy2.sqlite")
        assert refused.returncode == 1 and "in use" in refused.stderr
        rig.assert_exact(simulator)
        rig.service.stop()
        with open(rig.database, "r+b") as file:
            file.seek(PAGE_BYTES)
            file.write(b"\xa5" * PAGE_BYTES * 4)
        rig.service.start()
        assert rig.service.child.wait(timeout=20) == 1
        restored = rig.pikapalaute("restore", tmp_path / "copy2.sqlite")
        assert restored.returncode == 0, restored.stderr
        assert f"{copies[2]} presses" in restored.stdout
        assert list(tmp_path.glob("pikapalaute.sqlite.aside-*"))
        rig.service.start()
        rig.wait_until_ready()
        checked = rig.pikapalaute("check")
        assert checked.returncode == 0 and f"{copies[2]} presses" in checked.stdout


def test_a_copy_that_is_damaged_is_not_restored(closed, copy, tmp_path):
    folder = copy(closed)
    made = pikapalaute("backup", tmp_path / "c.sqlite", "--database", folder / "p.sqlite")
    assert made.returncode == 0, made.stderr
    with open(tmp_path / "c.sqlite", "r+b") as file:
        file.seek(PAGE_BYTES * 3)
        file.write(b"\x5a" * PAGE_BYTES)
    before = (folder / "p.sqlite").read_bytes()
    refused = pikapalaute("restore", tmp_path / "c.sqlite", "--database", folder / "p.sqlite")
    assert refused.returncode == 1 and "not a sound copy" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert (folder / "p.sqlite").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir() if "aside" in p.name or "restoring" in p.name) \
        == []


def test_a_killed_backup_leaves_nothing_under_its_name(closed, copy, tmp_path):
    folder = copy(closed)
    for delay in (0.005, 0.02, 0.03, 0.04, 0.05, 0.06):
        child = subprocess.Popen(
            [BUILD / "pikapalaute", "backup", tmp_path / "k.sqlite", "--database",
             folder / "p.sqlite"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        child.kill()
        child.wait()
        if (tmp_path / "k.sqlite").exists():
            rebuild(tmp_path / "k.sqlite")
            assert stored(tmp_path / "k.sqlite") == stored(folder / "p.sqlite")
            break
        for file in tmp_path.glob("k*"):
            file.unlink()


@pytest.mark.long
def test_ten_thousand_devices_are_ready_again_within_a_second(tmp_path):
    """Killed and started again. The best of five, with room for a machine that is shared."""
    rig = make_year.make(tmp_path, devices=10_000, hours=100)
    try:
        times = sorted(make_year.seconds_to_ready(rig) for _ in range(5))
    finally:
        rig.broker.stop()
    print(f"ready after {times}")
    assert times[0] < 1.5

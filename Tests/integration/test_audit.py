"""Every change has its line in the audit log, once, wherever a crash comes between the two."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess

import pytest
import shims
from faults import AFTER, BEFORE, HALFWAY, Faults
from posting import BUILD, DEVICES, ROOT, TOKEN, Service, make_frames
from rig import settingless
from test_kill_points import points
from test_recovery import pikapalaute

KINDS = ("wal write", "wal sync", "journal", "db write", "db sync")


@pytest.fixture
def faults(tmp_path):
    return Faults(tmp_path)


@pytest.fixture
def filled(tmp_path):
    folder = tmp_path / "filled"
    folder.mkdir()
    frames = make_frames(2)
    with Service(folder, 2) as service:
        for device in DEVICES:
            service.post(device, frames[device][0])
        assert service.end() == 0
    return folder


def lines(folder, action):
    listed = pikapalaute("audit", "--database", folder / "p.sqlite")
    assert listed.returncode == 0, listed
    return [line for line in listed.stdout.splitlines() if action in line]


def command(folder, faults, *arguments):
    """Runs a command; True when it was killed."""
    ended = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", folder / "p.sqlite"],
        env={**os.environ, **faults.environment}, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended
    return ended.returncode != 0


def serve(folder, repeat_interval_s, environment=None):
    """Starts and ends the service; True when it was killed before it served."""
    service = Service(folder, repeat_interval_s, environment)
    try:
        with service:
            service.end()
            return service.child.returncode == -signal.SIGKILL
    except Exception:
        if service.child.returncode != -signal.SIGKILL:
            raise
        return True


def killed_everywhere(tmp_path, faults, source, run):
    """A folder for each point at which `run` was killed."""
    killed = 0
    for kind in KINDS:
        for nth in list(points(300))[::2]:
            folder = tmp_path / f"{kind.replace(' ', '-')}-{nth}"
            shutil.copytree(source, folder)
            faults.kill_at(kind, nth, [BEFORE, AFTER, HALFWAY][nth % 3])
            was_killed = run(folder)
            faults.spare()
            if not was_killed:
                break
            killed += 1
            yield folder
            shutil.rmtree(folder)
    assert killed > 5


def test_a_registry_that_was_applied_has_one_line(tmp_path, faults, filled):
    before = len(lines(filled, "registry applied"))
    assert before == 1

    def run(folder):
        return serve(folder, 7, faults.environment)

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        assert not serve(folder, 7)
        assert len(lines(folder, "registry applied")) == before + 1, folder


def test_counts_that_were_replaced_have_one_line(tmp_path, faults, filled):
    shims.change(filled / "p.sqlite", "UPDATE bucket SET count_1 = count_1 + 1")

    def run(folder):
        return command(folder, faults, "rebuild", "--apply")

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        command(folder, faults, "rebuild", "--apply")
        assert not serve(folder, 2)
        assert len(lines(folder, "counts replaced")) == 1, folder


def test_a_database_that_was_repaired_has_a_line_for_each_time(tmp_path, faults, filled):
    subprocess.run(["sqlite3", filled / "p.sqlite", "VACUUM"], check=True)

    def run(folder):
        return command(folder, faults, "repair")

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        command(folder, faults, "repair")
        assert not serve(folder, 2)
        assert len(lines(folder, "database repaired")) == 1, folder


def test_a_database_that_was_restored_has_a_line(tmp_path, faults, filled):
    copy = tmp_path / "copy.sqlite"
    assert pikapalaute("backup", copy, "--database", filled / "p.sqlite").returncode == 0
    with Service(filled, 2) as service:
        service.post(DEVICES[0], make_frames(2)[DEVICES[0]][1])
        assert service.end() == 0
    segments = "SELECT count(*) FROM segment"

    def count(folder):
        return int(subprocess.run(
            ["sqlite3", folder / "p.sqlite", segments],
            check=True, capture_output=True).stdout)

    was = count(filled)

    def run(folder):
        return command(folder, faults, "restore", copy)

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        is_restored = (folder / "p.sqlite").exists() and count(folder) < was
        command(folder, faults, "restore", copy)
        assert not serve(folder, 2)
        assert len(lines(folder, "database restored")) == 1 + is_restored, folder


@pytest.fixture
def history(tmp_path):
    """Presses of a time before the devices'."""
    rows = "".join(f"p{n},2019-05-0{n % 9 + 1}T10:00:00,aula,{n % 4}\n" for n in range(200))
    file = tmp_path / "history.csv"
    file.write_text(f"id,time,touchpoint,button\n{rows}")
    return file


def test_an_import_has_one_line(tmp_path, faults, filled, history):
    def run(folder):
        return command(folder, faults, "import", "file", history)

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        # It may be there already: then nothing is added, and no line either.
        pikapalaute("import", "file", history, "--database", folder / "p.sqlite")
        assert not serve(folder, 2)
        assert len(lines(folder, "import added")) == 1, folder


def test_a_withdrawal_has_one_line(tmp_path, faults, filled, history):
    assert not command(filled, faults, "import", "file", history)

    def run(folder):
        return command(folder, faults, "import", "withdraw", "1")

    for folder in killed_everywhere(tmp_path, faults, filled, run):
        pikapalaute("import", "withdraw", "1", "--database", folder / "p.sqlite")
        assert not serve(folder, 2)
        assert len(lines(folder, "import withdrawn")) == 1, folder


def test_a_period_that_was_published_has_one_line(tmp_path, faults, filled):
    registry = tmp_path / "filled.yaml"
    public = registry.read_text().replace("kind: touchpoint", "kind: touchpoint\n    public: true")
    assert public != registry.read_text()
    # Applied with the period not yet published by the service itself.
    frames = make_frames(2)
    with Service(filled, 2) as service:
        registry.write_text(public)
        service.post(DEVICES[0], frames[DEVICES[0]][1])
        assert service.end() == 0
    applied = subprocess.run(
        [BUILD / "pikapalaute", "serve", "--database", filled / "p.sqlite", "--registry", registry,
         "--http-address", "192.0.2.1:1", "--mqtt-url", "mqtt://127.0.0.1:9"],
        cwd=ROOT, capture_output=True, check=False, timeout=30, env=settingless())
    assert applied.returncode == 78, applied

    def run(folder):
        return command(folder, faults, "publish")

    periods = None
    for folder in killed_everywhere(tmp_path, faults, filled, run):
        assert not command(folder, faults, "publish")
        assert not serve_public(folder, public)
        found = lines(folder, "period published")
        listed = pikapalaute("publish", "--list", "--database", folder / "p.sqlite").stdout
        periods = len(listed.splitlines()) - 1
        assert periods and len(found) == len(set(found)) == periods, (folder, found, listed)
    assert periods


def serve_public(folder, registry):
    """As `serve`, with a registry of its own; the service publishes what is left."""
    service = Service(folder, 2)
    (folder.parent / f"{folder.name}.yaml").write_text(registry)
    with service:
        service.end()
        return service.child.returncode == -signal.SIGKILL


def test_who_reads_single_presses_stands_in_the_log_once_an_hour(filled):
    made = pikapalaute("token", "make", "--database", filled / "p.sqlite", "--role", "analyst")
    path = "/api/v1/presses?node={}&from={}&to=2030-01-01&limit={}"
    with Service(filled, 2) as service:
        place = next(node["id"] for node in json.loads(service.get("/api/v1/nodes")[1])["nodes"])
        analyst = made.stdout.strip()
        for node, since, limit, token in [
                (place, "2026-01-01", 2, analyst), (place, "2026-01-01", 100, analyst),
                (place, "2026-02-01", 2, analyst), (place, "2026-01-01", 2, TOKEN)]:
            assert service.get(path.format(node, since, limit), token)[0] == 200
        assert service.get(path.format("nowhere", "2026-01-01", 2), analyst)[0] == 404
        assert service.end() == 0
    read = lines(filled, "single presses read")
    assert len(read) == 3 and all(f"node {place}, " in line for line in read), read
    assert sum("token 1" in line for line in read) == 2
    assert sum("administrator" in line for line in read) == 1


def test_single_presses_are_not_read_while_the_log_cannot_be_written(filled):
    with Service(filled, 2) as service:
        place = next(node["id"] for node in json.loads(service.get("/api/v1/nodes")[1])["nodes"])
        path = f"/api/v1/presses?node={place}&from=2026-01-01&to=2030-01-01"
        with contextlib.closing(sqlite3.connect(next(filled.glob("*-access.sqlite")))) as other:
            other.execute("BEGIN IMMEDIATE")
            status, body = service.get(path)
            assert status == 503 and '"outcome"' not in body, (status, body[:200])
        assert service.get(path)[0] == 200
        assert service.end() == 0
    assert len(lines(filled, "single presses read")) == 1

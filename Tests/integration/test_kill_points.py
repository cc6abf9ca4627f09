"""Killed at one write after the other: while the tables are made, while a registry that makes
devices count again is applied, and in the middle of `rebuild --apply`."""

import os
import shutil
import signal
import subprocess

import pytest
import shims
from faults import AFTER, BEFORE, HALFWAY, Faults
from posting import BUILD, DEVICES, ROOT, Service, make_frames
from power_cuts import rebuild, stored


@pytest.fixture
def faults(tmp_path):
    return Faults(tmp_path)


def run_until_killed(folder, faults, repeat_interval_s):
    """Starts the service; True when it was killed before it served."""
    service = Service(folder, repeat_interval_s, faults.environment)
    try:
        with service:
            return False
    except Exception:
        if service.child.returncode != -signal.SIGKILL:
            raise
        return True


def points(most):
    """Every one of the first calls, then fewer and fewer."""
    nth = 1
    while nth <= most:
        yield nth
        nth += 1 + nth // 8


def test_killed_at_any_write_of_the_migration(tmp_path, faults):
    killed = 0
    for kind in ("journal", "db write", "db sync", "wal write", "wal sync"):
        for nth in points(200):
            folder = tmp_path / f"{kind.replace(' ', '-')}-{nth}"
            folder.mkdir()
            faults.kill_at(kind, nth, [BEFORE, AFTER, HALFWAY][nth % 3])
            if not run_until_killed(folder, faults, 2):
                break
            killed += 1
            faults.spare()
            with Service(folder, 2) as service:
                service.post(DEVICES[0], make_frames(1)[DEVICES[0]][0])
                assert service.end() == 0, service.said()
            rebuild(folder / "p.sqlite")
            shutil.rmtree(folder)
    assert killed > 20


@pytest.fixture
def filled(tmp_path):
    """A database with presses of every device; (folder, presses)."""
    folder = tmp_path / "filled"
    folder.mkdir()
    frames = make_frames(2)
    with Service(folder, 2) as service:
        for device in DEVICES:
            service.post(device, frames[device][0])
        assert service.end() == 0
    return folder, sum(len(f.presses) for d in DEVICES for f in frames[d][0])


def test_killed_while_a_registry_makes_devices_count_again(tmp_path, faults, filled):
    source, presses = filled
    killed = 0
    for kind in ("wal write", "wal sync", "db write"):
        for nth in points(400):
            folder = tmp_path / f"{kind.replace(' ', '-')}-{nth}"
            shutil.copytree(source, folder)
            faults.kill_at(kind, nth, [BEFORE, AFTER, HALFWAY][nth % 3])
            if not run_until_killed(folder, faults, 7):
                break
            killed += 1
            faults.spare()
            with Service(folder, 7) as service:
                assert service.end() == 0, service.said()
            rebuild(folder / "p.sqlite")
            assert sum(stored(folder / "p.sqlite")[1].values()) == presses
            shutil.rmtree(folder)
    assert killed > 10


def test_killed_while_rebuild_replaces_the_counts(tmp_path, faults, filled):
    source, presses = filled
    shims.change(source / "p.sqlite", "UPDATE bucket SET count_1 = count_1 + 1")
    killed = 0
    for kind in ("wal write", "wal sync", "db write"):
        for nth in points(400):
            folder = tmp_path / f"{kind.replace(' ', '-')}-{nth}"
            shutil.copytree(source, folder)
            faults.kill_at(kind, nth, [BEFORE, AFTER, HALFWAY][nth % 3])
            ended = subprocess.run(
                [BUILD / "pikapalaute", "rebuild", "--apply", "--database", folder / "p.sqlite"],
                env={**os.environ, **faults.environment}, cwd=ROOT, capture_output=True,
                check=False)
            if ended.returncode != -signal.SIGKILL:
                break
            killed += 1
            faults.spare()
            rebuild(folder / "p.sqlite", "--apply")
            rebuild(folder / "p.sqlite")
            assert sum(stored(folder / "p.sqlite")[1].values()) == presses
            shutil.rmtree(folder)
    assert killed > 5

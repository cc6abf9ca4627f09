"""A database that is deleted or replaced under the running service: nothing is acknowledged that
nobody will ever see."""

import shutil
import signal
import time

import pytest
from posting import DEVICES, Service, Wrong, make_frames
from power_cuts import stored
from test_recovery import get, pikapalaute


def post(service, session, patience_s=0):
    service.post(DEVICES[0], make_frames(3)[DEVICES[0]][session], patience_s=patience_s)


def wait_for(service, path, status, seconds=40):
    deadline = time.monotonic() + seconds
    while (answer := get(service, path))[0] != status:
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def delete(folder, names):
    for name in names:
        (folder / name).unlink()


@pytest.mark.parametrize("change", [
    pytest.param(lambda f: delete(f, ["p.sqlite"]), id="deleted"),
    pytest.param(lambda f: delete(f, ["p.sqlite-wal"]), id="wal deleted"),
    pytest.param(lambda f: delete(f, ["p.sqlite", "p.sqlite-wal", "p.sqlite-shm"]), id="all deleted"),
    pytest.param(
        lambda f: delete(f, ["p.sqlite", "p.sqlite-wal", "p.sqlite-shm", "p.sqlite.lock"]),
        id="all deleted, the lock too"),
    pytest.param(
        lambda f: (shutil.copy(f / "p.sqlite", f / "other"), (f / "other").rename(f / "p.sqlite"),
                   delete(f, ["p.sqlite-wal"])),
        id="replaced by an older copy"),
    pytest.param(lambda f: f.rename(f.parent / "elsewhere"), id="folder renamed"),
])
def test_nothing_is_acknowledged_that_would_be_lost(folder, change):
    with Service(folder) as service:
        post(service, 0, patience_s=10)
        change(folder)
        with pytest.raises(Wrong, match="503"):
            post(service, 1)
        assert get(service, "/readyz")[0] == 503
        with pytest.raises(Wrong, match="503"):
            post(service, 1, patience_s=3)
        assert "is not the file that was opened" in service.said(), service.said()
        assert get(service, "/healthz")[0] == 200


def test_a_database_that_comes_back_is_served_again_and_exact(folder):
    frames = make_frames(3)[DEVICES[0]]
    with Service(folder) as service:
        post(service, 0, patience_s=10)
        folder.rename(folder.parent / "elsewhere")
        with pytest.raises(Wrong, match="503"):
            post(service, 1)
        (folder.parent / "elsewhere").rename(folder)
        wait_for(service, "/readyz", 503)
        deadline = time.monotonic() + 40
        while True:
            try:
                post(service, 1, patience_s=10)
                break
            except Wrong as wrong:
                assert "503" in str(wrong) and time.monotonic() < deadline, wrong
        service.end(signal.SIGTERM)
    presses = sum(len(frame.presses) for session in frames[:2] for frame in session)
    assert sum(stored(folder / "p.sqlite")[1].values()) == presses
    assert pikapalaute("check", "--database", folder / "p.sqlite").returncode == 0

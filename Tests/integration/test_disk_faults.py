"""A disk that fails, fills up or is read-only; a clock that jumps."""

import contextlib
import errno
import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from chaos import ChaosRig
from test_chaos import wait_until

PRESS = b'{"presses":[{"button":3}]}'


@pytest.fixture
def rig(tmp_path):
    with ChaosRig(tmp_path) as rig:
        yield rig


def post(rig, body=PRESS, device=None):
    """(status, headers) of a press over HTTP."""
    request = urllib.request.Request(
        f"{rig.http}/ingest/v1/helsinki/{device or any_device(rig)}/press", data=body,
        headers={"Authorization": f"Bearer {rig.token}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def any_device(rig):
    return next(name for name in rig.credentials if name != "pikapalaute")


def wait_for_post(rig, wanted, seconds=40):
    deadline = time.monotonic() + seconds
    while (answer := post(rig))[0] != wanted:
        assert time.monotonic() < deadline, f"{answer[0]} instead of {wanted}: {rig.service.log()}"
        time.sleep(0.05)
    return answer[1]


def stored_presses(rig):
    output = subprocess.run(
        ["sqlite3", "-readonly", rig.database, "SELECT coalesce(sum(count_0 + count_1 + count_2"
         " + count_3 + count_4 + excluded + invalid), 0) FROM bucket"],
        check=True, capture_output=True, text=True).stdout
    return int(output)


def failing(field, number, *marks):
    return pytest.param(field, number, id=f"{field}-{errno.errorcode[number]}", marks=marks)


@pytest.mark.parametrize("field, number", [
    failing("sync_errno", errno.EIO),
    failing("write_errno", errno.EIO, pytest.mark.long),
    failing("write_errno", errno.ENOSPC, pytest.mark.long),
    failing("sync_errno", errno.ENOSPC, pytest.mark.long),
    failing("write_errno", errno.EROFS, pytest.mark.long),
])
def test_nothing_is_acknowledged_while_the_disk_fails_and_then_it_goes_on(rig, field, number):
    simulator = rig.load(5, "--timeout", "100")
    time.sleep(1)
    rig.faults[field] = number
    headers = wait_for_post(rig, 503)
    assert int(headers["Retry-After"]) > 0
    status, body = rig.get("/readyz")
    assert status == 503
    assert "cannot be" in json.loads(body)["detail"], body
    time.sleep(1)
    assert post(rig)[0] == 503
    rig.faults.heal()
    rig.wait_until_ready()
    rig.assert_exact(simulator)
    lines = [line for line in rig.service.log().splitlines() if "store:" in line]
    assert 1 <= len(lines) <= 6, lines


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 3 MB, for root; the shim's ENOSPC above is for everybody."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=False,
        capture_output=True).returncode == 0
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(path):
    """Takes what room is left; the database may have been faster."""
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def test_a_full_disk_and_later_room_again(tmp_path, small_disk):
    rig = ChaosRig(tmp_path)
    if small_disk:
        rig.database = small_disk / "pikapalaute.sqlite"
        rig.service.arguments[rig.service.arguments.index("--database") + 1] = str(rig.database)
    with rig:
        simulator = rig.load(5, "--timeout", "100")
        if small_disk:
            fill(small_disk / "ballast")
        else:
            rig.faults["write_errno"] = errno.ENOSPC
        wait_for_post(rig, 503)
        # Once a second it tries again, and finds room for the one page that it tries with.
        wait_until(lambda: rig.get("/readyz")[0] == 503)
        assert "full" in rig.service.log()
        if small_disk:
            (small_disk / "ballast").unlink(missing_ok=True)
            subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
        rig.faults.heal()
        rig.wait_until_ready()
        rig.assert_exact(simulator)
        rig.service.stop()


def test_a_read_only_file_stops_the_start_with_one_line(rig):
    rig.service.stop()
    rig.faults["open_errno"] = errno.EROFS
    said = len(rig.service.log())
    rig.service.start()
    assert rig.service.child.wait(timeout=20) == 1
    lines = rig.service.log()[said:].strip().splitlines()
    assert len(lines) == 1 and "read-only" in lines[0], lines
    rig.faults.heal()
    rig.restart()

"""The service's own clock is wrong: nothing is acknowledged until it is right, or a person says so."""

import json
import time
import urllib.request

import pytest
from chaos import ChaosRig
from faults import Faults
from posting import DEVICES, Frame, Press, Service, Wrong
from power_cuts import stored
from test_recovery import get

TEN_YEARS_MS = 10 * 365 * 86_400_000


@pytest.fixture
def faults(tmp_path):
    return Faults(tmp_path)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def press(service, device, sequence=0, sent_at=None, patience_s=0):
    """One press of a device that knows the time."""
    now = int(time.time()) if sent_at is None else sent_at
    service.post(
        device, [Frame(7, sequence, now, [Press(now - 5, 0, 3)])], patience_s=patience_s)


def wait_until_ready_is(service, status, seconds=45):
    """Ready but for the broker, of which there is none here."""
    deadline = time.monotonic() + seconds
    while ("store" in get(service, "/readyz")[1]) == (status == 200):
        assert time.monotonic() < deadline, service.said()
        time.sleep(0.1)


def assert_exact(folder, presses):
    assert sum(stored(folder / "p.sqlite")[1].values()) == presses


def test_a_clock_before_the_last_commit_is_not_believed_until_it_is_right(folder, faults):
    with Service(folder, environment=faults.environment) as service:
        press(service, DEVICES[0], patience_s=10)
        assert service.end() == 0
    faults["clock_offset_ms"] = -TEN_YEARS_MS
    with Service(folder, environment=faults.environment) as service:
        wait_until_ready_is(service, 503)
        with pytest.raises(Wrong, match="503"):
            press(service, DEVICES[0], 1)
        assert "clock" in service.said() and "before the last commit" in service.said()
        assert get(service, "/healthz")[0] == 200
        faults["clock_offset_ms"] = 0
        press(service, DEVICES[0], 1, patience_s=45)
        assert service.end() == 0
    assert_exact(folder, 2)


@pytest.mark.parametrize("jump_s", [
    -3600, pytest.param(3600, marks=pytest.mark.long),
    pytest.param(3600 * 24 * 40, marks=pytest.mark.long)])
def test_a_clock_that_jumps_is_not_believed_until_it_is_back(folder, faults, jump_s):
    with Service(folder, environment=faults.environment) as service:
        press(service, DEVICES[0], patience_s=10)
        time.sleep(1.5)
        faults["clock_offset_ms"] = jump_s * 1000
        wait_until_ready_is(service, 503)
        with pytest.raises(Wrong, match="503"):
            press(service, DEVICES[0], 1)
        said = service.said()
        assert f"jumped by {jump_s} s" in said or "before the last commit" in said, said
        faults["clock_offset_ms"] = 0
        press(service, DEVICES[0], 1, patience_s=45)
        assert service.end() == 0
    assert_exact(folder, 2)


def test_most_devices_know_better_than_a_clock_that_is_ten_years_back(folder, faults):
    faults["clock_offset_ms"] = -TEN_YEARS_MS
    with Service(folder, environment=faults.environment) as service:
        for device in DEVICES[:4]:
            press(service, device, patience_s=10)
        with pytest.raises(Wrong, match="503"):
            press(service, DEVICES[4])
        assert "5 of 5 devices" in service.said(), service.said()
        faults["clock_offset_ms"] = 0
        for device in DEVICES[4:]:
            press(service, device, patience_s=45)
        metrics = get(service, "/metrics")[1]
        assert "pikapalaute_clock_skew_seconds" in metrics, metrics
        assert service.end() == 0
    assert_exact(folder, 6)


def test_one_device_that_lives_in_the_future_stops_nobody(folder, faults):
    ahead = int(time.time()) + 3600
    with Service(folder, environment=faults.environment) as service:
        press(service, DEVICES[0], patience_s=10)
        for sequence in range(1, 200):
            press(service, DEVICES[0], sequence, sent_at=ahead)
        for device in DEVICES[1:]:
            press(service, device)
        assert service.end() == 0
    assert_exact(folder, 199 + 1 + len(DEVICES) - 1)


def test_a_persons_word_is_taken(folder, faults):
    faults["clock_offset_ms"] = -TEN_YEARS_MS
    environment = {**faults.environment, "PIKAPALAUTE_TRUST_CLOCK": "true"}
    with Service(folder, environment=environment) as service:
        for device in DEVICES:
            press(service, device, patience_s=10)
        assert service.end() == 0
    assert_exact(folder, 6)


def test_presses_over_mqtt_wait_for_the_clock_and_are_exact(tmp_path):
    with ChaosRig(tmp_path) as rig:
        simulator = rig.load(8)
        time.sleep(1)
        rig.faults["clock_offset_ms"] = 3 * 3600 * 1000
        time.sleep(2)
        assert rig.get("/readyz")[0] == 503
        rig.faults["clock_offset_ms"] = 0
        rig.wait_until_ready()
        rig.assert_exact(simulator)
        request = urllib.request.Request(
            f"{rig.http}/api/v1/devices", headers={"Authorization": f"Bearer {rig.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)

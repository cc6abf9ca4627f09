"""Kills, broken connections and stolen sessions: the ledger agrees after each of them."""

import os
import re
import signal
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from chaos import ChaosRig, storm
from faults import AFTER, BEFORE, HALFWAY
from rig import wait_until


@pytest.fixture
def rig(tmp_path):
    with ChaosRig(tmp_path) as rig:
        yield rig


def metric(rig, name):
    found = re.search(rf"^{name} (\d+)$", rig.get("/metrics")[1], re.MULTILINE)
    assert found, rig.get("/metrics")[1]
    return int(found[1])


def test_a_storm_of_kills_loses_and_doubles_nothing(tmp_path):
    seed = int.from_bytes(os.urandom(3), "big")
    print(f"to repeat: chaos.py --cycles 20 --seed {seed}")
    assert storm(tmp_path, 20, seed, seconds_per_round=14).cycles == 20


@pytest.mark.parametrize("kind, when", [
    pytest.param("wal sync", AFTER, id="committed, nothing sent"),
    pytest.param("broker write", BEFORE, id="before PUBACKs", marks=pytest.mark.long),
    pytest.param("broker write", HALFWAY, id="between PUBACKs", marks=pytest.mark.long),
])
def test_killed_between_commit_and_puback(rig, kind, when):
    simulator = rig.load(5)
    for _ in range(4):
        rig.wait_until_ready()
        wait_until(lambda: rig.presses() > 0)
        rig.faults.kill_at(kind, 1, when)
        assert rig.service.child.wait(timeout=10) == -signal.SIGKILL
        rig.restart()
    rig.assert_exact(simulator)


@pytest.mark.long
def test_killed_in_the_middle_of_checkpoints(rig):
    simulator = rig.load(10)
    for nth in (1, 7, 60):
        rig.faults.kill_at("db write", nth)
        # A start moves what a crash left in the WAL, so the kill may come then too.
        deadline = time.monotonic() + 8
        while rig.service.child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if rig.service.child.poll() is None:
            rig.service.kill()
            rig.service.start()
            assert rig.service.child.wait(timeout=10) == -signal.SIGKILL
        rig.restart()
    rig.assert_exact(simulator)


@pytest.mark.long
def test_a_broker_that_forgets_everything(rig):
    simulator = rig.load(6)
    for _ in range(2):
        time.sleep(1)
        rig.broker.kill()
        rig.wipe_broker()
        rig.broker.start()
        rig.wait_until_ready()
    rig.assert_exact(simulator)


def test_cut_and_slow_connections(rig):
    simulator = rig.load(8)
    for turn in range(6):
        rig.proxy.slow(chunk_bytes=1 + 700 * turn, delay_s=0.01)
        time.sleep(0.5)
        rig.proxy.cut()
    rig.proxy.slow(65536, 0)
    rig.assert_exact(simulator)


@pytest.mark.long
def test_a_service_that_stood_still_and_lost_its_connection(rig):
    simulator = rig.load(6)
    time.sleep(1)
    rig.service.child.send_signal(signal.SIGSTOP)
    # To the broker this is what a silence longer than the keepalive is.
    rig.proxy.is_shut = True
    rig.proxy.cut()
    time.sleep(2)
    rig.proxy.is_shut = False
    rig.service.child.send_signal(signal.SIGCONT)
    rig.wait_until_ready()
    rig.assert_exact(simulator)


@pytest.mark.long
def test_a_service_that_is_stopped_for_longer_than_its_keepalive(rig):
    """The broker drops it; what it had read and not acknowledged comes again."""
    simulator = rig.load(6, "--timeout", "150")
    time.sleep(1)
    rig.service.child.send_signal(signal.SIGSTOP)
    # Longer than the keepalive and a half more, as the broker counts, and a few for it to look.
    time.sleep(45 + 10)
    assert "mqtt: connection" not in rig.service.log()
    rig.service.child.send_signal(signal.SIGCONT)
    wait_until(lambda: "mqtt: connection" in rig.service.log())
    rig.wait_until_ready()
    rig.assert_exact(simulator)


def test_an_old_client_id_takes_the_session_over(rig):
    """Somebody else connects under the service's name, and takes and acknowledges presses."""
    simulator = rig.load(8)
    time.sleep(1)
    before = metric(rig, "pikapalaute_broker_sessions_total")
    thief = mqtt.Client(
        mqtt.CallbackAPIVersion.VERSION2, client_id="pikapalaute", clean_session=False)
    thief.username_pw_set("pikapalaute", rig.credentials["pikapalaute"])
    thief.reconnect_delay_set(1, 1)
    thief.connect("127.0.0.1", rig.mqtt_port)
    stop = threading.Event()
    fight = threading.Thread(target=lambda: [thief.loop(0.05) for _ in iter(stop.is_set, True)])
    fight.start()
    # The thief comes back whenever it is thrown out; the service waits longer each time.
    for _ in range(5):
        time.sleep(1)
        if not thief.is_connected():
            thief.reconnect()
    stop.set()
    fight.join()
    sessions = metric(rig, "pikapalaute_broker_sessions_total") - before
    thief.disconnect()
    assert 1 <= sessions <= 8, f"{sessions} sessions in 5 s is a busy fight"
    rig.assert_exact(simulator)
    said = [line for line in rig.service.log().splitlines() if "mqtt: connection" in line]
    assert 1 <= len(said) <= 10, said

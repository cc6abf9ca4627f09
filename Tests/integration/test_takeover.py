"""Who has one terminal's password cannot take the service's session away from it."""

import signal
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from chaos import ChaosRig


def test_the_service_keeps_its_session_while_a_terminal_claims_its_client_id(tmp_path):
    with ChaosRig(tmp_path) as rig:
        terminal = next(name for name in rig.credentials if name != "pikapalaute")
        connected, ends = threading.Semaphore(0), threading.Event()

        def claim():
            while not ends.is_set():
                client = mqtt.Client(
                    mqtt.CallbackAPIVersion.VERSION2, client_id="pikapalaute",
                    clean_session=False)
                client.username_pw_set(terminal, rig.credentials[terminal])
                client.on_connect = lambda *_: connected.release()
                client.connect("127.0.0.1", rig.mqtt_port)
                client.loop_start()
                time.sleep(0.1)
                client.loop_stop()
                client.disconnect()

        simulator = rig.load(4)
        claimer = threading.Thread(target=claim)
        claimer.start()
        ready = []
        for _ in range(40):
            ready.append(rig.get("/readyz")[0] == 200)
            time.sleep(0.1)
        ends.set()
        claimer.join()
        assert connected.acquire(timeout=1), "the claims have not reached the broker"
        assert all(ready), f"ready {sum(ready)} times of {len(ready)}"
        rig.assert_exact(simulator)


@pytest.mark.parametrize("pause", [0.5, 0.02])
def test_a_name_that_somebody_else_claims_is_said_once_and_fought_for(tmp_path, pause):
    """A second service under the same name, or a broker without use_username_as_clientid.

    A quick claimer takes the name before our subscription is answered, or even before CONNACK.
    """
    with ChaosRig(tmp_path) as rig:
        simulator = rig.load(12)
        ends = threading.Event()

        def claim():
            while not ends.is_set():
                client = mqtt.Client(
                    mqtt.CallbackAPIVersion.VERSION2, client_id="pikapalaute",
                    clean_session=False)
                client.username_pw_set("pikapalaute", rig.credentials["pikapalaute"])
                client.connect("127.0.0.1", rig.mqtt_port)
                client.loop_start()
                ends.wait(pause)
                client.loop_stop()
                client.disconnect()

        claimer = threading.Thread(target=claim)
        claimer.start()
        time.sleep(10)
        ends.set()
        claimer.join()
        ended = time.monotonic()
        rig.wait_until_ready()
        assert time.monotonic() - ended < 5
        rig.assert_exact(simulator)
        lines = rig.service.log().splitlines()
        assert sum("another client uses that name" in line for line in lines) == 1, lines
        assert sum("mqtt:" in line for line in lines) < 15, lines


def test_a_wrong_password_is_said_once(tmp_path):
    with ChaosRig(tmp_path) as rig:
        rig.service.stop()
        rig.service.environment["PIKAPALAUTE_MQTT_URL"] = (
            f"mqtt://pikapalaute:wrong@127.0.0.1:{rig.mqtt_port}")
        rig.service.start()
        time.sleep(5)
        lines = [line for line in rig.service.log().splitlines() if "refuses us" in line]
        assert len(lines) == 1, rig.service.log()
        assert "mqtt: connection" not in rig.service.log().split("refuses us")[1]


@pytest.mark.long
def test_a_broker_that_is_stopped_is_noticed_within_half_a_minute(tmp_path):
    with ChaosRig(tmp_path) as rig:
        rig.broker.child.send_signal(signal.SIGSTOP)
        try:
            deadline = time.monotonic() + 35
            while rig.get("/readyz")[0] == 200:
                assert time.monotonic() < deadline, "still called ready"
                time.sleep(0.2)
        finally:
            rig.broker.child.send_signal(signal.SIGCONT)
        rig.wait_until_ready()

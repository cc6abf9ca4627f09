"""Devices that have nothing but codes, at a broker that learns them while it runs."""

import json
import subprocess
import threading
import urllib.error
import urllib.request

import paho.mqtt.client as mqtt
import pytest
from dynamic import CONTROL, DynamicRig
from rig import BUILD, wait_until

REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {id: palvelu, buttons: 4, text: {fi: Palvelu?}}
nodes:
  - id: aula
    kind: touchpoint
    question: palvelu
    repeat_interval_s: 0
    devices: [{id: dev-01}, {id: dev-02}, {id: dev-03}]
"""
DEVICES = ["dev-01", "dev-02", "dev-03"]
PRESS = json.dumps({"presses": [{"button": 3}]}).encode()


@pytest.fixture
def rig(tmp_path):
    registry = tmp_path / "registry.yaml"
    registry.write_text(REGISTRY)
    with DynamicRig(tmp_path, registry) as rig:
        yield rig


def run(rig, *words, status=0):
    done = subprocess.run([BUILD / "pikapalaute", *words, "--database", rig.database],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (words, done.stdout, done.stderr)
    return done.stdout.strip() if status == 0 else done.stderr.strip()


def post(rig, path, body, token=None):
    """(status, body, headers)."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(
                urllib.request.Request(rig.http + path, body, headers), timeout=60) as answer:
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers


def claim(rig, code):
    return post(rig, "/enrol/v1/claim", json.dumps({"code": code}).encode())


class Device:
    """A device that lives by what its code brought."""

    def __init__(self, rig, credential):
        self.credential, login = credential, credential["mqtt"]
        self.topics, self.answers, self.configurations = login["topics"], [], []
        self.refusals, self.ends, self.connections = [], [], 0
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=login["username"])
        self.client.username_pw_set(login["username"], login["password"])
        self.client.on_connect = self._connected
        self.client.on_disconnect = lambda _, __, ___, reason, ____: self.ends.append(reason)
        self.client.on_message = lambda _, __, message: (
            self.answers if message.topic.endswith("/ack") else self.configurations
        ).append(message.payload)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", rig.mqtt_port)
        self.client.loop_start()

    def _connected(self, client, _, __, reason, ___):
        if reason.is_failure:
            self.refusals.append(reason)
            return
        self.connections += 1
        client.subscribe([(f"{self.topics}/ack", 1), (f"{self.topics}/config", 1)])

    def press(self):
        before = len(self.answers)
        self.client.publish(f"{self.topics}/press", PRESS, qos=1)
        wait_until(lambda: len(self.answers) > before)

    def end(self):
        self.client.loop_stop()
        self.client.disconnect()



def enrol(rig, device):
    status, credential, _ = claim(rig, run(rig, "claim", "make", device))
    assert status == 200, credential
    return credential


def test_three_devices_enrol_and_one_that_is_withdrawn_goes_alone(rig):
    devices = [Device(rig, enrol(rig, name)) for name in DEVICES]
    for device in devices:
        wait_until(lambda device=device: device.configurations)
        device.press()
    first, second, third = devices

    # What a thief of the second's credential tries, in the place of the second.
    second.end()
    command = json.dumps({"commands": [{"command": "deleteClient", "username": "dev-01"}]})
    for topic, payload in [
        (f"{first.topics}/press", PRESS), (f"{first.topics}/status", b'{"state":"offline"}'),
        (f"{second.topics}/ack", b"{}"), (f"{first.topics}/config", b"{}"),
        (CONTROL, command.encode()),
    ]:
        thief = Device(rig, second.credential)
        wait_until(lambda thief=thief: thief.connections)
        thief.client.publish(topic, payload, qos=1)
        # This broker puts an end to who is not allowed.
        wait_until(lambda thief=thief: thief.ends)
        thief.end()
    thief = Device(rig, second.credential)
    wait_until(lambda: thief.connections)
    thief.client.subscribe([("#", 1), ("pikapalaute/v1/+/+/press", 1), (f"{first.topics}/ack", 1),
                            (CONTROL + "/response", 1)])
    first.press()
    thief.press()
    assert len(first.answers) == 2 and len(thief.answers) == 1
    assert first.connections == 1 and len(first.configurations) == 1
    second = thief

    service_before = rig.service.log().count("subscribed at")
    run(rig, "credential", "withdraw", "dev-02")
    wait_until(lambda: second.ends and second.refusals)
    token = second.credential["token"]
    assert post(rig, "/ingest/v1/helsinki/dev-02/press", PRESS, token)[0] == 401
    for device in (first, third):
        device.press()
        assert device.connections == 1 and not device.ends
    assert rig.service.log().count("subscribed at") == service_before
    assert "lost" not in rig.service.log()
    listed = run(rig, "credential", "list")
    assert "dev-02" not in listed and "dev-01" in listed
    assert "no credential" in run(rig, "credential", "withdraw", "dev-02", status=1)

    # And back, by a new code; the credential before goes on until it is used.
    code = run(rig, "credential", "renew", "dev-03")
    third.press()
    status, renewed, _ = claim(rig, code)
    assert status == 200
    wait_until(lambda: third.ends and third.refusals)
    for device in (Device(rig, renewed), Device(rig, enrol(rig, "dev-02"))):
        wait_until(lambda device=device: device.connections == 1)
        device.press()
        device.end()
    for device in devices:
        device.end()


def test_a_code_opens_once_and_ten_thousand_guesses_open_nothing(rig):
    code = run(rig, "claim", "make", "dev-01", "--expires-in", "1h")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(claim(rig, code))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer for status, answer, _ in answers if status == 200]
    assert len(good) == 1 and {status for status, *_ in answers} <= {200, 404, 503}
    device = Device(rig, good[0])
    wait_until(lambda: device.connections == 1)
    device.press()

    waiting = run(rig, "claim", "make", "dev-02")
    statuses = []

    def guess(part):
        for number in range(2500):
            status, body, headers = claim(rig, f"{part}{number:011}")
            statuses.append(status)
            assert status == 404 or int(headers["Retry-After"]) > 0, body

    threads = [threading.Thread(target=guess, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 10_000 and set(statuses) == {404, 429}
    assert statuses.count(404) <= 60 * 5
    assert claim(rig, waiting)[0] == 429, "right ones of that address wait too"
    device.press()
    device.end()


def test_while_the_broker_is_away_the_code_stays_good_and_a_withdrawal_waits(rig):
    device = Device(rig, enrol(rig, "dev-01"))
    wait_until(lambda: device.connections == 1)
    code = run(rig, "claim", "make", "dev-02")
    rig.broker.stop()
    status, body, headers = claim(rig, code)
    assert (status, headers["Retry-After"]) == (503, "5") and "stays good" in body["detail"]
    assert "still stands" in run(rig, "credential", "withdraw", "dev-01", status=1)
    assert "withdrawn, still at the broker" in run(rig, "credential", "list")
    rig.broker.start()
    rig.wait_until_ready()
    wait_until(lambda: "dev-01" not in run(rig, "credential", "list"))
    wait_until(lambda: device.refusals)
    device.end()
    status, credential, _ = claim(rig, code)
    assert status == 200
    second = Device(rig, credential)
    wait_until(lambda: second.connections == 1)
    second.press()
    second.end()

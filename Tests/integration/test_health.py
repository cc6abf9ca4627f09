"""What devices say of themselves is kept by the day, and a flood of it is one device's own trouble."""

import json
import secrets
import time
import urllib.request

import paho.mqtt.client as mqtt
import pytest

from rig import Rig, wait_until

REGISTRY = """
site: helsinki
time_zone: Europe/Helsinki
questions: [{id: palvelu, buttons: 4}]
nodes:
  - id: aula
    kind: touchpoint
    question: palvelu
    devices: [{id: flooding}, {id: honest}, {id: sleepy}, {id: tired}]
"""
ACL = """
user pikapalaute
topic readwrite #
pattern write pikapalaute/v1/helsinki/%u/press
pattern write pikapalaute/v1/helsinki/%u/status
"""
FLOOD_SECONDS, FLOOD_PER_SECOND = 8, 1000


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    folder = tmp_path_factory.mktemp("health")
    (folder / "registry.yaml").write_text(REGISTRY)
    passwords = {name: secrets.token_hex(16) for name in ("flooding", "honest", "sleepy", "tired")}
    with Rig(folder, folder / "registry.yaml", passwords, ACL) as rig:
        yield rig


class Client:
    """A device at the broker, with its Will."""

    def __init__(self, rig, name):
        self.topic = f"pikapalaute/v1/helsinki/{name}/status"
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name)
        self.client.username_pw_set(name, rig.credentials[name])
        self.client.will_set(self.topic, '{"state":"offline"}', qos=1, retain=True)
        self.client.max_queued_messages_set(0)
        self.client.connect("127.0.0.1", rig.mqtt_port, 30)
        self.client.loop_start()

    def say(self, **status):
        return self.client.publish(self.topic, json.dumps(status), 1, retain=True)

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()


def device(rig, name):
    status, body = rig.get(f"/api/v1/devices/{name}")
    assert status == 200, body
    return json.loads(body)


def metric(rig, name):
    for line in rig.get("/metrics")[1].splitlines():
        if line.startswith(f"pikapalaute_{name} "):
            return float(line.split()[1])
    return None


def press_seconds(rig, number):
    """How long the answer to a press over HTTP takes."""
    body = json.dumps({"epoch": 1, "first": number, "presses": [{"button": 3}]}).encode()
    request = urllib.request.Request(
        f"{rig.http}/ingest/v1/helsinki/honest/press", body,
        {"Authorization": f"Bearer {rig.token}", "Content-Type": "application/json"})
    begin = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200
    return time.monotonic() - begin


def test_a_flood_of_status_neither_grows_the_database_nor_slows_others(rig):
    quiet = sorted(press_seconds(rig, number) for number in range(20))
    client = Client(rig, "flooding")
    client.say(state="online", boot=0).wait_for_publish(20)
    before = metric(rig, "database_bytes")
    begin, sent, flooded = time.monotonic(), 0, []
    while (passed := time.monotonic() - begin) < FLOOD_SECONDS:
        while sent < passed * FLOOD_PER_SECOND:
            client.say(state="online", boot=sent, epoch=sent, battery_mv=2000 + sent % 1000,
                       journal=sent, firmware=f"<b>{sent}")
            sent += 1
        flooded.append(press_seconds(rig, 20 + len(flooded)))
    last = client.say(state="online", battery_mv=2777)
    last.wait_for_publish(60)
    wait_until(lambda: device(rig, "flooding")["battery_mv"] == 2777)
    assert sent >= FLOOD_SECONDS * FLOOD_PER_SECOND * 0.9
    history = device(rig, "flooding")["history"]
    assert len(history) <= 2, "a row a day; perhaps it was midnight"
    assert metric(rig, "database_bytes") - before < 1 << 20
    assert metric(rig, "wal_bytes") <= 17 << 20, "it keeps 16 MiB, whoever writes"
    flooded.sort()
    assert len(flooded) >= 20
    # Medians, of a machine that does other things too.
    ratio = flooded[len(flooded) // 2] / quiet[len(quiet) // 2]
    print(f"{sent} messages; a press {quiet[10]:.4f} s, in the flood {ratio:.1f} times that")
    assert flooded[len(flooded) // 2] < max(0.5, 10 * quiet[len(quiet) // 2])
    client.leave()


def test_who_sleeps_is_not_silent_and_who_vanishes_in_its_sleep_is_not_either(rig):
    client = Client(rig, "sleepy")
    client.say(state="online", battery_mv=2900).wait_for_publish(20)
    client.say(state="sleeping", sleep_s=7200).wait_for_publish(20)
    wait_until(lambda: device(rig, "sleepy")["due_at"])
    client.leave()
    said = device(rig, "sleepy")
    assert said["silent"] is False and said["status"]["state"] == "sleeping"
    assert said["battery_mv"] == 2900, "what it said before is still known"
    # The service starts anew, and the broker repeats what it keeps.
    rig.service.stop()
    rig.service.start()
    rig.wait_until_ready()
    assert device(rig, "sleepy")["due_at"] == said["due_at"]
    assert device(rig, "tired")["silent"] is True, "never heard"


def test_a_low_battery_is_counted_until_it_is_changed(rig):
    client = Client(rig, "tired")
    for millivolts, low in ((2400, 1), (2499, 1), (3000, 0)):
        client.say(state="online", battery_mv=millivolts).wait_for_publish(20)
        wait_until(lambda: device(rig, "tired")["battery_mv"] == millivolts)
        wait_until(lambda: metric(rig, "low_battery_devices") == low, within_s=60)
    client.leave()

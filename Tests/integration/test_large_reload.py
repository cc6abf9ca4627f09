"""A registry of ten thousand devices is applied under load: nothing is lost, and the pause is told."""

import collections
import json
import random
import secrets
import signal
import threading
import time
from datetime import date

import paho.mqtt.client as mqtt
import pytest
from rig import Rig, wait_until

DEVICES, PLACES, PER_SECOND, QUIET_S = 10_000, 200, 150, 5
ACL = """
user pikapalaute
topic readwrite #
user tester
topic readwrite #
"""
# Of a debug build on a machine that does other things too; what it was is printed.
PAUSE_S_MAX = 30


def registry(moved=(), hours="Mo-Su 08:00-20:00", more=0):
    """All devices at their places, some moved on from today, some more of them."""
    today = date.today()
    places = collections.defaultdict(list)
    for number in range(DEVICES + more):
        place = number % PLACES
        if number in moved:
            places[place].append(f"{{id: d-{number}, to: {today}}}")
            places[(place + 1) % PLACES].append(f"{{id: d-{number}, from: {today}}}")
        else:
            places[place].append(f"{{id: d-{number}}}")
    lines = ["site: helsinki", "time_zone: Europe/Helsinki", "questions:",
             "  - {id: palvelu, buttons: 4, text: {fi: Miten meni?}}", "nodes:",
             "  - id: palvelut", "    kind: service", f"    opening_hours: {hours}", "    nodes:"]
    for place in range(PLACES):
        lines += [f"      - id: p-{place}", "        kind: touchpoint", "        question: palvelu",
                  "        repeat_interval_s: 0", "        devices:"]
        lines += [f"          - {device}" for device in places[place]]
    return "\n".join(lines) + "\n"


class Load(threading.Thread):
    """Devices that press one after another; each sends again what was not acknowledged for seconds."""

    def __init__(self, rig):
        super().__init__(daemon=True)
        self.sent, self.waiting, self.delays, self.pressed = 0, {}, [], collections.Counter()
        self.lock, self.is_ending = threading.Lock(), threading.Event()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="tester")
        self.client.username_pw_set("tester", rig.credentials["tester"])
        self.client.max_inflight_messages_set(1000)
        self.client.on_connect = lambda c, *_: c.subscribe("pikapalaute/v1/helsinki/+/ack", 0)
        self.client.on_message = self._acknowledged
        self.client.connect("127.0.0.1", rig.mqtt_port)
        self.client.loop_start()

    def _acknowledged(self, _, __, message):
        device, now = message.topic.split("/")[3], time.monotonic()
        following = json.loads(message.payload)["next"]
        with self.lock:
            for key in [k for k in self.waiting if k[0] == device and k[1] < following]:
                first, _, _ = self.waiting.pop(key)
                self.delays.append((first, now - first))

    def _send(self, device, sequence, body):
        self.client.publish(f"pikapalaute/v1/helsinki/{device}/press", body, 1)

    def run(self):
        dice, began = random.Random(10_000), time.monotonic()
        while not self.is_ending.is_set():
            while self.sent < (time.monotonic() - began) * PER_SECOND:
                device = f"d-{dice.randrange(DEVICES)}"
                body = json.dumps({"epoch": 7, "first": self.pressed[device], "presses": [
                    {"button": 3}]})
                now = time.monotonic()
                with self.lock:
                    self.waiting[device, self.pressed[device]] = (now, now, body)
                self._send(device, self.pressed[device], body)
                self.pressed[device] += 1
                self.sent += 1
            self._repeat(2 * PAUSE_S_MAX)
            time.sleep(0.002)

    def _repeat(self, after_s):
        now = time.monotonic()
        with self.lock:
            late = [(key, value) for key, value in self.waiting.items() if now - value[1] > after_s]
            for key, (first, _, body) in late:
                self.waiting[key] = (first, now, body)
        for (device, sequence), (_, _, body) in sorted(late):
            self._send(device, sequence, body)

    def longest(self, since):
        """Of the acknowledgements of what was sent since then."""
        with self.lock:
            return max(delay for first, delay in self.delays if first >= since)

    def end(self):
        self.is_ending.set()
        self.join(timeout=30)
        wait_until(lambda: self._repeat(3) or not self.waiting, within_s=120)
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def rig(tmp_path):
    (tmp_path / "registry.yaml").write_text(registry())
    with Rig(tmp_path, tmp_path / "registry.yaml", {"tester": secrets.token_hex(16)}, ACL) as rig:
        yield rig


def applied(rig):
    return rig.service.log().count("registry: version")


def test_ten_thousand_devices_are_applied_anew_under_load_and_nothing_is_lost(rig):
    load = Load(rig)
    load.start()
    time.sleep(QUIET_S)
    pauses = {"no change": load.longest(0)}
    changes = {"a device more": {"more": 1},
               "other opening hours": {"more": 1, "hours": "Mo-Fr 09:00-21:00"},
               "a hundred devices moved": {"more": 1, "moved": range(100)}}
    for name, change in changes.items():
        before, since = applied(rig), time.monotonic()
        rig.registry.write_text(registry(**change))
        rig.service.child.send_signal(signal.SIGHUP)
        wait_until(lambda before=before: applied(rig) > before, within_s=60)
        time.sleep(QUIET_S)
        wait_until(lambda since=since: all(v[0] > since + 1 for v in list(load.waiting.values())))
        pauses[name] = load.longest(since)
    load.end()
    print({name: f"{pause:.2f} s" for name, pause in pauses.items()}, load.sent)
    assert load.sent >= PER_SECOND * QUIET_S * 3
    status, body = rig.get("/api/v1/results?node=helsinki&by=total&from=2020-01-01&to=2040-01-01")
    assert status == 200, body
    assert json.loads(body)["series"][0]["rows"][0]["responses"] == load.sent
    assert "lost" not in rig.service.log(), "the connection to the broker stays"
    assert max(pauses.values()) < PAUSE_S_MAX

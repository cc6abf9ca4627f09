"""One terminal's password, or faulty firmware, cannot hold up the acknowledgements of the others."""

import contextlib
import json
import random
import threading
import time
import urllib.error
import urllib.request

import paho.mqtt.client as mqtt
from city import CityRig
from faults import Faults
from frames import Frame, Press, decode_ack, encode_frame

FLOOD_SECONDS = 6
FRAMES_PER_SECOND = 400
LARGE_MESSAGES_PER_SECOND = 100
LONG_FRAMES_PER_SECOND = 50
HONEST_DEVICES = 5
HOURS_AT_ONCE = 20_000 + 1000  # and those of the frame that passes it
ACKNOWLEDGED_WITHIN_SECONDS = 1.0
SYNC_MILLISECONDS = 20  # of a plain disk: what a forced commit costs everybody


class Terminal:
    """A device at the broker: sends payloads, and times answers to its frames."""

    def __init__(self, rig, name):
        self.name, self.answered, self.waits = name, threading.Event(), []
        self.site = next(
            line.split(":", 1)[1].strip().strip('"')
            for line in (rig.city / "registry.yaml").read_text().splitlines()
            if line.startswith("site:"))
        self.epoch, self.sent = random.randrange(2**32), 0
        self.next = 0
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name)
        self.client.username_pw_set(name, rig.credentials[name])
        self.client.on_message = self._answer
        self.client.max_inflight_messages_set(4000)
        ready = threading.Event()
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.connect("127.0.0.1", rig.mqtt_port)
        self.client.loop_start()
        self.client.subscribe(f"pikapalaute/v1/{self.site}/{name}/ack")
        assert ready.wait(5)

    def _answer(self, _client, _data, message):
        with contextlib.suppress(Exception):
            ack = decode_ack(message.payload)
            if ack.epoch == self.epoch and ack.next >= self.sent:
                self.next = ack.next
                self.answered.set()

    def send(self, payload):
        self.client.publish(f"pikapalaute/v1/{self.site}/{self.name}/press", payload, qos=1)

    def press(self):
        """One press, sent until it is answered; False when it was not within ten seconds."""
        frame = encode_frame(Frame(
            self.epoch, self.sent, int(time.time()), [Press(int(time.time()))]))
        self.sent += 1
        self.answered.clear()
        began = time.monotonic()
        self.send(frame)
        is_answered = self.answered.wait(10)
        self.waits.append(time.monotonic() - began)
        return is_answered

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def fresh_epoch(_):
    return encode_frame(Frame(
        random.randrange(2**32), 0, int(time.time()), [Press(int(time.time()))]))


def large_json(_):
    """130 000 bytes of well-formed JSON, with ten times the presses that a message may have."""
    return json.dumps(
        {"epoch": 1, "first": 0, "presses": [{"button": 1}] * 10_000}, separators=(",", ":")
    ).encode()


def hours(index):
    """A thousand presses of one epoch, each in an hour of its own."""
    first = index * 1000
    now = int(time.time())
    return encode_frame(Frame(
        4711, first, now, [Press(3600 * (first + k)) for k in range(1000)]))


def paced(rate, seconds, do):
    began = time.monotonic()
    for index in range(round(rate * seconds)):
        do(index)
        late = began + (index + 1) / rate - time.monotonic()
        if late > 0:
            time.sleep(late)


def press_until(terminal, ends):
    while not ends.is_set():
        terminal.press()
        ends.wait(0.05)


def total(rig, reason):
    for line in rig.get("/metrics")[1].splitlines():
        if f'"{reason}"' in line:
            return int(line.split()[-1])
    return 0


class SlowDiskRig(CityRig):
    """A city on a disk whose syncs take a while, as they do on most."""

    def __init__(self, folder):
        super().__init__(folder)
        self.faults = Faults(self.folder, self.mqtt_port)
        self.faults.spare()
        self.faults["sync_delay_ms"] = SYNC_MILLISECONDS
        self.service.environment.update(self.faults.environment)


def attack(folder, rate, payload, reason):
    """Floods from one device beside honest ones; says the slowest hundredth and the recovery, in s."""
    with SlowDiskRig(folder) as rig:
        names = [name for name in rig.credentials if name != "pikapalaute"]
        attacker = Terminal(rig, names[0])
        honest = [Terminal(rig, name) for name in names[1:1 + HONEST_DEVICES]]
        ends = threading.Event()
        threads = [threading.Thread(target=press_until, args=(t, ends)) for t in honest]
        try:
            for thread in threads:
                thread.start()
            made = payload(0)
            make = (lambda index: made) if reason == "too_much_json" else payload
            paced(rate, FLOOD_SECONDS, lambda index: attacker.send(make(index)))
        finally:
            ends.set()
            for thread in threads:
                thread.join()
        ended = time.monotonic()
        recovered = all(terminal.press() for terminal in honest)
        recovery = time.monotonic() - ended
        waits = sorted(wait for terminal in honest for wait in terminal.waits)
        p99 = waits[max(0, len(waits) * 99 // 100 - 1)]
        print(f"{len(waits)} acks, p99 {p99:.3f} s, max {waits[-1]:.3f} s, after it {recovery:.3f} s, "
              f"{reason} {total(rig, reason)}")
        assert p99 < ACKNOWLEDGED_WITHIN_SECONDS, f"p99 {p99:.2f} s of {len(waits)} acknowledgements"
        assert recovered and recovery < HONEST_DEVICES * ACKNOWLEDGED_WITHIN_SECONDS
        # Every honest press is there, once.
        assert [terminal.next for terminal in honest] == [terminal.sent for terminal in honest]
        assert total(rig, reason) > 0
        refused, counted = total(rig, reason), rig.presses()
        lines = [line for line in rig.service.log().splitlines() if "quarantined unanswered" in line]
        assert len(lines) == 1 and names[0] in lines[0], lines
        sent = sum(terminal.sent for terminal in honest)
        if reason == "too_many_epochs":
            assert counted + refused == sent + rate * FLOOD_SECONDS
        elif reason == "too_many_hours":
            assert counted == sent + 1000 * (rate * FLOOD_SECONDS - refused)
            assert sent < counted <= sent + HOURS_AT_ONCE
        else:
            assert counted == sent
        for terminal in [attacker, *honest]:
            terminal.close()
        rebuilt = rig.pikapalaute("rebuild")
        assert rebuilt.returncode == 0 and "nothing differs" in rebuilt.stdout, rebuilt.stdout


def test_a_flood_of_new_epochs_holds_up_nobody_else(tmp_path):
    attack(tmp_path, FRAMES_PER_SECOND, fresh_epoch, "too_many_epochs")


def test_a_flood_of_large_json_holds_up_nobody_else(tmp_path):
    attack(tmp_path, LARGE_MESSAGES_PER_SECOND, large_json, "too_much_json")


def test_presses_each_in_another_hour_hold_up_nobody_and_make_few_rows(tmp_path):
    attack(tmp_path, LONG_FRAMES_PER_SECOND, hours, "too_many_hours")


def test_what_a_share_does_not_cover_is_told_over_http_too(tmp_path):
    with CityRig(tmp_path) as rig:
        name = next(name for name in rig.credentials if name != "pikapalaute")
        site = next(line.split(":", 1)[1].strip().strip('"')
                    for line in (rig.city / "registry.yaml").read_text().splitlines()
                    if line.startswith("site:"))
        statuses = []
        for _ in range(160):
            request = urllib.request.Request(
                f"{rig.http}/ingest/v1/{site}/{name}/press", data=fresh_epoch(0), method="POST",
                headers={"Authorization": f"Bearer {rig.token}"})
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
                assert int(error.headers["Retry-After"]) > 0
                assert "epochs" in json.loads(error.read())["detail"]
        assert statuses[:128] == [200] * 128 and 429 in statuses, statuses

"""An operator's day with the real commands: from the first settings to a broken disk, and every press counted.

The transcript of what was typed and seen is written to $OPERATORS_DAY, else into the test's folder;
docs/operators-day.md has it, shortened.
"""

import base64
import json
import os
import pathlib
import re
import secrets
import subprocess
import threading
import time
import urllib.request
import zoneinfo
from datetime import datetime, timedelta, timezone

import paho.mqtt.client as mqtt
import pytest
from certificates import Authority
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dynamic import DynamicRig
from rig import BUILD, Process, settingless, wait_until

REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {id: palvelu, buttons: 4, text: {fi: Millaista palvelu oli?}}
nodes:
  - id: kirjastot
    kind: service
    name: {fi: Kirjastot}
    opening_hours: Mo-Su 08:00-20:00
    nodes:
      - {id: aula, kind: touchpoint, question: palvelu, repeat_interval_s: 0, devices: [{id: hn-1}]}
      - id: lastenosasto
        kind: touchpoint
        question: palvelu
        repeat_interval_s: 0
        devices:
          - {id: hn-2}
      - {id: kahvila, kind: touchpoint, question: palvelu, repeat_interval_s: 0, devices: [{id: hn-3}]}
"""
ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
# The day is yesterday: its presses come late, as those of devices without a network do.
DAY = datetime.now(ZONE).date() - timedelta(days=1)


def at(clock, seconds):
    """A local time of the day, and so many seconds later, as RFC 3339 UTC."""
    hour, minute = map(int, clock.split(":"))
    local = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=ZONE)
    local += timedelta(seconds=seconds)
    return local.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Terminal:
    """A device with a journal, over TLS: sends from the oldest that is not acknowledged."""

    def __init__(self, day, credential):
        login = credential["mqtt"]
        self.name, self.topics, self.key = credential["device"], login["topics"], day.public_key
        self.epoch, self.journal, self.acknowledged = secrets.randbits(31), [], 0
        self.firmware, self.revision, self.boot = "1.4.2", None, 1
        self.lock = threading.Lock()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=self.name)
        self.client.username_pw_set(login["username"], login["password"])
        self.client.tls_set(day.authority.file)
        self.client.will_set(f"{self.topics}/status", '{"state":"offline"}', 1, retain=True)
        self.client.on_connect = self._connected
        self.client.on_message = self._heard
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("localhost", day.rig.mqtt_port)
        self.client.loop_start()

    def _connected(self, client, *_):
        client.subscribe([(f"{self.topics}/ack", 1), (f"{self.topics}/config", 1)])
        self.report()

    def _heard(self, _, __, message):
        said = json.loads(message.payload or b"{}")
        if message.topic.endswith("/ack"):
            with self.lock:
                self.acknowledged = max(self.acknowledged, said["next"])
        elif said and said["revision"] != self.revision:
            self.revision = said["revision"]
            self._consider(said.get("firmware"))
            self.report()

    def _consider(self, offer):
        if not offer or offer["model"] != "hn4" or offer["version"] == self.firmware:
            return
        signed = "".join(f"{line}\n" for line in [
            "pikapalaute-firmware/1", *(offer[k] for k in ("model", "version")),
            str(offer["issued"]), offer["sha256"], offer["url"]])
        self.key.verify(base64.b64decode(offer["signature"]), signed.encode())
        self.firmware, self.boot = offer["version"], self.boot + 1

    def report(self):
        status = {"state": "online", "model": "hn4", "firmware": self.firmware, "boot": self.boot,
                  "epoch": self.epoch, "journal": len(self.journal) - self.acknowledged}
        if self.revision is not None:
            status["config"] = self.revision
        self.client.publish(f"{self.topics}/status", json.dumps(status), 1, retain=True)

    def press(self, clock, times, button=3):
        self.journal += [{"at": at(clock, 3 * n), "button": button} for n in range(times)]

    def deliver(self):
        def is_done():
            with self.lock:
                first = self.acknowledged
            if first == len(self.journal):
                return True
            self.client.publish(f"{self.topics}/press", json.dumps({
                "epoch": self.epoch, "first": first, "oldest": True, "presses": self.journal[first:],
            }), 1)
            time.sleep(0.2)
            return False
        wait_until(is_done)

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


class Day:
    """The operator's machine, with a transcript of what was typed and seen."""

    def __init__(self, folder):
        self.folder, self.lines = folder, []
        self.authority = Authority(folder, "City CA")
        certificate, key = self.authority.issue("broker")
        self.rig = DynamicRig(folder, folder / "registry.yaml")
        with open(folder / "mosquitto.conf", "a", encoding="utf-8") as file:
            file.write(f"cafile {self.authority.file}\ncertfile {certificate}\nkeyfile {key}\n")
        (folder / "mqtt-password").write_text(self.rig.credentials["pikapalaute"])
        self.environment = {
            "PIKAPALAUTE_DATABASE": str(folder / "pikapalaute.sqlite"),
            "PIKAPALAUTE_MQTT_URL": f"mqtts://pikapalaute@localhost:{self.rig.mqtt_port}",
            "PIKAPALAUTE_MQTT_PASSWORD_FILE": str(folder / "mqtt-password"),
            "PIKAPALAUTE_MQTT_CA_FILE": str(self.authority.file),
            "PIKAPALAUTE_HTTP_ADDRESS": f"127.0.0.1:{self.rig.http_port}",
            "PIKAPALAUTE_ADMIN_TOKEN": self.rig.token,
        } | {k: v for k, v in self.rig.service.environment.items() if "MQTT_ENROL" in k}
        self.rig.service = Process("pikapalaute", folder, [BUILD / "pikapalaute", "serve"],
                                   self.environment)
        self.public_key = None

    def say(self, text):
        self.lines += ["", f"# {text}"]

    def run(self, *words, status=0, into=None):
        """Types a command; what it printed."""
        done = subprocess.run(
            [BUILD / "pikapalaute", *map(str, words)], cwd=self.folder, text=True,
            capture_output=True, env=settingless() | self.environment, timeout=60, check=False)
        self.lines.append("$ pikapalaute " + " ".join(map(str, words))
                          + (f" > {into}" if into else ""))
        shown = done.stderr if into else done.stdout + done.stderr
        self.lines += [line.rstrip() for line in shown.splitlines()]
        if status:
            self.lines.append(f"(exit code {done.returncode})")
        assert done.returncode == status, (words, done.stdout, done.stderr)
        if into:
            (self.folder / into).write_text(done.stdout)
        return done.stdout

    def typed(self, line):
        self.lines.append(f"$ {line}")

    def enrol(self, device):
        code = self.run("claim", "make", device).split()[0]
        request = urllib.request.Request(
            f"{self.rig.http}/enrol/v1/claim", json.dumps({"code": code}).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Terminal(self, json.loads(answer.read()))

    def responses(self):
        """Responses of the day by place."""
        status, body = self.rig.get(
            f"/api/v1/results?node=helsinki&children=true&by=total&from={DAY}"
            f"&to={DAY + timedelta(days=1)}")
        assert status == 200, body
        found = {s["node"]: s["rows"][0]["responses"] for s in json.loads(body)["series"]}
        for node in ("aula", "lastenosasto", "kahvila", "unassigned"):
            status, body = self.rig.get(
                f"/api/v1/results?node={node}&by=total&from={DAY}&to={DAY + timedelta(days=1)}")
            assert status == 200, body
            found[node] = sum(s["rows"][0]["responses"] for s in json.loads(body)["series"])
        return found

    def transcript(self):
        text = "\n".join(self.lines).strip() + "\n"
        text = text.replace(str(self.folder) + "/", "").replace(self.rig.token, "…")
        text = text.replace(str(DAY), "2026-11-28").replace(str(self.rig.http_port), "8080")
        return re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "7K3M-QX9T-0VBN", text)


@pytest.fixture
def day(tmp_path):
    day = Day(tmp_path)
    yield day
    day.rig.stop()
    path = pathlib.Path(os.environ.get("OPERATORS_DAY", tmp_path / "operators-day.txt"))
    path.write_text(day.transcript(), encoding="utf-8")


def test_a_day_of_an_operator_ends_with_every_press_counted(day):
    rig, began = day.rig, time.monotonic()
    day.say("In the morning: the registry, and the service at a broker that speaks TLS")
    (day.folder / "registry.yaml").write_text(REGISTRY)
    day.run("check-registry", "registry.yaml")
    rig.broker.start()
    rig.service.start()
    day.typed("systemctl start pikapalaute")
    rig.wait_until_ready()
    day.run("apply", "registry.yaml")

    day.say("Three terminals get their credentials, and are pressed")
    hall, children, cafe = (day.enrol(name) for name in ("hn-1", "hn-2", "hn-3"))
    day.run("credential", "list")
    for terminal, times in ((hall, 40), (children, 30), (cafe, 20)):
        terminal.press("13:30", times)
        terminal.deliver()

    day.say("At 14:00 hn-2 is replaced; somebody still presses the old one, in the store room")
    day.run("device", "replace", "hn-2", "hn-9", "--at", f"{DAY}T14:00", "--preview")
    day.run("device", "replace", "hn-2", "hn-9", "--at", f"{DAY}T14:00")
    new = day.enrol("hn-9")
    children.press("14:10", 4)
    new.press("14:10", 7)

    day.say("At 15:00 hn-3 moves from the café to the hall")
    day.run("device", "move", "hn-3", "--to", "aula", "--at", f"{DAY}T15:00")
    cafe.press("14:59", 5)
    cafe.press("15:01", 6)
    terminals = [hall, children, cafe, new]
    for terminal in terminals:
        terminal.deliver()

    day.say("Other opening hours, while presses come")
    day.run("registry", "show", "3", into="registry.yaml")
    text = (day.folder / "registry.yaml").read_text()
    (day.folder / "registry.yaml").write_text(
        text.replace("Mo-Su 08:00-20:00", "Mo-Fr 08:00-21:00; Sa 10:00-16:00"))
    day.typed("sed -i 's/Mo-Su 08:00-20:00/Mo-Fr 08:00-21:00; Sa 10:00-16:00/' registry.yaml")
    hall.press("15:30", 10)
    pressing = threading.Thread(target=hall.deliver)
    pressing.start()
    day.run("apply", "registry.yaml", "--preview")
    day.run("apply", "registry.yaml")
    pressing.join()

    day.say("Another wording: every terminal is told, and reports it")
    text = (day.folder / "registry.yaml").read_text()
    (day.folder / "registry.yaml").write_text(text.replace("Millaista palvelu oli?", "Miten meni?"))
    day.typed("sed -i 's/Millaista palvelu oli?/Miten meni?/' registry.yaml")
    day.run("apply", "registry.yaml")

    def reported():
        devices = json.loads(rig.get("/api/v1/devices")[1])["devices"]
        return len(devices) == 4 and all(
            d["reported_revision"] == d["configuration_revision"] for d in devices)
    wait_until(reported)
    day.run("devices")

    day.say("New firmware, first to every second terminal")
    public = day.run("firmware", "key", "make", "firmware.key").strip()
    day.environment["PIKAPALAUTE_FIRMWARE_KEY"] = public
    day.public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    for terminal in terminals:
        terminal.key = day.public_key
    (day.folder / "hn4.bin").write_bytes(b"firmware" * 1000)
    day.run("firmware", "sign", "--key", "firmware.key", "--file", "hn4.bin", "--model", "hn4",
            "--version", "1.5.0", "--url", "https://files.example/hn4-1.5.0.bin", into="hn4.json")
    day.run("firmware", "offer", "hn4.json", "--stages", "50,100", "--hours", "0.001")
    wait_until(lambda: {t.firmware for t in terminals} == {"1.5.0"})
    wait_until(lambda: "complete" in rig.service.log())
    day.run("firmware", "list")

    day.say("A copy for the night; then the disk breaks")
    day.run("backup", "backup.sqlite")
    day.typed("systemctl stop pikapalaute")
    assert rig.service.stop() == 0
    with open(day.folder / "pikapalaute.sqlite", "r+b") as file:
        for page in range(4096, file.seek(0, os.SEEK_END), 4096):
            file.seek(page + 100)
            file.write(secrets.token_bytes(400))
    hall.press("16:00", 8)
    new.press("16:00", 9)
    day.run("serve", status=1)
    day.run("restore", "backup.sqlite")
    day.typed("systemctl start pikapalaute")
    rig.service.start()
    rig.wait_until_ready()
    day.run("check")
    for terminal in terminals:
        terminal.deliver()

    day.say("In the evening: the next version of the program")
    day.run("--version")
    day.typed("systemctl restart pikapalaute")
    rig.service.stop()
    rig.service.start()
    rig.wait_until_ready()
    cafe.press("19:30", 3)
    cafe.deliver()

    day.say("What was counted")
    found = day.responses()
    day.lines += [f"{node:14} {count:5}" for node, count in sorted(found.items())]
    assert found["aula"] == 40 + 6 + 10 + 8 + 3
    assert found["lastenosasto"] == 30 + 7 + 9
    assert found["kahvila"] == 20 + 5
    assert found["unassigned"] == 4, "of the old one, after it was replaced"
    assert found["helsinki"] == sum(len(t.journal) for t in terminals) == 142
    logged = day.run("audit")
    for action in ("registry applied", "claim code used", "firmware offered", "database restored"):
        assert action in logged
    for terminal in terminals:
        assert terminal.acknowledged == len(terminal.journal)
        terminal.end()
    seconds = time.monotonic() - began
    print(f"{seconds:.0f} s")
    assert seconds < 60

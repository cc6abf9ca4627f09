"""The worked examples for other makers, run as they stand: killed, unanswered, and counted once."""

import datetime
import json
import subprocess
import sys
import time

import pytest
from certificates import Authority
from rig import BUILD, ROOT, Rig, free_port

sys.path.insert(0, str(ROOT / "Tests/pages"))
from phone import Gateway  # noqa: E402

EXAMPLES = ROOT / "firmware-protocol/examples"
DEVICES = ["dev-http", "dev-tls", "dev-websocket", "dev-swift"]
REGISTRY = {
    "site": "helsinki", "time_zone": "Europe/Helsinki", "questions": [{"id": "palvelu", "buttons": 4}],
    "nodes": [{"id": f"at-{device}", "kind": "touchpoint", "question": "palvelu", "repeat_interval_s": 0,
               "devices": [{"id": device}]} for device in DEVICES]}


class MakersRig(Rig):
    """A broker that devices reach by TLS and by WebSocket alone."""

    def __init__(self, folder):
        authority = Authority(folder)
        certificate, key = authority.issue("broker")
        self.ca_file, self.tls_port, self.websocket_port = authority.file, free_port(), free_port()
        (folder / "registry.yaml").write_text(json.dumps(REGISTRY))
        topics = "".join(
            f"user {device}\ntopic write pikapalaute/v1/helsinki/{device}/press\n"
            f"topic write pikapalaute/v1/helsinki/{device}/status\n"
            f"topic read pikapalaute/v1/helsinki/{device}/ack\n" for device in DEVICES)
        super().__init__(folder, folder / "registry.yaml", {device: f"of {device}" for device in DEVICES},
                         f"user pikapalaute\ntopic readwrite #\n{topics}")
        with open(folder / "mosquitto.conf", "a") as configuration:
            for port, protocol in ((self.tls_port, "mqtt"), (self.websocket_port, "websockets")):
                configuration.write(f"listener {port} 127.0.0.1\nprotocol {protocol}\n"
                                    f"certfile {certificate}\nkeyfile {key}\n")

    def command(self, name, http):
        """What a maker types, without presses."""
        device, file = f"dev-{name}", self.folder / f"dev-{name}"
        file.write_text(f"of {device}\n")
        if name in ("http", "swift"):
            token = subprocess.run(
                [BUILD / "pikapalaute", "token", "make", "--device", device, "--database", self.database],
                check=True, capture_output=True, text=True).stdout
            file.write_text(token)
        journal = self.folder / f"journal-{name}"
        if name == "swift":
            return [BUILD / "example-device", f"{http}/ingest/v1/helsinki/{device}/press", file, journal]
        where = {"http": ["--url", http, "--token-file", file],
                 "tls": ["--port", self.tls_port], "websocket": ["--websocket", "--port", self.websocket_port]}[name]
        if name != "http":
            where += ["--host", "localhost", "--ca-file", self.ca_file, "--password-file", file]
        script = "device_http" if name == "http" else "device_mqtt"
        return [sys.executable, EXAMPLES / f"{script}.py", *where, "--site", "helsinki", "--device", device,
                "--journal", journal]

    def counts(self, name):
        today = datetime.date.today()
        status, body = self.get(
            f"/api/v1/results?node=at-dev-{name}&from={today - datetime.timedelta(1)}"
            f"&to={today + datetime.timedelta(2)}&by=total")
        assert status == 200, body
        row, = json.loads(body)["series"][0]["rows"]
        assert row["lost"] == row["excluded"] == row["invalid"] == 0, row
        return row["counts"]


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with MakersRig(tmp_path_factory.mktemp("makers")) as rig:
        yield rig


@pytest.mark.parametrize("name", ["http", "tls", "websocket", "swift"])
def test_an_example_counts_each_press_once(rig, name):
    with Gateway(rig) as gateway:
        command = [str(word) for word in rig.command(name, gateway.http)]
        # Nobody answers, and it is killed while it waits.
        rig.service.stop()
        device = subprocess.Popen([*command, "3", "3", "0"])
        time.sleep(4)
        assert device.poll() is None, "what is not acknowledged is not given up"
        device.kill()
        device.wait()
        # With what it had kept and two presses more; the first answers are lost on their way.
        gateway.swallow = 2
        device = subprocess.Popen([*command, "1", "2"])
        rig.service.start()
        rig.wait_until_ready()
        assert device.wait(timeout=120) == 0
        assert rig.counts(name) == [1, 1, 1, 2]
        assert name not in ("http", "swift") or gateway.swallowed == 2
        # The service is killed in the middle, and again nothing is lost or counted twice.
        device = subprocess.Popen([*command, *["3"] * 250])
        rig.service.kill()
        rig.service.start()
        rig.wait_until_ready()
        assert device.wait(timeout=120) == 0
        assert subprocess.run(command, timeout=60, check=False).returncode == 0, "nothing waits"
    assert rig.counts(name) == [1, 1, 1, 252]

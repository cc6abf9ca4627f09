"""The real service over a folder, HTTP only, and what its devices send."""

import http.client
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE.parent / "outside-peer")]

from frames import Frame, Press, decode_ack, encode_frame  # noqa: E402
from rig import BUILD, ROOT, free_port  # noqa: E402

TOKEN = "power-cuts-power-cuts-power-cuts-power"
DEVICES = [f"hn-{n:04}" for n in range(6)]
ROUNDS = 12
START = 1795255200


class Wrong(Exception):
    """The service broke its promise."""


def registry(repeat_interval_s):
    devices = "".join(f"      - {{id: {name}}}\n" for name in DEVICES)
    return f"""\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {{id: palvelu, buttons: 4}}
nodes:
  - id: aula
    kind: touchpoint
    question: palvelu
    repeat_interval_s: {repeat_interval_s}
    devices:
{devices}"""


class Service:
    """The real program over a folder, with or without the recording shim."""

    def __init__(self, folder, repeat_interval_s=2, environment=None):
        self.folder, self.port = folder, free_port()
        (folder.parent / f"{folder.name}.yaml").write_text(registry(repeat_interval_s))
        self.arguments = [
            BUILD / "pikapalaute", "serve", "--database", folder / "p.sqlite",
            "--registry", folder.parent / f"{folder.name}.yaml", "--http-address",
            f"127.0.0.1:{self.port}", "--mqtt-url", "mqtt://127.0.0.1:9"]
        self.environment = {
            **os.environ, "PIKAPALAUTE_ADMIN_TOKEN": TOKEN, **(environment or {})}

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        self.child = subprocess.Popen(
            self.arguments, env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 30
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                connection.close()
                return self
            except OSError:
                if self.child.poll() is not None or time.monotonic() > deadline:
                    self.end(signal.SIGKILL)
                    raise Wrong(f"the service did not start: {self.said()}") from None
                time.sleep(0.005)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()

    def end(self, number=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(number)
        return self.child.wait(timeout=30)

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def post(self, device, frames, on_ack=lambda ack: None, patience_s=10):
        """Sends frames one after the other, each until it is acknowledged."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for frame in frames:
            deadline = time.monotonic() + patience_s
            while True:
                connection.request(
                    "POST", f"/ingest/v1/helsinki/{device}/press", encode_frame(frame),
                    {"Authorization": f"Bearer {TOKEN}",
                     "Content-Type": "application/octet-stream"})
                answer = connection.getresponse()
                body = answer.read()
                # Until the ingest thread has opened the store the answer is 503.
                if answer.status != 503 or time.monotonic() > deadline:
                    break
                time.sleep(0.01)
            if answer.status != 200:
                raise Wrong(f"{device} was answered {answer.status}: {body[:200]}")
            on_ack(decode_ack(body))
        connection.close()


def make_frames(seed):
    """{device: [[frames of a session] …]}: in order, several epochs, repeated presses too."""
    dice, sessions = random.Random(f"frames {seed}"), {}
    for device in DEVICES:
        sessions[device], next_of = [], {}
        for session in range(3):
            frames = []
            for turn in range(ROUNDS):
                epoch = session if dice.random() < 0.8 else 100 + dice.randrange(2)
                first, count = next_of.get(epoch, 0), dice.choice([1, 2, 5, 20, 200])
                at = START + 3600 * dice.randrange(4000) + turn
                presses = [Press(at + n * dice.randrange(4), 0, dice.randrange(4))
                           for n in range(count)]
                frames.append(Frame(epoch, first, START + 4000 * 3600 + 60, presses))
                next_of[epoch] = first + count
            sessions[device].append(frames)
    return sessions

"""The real service over a folder, and what its devices send: over HTTP, or through a broker."""

import contextlib
import http.client
import pathlib
import queue
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE.parent / "outside-peer")]

import paho.mqtt.client as mqtt  # noqa: E402
from frames import Frame, Press, decode_ack, encode_frame  # noqa: E402
from rig import BUILD, ROOT, Process, free_port, settingless  # noqa: E402

TOKEN = "power-cuts-power-cuts-power-cuts-power"
DEVICES = [f"hn-{n:04}" for n in range(6)]
ROUNDS = 12
# Spring of 2026: presses of the 4000 hours from then on, sent after them, and before today.
START = 1777255200


class Wrong(Exception):
    """The service broke its promise."""


def wait_until(is_true, within_s=30):
    deadline = time.monotonic() + within_s
    while not is_true():
        if time.monotonic() > deadline:
            raise Wrong("waited in vain")
        time.sleep(0.02)


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


@contextlib.contextmanager
def broker(folder):
    """A mosquitto that lets everybody in; its port."""
    port = free_port()
    configuration = pathlib.Path(folder) / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        "max_queued_messages 0\nset_tcp_nodelay true\nlog_type error\n")
    process = Process("mosquitto", pathlib.Path(folder), ["mosquitto", "-c", configuration])
    process.start()
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            if process.child.poll() is not None or time.monotonic() > deadline:
                raise Wrong(f"the broker did not start: {process.log()}")
            time.sleep(0.01)
        yield port
    finally:
        process.stop()


class Service:
    """The real program over a folder, with or without the recording shim."""

    def __init__(self, folder, repeat_interval_s=2, environment=None, broker_port=9):
        self.folder, self.port, self.broker_port = folder, free_port(), broker_port
        (folder.parent / f"{folder.name}.yaml").write_text(registry(repeat_interval_s))
        self.arguments = [
            BUILD / "pikapalaute", "serve", "--database", folder / "p.sqlite",
            "--registry", folder.parent / f"{folder.name}.yaml", "--http-address",
            f"127.0.0.1:{self.port}", "--mqtt-url", f"mqtt://127.0.0.1:{broker_port}"]
        self.environment = {
            **settingless(), "PIKAPALAUTE_ADMIN_TOKEN": TOKEN, **(environment or {})}

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

    def get(self, path, token=TOKEN):
        """(status, body) of a request; without a token as anybody."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def metric(self, name):
        line, = [line for line in self.get("/metrics")[1].splitlines()
                 if line.startswith(f"{name} ")]
        return int(line.split()[1])

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

    def publish(self, device, frames, on_ack=lambda ack: None, patience_s=10):
        """The same through the broker."""
        acks, is_subscribed = queue.SimpleQueue(), threading.Event()
        base = f"pikapalaute/v1/helsinki/{device}"

        def received(client, context, message):
            ack = decode_ack(message.payload)
            on_ack(ack)
            acks.put(ack)

        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=device)
        client.on_connect = lambda *_: client.subscribe(f"{base}/ack")
        client.on_subscribe = lambda *_: is_subscribed.set()
        client.on_message = received
        client.connect("127.0.0.1", self.broker_port)
        client.loop_start()
        try:
            if not is_subscribed.wait(patience_s):
                raise Wrong(f"{device} could not subscribe")
            for frame in frames:
                self._publish(client, acks, f"{base}/press", frame, patience_s)
        finally:
            client.disconnect()
            client.loop_stop()

    def _publish(self, client, acks, topic, frame, patience_s):
        deadline, repeat_at, end = time.monotonic() + patience_s, 0, frame.first + len(frame.presses)
        while True:
            if self.child.poll() is not None:
                raise ConnectionError(f"the service ended, {topic} is not answered")
            if time.monotonic() > deadline:
                raise Wrong(f"{topic} was not answered")
            if time.monotonic() > repeat_at:
                client.publish(topic, encode_frame(frame), qos=1)
                repeat_at = time.monotonic() + 0.5
            with contextlib.suppress(queue.Empty):
                ack = acks.get(timeout=0.05)
                if ack.epoch == frame.epoch and ack.next >= end:
                    return


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

"""The service's end of the connection to its broker, on the real broker and on servers that only
listen: nothing in clear, nobody else's client, no busy waiting, no flood."""

import contextlib
import os
import secrets
import signal
import socket
import threading
import time

import paho.mqtt.client as mqtt
import pytest
import shims
from frames import Frame, Press, encode_frame
from posting import DEVICES, START, Service, registry, wait_until
from proxy import Proxy
from rig import Process, free_port

TOPIC = "pikapalaute/v1/helsinki/{}/{}"
PASSWORD = "not-to-be-seen-by-anybody"


@pytest.fixture
def shim(tmp_path):
    return {"LD_PRELOAD": str(shims.build("connections.c", tmp_path))}


@contextlib.contextmanager
def silent_server(backlog=5):
    """A TCP server that takes connections and says nothing; what it was told, piece by piece."""
    heard = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(backlog)
        server.settimeout(0.1)
        stopped = threading.Event()

        def serve():
            ends = []
            while not stopped.is_set():
                with contextlib.suppress(TimeoutError):
                    ends.append(server.accept()[0])
                    ends[-1].setblocking(False)
                for end in ends:
                    with contextlib.suppress(OSError):
                        if data := end.recv(65536):
                            heard.append(data)
            for end in ends:
                end.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            stopped.set()
            thread.join()


@contextlib.contextmanager
def full_server():
    """A port that answers no SYN: its backlog is full and nobody accepts."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(8):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.connect(server.getsockname())
        yield server.getsockname()[1]


def service(folder, url, environment=None):
    """A service with this broker, whatever is at the address."""
    folder.mkdir(exist_ok=True)
    made = Service(folder, 2, environment)
    made.arguments[made.arguments.index("--mqtt-url") + 1] = url
    return made


@pytest.mark.parametrize("scheme", ["mqtt", "mqtts"])
def test_stopping_while_connecting_leaves_the_client_to_its_thread(tmp_path, shim, scheme):
    """Over TCP the SYN is not answered; over TLS the handshake is not."""
    with contextlib.ExitStack() as stack:
        port = (stack.enter_context(full_server()) if scheme == "mqtt"
                else stack.enter_context(silent_server())[0])
        running = stack.enter_context(
            service(tmp_path / "data", f"{scheme}://127.0.0.1:{port}", shim))
        time.sleep(1)
        begun = time.monotonic()
        running.child.send_signal(signal.SIGTERM)
        assert running.child.wait(timeout=60) == 0, running.said()
        assert time.monotonic() - begun < 10, "it waited for the broker"
        assert "destroyed while connecting" not in running.said()


@pytest.mark.parametrize("error", [None, 3, 10])
def test_a_password_never_leaves_in_clear_where_tls_is_asked_for(tmp_path, shim, error):
    """With TLS, and where TLS cannot be set up: without memory (3), in a library without it (10)."""
    environment = shim if error is None else {**shim, "TLS_SET_ERROR": str(error)}
    with silent_server() as (port, heard):
        url = f"mqtts://service:{PASSWORD}@127.0.0.1:{port}"
        with service(tmp_path / "data", url, environment) as running:
            if error is None:
                wait_until(lambda: heard)
                assert heard[0][:2] == b"\x16\x03", "a TLS handshake comes first"
            else:
                wait_until(lambda: heard or "TLS cannot be set up" in running.said())
            time.sleep(1)
            assert running.end() == 0, running.said()
        told = b"".join(heard)
        assert PASSWORD.encode() not in told and b"MQTT" not in told
        assert error is None or told == b"", "no connection without TLS"


CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence {persistence}
persistence_location {folder}/
autosave_interval 1800
max_inflight_messages 4000
max_queued_messages 0
max_packet_size 1000000
log_type error
"""


class Broker(Process):
    """A mosquitto that saves its state when it is told to and when it is stopped, or never."""

    def __init__(self, folder, persistence=True):
        self.port = free_port()
        data = folder / "broker"
        data.mkdir()
        path = folder / "mosquitto.conf"
        path.write_text(CONFIGURATION.format(
            port=self.port, folder=data, persistence=str(persistence).lower())
            + f"user {os.environ.get('USER') or 'root'}\n")
        super().__init__("mosquitto", folder, ["mosquitto", "-c", path])
        self.saved = data / "mosquitto.db"

    def start(self):
        super().start()
        wait_until(lambda: self.is_there() or self.child.poll() is not None)
        assert self.child.poll() is None, self.log()

    def is_there(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def save(self):
        self.child.send_signal(signal.SIGUSR1)
        wait_until(self.saved.exists)
        time.sleep(0.5)


class Watcher:
    """Hears everything that the service publishes for its devices, retained or not."""

    def __init__(self, port):
        self.live, self.retained = [], {}
        is_subscribed = threading.Event()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=f"watcher-{secrets.token_hex(4)}")
        self.client.on_connect = lambda client, *_: client.subscribe(
            TOPIC.format("+", "config"), 1)
        self.client.on_subscribe = lambda *_: is_subscribed.set()
        self.client.on_message = self._heard
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert is_subscribed.wait(30)
        time.sleep(0.5)

    def _heard(self, client, userdata, message):
        device = message.topic.split("/")[3]
        if message.retain:
            self.retained[device] = message.payload
        else:
            self.live.append((device, message.payload))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()


def kept(port):
    """What the broker keeps, by device."""
    with Watcher(port) as watcher:
        return watcher.retained


def sessions(running):
    return running.metric("pikapalaute_broker_sessions_total")


def ready(running):
    """Subscribed, and at rest."""
    wait_until(lambda: running.get("/readyz")[0] == 200)
    time.sleep(1)


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path)
    made.start()
    yield made
    made.stop()


def test_reconnecting_to_the_same_session_publishes_no_configuration_again(tmp_path, broker):
    proxy = Proxy(broker.port)
    with service(tmp_path / "data", f"mqtt://127.0.0.1:{proxy.port}") as running:
        ready(running)
        assert kept(broker.port).keys() == set(DEVICES)
        with Watcher(broker.port) as watcher:
            for number in range(2, 5):
                proxy.cut()
                wait_until(lambda: sessions(running) == number)
                ready(running)
            assert watcher.live == []
        # One that was stopped orderly remembers; so does one that the service left meanwhile.
        broker.stop()
        broker.start()
        ready(running)
        assert sessions(running) == 5 and kept(broker.port).keys() == set(DEVICES)
    proxy.close()


def test_a_broker_that_lost_everything_is_told_everything(tmp_path):
    broker = Broker(tmp_path, persistence=False)
    broker.start()
    with service(tmp_path / "data", f"mqtt://127.0.0.1:{broker.port}") as running:
        ready(running)
        before = kept(broker.port)
        assert before.keys() == set(DEVICES)
        broker.kill()
        broker.start()
        wait_until(lambda: sessions(running) == 2)
        ready(running)
        assert kept(broker.port) == before
    broker.stop()


def test_a_device_that_the_registry_drops_loses_its_retained_configuration(tmp_path, broker):
    """Also one that was dropped while the service was down; once, and nobody else's changes."""
    folder, url = tmp_path / "data", f"mqtt://127.0.0.1:{broker.port}"
    with service(folder, url) as running:
        ready(running)
        assert running.end() == 0
    assert kept(broker.port).keys() == set(DEVICES)
    running = service(folder, url)
    registry_path = folder.parent / f"{folder.name}.yaml"
    gone = DEVICES[2]
    registry_path.write_text(registry(2).replace(f"      - {{id: {gone}}}\n", ""))
    with Watcher(broker.port) as watcher, running:
        ready(running)
        assert kept(broker.port).keys() == set(DEVICES) - {gone}
        assert [payload for device, payload in watcher.live if device == gone] == [b""]
        assert running.end() == 0
    # Back again, it is told anew.
    with service(folder, url) as running:
        ready(running)
        assert kept(broker.port).keys() == set(DEVICES)


def test_a_broker_that_crashed_remembers_the_session_and_an_older_configuration(tmp_path, broker):
    """Why the service tells a resumed session once more what it told it lately: this is what
    mosquitto does, and the loop's tests go on from there by a clock of their own."""
    def connected():
        flags = []
        client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id="keeper", clean_session=False)
        client.on_connect = lambda client, userdata, given, *_: flags.append(given)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        wait_until(lambda: flags)
        return client, flags[0].session_present

    def publish(client, payload):
        client.publish(TOPIC.format("a", "config"), payload, 1, True).wait_for_publish(30)

    client, is_present = connected()
    assert not is_present
    publish(client, b"old")
    broker.save()
    publish(client, b"new")
    client.loop_stop()
    assert kept(broker.port) == {"a": b"new"}
    broker.kill()
    broker.start()
    client, is_present = connected()
    client.loop_stop()
    assert is_present and kept(broker.port) == {"a": b"old"}


def processor_seconds(process_id):
    with open(f"/proc/{process_id}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_broker_that_dies_mid_backlog_costs_no_processor_time(tmp_path, broker):
    """Full batches come one after the other, and in a flush between them the connection breaks."""
    frames = 30_000
    folder = tmp_path / "data"
    with service(folder, f"mqtt://127.0.0.1:{broker.port}") as running:
        ready(running)
        assert running.end() == 0
    sender = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="sender")
    sender.max_inflight_messages_set(2000)
    sender.connect("127.0.0.1", broker.port)
    sender.loop_start()
    for first in range(frames):
        last = sender.publish(
            TOPIC.format(DEVICES[0], "press"),
            encode_frame(Frame(7, first, START, [Press(START, 0, 3)])), qos=1)
    last.wait_for_publish(60)
    sender.disconnect()
    sender.loop_stop()
    with service(folder, f"mqtt://127.0.0.1:{broker.port}") as running:
        wait_until(lambda: running.metric("pikapalaute_frames_total") >= 8000)
        broker.kill()
        wait_until(lambda: running.metric("pikapalaute_subscribed") == 0)
        assert running.metric("pikapalaute_frames_total") < frames, "the backlog was over before"
        time.sleep(1)
        begun, before = time.monotonic(), processor_seconds(running.child.pid)
        time.sleep(5)
        share = (processor_seconds(running.child.pid) - before) / (time.monotonic() - begun)
        assert share < 0.3, f"{share:.2f} of a processor while the broker is away"

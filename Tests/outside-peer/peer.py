"""A device and a reader of results, from outside: paho-mqtt, the standard library, frames.py.

Where to find the service stands in the environment; a variable that is missing is an error,
never a skipped test.

    PIKAPALAUTE_TEST_MQTT_PORT      the broker's port on 127.0.0.1
    PIKAPALAUTE_TEST_CREDENTIALS    file of `user:password` lines: every device under its own
                                    name, and `tester`, who may read and write every topic
    PIKAPALAUTE_TEST_MQTT_USER, PIKAPALAUTE_TEST_MQTT_PASSWORD
                                    one login for all, where there is no such file
    PIKAPALAUTE_TEST_HTTP           base address, http://127.0.0.1:8080
    PIKAPALAUTE_TEST_TOKEN          the administrator's token
"""

import http.client
import itertools
import json
import os
import random
import threading
import time
import urllib.parse
from dataclasses import dataclass

import paho.mqtt.client as mqtt

from frames import decode_ack

SITE = "helsinki"
TIMEOUT_S = 20
_numbers = itertools.count()


def setting(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set; these tests need a running service (peer.py)")
    return value


def credentials(user):
    """(user, password) of a login; (None, None) where the broker asks for none."""
    path = os.environ.get("PIKAPALAUTE_TEST_CREDENTIALS")
    if not path:
        return (os.environ.get("PIKAPALAUTE_TEST_MQTT_USER"),
                os.environ.get("PIKAPALAUTE_TEST_MQTT_PASSWORD"))
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, _, password = line.rstrip("\r\n").partition(":")
            if name == user:
                return name, password
    raise RuntimeError(f"no password of '{user}' in {path}")


def new_epoch():
    """An epoch that no earlier run used, in all likelihood."""
    return random.SystemRandom().randrange(1 << 32)


@dataclass(frozen=True)
class Answer:
    """An acknowledgement in either form, as the other side of the wire sees it."""

    epoch: int | None
    next: int | None
    rewind: bool
    is_json: bool


def read_answer(data):
    if data[:1] == b"{":
        value = json.loads(data)
        assert isinstance(value["server_time"], str), value
        return Answer(value["epoch"], value["next"], value["rewind"], True)
    ack = decode_ack(data)
    assert abs(ack.server_time - time.time()) < 60, "server_time is not the time"
    return Answer(ack.epoch, ack.next, ack.rewind, False)


class Connection:
    """One MQTT login. Use with `with`; received messages are kept in order."""

    def __init__(self, user, subscribe=(), will=None):
        self._subscribe = list(subscribe)
        self._arrived = threading.Condition()
        self._messages = []
        self._ready = threading.Event()
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311,
            client_id=f"outside-{user}-{os.getpid()}-{next(_numbers)}")
        name, password = credentials(user)
        if name:
            self._client.username_pw_set(name, password)
        if will:
            self._client.will_set(will[0], will[1], qos=1, retain=True)
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._received

    def __enter__(self):
        self._client.connect("127.0.0.1", int(setting("PIKAPALAUTE_TEST_MQTT_PORT")), 30)
        self._client.loop_start()
        assert self._ready.wait(TIMEOUT_S), "no connection to the broker, or no subscription"
        return self

    def __exit__(self, *_):
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client, userdata, flags, reason, properties):
        if reason.is_failure:
            return
        if self._subscribe:
            client.subscribe([(topic, 1) for topic in self._subscribe])
        else:
            self._ready.set()

    def _received(self, client, userdata, message):
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()

    def publish(self, topic, payload, retain=False, qos=1):
        """Publishes and waits for the broker's receipt."""
        info = self._client.publish(topic, payload, qos=qos, retain=retain)
        info.wait_for_publish(TIMEOUT_S)
        assert info.is_published(), f"the broker did not take a message for {topic}"

    def messages(self, suffix=""):
        with self._arrived:
            return [m for m in self._messages if m.topic.endswith(suffix)]

    def wait(self, matches, suffix="", timeout_s=TIMEOUT_S):
        """The first message for which `matches` is true."""
        end = time.monotonic() + timeout_s
        with self._arrived:
            while True:
                for message in self._messages:
                    if message.topic.endswith(suffix) and matches(message):
                        return message
                left = end - time.monotonic()
                assert left > 0, f"no such message within {timeout_s} s"
                self._arrived.wait(left)

    def cut(self):
        """Drops the connection without a DISCONNECT, so that the Will is published."""
        self._client.loop_stop()
        self._client.socket().close()


class Device(Connection):
    """A registered device on its own topics."""

    def __init__(self, name, site=SITE, will=None):
        self.name = name
        self.base = f"pikapalaute/v1/{site}/{name}"
        super().__init__(
            name, [f"{self.base}/ack", f"{self.base}/config"],
            will=(f"{self.base}/status", will) if will else None)
        self._seen = 0

    def press(self, payload, retain=False):
        self.publish(f"{self.base}/press", payload, retain)

    def answers(self):
        """Every answer so far, in order."""
        return [read_answer(m.payload) for m in self.messages("/ack")]

    def ask(self, payload):
        """Sends a message and gives the next answer that comes after it."""
        before = len(self.messages("/ack"))
        self.press(payload)
        return self.answer_after(before)

    def answer_after(self, before):
        end = time.monotonic() + TIMEOUT_S
        with self._arrived:
            while True:
                acks = [m for m in self._messages if m.topic.endswith("/ack")]
                if len(acks) > before:
                    return read_answer(acks[before].payload)
                left = end - time.monotonic()
                assert left > 0, f"{self.name} was not answered within {TIMEOUT_S} s"
                self._arrived.wait(left)


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.headers.get("content-type", "").split(";")[0].strip()

    def problem(self, status):
        """Checks that this is an RFC 9457 problem of that status; gives its text."""
        assert self.status == status, (self.status, self.body[:300])
        assert self.type == "application/problem+json", self.type
        assert self.json.get("status", status) == status and self.json.get("title"), self.json
        return json.dumps(self.json, ensure_ascii=False)


def request(method, path, query=None, body=None, headers=None, token=True):
    """`token`: True for the administrator's, None for none, or the text of one."""
    address = urllib.parse.urlsplit(setting("PIKAPALAUTE_TEST_HTTP"))
    headers = dict(headers or {})
    if token:
        headers["Authorization"] = "Bearer " + (
            setting("PIKAPALAUTE_TEST_TOKEN") if token is True else token)
    target = address.path.rstrip("/") + path + ("?" + urllib.parse.urlencode(query) if query else "")
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT_S)
    try:
        try:
            connection.request(method, target, body=body, headers=headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the whole body was sent: the answer may be there already
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, names, response.read())
    finally:
        connection.close()


def get(path, token=True, accept=None, **query):
    return request("GET", path, query, headers={"Accept": accept} if accept else None, token=token)


def post_press(device, payload, token=True, content_type=None, site=SITE):
    if content_type is None:
        content_type = "application/json" if payload[:1] == b"{" else "application/octet-stream"
    return request(
        "POST", f"/ingest/v1/{site}/{device}/press", body=payload,
        headers={"Content-Type": content_type}, token=token)

"""All who mean harm, each until the siege ends: what one token, one password or nothing at all can do."""

import contextlib
import json
import random
import threading
import time

import paho.mqtt.client as mqtt
from attackers import connect, is_closed, request
from frames import Frame, Press, encode_frame

HOLD_S = 20
GUESSES_AT_ONCE = 30
ANALYSTS = 6
HEAVY_READERS = 8
PUBLIC_READERS = 4
SCRAPERS = 4


class Target:
    """Where things are, and what each attacker has been given."""

    def __init__(self, site, http_port, mqtt_port, passwords, tokens, paths):
        self.site, self.http_port, self.mqtt_port = site, http_port, mqtt_port
        self.passwords, self.tokens, self.paths = passwords, tokens, paths

    def connect(self, receive_bytes=None):
        return connect(self.http_port, receive_bytes)

    def press_path(self, device):
        return f"/ingest/v1/{self.site}/{device}/press"


def each(ended, pause_s, do):
    """Again and again until the end; who is refused or cut off tries again."""
    while not ended.is_set():
        with contextlib.suppress(OSError):
            do()
        ended.wait(pause_s)


def held(ended, connections):
    """Keeps what was opened, until the service closes it or a while has passed."""
    until = time.monotonic() + HOLD_S
    while connections and time.monotonic() < until and not ended.is_set():
        ended.wait(0.5)
        for connection in [c for c in connections if is_closed(c)]:
            connection.close()
            connections.remove(connection)
    for connection in connections:
        connection.close()


def silent_connections(target, ended):
    """No credential: connections that say nothing."""
    def do():
        held(ended, [target.connect() for _ in range(300)])
    each(ended, 1, do)


def unread_answers(target, ended):
    """A reader's token: large answers that nobody reads."""
    def do():
        connections = []
        for _ in range(40):
            connection = target.connect(receive_bytes=4096)
            connection.sendall(request(target.paths["years"], target.tokens["reader"]))
            connections.append(connection)
        held(ended, connections)
    each(ended, 1, do)


def dripping_bodies(target, ended):
    """A device's token: a body of which a byte comes now and then."""
    head = request(target.press_path("evil-0"), target.tokens["device"], "POST",
                   "Content-Length: 100000\r\n")

    def do():
        connections = []
        for _ in range(16):
            connection = target.connect()
            connection.sendall(head + b"{")
            connections.append(connection)
        for _ in range(HOLD_S * 2):
            if ended.wait(0.5):
                break
            for connection in connections:
                with contextlib.suppress(OSError):
                    connection.send(b" ")
        for connection in connections:
            connection.close()
    each(ended, 1, do)


def read_whole(target, path, token):
    with contextlib.closing(target.connect()) as connection:
        connection.sendall(request(path, token, headers="Connection: close\r\n"))
        while connection.recv(1 << 20):
            pass


def heavy_reads(target, ended):
    """A reader's token: 34 years by the hour."""
    each(ended, 0.1, lambda: read_whole(target, target.paths["years"], target.tokens["reader"]))


def single_presses(target, ended):
    """An analyst's token: the archive, again and again."""
    each(ended, 0.1, lambda: read_whole(target, target.paths["presses"], target.tokens["analyst"]))


def public_reads(target, ended):
    """No credential: what everybody may ask, with a new range each time."""
    def do():
        year = random.randrange(1990, 2030)
        read_whole(target, f"{target.paths['public']}&from={year}-01-01&to={year + 1}-01-01", None)
    each(ended, 0.01, do)


def scrapes(target, ended):
    """No credential: the service's own numbers, as fast as they come."""
    each(ended, 0.01, lambda: read_whole(target, "/metrics", None))


def token_guesses(target, ended):
    """No credential: guesses of a token."""
    each(ended, 0.1, lambda: read_whole(
        target, "/api/v1/nodes", f"{random.randrange(2**200):064x}"))


def garbage(target, ended):
    """No credential: what is no HTTP."""
    def do():
        with contextlib.closing(target.connect()) as connection:
            connection.sendall(random.randbytes(2000))
            connection.recv(1000)
    each(ended, 0.2, do)


def client(target, device, client_id=None):
    """One device's password: a connection to the broker."""
    connection = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client_id or device)
    connection.username_pw_set(device, target.passwords[device])
    connection.max_queued_messages_set(2000)
    connection.connect("127.0.0.1", target.mqtt_port)
    connection.loop_start()
    return connection


def flood(target, ended, device, rate, payload):
    """One device's password: so many messages a second."""
    connection, number = client(target, device), 0
    topic = f"pikapalaute/v1/{target.site}/{device}/press"
    while not ended.is_set():
        for _ in range(max(1, rate // 20)):
            connection.publish(topic, payload(number), qos=1)
            number += 1
        ended.wait(max(1, rate // 20) / rate)
    connection.disconnect()
    connection.loop_stop()


def fresh_epochs(target, ended):
    flood(target, ended, "evil-1", 200, lambda _: encode_frame(Frame(
        random.randrange(2**32), 0, int(time.time()), [Press(int(time.time()))])))


def large_json(target, ended):
    body = json.dumps({"epoch": 1, "first": 0, "presses": [{"button": 1}] * 10_000},
                      separators=(",", ":")).encode()
    flood(target, ended, "evil-2", 20, lambda _: body)


def far_hours(target, ended):
    flood(target, ended, "evil-3", 20, lambda number: encode_frame(Frame(
        4711, number * 1000, int(time.time()),
        [Press(3600 * (number * 1000 % 400_000 + k)) for k in range(1000)])))


def rubbish(target, ended):
    flood(target, ended, "evil-4", 200, lambda _: random.randbytes(random.randrange(1, 400)))


def name_claims(target, ended):
    """One device's password: connections under the service's own name."""
    def do():
        connection = client(target, "evil-5", "pikapalaute")
        ended.wait(0.1)
        connection.disconnect()
        connection.loop_stop()
    each(ended, 0.1, do)


# Each line is a process of its own, so that none waits for another's interpreter.
BESIEGERS = [
    [(silent_connections, 2), (unread_answers, 1), (dripping_bodies, 1), (garbage, 1)],
    [(heavy_reads, HEAVY_READERS), (single_presses, ANALYSTS), (public_reads, PUBLIC_READERS),
     (scrapes, SCRAPERS), (token_guesses, GUESSES_AT_ONCE)],
    [(fresh_epochs, 1), (large_json, 1), (far_hours, 1), (rubbish, 1), (name_claims, 1)],
]


def besiege(target, ended, attackers):
    """Runs in a process of its own."""
    threads = [threading.Thread(target=attacker, args=(target, ended))
               for attacker, count in attackers for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

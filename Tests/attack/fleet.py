"""Honest terminals, as many as a city has, on one thread: MQTT 3.1.1, journals, go-back-N.

Each keeps the ledger of what was pressed on it; what the service counted must be that.
"""

import collections
import heapq
import random
import selectors
import socket
import threading
import time

from frames import Frame, Press, decode_ack, encode_frame

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ = 1, 2, 3, 4, 8, 9, 12
KEEP_ALIVE_S = 60
RESEND_S = 5
PRESSES_PER_FRAME_MAX = 50
CONNECTS_PER_SECOND = 200


def packet(kind, flags, body):
    length, rest = bytearray(), len(body)
    while True:
        length.append(rest % 128 | (128 if rest >= 128 else 0))
        rest //= 128
        if not rest:
            return bytes([kind << 4 | flags]) + bytes(length) + body


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return len(raw).to_bytes(2, "big") + raw


def packets(buffer):
    """Takes the whole packets off a buffer: (kind, flags, body)."""
    while len(buffer) >= 2:
        length, shift, at = 0, 0, 1
        while True:
            if at == len(buffer):
                return
            length |= (buffer[at] & 127) << shift
            at += 1
            if not buffer[at - 1] & 128:
                break
            shift += 7
        if len(buffer) < at + length:
            return
        head, body = buffer[0], bytes(buffer[at:at + length])
        del buffer[:at + length]
        yield head >> 4, head & 15, body


class Terminal:
    """One device: a journal, a connection, and what it waits for."""

    def __init__(self, site, name, password):
        self.topic = f"pikapalaute/v1/{site}/{name}/"
        self.name, self.password = name, password
        self.epoch = random.randrange(2**32)
        self.journal = []  # a Press each, from sequence 0
        self.pressed_at = []  # monotonic
        self.next = 0  # acknowledged by the service
        self.sent_at, self.packet, self.socket = None, 0, None
        self.buffer, self.is_ready = bytearray(), False

    def connect(self, port):
        self.buffer.clear()
        self.is_ready, self.sent_at = False, None
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(packet(CONNECT, 0, (
            text("MQTT") + bytes([4, 0xC2]) + KEEP_ALIVE_S.to_bytes(2, "big")
            + text(self.name) + text(self.name) + text(self.password))))

    def send(self, kind, flags, body):
        self.socket.sendall(packet(kind, flags, body))

    def publish(self):
        """Everything that is not acknowledged, as much as one frame takes."""
        presses = self.journal[self.next:self.next + PRESSES_PER_FRAME_MAX]
        if not presses or not self.is_ready:
            return
        self.packet = self.packet % 65535 + 1
        self.sent_at = time.monotonic()
        frame = encode_frame(Frame(self.epoch, self.next, int(time.time()), presses))
        self.send(PUBLISH, 2, text(self.topic + "press") + self.packet.to_bytes(2, "big") + frame)

    def disconnect(self):
        if self.socket:
            self.socket.close()
        self.socket, self.is_ready, self.sent_at = None, False, None

    def press(self):
        self.journal.append(Press(int(time.time()), button=random.randrange(4)))
        self.pressed_at.append(time.monotonic())
        if self.sent_at is None:
            self.publish()

    def look(self):
        """Sends again what was not answered, and keeps the connection alive."""
        if not self.is_ready:
            return
        if self.sent_at is None:
            self.send(PINGREQ, 0, b"")
        elif time.monotonic() - self.sent_at > RESEND_S:
            self.publish()

    def read(self):
        """How long each press that is now acknowledged has waited, s."""
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("closed by the broker")
        self.buffer += more
        waits = []
        for kind, flags, body in packets(self.buffer):
            waits += self.take(kind, flags, body)
        return waits

    def take(self, kind, flags, body):
        if kind == CONNACK:
            if body[1]:
                raise ConnectionError(f"the broker answers {body[1]}")
            self.send(SUBSCRIBE, 2, b"\0\1" + text(self.topic + "ack") + b"\0")
        elif kind == SUBACK:
            self.is_ready = True
            self.publish()
        elif kind == PUBLISH:
            start = 2 + int.from_bytes(body[:2], "big") + (2 if flags & 6 else 0)
            answer = decode_ack(body[start:])
            if answer.epoch == self.epoch and answer.next > self.next:
                now, before = time.monotonic(), self.next
                self.next, self.sent_at = answer.next, None
                self.publish()
                return [now - at for at in self.pressed_at[before:self.next]]
        return []


class Fleet(threading.Thread):
    """All terminals; each is pressed now and then until `finish`, then every press is answered."""

    def __init__(self, site, credentials, port, pause_s):
        """`pause_s`: between two presses on one terminal, on the average."""
        super().__init__()
        self.terminals = [Terminal(site, name, word) for name, word in credentials.items()]
        self.port, self.pause_s = port, pause_s
        self.waits, self.reconnections, self.failure = [], -len(self.terminals), None
        self.ready, self._ended, self._aborted = (threading.Event() for _ in range(3))
        self.drained_s = None

    def finish(self, within_s):
        """No more presses; s until the last one was answered."""
        self._ended.set()
        self.join(within_s)
        self._aborted.set()
        self.join()
        if self.failure:
            raise self.failure
        return self.drained_s

    def ledger(self):
        """Presses of each terminal by button."""
        return {
            terminal.name: collections.Counter(press.button for press in terminal.journal)
            for terminal in self.terminals}

    @property
    def open_presses(self):
        return sum(len(terminal.journal) - terminal.next for terminal in self.terminals)

    def run(self):
        try:
            with selectors.DefaultSelector() as selector:
                self._run(selector)
        except Exception as error:  # noqa: BLE001 told by `finish`
            self.failure = error

    def _run(self, selector):
        due, number = [], 0

        def plan(seconds, do, terminal):
            nonlocal number
            number += 1
            heapq.heappush(due, (time.monotonic() + seconds, number, do, terminal))

        def press(terminal):
            if ended_at is None:
                plan(random.expovariate(1 / self.pause_s), press, terminal)
                terminal.press()

        def look(terminal):
            plan(RESEND_S, look, terminal)
            terminal.look()

        def connect(terminal):
            self.reconnections += 1
            terminal.connect(self.port)
            selector.register(terminal.socket, selectors.EVENT_READ, terminal)

        def guarded(do, terminal):
            """A connection that breaks is made anew a second later."""
            try:
                do(terminal)
            except OSError:
                if terminal.socket and terminal.socket in selector.get_map():
                    selector.unregister(terminal.socket)
                terminal.disconnect()
                plan(1, connect, terminal)

        ended_at = None
        for index, terminal in enumerate(self.terminals):
            plan(index / CONNECTS_PER_SECOND, connect, terminal)
            plan(random.expovariate(1 / self.pause_s), press, terminal)
            plan(RESEND_S, look, terminal)
        while not self._aborted.is_set():
            while due and due[0][0] <= time.monotonic():
                _, _, do, terminal = heapq.heappop(due)
                guarded(do, terminal)
            if not self.ready.is_set() and all(t.is_ready for t in self.terminals):
                self.ready.set()
            if ended_at is None and self._ended.is_set():
                ended_at = time.monotonic()
            if ended_at is not None and self.open_presses == 0:
                self.drained_s = time.monotonic() - ended_at
                break
            for key, _ in selector.select(0.02):
                guarded(lambda terminal: self.waits.extend(terminal.read()), key.data)
        for terminal in self.terminals:
            terminal.disconnect()

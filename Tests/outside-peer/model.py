"""How presses are counted: a plain model of one device, written from SPEC.md alone.

Slow and short on purpose. Times are whole milliseconds since 1970-01-01T00:00Z.
"""

import datetime
import json
import math
import re
from dataclasses import dataclass
from fractions import Fraction

from frames import SEQUENCE_MAX, Malformed, decode_frame

HOUR_MS = 3_600_000
SKEW_MAX_MS = 120_000
LATE_AFTER_MS = 24 * HOUR_MS
FUTURE_MAX_MS = 24 * HOUR_MS
LOST_PER_STEP_MAX = 100_000
PAYLOAD_BYTES_MAX = 131_072
REMEMBERED = 4  # C11: so many presses at an epoch's beginning, and before `next`
SECONDS_MAX = 0xFFFFFFFE  # 0xFFFFFFFF says "unknown" on the wire

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII)


@dataclass(frozen=True)
class PressIn:
    """A press as either form says it; `at_ms` on the message's clock, None = unknown."""

    at_ms: int | None
    button: int
    slot: int


@dataclass(frozen=True)
class Message:
    """`epoch` and `first` are None when unsequenced; `sent_at_ms` None = no correction."""

    epoch: int | None
    first: int | None
    oldest: bool
    utc: bool
    sent_at_ms: int | None
    presses: list
    json: bool = False


def parse_time(text):
    """RFC 3339 to milliseconds; further digits of the fraction are cut off."""
    if not isinstance(text, str):
        raise Malformed("a time is a string")
    match = _TIME.fullmatch(text)
    if not match:
        raise Malformed("not an RFC 3339 time with an offset")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    try:
        local = datetime.datetime(year, month, day, hour, minute, 59 if second == 60 else second)
    except ValueError:
        raise Malformed("no such date or time of day") from None
    offset_s = 0
    if sign:
        if int(offset_hours) > 23 or int(offset_minutes) > 59:
            raise Malformed("no such offset")
        offset_s = (int(offset_hours) * 60 + int(offset_minutes)) * 60
        offset_s = -offset_s if sign == "-" else offset_s
    since = local - datetime.datetime(1970, 1, 1)
    seconds = since.days * 86_400 + since.seconds - offset_s
    if not 0 <= seconds <= SECONDS_MAX:
        raise Malformed("time before 1970 or after 2106")
    return seconds * 1000 + int(((fraction or "") + "000")[:3])


def _integer(value, low, high, what):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Malformed(f"{what} is not an integer {low}…{high}")
    return value


def _no_constant(name):
    raise ValueError(name)


def decode_json(data):
    try:
        root = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("not JSON in UTF-8") from None
    if not isinstance(root, dict):
        raise Malformed("not a JSON object")
    epoch, first = root.get("epoch"), root.get("first")
    if (epoch is None) != (first is None):
        raise Malformed("epoch or first alone")
    if epoch is not None:
        _integer(epoch, 0, 0xFFFFFFFF, "epoch")
        _integer(first, 0, SEQUENCE_MAX, "first")
    oldest = root.get("oldest")
    if oldest is None:
        oldest = False
    if not isinstance(oldest, bool):
        raise Malformed("oldest is not a boolean")
    sent_at = root.get("sent_at")
    listed = root.get("presses")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 1000:
        raise Malformed("presses is not a list of 1…1000")
    presses = []
    for item in listed:
        if not isinstance(item, dict):
            raise Malformed("a press is not an object")
        button = _integer(item.get("button"), 0, 255, "button")
        slot = item.get("slot")
        slot = 0 if slot is None else _integer(slot, 0, 15, "slot")
        at = item.get("at")
        presses.append(PressIn(None if at is None else parse_time(at), button, slot))
    if epoch is not None and first + len(presses) > SEQUENCE_MAX:
        raise Malformed("first plus the number of presses is over 4294967295")
    return Message(
        epoch, first, oldest, True, None if sent_at is None else parse_time(sent_at), presses,
        json=True)


def decode(data):
    """Either form, told apart by the first byte."""
    if len(data) > PAYLOAD_BYTES_MAX:
        raise Malformed("tooLarge")
    if data[:1] == b"{":
        return decode_json(data)
    frame = decode_frame(data)
    presses = [
        PressIn(None if p.at is None else p.at * 1000 + p.milliseconds, p.button, p.slot)
        for p in frame.presses
    ]
    return Message(
        frame.epoch, frame.first, frame.oldest, frame.utc, frame.sent_at * 1000, presses)


def happened(press, message, received_ms):
    """When a press happened, and whether that is an estimate."""
    if press.at_ms is None:
        return max(0, received_ms), True
    if not message.utc:
        return max(0, received_ms - message.sent_at_ms + press.at_ms), True
    ahead_ms = 0
    if message.sent_at_ms is not None and message.sent_at_ms - received_ms > SKEW_MAX_MS:
        ahead_ms = message.sent_at_ms - received_ms
    return max(0, press.at_ms - ahead_ms), False


class Device:
    """One device whose touchpoint and questions do not change."""

    def __init__(self, buttons, repeat_interval_ms=2000):
        self.buttons = list(buttons)  # per slot
        self.repeat_interval_ms = repeat_interval_ms
        self.next = {}  # epoch: sequence expected next
        self.last_counted_ms = None
        self.buckets = {}  # (hour, slot): fields
        self.duplicates = 0
        self.known = {}  # (epoch, sequence): (clock, time, button, slot) of presses that counted
        self.reused_below = {}  # epoch: next when a repeat contradicted it last
        # Why the last message was set aside although it was answered: a reason of C11, C12, W9.
        self.quarantine = None

    def receive(self, received_ms, data):
        """The answer as {epoch, next, rewind}, or None where nothing is answered."""
        self.quarantine = None
        try:
            message = decode(data)
        except Malformed:
            return None
        fresh = message.presses
        if message.epoch is not None:
            expected = self.next.get(message.epoch, 0)
            if message.first > expected and not message.oldest:
                return {"epoch": message.epoch, "next": expected, "rewind": True}
            self._compare(message, expected, received_ms)
            if message.first > expected:
                time_ms, _ = self._happened(fresh[0], message, received_ms)
                gone = message.first - expected
                if gone > LOST_PER_STEP_MAX:
                    self.quarantine = "impossible_gap"
                self._bucket(time_ms, fresh[0].slot)["lost"] += min(gone, LOST_PER_STEP_MAX)
            else:
                known = min(expected - message.first, len(fresh))
                self.duplicates += known
                fresh = fresh[known:]
            self.next[message.epoch] = max(expected, message.first + len(message.presses))
        for press in fresh:
            self._count(press, received_ms, *self._happened(press, message, received_ms))
        return {"epoch": message.epoch, "next": self.next.get(message.epoch), "rewind": False}

    def _happened(self, press, message, received_ms):
        """When a press counts; the second is None of one that cannot have happened."""
        time_ms, is_estimated = happened(press, message, received_ms)
        if time_ms - received_ms <= FUTURE_MAX_MS:
            return time_ms, is_estimated
        self.quarantine = "impossible_time"
        return received_ms, None

    def _compare(self, message, expected, received_ms):
        """Whether it repeats sequences with other presses than were counted; then remembers them."""
        corrected = message.sent_at_ms is not None and message.json and (
            message.sent_at_ms - received_ms > SKEW_MAX_MS)
        clock = "utc" if message.utc else "counter"
        for sequence, press in enumerate(message.presses, message.first):
            timed = press.at_ms is not None and not corrected
            now = (clock if timed else None, press.at_ms, press.button, press.slot)
            was = self.known.get((message.epoch, sequence))
            if sequence >= expected:
                self.known[message.epoch, sequence] = now
            elif was and (sequence < REMEMBERED or sequence >= expected - REMEMBERED):
                if was[2:] != now[2:] or (was[0] == now[0] is not None and was[1] != now[1]):
                    self.quarantine = "reused_epoch"
        if self.quarantine:
            self.reused_below[message.epoch] = expected
        elif message.first < min(expected, self.reused_below.get(message.epoch, 0)):
            self.quarantine = "reused_epoch"

    def _bucket(self, time_ms, slot):
        key = (time_ms // HOUR_MS, slot if slot < len(self.buttons) else 0)
        empty = {"counts": [0] * 5, "excluded": 0, "invalid": 0, "lost": 0,
                 "estimated": 0, "late": 0}
        return self.buckets.setdefault(key, empty)

    def _count(self, press, received_ms, time_ms, is_estimated):
        bucket = self._bucket(time_ms, press.slot)
        is_impossible = is_estimated is None
        if is_impossible or press.slot >= len(self.buttons) or (
                press.button >= self.buttons[press.slot]):
            bucket["invalid"] += 1
            return
        last = self.last_counted_ms
        if last is not None and 0 <= time_ms - last < self.repeat_interval_ms:
            bucket["excluded"] += 1
            return
        self.last_counted_ms = time_ms
        bucket["counts"][press.button] += 1
        bucket["estimated"] += is_estimated
        bucket["late"] += received_ms - time_ms > LATE_AFTER_MS

    def rows(self):
        return [
            {"hour": hour, "slot": slot, **fields}
            for (hour, slot), fields in sorted(self.buckets.items())
        ]


def index(counts):
    """100 · Σ(k·count) / ((K−1)·responses) as an exact fraction; None without responses."""
    responses = sum(counts)
    if responses == 0:
        return None
    return Fraction(
        100 * sum(k * n for k, n in enumerate(counts)), (len(counts) - 1) * responses)


def round_half_up(value, digits=0):
    scale = 10**digits
    return Fraction(math.floor(value * scale + Fraction(1, 2)), scale)


def interval(counts):
    """95 % interval (low, high) under a Dirichlet with prior ½ per button, clipped."""
    if sum(counts) == 0:
        return None
    buttons = len(counts)
    weights = [n + Fraction(1, 2) for n in counts]
    total = sum(weights)
    values = [Fraction(100 * k, buttons - 1) for k in range(buttons)]
    mean = sum(v * w for v, w in zip(values, weights)) / total
    square = sum(v * v * w for v, w in zip(values, weights)) / total
    deviation = math.sqrt((square - mean * mean) / (total + 1))
    half = 1.959964 * deviation
    return max(0.0, float(mean) - half), min(100.0, float(mean) + half)

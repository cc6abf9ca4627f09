"""Writes firmware-protocol/vectors/*.json; `--check` fails when a file would differ.

Bytes come from frames.py, expectations from model.py. Beside every expectation that the
model computes stands what a person expects of it (`totals`), so that neither can be wrong
alone. Deterministic: no clock, no randomness.
"""

import base64
import json
import sys
from fractions import Fraction
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import device
import model
from frames import (
    OLDEST, UTC, Ack, Frame, Malformed, Press, decode_ack, decode_frame, encode_ack,
    encode_frame, with_checksum)

VECTORS = Path(__file__).resolve().parents[2] / "firmware-protocol" / "vectors"

T0 = 1795255200  # 2026-11-21T10:00:00Z
NOW = (T0 + 2) * 1000
SITE = "helsinki"
PRESS_TOPIC = f"pikapalaute/v1/{SITE}/dev-01/press"
PRESS_PATH = f"/ingest/v1/{SITE}/dev-01/press"

# The contract's own bytes. They are compared, never regenerated.
CONTRACT_UTC = "010301000700000029000000a26b016ba06b016bfa0003001ca1517a"
CONTRACT_COUNTER = (
    "01020300b979379e0000000080510100445101000000000080510100e7030201ffffffff00000100b448bd9c")
CONTRACT_ACK = "01000000070000002a000000a36b016b6e56da86"


# --- frames ---------------------------------------------------------------------------

def frame_fields(frame):
    return {
        "utc": frame.utc, "oldest": frame.oldest, "count": len(frame.presses),
        "epoch": frame.epoch, "first_sequence": frame.first, "sent_at": frame.sent_at,
        "presses": [[p.at, p.milliseconds, p.button, p.slot] for p in frame.presses],
    }


def good_frames():
    one = [Press(T0, 250, 3, 0)]
    full = [Press(T0 + 3 * k, k % 1000, k % 4, k % 16) for k in range(1000)]
    yield "contract-utc", "F1 F2 F4", Frame(7, 41, T0 + 2, one)
    yield "contract-counter", "F1 F2 F4", Frame(
        0x9E3779B9, 0, 86400,
        [Press(86340, 0, 0, 0), Press(86400, 999, 2, 1), Press(None, 0, 1, 0)], utc=False)
    yield "utc-without-oldest", "F2", Frame(7, 41, T0 + 2, one, oldest=False)
    yield "no-flags", "F2", Frame(7, 41, 60, [Press(58, 0, 1)], utc=False, oldest=False)
    yield "all-zero-fields", "F1", Frame(0, 0, 0, [Press(0, 0, 0, 0)], False, False)
    yield "greatest-values", "F1 F4 F6", Frame(
        0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, [Press(0xFFFFFFFE, 999, 255, 15)])
    yield "unknown-time-with-milliseconds", "F4", Frame(7, 41, T0, [Press(None, 999, 0, 0)])
    yield "thousand-presses", "F3 F5", Frame(8, 0, T0 + 3000, full)
    yield "last-sequences", "F6", Frame(
        9, 0xFFFFFFFF - 3, T0 + 9, [Press(T0 + 3 * k, 0, k) for k in range(3)])


def bad_frames():
    one = [Press(T0, 250, 3, 0)]
    good = Frame(7, 41, T0 + 2, one)
    raw = encode_frame(good)
    two = encode_frame(Frame(7, 41, T0 + 2, one * 2))

    def change(data, offset, value):
        body = bytearray(data[:-4])
        body[offset] = value
        return with_checksum(bytes(body))

    yield "empty", "F5", b"", "tooShort"
    yield "one-byte", "F5", b"\x01", "tooShort"
    yield "header-only", "F5", raw[:16], "tooShort"
    yield "one-byte-short", "F5", raw[:27], "tooShort"
    yield "no-presses", "F3 F5", encode_frame(Frame(7, 41, T0 + 2, [])), "tooShort"
    yield "version-0", "F1", encode_frame(good, version=0), "unknownVersion"
    yield "version-2", "F1", encode_frame(good, version=2), "unknownVersion"
    yield "text", "F1", b"hello, this is not a press frame", "unknownVersion"
    yield "json-after-space", "F1 J1", b' {"presses":[{"button":3}]}  ', "unknownVersion"
    yield "reserved-flag-2", "F2", encode_frame(good, flags=7), "reservedFlags"
    yield "reserved-flag-7", "F2", encode_frame(good, flags=0x83), "reservedFlags"
    yield "count-0", "F3", encode_frame(good, count=0), "countOutOfRange"
    yield "count-1001", "F3", encode_frame(
        Frame(7, 0, T0, [Press(T0)] * 1001)), "countOutOfRange"
    yield "count-65535", "F3", encode_frame(good, count=0xFFFF), "countOutOfRange"
    yield "count-over-length", "F5", encode_frame(good, count=2), "lengthMismatch"
    yield "count-under-length", "F5", change(two, 2, 1), "lengthMismatch"
    yield "byte-too-many", "F5", raw + b"\x00", "lengthMismatch"
    yield "byte-too-few", "F5", two[:-1], "lengthMismatch"
    yield "sequence-overflow-one", "F6", encode_frame(
        Frame(7, 0xFFFFFFFF, T0, one)), "sequenceOverflow"
    yield "sequence-overflow-by-count", "F6", encode_frame(
        Frame(7, 0xFFFFFFFE, T0, one * 2)), "sequenceOverflow"
    yield "milliseconds-1000", "F4", encode_frame(
        Frame(7, 41, T0, [Press(T0, 1000)])), "millisecondsOutOfRange"
    yield "milliseconds-65535-of-unknown-time", "F4", encode_frame(
        Frame(7, 41, T0, [Press(None, 65535)])), "millisecondsOutOfRange"
    yield "slot-16", "F4", encode_frame(
        Frame(7, 41, T0, [Press(T0, 0, 0, 16)])), "slotOutOfRange"
    yield "slot-255-in-second-press", "F4", encode_frame(
        Frame(7, 41, T0, [Press(T0), Press(T0, 0, 0, 255)])), "slotOutOfRange"
    yield "flipped-bit-in-press", "F7", bytes(
        byte ^ (1 if k == 22 else 0) for k, byte in enumerate(raw)), "checksumMismatch"
    yield "flipped-bit-in-checksum", "F7", raw[:-1] + bytes([raw[-1] ^ 0x80]), "checksumMismatch"
    yield "checksum-big-endian", "F7", raw[:-4] + raw[-4:][::-1], "checksumMismatch"
    yield "all-zero-bytes", "F1 F8", bytes(28), "unknownVersion"
    # Two rules broken: the earlier one is the reason.
    yield "order-version-before-flags", "F8", encode_frame(
        good, version=9, flags=0xFF), "unknownVersion"
    yield "order-flags-before-count", "F8", encode_frame(
        good, flags=0xFF, count=0), "reservedFlags"
    yield "order-count-before-length", "F8", encode_frame(
        good, count=0) + b"\x00", "countOutOfRange"
    yield "order-length-before-sequence", "F8", encode_frame(
        Frame(7, 0xFFFFFFFF, T0, one), count=3), "lengthMismatch"
    yield "order-sequence-before-milliseconds", "F8", encode_frame(
        Frame(7, 0xFFFFFFFF, T0, [Press(T0, 1000)])), "sequenceOverflow"
    yield "order-press-by-press", "F8", encode_frame(
        Frame(7, 0, T0, [Press(T0, 0, 0, 16), Press(T0, 1000)])), "slotOutOfRange"
    yield "order-milliseconds-before-slot", "F8", encode_frame(
        Frame(7, 0, T0, [Press(T0, 1000, 0, 16)])), "millisecondsOutOfRange"
    yield "order-slot-before-checksum", "F8", encode_frame(
        Frame(7, 0, T0, [Press(T0, 0, 0, 16)]))[:-1] + b"\x00", "slotOutOfRange"


def frames_file():
    good, bad = [], []
    for name, rules, frame in good_frames():
        data = encode_frame(frame)
        assert decode_frame(data) == frame, name
        good.append({
            "name": name, "rules": rules.split(), "hex": data.hex(), **frame_fields(frame)})
    assert good[0]["hex"] == CONTRACT_UTC and good[1]["hex"] == CONTRACT_COUNTER
    for name, rules, data, error in bad_frames():
        assert reason_of(decode_frame, data) == error, name
        bad.append({"name": name, "rules": rules.split(), "hex": data.hex(), "error": error})
    return {
        "about": "Press frames. A press is [at or null when unknown, milliseconds, button, slot].",
        "good": good, "bad": bad}


def reason_of(decode, data):
    try:
        decode(data)
    except Malformed as malformed:
        return malformed.reason
    return None


# --- acknowledgements -----------------------------------------------------------------

def acks_file():
    ack = Ack(7, 42, T0 + 3)
    good = []
    for name, rules, value in [
        ("contract-ack", "A1", ack),
        ("rewind", "A2", Ack(7, 42, T0 + 3, True)),
        ("rewind-to-0", "A2", Ack(0x9E3779B9, 0, T0, True)),
        ("greatest-values", "A1", Ack(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, True)),
        ("all-zero-fields", "A1", Ack(0, 0, 0)),
    ]:
        data = encode_ack(value)
        assert decode_ack(data) == value
        good.append({
            "name": name, "rules": rules.split(), "hex": data.hex(), "rewind": value.rewind,
            "epoch": value.epoch, "next_sequence": value.next,
            "server_time": value.server_time})
    assert good[0]["hex"] == CONTRACT_ACK
    raw, bad = encode_ack(ack), []
    for name, rules, data, error in [
        ("empty", "A3", b"", "wrongLength"),
        ("byte-too-few", "A3", raw[:-1], "wrongLength"),
        ("byte-too-many", "A3", raw + b"\x00", "wrongLength"),
        ("version-2", "A3", encode_ack(ack, version=2), "unknownVersion"),
        ("reserved-flag", "A3", encode_ack(ack, flags=2), "reservedBits"),
        ("reserved-word", "A3", encode_ack(ack, reserved=0x0100), "reservedBits"),
        ("flipped-bit", "A3", bytes([*raw[:8], raw[8] ^ 1, *raw[9:]]), "checksumMismatch"),
        ("order-version-before-flags", "A3", encode_ack(
            ack, version=2, flags=2), "unknownVersion"),
    ]:
        assert reason_of(decode_ack, data) == error, name
        bad.append({"name": name, "rules": rules.split(), "hex": data.hex(), "error": error})
    return {"about": "Acknowledgements, 20 bytes.", "good": good, "bad": bad}


# --- JSON form ------------------------------------------------------------------------

CONTRACT_JSON = (
    '{"epoch": 7, "first": 41, "oldest": false, "sent_at": "2026-11-21T10:00:02Z",\n'
    ' "presses": [{"at": "2026-11-21T10:00:00.250Z", "button": 3, "slot": 0}]}')


def one_press(members):
    return '{"presses":[{"button":3,' + members + "}]}"


def at(text):
    return one_press(f'"at":"{text}"')


def json_good():
    smallest = '{"presses":[{"button":3}]}'
    hundred = ",".join(['{"button":1}'] * 1000)
    yield "contract", "J1 J2 J3 J5", CONTRACT_JSON, 0
    yield "smallest", "J2 J3 J4 J6", smallest, 0
    yield "unknown-members", "J7", (
        '{"presses":[{"button":3,"mood":{"x":[1,null]}}],"firmware":"1.4.2","v":1e3}'), 0
    yield "white-space", "J1", '{\r\n\t"presses" : [ { "button" : 3 } ] }', 3
    yield "null-is-absent", "J2", (
        '{"epoch":null,"first":null,"oldest":null,"sent_at":null,'
        '"presses":[{"at":null,"button":3,"slot":null}]}'), 0
    yield "not-oldest", "J2", '{"epoch":7,"first":41,"oldest":false,"presses":[{"button":0}]}', 0
    yield "oldest", "J2", '{"epoch":7,"first":41,"oldest":true,"presses":[{"button":0}]}', 0
    yield "oldest-default", "J2", '{"epoch":7,"first":41,"presses":[{"button":0}]}', 0
    yield "greatest-values", "J3 J4", (
        '{"epoch":4294967295,"first":4294967294,"presses":[{"button":255,"slot":15}]}'), 0
    yield "offset-east", "J5", at("2026-11-21T12:00:00.250+02:00"), 0
    yield "offset-west", "J5", at("2026-11-21T04:30:00-05:30"), 0
    yield "offset-minus-zero", "J5", at("2026-11-21T10:00:00-00:00"), 0
    yield "small-letters", "J5", at("2026-11-21t10:00:00.5z"), 0
    yield "space-for-t", "J5", at("2026-11-21 10:00:00Z"), 0
    yield "leap-second", "J5", at("2026-12-31T23:59:60.25Z"), 0
    yield "fraction-one-digit", "J5", at("2026-11-21T10:00:00.2Z"), 0
    yield "fraction-cut-not-rounded", "J5", at("2026-11-21T10:00:00.9999999Z"), 0
    yield "leap-day", "J5", at("2028-02-29T23:59:59.999Z"), 0
    yield "first-second", "J5", at("1970-01-01T00:00:00Z"), 0
    yield "first-second-by-offset", "J5", at("1970-01-01T02:00:00+02:00"), 0
    yield "last-second", "J5", at("2106-02-07T06:28:14.999Z"), 0
    yield "year-1969-by-offset", "J5", at("1969-12-31T23:00:00-01:00"), 0
    yield "thousand-presses", "J3", '{"epoch":8,"first":0,"presses":[' + hundred + "]}", 0
    yield "sent-at-with-fraction", "J5", (
        '{"sent_at":"2026-11-21T10:00:02.125Z","presses":[{"button":3}]}'), 0
    yield "largest-payload", "J8", smallest, model.PAYLOAD_BYTES_MAX - len(smallest)


def json_bad():
    p = '"presses":[{"button":3}]'
    yield "brace-only", "J1", "{", "not JSON"
    yield "trailing-bytes", "J1", '{"presses":[{"button":3}]}x', "not JSON"
    yield "two-objects", "J1", '{"presses":[{"button":3}]}{}', "not JSON"
    yield "comma-missing", "J1", '{"presses":[{"button":3 "slot":0}]}', "not JSON"
    yield "not-a-number", "J1", '{"presses":[{"button":NaN}]}', "not JSON"
    yield "bad-utf-8", "J1", b'{"presses":[{"button":3}],"x":"\xff"}', "not UTF-8"
    yield "utf-16", "J1", '{"presses":[{"button":3}]}'.encode("utf-16-le"), "UTF-16"
    yield "nul-in-ignored-member", "J1", (
        b'{"presses":[{"button":3,"ad":"19\0\0.999Z"}]}'), "a control character in a string"
    yield "empty-object", "J3", "{}", "presses missing"
    yield "no-presses", "J3", '{"presses":[]}', "no press"
    yield "presses-object", "J3", '{"presses":{"button":3}}', "presses is not a list"
    yield "press-number", "J3", '{"presses":[3]}', "a press is not an object"
    yield "presses-1001", "J3", (
        '{"presses":[' + ",".join(['{"button":1}'] * 1001) + "]}"), "over 1000 presses"
    yield "button-missing", "J4", '{"presses":[{"slot":0}]}', "button missing"
    yield "button-null", "J4", '{"presses":[{"button":null}]}', "button missing"
    yield "button-negative", "J4", '{"presses":[{"button":-1}]}', "button out of 0…255"
    yield "button-256", "J4", '{"presses":[{"button":256}]}', "button out of 0…255"
    yield "button-fraction", "J4", '{"presses":[{"button":2.5}]}', "button is not an integer"
    yield "button-string", "J4", '{"presses":[{"button":"3"}]}', "button is not an integer"
    yield "button-boolean", "J4", '{"presses":[{"button":true}]}', "button is not an integer"
    yield "second-press-bad", "J4", '{"presses":[{"button":3},{}]}', "button missing"
    yield "slot-16", "J4", one_press('"slot":16'), "slot out of 0…15"
    yield "slot-negative", "J4", one_press('"slot":-1'), "slot out of 0…15"
    yield "slot-string", "J4", one_press('"slot":"0"'), "slot is not an integer"
    yield "epoch-alone", "J2", '{"epoch":7,' + p + "}", "epoch without first"
    yield "first-alone", "J2", '{"first":0,' + p + "}", "first without epoch"
    yield "epoch-with-first-null", "J2", '{"epoch":7,"first":null,' + p + "}", "epoch without first"
    yield "epoch-negative", "J2", '{"epoch":-1,"first":0,' + p + "}", "epoch out of range"
    yield "epoch-2-to-32", "J2", '{"epoch":4294967296,"first":0,' + p + "}", "epoch out of range"
    yield "epoch-string", "J2", '{"epoch":"7","first":0,' + p + "}", "epoch is not an integer"
    yield "first-negative", "J2", '{"epoch":7,"first":-1,' + p + "}", "first out of range"
    yield "first-overflow", "J2", '{"epoch":7,"first":4294967295,' + p + "}", "sequence overflow"
    yield "oldest-number", "J2", '{"epoch":7,"first":0,"oldest":1,' + p + "}", "oldest is not a boolean"
    yield "at-number", "J5", one_press('"at":1795255200'), "a time is a string"
    yield "at-empty", "J5", at(""), "not RFC 3339"
    yield "at-without-offset", "J5", at("2026-11-21T10:00:00"), "no offset"
    yield "at-date-only", "J5", at("2026-11-21"), "not RFC 3339"
    yield "at-without-seconds", "J5", at("2026-11-21T10:00Z"), "not RFC 3339"
    yield "at-empty-fraction", "J5", at("2026-11-21T10:00:00.Z"), "not RFC 3339"
    yield "at-offset-without-colon", "J5", at("2026-11-21T10:00:00+0200"), "not RFC 3339"
    yield "at-offset-24", "J5", at("2026-11-21T10:00:00+24:00"), "no such offset"
    yield "at-month-13", "J5", at("2026-13-01T10:00:00Z"), "no such date"
    yield "at-29-february-2027", "J5", at("2027-02-29T10:00:00Z"), "no such date"
    yield "at-hour-24", "J5", at("2026-11-21T24:00:00Z"), "no such time of day"
    yield "at-second-61", "J5", at("2026-12-31T23:59:61Z"), "no such time of day"
    yield "at-minute-60", "J5", at("2026-12-31T23:60:00Z"), "no such time of day"
    yield "at-underscore", "J5", at("2026-11-21_10:00:00Z"), "not RFC 3339"
    yield "at-1969", "J5", at("1969-12-31T23:59:59.999Z"), "before 1970"
    yield "at-1970-by-offset", "J5", at("1970-01-01T00:59:59+01:00"), "before 1970"
    yield "at-after-2106", "J5", at("2106-02-07T06:28:15Z"), "after 2106"
    yield "at-2107", "J5", at("2107-01-01T00:00:00Z"), "after 2106"
    yield "sent-at-number", "J5", '{"sent_at":1795255202,' + p + "}", "a time is a string"
    yield "sent-at-bad", "J5", '{"sent_at":"yesterday",' + p + "}", "not RFC 3339"


def payload(text, spaces=0):
    data = text if isinstance(text, bytes) else text.encode()
    return data + b" " * spaces


def json_file():
    good, bad = [], []
    for name, rules, text, spaces in json_good():
        message = model.decode(payload(text, spaces))
        entry = {"name": name, "rules": rules.split(), "text": text}
        if spaces:
            entry["append_spaces"] = spaces
        good.append({
            **entry, "epoch": message.epoch, "first": message.first, "oldest": message.oldest,
            "sent_at_ms": message.sent_at_ms,
            "presses": [[p.at_ms, p.button, p.slot] for p in message.presses]})
    for name, rules, text, reason in json_bad():
        data = payload(text)
        assert reason_of(model.decode, data) is not None, name
        where = {"hex": data.hex()} if isinstance(text, bytes) else {"text": text}
        bad.append({"name": name, "rules": rules.split(), **where, "reason": reason})
    smallest = '{"presses":[{"button":3}]}'
    spaces = model.PAYLOAD_BYTES_MAX + 1 - len(smallest)
    assert reason_of(model.decode, payload(smallest, spaces)) == "tooLarge"
    bad.append({
        "name": "payload-too-large", "rules": ["J8"], "text": smallest,
        "append_spaces": spaces, "reason": "over 131072 bytes"})
    return {
        "about": "The JSON form. A press is [at_ms or null when absent, button, slot]. The payload "
        "is the text in UTF-8, or the hex, and then that many spaces. A reason is for people.",
        "good": good, "bad": bad}


# --- counting -------------------------------------------------------------------------

def frame(epoch, first, presses, sent_at=T0 + 2, utc=True, oldest=True):
    return encode_frame(Frame(epoch, first, sent_at, presses, utc, oldest))


def every(seconds, count, start=T0 - 600, button=3):
    """`count` presses that far apart: far enough that none is a repeat."""
    return [Press(start + seconds * k, 0, button) for k in range(count)]


def text(value):
    return json.dumps(value, separators=(",", ":")).encode()


def counting():
    """name, rules, device, [(received_ms, payload)], totals

    Totals are responses, excluded, invalid, lost, estimated, and late where it is not 0."""
    four = {"buttons": [4], "repeat_interval_ms": 2000}
    off = {"buttons": [4], "repeat_interval_ms": 0}
    two = {"buttons": [4, 5], "repeat_interval_ms": 0}
    p = every(10, 20)

    # Go-back-N.
    yield "contract-utc-alone", "C4 W1", four, [
        (NOW, bytes.fromhex(CONTRACT_UTC))], (1, 0, 0, 41, 0)
    yield "in-order", "C1 C2", four, [
        (NOW, frame(1, 0, p[:3])), (NOW + 5, frame(1, 3, p[3:5])),
        (NOW + 9, frame(1, 5, p[5:6], oldest=False))], (6, 0, 0, 0, 0)
    yield "duplicate", "C3 C8", four, [
        (NOW, frame(1, 0, p[:3])), (NOW + 5000, frame(1, 0, p[:3])),
        (NOW + 9000, frame(1, 1, p[1:2], oldest=False))], (3, 0, 0, 0, 0)
    yield "duplicate-with-other-content", "C3", four, [
        (NOW, frame(1, 0, p[:2])),
        (NOW + 5000, frame(1, 0, every(10, 2, T0 - 9000, 0)))], (2, 0, 0, 0, 0)
    yield "partial-overlap", "C3", four, [
        (NOW, frame(1, 0, p[:3])), (NOW + 5000, frame(1, 1, p[1:6]))], (6, 0, 0, 0, 0)
    yield "overlap-skips-by-sequence-not-by-time", "C3", four, [
        (NOW, frame(1, 0, p[:3])),
        (NOW + 5, frame(1, 2, [Press(T0, 0, 0), Press(T0 + 5, 0, 1)]))], (4, 0, 0, 0, 0)
    yield "gap-with-oldest", "C4", four, [
        (NOW, frame(1, 0, p[:3])), (NOW + 5, frame(1, 10, p[10:12]))], (5, 0, 0, 7, 0)
    yield "gap-without-oldest", "C5", four, [
        (NOW, frame(1, 0, p[:3])), (NOW + 5, frame(1, 10, p[10:12], oldest=False)),
        (NOW + 9, frame(1, 3, p[3:12], oldest=False))], (12, 0, 0, 0, 0)
    yield "new-epoch-without-oldest", "C1 C5", four, [
        (NOW, frame(1, 5, p[5:6], oldest=False))], (0, 0, 0, 0, 0)
    yield "new-epoch-from-0-without-oldest", "C1 C2", four, [
        (NOW, frame(1, 0, p[:1], oldest=False))], (1, 0, 0, 0, 0)
    yield "lost-presses-come-after-all", "C3 C4", four, [
        (NOW, frame(1, 5, p[5:6])), (NOW + 5, frame(1, 0, p[:6]))], (1, 0, 0, 5, 0)
    yield "epochs-interleaved", "C6", four, [
        (NOW, frame(1, 0, p[:2])), (NOW, frame(2, 0, p[10:12])),
        (NOW, frame(1, 2, p[2:4])), (NOW, frame(0, 0, p[15:16])),
        (NOW, frame(2, 2, p[12:13], oldest=False)), (NOW, frame(1, 0, p[:4])),
        (NOW, frame(2, 9, p[13:14], oldest=False))], (8, 0, 0, 0, 0)
    yield "malformed-between", "C9", four, [
        (NOW, frame(1, 0, p[:1])), (NOW, frame(1, 1, p[1:2])[:-1] + b"\x00"),
        (NOW, b""), (NOW, b"{"), (NOW, frame(1, 1, p[1:2]))], (2, 0, 0, 0, 0)
    yield "lost-in-hour-and-slot-of-first-press", "C4", two, [
        (NOW, frame(1, 3, [Press(T0 - 7200, 0, 4, 1), Press(T0, 0, 0, 0)]))], (2, 0, 0, 3, 0)
    yield "lost-before-an-invalid-press", "C4 C7", two, [
        (NOW, frame(1, 3, [Press(T0 - 7200, 0, 0, 9), Press(T0, 0, 0, 1)]))], (1, 0, 1, 3, 0)
    yield "lost-before-a-press-of-unknown-time", "C4 W4", off, [
        (NOW, frame(1, 2, [Press(None, 0, 2)]))], (1, 0, 0, 2, 1)
    yield "last-sequences", "C2 C10 C12", off, [
        (NOW, frame(1, 0xFFFFFFFF - 2, p[:1])), (NOW, frame(1, 0xFFFFFFFF - 1, p[1:2])),
        (NOW, frame(1, 0xFFFFFFFF - 2, p[:2])), (NOW, frame(1, 0xFFFFFFFF, p[2:3])),
        (NOW, frame(2, 0, p[3:4]))], (3, 0, 0, 100_000, 0)
    yield "thousand-presses", "C2 C3", off, [
        (NOW, frame(1, 0, [Press(T0 - 3600 + 7 * k, k, k % 4) for k in range(1000)], T0 + 4000)),
        (NOW, frame(1, 999, every(1, 2)))], (1001, 0, 0, 0, 0)

    # Presses that are no responses.
    yield "wrong-button", "C7", off, [
        (NOW, frame(1, 0, [Press(T0, 0, 3), Press(T0, 0, 4), Press(T0, 0, 255)])),
        (NOW, frame(1, 3, [Press(T0, 0, 0)]))], (2, 0, 2, 0, 0)
    yield "two-slots", "C7", two, [
        (NOW, frame(1, 0, [Press(T0, 0, 4, 0), Press(T0, 0, 4, 1), Press(T0, 0, 5, 1),
                           Press(T0, 0, 3, 0)]))], (2, 0, 2, 0, 0)
    yield "wrong-slot", "C7", two, [
        (NOW, frame(1, 0, [Press(T0, 0, 0, 2), Press(T0, 0, 1, 15), Press(T0, 0, 2, 1)]))
    ], (1, 0, 2, 0, 0)
    yield "two-buttons", "C7", {"buttons": [2], "repeat_interval_ms": 0}, [
        (NOW, frame(1, 0, [Press(T0, 0, 0), Press(T0, 0, 1), Press(T0, 0, 2)]))
    ], (2, 0, 1, 0, 0)

    # Lockout.
    def pair(milliseconds):
        return [Press(T0, 0, 0), Press(T0 + milliseconds // 1000, milliseconds % 1000, 1)]

    yield "lockout-1999-ms", "L1", four, [(NOW, frame(1, 0, pair(1999)))], (1, 1, 0, 0, 0)
    yield "lockout-2000-ms", "L1", four, [(NOW, frame(1, 0, pair(2000)))], (2, 0, 0, 0, 0)
    yield "lockout-same-millisecond", "L1", four, [(NOW, frame(1, 0, pair(0)))], (1, 1, 0, 0, 0)
    yield "lockout-excluded-does-not-prolong", "L2", four, [
        (NOW, frame(1, 0, [Press(T0, 0, 0), Press(T0 + 1, 500, 1), Press(T0 + 2, 0, 2)]))
    ], (2, 1, 0, 0, 0)
    yield "lockout-clock-went-backwards", "L3", four, [
        (NOW, frame(1, 0, [Press(T0, 0, 0), Press(T0 - 1, 999, 1), Press(T0, 0, 2)]))
    ], (2, 1, 0, 0, 0)
    yield "lockout-interval-0", "L4", off, [
        (NOW, frame(1, 0, [Press(T0, 0, 0), Press(T0, 0, 1), Press(T0, 1, 2)]))], (3, 0, 0, 0, 0)
    yield "lockout-interval-5000", "L1", {"buttons": [5], "repeat_interval_ms": 5000}, [
        (NOW, frame(1, 0, [Press(T0, 0, 4), Press(T0 + 4, 999, 3), Press(T0 + 5, 0, 2)]))
    ], (2, 1, 0, 0, 0)
    yield "lockout-across-frames", "L2", four, [
        (NOW, frame(1, 0, pair(2000)[:1])), (NOW, frame(1, 1, pair(1999)[1:])),
        (NOW, frame(1, 2, pair(2000)[1:]))], (2, 1, 0, 0, 0)
    yield "lockout-across-epochs", "L5", four, [
        (NOW, frame(1, 0, pair(0)[:1])), (NOW, frame(2, 0, pair(1999)[1:]))], (1, 1, 0, 0, 0)
    yield "lockout-across-slots", "L5", {"buttons": [4, 5], "repeat_interval_ms": 2000}, [
        (NOW, frame(1, 0, [Press(T0, 0, 3, 0), Press(T0 + 1, 0, 4, 1), Press(T0 + 2, 0, 4, 1)]))
    ], (2, 1, 0, 0, 0)
    yield "lockout-across-forms", "L5", four, [
        (NOW, frame(1, 0, pair(0)[:1])),
        (NOW, text({"presses": [{"at": "2026-11-21T10:00:01.999Z", "button": 1}]})),
        (NOW, text({"presses": [{"at": "2026-11-21T10:00:02Z", "button": 1}]}))], (2, 1, 0, 0, 0)
    yield "lockout-across-hours", "L1 W6", four, [
        (NOW, frame(1, 0, [Press(T0 - 1, 999, 0), Press(T0 + 1, 998, 1)]))], (1, 1, 0, 0, 0)
    yield "lockout-invalid-does-not-move", "L6", four, [
        (NOW, frame(1, 0, [Press(T0, 0, 9), Press(T0, 1, 0), Press(T0 + 1, 0, 9),
                           Press(T0 + 2, 1, 1)]))], (2, 0, 2, 0, 0)
    yield "lockout-duplicate-does-not-move", "L2 C3", four, [
        (NOW, frame(1, 0, every(10, 2, T0))), (NOW, frame(1, 0, every(10, 1, T0))),
        (NOW, frame(1, 2, [Press(T0 + 1, 0, 0), Press(T0 + 2, 0, 1)]))], (3, 1, 0, 0, 0)
    yield "lockout-by-corrected-time", "L1 W2", four, [
        (T0 * 1000, frame(1, 0, [Press(T0, 0, 0)], T0)),
        (T0 * 1000, frame(1, 1, [Press(T0 + 3601, 999, 1)], T0 + 3600)),
        (T0 * 1000, frame(1, 2, [Press(T0 + 3602, 0, 1)], T0 + 3600))], (2, 1, 0, 0, 0)
    yield "lockout-unknown-times-of-one-frame", "L1 W4", four, [
        (NOW, frame(1, 0, [Press(None, 0, 0), Press(None, 0, 1), Press(None, 0, 2)])),
        (NOW + 2000, frame(1, 3, [Press(None, 0, 3)]))], (2, 2, 0, 0, 2)

    # When it happened.
    received = (T0 + 1800) * 1000
    yield "skew-120-s", "W2", off, [
        (received, frame(1, 0, [Press(T0 + 3600, 0, 0)], T0 + 1920))], (1, 0, 0, 0, 0)
    yield "skew-121-s", "W2", off, [
        (received, frame(1, 0, [Press(T0 + 3600 + 120, 999, 0), Press(T0 + 3600 + 121, 0, 1)],
                         T0 + 1921))], (2, 0, 0, 0, 0)
    yield "skew-120001-ms", "W2", off, [
        (received - 1, frame(1, 0, [Press(T0 + 3600 + 120, 0, 0), Press(T0 + 3600 + 120, 1, 1)],
                             T0 + 1920))], (2, 0, 0, 0, 0)
    yield "skew-behind-is-trusted", "W1 W2", off, [
        (received, frame(1, 0, [Press(T0 - 86400, 0, 0)], T0 - 86400))], (1, 0, 0, 0, 0, 1)
    yield "utc-press-after-sent-at", "W1", off, [
        (received, frame(1, 0, [Press(T0 + 7200, 0, 0)], T0 + 1800))], (1, 0, 0, 0, 0)
    yield "skew-does-not-move-unknown-time", "W2 W4", off, [
        (received, frame(1, 0, [Press(None, 0, 0)], T0 + 86400))], (1, 0, 0, 0, 1)
    yield "skew-greatest-sent-at", "W2 W7", off, [
        (received, frame(1, 0, [Press(0xFFFFFFFE, 0, 0), Press(60, 0, 1)], 0xFFFFFFFF))
    ], (2, 0, 0, 0, 0, 1)
    yield "counter-clock", "W3", off, [
        (received, frame(1, 0, [Press(86400, 0, 0), Press(86400 - 1800, 0, 1),
                                Press(86400 - 1801, 999, 2)], 86400, utc=False))], (3, 0, 0, 0, 3)
    yield "counter-clock-milliseconds", "W3", off, [
        (T0 * 1000 - 250, frame(1, 0, [Press(9, 249, 0), Press(9, 250, 1)], 9, utc=False))
    ], (2, 0, 0, 0, 2)
    yield "counter-press-after-sent-at", "W3", off, [
        (T0 * 1000 - 5000, frame(1, 0, [Press(104, 999, 0), Press(105, 0, 1)], 100, utc=False))
    ], (2, 0, 0, 0, 2)
    yield "counter-clock-resend", "W3 C3", off, [
        (NOW, frame(1, 0, [Press(50, 0, 0)], 60, utc=False)),
        (NOW + 7_200_000, frame(1, 0, [Press(50, 0, 0), Press(7255, 0, 1)], 7260, utc=False))
    ], (2, 0, 0, 0, 2)
    # The unknown time is that of receipt, 999 ms before the press ahead of it: backwards.
    yield "contract-counter-alone", "W3 W4 L3", {"buttons": [4, 3], "repeat_interval_ms": 2000}, [
        (NOW, bytes.fromhex(CONTRACT_COUNTER))], (3, 0, 0, 0, 3)
    yield "unknown-time", "W4", off, [
        (T0 * 1000 - 1, frame(1, 0, [Press(None, 999, 0)])),
        (T0 * 1000, frame(1, 1, [Press(None, 0, 1)], 5, utc=False))], (2, 0, 0, 0, 2)
    yield "estimated-counts-responses-only", "W5", four, [
        (NOW, frame(1, 0, [Press(None, 0, 0), Press(None, 0, 1), Press(None, 0, 9),
                           Press(T0 + 9, 0, 1)]))], (2, 1, 1, 0, 1)
    yield "hour-edges", "W6", off, [
        (NOW, frame(1, 0, [Press(T0 - 1, 999, 0), Press(T0, 0, 1), Press(T0 + 3599, 999, 2),
                           Press(T0 + 3600, 0, 3)]))], (4, 0, 0, 0, 0)
    yield "weeks-late", "W6", off, [
        (NOW, frame(1, 0, [Press(T0 - 21 * 86400, 0, 0), Press(T0, 0, 1)]))], (2, 0, 0, 0, 0, 1)
    yield "before-1970", "W7", off, [
        (60_000, frame(1, 0, [Press(5, 0, 0)], 86400, utc=False)),
        (60_000, frame(1, 1, [Press(5, 0, 1)], 86400))], (2, 0, 0, 0, 1)
    yield "before-1970-is-one-time", "W7 L1", four, [
        (60_000, frame(1, 0, [Press(5, 0, 0), Press(500, 0, 1)], 86400, utc=False))
    ], (1, 1, 0, 0, 1)
    yield "utc-first-hour", "W1 W6", off, [
        (NOW, frame(1, 0, [Press(0, 0, 0), Press(3599, 999, 1), Press(3600, 0, 2)]))
    ], (3, 0, 0, 0, 0, 3)

    # Late.
    day = 24 * 3600
    yield "late-after-24-h", "W8", off, [
        (T0 * 1000, frame(1, 0, [Press(T0 - day, 0, 0), Press(T0 - day - 1, 999, 1)], T0))
    ], (2, 0, 0, 0, 0, 1)
    yield "late-within-an-hour", "W8 W6", off, [
        ((T0 + 1800) * 1000 + 500, frame(1, 0, [
            Press(T0 + 900 * k - day, 500 * (k % 2), k % 4) for k in range(-2, 6)], T0 + 1800))
    ], (8, 0, 0, 0, 0, 5)
    yield "late-back-and-forth", "W8", off, [
        (T0 * 1000, frame(1, 0, [
            Press(T0 - day + (600 if k % 2 else -600), k, k % 4) for k in range(6)], T0))
    ], (6, 0, 0, 0, 0, 3)
    yield "late-counts-responses-only", "W8 L1 C7", four, [
        (T0 * 1000, frame(1, 4, [
            Press(T0 - 2 * day, 0, 0), Press(T0 - 2 * day + 1, 0, 1), Press(T0 - 2 * day + 9, 0, 9),
            Press(T0 - 60, 0, 1)], T0))], (2, 1, 1, 4, 0, 1)
    yield "late-only-when-first-counted", "W8 C3", off, [
        (NOW, frame(1, 0, p[:2])), (NOW + 2 * day * 1000, frame(1, 0, p[:3]))
    ], (3, 0, 0, 0, 0, 1)
    yield "late-by-corrected-time", "W8 W2", off, [
        (T0 * 1000, frame(1, 0, [Press(T0, 0, 0), Press(T0 + 1, 0, 1)], T0 + day + 1))
    ], (2, 0, 0, 0, 0, 1)
    yield "late-by-counter", "W8 W3", off, [
        (T0 * 1000, frame(1, 0, [Press(99, 999, 0), Press(100, 0, 1)], 100 + day, utc=False))
    ], (2, 0, 0, 0, 2, 1)
    yield "late-json", "W8 J5", off, [
        (NOW, text({"presses": [{"at": "2026-11-20T10:00:01.999Z", "button": 0},
                                {"at": "2026-11-20T10:00:02Z", "button": 0}, {"button": 0}]}))
    ], (3, 0, 0, 0, 1, 1)

    # A device that breaks its rules.
    wiped = [Press(T0 + 60 + 10 * k, 0, 3 - k % 4) for k in range(4)]
    yield "journal-wiped-under-its-epoch", "C3 C11 D1", off, [
        (NOW, frame(7, 0, p[:2])), (NOW + 60_000, frame(7, 0, wiped))], (4, 0, 0, 0, 0)
    yield "journal-rolled-back", "C11 D3", off, [
        (NOW, frame(7, 0, p[:6])), (NOW + 60_000, frame(7, 5, wiped[:1])),
        (NOW + 70_000, frame(7, 6, wiped[1:3]))], (8, 0, 0, 0, 0)
    yield "reused-epoch-repeats-are-kept", "C11", off, [
        (NOW, frame(7, 0, every(10, 12))), (NOW + 60_000, frame(7, 0, wiped[:1])),
        (NOW + 61_000, frame(7, 1, [Press(T0 + 70, 0, 1)] * 6)),
        (NOW + 62_000, frame(7, 12, wiped[2:])), (NOW + 63_000, frame(7, 12, wiped[2:]))
    ], (14, 0, 0, 0, 0)
    again = [Press(q.at, q.milliseconds, q.button, q.slot) for q in p[:4]]
    yield "honest-repeats", "C11 D4", off, [
        (NOW, frame(7, 0, p[:4])), (NOW + 9000, frame(7, 0, again[:1], T0 + 11)),
        (NOW + 19_000, frame(7, 1, again[1:4] + p[4:6], T0 + 21, oldest=False)),
        (NOW + 29_000, frame(7, 0, [Press(None, 0, q.button, q.slot) for q in p[:6]], T0 + 31))
    ], (6, 0, 0, 0, 0)
    yield "honest-repeats-of-a-counter", "C11 D4 D6", off, [
        (NOW, frame(7, 0, [Press(50, 0, 1), Press(55, 0, 2)], 60, utc=False)),
        (NOW + 1000, frame(7, 0, [Press(T0 - 8, 0, 1), Press(T0 - 3, 0, 2)], T0 + 3))
    ], (2, 0, 0, 0, 2)
    ahead = lambda s, at_: text({"epoch": 7, "first": 0, "sent_at": f"2026-11-21T11:00:{s:02}Z",
                                 "presses": [{"at": at_, "button": 1}]})
    yield "honest-repeats-by-a-clock-ahead", "C11 W2", off, [
        (NOW, ahead(2, "2026-11-21T10:59:59Z")), (NOW + 5000, ahead(9, "2026-11-21T10:59:59Z"))
    ], (1, 0, 0, 0, 0)
    yield "reused-epoch-in-json", "C11 J2", off, [
        (NOW, text({"epoch": 7, "first": 0, "presses": [{"button": 1}, {"button": 2}]})),
        (NOW, text({"epoch": 7, "first": 0, "presses": [{"button": 3}]}))], (2, 0, 0, 0, 2)
    year = 365 * 24 * 3600
    yield "clock-set-after-the-press", "D6 W9", off, [
        (NOW, frame(7, 0, [Press(T0 + 4 * year, 0, 1)]))], (0, 0, 1, 0, 0)
    day = 24 * 3600
    yield "future-24-h", "W9", off, [
        (NOW, frame(7, 0, [Press(T0 + 2 + day, 0, 1)]))], (1, 0, 0, 0, 0)
    yield "future-24-h-and-1-ms", "W9", off, [
        (NOW, frame(7, 0, [Press(T0 + 2 + day, 1, 1), Press(T0 + 2, 0, 2)])),
        (NOW + 9, frame(7, 0, [Press(T0 + 2 + day, 1, 1)]))], (1, 0, 1, 0, 0)
    yield "future-does-not-start-the-interval", "W9 L6", four, [
        (NOW, frame(7, 0, [Press(T0 + 2 * day, 0, 1), Press(T0 + 2, 0, 2)]))], (1, 0, 1, 0, 0)
    yield "future-by-corrected-time", "W9 W2", off, [
        (NOW, frame(7, 0, [Press(T0 + 2 * day, 0, 1)], T0 + 2 * day)),
        (NOW, frame(7, 1, [Press(T0 + 4 * day, 0, 1)], T0 + 2 * day))], (1, 0, 1, 0, 0)
    yield "future-in-json", "W9 J5", off, [
        (NOW, text({"presses": [{"at": "2026-11-22T10:00:02Z", "button": 0},
                                {"at": "2026-11-22T10:00:02.001Z", "button": 0}]}))
    ], (1, 0, 1, 0, 0)
    yield "lost-100000", "C12", off, [
        (NOW, frame(7, 100_000, every(10, 1)))], (1, 0, 0, 100_000, 0)
    yield "lost-100001", "C12", off, [
        (NOW, frame(7, 100_001, every(10, 1))), (NOW + 9, frame(7, 100_002, every(10, 1, T0 + 60)))
    ], (2, 0, 0, 100_000, 0)
    yield "press-before-the-clock-is-set", "D6 W3", off, [
        (NOW, frame(7, 0, [Press(58, 0, 1)], 60, utc=False)),
        (NOW + 1000, frame(7, 1, [Press(T0 + 2, 500, 2)], T0 + 3))], (2, 0, 0, 0, 1)
    yield "press-set-aside", "D8 C4 C5", off, [
        (NOW, frame(7, 0, p[:1])), (NOW, frame(7, 1, p[1:2])[:-1] + b"\0"),
        (NOW, frame(7, 2, p[2:3], oldest=False)), (NOW, frame(7, 2, p[2:3]))], (2, 0, 0, 1, 0)

    # JSON.
    gone = CONTRACT_JSON.replace("false", "true").encode()
    yield "json-contract", "J2 C5", four, [(NOW, CONTRACT_JSON.encode())], (0, 0, 0, 0, 0)
    yield "json-oldest", "J2 C4", four, [(NOW, gone), (NOW + 9, gone)], (1, 0, 0, 41, 0)
    yield "json-smallest", "J6 W4", four, [
        (NOW, b'{"presses":[{"button":3}]}')], (1, 0, 0, 0, 1)
    yield "json-unsequenced-twice", "J6", off, [
        (NOW, b'{"presses":[{"button":3}]}'), (NOW + 9, b'{"presses":[{"button":3}]}')
    ], (2, 0, 0, 0, 2)
    yield "json-unsequenced-moves-no-epoch", "J6 C6", off, [
        (NOW, frame(0, 0, p[:1])), (NOW, b'{"presses":[{"button":3},{"button":2}]}'),
        (NOW, frame(0, 1, p[1:2], oldest=False))], (4, 0, 0, 0, 2)
    yield "json-and-frames-share-an-epoch", "J1 C2", off, [
        (NOW, frame(7, 0, p[:2])),
        (NOW, text({"epoch": 7, "first": 1, "presses": [{"button": 0}, {"button": 1}]})),
        (NOW, frame(7, 3, p[3:4], oldest=False))], (4, 0, 0, 0, 1)
    yield "json-oldest-default", "J2 C5", off, [
        (NOW, text({"epoch": 7, "first": 3, "presses": [{"button": 0}]}))], (0, 0, 0, 0, 0)
    late, early = ({"epoch": 7, "first": n, "presses": [{"button": n}]} for n in (1, 0))
    yield "json-overtaken", "J2 C5", off, [
        (NOW, text(late)), (NOW + 9, text(early)), (NOW + 18, text(late))], (2, 0, 0, 0, 2)
    yield "json-not-oldest", "J2 C5", off, [
        (NOW, text({"epoch": 7, "first": 3, "oldest": False, "presses": [{"button": 0}]}))
    ], (0, 0, 0, 0, 0)
    yield "json-wrong-button-and-slot", "C7 J4", two, [
        (NOW, text({"presses": [{"button": 200}, {"button": 1, "slot": 15},
                                {"button": 4, "slot": 1}]}))], (1, 0, 2, 0, 1)
    yield "json-without-sent-at-is-not-corrected", "W2 J5", off, [
        (NOW, text({"presses": [{"at": "2026-11-22T10:00:00Z", "button": 0}]}))], (1, 0, 0, 0, 0)
    yield "json-skew-120-s", "W2", off, [
        (T0 * 1000, text({"sent_at": "2026-11-21T10:02:00Z", "presses": [
            {"at": "2026-11-21T11:00:00Z", "button": 0}]}))], (1, 0, 0, 0, 0)
    yield "json-skew-120001-ms", "W2", off, [
        (T0 * 1000, text({"sent_at": "2026-11-21T10:02:00.001Z", "presses": [
            {"at": "2026-11-21T11:02:00Z", "button": 0},
            {"at": "2026-11-21T11:02:00.001Z", "button": 1}]}))], (2, 0, 0, 0, 0)
    yield "json-null-at-with-sent-at", "W4 J2", off, [
        (NOW, text({"sent_at": "2026-11-22T10:00:00Z", "presses": [{"at": None, "button": 0}]}))
    ], (1, 0, 0, 0, 1)


def counting_file():
    vectors = []
    for name, rules, device, steps, totals in counting():
        state, out = model.Device(**device), []
        for received_ms, data in steps:
            ack = state.receive(received_ms, data)
            key = "json" if data[:1] == b"{" else "frame"
            value = data.decode() if key == "json" else data.hex()
            step = {"received_ms": received_ms, key: value, "ack": ack}
            out.append(step | ({"quarantine": state.quarantine} if state.quarantine else {}))
        rows = state.rows()
        fields = ("excluded", "invalid", "lost", "estimated", "late")
        totals += (0,) * (6 - len(totals))
        found = (sum(sum(r["counts"]) for r in rows), *(sum(r[f] for r in rows) for f in fields))
        assert found == totals, (name, found, totals)
        vectors.append({
            "name": name, "rules": rules.split(), "device": device, "steps": Lines(out),
            "buckets": Lines(rows)})
    return {
        "about": "What one device's messages add up to. ack null: nothing is answered. quarantine: the "
        "reason that a message which is answered is kept under all the same. hour is "
        "hours since 1970-01-01T00:00Z; counts are padded to 5; only buckets with a number stand "
        "here.",
        "vectors": vectors}


# --- deliveries: topics, HTTP, messages beside presses ----------------------------------

def deliveries():
    good = frame(7, 0, every(10, 1))
    smallest = b'{"presses":[{"button":3}]}'

    def mqtt(topic, data, reason, retained=False, repeat=0, kind="press"):
        out = {"via": "mqtt", "topic": topic, "retained": retained}
        out |= {"payload_repeat": [data.hex(), repeat]} if repeat else {"payload_hex": data.hex()}
        answer = "none" if reason or kind != "press" else "ack"
        return out | {"answer": answer, "quarantine": reason}

    def status(text_, reason=None):
        return mqtt(PRESS_TOPIC.replace("press", "status"), text_.encode(), reason,
                    retained=True, kind="status")

    yield "press-topic", "T1", mqtt(PRESS_TOPIC, good, None)
    yield "press-topic-json", "T1 J1", mqtt(PRESS_TOPIC, smallest, None)
    yield "longest-device-name", "T1", mqtt(
        f"pikapalaute/v1/{SITE}/{'a' * 31}/press", good, "unregistered_device")
    for name, device in [
        ("too-long", "a" * 32), ("empty", ""), ("with-capital", "Dev-01"),
        ("with-leading-hyphen", "-dev"), ("with-underscore", "dev_01")]:
        yield f"device-name-{name}", "T1 T3", mqtt(
            f"pikapalaute/v1/{SITE}/{device}/press", good, "unregistered_device")
    for name, topic in [
        ("other-site", "pikapalaute/v1/espoo/dev-01/press"),
        ("other-version", f"pikapalaute/v2/{SITE}/dev-01/press"),
        ("other-root", f"palaute/v1/{SITE}/dev-01/press"),
        ("other-message", f"pikapalaute/v1/{SITE}/dev-01/presses"),
        ("level-missing", f"pikapalaute/v1/{SITE}/press"),
        ("level-too-many", f"pikapalaute/v1/{SITE}/dev-01/press/0"),
        ("leading-slash", f"/pikapalaute/v1/{SITE}/dev-01/press"),
    ]:
        yield f"topic-{name}", "T2", mqtt(topic, good, "foreign_topic")
    yield "unregistered-device", "T3", mqtt(
        f"pikapalaute/v1/{SITE}/ghost/press", good, "unregistered_device")
    yield "retained-press", "T4", mqtt(PRESS_TOPIC, good, "retained", retained=True)
    yield "empty-payload", "T5", mqtt(PRESS_TOPIC, b"", "empty_payload")
    yield "noise", "T6", mqtt(PRESS_TOPIC, b"\x9d", "too_large", repeat=262_144)
    yield "largest-payload-is-read", "T6", mqtt(
        PRESS_TOPIC, b"\x01", "length_mismatch", repeat=model.PAYLOAD_BYTES_MAX)
    yield "malformed-frame", "T7", mqtt(PRESS_TOPIC, good[:-1] + b"\x00", "checksum_mismatch")
    yield "malformed-json", "T7", mqtt(PRESS_TOPIC, b"{", "malformed_json")

    yield "status-smallest", "S1", status('{"state":"online"}')
    yield "status-full", "S1", status(
        '{"state":"online","epoch":7,"firmware":"1.4.2","battery_mv":2950,"journal":12}')
    yield "status-health", "S1", status(
        '{"state":"online","rssi_dbm":-71,"boot":3,"sent_at":"2026-11-21T10:00:02.250Z"}')
    yield "status-config", "S1", status('{"state":"online","config":12,"model":"hn4"}')
    yield "status-config-no-number", "S2", status(
        '{"state":"online","config":"12"}', "malformed_status")
    yield "status-sleeping", "S1 S3", status('{"state":"sleeping","sleep_s":3600}')
    yield "status-sleeping-long", "S3", status('{"state":"sleeping","sleep_s":999999999}')
    yield "status-sent-at-no-time", "S2", status(
        '{"state":"online","sent_at":"yesterday"}', "malformed_status")
    yield "status-firmware-long", "S1", status(
        '{"state":"online","firmware":"' + "<b>x" * 500 + '"}')
    yield "status-firmware-too-long", "S2", status(
        '{"state":"online","firmware":"' + "x" * 10_000 + '"}', "malformed_status")
    yield "status-will", "S1", status('{"state":"offline"}')
    yield "status-unknown-member", "S1", status('{"state":"online","mood":[1]}')
    yield "status-without-state", "S2", status('{"firmware":"1.4.2"}', "malformed_status")
    yield "status-other-state", "S2", status('{"state":"asleep"}', "malformed_status")
    yield "status-largest", "S2", status('{"state":"online"}'.ljust(4096))
    yield "status-too-large", "S2", status('{"state":"online"}'.ljust(4097), "malformed_status")
    yield "status-not-json", "S2", status("online", "malformed_status")
    yield "status-utf-16", "S2", status(
        '{"state":"online"}'.encode("utf-16-le").decode(), "malformed_status")

    def http(path, data, answer, token=True, content="application/octet-stream", repeat=0):
        out = {"via": "http", "path": path, "token": token, "content_type": content}
        out |= {"payload_repeat": [data.hex(), repeat]} if repeat else {"payload_hex": data.hex()}
        return out | {"answer": answer}

    jsonly = "application/json"
    yield "http-frame", "H1", http(PRESS_PATH, good, 200)
    yield "http-json", "H1", http(PRESS_PATH, smallest, 200, content=jsonly)
    yield "http-json-as-octets", "H1 J1", http(PRESS_PATH, smallest, 200)
    yield "http-frame-as-json", "H1 J1", http(PRESS_PATH, good, 200, content=jsonly)
    yield "http-rewind", "H2", http(PRESS_PATH, frame(6, 5, every(10, 1), oldest=False), 409)
    yield "http-rewind-json", "H2", http(PRESS_PATH, text(
        {"epoch": 6, "first": 5, "presses": [{"button": 1}]}), 409)
    yield "http-malformed", "H3", http(PRESS_PATH, good[:-1] + b"\x00", 400)
    yield "http-malformed-json", "H3", http(PRESS_PATH, b"{", 400, content=jsonly)
    yield "http-empty", "H3", http(PRESS_PATH, b"", 400)
    yield "http-too-large", "H3", http(PRESS_PATH, b"\x20", 413, repeat=131_073)
    yield "http-no-token", "H3", http(PRESS_PATH, good, 401, token=False)
    yield "http-unknown-device", "H3", http(PRESS_PATH.replace("dev-01", "ghost"), good, 404)
    yield "http-unknown-site", "H3", http(PRESS_PATH.replace(SITE, "espoo"), good, 404)


def deliveries_file():
    return {
        "about": "How one message is taken at a service of the site with the registered device "
        "dev-01 and nothing counted yet. payload_repeat: [hex, times]. answer: ack or none over "
        "MQTT, the status over HTTP. quarantine: the reason it is kept under, null when counted.",
        "site": SITE, "devices": ["dev-01"],
        "vectors": [{"name": n, "rules": r.split(), **body} for n, r, body in deliveries()]}


# --- journals: what a device does ---------------------------------------------------------

def journals():
    """(name, rules, random, events, last state as (epoch, holds, set aside, frames sent))."""
    a, b, c, d, e = ([100 + k, 250, k % 4, 0] for k in range(5))
    start, sync, silence = {"start": True}, {"sync": True}, {"silence": 1}
    press = lambda *presses: [{"press": p} for p in presses]
    ack = lambda epoch, next_, rewind=False: {
        "answer": {"epoch": epoch, "next": next_, "rewind": rewind}}

    yield "new-journal", "D1 D2", [7], [start, *press(a), sync, ack(7, 1)], (7, 0, 0, 1)
    yield "journal-wiped", "D1", [7, 9], [
        start, *press(a, b), sync, ack(7, 2), {"wipe": True}, *press(c), sync], (9, 1, 0, 2)
    yield "source-repeats-itself", "D1", [7, 7, 9], [
        start, *press(a), sync, {"wipe": True}, *press(b), sync], (9, 1, 0, 2)
    yield "journal-kept", "D1 D2", [7, 9], [
        start, *press(a, b), sync, start, ack(7, 2), *press(c), sync], (7, 1, 0, 3)
    yield "nothing-is-sent-before-it-is-synced", "D3", [7], [
        start, *press(a), {"clock": "set"}, *press([T0, 0, 1, 0]), sync, ack(7, 1)], (7, 1, 0, 2)
    yield "cut-before-the-sync", "D3", [7], [
        start, *press(a), sync, ack(7, 1), *press(b), start, *press(c), sync], (7, 1, 0, 2)
    yield "sent-again-as-it-was", "D4 D7", [7], [
        start, *press(a), sync, *press(b), silence, silence, ack(7, 1), sync, silence, ack(7, 2)
    ], (7, 0, 0, 5)
    yield "counter-began-anew", "D4 D6", [7], [
        start, *press(a), sync, start, ack(7, 1)], (7, 0, 0, 2)
    yield "ack-beyond-what-was-sent", "D5", [7, 9], [
        start, *press(a, b), sync, ack(7, 142), ack(9, 2)], (9, 0, 0, 2)
    yield "ack-beyond-after-some-were-counted", "D5", [7, 9], [
        start, *press(a), sync, ack(7, 1), *press(b, c), sync, ack(7, 3), *press(d), sync,
        ack(7, 9), ack(7, 9), ack(9, 1)], (9, 0, 0, 4)
    yield "ack-of-all-that-is-in-a-kept-journal", "D5", [7, 9], [
        start, *press(a, b, c, d, e), sync, start, ack(7, 5)], (7, 0, 0, 2)
    yield "ack-of-another-epoch", "D5", [7], [
        start, *press(a), sync, ack(8, 1), ack(8, 9), ack(7, 1)], (7, 0, 0, 1)
    yield "clock-set-later", "D6", [7], [
        start, *press(a), {"clock": "set"}, *press([T0, 0, 1, 0]), sync, ack(7, 1), ack(7, 2)
    ], (7, 0, 0, 2)
    yield "set-clock-outlives-no-cut", "D6", [7], [
        start, {"clock": "set"}, *press([T0, 0, 1, 0]), sync, start, ack(7, 1), *press(b), sync
    ], (7, 1, 0, 3)
    yield "rewind", "D7", [7], [
        start, *press(a, b), sync, ack(7, 1), ack(7, 1, True), ack(7, 2)], (7, 0, 0, 3)
    yield "rewind-to-what-is-gone", "D7", [7], [
        start, *press(a, b, c), sync, ack(7, 3), *press(d), sync, ack(7, 1, True), ack(7, 4)
    ], (7, 0, 0, 3)
    yield "unanswered-frame-is-halved", "D8", [7], [
        start, *press(a, b, c, d), sync, {"silence": 8}, ack(7, 2), ack(7, 4)], (7, 0, 0, 10)
    yield "press-that-is-never-accepted", "D8", [7], [
        start, *press(a, b, c), sync, {"silence": 16}, ack(7, 0, True), ack(7, 3)
    ], (7, 0, 1, 19)
    yield "two-that-are-never-accepted", "D8", [7], [
        start, *press(a, b, c), sync, {"silence": 16}, {"silence": 1}, ack(7, 0, True),
        {"silence": 16}, ack(7, 0, True), ack(7, 3)], (7, 0, 2, 39)
    yield "probe-finds-it-counted", "D8", [7], [
        start, *press(a, b), sync, {"silence": 16}, ack(7, 1, True), ack(7, 2)], (7, 0, 0, 19)
    yield "service-away-sets-nothing-aside", "D8", [7], [
        start, *press(a, b), sync, {"silence": 40}, ack(7, 2)], (7, 0, 0, 66)
    yield "press-alone-is-kept", "D8", [7], [
        start, *press(a), sync, {"silence": 30}, ack(7, 1)], (7, 0, 0, 31)
    for status in (400, 413):
        yield f"status-{status}-splits", "D9", [7], [
            start, *press(a, b, c), sync, {"status": status}, {"status": status}, ack(7, 3)
        ], (7, 0, 1, 3)
    for status in (401, 403, 404, 408, 429, 500, 503):
        yield f"status-{status}-keeps", "D9", [7], [
            start, *press(a, b), sync, {"status": status}, {"wait": True}, {"status": status},
            {"wait": True}, ack(7, 2)], (7, 0, 0, 3)


def play(state, event):
    (name, value), = event.items()
    if name == "start":
        state.start()
    elif name == "wipe":
        state.wipe()
    elif name == "press":
        state.press(*value)
    elif name == "sync":
        state.sync()
    elif name == "clock":
        state.set_clock()
    elif name == "silence":
        for _ in range(value):
            state.silence()
    elif name == "wait":
        state.wait()
    elif name == "answer":
        state.answer(value["epoch"], value["next"], value["rewind"])
    else:
        state.status(value)


def journals_file():
    vectors = []
    for name, rules, random, events, last in journals():
        state, steps, sent = device.Device(random), [], 0
        for event in events:
            state.frames = []
            play(state, event)
            sent += len(state.frames)
            steps.append(event | {
                "sends": state.frames, "epoch": state.epoch, "first": state.first,
                "holds": len(state.held), "set_aside": len(state.set_aside)})
        assert (state.epoch, len(state.held), len(state.set_aside), sent) == last, (
            name, state.epoch, len(state.held), len(state.set_aside), sent)
        vectors.append({
            "name": name, "rules": rules.split(), "random": random, "steps": Lines(steps)})
    return {
        "about": "What happens to a device, and what it does: the frames it sends, then its epoch, "
        "the sequence of its oldest press and how many synced ones it holds and set aside. It has "
        "one frame on its way, of at most 4 presses, on one kind of clock. random: what its "
        "hardware source gives. start: power on; wipe: the same, the journal gone. A press is "
        "[at, milliseconds, button, slot] by the clock it has. silence: nothing was answered, so "
        "many times; status: an answer over HTTP that is no acknowledgement; wait: the pause after "
        "it is over.",
        "frame_presses_max": device.FRAME_PRESSES_MAX, "vectors": vectors}


# --- index ------------------------------------------------------------------------------

def index_file():
    cases = [
        ("contract-four", "I1 I2 I3", [17, 16, 60, 126]),
        ("contract-five", "I1 I2 I3", [4, 2, 12, 23, 51]),
        ("contract-three", "I1 I2 I3", [3, 0, 5]),
        ("contract-clipped-high", "I3", [0, 0, 0, 3]),
        ("clipped-low", "I3", [3, 0, 0, 0]),
        ("no-responses", "I4", [0, 0, 0, 0]),
        ("one-response", "I1 I3", [0, 1, 0, 0]),
        ("two-buttons", "I1 I3", [1, 3]),
        ("two-buttons-half", "I2", [99, 101]),
        ("half-up", "I2", [1, 0, 199]),
        ("just-under-half", "I2", [495_001, 504_999]),
        ("thirds", "I1", [1, 1, 1, 0]),
        ("all-middle", "I1", [0, 0, 7, 0, 0]),
        ("a-year-of-health-stations", "I1 I3", [8450, 6037, 14487, 91751]),
        ("large", "I1 I3", [10**9, 2 * 10**9, 3 * 10**9, 4 * 10**9, 5 * 10**9]),
    ]
    contract = {
        "contract-four": (78.2344, 78, 73.9395, 82.0182),
        "contract-five": (81.25, 81, 75.0124, 85.8342),
        "contract-three": (62.5, 63, 31.7869, 89.2658),
        "contract-clipped-high": (100, 100, 52.8001, 100),
    }
    vectors = []
    for name, rules, counts in cases:
        exact, bounds = model.index(counts), model.interval(counts)
        entry = {
            "name": name, "rules": rules.split(), "counts": counts, "responses": sum(counts),
            "index": None, "fraction": None, "shown": None, "interval": None}
        if exact is not None:
            entry |= {
                "index": float(model.round_half_up(exact, 4)),
                "fraction": [exact.numerator, exact.denominator],
                "shown": int(model.round_half_up(exact)),
                "interval": {"low": round(bounds[0], 4), "high": round(bounds[1], 4)}}
        if name in contract:
            low, high = entry["interval"]["low"], entry["interval"]["high"]
            assert (entry["index"], entry["shown"], low, high) == contract[name], name
        vectors.append(entry)
    by_name = {v["name"]: v for v in vectors}
    assert Fraction(*by_name["half-up"]["fraction"]) == Fraction(199, 2)
    assert by_name["half-up"]["shown"] == 100
    assert by_name["two-buttons-half"]["fraction"] == [101, 2]
    assert by_name["just-under-half"]["shown"] == 50 and by_name["two-buttons-half"]["shown"] == 51
    return {
        "about": "Index and interval from counts, most negative button first. fraction is exact; "
        "index and interval are rounded to 4 places, the index half up.",
        "vectors": vectors}


# --- files ------------------------------------------------------------------------------

class Lines(list):
    """A list written with one item a line."""


def write(value, indent=""):
    """JSON with every vector's members on lines of their own and no deeper."""
    inner = indent + "  "
    compact = lambda v: json.dumps(v, ensure_ascii=False)
    if isinstance(value, dict):
        parts = [f"{inner}{compact(k)}: " + (
            write(v, inner) if isinstance(v, Lines) or is_list_of_vectors(v) else compact(v))
            for k, v in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    parts = [inner + (compact(v) if isinstance(value, Lines) else write(v, inner)) for v in value]
    return "[\n" + ",\n".join(parts) + f"\n{indent}]" if parts else "[]"


def is_list_of_vectors(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "name" in value[0]


# --- firmware: what a device is offered -----------------------------------------------------

# A key for tests: everybody knows it.
FIRMWARE_SEED = bytes(range(32))


def firmware():
    """(name, rules, manifest, genuine, the device as (model, version, issued), takes)."""
    key = Ed25519PrivateKey.from_private_bytes(FIRMWARE_SEED)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))

    def signed(by=key, **parts):
        manifest = {"model": "hn4", "version": "1.5.0", "issued": T0, "sha256": "5f" * 32,
                    "url": "https://files.example/hn4-1.5.0.bin"} | parts
        signature = by.sign(signed_text(manifest).encode())
        return manifest | {"signature": base64.b64encode(signature).decode()}

    old = ("hn4", "1.4.2", 0)
    yield "newer", "M1 M2", signed(), True, old, True
    yield "other-key", "M2", signed(other), False, old, False
    for part, value in [("version", "1.5.1"), ("url", "https://evil.example/hn4-1.5.0.bin"),
                        ("sha256", "00" * 32), ("issued", T0 + 1), ("model", "hn5")]:
        yield f"{part}-changed", "M2", signed() | {part: value}, False, (
            "hn5" if part == "model" else "hn4", "1.4.2", 0), False
    yield "other-model", "M3", signed(model="hn5"), True, old, False
    yield "runs-already", "M3", signed(), True, ("hn4", "1.5.0", T0), False
    yield "issued-before", "M3", signed(), True, ("hn4", "1.6.0", T0 + 86400), False
    yield "back-to-an-earlier-version", "M3", signed(version="1.4.2", issued=T0 + 86400), True, (
        "hn4", "1.5.0", T0), True


def signed_text(manifest):
    lines = ["pikapalaute-firmware/1", manifest["model"], manifest["version"],
             str(manifest["issued"]), manifest["sha256"], manifest["url"]]
    return "".join(f"{line}\n" for line in lines)


def firmware_file():
    public = Ed25519PrivateKey.from_private_bytes(FIRMWARE_SEED).public_key()
    return {
        "about": "Manifests of firmware, the text that is signed, whether the signature is by "
        "public_key, and whether a device takes the offer that is of `model`, runs `firmware` and "
        "took one that was issued at `issued` (0: none). The key is of the 32 bytes 00 to 1f.",
        "public_key": base64.b64encode(public.public_bytes_raw()).decode(),
        "vectors": [
            {"name": n, "rules": r.split(), "manifest": m, "signed": signed_text(m),
             "genuine": genuine, "device": dict(zip(("model", "firmware", "issued"), device)),
             "takes": takes} for n, r, m, genuine, device, takes in firmware()]}


FILES = {
    "frames.json": frames_file, "acks.json": acks_file, "json-frames.json": json_file,
    "counting.json": counting_file, "deliveries.json": deliveries_file, "index.json": index_file,
    "journals.json": journals_file, "firmware.json": firmware_file,
}


def main():
    check, wrong = "--check" in sys.argv[1:], []
    for name, build in FILES.items():
        content = build()
        groups = [v for v in content.values() if is_list_of_vectors(v)]
        for group in groups:
            names = [v["name"] for v in group]
            assert len(names) == len(set(names)), f"{name}: a name stands twice"
        out = write(content) + "\n"
        assert json.loads(out) == json.loads(json.dumps(content))
        path = VECTORS / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != out:
                wrong.append(name)
        else:
            path.write_text(out, encoding="utf-8")
        print(f"{name}: {sum(map(len, groups))} vectors")
    if wrong:
        sys.exit(f"differ from make_vectors.py: {', '.join(wrong)}; run it without --check")


if __name__ == "__main__":
    main()

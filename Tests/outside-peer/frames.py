"""The press frame and its acknowledgement in bytes, written from SPEC.md alone.

Nothing here is shared with the Swift code: where the two agree, the text was clear.
Only `struct` and `zlib` are used.
"""

import struct
import zlib
from dataclasses import dataclass, field

UTC = 1
OLDEST = 2
REWIND = 1
TIME_UNKNOWN = 0xFFFFFFFF
COUNT_MAX = 1000
SEQUENCE_MAX = 0xFFFFFFFF

_HEADER = struct.Struct("<BBHIII")
_PRESS = struct.Struct("<IHBB")
_CRC = struct.Struct("<I")
_ACK = struct.Struct("<BBHIII")


class Malformed(Exception):
    """`reason` is the name of the first rule broken."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Press:
    at: int | None  # seconds on the frame's clock
    milliseconds: int = 0
    button: int = 0
    slot: int = 0


@dataclass(frozen=True)
class Frame:
    epoch: int
    first: int
    sent_at: int
    presses: list[Press] = field(default_factory=list)
    utc: bool = True
    oldest: bool = True


@dataclass(frozen=True)
class Ack:
    epoch: int
    next: int
    server_time: int
    rewind: bool = False


def with_checksum(body):
    return body + _CRC.pack(zlib.crc32(body))


def encode_frame(frame, *, version=1, flags=None, count=None):
    """Bytes of a frame. The keywords put a wrong value in, to make bad frames."""
    if flags is None:
        flags = (UTC if frame.utc else 0) | (OLDEST if frame.oldest else 0)
    if count is None:
        count = len(frame.presses)
    body = _HEADER.pack(version, flags, count, frame.epoch, frame.first, frame.sent_at)
    for press in frame.presses:
        at = TIME_UNKNOWN if press.at is None else press.at
        body += _PRESS.pack(at, press.milliseconds, press.button, press.slot)
    return with_checksum(body)


def decode_frame(data):
    if len(data) < 28:
        raise Malformed("tooShort")
    version, flags, count, epoch, first, sent_at = _HEADER.unpack_from(data)
    if version != 1:
        raise Malformed("unknownVersion")
    if flags & ~(UTC | OLDEST):
        raise Malformed("reservedFlags")
    if not 1 <= count <= COUNT_MAX:
        raise Malformed("countOutOfRange")
    if len(data) != 20 + 8 * count:
        raise Malformed("lengthMismatch")
    if first + count > SEQUENCE_MAX:
        raise Malformed("sequenceOverflow")
    presses = []
    for index in range(count):
        at, milliseconds, button, slot = _PRESS.unpack_from(data, 16 + 8 * index)
        if milliseconds > 999:
            raise Malformed("millisecondsOutOfRange")
        if slot > 15:
            raise Malformed("slotOutOfRange")
        presses.append(Press(None if at == TIME_UNKNOWN else at, milliseconds, button, slot))
    if zlib.crc32(data[:-4]) != _CRC.unpack(data[-4:])[0]:
        raise Malformed("checksumMismatch")
    return Frame(epoch, first, sent_at, presses, bool(flags & UTC), bool(flags & OLDEST))


def encode_ack(ack, *, version=1, flags=None, reserved=0):
    if flags is None:
        flags = REWIND if ack.rewind else 0
    return with_checksum(
        _ACK.pack(version, flags, reserved, ack.epoch, ack.next, ack.server_time))


def decode_ack(data):
    if len(data) != 20:
        raise Malformed("wrongLength")
    version, flags, reserved, epoch, next_sequence, server_time = _ACK.unpack_from(data)
    if version != 1:
        raise Malformed("unknownVersion")
    if flags & ~REWIND or reserved:
        raise Malformed("reservedBits")
    if zlib.crc32(data[:-4]) != _CRC.unpack(data[-4:])[0]:
        raise Malformed("checksumMismatch")
    return Ack(epoch, next_sequence, server_time, bool(flags & REWIND))

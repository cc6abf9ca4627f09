"""A disk that can lose its power: what a log of powerloss_vfs.c leaves behind at any moment.

What was synced is there. Of what was not, any part may be: nothing, everything, or some writes,
some 512-byte sectors of a write, garbage where a file grew, names that were made or deleted
without a sync of the folder. Bytes that nobody wrote to stay as they were.
"""

import struct

SECTOR = 512
_HEAD = struct.Struct("<BBHIq")


class Record:
    """One operation; `end` is the place in the log after it."""

    __slots__ = ("operation", "name", "offset", "data", "end")

    def __init__(self, operation, name, offset, data, end):
        self.operation, self.name = operation, name
        self.offset, self.data, self.end = offset, data, end


def read_log(path):
    log, at, records = path.read_bytes(), 0, []
    while at < len(log):
        operation, _, name_bytes, data_bytes, offset = _HEAD.unpack_from(log, at)
        name_at = at + _HEAD.size
        data_at = name_at + name_bytes
        at = data_at + data_bytes
        records.append(Record(
            chr(operation), log[name_at:data_at].decode(), offset, log[data_at:at], at))
    return records


class _File:
    """Contents: what is safe, and the operations since.

    After a failed sync nothing is known of what was pending, whatever is synced later: such
    operations stay `doubtful`, in their order among the safe ones that follow.
    """

    def __init__(self):
        self.synced = bytearray()
        self.pending = []
        self.later = []  # (record, is_safe) since the first doubtful one

    def sync(self):
        if self.later:
            self.later += [(record, True) for record in self.pending]
        else:
            for record in self.pending:
                _apply(self.synced, record)
        self.pending = []

    def fail(self):
        self.later += [(record, False) for record in self.pending]
        self.pending = []


def _apply(content, record):
    if record.operation == "T":
        del content[record.offset:]
        content.extend(bytes(record.offset - len(content)))
        return
    end = record.offset + len(record.data)
    content.extend(bytes(max(0, end - len(content))))
    content[record.offset:end] = record.data


def _tear(content, record, random):
    """Some sectors of a write arrive, the others keep what they held."""
    at, end = record.offset, record.offset + len(record.data)
    grown = len(content)
    content.extend(bytes(max(0, end - grown)))
    with_garbage = random.random() < 0.3
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        if random.random() < 0.5:
            content[at:stop] = record.data[at - record.offset:stop - record.offset]
        elif with_garbage and at >= grown:
            content[at:stop] = random.randbytes(stop - at)
        at = stop


class Disk:
    """Follows a log, record by record."""

    def __init__(self):
        self.names = {}  # as the processes see them
        self.synced_names = {}
        self.pending_names = []

    def take(self, record):
        if record.operation == "Y":
            self.synced_names = dict(self.names)
            self.pending_names = []
        elif record.operation == "C":
            self.names[record.name] = _File()
            self.pending_names.append((record.name, self.names[record.name]))
        elif record.operation == "D":
            del self.names[record.name]
            self.pending_names.append((record.name, None))
        elif record.operation == "S":
            self.names[record.name].sync()
        elif record.operation == "F":
            self.names[record.name].fail()
        else:
            if record.name not in self.names:  # a file that is not SQLite's
                self.take(Record("C", record.name, 0, b"", record.end))
            self.names[record.name].pending.append(record)

    def after_power_loss(self, random, keep):
        """{name: bytes}; `keep` is "nothing", "everything" or "some"."""
        names = dict(self.synced_names)
        for name, file in self.pending_names:
            if keep == "everything" or (keep == "some" and random.random() < 0.5):
                names[name] = file
        return {name: self._content(file, random, keep)
                for name, file in names.items() if file is not None}

    @staticmethod
    def _content(file, random, keep):
        content = bytearray(file.synced)
        share = random.choice([0.1, 0.5, 0.9, 1.0])
        for record, is_safe in file.later:
            if is_safe or random.random() < 0.5:
                _apply(content, record)
        for record in file.pending:
            if keep == "everything":
                _apply(content, record)
            elif keep == "some" and random.random() < share:
                if record.operation == "W" and random.random() < 0.5:
                    _tear(content, record, random)
                else:
                    _apply(content, record)
        return bytes(content)

"""The supervisor's side of faults.c: kills a process at a chosen call, makes its disk fail."""

import mmap
import struct

import shims

KINDS = ["other", "wal write", "wal sync", "db write", "db sync", "journal", "broker write"]
_FIELDS = ["kill_kind", "kill_left", "kill_when", "write_errno", "sync_errno", "open_errno",
           "clock_offset_ms", "broker_port", "sync_delay_ms", "sync_hang"]
BEFORE, AFTER, HALFWAY = 0, 1, 2


class Faults:
    """One process's faults; `environment` goes into the process, it may be started again."""

    def __init__(self, folder, broker_port=0):
        path = folder / "faults.control"
        path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.environment = {
            "LD_PRELOAD": str(shims.build("faults.c", folder)), "FAULTS_CONTROL": str(path)}
        self["broker_port"] = broker_port

    def __setitem__(self, field, value):
        struct.pack_into("<q", self.map, 8 * _FIELDS.index(field), value)

    def __getitem__(self, field):
        return struct.unpack_from("<q", self.map, 8 * _FIELDS.index(field))[0]

    def calls(self, kind):
        """How many calls of a kind there were."""
        return struct.unpack_from("<q", self.map, 8 * (len(_FIELDS) + KINDS.index(kind)))[0]

    def kill_at(self, kind, nth, when=BEFORE):
        """The process dies at its nth call of a kind from now on."""
        self["kill_when"] = when
        self["kill_left"] = nth
        self["kill_kind"] = KINDS.index(kind)

    def spare(self):
        self["kill_kind"] = -1

    def heal(self):
        """No more errors."""
        for field in ("write_errno", "sync_errno", "open_errno"):
            self[field] = 0

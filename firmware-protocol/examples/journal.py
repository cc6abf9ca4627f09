"""A device's journal: presses on the disk until they are acknowledged. Copy it beside the way you take."""

import contextlib
import datetime
import secrets
import sqlite3


class Journal:
    """Presses in a file until they are acknowledged: SPEC.md, section 9. Every commit is synced."""

    FRAME_PRESSES_MAX = 100

    def __init__(self, path):
        self.file = sqlite3.connect(path, isolation_level=None)
        self.file.executescript("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS journal (epoch INTEGER NOT NULL, next INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS press (sequence INTEGER PRIMARY KEY, at TEXT, button INTEGER);
            """)
        if not self.file.execute("SELECT 1 FROM journal").fetchone():
            self.file.execute("INSERT INTO journal VALUES (?, 0)", [secrets.randbits(32)])  # D1

    @contextlib.contextmanager
    def transaction(self):
        self.file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.file.execute("ROLLBACK")
            raise
        self.file.execute("COMMIT")

    def press(self, button):
        """D2, D3: it has its number, and is on the disk, before anything is sent."""
        with self.transaction():
            (sequence,) = self.file.execute("SELECT next FROM journal").fetchone()
            self.file.execute("INSERT INTO press VALUES (?, ?, ?)", [sequence, now(), button])
            self.file.execute("UPDATE journal SET next = ?", [sequence + 1])

    def message(self):
        """The oldest presses in the JSON form, nothing older left behind (F2); None = all are delivered."""
        rows = self.file.execute("SELECT sequence, at, button FROM press ORDER BY sequence LIMIT ?",
                                 [self.FRAME_PRESSES_MAX]).fetchall()
        if not rows:
            return None
        (epoch,) = self.file.execute("SELECT epoch FROM journal").fetchone()
        return {"epoch": epoch, "first": rows[0][0], "oldest": True, "sent_at": now(),
                "presses": [{"at": at, "button": button} for _, at, button in rows]}

    def acknowledge(self, answer):
        """Frees what is on the service's disk (A1); True when that was something."""
        with self.transaction():
            epoch, end = self.file.execute("SELECT epoch, next FROM journal").fetchone()
            if answer.get("epoch") != epoch:
                return False
            if answer["next"] > end:  # D5: another journal used our epoch; ours begins anew.
                rows = self.file.execute("SELECT at, button FROM press ORDER BY sequence").fetchall()
                self.file.execute("DELETE FROM press")
                self.file.executemany("INSERT INTO press VALUES (?, ?, ?)",
                                      [(number, *row) for number, row in enumerate(rows)])
                self.file.execute("UPDATE journal SET epoch = ?, next = ?",
                                  [secrets.randbits(32), len(rows)])
                return False
            return self.file.execute(
                "DELETE FROM press WHERE sequence < ?", [answer["next"]]).rowcount > 0


def now():
    """UTC, of a clock that is set (D6)."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")

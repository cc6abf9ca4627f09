#!/usr/bin/env python3
"""A feedback device over HTTP, in one file: Python's own library alone.

    device_http.py --url https://palaute.example --site helsinki --device hn-0001 \\
        --token-file token --journal presses.sqlite 3 3 0

Each number is a press of that button. It may be killed and started again at any time, with presses or
without: what waits in the journal is sent, and counted once.
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import secrets
import sqlite3
import time
import urllib.error
import urllib.request


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


def post(address, token, message):
    """(status, what is answered, seconds to wait); status 0 = nobody answered. D9."""
    request = urllib.request.Request(address, json.dumps(message).encode(), {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read()), 0
    except urllib.error.HTTPError as error:
        body = error.read()
        wait = error.headers.get("Retry-After", "")
        return error.code, json.loads(body) if error.code == 409 else None, int(wait) if wait.isdigit() else 0
    except (OSError, ValueError):
        return 0, None, 0


def deliver(journal, address, token):
    silence_s = 2
    while message := journal.message():
        status, answer, wait_s = post(address, token, message)
        if status in (200, 409) and journal.acknowledge(answer):
            silence_s = 2
            continue
        if status in (400, 413):
            raise SystemExit(f"the service never accepts this ({status}): set it aside (D8) and mend the program")
        if status in (401, 403, 404):
            print(f"answered {status}: mend the token or the registry; the presses are kept", flush=True)
            wait_s = max(wait_s, 60)
        time.sleep(max(wait_s, silence_s))
        silence_s = min(2 * silence_s, 600)  # D7


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "site", "device", "token-file", "journal"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("buttons", nargs="*", type=int)
    asked = parser.parse_args()
    journal = Journal(asked.journal)
    for button in asked.buttons:
        journal.press(button)
    deliver(journal, f"{asked.url}/ingest/v1/{asked.site}/{asked.device}/press",
            pathlib.Path(asked.token_file).read_text().strip())


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A feedback device over MQTT and TLS, in one file: paho-mqtt and Python's own library.

    device_mqtt_tls.py --host palaute.example --ca-file ca.pem --site helsinki --device hn-0001 \\
        --password-file password --journal presses.sqlite 3 3 0

Each number is a press of that button. It may be killed and started again at any time, with presses or
without: what waits in the journal is sent, and counted once.
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import queue
import secrets
import sqlite3
import time

import paho.mqtt.client as mqtt


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


def connected(asked, topic, answers):
    """A client that connects again by itself, and hears the service's answers."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=asked.device)
    client.username_pw_set(asked.device, pathlib.Path(asked.password_file).read_text().strip())
    client.tls_set(ca_certs=asked.ca_file)
    client.reconnect_delay_set(1, 600)
    client.will_set(f"{topic}/status", json.dumps({"state": "offline"}), qos=1)
    client.on_connect = lambda *_: client.subscribe(f"{topic}/ack", qos=1)
    client.on_message = lambda _, __, message: answers.put(json.loads(message.payload))
    client.connect_async(asked.host, asked.port)
    client.loop_start()
    return client


def deliver(journal, client, topic, answers):
    """Only the service's answer frees presses: PUBACK is the broker's."""
    silence_s = 2
    while message := journal.message():
        if not client.is_connected():
            time.sleep(0.1)
            continue
        client.publish(f"{topic}/press", json.dumps(message), qos=1)
        deadline = time.monotonic() + silence_s
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                if journal.acknowledge(answers.get(timeout=left_s)):
                    silence_s = 2
                    break
            except queue.Empty:
                silence_s = min(2 * silence_s, 600)  # D7


def main():
    parser = argparse.ArgumentParser()
    for name in ("host", "ca-file", "site", "device", "password-file", "journal"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, default=8883)
    parser.add_argument("buttons", nargs="*", type=int)
    asked = parser.parse_args()
    journal, answers = Journal(asked.journal), queue.SimpleQueue()
    for button in asked.buttons:
        journal.press(button)
    topic = f"pikapalaute/v1/{asked.site}/{asked.device}"
    client = connected(asked, topic, answers)
    deliver(journal, client, topic, answers)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()

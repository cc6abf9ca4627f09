"""Power cuts at every write and sync: record one run of the real service, then cut it anywhere.

    .venv/bin/python Tests/faults/power_cuts.py --cuts 1000 [--seed S] [--cut N] [--careless OFF]

The recording starts the service on an empty folder, sends presses from several devices at
once, half of them over HTTP and half through a broker, kills it, starts it with a registry that
makes it count again, stops it cleanly, repairs counts that were falsified with `rebuild --apply`,
lets a sync fail, and goes on. Every answer is kept with the place that the log had reached. A cut
takes the disk of one moment after a power loss and asks: is every press that was acknowledged by
then counted once, and does the archive say the same?
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import shims
from disk import Disk, read_log
from posting import BUILD, DEVICES, ROOT, Service, Wrong, broker, make_frames

CHECKPOINT_PAGES = 120
# Ways in which the recorded service is made to break its promise; each must be noticed.
CARELESS = ["NORMAL", "OFF", "NO_REWRITE"]


class Recording:
    """A run of the service, its answers, and the moments when its counts were falsified."""

    def __init__(self, folder, seed, careless=None):
        self.seed, self.careless, self.folder = seed, careless, folder / "recorded"
        self.folder.mkdir()
        self.log = folder / "operations.log"
        self.sessions = make_frames(seed)
        self.answers = []  # (place in the log, device, epoch, next)
        self.environment = {
            "LD_PRELOAD": str(shims.build("powerloss_vfs.c", folder)),
            "POWERLOSS_LOG": str(self.log), "POWERLOSS_FOLDER": str(self.folder),
            "POWERLOSS_AUTOCHECKPOINT": str(CHECKPOINT_PAGES)}
        if careless == "NO_REWRITE":
            self.environment["POWERLOSS_NO_REWRITE"] = "1"
        elif careless:
            self.environment["POWERLOSS_SYNCHRONOUS"] = careless
        with broker(folder) as self.broker_port:
            self.run()
        self.records = read_log(self.log)

    def run(self):
        self.serve(0, 2, signal.SIGKILL)
        self.serve(1, 3, signal.SIGTERM)
        falsified = self.log.stat().st_size
        shims.change(self.folder / "p.sqlite", "UPDATE bucket SET count_1 = count_1 + 1",
                     self.environment)
        self.command(BUILD / "pikapalaute", "rebuild", "--apply", "--database",
                     self.folder / "p.sqlite")
        self.falsified = range(falsified, self.log.stat().st_size + 1)
        self.environment["POWERLOSS_FAIL_SYNC"] = "7"
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.serve(2, 3, signal.SIGKILL)
        del self.environment["POWERLOSS_FAIL_SYNC"]
        self.serve(2, 3, signal.SIGKILL)

    def command(self, *arguments):
        subprocess.run(arguments, check=True, cwd=ROOT, capture_output=True,
                       env={**os.environ, **self.environment})

    def serve(self, session, repeat_interval_s, signal_at_end):
        with Service(
                self.folder, repeat_interval_s, self.environment, self.broker_port) as service:
            def send(device):
                is_http = DEVICES.index(device) % 2
                (service.post if is_http else service.publish)(
                    device, self.sessions[device][session],
                    lambda ack: self.answers.append(
                        (self.log.stat().st_size, device, ack.epoch, ack.next)))
            with concurrent.futures.ThreadPoolExecutor(len(DEVICES)) as pool:
                list(pool.map(send, DEVICES))
            service.end(signal_at_end)

    def places(self):
        """Where to cut: before each operation, and after the last.

        A WAL that is not written anew after a failed sync does harm from there to the next
        checkpoint only.
        """
        first = 0
        if self.careless == "NO_REWRITE":
            first = next(n for n, r in enumerate(self.records) if r.operation == "F")
        return range(first, len(self.records) + 1)

    def acknowledged(self, place):
        """{(device, epoch): next} of the answers that were out at a place in the log."""
        known = {}
        for at, device, epoch, following in self.answers:
            if at <= place:
                known[device, epoch] = max(following, known.get((device, epoch), 0))
        return known

    def sent(self):
        """{(device, epoch): next} when everything is delivered."""
        return {(device, frame.epoch): frame.first + len(frame.presses)
                for device, sessions in self.sessions.items()
                for frames in sessions for frame in frames}


def stored(path):
    """({(device, epoch): next}, {device: presses in buckets}); also checks the pages."""
    # Read-only: Python's SQLite knows nothing of page checksums, and closing may write.
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise Wrong(f"integrity_check: {verdict}")
        names = dict(db.execute("SELECT id, name FROM device"))
        cursors = {(names[device], epoch): following for device, epoch, following
                   in db.execute("SELECT device, epoch, next FROM cursor")}
        counted = {names[device]: presses for device, presses in db.execute(
            "SELECT device, sum(count_0 + count_1 + count_2 + count_3 + count_4 + excluded"
            " + invalid) FROM bucket GROUP BY device")}
        return cursors, counted
    finally:
        db.close()


def rebuild(path, *arguments):
    result = subprocess.run(
        [BUILD / "pikapalaute", "rebuild", *arguments, "--database", path], cwd=ROOT,
        capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Wrong(f"rebuild: {result.stdout}{result.stderr}")


def check_counts(cursors, counted, known, sent):
    for key, following in known.items():
        if cursors.get(key, 0) < following:
            raise Wrong(f"LOST: {key} acknowledged {following}, stored {cursors.get(key, 0)}")
    for key, following in cursors.items():
        if following > sent[key]:
            raise Wrong(f"{key}: stored {following}, never sent more than {sent[key]}")
    for device in DEVICES:
        expected = sum(n for (name, _), n in cursors.items() if name == device)
        if counted.get(device, 0) != expected:
            raise Wrong(f"{device}: {expected} presses taken, {counted.get(device, 0)} counted")


def check_cut(recording, disk, place, folder, dice, keep, resends):
    """One power loss. Raises `Wrong` when anything is lost, doubled or broken."""
    image = folder / "image"
    shutil.rmtree(image, ignore_errors=True)
    image.mkdir()
    for name, content in disk.after_power_loss(dice, keep).items():
        (image / name).write_bytes(content)
    database, known = image / "p.sqlite", recording.acknowledged(place)
    is_falsified = place in recording.falsified
    is_whole = bool(known)
    if is_whole:
        rebuild(database, *(["--apply"] if is_falsified else []))
        check_counts(*stored(database), known, recording.sent())
    if resends or not is_whole:
        with Service(image, 3) as service:
            for device in DEVICES:
                service.post(device, [f for s in recording.sessions[device] for f in s])
            if service.end() != 0:
                raise Wrong(f"the service ended badly: {service.said()}")
        rebuild(database)
        check_counts(*stored(database), recording.sent(), recording.sent())


def choose(recording, cuts, dice):
    """Places to cut: every one if `cuts` is 0 or enough; else all syncs first, then writes."""
    places = list(recording.places())
    if not cuts or cuts >= len(places):
        return places
    borders = {n + d for n, r in enumerate(recording.records) if r.operation in "SYDCTF"
               for d in (0, 1)} & set(places)
    others = [n for n in places if n not in borders]
    half = min(len(borders), cuts // 2)
    return sorted(dice.sample(sorted(borders), half) + dice.sample(others, cuts - half))


def run(folder, cuts, seed, careless=None, only=None, report=print):
    """Records, cuts, checks. The failures as lines; prints how to repeat each."""
    folder = pathlib.Path(folder)
    recording = Recording(folder, seed, careless)
    dice, disk, taken, failures, started = random.Random(seed), Disk(), 0, [], time.monotonic()
    places = [only] if only is not None else choose(recording, cuts, dice)
    kinds = [0, 0]
    rounds = max(1, -(-cuts // len(places))) if only is None else 8
    for number, cut in enumerate(places):
        while taken < cut:
            disk.take(recording.records[taken])
            taken += 1
        place = recording.records[cut - 1].end if cut else 0
        for turn in range(rounds):
            keep = ["some", "nothing", "everything", "some"][(number + turn) % 4]
            resends = (number + turn) % 10 == 0
            kinds[resends] += 1
            try:
                check_cut(recording, disk, place, folder,
                          random.Random(f"{seed} {cut} {turn}"), keep, resends)
            except (Wrong, sqlite3.Error) as wrong:
                failures.append(f"cut {cut}, {keep} of the unsynced kept: {wrong}")
                report(f"{failures[-1]}\n  the disk is in {folder / 'image'}; seed {seed}")
                if len(failures) == 5:
                    return failures
                if careless:
                    return failures
    operations = "".join(r.operation for r in recording.records)
    checkpoints = sum(1 for a, b in zip(recording.records, recording.records[1:])
                      if a.operation == "S" and a.name.endswith("-wal")
                      and b.operation == "W" and b.name == "p.sqlite")
    report(f"power cuts: {sum(kinds)} ({kinds[1]} with everything sent again), seed {seed}, "
           f"{len(operations)} operations ({operations.count('S')} syncs, "
           f"{operations.count('F')} failed, {checkpoints} "
           f"checkpoints), {len(recording.answers)} acknowledgements, lost "
           f"{sum('LOST' in f for f in failures)}, wrong {len(failures)}, "
           f"{time.monotonic() - started:.0f} s")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=1000, help="how many; 0 = everywhere once")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cut", type=int, help="only this place")
    parser.add_argument("--careless", choices=CARELESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        failures = run(folder, arguments.cuts, arguments.seed, arguments.careless, arguments.cut)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

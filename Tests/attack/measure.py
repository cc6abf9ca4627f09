"""The attacks on one or two builds, in one table: memory, the health page, presses, time to recover.

    .venv/bin/python Tests/attack/measure.py [BUILD …]     each a folder with pikapalaute in it

Timings depend on the machine and on what else it does; builds are to be compared in one run.
"""

import concurrent.futures
import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

import attackers  # noqa: E402
import rig  # noqa: E402
import test_reads  # noqa: E402
import test_stopping  # noqa: E402
from attackers import PRESS, YEARS, Probe, Site, allow_sockets, close_all  # noqa: E402

Probe.TIMEOUT_S = 60
RECOVERED_S = 0.1


@contextlib.contextmanager
def site(limits=None):
    with tempfile.TemporaryDirectory() as folder, Site(folder, limits) as running:
        yield running


def seconds_to_recover(running):
    """Until the health page answers ten times in a row as quickly as ever, and presses are taken."""
    started, good = time.monotonic(), 0
    while good < 10 and time.monotonic() - started < 120:
        asked = time.monotonic()
        is_good = Probe(running).once() == 200 and time.monotonic() - asked < RECOVERED_S
        good = good + 1 if is_good else 0
    running.wait_until_ready()
    return time.monotonic() - started


class Memory(threading.Thread):
    """The most that the service held while this was watched, MiB above what it held before."""

    def __init__(self, running):
        super().__init__()
        self.running, self.before, self.peak = running, running.memory_mib(), 0
        self.ended = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    def run(self):
        while not self.ended.wait(0.1):
            self.peak = max(self.peak, self.running.memory_mib() - self.before)


def under(running, attack):
    """One row: the attack returns what is to be closed after it."""
    with Memory(running) as memory, Probe(running) as health, Probe(
            running, PRESS, running.token, pause=0.05, body=b'{"presses":[{"button":3}]}') as presses:
        left = attack(running)
    close_all(left)
    return (f"{memory.peak} MiB", f"{health.p99 * 1000:.0f} ms", f"{max(health.seconds):.1f} s",
            f"{presses.p99 * 1000:.0f} ms, {presses.failures} refused",
            f"{seconds_to_recover(running):.1f} s")


def unread(running):
    sockets = [running.ask(YEARS, receive_bytes=4096) for _ in range(120)]
    time.sleep(20)
    return sockets


def silent(running):
    sockets = []
    for _ in range(1200):
        with contextlib.suppress(OSError):
            sockets.append(running.connect())
    time.sleep(20)
    return sockets


def heavy(running):
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        list(pool.map(lambda _: test_reads.read_whole(running, YEARS), range(100)))
    return []


def public_rates():
    with site() as running:
        for month in range(1, 9):
            test_reads.post(running, 100 * month, f"2026-{month:02}-05", 12)
        test_reads.publish(running)
        rates = [(test_reads.rate(running, "/healthz", 2),
                  test_reads.rate(running, test_reads.PUBLIC, 2)) for _ in range(3)]
        health, public = sorted(rates, key=lambda pair: pair[1] / pair[0])[1]
        return f"{public:.0f}/s", f"{public / health:.2f} of /healthz", "", "", ""


def seconds_to_stop():
    with tempfile.TemporaryDirectory() as folder:
        running = Site(folder)
        running.start()
        sockets = test_stopping.hang(running)
        started = time.monotonic()
        running.service.child.send_signal(signal.SIGTERM)
        try:
            running.service.child.wait(timeout=100)
            seconds = f"{time.monotonic() - started:.1f} s"
        except subprocess.TimeoutExpired:
            running.service.child.kill()
            seconds = "over 100 s"
        close_all(sockets)
        running.stop()
        return "", "", "", "", seconds


def attack(running, how):
    with running as started:
        return under(started, how)


ATTACKS = {
    "120 answers of 34 years by the hour, not read": lambda: attack(site(), unread),
    "1200 silent connections, 1024 descriptors": lambda: attack(site((1024, 1024)), silent),
    "34 years by the hour, 100 at once, read": lambda: attack(site(), heavy),
    "public results, eight months": public_rates,
    "SIGTERM, one client not reading, one dripping": seconds_to_stop,
}


def main():
    builds = [pathlib.Path(name) for name in sys.argv[1:]] or [rig.BUILD]
    allow_sockets(4096)
    print("| attack | build | memory more | health p99 | longest | acknowledged p99 | recovered |")
    print("|---|---|---|---|---|---|---|")
    for name, run in ATTACKS.items():
        for build in builds:
            rig.BUILD = attackers.BUILD = build
            print(f"| {name} | {build} | {' | '.join(run())} |", flush=True)


if __name__ == "__main__":
    main()

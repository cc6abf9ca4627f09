"""A supervisor that kills the service and the broker again and again while the city presses.

    .venv/bin/python Tests/integration/chaos.py --cycles 1000 [--seed S]

The simulator sends presses of now all the while. Every round ends with its ledger compared to
the results and with the whole archive counted again.
"""

import argparse
import contextlib
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))

from city import CityRig  # noqa: E402
from faults import AFTER, BEFORE, HALFWAY, Faults  # noqa: E402
from proxy import Proxy  # noqa: E402

PRESSES_PER_SECOND = 1500
# Where a cycle dies: a kind of call, and at most which one.
POINTS = [("wal write", 60), ("wal sync", 8), ("db write", 200), ("db sync", 2),
          ("broker write", 12)]


class ChaosRig(CityRig):
    """A city whose service has faults on demand and reaches its broker through a proxy."""

    def __init__(self, folder, seed=0):
        super().__init__(folder)
        self.proxy = Proxy(self.mqtt_port, seed)
        url = self.service.environment["PIKAPALAUTE_MQTT_URL"]
        self.service.environment["PIKAPALAUTE_MQTT_URL"] = url.replace(
            str(self.mqtt_port), str(self.proxy.port))
        self.faults = Faults(self.folder, self.proxy.port)
        self.faults.spare()
        self.service.environment.update(self.faults.environment)

    def stop(self):
        super().stop()
        self.proxy.close()

    def restart(self):
        self.faults.spare()
        self.service.start()
        self.wait_until_ready()

    def load(self, seconds, *arguments, seed=1):
        """Presses of now for so long; the simulator verifies them at its end."""
        return self.simulate(
            "--count", str(round(PRESSES_PER_SECOND * seconds)), "--rate",
            str(PRESSES_PER_SECOND), "--frame-presses-max", "20", "--verify", "--quiet",
            "--seed", str(seed), *arguments)

    def assert_exact(self, simulator):
        """The ledger agrees and the archive says the same as the counts."""
        output, _ = simulator.communicate(timeout=300)
        assert simulator.returncode == 0, f"{output}\n{self.service.log()[-3000:]}"
        rebuilt = self.pikapalaute("rebuild")
        assert rebuilt.returncode == 0 and "nothing differs" in rebuilt.stdout, (
            rebuilt.stdout + rebuilt.stderr)

    def wipe_broker(self):
        """What a broker without durable state remembers after a crash: nothing."""
        shutil.rmtree(self.folder / "broker-data")
        (self.folder / "broker-data").mkdir()


class Storm:
    """Rounds of kills."""

    def __init__(self, rig, seed, report):
        self.rig, self.dice, self.report = rig, random.Random(seed), report
        self.cycles, self.broker_kills, self.rounds, self.presses = 0, 0, 0, 0
        self.deaths = {}

    def run(self, cycles, seconds_per_round=20):
        started = time.monotonic()
        while self.cycles < cycles:
            self.round(cycles, seconds_per_round)
            self.report(f"{self.cycles} kills, {self.rounds} rounds, "
                        f"{time.monotonic() - started:.0f} s: nothing lost, nothing doubled")

    def round(self, cycles, seconds):
        self.rounds += 1
        simulator = self.rig.load(seconds, seed=self.dice.randrange(10**6))
        # The simulator compares when it is done: no kills from shortly before that on.
        end = time.monotonic() + seconds - 3
        time.sleep(0.5)
        while time.monotonic() < end and self.cycles < cycles:
            self.cycle()
        self.rig.faults.spare()
        self.rig.wait_until_ready()
        self.rig.assert_exact(simulator)
        self.presses += round(PRESSES_PER_SECOND * seconds)

    def cycle(self):
        """One SIGKILL of the service, sometimes one of the broker with it."""
        kind = "at random"
        if self.dice.random() < 0.5:
            kind, most = self.dice.choice(POINTS)
            when = self.dice.choice([BEFORE, AFTER, HALFWAY])
            self.rig.faults.kill_at(kind, self.dice.randint(1, most), when)
            try:
                self.rig.service.child.wait(timeout=0.6)
            except subprocess.TimeoutExpired:
                kind = "at random"
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.rig.service.child.wait(timeout=self.dice.random() ** 2 * 0.5)
                raise AssertionError(f"the service ended by itself:\n{self.rig.service.log()}")
        self.rig.service.kill()
        returned = self.rig.service.child.returncode
        assert returned == -signal.SIGKILL, f"{returned}:\n{self.rig.service.log()[-3000:]}"
        self.deaths[kind] = self.deaths.get(kind, 0) + 1
        self.cycles += 1
        if self.cycles % 40 == 0:
            self.kill_broker(wipes=self.cycles % 80 == 0)
        elif self.cycles % 7 == 0:
            self.rig.proxy.cut()
        self.rig.faults.spare()
        self.rig.service.start()
        if self.dice.random() < 0.7:
            self.rig.wait_until_ready()

    def kill_broker(self, wipes):
        self.rig.broker.kill()
        if wipes:
            self.rig.wipe_broker()
        self.rig.broker.start()
        self.broker_kills += 1


def storm(folder, cycles, seed, seconds_per_round=20, report=print):
    with ChaosRig(pathlib.Path(folder), seed) as rig:
        storm = Storm(rig, seed, report)
        started = time.monotonic()
        storm.run(cycles, seconds_per_round)
        deaths = ", ".join(f"{n} {kind}" for kind, n in sorted(storm.deaths.items()))
        report(f"SIGKILL cycles: {storm.cycles} ({deaths}), broker kills {storm.broker_kills}, "
               f"{storm.presses} presses in {storm.rounds} rounds, lost 0, doubled 0, seed {seed},"
               f" {time.monotonic() - started:.0f} s")
        return storm


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        storm(folder, arguments.cycles, arguments.seed)


if __name__ == "__main__":
    main()

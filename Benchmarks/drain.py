"""The whole way: a backlog from mosquitto into committed SQLite, beside mosquitto_sub.

    python3 Benchmarks/drain.py COUNT PRESSES DEVICES ROUNDS
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/integration"))

from rig import BUILD, Rig  # noqa: E402

PUBLISH = ROOT / ".build" / "bench" / "publish"

ACL = """\
user pikapalaute
topic readwrite #
user loader
topic readwrite #
user peer
topic readwrite #
"""


def registry(folder, devices, more=""):
    file = folder / "registry.yaml"
    lines = ["site: bench", "time_zone: Europe/Helsinki", "questions:",
             "  - {id: palvelu, buttons: 4}", "nodes:"]
    for number in range(devices):
        lines.append(f"  - {{id: place-{number:05}, kind: touchpoint, question: palvelu, "
                     f"repeat_interval_s: 0, {more}devices: [{{id: bench-{number:05}}}]}}")
    file.write_text("\n".join(lines) + "\n")
    return file


class BenchRig(Rig):
    """A broker, a service and a loader that fills the broker."""

    def __init__(self, folder, devices):
        self.devices = devices
        self.published = 0
        super().__init__(folder, registry(folder, devices),
                         {"loader": "loader-secret", "peer": "peer-secret"}, ACL)

    def publishing(self, count, presses, rate=0):
        # The loader's epochs are seconds: the next one begins in another.
        time.sleep(max(0, self.published + 1.1 - time.monotonic()))
        self.published = time.monotonic()
        command = [PUBLISH, self.mqtt_port, "loader", "loader-secret", "bench",
                   self.devices, count, presses, rate]
        return [str(a) for a in command]

    def publish(self, count, presses, rate=0):
        return subprocess.run(
            self.publishing(count, presses, rate), check=True, capture_output=True, text=True)

    def counter(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(f"pikapalaute_{name} "):
                return int(line.split()[1])
        return 0

    def peer(self, count):
        """mosquitto_sub on its own persistent session; (seconds, processor seconds)."""
        start = time.monotonic()
        child = subprocess.Popen(
            ["mosquitto_sub", "-p", str(self.mqtt_port), "-u", "peer", "-P", "peer-secret",
             "-i", "peer", "-c", "-q", "1", "-t", "pikapalaute/v1/+/+/press", "-C", str(count)],
            stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        return time.monotonic() - start, usage.ru_utime + usage.ru_stime


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def drain(rig, count, presses):
    """Seconds and processor seconds from the first press to the last one committed."""
    rig.service.start()
    wanted = count * presses
    started = None
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            done = rig.counter("presses_total")
        except OSError:
            time.sleep(0.002)  # it does not listen yet
            started_cpu = processor_seconds(rig.service.child.pid)
            started = time.monotonic()
            continue
        if done >= wanted:
            return (time.monotonic() - started,
                    processor_seconds(rig.service.child.pid) - started_cpu)
        if done == 0:
            started = time.monotonic()
            started_cpu = processor_seconds(rig.service.child.pid)
        # Each look costs the service a page of metrics: more of them would be measured too.
        time.sleep(0.05)
    raise RuntimeError(f"drained {done} of {wanted}\n{rig.service.log()}")


def build():
    PUBLISH.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-O2", "-o", PUBLISH, ROOT / "Benchmarks/C/publish.c", "-lmosquitto"],
                   check=True)


def backlog(count, presses, devices, rounds):
    """[(our seconds, our processor seconds, mosquitto_sub's seconds, its processor seconds)]."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        rig = BenchRig(pathlib.Path(folder), devices)
        rig.start()
        subprocess.run(["mosquitto_sub", "-p", str(rig.mqtt_port), "-u", "peer", "-P",
                        "peer-secret", "-i", "peer", "-c", "-q", "1", "-t",
                        "pikapalaute/v1/+/+/press", "-E"], check=True)
        try:
            for number in range(rounds):
                rig.service.stop()
                rig.publish(count, presses)
                if number % 2:
                    peer = rig.peer(count)
                    found.append((*drain(rig, count, presses), *peer))
                else:
                    found.append((*drain(rig, count, presses), *rig.peer(count)))
        finally:
            rig.stop()
    return found


def steady(rate, devices, seconds):
    """Milliseconds from sending a frame to its answer: (median, 99th percentile, longest)."""
    with tempfile.TemporaryDirectory() as folder:
        with BenchRig(pathlib.Path(folder), devices) as rig:
            lines = rig.publish(rate * seconds, 1, rate).stdout.splitlines()
    return tuple(float(value) for value in lines[1].split())


def reload(rate, devices, seconds):
    """The same of the first half as it is, and of the second, in which another registry of all devices
    is applied every five seconds; every press must be counted. ((median, p99, longest) twice, times)"""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with BenchRig(folder, devices) as rig:
            rig.publish(devices, 1)
            quiet = rig.publish(rate * seconds // 2, 1, rate).stdout.splitlines()[1]
            before = rig.service.log().count("registry: version")
            load = subprocess.Popen(
                rig.publishing(rate * seconds // 2, 1, rate), stdout=subprocess.PIPE, text=True)
            hour = 8
            while load.poll() is None:
                registry(folder, devices, f"opening_hours: 'Mo-Su {hour:02}:00-20:00', ")
                rig.service.child.send_signal(signal.SIGHUP)
                hour = 8 if hour == 15 else hour + 1
                with contextlib.suppress(subprocess.TimeoutExpired):
                    load.wait(5)
            changed = load.stdout.read().splitlines()[1]
            done, wanted = rig.counter("presses_total"), devices + rate * seconds // 2 * 2
            assert done == wanted, f"{done} of {wanted} counted"
            applied = rig.service.log().count("registry: version") - before
    return [tuple(float(value) for value in line.split()) for line in (quiet, changed)] + [applied]


def rebuild(presses):
    """Seconds to count so many stored presses again, in frames of 100."""
    with tempfile.TemporaryDirectory() as folder:
        rig = BenchRig(pathlib.Path(folder), 1000)
        rig.start()
        rig.publish(presses // 100, 100)
        while rig.counter("presses_total") < presses:
            time.sleep(0.05)
        rig.stop()
        start = time.monotonic()
        subprocess.run([BUILD / "pikapalaute", "rebuild", "--database", rig.database], check=True,
                       stdout=subprocess.DEVNULL)
        return time.monotonic() - start


def resident(devices):
    """MiB resident with so many devices, after 100 000 messages."""
    with tempfile.TemporaryDirectory() as folder:
        with BenchRig(pathlib.Path(folder), devices) as rig:
            rig.publish(100_000, 1)
            while rig.counter("presses_total") < 100_000:
                time.sleep(0.05)
            status = pathlib.Path(f"/proc/{rig.service.child.pid}/status").read_text()
            return int(status.split("VmRSS:")[1].split()[0]) // 1024


def main():
    build()
    for ours, ours_cpu, theirs, theirs_cpu in backlog(*(int(a) for a in sys.argv[1:5])):
        print(f"ours {ours:.3f} s (processor {ours_cpu:.2f}), mosquitto_sub {theirs:.3f} s "
              f"({theirs_cpu:.2f}), ratio of rates {theirs / ours:.2f}", flush=True)


if __name__ == "__main__":
    main()

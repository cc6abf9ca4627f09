"""The whole way: a backlog from mosquitto into committed SQLite, beside mosquitto_sub."""

import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/integration"))

from rig import Rig, Process  # noqa: E402

ACL = """\
user pikapalaute
topic readwrite #
user loader
topic readwrite #
user peer
topic readwrite #
"""


def registry(folder, devices):
    file = folder / "registry.yaml"
    lines = ["site: bench", "time_zone: Europe/Helsinki", "questions:",
             "  - {id: palvelu, buttons: 4}", "nodes:"]
    for number in range(devices):
        lines.append(f"  - {{id: place-{number:05}, kind: touchpoint, question: palvelu, "
                     f"repeat_interval_s: 0, devices: [{{id: bench-{number:05}}}]}}")
    file.write_text("\n".join(lines) + "\n")
    return file


class BenchRig(Rig):
    """A broker, a service and a loader that fills the broker."""

    def __init__(self, folder, devices):
        self.devices = devices
        super().__init__(folder, registry(folder, devices),
                         {"loader": "loader-secret", "peer": "peer-secret"}, ACL)

    def publish(self, count, presses, rate=0):
        command = ["/tmp/publish", self.mqtt_port, "loader", "loader-secret", "bench",
                   self.devices, count, presses, rate]
        return subprocess.run([str(a) for a in command], check=True, capture_output=True, text=True)

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
        _, _, usage = __import__("os").wait4(child.pid, 0)
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
            time.sleep(0.002)
            started_cpu = processor_seconds(rig.service.child.pid)
            started = time.monotonic()
            continue
        if done >= wanted:
            return (time.monotonic() - started,
                    processor_seconds(rig.service.child.pid) - started_cpu)
        if done == 0:
            started = time.monotonic()
            started_cpu = processor_seconds(rig.service.child.pid)
        time.sleep(0.005)
    raise RuntimeError(f"drained {done} of {wanted}\n{rig.service.log()}")


def main():
    count, presses, devices, repeats = (int(a) for a in sys.argv[1:5])
    with tempfile.TemporaryDirectory() as folder:
        rig = BenchRig(pathlib.Path(folder), devices)
        rig.broker.start()
        time.sleep(0.3)
        rig.service.start()
        rig.wait_until_ready()
        subprocess.run(["mosquitto_sub", "-p", str(rig.mqtt_port), "-u", "peer", "-P",
                        "peer-secret", "-i", "peer", "-c", "-q", "1", "-t",
                        "pikapalaute/v1/+/+/press", "-E"], check=True)
        try:
            for _ in range(repeats):
                rig.service.stop()
                taken = rig.publish(count, presses).stdout.strip()
                ours, ours_cpu = drain(rig, count, presses)
                theirs, theirs_cpu = rig.peer(count)
                print(f"published in {taken} s; ours {ours:.3f} s (cpu {ours_cpu:.2f}), "
                      f"mosquitto_sub {theirs:.3f} s (cpu {theirs_cpu:.2f}), "
                      f"ratio of rates {theirs / ours:.2f}", flush=True)
                time.sleep(1.1)
        finally:
            rig.stop()


if __name__ == "__main__":
    main()

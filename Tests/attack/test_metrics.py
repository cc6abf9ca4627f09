"""What /metrics says of latencies, sizes and silent devices is what happened."""

import json
import os
import re
import threading
import time
import urllib.request

from city import CityRig
from faults import Faults
from frames import Frame, Press, encode_frame
from posting import wait_until
from test_epoch_flood import Terminal

SYNC_MS = 60
PRESSES = 30


def scrape(rig):
    """Every number of the page, by its name with its labels."""
    with urllib.request.urlopen(f"{rig.http}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    names = re.findall(r"^# TYPE (\S+)", page, re.M)
    assert len(names) == len(set(names)), "a metric is told twice"
    return {name.removeprefix("pikapalaute_"): float(value) for name, value in re.findall(
        r"^(pikapalaute_\S+) (\S+)$", page, re.M)}


def silent_devices(rig):
    return {device["id"] for device in json.loads(rig.get("/api/v1/devices")[1])["devices"]
            if device["silent"]}


def classes(numbers, name):
    """(bound in s, how many took at most that long), in order."""
    found = re.findall(rf'{name}_bucket{{le="([^"]+)"}}', "\n".join(numbers))
    return [(float(bound), numbers[f'{name}_bucket{{le="{bound}"}}']) for bound in found]


def test_latencies_sizes_and_silent_devices_are_told_as_they_are(tmp_path):
    with CityRig(tmp_path) as rig:
        faults = Faults(rig.folder, rig.mqtt_port)
        faults.spare()
        rig.service.stop()
        rig.service.environment.update(faults.environment)
        rig.service.start()
        rig.wait_until_ready()
        before, silent = scrape(rig), silent_devices(rig)
        assert before["silent_devices"] == len(silent)
        # Nobody has said anything yet, so all are silent that stand where it is open now.
        name = next(iter(silent), "hn-0001")
        faults["sync_delay_ms"] = SYNC_MS
        terminal = Terminal(rig, name)
        for _ in range(PRESSES):
            assert terminal.press()
        terminal.close()
        silent = silent_devices(rig)
        assert name not in silent
        # That number may be ten seconds old.
        wait_until(lambda: scrape(rig)["silent_devices"] == len(silent), within_s=20)
        after = scrape(rig)
        for name in ("commit_seconds", "acknowledgement_seconds"):
            old, new = dict(classes(before, name)), dict(classes(after, name))
            values = list(new.values())
            assert values == sorted(values) and values[-1] == after[f"{name}_count"]
            grown = after[f"{name}_count"] - before[f"{name}_count"]
            assert grown >= PRESSES, f"{name}: {grown}"
            # Each of them had to wait for a sync, and none for much more.
            quick = new[0.05] - old[0.05]
            assert quick == 0, f"{name}: {quick} of {grown} within 50 ms at a sync of {SYNC_MS} ms"
            seconds = after[f"{name}_sum"] - before[f"{name}_sum"]
            assert SYNC_MS / 1000 <= seconds / grown < 1, f"{name}: {seconds / grown:.3f} s each"
        assert after["commits_total"] - before["commits_total"] >= PRESSES
        assert after["wal_bytes"] == os.stat(f"{rig.database}-wal").st_size > 0
        assert after["database_bytes"] == os.stat(rig.database).st_size
        disk = os.statvfs(rig.folder)
        free = disk.f_bavail * disk.f_frsize
        assert abs(after["disk_free_bytes"] - free) < max(1 << 28, free / 20)


def test_presses_that_wait_over_http_are_told_with_their_bytes(tmp_path):
    with CityRig(tmp_path) as rig:
        name = next(name for name in rig.credentials if name != "pikapalaute")
        site = next(line.split(":", 1)[1].strip().strip('"')
                    for line in (rig.city / "registry.yaml").read_text().splitlines()
                    if line.startswith("site:"))
        faults = Faults(rig.folder, rig.mqtt_port)
        faults.spare()
        rig.service.stop()
        rig.service.environment.update(faults.environment)
        rig.service.start()
        rig.wait_until_ready()
        faults["sync_delay_ms"] = 1500
        statuses = []

        def post(number):
            body = encode_frame(Frame(number, 0, int(time.time()), [Press(int(time.time()))]))
            request = urllib.request.Request(
                f"{rig.http}/ingest/v1/{site}/{name}/press", data=body, method="POST",
                headers={"Authorization": f"Bearer {rig.token}",
                         "Content-Type": "application/octet-stream"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                statuses.append(answer.status)

        threads = [threading.Thread(target=post, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        seen = 0
        deadline = time.monotonic() + 20
        while any(t.is_alive() for t in threads) and time.monotonic() < deadline:
            numbers = scrape(rig)
            assert (numbers["submissions"] > 0) == (numbers["submission_bytes"] > 0)
            seen = max(seen, numbers["submissions"])
            time.sleep(0.02)
        for thread in threads:
            thread.join()
        assert statuses == [200] * 4 and seen >= 1
        numbers = scrape(rig)
        assert numbers["submissions"] == numbers["submission_bytes"] == 0
        assert numbers["submissions_refused_total"] == 0

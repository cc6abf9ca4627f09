"""Frames of visits are old: the service erases them, and every count stays."""

import subprocess
import time

import pytest
from faults import Faults
from posting import DEVICES, Frame, Press, Service, encode_frame, wait_until
from power_cuts import stored
from rig import BUILD

DAY_S = 86_400
PHONES, TERMINAL = DEVICES[:2], DEVICES[2]
REGISTRY = f"""\
site: helsinki
time_zone: Europe/Helsinki
questions: [{{id: kaynti, buttons: 4}}]
nodes:
  - {{id: etela, kind: touchpoint, channel: visit, question: kaynti, visit_interval_s: 0,
      devices: [{", ".join("{id: %s}" % phone for phone in PHONES)}]}}
  - {{id: aula, kind: touchpoint, question: kaynti, repeat_interval_s: 0, devices: [{{id: {TERMINAL}}}]}}
"""


class Care(Service):
    def __init__(self, folder, faults):
        super().__init__(folder, environment=faults.environment)
        (folder.parent / f"{folder.name}.yaml").write_text(REGISTRY)

    def command(self, *arguments):
        done = subprocess.run([BUILD / "pikapalaute", *arguments, "--database", self.folder / "p.sqlite"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout


def rated(device, first, days_ago, count=12):
    """Frames of a device's journal, one after the other, sent so long ago."""
    epoch = 7 + DEVICES.index(device)
    sent = int(time.time()) - days_ago * DAY_S
    return [Frame(epoch, first + 2 * index, sent + index, [Press(sent - 9, index, 3), Press(sent - 5, index, 1)])
            for index in range(count)]


def files(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_old_frames_of_visits_go_and_every_count_stays(folder, tmp_path):
    faults = Faults(tmp_path)
    old, young = {device: rated(device, 0, 420) for device in DEVICES[:3]}, {}
    faults["clock_offset_ms"] = -420 * DAY_S * 1000
    with Care(folder, faults) as service:
        for device, frames in old.items():
            service.post(device, frames)
        assert service.end() == 0
    # What is 390 days old stays.
    faults["clock_offset_ms"] = -390 * DAY_S * 1000
    with Care(folder, faults) as service:
        for device in DEVICES[:3]:
            young[device] = rated(device, 24, 390)
            service.post(device, young[device])
        assert service.end() == 0
    before = stored(folder / "p.sqlite")
    assert all(encode_frame(frame) in files(folder) for frames in old.values() for frame in frames)

    faults["clock_offset_ms"] = 0
    with Care(folder, faults) as service:
        wait_until(lambda: service.metric("pikapalaute_erased_frames_total") == 24, within_s=60)
        # A reader that needs the WAL keeps it for a minute.
        wait_until(lambda: encode_frame(old[PHONES[0]][0]) not in files(folder), within_s=90)
        kept = files(folder)
        for device in DEVICES[:3]:
            assert all((encode_frame(frame) in kept) == (device == TERMINAL) for frame in old[device])
            assert all(encode_frame(frame) in kept for frame in young[device])
        # Sent again it is a repetition; what is new counts.
        for phone in PHONES:
            service.post(phone, old[phone] + young[phone])
        assert stored(folder / "p.sqlite")[1] == before[1]
        service.post(PHONES[0], rated(PHONES[0], 48, 0, count=1))
        told = service.command("rebuild")
        assert "nothing differs" in told
        assert all(f"{phone}: " in told for phone in PHONES) and TERMINAL not in told, told
        assert told.count("stand on counts alone; 12 frames received until ") == 2
        assert "counts alone" in service.command("check")
        assert service.end() == 0
    lines = [line for line in service.command("audit").splitlines() if "frames erased" in line]
    assert lines and all("their counts stay" in line and "service" in line for line in lines)


def test_a_copy_made_before_keeps_the_frames_and_loses_them_once_it_serves(folder, tmp_path):
    faults = Faults(tmp_path)
    faults["clock_offset_ms"] = -420 * DAY_S * 1000
    frames = rated(PHONES[0], 0, 420)
    with Care(folder, faults) as service:
        service.post(PHONES[0], frames)
        service.command("backup", folder / "copy.sqlite")
        assert service.end() == 0
    faults["clock_offset_ms"] = 0
    with Care(folder, faults) as service:
        wait_until(lambda: service.metric("pikapalaute_erased_frames_total") == 12, within_s=60)
        assert service.end() == 0
    copy = folder / "copy.sqlite"
    assert all(encode_frame(frame) in copy.read_bytes() for frame in frames)
    counts = stored(folder / "p.sqlite")[1]
    service.command("restore", copy)
    copy.unlink()
    for aside in folder.glob("p.sqlite.aside*"):
        aside.unlink()
    with Care(folder, faults) as service:
        wait_until(lambda: service.metric("pikapalaute_erased_frames_total") == 12, within_s=60)
        assert service.end() == 0
    assert not any(encode_frame(frame) in files(folder) for frame in frames)
    assert stored(folder / "p.sqlite")[1] == counts

"""The demo city's recent stretch: exact day by day, and the same for the same seed and day."""

import json
import subprocess
import urllib.request

from city import CityRig, make_city
from rig import BUILD

# Its recent stretch begins on 1 February 2024; the tests take its first month.
MADE = ("--today", "2026-03-15")


def finish(simulator, code=0):
    said, _ = simulator.communicate(timeout=300)
    assert simulator.returncode == code, said
    return said


def test_days_are_added_to_the_recent_stretch_and_every_number_agrees_with_the_ledger(tmp_path):
    with CityRig(tmp_path, *MADE) as rig:
        finish(rig.simulate("recent", "--day", "2024-02-27", "--verify"))
        finish(rig.simulate(
            "recent-day", "--day", "2024-02-27", "--speed", "40000", "--start-hour", "7", "--verify"))
        # A later day repeats these journals, and adds another.
        said = finish(rig.simulate("recent", "--day", "2024-02-29", "--verify"))
        assert "recent 2024-02-01…2024-02-29" in said and "agree with the ledger" in said
        finish(rig.simulate("recent", "--day", "2024-02-29", "--verify-only", "--seed", "7"), code=1)
        rebuilt = rig.pikapalaute("rebuild")
        assert rebuilt.returncode == 0 and "nothing differs" in rebuilt.stdout, rebuilt.stdout
        _, body = rig.get("/api/v1/results?node=paivystykset&from=2024-02-01&to=2024-02-28&by=total")
        assert json.loads(body)["series"][0]["rows"][0]["responses"] > 3000


def test_what_managers_of_the_city_wrote_is_taken(tmp_path):
    with CityRig(tmp_path, *MADE) as rig:
        for note in (rig.city / "notes").read_text(encoding="utf-8").splitlines():
            request = urllib.request.Request(
                rig.http + "/api/v1/annotations", note.encode(),
                {"Authorization": f"Bearer {rig.token}"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 201
        rig.service.stop()
        for line in (rig.city / "boards").read_text(encoding="utf-8").splitlines():
            unit, language, text = line.split(" ", 2)
            said = rig.pikapalaute("board", "set", unit, "--lang", language, text)
            assert said.returncode == 0, said.stderr


def test_a_city_stays_as_of_the_day_on_which_it_was_made(tmp_path):
    city, _, _ = make_city(tmp_path, *MADE)
    made = {path.name: path.read_bytes() for path in city.iterdir()}
    make_city(tmp_path)
    assert {path.name: path.read_bytes() for path in city.iterdir()} == made
    wrong = subprocess.run(
        [BUILD / "simulator", "make-city", city, "--today", "2026-02-30"], capture_output=True, check=False)
    assert wrong.returncode == 64

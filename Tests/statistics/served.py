"""What the service itself says of places whose truth is known: history imported, asked by HTTP."""

import collections
import dataclasses
import datetime
import http.client
import json
import pathlib
import secrets
import subprocess
import sys

import numpy as np

import simulated

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from rig import BUILD, Rig  # noqa: E402

FIRST_DAY = datetime.date(2022, 1, 3)
FAMILY_PLACES = 12
ACL = "user pikapalaute\ntopic readwrite #\n"


@dataclasses.dataclass(frozen=True)
class Group:
    """Families of twelve places with so many responses a day and such days.

    With a difference, true indexes lie half of it above and below the typical one, by turns of
    `length` days; without, any length may be asked for.
    """

    a_day: float
    deviation: float
    difference: float = 0.0
    length: int = 0
    families: int = 1

    @property
    def name(self):
        numbers = self.a_day, self.deviation, self.difference, self.length
        return "g" + "-".join(str(round(10 * number)) for number in numbers)

    def places(self):
        for family in range(self.families):
            for place in range(FAMILY_PLACES):
                yield f"{self.name}-{family}", f"{self.name}-{family}-{place}"


def registry(groups):
    lines = ["site: helsinki", "time_zone: Europe/Helsinki",
             "questions: [{id: palvelu, buttons: 4}]", "nodes:"]
    for group in groups:
        for family, place in group.places():
            if place.endswith("-0"):
                lines += [f"  - id: {family}", "    kind: unit", "    nodes:"]
            lines.append(f"      - {{id: {place}, kind: touchpoint, question: palvelu}}")
    return "\n".join(lines) + "\n"


def write_history(path, groups, days, dice):
    """A line a day and place: all its responses in the hour from 10:00 UTC."""
    dates = [FIRST_DAY + datetime.timedelta(day) for day in range(days)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("node,start,count_0,count_1,count_2,count_3\n")
        for group in groups:
            turn = np.arange(days) // max(1, group.length) % 2
            common = (turn - 0.5) * group.difference
            for _, place in group.places():
                tallies, = simulated.days(
                    dice, 1, days, group.a_day, group.deviation, common=common)
                for date, tally in zip(dates, tallies):
                    if tally.sum():
                        file.write(f"{place},{date}T10:00:00Z,{','.join(map(str, tally))}\n")


class Served:
    """A service that holds the history of the groups."""

    def __init__(self, folder, groups, days, seed):
        self.folder, self.groups, self.days = pathlib.Path(folder), groups, days
        (self.folder / "registry.yaml").write_text(registry(groups), encoding="utf-8")
        write_history(self.folder / "history.csv", groups, days, np.random.default_rng(seed))
        self.rig = Rig(self.folder, self.folder / "registry.yaml",
                       {"tester": secrets.token_hex(8)}, ACL)

    def __enter__(self):
        self.rig.start()
        self.rig.service.stop()
        subprocess.run(
            [BUILD / "pikapalaute", "import", self.folder / "history.csv", "--database",
             self.rig.database], check=True, capture_output=True, text=True)
        self.rig.service.start()
        self.rig.wait_until_ready()
        self.http = http.client.HTTPConnection("127.0.0.1", self.rig.http_port, timeout=60)
        return self

    def __exit__(self, *_):
        self.http.close()
        self.rig.stop()

    def comparison(self, node, start, end):
        self.http.request("GET", f"/api/v1/comparison?node={node}&from={start}&to={end}",
                          headers={"Authorization": f"Bearer {self.rig.token}"})
        answer = self.http.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        series, = json.loads(body)["series"]
        return series

    def words(self, group, length, most=1000):
        """(words of each place from one period to the next, of each family whether one differs)."""
        words, families = collections.Counter(), collections.Counter()
        for first in range(0, self.days - 2 * length + 1, length):
            before, start, end = (
                FIRST_DAY + datetime.timedelta(first + turn * length) for turn in range(3))
            for _, place in group.places():
                if words.total() >= most:
                    return words, families
                series = self.comparison(place, start, end)
                # Thirty days that are a whole month are compared with a month, not with thirty.
                if series["before"]["start"][:10] == str(before):
                    words[series["before"]["change"]["verdict"]] += 1
                if place.endswith("-0"):
                    units = series["siblings"]["rows"]
                    families[any(u["change"]["verdict"] in ("higher", "lower") for u in units)] += 1
        return words, families


def different(words):
    """Share called higher or lower, of all."""
    return (words["higher"] + words["lower"]) / max(1, words.total())

"""The city's own report through every format, and the reporting page as it is written."""

import collections
import csv
import io
import json
import os
import pathlib
import subprocess
import sys

import frictionless
import pytest
from city import CityRig
from pyjstat import pyjstat
from rig import BUILD, ROOT

# Responses and shown index of the city's own report, 2018 to 12 September.
REPORT = {
    2017: {"terveysasemat": (120725, 86), "hammashoitolat": (147671, 89),
           "paivystykset": (17595, 81), "palvelukeskukset": (10938, 91)},
    2018: {"terveysasemat": (132308, 87), "hammashoitolat": (86957, 89),
           "paivystykset": (14076, 80), "palvelukeskukset": (32591, 94)},
}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """A service that counted both years of the report."""
    with CityRig(tmp_path_factory.mktemp("report")) as rig:
        for year in REPORT:
            simulator = rig.simulate(f"table-{year}", "--verify")
            output, _ = simulator.communicate(timeout=300)
            assert simulator.returncode == 0, output
        yield rig


def get(rig, path):
    status, body = rig.get(path)
    assert status == 200, body
    return body


def results(rig, node, year, form, by="year", more=""):
    return get(rig, f"/api/v1/results?node={node}&from={year}-01-01&to={year + 1}-01-01&by={by}"
                    f"&format={form}{more}")


def shown(index):
    """Rounded half up."""
    return int(float(index) + 0.5)


def index_of(counts):
    return 100 * sum(k * n for k, n in enumerate(counts)) / ((len(counts) - 1) * sum(counts))


def by_json(rig, node, year):
    (series,) = json.loads(results(rig, node, year, "json"))["series"]
    (row,) = series["rows"]
    return row["responses"], shown(row["index"])


def by_csv(rig, node, year):
    (row,) = csv.DictReader(io.StringIO(results(rig, node, year, "csv")))
    return int(row["responses"]), shown(row["index"])


def by_jsonstat(rig, node, year):
    dataset = pyjstat.Dataset.read(results(rig, node, year, "json-stat"))
    assert dataset["size"] == [1, 1, 1, 16]
    (time,) = dataset["dimension"]["time"]["category"]["index"]
    place = [{"node": node}, {"question": "palvelu"}, {"time": time}]
    return (dataset.get_value([*place, {"measure": "responses"}]),
            shown(dataset.get_value([*place, {"measure": "index"}])))


def by_months(rig, node, year):
    """Months of the places below, added up."""
    rows = [row for row in csv.DictReader(io.StringIO(
        results(rig, node, year, "csv", "month", "&children=true"))) if row["node"] != node]
    counts = [sum(int(row[f"count_{k}"]) for row in rows) for k in range(4)]
    return sum(counts), shown(index_of(counts))


def by_export(name):
    def read(rig, node, year):
        rows = list(csv.DictReader(io.StringIO(
            get(rig, f"/api/v1/exports/{node}/{year}/{name}.csv"))))
        counts = [sum(int(row[f"count_{k}"]) for row in rows) for k in range(4)]
        assert sum(int(row["responses"]) for row in rows) == sum(counts)
        return sum(counts), shown(index_of(counts))
    return read


FORMATS = {"json": by_json, "csv": by_csv, "json-stat": by_jsonstat, "months": by_months,
           "days.csv": by_export("days"), "hours.csv": by_export("hours")}


@pytest.mark.parametrize("year", REPORT)
@pytest.mark.parametrize("form", FORMATS)
def test_the_reports_table_comes_out_of_every_format(rig, form, year):
    found = {node: FORMATS[form](rig, node, year) for node in REPORT[year]}
    assert found == REPORT[year]


def test_a_years_single_presses_come_in_pages_that_add_up_to_its_results(rig):
    for node, limit in [("terveysasemat", 50_000), ("paivystykset", 7_000)]:
        outcomes, after, sizes, ends = collections.Counter(), "", [], []
        while after is not None:
            page = json.loads(get(
                rig, f"/api/v1/presses?node={node}&from=2017-01-01&to=2018-01-01&limit={limit}"
                + (f"&after={after}" if after else "")))
            for press in page["presses"]:
                outcomes[press["outcome"]] += press["count"]
            sizes.append(len(page["presses"]))
            ends += [press["at"] for press in page["presses"][:1] + page["presses"][-1:]]
            after = page["next"]
        # A page that takes long to read is shorter.
        print(node, sizes)
        assert max(sizes) <= limit and len(sizes) > 2
        assert ends == sorted(ends)
        (row,) = json.loads(results(rig, node, 2017, "json"))["series"][0]["rows"]
        assert outcomes["counted"] == row["responses"] == REPORT[2017][node][0]
        for outcome in ("excluded", "invalid", "lost"):
            assert outcomes[outcome] == row[outcome], outcome
        assert node != "paivystykset" or outcomes["invalid"] == 6 and outcomes["excluded"] > 100


def blocks(page):
    """The indented blocks of a page: its commands."""
    found, block = [], []
    for line in [*page.read_text().splitlines(), ""]:
        if line.startswith("    ") or (block and not line):
            block.append(line[4:])
        elif block:
            found.append("\n".join(block).strip() + "\n")
            block = []
    return found


def test_every_command_of_the_reporting_page_does_what_it_says(rig, tmp_path):
    """As written, one after the other in one shell, with `curl` failing where a status does."""
    (tmp_path / ".curlrc").write_text("fail\nshow-error\n")
    (tmp_path / "next.yaml").write_text(
        rig.registry.read_text().replace("repeat_interval_s: 2", "repeat_interval_s: 4"))
    commands = blocks(ROOT / "docs" / "reporting.md")
    assert len(commands) == 9, "a block of commands that this test does not know"
    script = "set -euo pipefail\n" + "".join(
        f"cd '{tmp_path}'\necho '== {number}'\n{block}" for number, block in enumerate(commands))
    path = [BUILD, pathlib.Path(sys.executable).parent, os.environ["PATH"]]
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=300, env={
            **os.environ, "HOST": rig.http, "CURL_HOME": str(tmp_path),
            "PIKAPALAUTE_DATABASE": str(rig.database), "PATH": ":".join(map(str, path))})
    assert done.returncode == 0, done.stdout + done.stderr
    printed = dict(enumerate(done.stdout.split("== ")[1:]))

    rows = [row for row in csv.DictReader(io.StringIO("".join(
        line + "\n" for line in printed[1].splitlines()[1:]))) if row["node"] != "node"]
    assert {row["node"]: (int(row["responses"]), shown(row["index"])) for row in rows} == (
        REPORT[2017])
    months = list(csv.DictReader((tmp_path / "months.csv").open()))
    assert sum(int(r["responses"]) for r in months if r["node"] == "terveysasemat") == 120725
    assert sum(int(r["responses"]) for r in months) == 2 * 120725
    weeks = list(csv.DictReader((tmp_path / "details.csv").open()))
    assert sum(int(r["late"]) for r in weeks) == 120725 and {r["imported"] for r in weeks} == {"0"}
    stat = pyjstat.Dataset.read((tmp_path / "months.json").read_text())
    assert stat["dimension"]["node"]["category"]["label"]["terveysasemat"] == "Hälsostationer"

    year = tmp_path / "year-2017"
    assert frictionless.validate(str(year / "datapackage.json")).valid
    days = list(csv.DictReader((year / "days.csv").open()))
    assert sum(int(r["responses"]) for r in days) == sum(n for n, _ in REPORT[2017].values())

    assert '"cause":"presses"' in printed[3] and '"responses":0' in printed[3]
    assert printed[4].startswith("4\nrevision ") and "palvelu,4,0," in printed[4]
    assert printed[5].count("nothing was changed") == 3 and printed[5].count("together") == 3
    presses = list(csv.DictReader((tmp_path / "presses.csv").open()))
    assert presses and {p["touchpoint"] for p in presses} == {"kallio-terveysasema-aula"}
    assert "segment 1, frame 1: device " in printed[7]
    pages = [row for row in csv.DictReader((tmp_path / "all.csv").open()) if row["at"] != "at"]
    assert len(pages) > 120725, "more than one page"
    assert sum(p["outcome"] == "counted" for p in pages) == 120725

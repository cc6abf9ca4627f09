"""Changes, charts, ranks and hours of the week over HTTP, against SciPy (Tests/statistics).

A service of its own: random presses go in by HTTP, and every number that comes out is computed
again from the results that the same service gives hour by hour.
"""

import csv
import datetime
import io
import json
import math
import os
import random
import secrets
import sys
import urllib.parse
import zoneinfo
from pathlib import Path

import pytest

import peer
from peer import get, post_press
from rig import Rig
from test_openapi import check

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "statistics"))

import reference  # noqa: E402

ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
PLACES = [f"asema-{k}" for k in range(6)]
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
visits: {minimum: 0}
questions:
  - {id: palvelu, buttons: 4, text: {fi: Palvelu}}
  - {id: kohtaaminen, buttons: 5, text: {fi: Kohtaaminen}}
  - {id: kaynti, buttons: 3, text: {fi: Käynti}}
nodes:
  - id: asemat
    kind: service
    nodes:
""" + "".join(f"""\
      - id: {place}
        kind: unit
        nodes:
          - id: {place}-aula
            kind: touchpoint
            questions: [palvelu, kohtaaminen]
            repeat_interval_s: 0
            devices: [{{id: dev-{place}, from: 2020-01-01}}]
""" for place in PLACES) + "".join(f"""\
  - id: {area}
    kind: area
    nodes:
""" + "".join(f"""\
      - id: {area}-{team}
        kind: touchpoint
        channel: visit
        question: kaynti
        repeat_interval_s: 0
        devices: [{{id: {area}-{team}, from: 2020-01-01}}]
""" for team in "ab") for area in ("etela", "pohjoinen")) + """\
      - id: pohjoinen-toimisto
        kind: touchpoint
        question: kaynti
        devices: [{id: toimisto, from: 2020-01-01}]
"""
FROM, TO = "2026-01-01", "2026-11-01"


@pytest.fixture(scope="module", autouse=True)
def statistics_service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    registry = folder / "registry.yaml"
    registry.write_text(REGISTRY, encoding="utf-8")
    before = {name: os.environ.get(name)
              for name in ("PIKAPALAUTE_TEST_HTTP", "PIKAPALAUTE_TEST_TOKEN")}
    with Rig(folder, registry, {"tester": secrets.token_hex(16)},
             "user pikapalaute\ntopic readwrite #\n") as rig:
        os.environ |= {"PIKAPALAUTE_TEST_HTTP": rig.http, "PIKAPALAUTE_TEST_TOKEN": rig.token}
        send_year()
        yield rig
        os.environ |= {name: value for name, value in before.items() if value}


def send_year():
    """Random presses over two years, fewer at small places; none at the last one this year."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    begin = int(datetime.datetime(2025, 1, 1, tzinfo=ZONE).timestamp())
    length_s = 670 * 86_400
    for number, place in enumerate(PLACES + ["etela-a", "etela-b", "pohjoinen-a", "toimisto"]):
        device = f"dev-{place}" if place in PLACES else place
        buttons = [4, 5] if place in PLACES else [3]
        mood = dice.uniform(0.2, 0.9)
        presses = []
        for _ in range([900, 900, 400, 100, 12, 50][number % 6]):
            slot = dice.randrange(len(buttons))
            weights = [math.exp(mood * k) for k in range(buttons[slot])]
            reach = length_s if number != 5 else 300 * 86_400
            at = datetime.datetime.fromtimestamp(begin + dice.randrange(reach), datetime.UTC)
            presses.append({
                "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "slot": slot,
                "button": dice.choices(range(buttons[slot]), weights)[0]})
        for start in range(0, len(presses), 500):
            body = json.dumps({"presses": presses[start:start + 500]}).encode()
            assert post_press(device, body).status == 200


@pytest.fixture(scope="module")
def document(statistics_service):
    return get("/api/v1/openapi.json", token=None).json


def ask(document, path, **query):
    query = {key.rstrip("_"): value for key, value in query.items()}
    response = get(path, **query)
    check(document, path, "get", response, 200)
    return response.json


def counts(node, question, start, end, by="total"):
    """Tallies of a node by period, from the results."""
    response = get("/api/v1/results", node=node, question=question, by=by,
                   **{"from": start, "to": end})
    assert response.status == 200, response.body
    return [row["counts"] for series in response.json["series"] for row in series["rows"]]


def same_change(change, wanted, own, other):
    same(change, wanted)
    assert [change["days"], change["other_days"]] == [
        sum(1 for tally in days if sum(tally)) for days in (own, other)]


def same(a, b, where=""):
    """Every member of `b` stands in `a`, numbers alike but for the last digits."""
    if isinstance(b, dict):
        for key in b:
            same(a[key], b[key], f"{where}.{key}")
    elif isinstance(b, list):
        assert len(a) == len(b), where
        for k, (one, other) in enumerate(zip(a, b)):
            same(one, other, f"{where}[{k}]")
    elif isinstance(b, float) and a is not None:
        assert math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-8), (where, a, b)
    else:
        assert a == b, (where, a, b)


def test_shares(document):
    answer = ask(document, "/api/v1/results", node="asemat", by="month", from_=FROM, to=TO)
    for series in answer["series"]:
        for row in series["rows"]:
            same(row["shares"], reference.shares(row["counts"]))
    empty = ask(document, "/api/v1/results", node="etela", from_="2020-01-01", to="2020-01-02")
    assert [row["shares"] for s in empty["series"] for row in s["rows"]] == [None]


@pytest.mark.parametrize("start, end", [
    ("2026-10-01", "2026-11-01"), ("2026-04-01", "2026-07-01"), ("2026-06-01", "2026-06-15"),
    ("2026-03-25", "2026-04-03"), ("2026-01-01", "2027-01-01"), ("2024-02-29", "2024-03-01"),
])
@pytest.mark.parametrize("node", ["asema-1", "asemat", "asema-3-aula", "helsinki"])
def test_comparison(document, node, start, end):
    answer = ask(document, "/api/v1/comparison", node=node, from_=start, to=end)
    periods = reference.periods(
        datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))
    assert {s["question"] for s in answer["series"]} >= {"palvelu", "kohtaaminen"}
    for series in answer["series"]:
        question = series["question"]
        own, = counts(node, question, start, end)
        own_days = counts(node, question, start, end, "day")
        assert series["now"]["counts"] == own
        same(series["now"]["shares"], reference.shares(own))
        for name, period in zip(("before", "year_ago"), periods):
            dates = [day.isoformat() for day in period]
            other, = counts(node, question, *dates)
            assert [series[name][edge][:10] for edge in ("start", "end")] == dates
            assert series[name]["counts"] == other
            other_days = counts(node, question, *dates, "day")
            same_change(series[name]["change"], reference.change(own_days, other_days),
                        own_days, other_days)
        family = [unit["node"] for unit in series["siblings"]["rows"]]
        wanted = {"asema-1": PLACES, "asema-3-aula": ["asema-3-aula"], "helsinki": [],
                  "asemat": ["asemat"]}[node]  # the others ask another question
        assert family == wanted
        units = [counts(place, question, start, end, "day") for place in family]
        if family:
            wanted = reference.siblings(units)
            assert series["siblings"]["comparisons"] == wanted["comparisons"]
            assert series["siblings"]["family_level"] == 0.95
            for unit, days, other in zip(series["siblings"]["rows"], units, wanted["units"]):
                assert unit["responses"] == sum(map(sum, days))
                assert unit["rest"]["responses"] == sum(other["rest"])
                same(unit["rest"]["index"], reference.mean_score(other["rest"]))
                same(unit["change"], other["change"])
        else:
            assert "no siblings" in series["siblings"]["reason"]


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("measure", reference.MEASURES)
@pytest.mark.parametrize("baseline", [None, 12, 7, 4])
def test_control_chart(document, by, measure, baseline):
    start = "2026-08-01" if by == "day" else "2025-01-01"
    extra = {"baseline": baseline} if baseline else {}
    for node in ("asemat", "asema-3"):
        answer = ask(document, "/api/v1/control-chart", node=node, from_=start, to=TO, by=by,
                     measure=measure, **extra)
        assert answer["baseline"] == baseline
        for series in answer["series"]:
            tallies = counts(node, series["question"], start, TO, by)
            wanted = reference.control_chart(tallies, measure, baseline)
            for name in ("center", "sigma_z", "baseline_points", "trial"):
                same(series[name], wanted[name], name)
            points = series["rows"]
            assert [p["responses"] for p in points] == [sum(t) for t in tallies]
            same([p["value"] for p in points], wanted["values"])
            same([p["limits"] and [p["limits"]["low"], p["limits"]["high"]] for p in points],
                 wanted["limits"])
            assert [p["signals"] for p in points] == wanted["signals"]


@pytest.mark.parametrize("question", ["palvelu", "kohtaaminen"])
def test_ranking(document, question):
    answer = ask(document, "/api/v1/ranking", node="asemat", question=question, from_=FROM, to=TO)
    series, = answer["series"]
    tallies = [counts(place, question, FROM, TO)[0] for place in PLACES]
    wanted = reference.ranking(tallies)
    for name in ("mean", "between_variance", "within_variance"):
        same(series[name], wanted[name])
    places = [unit["node"] for unit in series["rows"]]
    assert sorted(places) == PLACES
    for unit in series["rows"]:
        place = PLACES.index(unit["node"])
        other = wanted["units"][place]
        assert unit["responses"] == sum(tallies[place])
        if other is None:
            assert unit["rank"] is None and unit["shrunk"] is None
            continue
        same(unit, {name: other[name] for name in ("shrunk", "rank", "rank_low", "rank_high")})
        same(unit["shrunk_interval"], other["interval"])
    ranks = [unit["rank"] or 99 for unit in series["rows"]]
    assert ranks == sorted(ranks)


def test_hour_of_week(document):
    """Over both changes of the clocks, and over less than a week."""
    for start, end in [("2026-03-01", "2026-11-01"), ("2026-06-02", "2026-06-03")]:
        answer = ask(document, "/api/v1/hour-of-week", node="asemat", from_=start, to=end)
        for series in answer["series"]:
            hourly = counts("asemat", series["question"], start, end, "hour")
            first = int(datetime.datetime.fromisoformat(start).replace(tzinfo=ZONE).timestamp())
            first //= 3600
            wanted = {(day, hour): (0, [0] * series["buttons"])
                      for day in range(1, 8) for hour in range(24)}
            cells = reference.hour_of_week(range(first, first + len(hourly)), "Europe/Helsinki")
            for cell, tally in zip(cells, hourly):
                hours, sums = wanted[cell]
                wanted[cell] = hours + 1, [a + b for a, b in zip(sums, tally)]
            for cell in series["rows"]:
                hours, tally = wanted.pop((cell["weekday"], cell["hour"]))
                assert (cell["hours"], cell["responses"]) == (hours, sum(tally)), cell
                same(cell["index"], reference.mean_score(tally))
                assert (cell["interval"] is None) == (sum(tally) == 0)
            assert not wanted


def test_visits_are_not_ranked(document):
    """Not finer than the area: teams are neither ranked nor compared with each other."""
    query = {"from": FROM, "to": TO}
    response = get("/api/v1/ranking", node="etela", **query)
    check(document, "/api/v1/ranking", "get", response, 400)
    assert response.json["parameter"] == "node" and "workers" in response.json["detail"]
    mixed = ask(document, "/api/v1/ranking", node="pohjoinen", **query)
    assert mixed["left_out"] == ["pohjoinen-a", "pohjoinen-b"]
    assert [u["node"] for s in mixed["series"] for u in s["rows"]] == ["pohjoinen-toimisto"]
    areas = ask(document, "/api/v1/ranking", node="helsinki", question="kaynti", **query)
    assert {u["node"] for s in areas["series"] for u in s["rows"]} == {"etela", "pohjoinen"}
    for node, reason in [("etela-a", "workers"), ("pohjoinen-toimisto", None)]:
        answer = ask(document, "/api/v1/comparison", node=node, **query)
        for series in answer["series"]:
            siblings = series["siblings"]
            assert not {"etela-a", "etela-b", "pohjoinen-a"} & {u["node"] for u in siblings["rows"]}
            if reason:
                assert reason in siblings["reason"] and siblings["rows"] == []
            else:
                assert siblings["left_out"] == ["pohjoinen-a", "pohjoinen-b"]


def flat(value, prefix=""):
    """An object of an answer as its cells: lists of objects are no cells, null has none."""
    cells = {}
    for name, member in value.items():
        if isinstance(member, dict):
            cells |= flat(member, f"{prefix}{name}_")
        elif not (isinstance(member, list) and member and isinstance(member[0], dict)):
            cells[prefix + name] = member
    return cells


def says(cell, value, comma):
    """Whether a cell of a table says what the JSON does."""
    if value is None:
        return cell == ""
    if isinstance(value, list):
        return cell == " ".join(value)
    if isinstance(value, (int, float)):
        return float(cell.replace(comma, ".")) == value
    return cell == value


TABLES = {"comparison": {}, "control-chart": {"by": "week"}, "ranking": {}, "hour-of-week": {}}


@pytest.mark.parametrize("dialect, separator, comma", [("comma", ",", "."), ("semicolon", ";", ",")])
@pytest.mark.parametrize("path", TABLES)
def test_every_statistic_says_the_same_as_a_table(document, path, dialect, separator, comma):
    query = {"node": "asema-1" if path == "comparison" else "asemat", "from": FROM, "to": TO,
             **TABLES[path]}
    answer = ask(document, f"/api/v1/{path}", **query)
    response = get(f"/api/v1/{path}", format="csv", dialect=dialect, **query)
    check(document, f"/api/v1/{path}", "get", response, 200)
    body = response.body.decode("utf-8")
    assert body.startswith("\ufeff") == (dialect == "semicolon")
    name = response.headers.get("content-disposition")
    assert name == (f'attachment; filename="{path}-{query["node"]}.csv"'
                    if dialect == "semicolon" else None)
    lines = list(csv.DictReader(io.StringIO(body.lstrip("\ufeff")), delimiter=separator))
    if path == "comparison":
        rows = [(series, {"node": query["node"], **series["now"]}) for series in answer["series"]]
        assert {line["other"] for line in lines} == {"", "before", "year_ago", "siblings"}
        siblings = [line for line in lines if line["other"] == "siblings"]
        assert [line["node"] for line in siblings] == [
            row["node"] for series in answer["series"] for row in series["siblings"]["rows"]]
        assert [line["change_verdict"] for line in siblings] == [
            row["change"]["verdict"] for series in answer["series"]
            for row in series["siblings"]["rows"]]
        lines = [line for line in lines if not line["other"]]
    else:
        rows = [(series, row) for series in answer["series"] for row in series["rows"]]
    assert len(lines) == len(rows) > 0
    for line, (series, row) in zip(lines, rows):
        cells = {"question": series["question"], **flat(row)}
        for column in set(line) & set(cells):
            assert says(line[column], cells[column], comma), (column, line, row)


@pytest.mark.parametrize("path", [*TABLES, "revisions"])
def test_an_answer_that_still_holds_is_not_sent_again(document, path):
    query = {"from": FROM, "to": TO, **TABLES.get(path, {})}
    if path != "revisions":
        query["node"] = "asemat"
    address = f"/api/v1/{path}?{urllib.parse.urlencode(query)}"
    first = peer.request("GET", address)
    assert first.status == 200 and first.json["revision"]["data"] > 0
    tag = first.headers["etag"]
    again = peer.request("GET", address, headers={"If-None-Match": tag})
    assert again.status == 304 and again.body == b""
    as_table = peer.request("GET", address, headers={"If-None-Match": tag, "Accept": "text/csv"})
    assert as_table.status == 200 and as_table.headers["etag"] != tag
    at = {"at": "2026-05-05T10:00:00Z", "button": 1}
    assert post_press("dev-asema-0", json.dumps({"presses": [at]}).encode()).status == 200
    after = peer.request("GET", address, headers={"If-None-Match": tag})
    assert after.status == 200 and after.json["revision"]["data"] > first.json["revision"]["data"]


@pytest.mark.parametrize("path, query, status, parameter", [
    ("comparison", {"node": "atlantis"}, 404, None),
    ("comparison", {"node": "asemat", "by": "day"}, 400, "by"),
    ("comparison", {"node": "asemat", "question": "x"}, 404, "question"),
    ("control-chart", {"node": "asemat"}, 400, "by"),
    ("comparison", {"node": "asemat", "dialect": "tab"}, 400, "dialect"),
    ("ranking", {"node": "asemat", "format": "json-stat"}, 400, "format"),
    ("comparison", {"node": "asemat", "to": FROM}, 400, "to"),
    ("comparison", {}, 400, "node"),
    ("control-chart", {"node": "asemat", "by": "hour"}, 400, "by"),
    ("control-chart", {"node": "asemat", "by": "week", "measure": "smiles"}, 400, "measure"),
    ("control-chart", {"node": "asemat", "by": "week", "baseline": "1"}, 400, "baseline"),
    ("control-chart", {"node": "asemat", "by": "week", "baseline": "+12"}, 400, "baseline"),
    ("control-chart", {"node": "asemat", "by": "day", "from": "2000-01-01"}, 400, "by"),
    ("ranking", {"node": "asema-0-aula"}, 400, "node"),
    ("ranking", {"node": "unassigned"}, 400, "node"),
    ("hour-of-week", {"node": "atlantis"}, 404, None),
    ("hour-of-week", {"node": "asemat", "from": "1970-01-02", "to": "2100-01-01"}, 400, "to"),
])
def test_refusals(document, path, query, status, parameter):
    response = get(f"/api/v1/{path}", **{"from": FROM, "to": TO, **query})
    check(document, f"/api/v1/{path}", "get", response, status)
    assert response.json.get("parameter") == parameter


def test_before_1970(document):
    answer = ask(document, "/api/v1/comparison", node="asemat", from_="1970-01-02", to="1970-02-01")
    assert [s["before"] for s in answer["series"]] == [None, None]
    assert [s["year_ago"] for s in answer["series"]] == [None, None]

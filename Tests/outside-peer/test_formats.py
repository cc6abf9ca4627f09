"""One number in every format: JSON, CSV, JSON-stat, a year's files, single presses.

Readers of others look at what leaves: pyjstat reads JSON-stat, frictionless the files of a year.
Random tests print their seed and take it from FORMATS_SEED.
"""

import collections
import csv
import datetime
import io
import itertools
import json
import os
import random
import subprocess
import time
import urllib.parse
import warnings

import frictionless
import pytest
from pyjstat import pyjstat

import model
from frames import Frame, Press, encode_frame
from peer import SITE, get, new_epoch, post_press, request

HOUR_S = 3600
MEASURES = ["responses", "index", "interval_low", "interval_high", "excluded", "invalid", "lost",
            "estimated", "late", "imported", *(f"count_{k}" for k in range(5)), "annulled"]
SUMS = [name for name in MEASURES if name != "index" and not name.startswith("interval")]
# Hours in which many devices press below: both changes of the clocks, a year's end, and hours in
# which dev-05 stands nowhere. No other test sends anything in these years but to 2026.
DAYS = ["2023-03-25", "2023-10-28", "2023-12-30", "2026-04-09"]
SENDERS = {  # device: (slots' questions, repeat interval)
    "dev-02": ([("palvelu", 4)], 2000), "dev-03": ([("palvelu", 4)], 0),
    "dev-05": ([("palvelu", 4)], 2000), "dev-06": ([("palvelu", 4), ("kohtaaminen", 5)], 0),
    "dev-07": ([("kaynti", 3)], 0), "dev-12": ([("kohtaaminen", 5)], 2000),
}
NODES = [SITE, "unassigned", "terveysasemat", "kallio", "vallila", "vallila-kaksi", "kallio-ovi",
         "vallila-aula", "kotihoito", "kotihoito-etela", "kotihoito-satunnainen",
         "kotihoito-toimisto"]


def seed():
    value = int(os.environ.get("FORMATS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"FORMATS_SEED={value}")
    return value


def at(text):
    """Seconds since 1970 of an RFC 3339 time; a bare date is UTC midnight."""
    moment = datetime.datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp())


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def send(device, payload, status=200):
    response = post_press(device, payload)
    assert response.status == status, response.body
    return response


def journal(dice, start_s, count, slots):
    """Presses with repeats, wrong buttons and slots, over two days."""
    moment, presses = start_s * 1000 + dice.randrange(HOUR_S * 1000), []
    for _ in range(count):
        moment += dice.choice([0, 1, 900, 1999, 2000, 2001, 60_000, 4_000_000])
        presses.append(Press(
            moment // 1000, moment % 1000, dice.choice([0, 1, 2, 2, 3, 3, 3, 4, 200]),
            dice.choice([0] * 6 + list(range(slots)) + [slots])))
    return presses


@pytest.fixture(scope="module")
def pressed():
    """The same random presses for every test of this module."""
    dice = random.Random(seed())
    for day, device in itertools.product(DAYS, SENDERS):
        presses = journal(dice, at(day), 40, len(SENDERS[device][0]))
        epoch, first = new_epoch(), dice.choice([0, 0, 3])
        send(device, encode_frame(Frame(epoch, first, int(time.time()), presses)))


def table(**query):
    response = get("/api/v1/results", format="csv", details="true", **query)
    assert response.status == 200 and response.type == "text/csv", response.body
    return list(csv.DictReader(io.StringIO(response.body.decode())))


def cells_of_json(value):
    found = {}
    for series in value["series"]:
        for row in series["rows"]:
            interval = row["interval"] or {"low": None, "high": None}
            counts = row["counts"] + [None] * (5 - len(row["counts"]))
            numbers = [row[name] for name in MEASURES[:2]] + [interval["low"], interval["high"]]
            numbers += [row[name] for name in MEASURES[4:10]] + counts + [row["annulled"]]
            key = (series["node"], series["question"], row["start"])
            assert key not in found
            found[key] = numbers
    return found


def cells_of_csv(rows):
    found = {}
    for row in rows:
        key = (row["node"], row["question"], row["start"])
        assert key not in found
        found[key] = [None if row.get(name, "") == "" else float(row[name]) for name in MEASURES]
    return found


def cells_of_jsonstat(text):
    dataset = pyjstat.Dataset.read(text)
    assert dataset["version"] == "2.0" and dataset["class"] == "dataset"
    assert dataset["id"] == ["node", "question", "time", "measure"]
    axes = [dataset["dimension"][name]["category"]["index"] for name in dataset["id"]]
    assert dataset["size"] == [len(axis) for axis in axes]
    for name, axis in zip(dataset["id"], axes):
        assert list(dataset["dimension"][name]["category"]["label"]) == axis
    keys = list(itertools.product(*axes))
    assert len(dataset["value"]) == len(keys)
    found = collections.defaultdict(dict)
    for (*place, measure), value in zip(keys, dataset["value"]):
        found[tuple(place)][measure] = value
    if keys:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            frame = dataset.write("dataframe", naming="id")
        assert len(frame) == len(keys)
        for row, value in zip(frame.itertuples(index=False), dataset["value"]):
            assert row.value == value or value is None, row
    return {place: [numbers[name] for name in MEASURES] for place, numbers in found.items()}


def test_json_csv_and_jsonstat_hold_the_same_numbers(pressed):
    dice = random.Random(seed())
    seen = collections.Counter()
    while seen["queries"] < 40 or seen["rows"] <= 500 or seen["responses"] <= 500:
        seen["queries"] += 1
        assert seen["queries"] <= 400, seen
        start = at(dice.choice(DAYS)) + HOUR_S * dice.randrange(-30, 30)
        by = dice.choice(["hour", "day", "week", "month", "quarter", "year", "total"])
        hours = dice.randrange(1, 60 if by == "hour" else 20_000)
        query = {"node": dice.choice(NODES), "by": by, "from": utc(start),
                 "to": utc(start + HOUR_S * hours), "children": dice.choice(["true", "false"])}
        if dice.random() < 0.3:
            query["question"] = dice.choice(["palvelu", "kohtaaminen", "kaynti"])
        as_json = cells_of_json(get("/api/v1/results", **query).json)
        assert cells_of_csv(table(**query)) == as_json, query
        response = get("/api/v1/results", format="json-stat", **query)
        assert response.status == 200 and response.type == "application/json"
        stat = cells_of_jsonstat(response.body.decode())
        assert {key: row for key, row in stat.items() if any(v is not None for v in row)} == as_json
        assert as_json.keys() <= stat.keys()
        seen["rows"] += len(as_json)
        seen["responses"] += sum(row[0] for row in as_json.values())


def test_names_in_jsonstat_follow_the_language():
    wanted = {
        "fi": ("Terveysasemat", "Kuinka tyytyväinen olit saamaasi palveluun?"),
        "sv": ("Hälsostationer", "Hur nöjd var du?"),
        "en": ("Health stations", "How satisfied were you?"),
    }
    query = {"node": "terveysasemat", "from": "2023-01-01", "to": "2024-01-01", "by": "year",
             "format": "json-stat", "children": "true"}
    for language, (place, question) in wanted.items():
        dimension = get("/api/v1/results", lang=language, **query).json["dimension"]
        names = dimension["node"]["category"]["label"]
        # What the registry has no such name of is named in Finnish.
        assert names == {"terveysasemat": place, "kallio": "Kallion terveysasema",
                         "vallila": "Vallilan terveysasema"}
        texts = dimension["question"]["category"]["label"]
        assert texts == {"palvelu": question, "kohtaaminen": "Kohdattiinko sinut arvostavasti?"}
    assert get("/api/v1/results", **query).json["dimension"]["node"]["category"]["label"][
        "terveysasemat"] == "Terveysasemat"
    assert "lang" in get("/api/v1/results", lang="de", **query).problem(400)


def test_jsonstat_without_any_series_is_still_a_dataset():
    value = get("/api/v1/results", **{
        "node": "kallio-ovi", "question": "kaynti", "from": "2023-01-01", "to": "2023-02-01",
        "format": "json-stat"}).json
    assert value["size"] == [0, 0, 1, 16] and value["value"] == []
    assert "Kallio, ovi" in value["label"]


# --- a year's files ------------------------------------------------------------------------

def export(place, year, name):
    response = get(f"/api/v1/exports/{place}/{year}/{name}")
    assert response.status == 200, response.body
    return response


@pytest.mark.parametrize("place, year", [(SITE, 2023), (SITE, 2026), ("vallila", 2023),
                                         ("kallio-ovi", 2026), (SITE, 1990)])
def test_the_files_of_a_year_validate_and_add_up(pressed, tmp_path, place, year):
    tables = {}
    for name in ("hours.csv", "days.csv", "datapackage.json"):
        (tmp_path / name).write_bytes(export(place, year, name).body)
        if name.endswith(".csv"):
            tables[name] = list(csv.DictReader(io.StringIO((tmp_path / name).read_text())))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == 2
    days = {}
    for row in tables["hours.csv"]:
        key = (row["node"], row["question"], row["start"][:10])
        total = days.setdefault(key, [0] * len(SUMS))
        for k, name in enumerate(SUMS):
            total[k] += int(row[name] or 0)
    assert days == {
        (row["node"], row["question"], row["start"][:10]): [int(row[n] or 0) for n in SUMS]
        for row in tables["days.csv"]}
    for row in tables["days.csv"]:
        counts = [int(row[f"count_{k}"]) for k in range(5) if row[f"count_{k}"]]
        exact = model.index(counts)
        assert row["index"] == "" if exact is None else abs(float(row["index"]) - exact) < 0.0051
    # What each touchpoint's results say of the year, and their sum what the place's say.
    span = {"from": f"{year}-01-01", "to": f"{year + 1}-01-01", "by": "year"}
    totals = collections.defaultdict(collections.Counter)
    for (node, question, _), numbers in days.items():
        totals[node, question].update(dict(zip(SUMS, numbers)))
    for (node, question), numbers in totals.items():
        row, = [r for r in table(node=node, **span) if r["question"] == question]
        assert {name: int(row.get(name) or 0) for name in SUMS} == {
            name: numbers[name] for name in SUMS}
    whole = collections.defaultdict(collections.Counter)
    for (_, question), numbers in totals.items():
        whole[question].update(numbers)
    for row in table(node=place, **span):
        assert all(int(row.get(n) or 0) == whole[row["question"]][n] for n in SUMS), row
    if (place, year) == (SITE, 2026):
        assert any(node == "unassigned" for node, _ in totals)
    assert bool(totals) == (year != 1990)


def test_exports_that_are_not_there():
    assert get("/api/v1/exports/nowhere/2023/days.csv").status == 404
    assert get(f"/api/v1/exports/{SITE}/2023/weeks.csv").status == 404
    for year in ("1969", "2198", "x", "99999999999999999999"):
        assert "year" in get(f"/api/v1/exports/{SITE}/{year}/days.csv").problem(400)
    assert "by" in get(f"/api/v1/exports/{SITE}/2023/days.csv", by="day").problem(400)
    assert get(f"/api/v1/exports/{SITE}/1970/days.csv").status == 200


# --- what a client takes ---------------------------------------------------------------------

JSON, CSV = "application/json", "text/csv"
STAT = 'application/json; profile="https://json-stat.org/format/"'
TABLES = {  # every answer that comes in several forms
    "/api/v1/results": {"node": "kallio-ovi", "from": "2023-03-25", "to": "2023-03-26"},
    "/api/v1/presses": {"node": "kallio-ovi", "from": "2023-03-25", "to": "2023-03-26"},
}


@pytest.mark.parametrize("accept, wanted", [
    (None, JSON), ("*/*", JSON), ("text/html", JSON), (CSV, CSV), ("text/*", CSV),
    (f"{CSV};q=0, */*", JSON), (f"{JSON}, {CSV};q=0", JSON), (f"{CSV};q=0", JSON),
    (f"{JSON};q=0.1, {CSV};q=0.2", CSV), (f"{JSON};q=0.2, {CSV};q=0.1", JSON),
    (f"{JSON};q=0, */*", CSV), (f"{CSV};q=nonsense", JSON), (f"{JSON};q=0", None),
    ("*/*;q=0", None), (f"{JSON};q=0, {CSV};q=0", None),
])
@pytest.mark.parametrize("path", TABLES)
def test_accept_chooses_the_form_and_forbids_it(path, accept, wanted):
    answer = get(path, accept=accept, **TABLES[path])
    assert "accept" in answer.headers["vary"].lower(), "caches keep the forms apart"
    if wanted is None:
        assert accept in json.loads(answer.problem(406))["detail"]
        # The parameter says what is wanted, whatever a library puts into the header.
        for form, type in (("json", JSON), ("csv", CSV)):
            assert get(path, accept=accept, format=form, **TABLES[path]).type == type
    else:
        assert (answer.status, answer.type) == (200, wanted)


def test_json_stat_is_asked_for_by_its_profile():
    query = TABLES["/api/v1/results"]
    plain = get("/api/v1/results", format="json-stat", **query)
    for accept in (STAT, f"{CSV};q=0.5, {STAT}", f"{JSON};q=0.9, {STAT}"):
        answer = get("/api/v1/results", accept=accept, **query)
        assert answer.headers["content-type"] == plain.headers["content-type"] == STAT
        assert answer.body == plain.body and answer.json["class"] == "dataset"
        assert answer.headers["etag"] == plain.headers["etag"]
    for accept in (JSON, f"{STAT};q=0.5, {JSON}"):
        assert "series" in get("/api/v1/results", accept=accept, **query).json


@pytest.mark.parametrize("node, rule", [
    ("terveysasemat", "lockout/1"), ("kotihoito-etela", "visit/1"),
    ("kotihoito", "lockout/1, visit/1"), ("helsinki", "lockout/1, visit/1")])
def test_an_answer_names_the_rules_that_counted(node, rule):
    for path in (f"/api/v1/results?node={node}&from=2026-01-01&to=2026-02-01&by=month",
                 f"/api/v1/control-chart?node={node}&from=2026-01-01&to=2026-02-01&by=day"):
        assert get(path).json["revision"]["rule"] == rule, path


def test_a_copy_of_one_form_is_no_copy_of_another():
    query = {**TABLES["/api/v1/results"], "by": "day"}
    tags = {form: get("/api/v1/results", accept=form, **query).headers["etag"]
            for form in (JSON, CSV, STAT)}
    assert len(set(tags.values())) == 3
    for form in tags:
        for other, tag in tags.items():
            answer = request("GET", "/api/v1/results", query,
                             headers={"Accept": form, "If-None-Match": tag})
            assert answer.status == (304 if form == other else 200)
            assert "accept" in answer.headers["vary"].lower()


# --- copies that still hold -----------------------------------------------------------------

ADDRESSES = {
    **{form: ("/api/v1/results", {"node": "kallio-ovi", "from": "2022-06-01", "to": "2022-07-01",
                                  "by": "day", "format": form})
       for form in ("json", "csv", "json-stat")},
    "export": ("/api/v1/exports/kallio-ovi/2022/hours.csv", {}),
}


def conditional(path, query, tag):
    return request("GET", path, query, headers={"If-None-Match": tag})


def test_a_copy_holds_until_a_number_of_its_range_changes():
    send("dev-02", encode_frame(
        Frame(new_epoch(), 0, int(time.time()), [Press(at("2022-06-10") + 40_000, 0, 3)])))
    before = {name: request("GET", *address) for name, address in ADDRESSES.items()}
    tags = {name: answer.headers["etag"] for name, answer in before.items()}
    assert len({tags["json"], tags["csv"], tags["json-stat"]}) == 3
    for name, address in ADDRESSES.items():
        for held in (tags[name], f'W/{tags[name]}, "other"', f'"other", {tags[name]}', "*"):
            answer = conditional(*address, held)
            assert (answer.status, answer.body) == (304, b""), (name, held)
            assert answer.headers["etag"] == tags[name]
            assert answer.headers["cache-control"] == "private, max-age=300"
        assert conditional(*address, '"other"').body == before[name].body
        assert conditional(*address, tags[name].strip('"')).status == 200
        head = request("HEAD", *address)
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", tags[name])
        assert head.headers["content-length"] == str(len(before[name].body)), "no length but the true one"
        assert head.headers["content-type"] == before[name].headers["content-type"]

    # Another year's press changes nothing here.
    send("dev-02", encode_frame(
        Frame(new_epoch(), 0, int(time.time()), [Press(at("2021-06-10") + 40_000, 0, 3)])))
    for name, address in ADDRESSES.items():
        assert conditional(*address, tags[name]).status == 304, name
    # A repetition of what was counted neither; a new press does.
    late = encode_frame(
        Frame(new_epoch(), 0, int(time.time()), [Press(at("2022-06-20") + 40_000, 0, 1)]))
    for changes in (True, False):
        send("dev-02", late)
        for name, address in ADDRESSES.items():
            answer = conditional(*address, tags[name])
            assert answer.status == (200 if changes else 304), name
            assert not changes or answer.body != before[name].body
            tags[name] = answer.headers["etag"]


def test_how_long_a_copy_may_be_kept_without_asking():
    def kept(path, **query):
        return get(path, **query).headers["cache-control"]

    now = time.time() // HOUR_S * HOUR_S
    for end, wanted in [(now, "private, max-age=300"), (now + HOUR_S, "private, no-cache"),
                        (now + 9000 * HOUR_S, "private, no-cache")]:
        for form in ("json", "csv", "json-stat"):
            query = {"node": "kallio", "from": "2022-06-01T00:00:00Z", "to": utc(end),
                     "format": form}
            answer = get("/api/v1/results", **query)
            assert answer.headers["cache-control"] == wanted
            assert "authorization" in answer.headers["vary"].lower()
    assert kept("/api/v1/exports/kallio/2022/days.csv") == "private, max-age=300"
    year = datetime.datetime.now().year
    assert kept(f"/api/v1/exports/kallio/{year}/days.csv") == "private, no-cache"
    covered = get("/api/v1/results", **{
        "node": "kallio", "from": "2022-06-01", "to": "2022-07-01", "coverage": "true"})
    assert covered.status == 200 and "etag" not in covered.headers


# --- single presses --------------------------------------------------------------------------

class Listing(model.Device):
    """The model of a device that also remembers what became of each press."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.listed = []
        self.last = None

    def receive(self, received_ms, data):
        try:
            message = model.decode(data)
        except model.Malformed:
            return None
        self.epoch, self.sequence = message.epoch, message.first
        if message.epoch is not None:
            expected = self.next.get(message.epoch, 0)
            if message.first > expected and message.oldest:
                press = message.presses[0]
                time_ms, is_estimated = model.happened(press, message, received_ms)
                self.listed.append((
                    time_ms, self.slot(press), None, "lost", is_estimated,
                    message.first - expected, message.epoch, expected, None))
            self.sequence = max(expected, message.first)
        return super().receive(received_ms, data)

    def slot(self, press):
        return press.slot if press.slot < len(self.buttons) else 0

    def _count(self, press, received_ms, time_ms, is_estimated):
        place = self._bucket(time_ms, press.slot)
        before = dict(place)
        super()._count(press, received_ms, time_ms, is_estimated)
        outcome = next((n for n in ("invalid", "excluded") if place[n] > before[n]), "counted")
        here = (time_ms, self.epoch, self.sequence)
        self.listed.append((
            time_ms, self.slot(press), press.button, outcome, is_estimated, 1, self.epoch,
            self.sequence, self.last if outcome == "excluded" else None))
        if outcome == "counted":
            self.last = here
        if self.epoch is not None:
            self.sequence += 1


def milliseconds(text):
    moment = datetime.datetime.fromisoformat(text)
    return round(moment.timestamp() * 1000)


def flat(press):
    """A press of JSON as its line of CSV."""
    cells = {}
    for name, value in press.items():
        if name == "excluded_by":
            for part in ("at", "epoch", "sequence"):
                cells[f"excluded_by_{part}"] = value and value[part]
        else:
            cells[name] = value
    return {name: "" if value is None else str(value).lower() if isinstance(value, bool)
            else str(value) for name, value in cells.items()}


def next_page(response, form):
    """The address of the next page, as both forms say it; None after the last."""
    link = response.headers.get("link")
    if form == "json":
        assert (response.json["next"] is None) == (link is None)
        assert link is None or response.json["next"] in link
    if link is None:
        return None
    assert link.startswith("</api/v1/presses?") and link.endswith('>; rel="next"'), link
    return link[1:link.index(">")]


def pages(node, start, end, form, between=lambda: None, **query):
    """All pages, following the links."""
    path = "/api/v1/presses?" + urllib.parse.urlencode(
        {"node": node, "from": start, "to": end, "format": form, **query})
    while path:
        response = request("GET", path)
        assert response.status == 200, response.body
        yield response
        path = next_page(response, form)
        between()


def listing(node, start, end, **query):
    presses = [press for page in pages(node, start, end, "json", **query)
               for press in page.json["presses"]]
    rows = [row for page in pages(node, start, end, "csv", **query)
            for row in csv.DictReader(io.StringIO(page.body.decode()))]
    assert rows == [flat(press) for press in presses]
    return presses


def told(presses):
    return collections.Counter(
        (p["touchpoint"], p["question"], milliseconds(p["at"]), p["button"], p["outcome"],
         p["estimated"], p["imported"], p["device"], p["count"], p["epoch"], p["sequence"],
         p["excluded_by"] and (milliseconds(p["excluded_by"]["at"]), p["excluded_by"]["epoch"],
                               p["excluded_by"]["sequence"])) for p in presses)


def test_each_press_is_listed_once_with_what_became_of_it_and_where_it_came_from():
    dice = random.Random(seed())
    places = {"dev-02": "kallio-ovi", "dev-06": "vallila-kaksi", "dev-12": "kotihoito-satunnainen"}
    for device, touchpoint in places.items():
        questions, interval = SENDERS[device]
        day = f"2024-{dice.randrange(1, 12):02}-{dice.randrange(1, 28):02}"
        span = (utc(at(day)), utc(at(day) + 60 * HOUR_S))
        before = told(listing(touchpoint, *span))
        twin = Listing([buttons for _, buttons in questions], interval)
        epochs = [new_epoch(), new_epoch(), None]
        journals = {epoch: journal(dice, at(day), 60, len(questions)) for epoch in epochs}
        known = dict.fromkeys(epochs, 0)
        while any(known[e] < 60 for e in epochs):
            epoch = dice.choice(epochs)
            # The first epoch begins behind a gap that it says it can never fill.
            is_losing = epoch == epochs[0] and known[epoch] == 0
            gap = 0 if epoch is None else dice.randrange(1, 6) if is_losing \
                else dice.randrange(-9, 6)
            first = max(0, known[epoch] + gap)
            presses = journals[epoch][first:first + dice.randrange(1, 20)]
            if not presses:
                continue
            is_oldest = is_losing or dice.random() < 0.5
            now = int(time.time())
            if epoch is not None and dice.random() < 0.5:
                payload = encode_frame(Frame(epoch, first, now, presses, oldest=is_oldest))
            else:
                message = {
                    "presses": [
                        {"at": utc(p.at)[:-1] + f".{p.milliseconds:03}Z", "button": p.button,
                         "slot": p.slot} for p in presses]}
                if epoch is not None:
                    message |= {"epoch": epoch, "first": first, "oldest": is_oldest}
                payload = json.dumps(message).encode()
            answer = twin.receive(now * 1000, payload)
            send(device, payload, 409 if answer["rewind"] else 200)
            known[epoch] = first + len(presses) if epoch is None else answer["next"]
        wanted = collections.Counter(
            (touchpoint, questions[slot][0], moment, button, outcome, estimated, False, device,
             *rest) for moment, slot, button, outcome, estimated, *rest in twin.listed)
        assert {entry[4] for entry in wanted} == {"counted", "invalid", "lost"} | (
            {"excluded"} if interval else set())
        presses = listing(touchpoint, *span)
        if not before:  # the press before the first one is the model's own
            assert told(presses) == wanted
        else:
            assert told(presses).total() - before.total() == wanted.total()
        assert told(listing(touchpoint, *span, limit=dice.randrange(7, 40))) == told(presses)
        moments = [milliseconds(p["at"]) for p in presses]
        assert moments == sorted(moments)
        assert all(abs(milliseconds(p["received_at"]) - time.time() * 1000) < 3_600_000
                   for p in presses)
        assert all(p["segment"] >= 1 and p["frame"] >= 1 for p in presses)


def test_presses_of_clocks_that_are_not_set_are_listed_as_estimated():
    start = int(time.time()) // HOUR_S * HOUR_S - HOUR_S
    span = (utc(start), utc(start + 4 * HOUR_S))
    before = told(listing("kallio-labra", *span))
    send("dev-03", encode_frame(Frame(
        new_epoch(), 0, 1000, [Press(990, 250, 1), Press(None, 0, 2), Press(995, 0, 9)], False)))
    added = [p for p in listing("kallio-labra", *span) if not told([p]) <= before]
    assert [(p["button"], p["outcome"]) for p in sorted(added, key=lambda p: p["button"])] == [
        (1, "counted"), (2, "counted"), (9, "invalid")]
    assert [p["count"] for p in added] == [1, 1, 1]
    for press in added:
        ahead = milliseconds(press["received_at"]) - milliseconds(press["at"])
        assert ahead == {1: 9750, 2: 0, 9: 5000}[press["button"]], press
        assert press["estimated"], "a time that is estimated is told, whatever became of the press"


@pytest.mark.parametrize("node", [SITE, "unassigned", "terveysasemat", "kallio-ovi", "kotihoito"])
def test_presses_add_up_to_the_results(pressed, node):
    for start, end in [("2023-03-25", "2023-04-02"), ("2026-03-20", "2026-06-20")]:
        wanted = collections.Counter()
        for series in get("/api/v1/results", node=node, by="hour",
                          **{"from": start, "to": end}).json["series"]:
            for row in series["rows"]:
                key = (series["question"], at(row["start"]))
                for button, count in enumerate(row["counts"]):
                    wanted[*key, "counted", button] += count
                for outcome in ("excluded", "invalid", "lost", "estimated", "late"):
                    wanted[*key, outcome, None] += row[outcome]
        found = collections.Counter()
        for press in listing(node, start, end, limit=random.randrange(50, 400)):
            hour = milliseconds(press["at"]) // 3_600_000 * HOUR_S
            is_counted = press["outcome"] == "counted"
            found[press["question"], hour, press["outcome"],
                  press["button"] if is_counted else None] += press["count"]
            found[press["question"], hour, "estimated", None] += is_counted and press["estimated"]
            # When a press at a visit came is not told; all of these came years later.
            found[press["question"], hour, "late", None] += is_counted and (
                press["received_at"] is None or milliseconds(press["received_at"])
                - milliseconds(press["at"]) > model.LATE_AFTER_MS)
        assert +found == +wanted
        assert node == "unassigned" and start < "2024" or +found


def test_presses_of_today_add_up_to_the_results_too():
    """Estimated, late and lost ones beside others, of a device whose repeats count and of one whose
    repeats are excluded."""
    dice = random.Random(seed())
    now = int(time.time())
    span = (utc(now // HOUR_S * HOUR_S - 80 * HOUR_S), utc(now // HOUR_S * HOUR_S + 2 * HOUR_S))
    for device in ("dev-02", "dev-03"):
        for _ in range(12):
            back = dice.choice([10, 5000, 20 * HOUR_S, 25 * HOUR_S, 70 * HOUR_S])
            is_utc = dice.random() < 0.6
            clock = now if is_utc else 500_000
            times = sorted(clock - back + dice.randrange(9) for _ in range(dice.randrange(1, 9)))
            send(device, encode_frame(Frame(new_epoch(), dice.choice([0, 0, 5]), clock, [
                Press(None if dice.random() < 0.1 else moment, dice.randrange(1000),
                      dice.choice([0, 1, 2, 3, 3, 9])) for moment in times], is_utc)))
    for node in ("kallio-ovi", "kallio-labra", "kallio"):
        row, = table(node=node, by="total", question="palvelu", **{"from": span[0], "to": span[1]})
        found = collections.Counter()
        for press in listing(node, *span, limit=dice.randrange(10, 90)):
            if press["question"] != "palvelu":
                continue
            found[press["outcome"]] += press["count"]
            if press["outcome"] == "counted":
                found[f"count_{press['button']}"] += 1
                found["estimated"] += press["estimated"]
                found["late"] += (milliseconds(press["received_at"]) - milliseconds(press["at"])
                                  > model.LATE_AFTER_MS)
        found["responses"] = found.pop("counted")
        for name in ("responses", "excluded", "invalid", "lost", "estimated", "late",
                     *(f"count_{k}" for k in range(4))):
            assert found[name] == int(row[name]), (node, name)
            # Of 24 messages; of one device's 12 alone a kind may be missing now and then.
            assert found[name] or node != "kallio", name


def test_pages_hold_together_while_presses_arrive():
    dice = random.Random(seed())
    start = at("2021-02-05T08:00:00Z") + 48 * HOUR_S * dice.randrange(100)
    span = (utc(start), utc(start + 24 * HOUR_S))
    sent = [0]

    def more():
        sent[0] += 9
        send("dev-02", encode_frame(Frame(new_epoch(), 2, int(time.time()), [
            Press(start + dice.randrange(24 * HOUR_S), dice.randrange(1000), 3)
            for _ in range(9)])))

    for _ in range(5):
        more()
    before = told(listing("kallio-ovi", *span))
    assert before.total() == 50, "45 presses, and five rows of two that were lost"
    for form in ("json", "csv"):
        wanted, found = told(listing("kallio-ovi", *span)), 0
        for page in pages("kallio-ovi", *span, form, more, limit=7):
            found += len(page.json["presses"]) if form == "json" else page.body.count(b"\r\n") - 1
        assert found == wanted.total()
    assert told(listing("kallio-ovi", *span, limit=7)).total() > wanted.total()


def test_pages_that_are_not_there():
    query = {"node": "kallio-ovi", "from": "2023-03-25", "to": "2023-03-26"}
    for limit in ("0", "100001", "x", "-1"):
        assert "limit" in get("/api/v1/presses", limit=limit, **query).problem(400)
    for after in ("x", "e30", "", "\u00e4"):
        assert "after" in get("/api/v1/presses", after=after, **query).problem(400)


def test_a_press_leads_to_its_frame_in_the_archive(service):
    assert service, "the database is beside the rig"
    start = at("2020-05-05T08:00:00Z") + HOUR_S * random.randrange(8000)
    epoch = new_epoch()
    payload = encode_frame(Frame(epoch, 3, int(time.time()), [
        Press(start + 60, 250, 1), Press(start + 61, 250, 2)]))
    send("dev-02", payload)
    lost, first, second = listing("kallio-ovi", utc(start), utc(start + HOUR_S))
    assert (lost["outcome"], lost["count"], lost["sequence"]) == ("lost", 3, 0)
    assert (first["sequence"], second["sequence"]) == (3, 4)
    assert second["excluded_by"] == {"at": first["at"], "epoch": epoch, "sequence": 3}
    place = (first["segment"], first["frame"])
    assert {(p["segment"], p["frame"]) for p in (lost, second)} == {place}

    def frame(*words, code=0):
        done = subprocess.run(
            [service.service.arguments[0], "frame", *map(str, words), "--database",
             service.database], capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    said = frame(*place)
    assert payload.hex() in said and "dev-02" in said
    assert f"epoch {epoch}" in said and "sequence 4" in said and first["at"] in said
    assert said in frame(place[0])
    assert "no segment" in frame(10**9, code=1) and "no frame" in frame(place[0], 10**6, code=1)


def test_a_visit_cannot_be_told_from_another():
    dice = random.Random(seed())
    start = at("2024-02-05T08:00:00Z") + 48 * HOUR_S * dice.randrange(100)
    buttons = [dice.choice([0, 1, 2, 2, 2, 9]) for _ in range(30)]
    shown = []
    for hour in (start, start + HOUR_S):
        moments = sorted(dice.sample(range(HOUR_S), len(buttons)))
        dice.shuffle(buttons)
        before = told(listing("kotihoito-etela", utc(hour), utc(hour + HOUR_S)))
        assert not before, "these hours were empty"
        send("dev-07", encode_frame(Frame(
            new_epoch(), 0, int(time.time()),
            [Press(hour + m, dice.randrange(1000), b) for m, b in zip(moments, buttons)])))
        presses = listing("kotihoito-etela", utc(hour), utc(hour + HOUR_S))
        assert len(presses) == len(buttons)
        assert listing("kotihoito-etela", utc(hour), utc(hour + HOUR_S), limit=4) == presses
        for press in presses:
            assert press.pop("at") == utc(hour)
            hidden = ("device", "received_at", "epoch", "sequence", "segment", "frame",
                      "excluded_by")
            assert [press[name] for name in hidden] == [None] * len(hidden)
        assert [p["button"] for p in presses] == sorted(buttons)
        shown.append(presses)
    assert shown[0] == shown[1], "two orders of the same visits look the same"
    assert "from" in get("/api/v1/presses", node="kotihoito-etela", **{
        "from": "2024-02-05T08:30:00Z", "to": "2024-02-06"}).problem(400)


def test_single_presses_are_for_analysts_of_their_node(service):
    assert service, "tokens are made beside the database, which only the rig knows"

    def token(*options):
        return subprocess.run(
            [service.service.arguments[0], "token", "make", "--database", service.database,
             *options], capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    reader, everywhere = token("--role", "reader"), token("--role", "analyst")
    bound = token("--role", "analyst", "--node", "kallio")
    for name, status in [("kallio", 200), ("kallio-ovi", 200), ("terveysasemat", 403),
                         (SITE, 403), ("unassigned", 403), ("vallila", 403)]:
        query = {"node": name, "from": "2023-03-25", "to": "2023-03-26"}
        assert get("/api/v1/presses", token=bound, **query).status == status, name
        assert get("/api/v1/presses", token=everywhere, **query).status == 200
        assert get("/api/v1/presses", token=reader, **query).status == 403
        assert get("/api/v1/presses", token=None, **query).status == 401
        path = f"/api/v1/exports/{name}/2023/days.csv"
        assert get(path, token=bound).status == status
        assert get(path, token=reader).status == 200

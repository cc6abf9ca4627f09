"""What both builds are asked: every route, node, range and parameter, and what is to be refused."""

import dataclasses
import itertools
import json
import urllib.parse

from frames import Frame, Press, encode_frame

SITE = "helsinki"
NODES = [
    SITE, "unassigned", "terveysasemat", "kallio", "kallio-aula", "kallio-ovi", "toolo",
    "toolo-aula", "hammashoitolat", "ruoholahti-aula", "kamppi-aula", "kamppi-labra",
    "paivystykset", "haartman-aula", "palvelukeskukset", "kinapori-aula", "kotihoito",
    "kotihoito-etela", "kotihoito-lansi", "tyhja"]
# Places with many series or many presses of their own.
WIDE = {SITE, "terveysasemat", "hammashoitolat", "palvelukeskukset", "kamppi-aula"}
QUESTIONS = [None, "palvelu", "kohtaaminen", "kaynti", "odotus", "suositus"]
BY = ["hour", "day", "week", "month", "quarter", "year", "total"]
RANGES = {  # name: (from, to, days)
    "empty": ("2030-01-01", "2030-01-08", 7),
    "spring": ("2026-03-28", "2026-03-31", 3),
    "autumn": ("2025-10-25", "2025-10-28", 3),
    "hours": ("2025-10-26T00:00:00Z", "2025-10-26T05:00:00+02:00", 1),
    "cut weeks": ("2025-06-04T05:00:00Z", "2025-06-25T17:00:00Z", 21),
    "annulled": ("2025-05-30", "2025-06-12", 13),
    "new year": ("2025-12-27", "2026-01-10", 14),
    "month": ("2025-02-01", "2025-03-01", 28),
    "first": ("1970-01-01", "1971-01-01", 365),
    "city": ("2017-01-01", "2019-01-01", 730),
    "import": ("2018-06-01", "2018-07-01", 30),
    "own": ("2025-01-01", "2026-12-01", 699),
    "everything": ("2016-12-30", "2027-02-01", 3685),
    "open end": ("2026-05-01", "2030-01-01", 1341),
}
SHORT = [name for name, (_, _, days) in RANGES.items() if days <= 31]
ACCEPTS = [
    "text/csv", "application/json", "*/*", "text/*", "text/csv;q=0.5, application/json;q=0.4",
    'application/json; profile="https://json-stat.org/format/"', "text/html", "image/png, */*;q=0",
    "application/json;q=0", "text/csv;q=2", ";;;", "application/json, text/csv", "TEXT/CSV",
    "text/csv; header=absent", "text/csv;charset=utf-8", "application/*;q=0.1, text/csv;q=0.05"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "HEAD", "BREW"]
STATISTICS = ["comparison", "control-chart", "ranking", "hour-of-week"]
MEASURES = ["index", "very_positive", "negative"]
FILES = ["hours.csv", "days.csv", "datapackage.json"]
ETAG = "{etag}"  # stands for the tag that the same service gave the same address before


@dataclasses.dataclass(frozen=True)
class Ask:
    address: str
    token: str | None = "administrator"
    method: str = "GET"
    headers: tuple = ()
    body: bytes | None = None


def address(path, **query):
    known = {name.rstrip("_"): value for name, value in query.items() if value is not None}
    return path + ("?" + urllib.parse.urlencode(known) if known else "")


def span(name):
    return {"from_": RANGES[name][0], "to": RANGES[name][1]}


def rows(node, by, name, children):
    """About how many rows an answer has, to keep the number of large ones small."""
    days = RANGES[name][2]
    periods = {"hour": 24 * days, "day": days, "week": days // 7 + 2}.get(by, days // 30 + 2)
    return periods * (4 if node in WIDE else 1) * (4 if children else 1)


def results(dice, moments, is_quick):
    path = "/api/v1/results"
    for node, by, name in itertools.product(NODES, BY, RANGES):
        if rows(node, by, name, False) < 2500 and not (is_quick and dice.random() < 0.7):
            yield Ask(address(path, node=node, by=by, **span(name)))
    for _ in range(150 if is_quick else 1100):
        node, by, name = dice.choice(NODES), dice.choice(BY), dice.choice(list(RANGES))
        children = dice.choice([None, "true", "1", "false"])
        if rows(node, by, name, children) > 4000:
            continue
        moment = dice.choice([None, None, *dice.choice(moments)])
        coverage = None if moment else dice.choice([None, None, "true"])
        yield Ask(address(
            path, node=node, by=by, children=children, question=dice.choice(QUESTIONS),
            format=dice.choice([None, "json", "csv", "csv", "json-stat"]), coverage=coverage,
            details=dice.choice([None, "true"]), lang=dice.choice([None, "fi", "sv", "en"]),
            as_of=moment, **span(name)), dice.choice(["administrator", "reader", "analyst"]))
    for text in ["2026-11-01", "1", "2", "2026-11-20T10:00:00+02:00", "2099-01-01", "0", "-1", "x"]:
        yield Ask(address(path, node=SITE, by="month", as_of=text, **span("own")))
    # The large ones: two years by the hour of one place, by the day with children, at the limit.
    yield Ask(address(path, node="kallio-ovi", by="hour", **span("own")))
    yield Ask(address(path, node="kallio-aula", by="hour", format="csv", **span("city")))
    yield Ask(address(path, node="haartman-aula", by="hour", format="json-stat", **span("city")))
    for shape in ("json", "csv", "json-stat"):
        yield Ask(address(
            path, node=SITE, by="day", children="true", format=shape, **span("city")))
    yield Ask(address(path, node=SITE, by="day", children="true", coverage="true", **span("own")))
    yield Ask(address(path, node=SITE, by="hour", children="true", **span("everything")))


def statistics(dice, is_quick):
    for route, node, name in itertools.product(STATISTICS, NODES, RANGES):
        if is_quick and dice.random() < 0.8:
            continue
        if route == "hour-of-week" and RANGES[name][2] > 800:
            continue
        yield Ask(address(
            f"/api/v1/{route}", node=node, question=dice.choice(QUESTIONS), **span(name)))
    for by, measure, baseline in itertools.product(
            ["day", "week", "month", "quarter", None], MEASURES + [None],
            [None, "2", "7", "5000"]):
        yield Ask(address("/api/v1/control-chart", node=dice.choice(NODES), by=by, measure=measure,
                          baseline=baseline, **span(dice.choice(list(RANGES)))))


def public(dice, is_quick):
    yield Ask("/public/v1/nodes", None, headers=(("Origin", "https://example.org"),))
    combinations = itertools.product(
        NODES, [None, "true"], [None, "true"], [None, "csv", "json"],
        [None, "month", "own", "everything", "cut weeks", "empty"])
    for node, children, coarser, shape, name in combinations:
        if dice.random() < (0.8 if is_quick else 0.5):
            continue
        yield Ask(address(
            "/public/v1/results", node=node, children=children, coarser=coarser, format=shape,
            question=dice.choice(QUESTIONS[:2]), **(span(name) if name else {})), None)
    for node, name in itertools.product(NODES, ["own", "everything", "month", "empty"]):
        yield Ask(address("/api/v1/publications", node=node, **span(name)), "manager")


def exports(is_quick):
    for node, year, file in itertools.product(NODES, (2017, 2018, 2024, 2025, 2026, 2035), FILES):
        if is_quick and year not in (2017, 2025):
            continue
        if file != "hours.csv" or year != 2018:
            yield Ask(f"/api/v1/exports/{node}/{year}/{file}", "reader")
    for year in ("1969", "1970", "2197", "2198", "abc", "+2017", "02017", "2017.0", "-1"):
        yield Ask(f"/api/v1/exports/kallio/{year}/days.csv")
    for file in ("hours", "hours.CSV", "x.csv", "..", "%2e%2e", "days.csv/"):
        yield Ask(f"/api/v1/exports/kallio/2025/{file}")
    yield Ask("/api/v1/exports/atlantis/2025/days.csv")
    yield Ask("/api/v1/exports/kallio/2025/days.csv?x=1")


def presses(is_quick):
    """First pages; whoever asks follows `next` to the end."""
    for node, name in itertools.product(NODES, SHORT[:4] if is_quick else RANGES):
        shape, limit = ("csv", "700") if len(node) % 2 else (None, None)
        if limit is None and node in WIDE and RANGES[name][2] > 31:
            limit = "2000"
        yield Ask(address("/api/v1/presses", node=node, format=shape, limit=limit, **span(name)),
                  "analyst")
    for limit in (1, 2, 7):
        for node in ("kotihoito-etela", "kallio-ovi"):
            yield Ask(address("/api/v1/presses", node=node, limit=limit, **span("spring")))
            yield Ask(address("/api/v1/presses", node=node, limit=limit * 5, **span("annulled")))


def revisions(moments):
    for name in RANGES:
        yield Ask(address("/api/v1/revisions", **span(name)), "reader")
        for limit in (1, 2, 5, 10_000):
            yield Ask(address("/api/v1/revisions", limit=limit, **span(name)), "reader")
    for number, _ in moments:
        yield Ask(address("/api/v1/revisions", after=number, **span("everything")), "reader")


# A good request of each route that has parameters; the paths of the others are good as they are.
WALKED = {
    "/api/v1/results": {"by": "month", "node": "kallio"},
    "/api/v1/control-chart": {"by": "week", "node": "kallio"},
    "/api/v1/comparison": {"node": "kallio"}, "/api/v1/ranking": {"node": "kallio"},
    "/api/v1/hour-of-week": {"node": "kallio"}, "/api/v1/presses": {"node": "kallio"},
    "/api/v1/publications": {"node": "kallio"}, "/public/v1/results": {"node": "kallio"},
    "/api/v1/revisions": {},
}
WRONG = {
    "node": ["", "atlantis", "KALLIO", "kallio ", "kallio'", "%00", "ä", "x" * 300, "../kallio"],
    "from": ["", "x", "2025-02-30", "2025-01-01T00:30:00Z", "2025-13-01", "20250101", "0",
             "2099-01-01", "1969-12-31", "1900-01-01", "2025-01-01T00:00:00",
             "2025-01-01T00:00:00+05:30", "-1"],
    "to": ["", "x", "2025-06-31", "1970-01-01", "2025-01-01", "9999-12-31", "2198-02-28",
           "2026-03-29T03:30:00+03:00", "2025-06-15T12:00:00.001Z", "٢٠٢٥-01-01"],
    "by": ["", "fortnight", "Hour", "hour ", "total"], "format": ["", "xml", "CSV", "json-stat"],
    "dialect": ["", "tab"],
    "children": ["", "yes", "TRUE", "2"], "details": ["yes"], "coverage": ["maybe"],
    "lang": ["de", ""],
    "question": ["", "atlantis", "Palvelu", "palvelu,kaynti"], "coarser": ["yes"],
    "as_of": ["", "x", "2026-13-01", "999999999", "99999999999999999999", "2026-11-21T10:00",
              "1.5"],
    "measure": ["", "mean"], "baseline": ["", "1", "5001", "x", "+7", "07"],
    "limit": ["", "0", "-1", "x", "100001", "1e3"], "after": ["", "x", "-1", "eyJ9", "%%%"],
    "unknown": ["1", ""], "": ["x"], "node[]": ["kallio"],
}


def good(route):
    path = route.format(
        site=SITE, device="hn-01", node="kallio", place="kallio", year=2025, file="days.csv")
    if route not in WALKED:
        return path, {}
    return path, {"from": "2025-02-01", "to": "2025-03-01", **WALKED[route]}


def refused(routes):
    """Each parameter missing, twice, unknown, and with values that are none."""
    for method, route, _ in routes:
        if method != "GET":
            continue
        path, query = good(route)
        for name, values in WRONG.items():
            for value in values:
                text = urllib.parse.urlencode({**query, name: value})
                yield Ask(f"{path}?{text}")
        for name, value in query.items():
            others = {key: other for key, other in query.items() if key != name}
            yield Ask(f"{path}?{urllib.parse.urlencode(others)}")
            yield Ask(f"{path}?{urllib.parse.urlencode(query)}&{name}={value}")
        yield Ask(f"{path}?{urllib.parse.urlencode(query)}&&")
        yield Ask(f"{path}?")
    huge = {"node": "kallio", "from": "1970-01-01", "to": "2190-01-01"}
    for route, more in [("results", {"by": "hour"}), ("control-chart", {"by": "day"}),
                        ("hour-of-week", {}), ("results", {"by": "day", "coverage": "true"})]:
        yield Ask(f"/api/v1/{route}?{urllib.parse.urlencode({**huge, **more})}")


def headers(dice, routes, tokens):
    """Tokens, methods, Accept, If-None-Match, HEAD, and paths that are not there."""
    for method, route, _ in routes:
        path, query = good(route)
        for token in [None, *tokens]:
            yield Ask(address(path, **query), token, method if method == "GET" else "GET")
            if token and " at " in token and "node" in query:
                for node in NODES + ["atlantis"]:
                    yield Ask(address(path, **{**query, "node": node}), token)
        for other in METHODS:
            if other != method:
                yield Ask(address(path, **query), method=other)
        yield Ask(address(path, **query), "unknown")
        if method != "GET":
            continue
        for accept in ACCEPTS:
            yield Ask(address(path, **query), headers=(("Accept", accept),))
        for tag in (ETAG, f"W/{ETAG}", f'"other", {ETAG}', "*", '"other"', ETAG[:-1]):
            yield Ask(address(path, **query))
            yield Ask(address(path, **query), headers=(("If-None-Match", tag),))
    for node, by in itertools.product(dice.sample(NODES, 8), ("hour", "total")):
        yield Ask(address("/api/v1/results", node=node, by=by, **span("month")), method="HEAD")
    for scheme in ("Basic abc", "Bearer", "Bearer ", "bearer x", "Token x"):
        yield Ask("/api/v1/nodes", None, headers=(("Authorization", scheme),))
    for path in ("/", "/api", "/api/v1", "/api/v1/nodes/", "//api/v1/nodes", "/API/v1/nodes",
                 "/api/v1/%6Eodes", "/healthz/../api/v1/nodes", "/api/v2/nodes",
                 "/public/v1/devices", "/public/", "/public", "/metrics/x", "/favicon.ico",
                 "/api/v1/exports/kallio/2025", "/api/v1/./nodes", "/healthz?x=1",
                 "/metrics?x=1", "/readyz?x=1", "/healthz#x"):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            yield Ask(path, method=method)


def ingest():
    """Bodies that are refused or hold nothing new: the databases stay the same."""
    frame = encode_frame(Frame(1, 0, 1_750_000_000, [Press(1_750_000_000, 0, 3)]))
    bodies = [b"", b"x", frame[:-1], frame + b"x", frame[:20] + b"\0" + frame[21:], b"{", b"{}"]
    bodies += [json.dumps(value).encode() for value in (
        {"presses": []}, {"presses": [{"button": 300}]}, {"presses": [{"button": "1"}]},
        {"epoch": 1, "presses": [{"button": 1}]}, {"first": 1, "presses": [{"button": 1}]},
        {"presses": [{"button": 1, "at": "yesterday"}]}, {"presses": [{"button": 1, "slot": 16}]},
        {"presses": [{"at": "2025-01-01T00:00:00Z"}]}, {"presses": [{"button": 1}] * 1001})]
    bodies += [b"{" + b" " * 131_072, b'{"presses":[{"button":1}],"presses":[]}', b"\xff\xfe{}"]
    for body, token in itertools.product(bodies, ("administrator", "device")):
        yield Ask(f"/ingest/v1/{SITE}/hn-01/press", token, "POST", body=body)
    for token in (None, "reader", "manager", "device", "expired", "reader at kallio"):
        for site, device in ((SITE, "hn-02"), (SITE, "ghost"), ("espoo", "hn-01"), (SITE, "HN-01")):
            yield Ask(f"/ingest/v1/{site}/{device}/press", token, "POST", body=frame[:-1])
    for site, device in ((SITE, "ghost"), ("espoo", "hn-01"), (SITE, "%FF"), (SITE, "hn-10")):
        yield Ask(f"/ingest/v1/{site}/{device}/press", method="POST", body=frame[:-1])


def taken():
    """Frames that both take, after all else: their answers, and then what is counted."""
    moment = 1_770_000_000
    for number, device in enumerate(["hn-01", "hn-02", "hn-05", "kh-01"]):
        presses = [Press(moment + 3 * k // 2, 0, k % 5, k % 2) for k in range(40)]
        for first, oldest in ((0, True), (0, True), (60, False), (50, True)):
            frame = Frame(900 + number, first, moment + 500, presses, oldest=oldest)
            yield Ask(f"/ingest/v1/{SITE}/{device}/press", method="POST", body=encode_frame(frame))
    for node, by in itertools.product(NODES, ("hour", "month")):
        yield Ask(address("/api/v1/results", node=node, by=by, from_="2026-02-01", to="2026-02-05"))


def questions(dice, history, routes, is_quick):
    """All of them, in the order in which they are asked."""
    parts = [
        [Ask(good(route)[0]) for method, route, _ in routes if method == "GET"],
        results(dice, history.moments, is_quick), statistics(dice, is_quick),
        public(dice, is_quick), exports(is_quick), presses(is_quick), revisions(history.moments),
        refused(routes),
        headers(dice, routes, [name for name in history.tokens if name != "administrator"]),
        ingest(), taken()]
    return itertools.chain.from_iterable(parts)

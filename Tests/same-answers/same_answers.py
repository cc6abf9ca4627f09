"""Whether two builds give the same answers: what a redesign must not change.

    .venv/bin/python Tests/same-answers/same_answers.py BEFORE AFTER [--seed N] [--quick] [--prove]

Each is a folder with pikapalaute in it. BEFORE makes one database (history.py); each build serves
a copy of it with the same tokens, and both are asked the same (questions.py). Status, the headers
that clients act on and the body are compared byte for byte; so is what commands print that only
read.
Ends with 1 on a difference. `--prove` alters one digit of one answer of AFTER: that must be found.
"""

import argparse
import collections
import http.client
import json
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("integration", "outside-peer"))]

import rig  # noqa: E402
from frames import decode_ack  # noqa: E402
from grammar import EXPECTED, in_words_of_now  # noqa: E402
from history import ACL, History, pikapalaute  # noqa: E402
from questions import ETAG, RANGES, questions  # noqa: E402

SHOWN, SHOWN_OF_ROUTE = 20, 4
PAGES_MAX = 5000
# Not Date; not ETag, whose value begins with the start of the process, only whether there is one;
# not how the body is cut, which no client sees.
HEADERS = [
    "content-type", "cache-control", "vary", "retry-after", "link", "allow", "www-authenticate",
    "content-security-policy", "access-control-allow-origin", "access-control-allow-methods",
    "access-control-allow-headers", "x-content-type-options", "referrer-policy", "location",
    "content-disposition", "last-modified", "server"]
PLACE = ["--from", "2025-01-01", "--to", "2026-01-01"]
COMMANDS = [
    ["publish", "--list"], ["token", "list"], ["audit"], ["annul", "--list"], ["import", "list"],
    ["quarantine"], ["rebuild"], ["check"], ["frame", "1"], ["frame", "1", "0"],
    ["frame", "1", "3"], ["frame", "99999"], ["as-of", "2099-01-01", "--node", "kallio", *PLACE],
    ["as-of", "x"], ["as-of", "1", "--node", "atlantis", *PLACE],
    ["rebuild", "--rule", "lockout/1:5"],
    ["annul", "--undo", "99"], ["publish", "--again", "2099-01-01"], ["token", "remove", "99"]]


class Side:
    """One build over its copy of the database."""

    def __init__(self, name, build, folder, history):
        self.name, self.build, self.folder = name, build, folder
        self.tokens = {**history.tokens, "unknown": "u" * 43}
        self.etags, self.connection, self.asked = {}, None, None
        folder.mkdir()
        for file in history.folder.glob("pikapalaute*.sqlite*"):
            shutil.copy(file, folder)
        rig.BUILD = build
        self.rig = rig.Rig(folder, history.rig.registry, {"tester": "t" * 16}, ACL)
        self.rig.token = history.rig.token
        self.rig.service.environment["PIKAPALAUTE_ADMIN_TOKEN"] = history.rig.token

    def command(self, words, has_database=True):
        code, said = pikapalaute(
            self.build, self.rig.database if has_database else None, *words, codes=None)
        return code, said.replace(str(self.folder), "FOLDER")

    def send(self, ask):
        # A body that is refused may end the connection: each has its own.
        if self.connection is None or ask.method not in ("GET", "HEAD"):
            self.connect()
        self.asked = ask
        headers = {name: value.replace(ETAG, self.etags.get(ask.address, ""))
                   for name, value in ask.headers}
        if ask.token:
            headers["Authorization"] = f"Bearer {self.tokens[ask.token]}"
        try:
            self.connection.request(ask.method, ask.address, ask.body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer may be there already

    def connect(self):
        if self.connection:
            self.connection.close()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.rig.http_port, timeout=60)

    def receive(self):
        """(status, {header: value}, body) of what was sent last."""
        try:
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # A kept connection that was closed meanwhile; asked once more on a new one.
            self.connect()
            self.send(self.asked)
            answer = self.connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
        if "etag" in found and answer.status == 200:
            self.etags[self.asked.address] = found["etag"]
        return answer.status, found, body


def comparable(route, answer):
    """The answer as far as it does not depend on the process or the clock."""
    status, found, body = answer
    head = {name: found.get(name) for name in HEADERS} | {"has etag": "etag" in found}
    kind = found.get("content-type", "").split(";")[0]
    if route.endswith("/metrics") and status == 200:
        # The values are the process's own: times, connections, bytes. The names are not.
        return status, head, re.sub(rb"(?m)^(?!#)(\S+) \S+$", rb"\1", body)
    if route.endswith("/press") and status in (200, 409) and body:
        # The acknowledgement holds the time at which it was sent.
        if kind == "application/json":
            return status, head, {**json.loads(body), "server_time": None}
        ack = decode_ack(body)
        return status, head, {"epoch": ack.epoch, "next": ack.next, "rewind": ack.rewind}
    if route.endswith("/openapi.json") and status == 200 and body:
        # Members of an object have no order.
        return status, head, json.loads(json.dumps(json.loads(body), sort_keys=True))
    if status == 500 and body:
        # Requests are numbered by the process.
        return status, head, {**json.loads(body), "request": None}
    return status, head, body


def first_path(one, other, path="$"):
    """The first place at which two JSON values differ, with both; None when they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return f"{path}: members {list(one)} / {list(other)}"
        pairs = [(f"{path}.{name}", one[name], other[name]) for name in one]
    elif isinstance(one, list) and isinstance(other, list):
        pairs = [(f"{path}[{n}]", *pair) for n, pair in enumerate(zip(one, other))]
        if len(one) != len(other):
            pairs.append((f"{path}.length", len(one), len(other)))
    else:
        # 1 and 1.0 are one number to Python and two texts to clients.
        is_same = type(one) is type(other) and one == other
        return None if is_same else f"{path}: {one!r:.200} / {other!r:.200}"
    return next(filter(None, (first_path(a, b, where) for where, a, b in pairs)), None)


def body_difference(one, other):
    """Where two bodies begin to differ."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        try:
            found = first_path(json.loads(one), json.loads(other))
            if found:
                return found
        except ValueError:
            pass
        lines = zip([*one.split(b"\n"), None], [*other.split(b"\n"), None])
        number, pair = next((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1])
        return f"line {number}: {pair[0]!r:.200} / {pair[1]!r:.200}"
    return first_path(one, other) if type(one) is type(other) else f"{one!r:.200} / {other!r:.200}"


def difference(one, other):
    """In words, the first thing in which two comparable answers differ; None when in nothing."""
    if one[0] != other[0]:
        return f"status {one[0]} / {other[0]}"
    for name in one[1]:
        if one[1][name] != other[1][name]:
            return f"{name}: {one[1][name]!r} / {other[1][name]!r}"
    return None if one[2] == other[2] else body_difference(one[2], other[2])


class Comparison:
    """Asks both, keeps the count by route, and shows the first differences."""

    def __init__(self, sides, routes):
        self.sides, self.routes = sides, routes
        self.counts, self.differing = collections.Counter(), collections.Counter()
        self.statuses, self.faults = collections.Counter(), []
        self.found, self.shown, self.again = 0, 0, 0
        self.expected = collections.Counter()
        self.spoil_in = None  # how many more answers with counts until one is spoilt

    def route(self, address):
        path = urllib.parse.urlsplit(address).path
        for _, route, _ in self.routes:
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path):
                return route
        return "no route"

    def both(self, ask):
        # Sent to both before either is read: what depends on the clock has the same moment.
        for side in self.sides:
            side.send(ask)
        return [side.receive() for side in self.sides]

    def spoil(self, ask, answers):
        """One digit of an answer becomes another, once."""
        at = answers[1][2].find(b'"responses":') + len(b'"responses":')
        if self.spoil_in is None or at < 12 or answers[1][0] != 200:
            return
        self.spoil_in -= 1
        if self.spoil_in > 0:
            return
        status, found, body = answers[1]
        digit = b"%d" % ((int(body[at:at + 1]) + 1) % 10)
        answers[1] = status, found, body[:at] + digit + body[at + 1:]
        self.spoil_in = None
        print(f"spoilt a digit of {name_of(ask)}")

    def ask(self, ask):
        """Compares one answer, and the pages after it."""
        route = self.route(ask.address)
        for _ in range(PAGES_MAX):
            answers = self.both(ask)
            self.spoil(ask, answers)
            found = difference(
                *(comparable(route, answer) for answer in in_words_of_now(route, *answers)))
            # `silent` and coverage change with the hour, and either service may be busy for a
            # moment: what differs twice differs.
            is_of_now = route.endswith("/devices") or "coverage=" in ask.address
            is_busy = 503 in (answers[0][0], answers[1][0]) and not route.endswith("/readyz")
            if (found and is_of_now) or (is_busy and "retry-after" in answers[0][1]):
                self.again += 1
                time.sleep(1)
                answers = self.both(ask)
                found = difference(
                    *(comparable(route, answer) for answer in in_words_of_now(route, *answers)))
            self.counts[route] += 1
            self.statuses[answers[0][0]] += 1
            if answers[0][0] >= 500 and not route.endswith("/readyz"):
                self.faults.append(f"{answers[0][0]} {name_of(ask)}")
            if found:
                self.tell(route, name_of(ask), found)
            link = re.match(r'<(.*)>; rel="next"', answers[0][1].get("link") or "")
            if not link:
                return
            ask = type(ask)(link[1], ask.token)
        raise RuntimeError(f"the pages of {ask.address} do not end")

    def command(self, words, has_database=True):
        self.counts["commands"] += 1
        one, other = (side.command(words, has_database) for side in self.sides)
        if one != other:
            found = f"exit code {one[0]} / {other[0]}" if one[0] != other[0] else body_difference(
                one[1].encode(), other[1].encode())
            self.tell("commands", "pikapalaute " + " ".join(map(str, words)), found)

    def tell(self, route, what, found):
        for pattern, _ in EXPECTED:
            if re.search(pattern, what):
                self.expected[pattern] += 1
                return
        self.differing[route] += 1
        self.found += 1
        if self.shown < SHOWN and self.differing[route] <= SHOWN_OF_ROUTE:
            self.shown += 1
            print(f"{what}\n    {found}", flush=True)

    def report(self):
        print(f"\n{'compared':>8} {'differ':>6}")
        for route, count in sorted(self.counts.items()):
            print(f"{count:8} {self.differing[route]:6}  {route}")
        print(f"{self.counts.total():8} {self.found:6}  in all")
        print("statuses: " + ", ".join(f"{n} × {s}" for s, n in sorted(self.statuses.items())))
        print(f"asked again, of now or busy: {self.again}")
        if self.found > self.shown:
            print(f"{self.found - self.shown} more differences are not shown")
        for fault in self.faults[:SHOWN]:
            print(f"a fault of the service, in both or not: {fault}")
        for pattern, reason in EXPECTED:
            print(f"{self.expected[pattern]} differ on purpose: {pattern} ({reason})")


def name_of(ask):
    more = "".join(f" {name}: {value}" for name, value in ask.headers)
    return f"{ask.method} {ask.address[:400]}{more} as {ask.token or 'anybody'}"


def compare(before, after, seed, is_quick, is_proof, folder):
    dice = random.Random(seed)
    history = History(folder / "history", before, seed, 24 if is_quick else 60)
    sides = [Side("before", before, folder / "before", history),
             Side("after", after, folder / "after", history)]
    routes = [line.split("\t") for line in sides[0].command(["routes"], False)[1].splitlines()]
    comparison = Comparison(sides, routes)
    if is_proof:
        comparison.spoil_in = dice.randrange(20, 120)
    for words in (["routes"], ["--help"], ["opening-hours", "Mo-Fr 08:00-16:00; PH off"]):
        comparison.command(words, has_database=False)
    moments = [dice.choice(pair) for pair in history.moments[::4]]
    own = ["--from", RANGES["own"][0], "--to", RANGES["own"][1]]
    for words in COMMANDS + [["as-of", moment, "--node", "helsinki", *own] for moment in moments]:
        comparison.command(words)
    try:
        for side in sides:
            side.rig.start()
        for ask in questions(dice, history, routes, is_quick):
            comparison.ask(ask)
    finally:
        for side in sides:
            side.rig.stop()
    for words in (["rebuild"], ["annul", "--list"]):  # with what was taken meanwhile
        comparison.command(words)
    return comparison


def main():
    parser = argparse.ArgumentParser(description="whether two builds give the same answers")
    parser.add_argument("before", type=pathlib.Path, help="a folder with pikapalaute in it")
    parser.add_argument("after", type=pathlib.Path, help="another")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--quick", action="store_true", help="fewer of each kind")
    parser.add_argument("--prove", action="store_true", help="alter an answer: must be found")
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        comparison = compare(words.before.resolve(), words.after.resolve(), words.seed, words.quick,
                             words.prove, pathlib.Path(folder))
    comparison.report()
    print(f"{time.monotonic() - started:.0f} s")
    if comparison.spoil_in is not None or (words.prove and not comparison.found):
        print("nothing was found of what was altered: this proves nothing")
        return 2
    return 1 if comparison.found else 0


if __name__ == "__main__":
    sys.exit(main())

"""A coordinator who knows every visit, and asks the service which answer belongs to which.

They know which worker was with which client at which minute, and hold an administrator's token. They ask
everything that tells numbers after every single rating, and afterwards once more, in the finest pieces there
are. What they match must be no better than guessing the commonest answer; and with the safeguard
switched off (`visits: {minimum: 0}`) they match nearly all, which shows that the attack is one.

They also ask what stood at each earlier moment, of ratings that came late; look at pages, boards, notes, rankings
and what is public.

And they know who is always helped to answer, which is one of few: the answers with help of a month are told
together or not at all. Were they told as any other question's, most of them would be matched.
"""

import collections
import csv
import datetime
import io
import itertools
import json
import random
import re
import secrets
import subprocess
import urllib.request
import zoneinfo

import pytest
from rig import BUILD, Rig

ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
ACL = "user pikapalaute\ntopic readwrite #\n"
TEAMS = {"etela": ["hc-1", "hc-2", "hc-3"], "lansi": ["hc-4", "hc-5"]}
# The most negative first; most clients are content.
MOOD = [0.05, 0.1, 0.2, 0.65]
MARGIN = 0.05
# Of those who are helped.
HELPED_MOOD = [0.1, 0.15, 0.2, 0.55]
HELPED_SHARE = 0.05
HELPED_MONTHS = 24
ASKED = ["kaynti", "autettuna"]
WITH_HELP = "with_help_of: kaynti"
Visit = collections.namedtuple("Visit", "team phone at rating slot", defaults=[0])


def registry(visits, helped):
    teams = "".join(f"""\
      - {{id: {team}, kind: touchpoint, channel: visit, questions: [{", ".join(ASKED)}], visit_interval_s: 0,
          devices: [{", ".join("{id: %s}" % phone for phone in phones)}]}}
""" for team, phones in TEAMS.items())
    return f"""\
site: helsinki
time_zone: Europe/Helsinki
{visits}
questions:
  - {{id: kaynti, buttons: 4}}
  - {{id: autettuna, buttons: 4, {helped}}}
nodes:
  - id: kotihoito
    kind: area
    public: true
    nodes:
{teams}      - {{id: toimisto, kind: touchpoint, question: kaynti, devices: [{{id: rd-1}}]}}
"""


def shifts(day, dice):
    """The rated visits of a day: six a worker, at week-ends one worker with two."""
    visits = []
    for team, phones in TEAMS.items():
        isWeekend = day.weekday() >= 5
        for phone in phones[:1] if isWeekend else phones:
            minute = 7 * 60 + dice.randrange(40)
            for _ in range(2 if isWeekend else 6):
                minute += 25 + dice.randrange(60)
                if dice.random() < 0.7:
                    at = datetime.datetime(day.year, day.month, day.day, minute // 60, minute % 60,
                                           dice.randrange(60), tzinfo=ZONE)
                    visits.append(Visit(team, phone, at, dice.choices(range(4), MOOD)[0],
                                        int(dice.random() < HELPED_SHARE)))
    return sorted(visits, key=lambda visit: visit.at)


class City:
    def __init__(self, folder, visits, helped=WITH_HELP):
        (folder / "registry.yaml").write_text(registry(visits, helped))
        self.rig = Rig(folder, folder / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
        self.next = collections.Counter()
        self.today = datetime.datetime.now(ZONE).date()

    def rate(self, phone, visits, at=None):
        body = {"epoch": 7, "first": self.next[phone], "presses": [
            {"at": (at or visit.at).isoformat(), "button": visit.rating, "slot": visit.slot} for visit in visits]}
        self.next[phone] += len(visits)
        urllib.request.urlopen(urllib.request.Request(
            f"{self.rig.http}/ingest/v1/helsinki/{phone}/press", json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.rig.token}"}), timeout=60)

    def publish(self):
        subprocess.run([BUILD / "pikapalaute", "publish", "--database", self.rig.database], check=True,
                       capture_output=True)

    def json(self, path):
        status, body = self.rig.get(path)
        assert status == 200, (path, body)
        return json.loads(body)

    def page(self, path):
        """What a page says, but for how far the data of the whole site came."""
        status, text = self.rig.get(path + ("&" if "?" in path else "?") + "lang=en")
        assert status == 200, (path, text)
        return re.sub(r"version [\d\s\u00a0]+ of the data", "", text)

    def moment(self, since, until):
        """The revision that holds."""
        return self.json(f"/api/v1/results?node=helsinki&from={since}&to={until}&by=total")["revision"]["data"]

    def counts(self, node, by, since, until, more=""):
        """{(node, question, start): counts} of every row."""
        answer = self.json(f"/api/v1/results?node={node}&from={since}&to={until}&by={by}{more}")
        return {(series["node"], series["question"], row["start"]): tuple(row["counts"])
                for series in answer["series"] for row in series["rows"]}

    def everything(self, since, until):
        """All numbers that any reading tells of a range, by where they stand."""
        told = {}
        for by in ("hour", "day", "total"):
            for key, counts in self.counts(
                    "kotihoito", by, since, until, "&children=true").items():
                told[by, *key] = counts
        told.update({("site", *key): value for key, value in self.counts(
            "helsinki", "month", since, until).items()})
        span = f"node=etela&from={since}&to={until}"
        for name, path in {
                "ranking": f"/api/v1/ranking?node=kotihoito&from={since}&to={until}",
                "notes": f"/api/v1/annotations?{span}",
                "public": "/public/v1/results?node=kotihoito&children=true",
                "published": f"/api/v1/publications?node=kotihoito&from={since}&to={until}",
                "chart": f"/api/v1/control-chart?{span}&by=day",
                "compare": f"/api/v1/comparison?{span}", "week": f"/api/v1/hour-of-week?{span}",
                "presses": f"/api/v1/presses?{span}"}.items():
            answer = self.json(path)
            answer.pop("revision", None)
            answer.pop("next", None)
            told[name] = json.dumps(answer)
        for page in (f"/dashboard/etela?from={since}&to={until}", f"/dashboard/etela/times?from={since}&to={until}",
                     "/dashboard/kotihoito", "/places/kotihoito", "/board/kotihoito", "/embed/kotihoito",
                     "/dashboard", "/devices", "/phones/etela"):
            told[page.split("?")[0]] = self.page(page)
        for file in ("hours", "days"):
            _, text = self.rig.get(f"/api/v1/exports/kotihoito/{until.year}/{file}.csv")
            for row in csv.DictReader(io.StringIO(text)):
                told[file, row["node"], row["question"], row["start"]] = tuple(
                    int(row[f"count_{button}"]) for button in range(4))
        for device in self.json("/api/v1/devices")["devices"]:
            told["device", device["id"]] = json.dumps(device)
            told["report", device["id"]] = json.dumps(self.json(f"/api/v1/devices/{device['id']}"))
        return told


def grown(before, after):
    """The answer that some number says was given between two looks; None = none does."""
    for key, now in after.items():
        was = before.get(key, (0, 0, 0, 0))
        if isinstance(now, tuple) and now != was:
            more = [b - a for a, b in zip(was, now)]
            if sum(more) == 1 and min(more) == 0:
                return more.index(1)
    return None


def share(guesses, visits):
    return sum(guess == visit.rating for guess, visit in zip(guesses, visits)) / len(visits)


def commonest(counts):
    return max(range(4), key=lambda button: (counts[button], button))


def base(visits):
    """What guessing the commonest answer matches."""
    return max(collections.Counter(visit.rating for visit in visits).values()) / len(visits)


def watched(city, dice):
    """Asks after every rating of today what changed. Returns (matched share, base, what changed)."""
    visits = [visit._replace(rating=dice.choices(range(4), MOOD)[0]) for visit in shifts(
        city.today - datetime.timedelta(days=1), dice) + shifts(
        city.today - datetime.timedelta(days=2), dice)][:24]
    since, until = city.today - datetime.timedelta(days=2), city.today + datetime.timedelta(days=1)
    # Three days of the week before are of the month too: each phone was heard of today already.
    now = datetime.datetime.now(ZONE)
    for number, phone in enumerate(sum(TEAMS.values(), [])):
        city.rate(phone, [Visit("", phone, now, 3)], now - datetime.timedelta(minutes=1))
    guesses, changed = [], set()
    before = city.everything(since, until)
    for number, visit in enumerate(visits):
        city.rate(visit.phone, [visit], now - datetime.timedelta(seconds=len(visits) - number))
        after = city.everything(since, until)
        guess = grown(before, after)
        changed |= {key if isinstance(key, str) else key[0] for key in after
                    if after[key] != before.get(key)}
        guesses.append(3 if guess is None else guess)
        before = after
    return share(guesses, visits), base(visits), changed


def looked_up(city, dice):
    """Asks about a month that is long over. Returns (matched share, base, truth and told totals)."""
    end = (city.today - datetime.timedelta(days=10)).replace(day=1)
    start = (end - datetime.timedelta(days=1)).replace(day=1)
    visits = []
    for day in range((end - start).days):
        visits += shifts(start + datetime.timedelta(days=day), dice)
    for phone in sum(TEAMS.values(), []):
        own = [visit for visit in visits if visit.phone == phone]
        for first in range(0, len(own), 100):
            city.rate(phone, own[first:first + 100])
    guesses = [None] * len(visits)
    # From the coarsest to the finest: whatever pieces of time can be asked for, alone and as differences.
    told = {}
    for team in TEAMS:
        for by in ("month", "week", "day", "hour"):
            for (_, question, at), counts in city.counts(team, by, start, end).items():
                told[team, question, by, at] = counts
    for number, visit in enumerate(visits):
        at = visit.at.replace(minute=0, second=0, microsecond=0)
        names = [("month", at.replace(day=1, hour=0)), ("day", at.replace(hour=0)), ("hour", at)]
        for by, start_of in names:
            counts = told.get((visit.team, ASKED[visit.slot], by, start_of.isoformat()), (0,) * 4)
            if sum(counts):
                guesses[number] = commonest(counts)
    guesses = [3 if guess is None else guess for guess in guesses]
    truth = [sum(visit.rating == button for visit in visits if (visit.team, visit.slot) == ("etela", 0))
             for button in range(4)]
    total = next(counts for (_, question, _), counts in city.counts("etela", "total", start, end).items()
                 if question == "kaynti")
    smallest = min(sum(counts) for counts in told.values() if sum(counts))
    return share(guesses, visits), base(visits), truth, list(total), smallest


def asked_later(city, dice):
    """Asks what stood at every earlier moment, of ratings of last month that came one by one. As `watched`."""
    end = (city.today - datetime.timedelta(days=10)).replace(day=1)
    start = (end - datetime.timedelta(days=1)).replace(day=1)
    visits = [visit for day in range(10) for visit in shifts(start + datetime.timedelta(days=day), dice)]
    late = dice.sample(visits, 30)
    for phone in sum(TEAMS.values(), []):
        city.rate(phone, [visit for visit in visits if visit.phone == phone and visit not in late])
    moments = [city.moment(start, end)]
    for visit in late:
        city.rate(visit.phone, [visit])
        moments.append(city.moment(start, end))

    def told(moment):
        return {(by, *key): counts for by in ("hour", "day", "total") for key, counts in city.counts(
            "kotihoito", by, start, end, f"&children=true&as_of={moment}").items()}

    answers = [told(moment) for moment in moments]
    guesses = [grown(before, after) for before, after in itertools.pairwise(answers)]
    return share([3 if guess is None else guess for guess in guesses], late), base(late), answers


def helped_of(month, dice):
    """The ratings with help of a month: of one client of each team, who always is, and of some others."""
    visits = []
    for team, phones in TEAMS.items():
        for _ in range(dice.randrange(1, 4) + dice.choice([0, 0, 1, 3])):
            at = datetime.datetime(month.year, month.month, dice.randrange(1, 29), dice.randrange(7, 20),
                                   dice.randrange(60), tzinfo=ZONE)
            visits.append(Visit(team, dice.choice(phones), at, dice.choices(range(4), HELPED_MOOD)[0], 1))
    return visits


def helped(city, dice):
    """Asks about the answers with help of past months. Returns (matched share, base, the fewest told together,
    sums of what is told beside what is public)."""
    months = [(city.today.replace(day=1) - datetime.timedelta(days=10)).replace(day=1)]
    for _ in range(HELPED_MONTHS):
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    visits = [visit for month in months[1:] for visit in helped_of(month, dice)]
    for phone in sum(TEAMS.values(), []):
        city.rate(phone, sorted((visit for visit in visits if visit.phone == phone), key=lambda visit: visit.at))
    span = months[-1], months[0]
    told = {(by, *key): counts for by in ("month", "week", "day", "hour")
            for key, counts in city.counts("kotihoito", by, *span, "&children=true").items() if sum(counts)}
    guesses = []
    for visit in visits:
        at = visit.at.replace(minute=0, second=0, microsecond=0)
        guess = 3
        for by, start in (("month", at.replace(day=1, hour=0)), ("day", at.replace(hour=0)), ("hour", at)):
            found = told.get((by, visit.team, "autettuna", start.isoformat()))
            guess = commonest(found) if found else guess
        guesses.append(guess)
    city.publish()
    beside = []
    for node in ("kotihoito", *TEAMS):
        history = city.json(f"/api/v1/publications?node={node}&from={span[0]}&to={span[1]}")
        for series in history["series"]:
            for row in series["rows"]:
                month = told.get(("month", node, series["question"], row["start"]), (0,) * 4)
                beside += [(month, tuple(row["now"]["counts"]))]
                beside += [(month, tuple(version["counts"])) for version in row["versions"]]
    smallest = min(sum(counts) for key, counts in told.items() if "autettuna" in key)
    return share(guesses, visits), base(visits), smallest, beside


@pytest.fixture(params=["visits: {minimum: 0}", ""], ids=["unguarded", "guarded"])
def city(request, tmp_path):
    city = City(tmp_path, request.param)
    with city.rig:
        city.isGuarded = not request.param
        yield city


def test_who_asks_after_every_rating_matches_none(city):
    matched, guessing, changed = watched(city, random.Random(20261129))
    print(f"\nmatched {matched:.0%}, by guessing {guessing:.0%}, changed: {sorted(changed)}")
    if city.isGuarded:
        assert matched <= guessing + MARGIN
        assert not changed, "something moved with a rating"
    else:
        assert matched >= 0.95 and matched > guessing + MARGIN


def test_who_looks_up_a_month_matches_little_and_finds_it_exact(city):
    matched, guessing, truth, total, smallest = looked_up(city, random.Random(20261130))
    print(f"\nmatched {matched:.0%}, by guessing {guessing:.0%}, fewest told together: {smallest}")
    assert total == truth
    if city.isGuarded:
        assert matched <= guessing + MARGIN
        assert smallest >= 5
    else:
        assert matched > guessing + 2 * MARGIN and smallest == 1


def test_who_asks_what_stood_before_matches_no_rating_that_came_late(city):
    matched, guessing, answers = asked_later(city, random.Random(20261201))
    print(f"\nmatched {matched:.0%}, by guessing {guessing:.0%}")
    if city.isGuarded:
        assert matched <= guessing + MARGIN
        assert all(answer == answers[0] for answer in answers), "a moment tells what came before the next"
    else:
        assert matched >= 0.95 and matched > guessing + MARGIN


@pytest.mark.parametrize("visits, marked, isHidden", [
    ("visits: {minimum: 0}", WITH_HELP, False), ("", "text: {fi: Autettuna}", False), ("", WITH_HELP, True)],
    ids=["unguarded", "as any question", "guarded"])
def test_who_knows_who_is_helped_matches_none_of_their_answers(tmp_path, visits, marked, isHidden):
    city = City(tmp_path, visits, marked)
    with city.rig:
        matched, guessing, smallest, beside = helped(city, random.Random(20261202))
    print(f"\nmatched {matched:.0%}, by guessing {guessing:.0%}, fewest told together: {smallest}")
    assert beside and all(told == public for told, public in beside), "their difference tells a few"
    if isHidden:
        assert matched <= guessing + MARGIN
        assert smallest >= 5
    else:
        assert matched > guessing + 2 * MARGIN and smallest == 1

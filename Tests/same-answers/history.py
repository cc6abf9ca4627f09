"""One database with something of everything, for two builds to answer from.

The seed decides the presses. What is reckoned from the moment of receipt (estimated presses) lies
where the clock was when the database was made; both builds read copies of the same file.
"""

import csv
import datetime
import http.client
import itertools
import json
import random
import secrets
import subprocess
import time

import paho.mqtt.client as mqtt
import rig
from frames import Frame, Press, encode_frame

DAY_S = 86_400
START = 1_735_732_800  # 2025-01-01T12:00Z
YEAR_2018 = 1_514_764_800  # 2018-01-01T00:00Z
ACL = "user pikapalaute\ntopic readwrite #\nuser tester\ntopic readwrite #\n"
# Responses and happy index in the city's report, by year.
CITY = {
    2017: {"terveysasemat": (120_725, 86), "hammashoitolat": (147_671, 89),
           "paivystykset": (17_595, 81), "palvelukeskukset": (10_938, 91)},
    2018: {"terveysasemat": (132_308, 87), "hammashoitolat": (86_957, 89),
           "paivystykset": (14_076, 80), "palvelukeskukset": (32_591, 94)},
}
PLACES = {
    "terveysasemat": ["kallio-aula", "kallio-ovi", "toolo-aula"],
    "hammashoitolat": ["ruoholahti-aula", "kamppi-aula"],
    "paivystykset": ["haartman-aula"], "palvelukeskukset": ["kinapori-aula"],
}
# Devices and how many slots they press; what they serve stands in the registry.
DEVICES = {
    "hn-01": 1, "hn-02": 2, "hn-03": 1, "hn-04": 1, "hn-05": 3, "hn-06": 1, "hn-07": 1, "hn-08": 2,
    "hn-09": 1, "hn-10": 1, "kh-01": 1, "kh-02": 1,
}
ANNULLED = ["--from", "2025-05-01", "--to", "2025-09-09T09:00:00Z"]


def registry(is_later):
    """The site's; later a question has more buttons, and devices moved, went and came."""
    moved = ("2025-06-03", "2026-02-01") if is_later else ("2025-09-01", "2025-12-01")
    gone = "" if is_later else ", {id: hn-10, question: odotus}"
    return f"""\
site: helsinki
time_zone: Europe/Helsinki
holidays: {"fi-with-eves" if is_later else "fi"}
public: {{by: month, delay_days: 0}}
questions:
  - {{id: palvelu, buttons: 4, text: {{fi: "Miten meni, \\"hyvin\\"?", sv: Hur var det?}}}}
  - {{id: kohtaaminen, buttons: 5, text: {{fi: Kohdattiinko sinut arvostavasti?}}}}
  - {{id: kaynti, buttons: 3, text: {{fi: "Miten käynti sujui?"}}}}
  - {{id: odotus, buttons: {5 if is_later else 3}, text: {{fi: Odotitko kauan?}}}}
  - {{id: suositus, buttons: 2, text: {{fi: Suositteletko?}}}}
nodes:
  - id: terveysasemat
    kind: service
    name: {{fi: Terveysasemat, sv: "Hälsostationer", en: Health stations}}
    public: true
    opening_hours: Mo-Fr 08:00-16:00; PH off
    nodes:
      - id: kallio
        kind: unit
        name: {{fi: "Kallio, \\"linja\\" 4"}}
        nodes:
          - {{id: kallio-aula, kind: touchpoint, question: palvelu, repeat_interval_s: 2, name: {{
              fi: "Kallio, aula"}}, devices: [{{id: hn-01}}, {{id: hn-07, to: {moved[0]}}}]}}
          - {{id: kallio-ovi, kind: touchpoint, questions: [palvelu, kohtaaminen],
              repeat_interval_s: 0.3, devices: [{{id: hn-02}}]}}
      - id: toolo
        kind: unit
        name: {{fi: "Töölö", sv: "Tölö"}}
        nodes:
          - {{id: toolo-aula, kind: touchpoint, question: palvelu,
              opening_hours: "Mo-Sa 09:00-13:00",
              devices: [{{id: hn-03, to: 2026-03-11}},
                        {{id: hn-07, from: {moved[0]}, to: {moved[1]}}}]}}
  - id: hammashoitolat
    kind: service
    name: {{fi: Hammashoitolat}}
    public: true
    nodes:
      - {{id: ruoholahti-aula, kind: touchpoint, question: palvelu, devices: [{{id: hn-04}}]}}
      - {{id: kamppi-aula, kind: touchpoint, questions: [palvelu, suositus, odotus],
          repeat_interval_s: 5, devices: [{{id: hn-05}}]}}
      - {{id: kamppi-labra, kind: touchpoint, question: palvelu, public: false,
          devices: [{{id: hn-06, from: 2025-02-01, to: 2025-08-01}},
                    {{id: hn-06, from: 2025-10-01, question: suositus}}]}}
  - id: paivystykset
    kind: service
    opening_hours: 24/7
    nodes: [{{id: haartman-aula, kind: touchpoint, question: palvelu,
             devices: [{{id: hn-07, from: {moved[1]}}}{gone}]}}]
  - id: palvelukeskukset
    kind: service
    opening_hours: Mo-Su 10:00-18:00; Dec 24-26 off
    nodes: [{{id: kinapori-aula, kind: touchpoint, questions: [odotus, palvelu],
             devices: [{{id: hn-08}}, {{id: hn-09, from: 2026-01-01}}]}}]
  - id: kotihoito
    kind: service
    name: {{fi: Kotihoito, sv: "Hemvård", en: Home care}}
    nodes:
      - {{id: kotihoito-etela, kind: touchpoint, channel: visit, question: kaynti,
          repeat_interval_s: 0, devices: [{{id: kh-01}}, {{id: kh-02, to: 2026-01-15}}]}}
      - {{id: kotihoito-lansi, kind: touchpoint, channel: visit, question: kaynti,
          devices: [{{id: kh-02, from: 2026-01-15}}]}}
  - {{id: tyhja, kind: service, name: {{fi: "Tyhjä"}}}}
"""


def pikapalaute(build, database, *words, codes=(0,)):
    """Runs a command; (exit code, what it said)."""
    done = subprocess.run(
        [build / "pikapalaute", *map(str, words), *(["--database", database] if database else [])],
        capture_output=True, text=True, timeout=120)
    if codes and done.returncode not in codes:
        raise RuntimeError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.returncode, done.stdout + done.stderr


def city_hours(dice, path):
    """The city's two years as an earlier supplier's hours: the report's responses and indexes."""
    lines = [["node", "question", "start", "count_0", "count_1", "count_2", "count_3", "excluded"]]
    for year, services in CITY.items():
        days = [datetime.date(year, 1, 2) + datetime.timedelta(n) for n in range(360)]
        for service, (responses, index) in services.items():
            slots = [(place, day, hour) for place in PLACES[service] for day in days
                     if day.weekday() < 5 for hour in range(8, 16, 2)]
            cells = {}
            for _ in range(responses // 16):
                cells.setdefault(dice.choice(slots), []).append(16)
            cells.setdefault(slots[0], []).append(responses % 16)
            # Of the most negative and most positive button alone the index is the latter's share.
            shares = [100 - index - 2, 1, 3, index - 2]
            for (place, day, hour), counts in sorted(cells.items()):
                pressed = dice.choices(range(4), shares, k=sum(counts))
                lines.append([place, "palvelu", f"{day}T{hour:02}:00:00+02:00",
                              *(pressed.count(k) for k in range(4)), dice.choice([0, 0, 0, 2])])
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(lines)


def single_presses(dice, path, moved=0):
    """Single presses of another supplier, some of them misuse."""
    path.write_text("id,time,touchpoint,button,excluded\n" + "".join(
        f"{n},2024-{1 + n % 12:02}-{1 + dice.randrange(28):02}T{n % 24:02}:{n % 60:02}:10+02:00,"
        f"toolo-aula,{(n + moved) % 4},{str(n % 9 == 0).lower()}\n" for n in range(300)))


def small_hours(path):
    """Hours of a question that has three buttons when they are imported, and five later."""
    path.write_text("node,question,start,count_0,count_1,count_2\n" + "".join(
        f"kinapori-aula,odotus,2018-{1 + n % 12:02}-03T{8 + n % 9:02}:00:00+02:00,{n % 3},2,{n}\n"
        for n in range(48)))


class Sender:
    """A device that posts its journal with all that can go wrong on the way."""

    def __init__(self, dice, running, name, slots):
        self.dice, self.running, self.name, self.slots = dice, running, name, slots
        self.epoch, self.next, self.moment, self.last = dice.getrandbits(32), 0, START * 1000, None

    def frame(self, sent_at, first, count, utc=True, oldest=True):
        presses, clock = [], 5000  # without a set clock: milliseconds since power came
        self.moment += self.dice.randrange(16) * DAY_S * 1000
        if self.moment > (sent_at - 30 * DAY_S) * 1000:
            self.moment = START * 1000 + self.dice.randrange(DAY_S) * 1000
        for _ in range(count):
            step = self.dice.choice([0, 200, 1500, 2000, 4000, 60_000, 3_600_000, 40_000_000])
            self.moment += step
            clock += step % 600_000
            now = self.moment if utc else clock
            at = None if self.dice.random() < 0.003 else now // 1000
            if self.dice.random() < 0.003 and utc:
                at = int(time.time()) + 3 * DAY_S  # dated more than a day ahead: invalid
            presses.append(Press(
                at, now % 1000 if at is not None else 0,
                self.dice.choice([0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 4, 9]),
                self.dice.choice([0, 0, 0, *range(self.slots)])))
        clock_s = sent_at if utc else clock // 1000 + 60
        return Frame(self.epoch, first, clock_s, presses, utc, oldest)

    def post(self, frame):
        return post(self.running, self.name, encode_frame(frame))

    def send(self):
        """The next frame, in one of the ways that frames come."""
        how, now = self.dice.random(), int(time.time())
        count = self.dice.choice([1, 5, 40, 60, 60, 80])
        if how < 0.06 and self.last:
            self.post(self.last)
            return
        if how < 0.12:
            status, _ = self.post(self.frame(now, self.next + 7, 3, oldest=False))
            assert status == 409, f"{self.name}: a gap was answered {status}"
            return
        if how < 0.18:
            self.next += self.dice.randrange(1, 6)
        elif how < 0.2:
            self.epoch, self.next = self.dice.getrandbits(32), self.dice.randrange(3)
        self.last = self.frame(now, self.next, count, utc=not 0.2 < how < 0.27)
        status, body = self.post(self.last)
        assert status == 200, f"{self.name} was answered {status}: {body}"
        self.next += count


def post(running, device, payload):
    connection = http.client.HTTPConnection("127.0.0.1", running.http_port, timeout=60)
    connection.request("POST", f"/ingest/v1/helsinki/{device}/press", payload, {
        "Authorization": f"Bearer {running.token}", "Content-Type": "application/octet-stream"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def tell_status(running, states):
    """Status messages of devices through the broker, taken before this returns."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="tester")
    client.username_pw_set("tester", running.credentials["tester"])
    client.connect("127.0.0.1", running.mqtt_port)
    client.loop_start()
    for device, state in states.items():
        text = json.dumps({"state": state, "firmware": "1.2", "battery_mv": 3000, "journal": 4})
        client.publish(f"pikapalaute/v1/helsinki/{device}/status", text, qos=1).wait_for_publish(10)
    deadline = time.monotonic() + 20
    while f"status_messages_total {len(states)}" not in running.get("/metrics")[1]:
        if time.monotonic() > deadline:
            raise RuntimeError("the status messages were not taken")
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()


class History:
    """The database, and what there is to ask about: `moments`, `tokens`."""

    def __init__(self, folder, build, seed, rounds):
        self.folder, self.build, self.dice = folder, build, random.Random(seed)
        self.moments, self.tokens = [], {}
        folder.mkdir()
        rig.BUILD = build
        (folder / "registry.yaml").write_text(registry(is_later=False))
        self.rig = rig.Rig(
            folder, folder / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
        self.database = self.rig.database
        self.tokens["administrator"] = self.rig.token
        self.rig.start()
        try:
            self.make(rounds)
        finally:
            self.rig.stop()

    def run(self, *words, **how):
        return pikapalaute(self.build, self.database, *words, **how)[1]

    def press(self, senders, rounds):
        for _ in range(rounds):
            for sender in senders:
                sender.send()
            if self.dice.random() < 0.5:
                self.remember()

    def remember(self):
        """The revision of now and the time: what `as_of` is asked about."""
        _, body = self.rig.get("/api/v1/results?node=helsinki&from=2017-01-01&to=2028-01-01")
        at = datetime.datetime.now(datetime.timezone.utc)
        self.moments.append((json.loads(body)["revision"]["data"],
                             f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"))

    def restart(self):
        self.rig.service.start()
        self.rig.wait_until_ready()

    def make(self, rounds):
        senders = [Sender(self.dice, self.rig, *device) for device in DEVICES.items()]
        self.press(senders, rounds // 3)
        tell_status(self.rig, {"hn-01": "online", "hn-02": "offline", "hn-04": "online"})
        unnumbered = {"presses": [{"button": 3}, {"button": 1, "at": "2026-05-05T10:00:00Z"}]}
        post(self.rig, "hn-04", json.dumps(unnumbered).encode())
        post(self.rig, "hn-04", b"neither frame nor JSON")
        post(self.rig, "ghost", encode_frame(Frame(1, 0, START, [Press(START)])))
        self.rig.service.stop()
        city_hours(self.dice, self.folder / "city.csv")
        self.run("import", self.folder / "city.csv")
        small_hours(self.folder / "small.csv")
        self.run("import", self.folder / "small.csv")
        for moved in (0, 1):
            single_presses(self.dice, self.folder / f"{moved}.csv", moved)
            self.run("import", self.folder / f"{moved}.csv", "--replace")
        self.run("import", "withdraw", "4")
        self.rig.registry.write_text(registry(is_later=True))
        self.restart()
        self.press([sender for sender in senders if sender.name != "hn-10"], rounds // 2)
        self.rig.service.stop()
        self.run("annul", "--device", "hn-07", *ANNULLED, "--reason", "key 3 stuck")
        self.run("annul", "--device", "hn-01", *ANNULLED, "--reason", "a mistake")
        self.run("annul", "--undo", "2")
        self.run("publish")
        self.restart()
        self.press([sender for sender in senders if sender.name != "hn-10"], rounds // 6 + 1)
        # What came after the publication: twenty of each button in published months, where no other
        # device pressed, at places enough that they may be published again.
        for device, days in itertools.product(["hn-01", "hn-02", "hn-04", "hn-05"], (73, 135)):
            presses = [Press(YEAR_2018 + days * DAY_S + 60 * k, 0, k % 4) for k in range(80)]
            post(self.rig, device, encode_frame(Frame(days, 0, int(time.time()), presses)))
        self.remember()
        self.rig.service.stop()
        self.run("publish")
        self.run("publish", "--again", "2018-03-01")
        self.run("publish", "--again", "2018-04-01", "--by", "quarter")
        # Refused where the difference would tell too much.
        self.run("publish", "--again", "2025-02-01", codes=(0, 1))
        self.run("publish", "--again", "2025-04-01", "--by", "quarter", codes=(0, 1))
        self.make_tokens()

    def make_tokens(self):
        for name, words in {
            "reader": ["--role", "reader"], "analyst": ["--role", "analyst"],
            "manager": ["--role", "manager", "--note", "who publishes"],
            "reader at kallio": ["--role", "reader", "--node", "kallio"],
            "analyst at kotihoito": ["--role", "analyst", "--node", "kotihoito"],
            "manager at hammashoitolat": ["--role", "manager", "--node", "hammashoitolat"],
            "device": ["--device", "hn-01"], "expired": ["--days", "1"], "withdrawn": [],
        }.items():
            self.tokens[name] = self.run("token", "make", *words).strip()
        count = len(self.tokens) - 1
        self.run("token", "expire", count - 1)
        self.run("token", "withdraw", count)

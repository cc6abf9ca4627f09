"""The service as its neighbours see it: presses in by MQTT and HTTP, results out.

Run by `python3 -m pytest` in this folder against a service whose registry is registry.yaml,
with the environment of peer.py. Tests share no device and day, send epochs of their own, and
compare what is there after with what was there before: their order does not matter, and
they may be run again on the same data.
"""

import csv
import datetime
import io
import json
import random
import re
import time
from pathlib import Path

import pytest

import model
from frames import Frame, Press, decode_ack, encode_frame
from peer import (
    SITE, Answer, Connection, Device, get, new_epoch, post_press, read_answer, request)

VECTORS = Path(__file__).resolve().parents[2] / "firmware-protocol" / "vectors"
FIELDS = ("excluded", "invalid", "lost", "estimated")
HOUR_S = 3600


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def cases(vectors):
    return [pytest.param(v, id=v["name"]) for v in vectors]


def at(text):
    """Seconds since 1970 of an RFC 3339 time."""
    return int(datetime.datetime.fromisoformat(text).timestamp())


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def frame(epoch, first, presses, oldest=True, sent_at=None, is_utc=True):
    sent_at = int(time.time()) if sent_at is None else sent_at
    return encode_frame(Frame(epoch, first, sent_at, presses, is_utc, oldest))


def as_json(value):
    return json.dumps(value).encode()


def payload_of(vector):
    if "payload_repeat" in vector:
        text, times = vector["payload_repeat"]
        return bytes.fromhex(text) * times
    for key in ("payload_hex", "hex"):
        if key in vector:
            return bytes.fromhex(vector[key])
    return vector["text"].encode() + b" " * vector.get("append_spaces", 0)


def results(node, start, end, by="hour", **query):
    response = get("/api/v1/results", node=node, by=by, **{"from": start, "to": end}, **query)
    assert response.status == 200, response.body[:500]
    assert response.type == "application/json"
    value = response.json
    assert value["node"] == node and value["by"] == by
    assert value["time_zone"] == "Europe/Helsinki"
    return value


def check_row(row, buttons):
    """What holds of every row, whatever was sent."""
    assert len(row["counts"]) == buttons
    assert row["responses"] == sum(row["counts"])
    assert 0 <= row["estimated"] <= row["responses"]
    assert 0 <= row["late"] <= row["responses"]
    exact = model.index(row["counts"])
    if exact is None:
        assert row["index"] is None
        return
    assert abs(row["index"] - float(exact)) <= 0.0051, row
    low, high = model.interval(row["counts"])
    assert abs(row["interval"]["low"] - low) <= 0.051, row
    assert abs(row["interval"]["high"] - high) <= 0.051, row
    assert row["interval"]["level"] == 0.95


def buckets(node, start_s, hours):
    """{(question, hour): numbers} of a node, hour by hour, without the empty ones."""
    found = {}
    for series in results(node, utc(start_s), utc(start_s + hours * HOUR_S))["series"]:
        assert series["node"] == node
        assert len(series["rows"]) == hours
        for k, row in enumerate(series["rows"]):
            check_row(row, series["buttons"])
            assert at(row["start"]) == start_s + k * HOUR_S
            assert at(row["end"]) == start_s + (k + 1) * HOUR_S
            numbers = row["counts"] + [row[field] for field in FIELDS]
            if any(numbers):
                found[series["question"], start_s // HOUR_S + k] = numbers
    return found


def difference(after, before):
    found = {}
    for key, numbers in after.items():
        old = before.get(key, [0] * len(numbers))
        changed = [a - b for a, b in zip(numbers, old, strict=True)]
        if any(changed):
            found[key] = changed
    assert not before.keys() - after.keys(), "a bucket went away"
    return found


def expected(device, questions):
    """The model's buckets in the shape of `buckets`. questions: [(id, buttons)] by slot."""
    found = {}
    for row in device.rows():
        question, buttons = questions[row["slot"]]
        assert not any(row["counts"][buttons:])
        found[question, row["hour"]] = row["counts"][:buttons] + [row[f] for f in FIELDS]
    return found


def eventually(look, wanted, timeout_s=10):
    """Looks until it is so: results may trail an acknowledgement by a moment."""
    end = time.monotonic() + timeout_s
    while (found := look()) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    assert found == wanted


class Watch:
    """The change of a node's hours since the watch began."""

    def __init__(self, node, start_s, hours=24):
        self.where = (node, start_s, hours)
        self.before = buckets(*self.where)

    def change(self):
        return difference(buckets(*self.where), self.before)

    def becomes(self, wanted):
        eventually(self.change, wanted)


PALVELU = [("palvelu", 4)]


# --- presses over MQTT ------------------------------------------------------------------

def test_frame_is_answered_and_counted():
    day, epoch = at("2026-06-01T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    twin = model.Device([4], 2000)
    payload = frame(epoch, 0, [
        Press(day + 600, 0, 3), Press(day + 601, 999, 0), Press(day + 602, 0, 1),
        Press(day + 7200, 1, 2), Press(day + 7201, 0, 9)])
    twin.receive(int(time.time() * 1000), payload)
    with Device("dev-02") as device:
        assert device.ask(payload) == Answer(epoch, 5, False, False)
    hour = day // HOUR_S
    wanted = expected(twin, PALVELU)
    assert wanted == {
        ("palvelu", hour): [0, 1, 0, 1, 1, 0, 0, 0],
        ("palvelu", hour + 2): [0, 0, 1, 0, 0, 1, 0, 0]}
    watch.becomes(wanted)


def test_duplicates_count_once():
    day, epoch = at("2026-06-02T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    presses = [Press(day + 10 * k, 0, k % 4) for k in range(6)]
    with Device("dev-02") as device:
        for first, last, next_ in [(0, 3, 3), (0, 3, 3), (1, 2, 3), (2, 6, 6), (0, 6, 6)]:
            answer = device.ask(frame(epoch, first, presses[first:last]))
            assert answer == Answer(epoch, next_, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [2, 2, 1, 1, 0, 0, 0, 0]})


def test_rewind():
    day, epoch = at("2026-06-03T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    presses = [Press(day + 10 * k, 0, 3) for k in range(6)]
    with Device("dev-02") as device:
        late = frame(epoch, 4, presses[4:], oldest=False)
        assert device.ask(late) == Answer(epoch, 0, True, False)
        assert device.ask(frame(epoch, 0, presses[:2])) == Answer(epoch, 2, False, False)
        assert device.ask(late) == Answer(epoch, 2, True, False)
        assert device.ask(frame(epoch, 2, presses[2:], False)) == Answer(epoch, 6, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [0, 0, 0, 6, 0, 0, 0, 0]})


def test_lost_presses_are_shown():
    day, epoch = at("2026-06-04T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    with Device("dev-02") as device:
        answer = device.ask(frame(epoch, 41, [Press(day + HOUR_S, 0, 2), Press(day + 2 * HOUR_S)]))
        assert answer == Answer(epoch, 43, False, False)
    hour = day // HOUR_S
    watch.becomes({
        ("palvelu", hour + 1): [0, 0, 1, 0, 0, 0, 41, 0],
        ("palvelu", hour + 2): [1, 0, 0, 0, 0, 0, 0, 0]})


def test_epochs_in_any_order():
    day, epochs = at("2026-06-05T00:00:00Z"), [new_epoch() for _ in range(6)]
    watch = Watch("kallio-ovi", day)
    with Device("dev-02") as device:
        for turn in range(3):
            for k, epoch in enumerate(epochs):
                press = Press(day + 600 * turn + 60 * k, 0, turn)
                answer = device.ask(frame(epoch, turn, [press], oldest=False))
                assert answer == Answer(epoch, turn + 1, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [6, 6, 6, 0, 0, 0, 0, 0]})


def test_thousand_presses():
    day, epoch = at("2026-06-06T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    twin = model.Device([4], 2000)
    payload = frame(epoch, 0, [Press(day + 3 * k, k % 1000, k % 4) for k in range(1000)])
    twin.receive(int(time.time() * 1000), payload)
    with Device("dev-02") as device:
        assert device.ask(payload) == Answer(epoch, 1000, False, False)
    watch.becomes(expected(twin, PALVELU))


def test_counter_clock_and_unknown_time_are_estimated():
    # The hour is that of receipt, so look at this one and its neighbours.
    start = int(time.time()) // HOUR_S * HOUR_S - HOUR_S
    epoch, watch = new_epoch(), Watch("kallio-labra", start, 4)
    with Device("dev-03") as device:
        device.ask(frame(epoch, 0, [Press(990, 0, 1), Press(None, 0, 1)], True, 1000, False))

    def sums():
        return [sum(column) for column in zip(*watch.change().values())]

    eventually(sums, [0, 2, 0, 0, 0, 0, 0, 2])


def test_clock_ahead_is_corrected():
    now, epoch = int(time.time()), new_epoch()
    ahead = 10 * 24 * HOUR_S
    start = now // HOUR_S * HOUR_S - 3 * HOUR_S
    watch = Watch("kallio-labra", start, 6)
    with Device("dev-03") as device:
        device.ask(frame(epoch, 0, [Press(now + ahead - 60, 0, 3)], sent_at=now + ahead))

    def sums():
        return [sum(column) for column in zip(*watch.change().values())]

    eventually(sums, [0, 0, 0, 1, 0, 0, 0, 0])


def test_json_over_mqtt_is_answered_in_json():
    day, epoch = at("2026-06-07T00:00:00Z"), new_epoch()
    watch = Watch("kallio-labra", day)
    with Device("dev-03") as device:
        payload = as_json({"epoch": epoch, "first": 0, "presses": [
            {"at": "2026-06-07T14:30:00.250+03:00", "button": 3, "slot": 0},
            {"at": "2026-06-07T11:30:00Z", "button": 0}]})
        assert device.ask(payload) == Answer(epoch, 2, False, True)
        assert device.ask(payload) == Answer(epoch, 2, False, True)
        far = as_json({"epoch": epoch, "first": 9, "presses": [{"button": 1}]})
        assert device.ask(far) == Answer(epoch, 2, True, True)
        once = as_json({"presses": [{"at": "2026-06-07T20:00:00Z", "button": 1}]})
        assert device.ask(once) == Answer(None, None, False, True)
        assert device.ask(once) == Answer(None, None, False, True)
    hour = day // HOUR_S
    watch.becomes({
        ("palvelu", hour + 11): [1, 0, 0, 1, 0, 0, 0, 0],
        ("palvelu", hour + 20): [0, 2, 0, 0, 0, 0, 0, 0]})


def test_random_journal_against_the_model():
    day, epoch = at("2026-07-01T00:00:00Z"), new_epoch()
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    watch, twin = Watch("kotihoito-satunnainen", day, 48), model.Device([5], 2000)
    clock_ms, journal = day * 1000, []
    for _ in range(600):
        clock_ms += dice.choice([0, 1, 500, 1999, 2000, 2001, 60_000, 600_000, -1000])
        clock_ms = max(day * 1000, min(clock_ms, (day + 48 * HOUR_S) * 1000 - 1))
        button, slot = dice.choice([0, 1, 2, 3, 4, 4, 4, 5, 200]), dice.choice([0] * 9 + [1])
        journal.append(Press(clock_ms // 1000, clock_ms % 1000, button, slot))
    known = 0
    with Device("dev-12") as device:
        while known < len(journal):
            first = max(0, known + dice.randrange(-20, 15))
            last = min(len(journal), first + dice.randrange(1, 60))
            if first >= last:
                continue
            payload = frame(epoch, first, journal[first:last], dice.random() < 0.3)
            wanted = twin.receive(int(time.time() * 1000), payload)
            answer = device.ask(payload)
            assert (answer.epoch, answer.next, answer.rewind) == tuple(wanted.values()), seed
            known = wanted["next"]
    watch.becomes(expected(twin, [("kohtaaminen", 5)]))


def test_presses_survive_a_cut_connection():
    day, epoch = at("2026-06-08T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    presses = [Press(day + 10 * k, 0, 3) for k in range(40)]
    for k in range(4):
        device = Device("dev-02").__enter__()
        device.press(frame(epoch, 0, presses[: 10 * (k + 1)]))
        device.cut()
    with Device("dev-02") as device:
        assert device.ask(frame(epoch, 0, presses)) == Answer(epoch, 40, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [0, 0, 0, 40, 0, 0, 0, 0]})


# --- what is no press -------------------------------------------------------------------

BAD_FRAMES = load("frames.json")["bad"]
BAD_JSON = load("json-frames.json")["bad"]
DELIVERIES = load("deliveries.json")["vectors"]


class Beacon:
    """Good presses of a device in an epoch of its own: whoever answers them is alive."""

    def __init__(self, device):
        self.device, self.epoch, self.sent = device, new_epoch(), 0

    def payload(self):
        press = Press(at("2026-08-01T00:00:00Z") + 10 * self.sent, 0, 3)
        self.sent += 1
        return frame(self.epoch, self.sent - 1, [press])

    def only_it_is_answered(self, publish, messages_before):
        """Publishes a good press after the bad one; its answer must be the only one."""
        publish(self.payload())
        answer = self.device.answer_after(messages_before)
        assert answer == Answer(self.epoch, self.sent, False, False)
        assert len(self.device.answers()) == messages_before + 1


def test_malformed_over_mqtt_is_never_answered():
    with Device("dev-03") as device:
        beacon = Beacon(device)
        for vector in BAD_FRAMES + BAD_JSON:
            before = len(device.answers())
            device.press(payload_of(vector))
            try:
                beacon.only_it_is_answered(device.press, before)
            except AssertionError as error:
                raise AssertionError(f"after {vector['name']}: {error}") from error


@pytest.mark.parametrize("vector", cases(BAD_FRAMES + BAD_JSON))
def test_malformed_over_http(vector):
    payload = payload_of(vector)
    post_press("dev-03", payload).problem(413 if len(payload) > 131_072 else 400)


def test_a_good_press_over_http_after_malformed_ones():
    epoch = new_epoch()
    for vector in BAD_FRAMES:
        assert post_press("dev-03", payload_of(vector)).status == 400, vector["name"]
    response = post_press("dev-03", frame(epoch, 0, [Press(at("2026-08-02T00:00:00Z"), 0, 3)]))
    assert response.status == 200
    assert read_answer(response.body) == Answer(epoch, 1, False, False)


@pytest.mark.parametrize("vector", cases(
    v for v in DELIVERIES
    if v["via"] == "mqtt" and not v["retained"] and v["topic"].endswith(("press", "presses", "/0"))))
def test_delivery_over_mqtt(vector):
    acks = "pikapalaute/v1/+/+/ack"
    with Device("dev-01") as device, Connection("tester", [acks]) as tester:
        beacon = Beacon(device)
        own = f"{device.base}/press"
        tester.publish(vector["topic"], payload_of(vector))
        if vector["answer"] == "ack":
            device.answer_after(0)
        else:
            beacon.only_it_is_answered(lambda data: tester.publish(own, data), 0)
        foreign = [m.topic for m in tester.messages() if "/dev-01/" not in m.topic]
        assert foreign == []


@pytest.mark.parametrize("vector", cases(v for v in DELIVERIES if v["via"] == "http"))
def test_delivery_over_http(vector):
    payload = payload_of(vector)
    response = request(
        "POST", vector["path"], body=payload, headers={"Content-Type": vector["content_type"]},
        token=True if vector["token"] else None)
    if vector["answer"] not in (200, 409):
        response.problem(vector["answer"])
        return
    assert response.status == vector["answer"], response.body[:300]
    answer = read_answer(response.body)
    assert answer.is_json == (payload[:1] == b"{")
    assert answer.rewind == (vector["answer"] == 409)
    assert response.type == ("application/json" if answer.is_json else "application/octet-stream")


def test_retained_press():
    # To a subscriber who is there it comes without the flag and counts; with the flag it
    # comes only at a new subscription, and must not count again.
    day, epoch = at("2026-06-09T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    payload = frame(epoch, 0, [Press(day, 0, 3)])
    with Device("dev-02") as device:
        device.press(payload, retain=True)
        assert device.answer_after(0) == Answer(epoch, 1, False, False)
        device.press(b"", retain=True)  # clears it; to the service an empty payload
        answer = device.ask(frame(epoch, 1, [Press(day + 60, 0, 2)]))
        assert answer == Answer(epoch, 2, False, False)
        assert len(device.answers()) == 2
    watch.becomes({("palvelu", day // HOUR_S): [0, 0, 1, 1, 0, 0, 0, 0]})


# --- presses over HTTP ------------------------------------------------------------------

def test_http_frame_json_and_mqtt_share_a_journal():
    day, epoch = at("2026-06-10T00:00:00Z"), new_epoch()
    watch = Watch("kotihoito-http", day)
    presses = [Press(day + 10 * k, 500, k % 4) for k in range(6)]
    response = post_press("dev-09", frame(epoch, 0, presses[:2]))
    assert response.status == 200 and response.type == "application/octet-stream"
    assert read_answer(response.body) == Answer(epoch, 2, False, False)
    response = post_press("dev-09", as_json({"epoch": epoch, "first": 1, "presses": [
        {"at": utc(p.at).replace("Z", ".500Z"), "button": p.button} for p in presses[1:4]]}))
    assert response.status == 200 and response.type == "application/json"
    assert read_answer(response.body) == Answer(epoch, 4, False, True)
    with Device("dev-09") as device:
        assert device.ask(frame(epoch, 3, presses[3:])) == Answer(epoch, 6, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [2, 2, 1, 1, 0, 0, 0, 0]})


def test_http_rewind_is_409_with_the_ack():
    day, epoch = at("2026-06-11T00:00:00Z"), new_epoch()
    watch = Watch("kotihoito-http", day)
    response = post_press("dev-09", frame(epoch, 3, [Press(day)], oldest=False))
    assert response.status == 409
    ack = decode_ack(response.body)
    assert (ack.epoch, ack.next, ack.rewind) == (epoch, 0, True)
    response = post_press("dev-09", as_json(
        {"epoch": epoch, "first": 3, "presses": [{"button": 0}]}))
    assert response.status == 409
    assert read_answer(response.body) == Answer(epoch, 0, True, True)
    watch.becomes({})


def test_json_posts_that_overtake_each_other_lose_nothing():
    day, epoch = at("2026-06-18T00:00:00Z"), new_epoch()
    watch = Watch("kotihoito-http", day)
    first, second = (as_json({"epoch": epoch, "first": k, "presses": [
        {"at": utc(day + 60 * k), "button": k}]}) for k in (0, 1))
    answers = [post_press("dev-09", payload) for payload in (second, first, second)]
    assert [response.status for response in answers] == [409, 200, 200]
    assert read_answer(answers[0].body) == Answer(epoch, 0, True, True)
    assert read_answer(answers[2].body) == Answer(epoch, 2, False, True)
    watch.becomes({("palvelu", day // HOUR_S): [1, 1, 0, 0, 0, 0, 0, 0]})


def quarantined(reason):
    found = re.search(
        rf'pikapalaute_quarantined_messages_total{{reason="{reason}"}} (\d+)',
        get("/metrics").body.decode())
    return int(found[1])


def test_wiped_journal_under_its_epoch_is_said():
    day, epoch = at("2026-06-19T00:00:00Z"), new_epoch()
    watch = Watch("kotihoito-http", day)
    old = [Press(day + 10 * k, 0, k % 4) for k in range(5)]
    new = [Press(day + 3600 + 10 * k, 0, 3 - k % 4) for k in range(3)]

    def told():
        epochs = {found["epoch"]: found["reused_at"] for found in entry("dev-09")["epochs"]}
        return epochs[epoch], entry("dev-09")["reused_epoch_at"]

    assert post_press("dev-09", frame(epoch, 0, old)).status == 200
    for _ in range(2):
        assert post_press("dev-09", frame(epoch, 0, old, sent_at=day + 900)).status == 200
    assert told()[0] is None
    before = quarantined("reused_epoch")
    response = post_press("dev-09", frame(epoch, 0, new))
    assert read_answer(response.body) == Answer(epoch, 5, False, False)
    eventually(lambda: quarantined("reused_epoch"), before + 1)
    assert told()[0] is not None and told()[0] == told()[1]
    # The device heard of 5 and sent 3: it begins anew, as rule D5 says.
    other = new_epoch()
    assert post_press("dev-09", frame(other, 0, new)).status == 200
    hour = day // HOUR_S
    watch.becomes({("palvelu", hour): [2, 1, 1, 1, 0, 0, 0, 0],
                   ("palvelu", hour + 1): [0, 1, 1, 1, 0, 0, 0, 0]})


def test_http_413():
    post_press("dev-09", b"\x00" * 131_073).problem(413)
    post_press("dev-09", random.Random(1).randbytes(262_144)).problem(413)


@pytest.mark.parametrize("token", [None, "x" * 40, "short"])
def test_http_401(token):
    payload = frame(new_epoch(), 0, [Press(at("2026-06-12T00:00:00Z"))])
    for response in [
        post_press("dev-09", payload, token=token),
        get("/api/v1/results", token, node="terveysasemat", **{"from": "2026-01-01", "to": "2026-01-02"}),
        get("/api/v1/nodes", token),
        get("/api/v1/devices", token),
    ]:
        response.problem(401)
        assert response.headers.get("www-authenticate", "").startswith("Bearer")


def test_http_unknown_device():
    payload = frame(new_epoch(), 0, [Press(at("2026-06-12T00:00:00Z"))])
    post_press("ghost", payload).problem(404)
    post_press("dev-09", payload, site="espoo").problem(404)


# --- where a press belongs --------------------------------------------------------------

def test_two_slots_are_two_series():
    day, epoch = at("2026-06-13T00:00:00Z"), new_epoch()
    watch = Watch("vallila-kaksi", day)
    payload = frame(epoch, 0, [
        Press(day, 0, 3, 0), Press(day, 0, 4, 1), Press(day, 0, 4, 0), Press(day, 0, 5, 1),
        Press(day, 0, 0, 2)])
    with Device("dev-06") as device:
        device.ask(payload)
    twin = model.Device([4, 5], 0)
    twin.receive(int(time.time() * 1000), payload)
    questions = [("palvelu", 4), ("kohtaaminen", 5)]
    hour = day // HOUR_S
    assert expected(twin, questions) == {
        ("palvelu", hour): [0, 0, 0, 1, 0, 2, 0, 0],
        ("kohtaaminen", hour): [0, 0, 0, 0, 1, 0, 1, 0, 0]}
    watch.becomes(expected(twin, questions))
    one = results("vallila-kaksi", utc(day), utc(day + HOUR_S), question="kohtaaminen")
    assert [s["question"] for s in one["series"]] == ["kohtaaminen"]


def test_visit_touchpoint():
    day = at("2026-06-14T00:00:00Z")
    watch = Watch("kotihoito-etela", day)
    response = post_press("dev-07", as_json({"presses": [
        {"at": "2026-06-14T12:15:00+03:00", "button": 2}, {"at": utc(day), "button": 3}]}))
    assert read_answer(response.body) == Answer(None, None, False, True)
    hour = day // HOUR_S
    watch.becomes({
        ("kaynti", hour): [0, 0, 0, 0, 1, 0, 0], ("kaynti", hour + 9): [0, 0, 1, 0, 0, 0, 0]})


def test_moved_device_counts_where_it_stood():
    midnight, epoch = at("2026-03-01T00:00:00+02:00"), new_epoch()
    old, new = (Watch(f"vallila-{door}-ovi", midnight - 6 * HOUR_S, 12) for door in ("vanha", "uusi"))
    presses = [Press(midnight - 1, 999, 1), Press(midnight, 0, 2)]
    assert post_press("dev-04", frame(epoch, 0, presses)).status == 200
    hour = midnight // HOUR_S
    old.becomes({("palvelu", hour - 1): [0, 1, 0, 0, 0, 0, 0, 0]})
    new.becomes({("palvelu", hour): [0, 0, 1, 0, 0, 0, 0, 0]})


def test_gap_is_unassigned():
    inside, epoch = at("2026-04-15T00:00:00Z"), new_epoch()
    gap, served = Watch("unassigned", inside), Watch("vallila-aula", inside)
    after = Watch("vallila-aula", at("2026-04-30T21:00:00Z"))
    presses = [Press(inside, 0, 3), Press(at("2026-04-30T21:00:00Z"), 0, 2)]
    assert post_press("dev-05", frame(epoch, 0, presses)).status == 200
    after.becomes({("palvelu", at("2026-04-30T21:00:00Z") // HOUR_S): [0, 0, 1, 0, 0, 0, 0, 0]})
    served.becomes({})
    gap.becomes({("palvelu", inside // HOUR_S): [0, 0, 0, 1, 0, 0, 0, 0]})


def test_new_question_from_a_date():
    midnight, epoch = at("2026-02-01T00:00:00+02:00"), new_epoch()
    watch = Watch("kotihoito-toimisto", midnight - 6 * HOUR_S, 12)
    presses = [Press(midnight - 60, 0, 4), Press(midnight, 0, 4)]
    assert post_press("dev-08", frame(epoch, 0, presses)).status == 200
    hour = midnight // HOUR_S
    watch.becomes({
        ("palvelu", hour - 1): [0, 0, 0, 0, 0, 1, 0, 0],
        ("kohtaaminen", hour): [0, 0, 0, 0, 1, 0, 0, 0, 0]})


# --- results ----------------------------------------------------------------------------

@pytest.mark.parametrize("start, end, by, count, first, last", [
    ("2026-03-29", "2026-03-30", "hour", 23, "2026-03-29T00:00:00+02:00", "2026-03-29T23:00:00+03:00"),
    ("2026-10-25", "2026-10-26", "hour", 25, "2026-10-25T00:00:00+03:00", "2026-10-25T23:00:00+02:00"),
    ("2026-03-28", "2026-03-31", "day", 3, "2026-03-28T00:00:00+02:00", "2026-03-30T00:00:00+03:00"),
    ("2026-12-28", "2027-01-11", "week", 2, "2026-12-28T00:00:00+02:00", "2027-01-04T00:00:00+02:00"),
    ("2026-01-01", "2027-01-01", "month", 12, "2026-01-01T00:00:00+02:00", "2026-12-01T00:00:00+02:00"),
    ("2026-01-01", "2027-01-01", "quarter", 4, "2026-01-01T00:00:00+02:00", "2026-10-01T00:00:00+03:00"),
    ("2025-01-01", "2027-01-01", "year", 2, "2025-01-01T00:00:00+02:00", "2026-01-01T00:00:00+02:00"),
    ("2026-01-05", "2026-07-07", "total", 1, "2026-01-05T00:00:00+02:00", "2026-01-05T00:00:00+02:00"),
])
def test_rows_of_the_local_calendar(start, end, by, count, first, last):
    series, = results("kotihoito-kello", start, end, by)["series"]
    rows = series["rows"]
    assert len(rows) == count
    assert rows[0]["start"] == first and rows[-1]["start"] == last
    assert all(a["end"] == b["start"] for a, b in zip(rows, rows[1:]))
    assert at(rows[-1]["end"]) == at(f"{end}T00:00:00" + rows[-1]["end"][-6:])
    for row in rows:
        check_row(row, 4)


def test_dst_day():
    day, epoch = at("2026-03-29T00:00:00+02:00"), new_epoch()
    watch = Watch("kotihoito-kello", day, 23)
    # 02:30 winter time and 04:30 summer time, an hour apart.
    presses = [Press(at("2026-03-29T02:30:00+02:00"), 0, 0), Press(at("2026-03-29T04:30:00+03:00"), 0, 3)]
    assert presses[1].at - presses[0].at == HOUR_S
    assert post_press("dev-10", frame(epoch, 0, presses)).status == 200
    hour = day // HOUR_S
    watch.becomes({
        ("palvelu", hour + 2): [1, 0, 0, 0, 0, 0, 0, 0],
        ("palvelu", hour + 3): [0, 0, 0, 1, 0, 0, 0, 0]})
    rows = results("kotihoito-kello", "2026-03-29", "2026-03-30")["series"][0]["rows"]
    assert [r["start"][11:] for r in rows[2:4]] == ["02:00:00+02:00", "04:00:00+03:00"]
    assert rows[2]["counts"][0] >= 1 and rows[3]["counts"][3] >= 1


def test_sums_are_the_same_by_every_step():
    epoch = new_epoch()
    start = at("2025-01-01T00:00:00+02:00")
    presses = [Press(start + 97 * HOUR_S * k, 0, k % 4) for k in range(85)]
    assert post_press("dev-10", frame(epoch, 0, presses)).status == 200

    def sums(by):
        series, = results("kotihoito-kello", "2025-01-01", "2026-01-01", by)["series"]
        return [sum(c) for c in zip(*(r["counts"] + [r[f] for f in FIELDS] for r in series["rows"]))]

    total = sums("total")
    assert sum(total[:4]) >= 85
    for by in ("day", "month", "quarter", "year"):
        assert sums(by) == total, by


def test_children_add_up():
    day, epoch = at("2026-06-15T00:00:00Z"), new_epoch()
    post_press("dev-02", frame(epoch, 0, [Press(day, 0, 0)]))
    post_press("dev-03", frame(epoch, 0, [Press(day, 0, 3)]))
    value = results("kallio", "2026-06-15", "2026-06-16", "total", children="true")
    rows = {(s["node"], s["question"]): s["rows"][0] for s in value["series"]}
    assert {node for node, _ in rows} >= {"kallio", "kallio-ovi", "kallio-labra"}
    parent = rows.pop(("kallio", "palvelu"))
    assert [sum(c) for c in zip(*(r["counts"] for r in rows.values()))] == parent["counts"]
    assert parent["counts"][0] >= 1 and parent["counts"][3] >= 1


def number(text):
    return None if text == "" else float(text)


@pytest.mark.parametrize("ask", [{"accept": "text/csv"}, {"format": "csv"}])
def test_csv_says_what_json_says(ask):
    day, epoch = at("2026-06-16T00:00:00Z"), new_epoch()
    post_press("dev-02", frame(epoch, 0, [Press(day + 100 * k, 0, k % 5) for k in range(50)]))
    span = {"node": "kallio-ovi", "from": "2026-06-16", "to": "2026-06-17", "by": "hour"}
    response = get("/api/v1/results", **ask, **span)
    assert response.status == 200 and response.type == "text/csv"
    text = response.body.decode("utf-8")
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert text.split("\r\n")[0] == (
        "node,question,start,end,responses,count_0,count_1,count_2,count_3,"
        "index,interval_low,interval_high,excluded,invalid,lost,estimated")
    series, = results("kallio-ovi", "2026-06-16", "2026-06-17")["series"]
    assert len(lines) == len(series["rows"]) == 24
    for line, row in zip(lines, series["rows"]):
        assert (line["node"], line["question"]) == ("kallio-ovi", "palvelu")
        assert (line["start"], line["end"]) == (row["start"], row["end"])
        assert [int(line[f"count_{k}"]) for k in range(4)] == row["counts"]
        for field in ("responses", *FIELDS):
            assert int(line[field]) == row[field]
        bounds = row["interval"] or {"low": None, "high": None}
        for text, value in [
            (line["index"], row["index"]), (line["interval_low"], bounds["low"]),
            (line["interval_high"], bounds["high"])]:
            assert (number(text) is None) == (value is None)
            assert value is None or abs(number(text) - value) <= 0.0051


def test_late_responses_are_told():
    now, epoch = int(time.time()), new_epoch()
    start = now // HOUR_S * HOUR_S - 30 * HOUR_S
    span = {"node": "kallio-labra", "from": utc(start), "to": utc(start + 40 * HOUR_S)}

    def late():
        """By hour, and in all, in JSON; and by hour in CSV."""
        series, = results(span["node"], span["from"], span["to"])["series"]
        total, = results(span["node"], span["from"], span["to"], "total")["series"]
        table = get("/api/v1/results", **span, by="hour", format="csv", details="true")
        lines = list(csv.DictReader(io.StringIO(table.body.decode(), newline="")))
        return [[row["late"] for row in series["rows"]], [total["rows"][0]["late"]],
                [int(line["late"]) for line in lines]]

    before = late()
    presses = [Press(now - age, 0, 1) for age in (25 * HOUR_S, 24 * HOUR_S + 60, 23 * HOUR_S, 9)]
    assert post_press("dev-03", frame(epoch, 0, presses)).status == 200
    after = late()
    changes = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(before, after)]
    assert sum(changes[0]) == 2 and changes[0][(presses[0].at - start) // HOUR_S] == 1
    assert changes[1] == [2] and changes[2] == changes[0]


def test_csv_has_more_columns_only_when_asked():
    span = {"node": "kallio-ovi", "from": "2026-06-16", "to": "2026-06-17", "format": "csv"}
    plain = get("/api/v1/results", **span).body.decode().split("\r\n")
    more = get("/api/v1/results", **span, details="true").body.decode().split("\r\n")
    assert plain[0].endswith(",estimated") and more[0] == plain[0] + ",late,imported,annulled"
    assert len(plain) == len(more) > 2
    for line, longer in zip(plain[1:-1], more[1:-1]):
        assert longer.startswith(line + ",")


GOOD = {"node": "terveysasemat", "from": "2026-06-01", "to": "2026-06-08", "by": "day"}


@pytest.mark.parametrize("name, value", [
    ("by", "fortnight"), ("by", ""), ("from", "yesterday"), ("from", "2026-02-30"),
    ("to", "2026-13-01"), ("to", "2026-06-08T25:00:00Z"), ("children", "perhaps"),
    ("format", "xml"), ("details", "all"),
])
def test_bad_parameter_is_named(name, value):
    text = get("/api/v1/results", **(GOOD | {name: value})).problem(400)
    assert re.search(rf"\b{name}\b", text), text


def test_to_before_from():
    text = get("/api/v1/results", **(GOOD | {"to": "2026-05-01"})).problem(400)
    assert re.search(r"\b(to|from)\b", text), text


def test_missing_node_is_named():
    query = {key: value for key, value in GOOD.items() if key != "node"}
    assert "node" in get("/api/v1/results", **query).problem(400)


@pytest.mark.parametrize("node", ["atlantis", "../nodes", "terveysasemat'--", "%00"])
def test_unknown_node(node):
    get("/api/v1/results", **(GOOD | {"node": node})).problem(404)


def test_good_query_is_good():
    assert get("/api/v1/results", **GOOD).status == 200


# --- the rest of the outside ------------------------------------------------------------

def dictionaries(value):
    """Every object in a JSON value, outermost first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from dictionaries(item)


def test_health():
    for path in ("/healthz", "/readyz"):
        assert get(path, token=None).status == 200, path


def test_metrics():
    response = get("/metrics")
    assert response.status == 200 and response.type.startswith(("text/plain", "application/openmetrics"))
    text = response.body.decode()
    assert "# TYPE " in text
    for line in text.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-zA-Z_:]\w*(\{.*\})? \S+( \d+)?", line), line


def test_openapi():
    value = get("/api/v1/openapi.json").json
    assert value["openapi"].startswith("3.1")
    for path in ("/api/v1/nodes", "/api/v1/results", "/api/v1/devices"):
        assert path in value["paths"], path


def test_nodes():
    response = get("/api/v1/nodes")
    assert response.status == 200
    nodes = {d["id"]: d for d in dictionaries(response.json) if "kind" in d}
    assert {"terveysasemat", "kallio", "kallio-aula", "vallila-kaksi", "kotihoito"} <= nodes.keys()
    assert nodes["kallio-aula"]["kind"] == "touchpoint"
    below = {d["id"] for d in dictionaries(nodes["terveysasemat"]) if "kind" in d}
    assert "vallila-kaksi" in below and "kotihoito-etela" not in below


def entry(device):
    response = get("/api/v1/devices")
    assert response.status == 200
    for found in dictionaries(response.json):
        if device in (found.get("id"), found.get("device")):
            return found
    raise AssertionError(f"{device} is not among the devices")


def test_devices_are_listed():
    for k in range(1, 13):
        entry(f"dev-{k:02}")


def test_status_and_will():
    firmware = f"9.{new_epoch()}"
    status = {"state": "online", "epoch": 7, "firmware": firmware, "battery_mv": 2950, "journal": 12}
    offline = as_json({"state": "offline", "firmware": firmware + "-gone"})
    device = Device("dev-11", will=offline).__enter__()

    def shows(*texts):
        return all(text in json.dumps(entry("dev-11")) for text in texts)

    device.publish(f"{device.base}/status", as_json(status), retain=True)
    eventually(lambda: shows('"online"', f'"{firmware}"', "2950"), True)
    device.publish(f"{device.base}/status", b'{"state":"asleep"}', retain=True)
    device.publish(f"{device.base}/status", as_json(status), retain=True)
    eventually(lambda: shows('"online"', f'"{firmware}"'), True)
    device.cut()
    eventually(lambda: shows('"offline"', f'"{firmware}-gone"'), True, timeout_s=60)


def test_config_is_retained():
    with Device("dev-06") as device:
        message = device.wait(lambda m: True, "/config")
        assert message.retain
        config = json.loads(message.payload)
    assert config["revision"] and config["time_zone"] == "Europe/Helsinki"
    assert [slot["buttons"] for slot in config["slots"]] == [4, 5]
    assert [slot["question"] for slot in config["slots"]] == ["palvelu", "kohtaaminen"]
    assert config["slots"][0]["text"]["sv"] == "Hur nöjd var du?"


def test_devices_may_use_their_own_topics_only():
    day, epoch = at("2026-06-17T00:00:00Z"), new_epoch()
    watch = Watch("kallio-ovi", day)
    with Device("dev-03") as other, Device("dev-02") as device:
        other.publish(f"{device.base}/press", frame(epoch, 0, [Press(day, 0, 0)]))
        assert device.ask(frame(epoch, 0, [Press(day, 0, 3)])) == Answer(epoch, 1, False, False)
    watch.becomes({("palvelu", day // HOUR_S): [0, 0, 0, 1, 0, 0, 0, 0]})

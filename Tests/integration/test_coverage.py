"""No responses, closed, device silent, no device: four different answers, over HTTP.

A real broker, a real service, devices that come, leave, vanish, are silent and are replaced.
"""

import datetime
import json
import secrets
import sys
import time
import urllib.parse
import zoneinfo

import paho.mqtt.client as mqtt
import pytest

from rig import ROOT, Rig

sys.path.insert(0, str(ROOT / "Tests/outside-peer"))
from frames import Frame, Press, encode_frame  # noqa: E402

HELSINKI = zoneinfo.ZoneInfo("Europe/Helsinki")
REGISTRY = """
site: helsinki
time_zone: Europe/Helsinki
holidays: fi
questions: [{id: palvelu, buttons: 4}]
nodes:
  - id: talo
    kind: unit
    opening_hours: 24/7
    nodes:
      - {id: elossa, kind: touchpoint, question: palvelu, devices: [{id: alive}]}
      - {id: katosi, kind: touchpoint, question: palvelu, devices: [{id: vanishing}]}
      - {id: hiljaa, kind: touchpoint, question: palvelu, devices: [{id: silent}]}
      - {id: tyhja, kind: touchpoint, question: palvelu}
      - {id: kiinni, kind: touchpoint, question: palvelu, opening_hours: "off",
         devices: [{id: behind-doors}]}
      - {id: painettu, kind: touchpoint, question: palvelu, devices: [{id: pressed}]}
  - id: arkisin
    kind: touchpoint
    question: palvelu
    opening_hours: Mo-Fr 08:00-16:00; PH off
    devices:
      - {id: old, from: 2024-11-01, to: 2024-12-03}
      - {id: new, from: 2024-12-05}
"""
ACL = """
user pikapalaute
topic readwrite #
pattern write pikapalaute/v1/helsinki/%u/press
pattern write pikapalaute/v1/helsinki/%u/status
"""
DEVICES = ["alive", "vanishing", "behind-doors", "pressed", "old", "new"]


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coverage")
    (folder / "registry.yaml").write_text(REGISTRY)
    passwords = {name: secrets.token_hex(16) for name in DEVICES}
    with Rig(folder, folder / "registry.yaml", passwords, ACL) as rig:
        yield rig


class Client:
    """A device at the broker, with its Will."""

    def __init__(self, rig, name):
        self.topic = f"pikapalaute/v1/helsinki/{name}"
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
        self.client.username_pw_set(name, rig.credentials[name])
        self.client.will_set(f"{self.topic}/status", '{"state":"offline"}', qos=1, retain=True)
        self.client.connect("127.0.0.1", rig.mqtt_port, 30)
        self.client.loop_start()
        self.say("online")

    def say(self, state):
        self.publish("status", json.dumps({"state": state}), retain=True)

    def publish(self, kind, payload, retain=False):
        self.client.publish(f"{self.topic}/{kind}", payload, 1, retain).wait_for_publish(20)

    def leave(self):
        self.say("offline")
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self):
        """Without a farewell: the broker publishes the Will."""
        self.client.loop_stop()
        self.client.socket().close()


def results(rig, node, start, end, by="total", **more):
    asked = {"node": node, "from": start, "to": end, "by": by, "coverage": "true", **more}
    status, body = rig.get("/api/v1/results?" + urllib.parse.urlencode(asked))
    assert status == 200, body
    return body


def rows(rig, node, start, end, by="total"):
    series, = json.loads(results(rig, node, start, end, by))["series"]
    return series["rows"]


def state(rig, node, start):
    """What is said of a node since a moment, and how long its device lived."""
    end = start + datetime.timedelta(hours=2)
    row, = rows(rig, node, start.isoformat(), end.isoformat())
    return row["state"], row["coverage"]["alive_hours"] * 3600


def device(rig, name):
    found = {d["id"]: d for d in json.loads(rig.get("/api/v1/devices")[1])["devices"]}
    return found[name]


def until(look, wanted, seconds=20):
    end = time.monotonic() + seconds
    while not wanted(found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    assert wanted(found), found
    return found


def test_four_different_answers_now(rig):
    start = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    alive, vanishing = Client(rig, "alive"), Client(rig, "vanishing")
    closed, pressed = Client(rig, "behind-doors"), Client(rig, "pressed")
    now = int(time.time())
    pressed.publish("press", encode_frame(Frame(7, 0, now, [Press(now, 0, 3)], True, True)))
    until(lambda: state(rig, "elossa", start), lambda s: s[0] == "no_responses" and s[1] >= 1)
    assert state(rig, "kiinni", start) == ("closed", 0)
    assert state(rig, "hiljaa", start) == ("device_silent", 0)
    assert state(rig, "tyhja", start) == ("no_device", 0)
    until(lambda: state(rig, "painettu", start)[0], lambda s: s == "responses")
    tomorrow = start + datetime.timedelta(days=1)
    assert state(rig, "elossa", tomorrow)[0] == "future"

    # The Will, and a clean farewell, end what is known; staying does not.
    vanishing.vanish()
    until(lambda: device(rig, "vanishing")["status"]["state"], lambda s: s == "offline")
    pressed.leave()
    until(lambda: device(rig, "pressed")["status"]["state"], lambda s: s == "offline")
    ended = state(rig, "katosi", start)
    lasting = state(rig, "elossa", start)
    time.sleep(2.1)
    assert state(rig, "katosi", start) == ended and ended[0] == "no_responses"
    assert state(rig, "elossa", start)[1] >= lasting[1] + 2

    series, = json.loads(results(rig, "talo", start.isoformat(),
                                 (start + datetime.timedelta(hours=2)).isoformat()))["series"]
    row, = series["rows"]
    assert (series["touchpoints"], series["touchpoints_without_opening_hours"]) == (6, 0)
    assert series["opening_hours"] == "24/7" and row["state"] == "responses"
    assert row["coverage"]["touchpoints_silent"] == 1
    assert row["coverage"]["touchpoints_without_device"] == 1
    assert 0 < row["coverage"]["alive_hours"] < row["coverage"]["device_hours"] \
        < row["coverage"]["open_hours"]

    # The same of devices: silent, not silent, and none expected.
    assert device(rig, "silent")["silent"] is True
    assert device(rig, "silent")["last_heard_at"] is None
    assert device(rig, "alive")["silent"] is False
    assert device(rig, "behind-doors")["silent"] is None
    assert device(rig, "vanishing")["last_heard_at"] is not None

    # A service that starts again hears the retained status: the session goes on.
    rig.service.stop()
    rig.service.start()
    rig.wait_until_ready()
    until(lambda: state(rig, "elossa", start)[1], lambda s: s >= lasting[1] + 2)
    assert state(rig, "katosi", start) == ended
    alive.leave()
    closed.leave()


def test_a_week_of_a_touchpoint_whose_device_is_replaced(rig):
    def press(name, *moments):
        client = Client(rig, name)
        seconds = [int(datetime.datetime(*m, tzinfo=HELSINKI).timestamp()) for m in moments]
        frame = Frame(9, 0, int(time.time()), [Press(s, 0, 3) for s in seconds], True, True)
        client.publish("press", encode_frame(frame))
        until(lambda: device(rig, name)["epochs"], lambda e: e and e[-1]["next"] == len(seconds))
        client.leave()

    # Monday 2 December 2024; Friday the 6th is Independence Day. On Tuesday morning the old
    # device is taken away; the new one is pressed with a button that is none: alive all the same.
    press("old", (2024, 12, 2, 9, 30), (2024, 12, 2, 9, 40))
    press("new", (2024, 12, 5, 10, 0))
    week = rows(rig, "arkisin", "2024-12-02", "2024-12-09", "day")
    assert [row["state"] for row in week] == [
        "responses", "no_device", "no_device", "responses", "closed", "closed", "closed"]
    hours = [[row["coverage"][k] for k in ("open_hours", "device_hours", "alive_hours")]
             for row in week]
    assert hours == [[8, 8, 1], [8, 0, 0], [8, 0, 0], [8, 8, 1], *[[0, 0, 0]] * 3]
    assert [row["coverage"]["share"] for row in week] == [0.125, 0, 0, 0.125, None, None, None]
    nine_to_eleven = rows(
        rig, "arkisin", "2024-12-02T09:00:00+02:00", "2024-12-02T11:00:00+02:00", "hour")
    assert [row["state"] for row in nine_to_eleven] == ["responses", "device_silent"]

    table = results(rig, "arkisin", "2024-12-02", "2024-12-09", "day", format="csv",
                    details="true").split("\r\n")
    assert table[0].endswith(",estimated,late,imported,annulled,state,open_hours,device_hours,alive_hours")
    assert table[1].endswith(",responses,8.0,8.0,1.0") and table[5].endswith(",closed,0.0,0.0,0.0")
    plain = results(rig, "arkisin", "2024-12-02", "2024-12-09", "day", coverage="false")
    assert "state" not in plain and "coverage" not in plain


def test_too_much_is_refused_and_named(rig):
    status, body = rig.get(
        "/api/v1/results?node=helsinki&from=1970-01-02&to=2198-01-01&coverage=true")
    assert status == 400 and "coverage" in body, body

"""Devices are told what they show when it changes, under a revision that they have not seen."""

import json
import time
import zoneinfo
from datetime import datetime, timedelta

import paho.mqtt.client as mqtt
import pytest
from faults import Faults
from rig import Rig

ACL = """\
user pikapalaute
topic read pikapalaute/v1/+/+/press
topic read pikapalaute/v1/+/+/status
topic write pikapalaute/v1/+/+/ack
topic write pikapalaute/v1/+/+/config

pattern read pikapalaute/v1/helsinki/%u/config
"""
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {{id: vanha, buttons: 4, text: {{fi: Vanha?}}}}
  - {{id: uusi, buttons: 5, text: {{fi: "{text}"}}}}
nodes:
  - id: aula
    kind: touchpoint
    question: vanha
    devices:
      - {{id: dev-01, to: {change}}}
      - {{id: dev-01, from: {change}, question: uusi}}
      - {{id: dev-02}}
"""


class Told:
    """A device that listens to its configuration."""

    def __init__(self, rig, device):
        self.heard = []
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.username_pw_set(device, rig.credentials[device])
        self.client.on_message = lambda _, __, m: self.heard.append(json.loads(m.payload))
        self.client.on_connect = lambda c, *_: c.subscribe(
            f"pikapalaute/v1/helsinki/{device}/config", qos=1)
        self.client.connect("127.0.0.1", rig.mqtt_port)
        self.client.loop_start()

    def wait_for(self, question, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for config in self.heard:
                if config["slots"][0]["question"] == question:
                    return config
            time.sleep(0.05)
        raise AssertionError(f"never told {question}: {self.heard}")

    def end(self):
        self.client.loop_stop()
        self.client.disconnect()


@pytest.fixture
def rig(tmp_path):
    zone = zoneinfo.ZoneInfo("Europe/Helsinki")
    tomorrow = (datetime.now(zone) + timedelta(days=1)).date()
    registry = tmp_path / "registry.yaml"
    registry.write_text(REGISTRY.format(change=tomorrow, text="Uusi?"))
    rig = Rig(tmp_path, registry, {"dev-01": "one", "dev-02": "two"}, ACL)
    rig.change = tomorrow
    faults = Faults(tmp_path)
    # The clock is set on purpose here.
    rig.service.environment.update(faults.environment, PIKAPALAUTE_TRUST_CLOCK="true")
    midnight = datetime.combine(tomorrow, datetime.min.time(), zone).timestamp()

    def set_clock(seconds_from_midnight):
        faults["clock_offset_ms"] = int(
            (midnight + seconds_from_midnight - time.time()) * 1000)

    rig.set_clock = set_clock
    set_clock(-3600)
    with rig:
        yield rig


def test_a_device_is_told_at_the_date_at_which_its_question_changes(rig):
    first, second = Told(rig, "dev-01"), Told(rig, "dev-02")
    old = first.wait_for("vanha")
    assert second.wait_for("vanha")
    rig.set_clock(1)
    new = first.wait_for("uusi")
    assert new["revision"] > old["revision"] and new["slots"][0]["buttons"] == 5
    assert len(second.heard) == 1, "its configuration has not changed"
    # And once more after a restart, when nothing was said meanwhile.
    rig.service.stop()
    rig.registry.write_text(REGISTRY.format(change=rig.change, text="Uusi teksti?"))
    rig.service.start()
    rig.wait_until_ready()
    deadline = time.monotonic() + 20
    while len(first.heard) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [c["revision"] for c in first.heard[-2:]] == [new["revision"], new["revision"] + 1]
    for told in (first, second):
        told.end()


def test_a_change_at_a_date_while_the_service_was_down_has_a_new_revision(rig):
    first = Told(rig, "dev-01")
    old = first.wait_for("vanha")
    rig.service.stop()
    rig.set_clock(7200)
    rig.service.start()
    rig.wait_until_ready()
    assert first.wait_for("uusi")["revision"] > old["revision"]
    first.end()

"""The devices as people meet them: what each said of itself, who sleeps, who knocks."""

import contextlib
import datetime
import json
import subprocess

import paho.mqtt.client as mqtt
import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, PHONE, api, decimal, sign_in, visitor
from rig import BUILD, wait_until

FIRMWARE = "<img src=x onerror=alert(1)>\"'&"
PAGE_BYTES_MAX = 50_000


@contextlib.contextmanager
def broker(town):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.username_pw_set("tester", town.credentials["tester"])
    client.connect("127.0.0.1", town.mqtt_port)
    client.loop_start()

    def say(device, kind="status", retain=True, **members):
        client.publish(
            f"pikapalaute/v1/helsinki/{device}/{kind}", json.dumps(members), 1, retain
        ).wait_for_publish(20)

    yield say
    client.disconnect()
    client.loop_stop()


@pytest.fixture(scope="module")
def told(town, tmp_path_factory):
    """The town after its devices have said what they may."""
    with broker(town) as say:
        say("hn-0001", state="online", epoch=3, boot=1, battery_mv=2950, journal=40, rssi_dbm=-80)
        wait_until(lambda: device(town, "hn-0001")["battery_mv"] == 2950)
        say("hn-0001", state="online", epoch=3, boot=2, battery_mv=2410, journal=2, rssi_dbm=-71,
            firmware=FIRMWARE, sent_at=datetime.datetime.now(datetime.UTC).isoformat())
        say("hn-0002", state="sleeping", sleep_s=7200, battery_mv=3000, model="hn4",
            firmware="1.4.2", config=1)
        offer_firmware(town, tmp_path_factory.mktemp("firmware"))
        say("hn-0003", state="online", firmware="x" * 10_000)  # over 4096 bytes
        for number in range(3):
            say("zz-0007", "press", retain=False, presses=[{"button": 1}], number=number)
        say("<script>alert(1)<", "press", retain=False, presses=[])
        wait_until(lambda: device(town, "hn-0001")["battery_mv"] == 2410)
        wait_until(lambda: device(town, "hn-0002")["due_at"])
        wait_until(lambda: knocking(town)["other_messages"])
        wait_until(lambda: device(town, "hn-0003")["quarantine"])
    return town


def offer_firmware(town, folder):
    """To every device of the model hn4."""

    def firmware(*words):
        return subprocess.run([BUILD / "pikapalaute", "firmware", *words], check=True,
                              capture_output=True, text=True).stdout

    (folder / "settings.yaml").write_text(f"firmware_key: {firmware('key', 'make', folder / 'key')}")
    (folder / "hn4.json").write_text(firmware(
        "sign", "--key", folder / "key", "--sha256", "5f" * 32, "--model", "hn4",
        "--version", "1.5.0", "--url", "https://files.example/hn4-1.5.0.bin"))
    firmware("offer", folder / "hn4.json", "--stages", "100", "--database", town.database,
             "--config", folder / "settings.yaml")


@pytest.fixture(scope="module")
def administrator(town):
    return town.make_token("--role", "administrator")


def device(town, name):
    return api(town, f"/api/v1/devices/{name}")


def knocking(town):
    return api(town, "/api/v1/devices/unregistered")


def cell(page, card, row):
    return page.locator(f"{card} tbody tr").nth(row).locator("td").first.inner_text()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_telephone(
        chromium, told, administrator, language):
    for size, scheme in [((320, 640), "light"), (DESKTOP, "dark")][:2 if language == "fi" else 1]:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=told.http,
            color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        sign_in(page, administrator)
        for path in ("/devices", "/devices/hn-0001", "/devices/hn-0002", "/devices/hn-0004"):
            page.goto(f"{path}?lang={language}")
            assert page.locator("html").get_attribute("lang") == language
            found = Axe().run(page, options={"runOnly": [
                "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        context.close()


def test_a_devices_page_says_what_the_api_says(chromium, told, administrator):
    with visitor(chromium, told, administrator) as page:
        page.goto("/devices?lang=en")
        page.get_by_role("link", name="hn-0001").click()
        assert page.locator("h1").inner_text() == "hn-0001"
        said = api(told, page.locator("#now").get_attribute("data-query"))
        assert said["status"]["firmware"] == said["firmware"] == FIRMWARE
        assert said["battery_mv"] == 2410 and said["journal"] == 2 and said["rssi_dbm"] == -71
        assert cell(page, "#now", 4) == "2.41, low battery"
        assert cell(page, "#now", 5) == "2"
        assert cell(page, "#now", 6) == "\u221271"
        assert cell(page, "#now", 7) == FIRMWARE
        assert cell(page, "#now", 9) == str(said["configuration_revision"])
        assert cell(page, "#places", 0) == "1 January 2016"
        counts = said["counts"]
        assert [row.inner_text() for row in page.locator("#presses tbody td").all()] == [
            f"{counts[name]:,}" for name in
            ("counted", "excluded", "invalid", "lost", "estimated", "late", "annulled")]
        day, = said["history"]
        assert (day["battery_mv"], day["battery_mv_min"], day["journal_max"]) == (2410, 2410, 40)
        assert day["rssi_dbm_min"] == -80 and day["restarts"] == 1
        assert abs(day["clock_ahead_s"]) < 60
        # Closed tables have their text too.
        assert page.locator("#battery tbody td").first.text_content() == decimal(2.41, 2)
        assert page.locator("#journal tbody td").nth(1).text_content() == "40"
        assert page.locator("#battery svg").count() == 2
        csv = page.locator("main > .sources a").first.get_attribute("href")
        assert "2410" in told.get(csv)[1]
        page.goto("/devices/hn-0003?lang=en")
        row, = device(told, "hn-0003")["quarantine"]
        assert row["reason"] == "malformed_status" and row["bytes"] > 10_000
        assert cell(page, "#quarantine", 0) == "malformed_status"


def test_who_sleeps_is_no_trouble(chromium, told, administrator):
    with visitor(chromium, told, administrator, size=PHONE) as page:
        page.goto("/devices/hn-0002?lang=en")
        assert "The device is asleep" in page.locator(".lead").inner_text()
        assert device(told, "hn-0002")["silent"] is not True


def test_who_knocks_is_told_to_administrators_alone(chromium, told, administrator, reader):
    seen = knocking(told)
    assert [(d["id"], d["messages"]) for d in seen["devices"]] == [("zz-0007", 3)]
    assert seen["other_messages"] == 1
    with visitor(chromium, told, administrator) as page:
        page.goto("/devices?lang=en")
        assert page.locator("#unregistered tbody th").all_inner_texts() == ["zz-0007"]
        today = datetime.date.today()
        line = page.locator("#unregistered pre").first.inner_text()
        assert line.startswith("- {id: zz-0007, from: 20"), (line, today)
        assert "script" not in page.locator("#unregistered").inner_text()
    with visitor(chromium, told, reader) as page:
        page.goto("/devices?lang=en")
        assert not page.locator("#unregistered").count()
        page.goto("/devices/hn-0003?lang=en")
        assert not page.locator("#quarantine").count()


def test_offers_of_firmware_are_shown_to_administrators_alone(chromium, told, administrator, reader):
    wait_until(lambda: api(told, "/api/v1/firmware")["offers"][0]["told"] == 1)
    with visitor(chromium, told, administrator) as page:
        page.goto("/devices?lang=en")
        assert page.locator("#firmware p").first.inner_text() == (
            "hn4 1.5.0: offered to 1 devices, running on 0.")
        row = page.locator(".devices tbody tr", has=page.get_by_role("link", name="hn-0002"))
        assert row.locator("td").last.inner_text() == "1.4.2 → 1.5.0"
        page.goto("/devices/hn-0002?lang=en")
        said = device(told, "hn-0002")
        assert said["reported_revision"] == 1 != said["configuration_revision"]
        assert cell(page, "#now", 9) == f"{said['configuration_revision']} (the device has 1)"
        assert cell(page, "#now", 10) == "hn4"
    wait_until(lambda: "pikapalaute_devices_behind 1\n" in told.get("/metrics")[1])
    with visitor(chromium, told, reader) as page:
        page.goto("/devices?lang=en")
        assert not page.locator("#firmware").count()


def test_the_list_is_small(chromium, told, administrator):
    """A row of the list, so that 130 fit the first view."""
    with visitor(chromium, told, administrator) as page:
        page.goto("/devices?lang=fi")
        rows = page.locator(".devices tbody").inner_html()
        count = page.locator(".devices tbody tr").count()
        assert len(rows.encode()) / count * 130 + 6000 < PAGE_BYTES_MAX


def test_metrics_count_low_batteries(told):
    wait_until(lambda: "pikapalaute_low_battery_devices 1\n" in told.get("/metrics")[1])

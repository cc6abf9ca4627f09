"""Firmware is rolled out in stages, taken by devices that check it, and stopped by itself when it does harm."""

import json
import os
import re
import subprocess

import pytest
from city import CityRig
from rig import BUILD, settingless, wait_until


def run(*arguments, key=None, check=True):
    environment = settingless() | ({"PIKAPALAUTE_FIRMWARE_KEY": key} if key else {})
    done = subprocess.run([BUILD / "pikapalaute", "firmware", *arguments], text=True,
                          capture_output=True, env=environment, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: (folder / name, run("key", "make", folder / name).stdout.strip())
            for name in ("ours", "theirs")}


@pytest.fixture
def rig(tmp_path):
    with CityRig(tmp_path) as rig:
        yield rig


def sign(folder, keys, version, name="ours", model="simulator"):
    (folder / "image.bin").write_bytes(os.urandom(3000))
    manifest = folder / f"{version}.json"
    manifest.write_text(run(
        "sign", "--key", keys[name][0], "--file", folder / "image.bin", "--model", model,
        "--version", version, "--url", f"https://files.example/{version}.bin").stdout)
    return manifest


def offers(rig):
    lines = run("list", "--database", rig.database).stdout.splitlines()
    return [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]


def devices(rig):
    return [d for d in json.loads(rig.get("/api/v1/devices")[1])["devices"] if d["model"]]


def offer(rig, keys, manifest, *options, check=True):
    return run("offer", manifest, "--database", rig.database, *options, key=keys["ours"][1],
               check=check)


def test_devices_take_what_they_are_offered_and_report_it(rig, tmp_path, keys):
    load = rig.simulate("--count", "1500", "--rate", "50", "--verify", "--firmware-key",
                        keys["ours"][1])
    wait_until(lambda: len(devices(rig)) > 20)
    offer(rig, keys, sign(tmp_path, keys, "2.0.0"), "--stages", "20,100", "--hours", "0.001")
    wait_until(lambda: offers(rig)[0]["state"] == "complete", within_s=60)
    wait_until(lambda: {d["firmware"] for d in devices(rig)} == {"2.0.0"})
    wait_until(lambda: all(
        d["configuration_revision"] == d["reported_revision"] for d in devices(rig)))
    behind = rig.pikapalaute("devices", "--behind").stdout.splitlines()
    assert len(behind) == 1, "the head alone"
    (made,) = offers(rig)
    assert made["told"] == made["took"] == str(len(devices(rig)))
    text = load.communicate(timeout=120)[0]
    assert load.returncode == 0, text
    assert re.search(r"\d+ run 2.0.0; \d+ starts", text) and "verified" in text
    # What was told stays told, under the revision that it had.
    before = {d["id"]: d["configuration_revision"] for d in devices(rig)}
    rig.service.stop()
    rig.service.start()
    rig.wait_until_ready()
    wait_until(lambda: rig.get("/api/v1/devices")[0] == 200)
    assert {d["id"]: d["configuration_revision"] for d in devices(rig)} == before
    audit = rig.pikapalaute("audit").stdout
    assert "firmware offered" in audit and "complete, 100 %" in audit


def test_a_rollout_that_does_harm_stops_before_all_are_told(rig, tmp_path, keys):
    load = rig.simulate("--count", "1500", "--rate", "50", "--verify", "--firmware-key",
                        keys["ours"][1], "--firmware-fails", "0.9")
    wait_until(lambda: len(devices(rig)) > 20)
    offer(rig, keys, sign(tmp_path, keys, "2.0.0"), "--stages", "40,100", "--hours", "0.02")
    wait_until(lambda: offers(rig)[0]["state"] == "stopped", within_s=60)
    (made,) = offers(rig)
    assert int(made["told"]) < len(devices(rig)) * 0.8 and made["percent"] == "40"
    assert re.fullmatch(r"in trouble: \d+ of \d+ that were told, \d+ of \d+ others", made["why"])
    assert "stopped by itself" in rig.service.log()
    text = load.communicate(timeout=120)[0]
    assert load.returncode == 0, text
    assert "verified" in text, "presses of devices that start again and again are counted once"


def test_what_the_sites_key_did_not_sign_is_neither_offered_nor_taken(rig, tmp_path, keys):
    done = offer(rig, keys, sign(tmp_path, keys, "2.0.0", "theirs"), check=False)
    assert done.returncode == 1 and "is not by the key of this site" in done.stderr
    changed = sign(tmp_path, keys, "2.0.1")
    changed.write_text(changed.read_text().replace("files.example", "evil.example"))
    assert offer(rig, keys, changed, check=False).returncode == 1
    assert run("offer", changed, "--database", rig.database, check=False).returncode == 1
    assert (keys["ours"][0].stat().st_mode & 0o777) == 0o600
    keys["ours"][0].chmod(0o644)
    assert "chmod 600" in run("key", "show", keys["ours"][0], check=False).stderr
    keys["ours"][0].chmod(0o600)
    # A service with another key: its devices do not take what theirs did not sign.
    load = rig.simulate("--count", "400", "--rate", "50", "--verify", "--firmware-key",
                        keys["theirs"][1])
    wait_until(lambda: len(devices(rig)) > 20)
    offer(rig, keys, sign(tmp_path, keys, "2.0.2"), "--stages", "100", "--hours", "0.001")
    wait_until(lambda: int(offers(rig)[0]["told"]) > 20)
    name = devices(rig)[0]["id"]

    def configuration():
        return json.loads(rig.get(f"/ingest/v1/helsinki/{name}/config")[1])

    # Who is paused is told nothing; who goes on is told again, each under a new revision.
    wait_until(lambda: configuration().get("firmware", {}).get("version") == "2.0.2")
    told = configuration()
    run("pause", "1", "--database", rig.database)
    wait_until(lambda: "firmware" not in configuration())
    assert configuration()["revision"] == told["revision"] + 1
    run("resume", "1", "--database", rig.database)
    wait_until(lambda: configuration().get("firmware") == told["firmware"])
    assert configuration()["revision"] == told["revision"] + 2
    text = load.communicate(timeout=120)[0]
    assert load.returncode == 0, text
    assert "2.0.2" not in text and offers(rig)[0]["took"] == "0"
    assert offers(rig)[0]["state"] == "rolling", "nobody took it, so it does not go on"

"""Starts a broker and a service for the outside peer, unless the environment names some."""

import os
import pathlib
import secrets
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

from rig import Rig  # noqa: E402

ACL = """\
user pikapalaute
topic read pikapalaute/v1/+/+/press
topic read pikapalaute/v1/+/+/status
topic write pikapalaute/v1/+/+/ack
topic write pikapalaute/v1/+/+/config

user tester
topic readwrite #

pattern write pikapalaute/v1/helsinki/%u/press
pattern write pikapalaute/v1/helsinki/%u/status
pattern read pikapalaute/v1/helsinki/%u/ack
pattern read pikapalaute/v1/helsinki/%u/config
"""


@pytest.fixture(scope="session", autouse=True)
def service(tmp_path_factory):
    if os.environ.get("PIKAPALAUTE_TEST_HTTP"):
        yield None
        return
    folder = tmp_path_factory.mktemp("outside-peer")
    users = ["tester"] + [f"dev-{number:02}" for number in range(1, 13)]
    credentials = {user: secrets.token_hex(16) for user in users}
    file = folder / "credentials"
    file.write_text("".join(f"{user}:{word}\n" for user, word in credentials.items()))
    with Rig(folder, HERE / "registry.yaml", credentials, ACL) as rig:
        os.environ |= {
            "PIKAPALAUTE_TEST_MQTT_PORT": str(rig.mqtt_port),
            "PIKAPALAUTE_TEST_CREDENTIALS": str(file),
            "PIKAPALAUTE_TEST_HTTP": rig.http,
            "PIKAPALAUTE_TEST_TOKEN": rig.token,
        }
        yield rig
    assert rig.service.child.returncode == 0, rig.service.log()

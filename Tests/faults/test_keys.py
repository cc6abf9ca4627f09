"""Files and passwords: other users of the machine read neither."""

import os
import stat
import subprocess

import pytest
from posting import BUILD, DEVICES, ROOT, Service, Wrong, make_frames, wait_until
from rig import Process, free_port

PASSWORD = "not-for-other-users"


@pytest.fixture(autouse=True)
def usual_mask():
    """The mask that a shell has, under which files are readable by all."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def run(*arguments):
    return subprocess.run([BUILD / "pikapalaute", *arguments], cwd=ROOT, timeout=60, check=True,
                          capture_output=True, text=True)


def assert_private(folder, *names):
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}
    assert set(names) <= set(modes), modes
    assert set(modes.values()) == {"0o600"}, modes


def test_files_are_for_their_owner_alone(folder):
    """While the service runs, and after a token, a copy, and a copy that was brought back."""
    database = folder / "p.sqlite"
    with Service(folder) as service:
        wait_until(lambda: service.metric("pikapalaute_storing") == 1)
        service.post(DEVICES[0], make_frames(1)[DEVICES[0]][0][:1])
        assert_private(folder, "p.sqlite", "p.sqlite-wal", "p.sqlite-shm", "p-access.sqlite",
                       "p-publications.sqlite")
        run("backup", "--database", database, folder / "copy.sqlite")
        service.end()
        run("token", "add", "--database", database)
        run("restore", "--database", database, folder / "copy.sqlite")
    assert_private(folder, "copy.sqlite", "copy-access.sqlite")
    assert any(".aside-" in path.name for path in folder.iterdir())


def test_files_that_others_may_read_are_named_and_left_as_they_are(folder):
    database = folder / "p.sqlite"
    with Service(folder) as service:
        wait_until(lambda: service.metric("pikapalaute_storing") == 1)
        assert "chmod" not in service.said()
        service.end()
    database.chmod(0o644)
    line, = run("check", "--database", database).stderr.splitlines()
    assert f"chmod go= '{database}'" in line
    with Service(folder) as service:
        line, = [line for line in service.said().splitlines() if "chmod" in line]
        assert f"chmod go= '{database}'" in line
    assert stat.S_IMODE(database.stat().st_mode) == 0o644


@pytest.fixture
def guarded_broker(tmp_path):
    """The port of a mosquitto that asks for the password."""
    port, passwords = free_port(), tmp_path / "passwords"
    passwords.write_text(f"pikapalaute:{PASSWORD}\n")
    passwords.chmod(0o600)
    subprocess.run(["mosquitto_passwd", "-U", passwords], check=True)
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nuser {user}\nallow_anonymous false\n"
        f"password_file {passwords}\npersistence false\n")
    process = Process("mosquitto", tmp_path, ["mosquitto", "-c", tmp_path / "mosquitto.conf"])
    process.start()
    yield port
    process.stop()


@pytest.mark.parametrize("way", ["environment", "file", "command line"])
def test_the_brokers_password_need_not_stand_on_the_command_line(
        tmp_path, folder, guarded_broker, way):
    environment, user = {}, "pikapalaute"
    if way == "environment":
        environment["PIKAPALAUTE_MQTT_PASSWORD"] = PASSWORD
    elif way == "file":
        (tmp_path / "secret").write_text(f"{PASSWORD}\n")
        environment["PIKAPALAUTE_MQTT_PASSWORD_FILE"] = str(tmp_path / "secret")
    else:
        user = f"pikapalaute:{PASSWORD}"
    service = Service(folder, environment=environment)
    service.arguments[-1] = f"mqtt://{user}@127.0.0.1:{guarded_broker}"
    with service:
        wait_until(lambda: service.get("/readyz")[0] == 200)
        assert PASSWORD not in service.said()
        assert ("PIKAPALAUTE_MQTT_PASSWORD" in service.said()) == (way == "command line")


@pytest.mark.parametrize("environment, fragment", [
    ({"PIKAPALAUTE_MQTT_PASSWORD": PASSWORD}, "mqtt[s]://user@host"),
    ({"PIKAPALAUTE_MQTT_PASSWORD_FILE": "/nowhere/secret"}, "/nowhere/secret"),
])
def test_a_password_that_cannot_be_used_stops_the_start(folder, environment, fragment):
    with pytest.raises(Wrong) as stopped, Service(folder, environment=environment):
        pass
    assert fragment in str(stopped.value) and PASSWORD not in str(stopped.value)

"""A wrong setting or registry stops the start with one line that says what to do."""

import errno
import socket
import subprocess

import pytest
import shims
from rig import BUILD, ROOT, free_port, settingless

GOOD_REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {id: palvelu, buttons: 4}
nodes:
  - id: aula
    kind: touchpoint
    question: palvelu
    devices:
      - {id: hn-0001}
"""


def serve(tmp_path, environment, *arguments):
    return subprocess.run(
        [BUILD / "pikapalaute", "serve", *arguments], cwd=ROOT, capture_output=True, text=True,
        timeout=30, check=False,
        env={**settingless(), "PIKAPALAUTE_DATABASE": str(tmp_path / "p.sqlite"),
             "PIKAPALAUTE_HTTP_ADDRESS": f"127.0.0.1:{free_port()}", **environment})


def assert_one_line(result, *fragments):
    assert result.returncode != 0
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for fragment in fragments:
        assert fragment in lines[0], lines[0]


@pytest.mark.parametrize("name, value, fragment", [
    ("PIKAPALAUTE_MQTT_URL", "http://127.0.0.1", "mqtt[s]://"),
    ("PIKAPALAUTE_MQTT_URL", "mqtt://127.0.0.1:99999", "mqtt[s]://"),
    ("PIKAPALAUTE_MQTT_CLIENT_ID", "a b", "letters"),
    ("PIKAPALAUTE_HTTP_ADDRESS", "127.0.0.1", "host:port"),
    ("PIKAPALAUTE_HTTP_ADDRESS", "127.0.0.1:http", "host:port"),
    ("PIKAPALAUTE_ADMIN_TOKEN", "short", "32"),
    ("PIKAPALAUTE_ADMIN_TOKEN", " " * 40, "blanks at its ends"),
    ("PIKAPALAUTE_METRICS_TOKEN", "short", "32"),
    ("PIKAPALAUTE_REGISTRY", "/nowhere/registry.yaml", "can be read"),
    ("PIKAPALAUTE_DATABASE", "/proc/none/p.sqlite", "/proc/none"),
])
def test_a_wrong_setting_names_itself_its_value_and_what_is_allowed(
        tmp_path, name, value, fragment):
    is_secret = value == "short" or value.isspace()
    assert_one_line(serve(tmp_path, {name: value}), fragment,
                    f"{len(value)} characters" if is_secret else value)


@pytest.mark.parametrize("arguments, meant", [
    (["tokn", "list"], "did you mean 'pikapalaute token'?"),
    (["token", "lst"], "did you mean 'pikapalaute token list'?"),
    (["device", "mov", "d-1"], "did you mean 'pikapalaute device move'?"),
    (["as_of", "1"], "did you mean 'pikapalaute as-of'?"),
    (["abracadabra"], "see: pikapalaute --help"),
    (["claim", "abracadabra"], "see: pikapalaute claim --help"),
])
def test_a_mistyped_command_is_named_with_the_nearest(arguments, meant):
    result = subprocess.run(
        [BUILD / "pikapalaute", *arguments], capture_output=True, text=True, timeout=30, check=False,
        env=settingless())
    assert_one_line(result, "there is no command", meant)
    assert result.returncode == 64


@pytest.mark.parametrize("arguments", [["token", "list"], ["claim", "list"]])
def test_a_list_that_cannot_be_made_has_no_head(tmp_path, arguments):
    result = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", tmp_path / "none.sqlite"],
        capture_output=True, text=True, timeout=30, check=False, env=settingless())
    assert result.stdout == ""
    assert_one_line(result, "none.sqlite")
    assert result.returncode == 66


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "palaute.example", "https://palaute.example/sub",
    "https://palaute.example?x", "https://anna@palaute.example"])
def test_an_address_for_phones_is_an_origin(address):
    for arguments in (["claim", "make", "hn-0001"], ["phone", "enrol", "team"]):
        result = subprocess.run(
            [BUILD / "pikapalaute", *arguments, "--address", address],
            capture_output=True, text=True, timeout=30, check=False, env=settingless())
        assert_one_line(result, "--address", "http[s]://host[:port]")
        assert result.stdout == ""


@pytest.mark.parametrize("kind", ["ADMIN", "METRICS"])
def test_a_token_in_a_file_is_as_good_as_one_in_the_environment(tmp_path, kind):
    file = tmp_path / "token"
    setting = {f"PIKAPALAUTE_{kind}_TOKEN_FILE": str(file)}
    assert_one_line(serve(tmp_path, setting), f"{kind}_TOKEN_FILE: '{file}' is wrong", "readable file")
    file.write_text("short\n")
    assert_one_line(serve(tmp_path, setting), f"{kind}_TOKEN_FILE", "(5 characters)", "32")
    both = {**setting, f"PIKAPALAUTE_{kind}_TOKEN": "t" * 32}
    assert_one_line(serve(tmp_path, both), "one of", f"{kind.lower()}_token_file")


def test_a_password_in_a_wrong_address_is_not_shown(tmp_path):
    result = serve(tmp_path, {"PIKAPALAUTE_MQTT_URL": "mqtt://user:secret@host:0"})
    assert_one_line(result, "mqtt[s]://")
    assert "secret" not in result.stderr


def test_a_missing_settings_file_is_named(tmp_path):
    assert_one_line(serve(tmp_path, {}, "--config", "/nowhere.yaml"), "/nowhere.yaml")


@pytest.mark.parametrize("name, value, fragments", [
    ("PIKAPALAUTE_DATABSE", "x", ["PIKAPALAUTE_DATABSE is no setting", "'PIKAPALAUTE_DATABASE'"]),
    ("PIKAPALAUTE_MQTT_PASWORD", "secret", ["'PIKAPALAUTE_MQTT_PASSWORD'"]),
    ("PIKAPALAUTE_COFFEE", "black", ["there are: PIKAPALAUTE_ADMIN_TOKEN,"]),
    ("PIKAPALAUTE_LOG_LEVEL", "loud", ["'loud'", "trace, debug, info"]),
    ("PIKAPALAUTE_HTTP_ORIGINS", "https://a.example/, *", ["'https://a.example/'"]),
    ("PIKAPALAUTE_HTTP_ORIGINS", "https://a.example *", ["'*'"]),
    ("PIKAPALAUTE_HTTP_PROXIES", "127.0.0.1, 10.0.0.0/33", ["'10.0.0.0/33'", "10.0.0.0/8"]),
])
def test_what_looks_like_a_setting_and_is_none_stops_the_start(tmp_path, name, value, fragments):
    result = serve(tmp_path, {name: value})
    assert_one_line(result, *fragments)
    assert result.returncode == 78 and "secret" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text, fragments", [
    ("databse: x", ["databse is no setting", "'database'"]),
    ("mqtt_client_id: [a, b]", ["line 1: mqtt_client_id is a list"]),
    ("log_level: info\nhttp_address: {host: x}", ["line 2: http_address is a mapping"]),
    ("log_level: info\nlog_level: debug", ["log_level"]),
    ("- database", ["must be a mapping"]),
    ("a: [", ["not YAML"]),
    ("trust_clock: 1", ["PIKAPALAUTE_TRUST_CLOCK: '1' is wrong"]),
])
def test_a_settings_file_is_taken_whole_or_not_at_all(tmp_path, text, fragments):
    file = tmp_path / "settings.yaml"
    file.write_text(text + "\n")
    result = serve(tmp_path, {}, "--config", file)
    assert_one_line(result, *fragments)
    assert result.returncode == 78 and list(tmp_path.iterdir()) == [file]


READING = [
    ["token", "list"], ["token", "withdraw", "1"], ["token", "expire", "1", "--at", "2030-01-01"],
    ["audit"], ["quarantine"], ["registry", "list"], ["registry", "show", "1"], ["registry", "back", "1"],
    ["import", "list"], ["import", "withdraw", "1"], ["annul", "--list"], ["check"], ["repair"],
    ["publish", "--list"], ["rebuild"], ["backup", "copy.sqlite"], ["frame", "1"],
    ["board", "show", "aula"],
    ["as-of", "1", "--node", "aula", "--from", "2026-01-01", "--to", "2026-01-02"],
]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_no_command_makes_a_database_that_is_not_there(tmp_path, arguments):
    result = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", "nope.sqlite"], cwd=tmp_path,
        capture_output=True, text=True, timeout=30, env=settingless())
    assert (result.returncode, result.stderr) == (66, (
        "pikapalaute: there is no database 'nope.sqlite'; "
        "name it by --database or PIKAPALAUTE_DATABASE\n")), result
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("mqtt_client_id: from file\n")
    wrong = {"PIKAPALAUTE_MQTT_CLIENT_ID": "from environment"}
    line = ["--mqtt-client-id", "from line", "--config", file]
    assert_one_line(serve(tmp_path, wrong, *line), "from line")
    assert_one_line(serve(tmp_path, wrong, "--config", file), "from environment")
    assert_one_line(serve(tmp_path, {}, "--config", file), "from file")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert_one_line(serve(tmp_path, {}, "--config", file), "from file")


@pytest.mark.parametrize("old, new, line, fragment", [
    ("buttons: 4", "buttons: 9", 4, "2"),
    ("question: palvelu", "question: palvelo", 8, "palvelu"),
    ("Europe/Helsinki", "Asia/Kolkata", 2, "hour"),
    ("id: hn-0001", "id: HN 1", 10, "HN 1"),
    ("kind:", "kidn:", 7, "kind"),
])
def test_a_wrong_registry_names_line_and_reason(tmp_path, old, new, line, fragment):
    registry = tmp_path / "registry.yaml"
    registry.write_text(GOOD_REGISTRY.replace(old, new))
    result = serve(tmp_path, {"PIKAPALAUTE_REGISTRY": str(registry)})
    assert_one_line(result, f"registry.yaml:{line}:", fragment)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database " * 100)
    assert_one_line(
        serve(tmp_path, {"PIKAPALAUTE_DATABASE": str(file)}), "not a pikapalaute database")
    assert file.read_text() == "not a database " * 100


def listening(tmp_path, address, environment=None):
    """The exit code and the last line of a service that cannot listen."""
    result = serve(tmp_path, {"PIKAPALAUTE_HTTP_ADDRESS": address, **(environment or {})})
    return result.returncode, result.stderr.strip().splitlines()[-1]


def test_a_taken_address_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, line = listening(tmp_path, address)
        assert code == 78 and "PIKAPALAUTE_HTTP_ADDRESS" in line
        assert address in line and "listens there" in line


@pytest.mark.parametrize("address, error, words", [
    ("127.0.0.1:80", errno.EACCES, "may not listen"),
    ("127.0.0.1:8080", errno.EADDRNOTAVAIL, "no such address"),
    ("no-such-host.invalid:8080", None, "no such host"),
])
def test_an_address_where_nothing_can_listen_is_a_wrong_setting(tmp_path, address, error, words):
    faults = {"LD_PRELOAD": str(shims.build("connections.c", tmp_path)), "BIND_ERRNO": str(error)}
    code, line = listening(tmp_path, address, faults if error else None)
    assert code == 78 and "PIKAPALAUTE_HTTP_ADDRESS" in line
    assert address in line and words in line


def test_another_failure_of_a_service_is_no_wrong_setting(tmp_path):
    faults = {"LD_PRELOAD": str(shims.build("connections.c", tmp_path)),
              "BIND_ERRNO": str(errno.ENOBUFS)}
    code, line = listening(tmp_path, f"127.0.0.1:{free_port()}", faults)
    assert code == 1 and line.startswith("pikapalaute: HTTP failed"), line
    assert "PIKAPALAUTE_HTTP_ADDRESS" not in line


def test_the_readme_names_every_setting(tmp_path):
    told = serve(tmp_path, {"PIKAPALAUTE_": "x"}).stderr
    names = told.split("there are: ")[1].strip().split(", ")
    assert len(names) > 15
    readme = (ROOT / "README.md").read_text()
    for name in names:
        words = name.split("_")
        endings = [f"`…_{'_'.join(words[start:])}`" for start in (1, 2)]
        assert any(text in readme for text in [f"`{name}`", *endings]), name

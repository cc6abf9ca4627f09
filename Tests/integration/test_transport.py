"""TLS at both ends: the broker is who it must be and so are we; HTTPS shows what is in its files."""

import contextlib
import http.client
import os
import pathlib
import secrets
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest
from certificates import Authority
from rig import BUILD, ROOT, Process, free_port, settingless, wait_until
from test_settings import GOOD_REGISTRY

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "outside-peer"))
import paho.mqtt.client as mqtt  # noqa: E402
from frames import Frame, Press, encode_frame  # noqa: E402

TOKEN = secrets.token_hex(24)
START = 1777255200


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("other"), "Other CA")


@contextlib.contextmanager
def broker(folder, authority, certificate, asks_for_certificate=False):
    """A mosquitto that speaks TLS only; its port."""
    port = free_port()
    path = folder / "mosquitto.conf"
    path.write_text(f"""\
listener {port} 127.0.0.1
cafile {authority.file}
certfile {certificate[0]}
keyfile {certificate[1]}
require_certificate {str(asks_for_certificate).lower()}
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 4000
user {os.environ.get('USER') or 'root'}
log_type error
""")
    process = Process("mosquitto", folder, ["mosquitto", "-c", path])
    process.start()

    def listens():
        assert process.child.poll() is None, process.log()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False
    wait_until(listens)
    try:
        yield port
    finally:
        process.stop()


class Service(Process):
    """The service; over HTTPS when it has a certificate, which this authority vouches for."""

    def __init__(self, folder, environment, authority=None):
        self.port, self.authority, self.folder = free_port(), authority, folder
        (folder / "registry.yaml").write_text(GOOD_REGISTRY)
        kept = {"PIKAPALAUTE_ADMIN_TOKEN": TOKEN, **{k: str(v) for k, v in environment.items()}}
        super().__init__(
            "pikapalaute", folder,
            [BUILD / "pikapalaute", "serve", "--database", folder / "p.sqlite", "--registry",
             folder / "registry.yaml", "--http-address", f"127.0.0.1:{self.port}"], kept)

    def __enter__(self):
        self.start()
        wait_until(lambda: self.answers() or self.child.poll() is not None)
        assert self.child.poll() is None, self.log()
        return self

    def __exit__(self, *_):
        assert self.stop() == 0, self.log()

    def answers(self):
        with contextlib.suppress(OSError):
            return self.get("/healthz").status == 200
        return False

    def connect(self):
        if self.authority is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=30,
            context=ssl.create_default_context(cafile=self.authority.file))

    def get(self, path, headers=None):
        connection = self.connect()
        with contextlib.closing(connection):
            connection.request(
                "GET", path, headers={"Authorization": f"Bearer {TOKEN}", **(headers or {})})
            answer = connection.getresponse()
            answer.text = answer.read().decode()
            return answer

    def is_ready(self):
        return self.get("/readyz").status == 200

    def lines(self, word="mqtt: "):
        return [line for line in self.log().splitlines() if word in line]

    def metric(self, name):
        line, = [line for line in self.get("/metrics").text.splitlines()
                 if line.startswith(f"{name} ")]
        return int(line.split()[1])


def url(port, host="localhost"):
    return {"PIKAPALAUTE_MQTT_URL": f"mqtts://{host}:{port}"}


def test_presses_come_over_tls_from_a_broker_of_the_right_authority(tmp_path, authority):
    """More than fits into one record of TLS, and all at once: nothing is left lying in it."""
    frames = 5000
    with broker(tmp_path, authority, authority.issue("broker")) as port, \
            Service(tmp_path, {**url(port), "PIKAPALAUTE_MQTT_CA_FILE": authority.file}) as service:
        wait_until(service.is_ready)
        sender = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="sender")
        sender.tls_set(str(authority.file))
        sender.max_inflight_messages_set(5000)
        sender.connect("127.0.0.1", port)
        sender.loop_start()
        for first in range(frames):
            last = sender.publish(
                "pikapalaute/v1/helsinki/hn-0001/press",
                encode_frame(Frame(7, first, START, [Press(START, 0, 3)])), qos=1)
        last.wait_for_publish(60)
        wait_until(lambda: service.metric("pikapalaute_frames_total") == frames)
        sender.disconnect()
        sender.loop_stop()
        assert len(service.lines()) == 1, service.log()


@pytest.mark.parametrize("case, expected, got", [
    ("wrong authority", "self-signed certificate", "got CN=broker-wrong-authority for localhost"),
    ("expired", "certificate has expired", "valid from"),
    ("other host", "hostname mismatch", "for broker.example"),
    ("other address", "IP address mismatch", "for localhost"),
    ("other name asked for", "hostname mismatch", "for localhost 127.0.0.1"),
])
def test_a_broker_that_is_not_the_one_is_named_in_one_line(
        tmp_path, authority, other, case, expected, got):
    hosts, days, settings, host = "DNS:localhost,IP:127.0.0.1", 30, {}, "localhost"
    if case == "expired":
        days = -1
    if case == "other host":
        hosts = "DNS:broker.example"
    if case == "other address":
        hosts, host = "DNS:localhost", "127.0.0.1"
    if case == "other name asked for":
        settings = {"PIKAPALAUTE_MQTT_SERVER_NAME": "broker.example"}
    file = other.file if case == "wrong authority" else authority.file
    name = settings.get("PIKAPALAUTE_MQTT_SERVER_NAME", host)
    certificate = authority.issue(f"broker {case}".replace(" ", "-"), hosts, days)
    with broker(tmp_path, authority, certificate) as port, Service(
            tmp_path, {**url(port, host), **settings, "PIKAPALAUTE_MQTT_CA_FILE": file}) as service:
        wait_until(service.lines)
        time.sleep(2)  # tried again meanwhile, and neither ready nor told twice
        assert not service.is_ready()
        line, = service.lines()
        for words in (f"{host}:{port}", expected, f"expected one for '{name}'", str(file), got):
            assert words in line, line


def test_the_name_of_the_broker_may_be_another_than_its_address(tmp_path, authority):
    certificate = authority.issue("named", "DNS:broker.example")
    settings = {"PIKAPALAUTE_MQTT_CA_FILE": authority.file,
                "PIKAPALAUTE_MQTT_SERVER_NAME": "broker.example"}
    with broker(tmp_path, authority, certificate) as port, \
            Service(tmp_path, {**url(port, "127.0.0.1"), **settings}) as service:
        wait_until(service.is_ready)


@pytest.mark.parametrize("has_certificate", [True, False])
def test_a_broker_that_asks_for_certificates_is_shown_one(
        tmp_path, authority, has_certificate):
    ours = authority.issue("pikapalaute")
    settings = {"PIKAPALAUTE_MQTT_CA_FILE": authority.file}
    if has_certificate:
        settings |= {"PIKAPALAUTE_MQTT_CERTIFICATE_FILE": ours[0],
                     "PIKAPALAUTE_MQTT_KEY_FILE": ours[1]}
    with broker(tmp_path, authority, authority.issue("broker"), True) as port, \
            Service(tmp_path, {**url(port), **settings}) as service:
        if has_certificate:
            wait_until(service.is_ready)
            return
        wait_until(service.lines)
        time.sleep(2)  # tried again meanwhile, and not ready
        assert not service.is_ready()
        # What the broker says is lost at times, with the connection that it closes.
        for line in service.lines():
            assert "certificate required" in line or "may ask for a certificate" in line, line


def test_a_broker_that_speaks_no_tls_is_named(tmp_path, authority):
    path = tmp_path / "plain.conf"
    port = free_port()
    path.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n")
    plain = Process("plain", tmp_path, ["mosquitto", "-c", path])
    plain.start()
    try:
        with Service(tmp_path, url(port)) as service:
            wait_until(service.lines)
            time.sleep(1)  # tried again meanwhile
            assert not service.is_ready() and f"localhost:{port}" in service.lines()[0]
    finally:
        plain.stop()


def refused(tmp_path, settings):
    """The one line with which the start ends."""
    result = subprocess.run(
        [BUILD / "pikapalaute", "serve"], cwd=ROOT, capture_output=True, text=True, timeout=30,
        check=False, stdin=subprocess.DEVNULL,
        env={**settingless(), "PIKAPALAUTE_DATABASE": str(tmp_path / "p.sqlite"),
             "PIKAPALAUTE_HTTP_ADDRESS": f"127.0.0.1:{free_port()}",
             **{f"PIKAPALAUTE_{k}": str(v) for k, v in settings.items()}})
    assert result.returncode == 78, result.stderr
    line, = result.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize("side, url", [("MQTT", "mqtts://localhost"), ("HTTP", "mqtt://localhost")])
def test_wrong_files_stop_the_start(tmp_path, authority, side, url):
    certificate, key = authority.issue(f"files-{side}")
    other_key = authority.issue(f"more-{side}")[1]
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "ec", "-aes128", "-passout", "pass:secret", "-in", key, "-out",
                    locked], check=True, capture_output=True)
    text = tmp_path / "text"
    text.write_text("no certificate\n")
    for setting, given in {
        "CERTIFICATE_FILE": [(tmp_path / "none", key), (text, key), (certificate, "")],
        "KEY_FILE": [(certificate, tmp_path / "none"), (certificate, text),
                     (certificate, other_key), (certificate, locked), ("", key)],
    }.items():
        for pair in given:
            line = refused(tmp_path, {"MQTT_URL": url, f"{side}_CERTIFICATE_FILE": pair[0],
                                      f"{side}_KEY_FILE": pair[1]})
            value = pair[0] if setting == "CERTIFICATE_FILE" else pair[1]
            assert f"PIKAPALAUTE_{side}_{setting}: '{value}' is wrong; allowed: " in line, line


def test_wrong_settings_of_the_brokers_tls_stop_the_start(tmp_path, authority):
    for file in (tmp_path / "none", authority.key):
        line = refused(tmp_path, {"MQTT_URL": "mqtts://localhost", "MQTT_CA_FILE": file})
        assert f"PIKAPALAUTE_MQTT_CA_FILE: '{file}' is wrong" in line
    line = refused(tmp_path, {"MQTT_URL": "mqtts://localhost", "MQTT_SERVER_NAME": "a b"})
    assert "PIKAPALAUTE_MQTT_SERVER_NAME: 'a b' is wrong" in line
    line = refused(tmp_path, {"MQTT_CA_FILE": authority.file})
    assert "mqtts://" in line


@pytest.mark.parametrize("password", ["p@ss", "p/ss", "p#ss", "p?ss"])
def test_how_a_password_is_written_in_an_address_is_said(tmp_path, password):
    line = refused(tmp_path, {"MQTT_URL": f"mqtt://user:{password}@broker"})
    assert "%40" in line and "PIKAPALAUTE_MQTT_PASSWORD_FILE" in line
    assert password not in line and "ss@" not in line


@pytest.fixture
def https(tmp_path, authority):
    """A service with HTTPS, and its two files."""
    issued = authority.issue("https")
    files = tmp_path / "served.pem", tmp_path / "served.key"
    for new, file in zip(issued, files):
        file.write_bytes(new.read_bytes())
    settings = {"PIKAPALAUTE_HTTP_CERTIFICATE_FILE": files[0],
                "PIKAPALAUTE_HTTP_KEY_FILE": files[1],
                "PIKAPALAUTE_MQTT_URL": f"mqtt://127.0.0.1:{free_port()}"}
    with Service(tmp_path, settings, authority) as service:
        service.files = files
        yield service


def command(service, *arguments, status=0, **settings):
    """What a command on the service's database says."""
    settings = {"HTTP_ADDRESS": f"0.0.0.0:{service.port}", **settings}
    done = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", service.folder / "p.sqlite"],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
        env={**service.environment, **{f"PIKAPALAUTE_{k}": str(v) for k, v in settings.items()}})
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


class Listener(threading.Thread):
    """Takes one connection, by TLS if it has a context, and keeps what comes."""

    def __init__(self, context=None):
        super().__init__(daemon=True)
        self.context, self.received = context, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        connection = self.socket.accept()[0]
        connection.settimeout(10)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            while (new := connection.recv(65536)):
                self.received += new
                if not self.context:
                    break

    def end(self):
        self.join(20)
        self.socket.close()
        return self.received


def test_commands_speak_tls_to_a_service_with_a_certificate(https):
    file = https.folder / "two.yaml"
    file.write_text(GOOD_REGISTRY + "      - {id: hn-0002}\n")
    assert "version 2 of the registry holds now" in command(https, "apply", file)
    assert "version 3 of the registry holds now" in command(
        https, "device", "add", "hn-0003", "--at-touchpoint", "aula")
    assert "version 4 of the registry holds now" in command(
        https, "registry", "back", "1", HTTP_ADDRESS=f"localhost:{https.port}")
    said = command(https, "apply", file, status=1, HTTP_CERTIFICATE_FILE="")
    assert "needs PIKAPALAUTE_HTTP_CERTIFICATE_FILE" in said, said
    said = command(https, "apply", file, status=78, HTTP_CERTIFICATE_FILE=file)
    assert f"PIKAPALAUTE_HTTP_CERTIFICATE_FILE: '{file}' is wrong" in said, said


def test_commands_send_the_token_to_nobody_without_that_certificate(https, authority):
    """Of the same authority for the same names, and without TLS."""
    file = https.folder / "registry.yaml"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("impostor"))
    impostor = Listener(context)
    said = command(https, "apply", file, status=1, HTTP_ADDRESS=f"127.0.0.1:{impostor.port}")
    assert f"does not show the certificate in {https.files[0]}" in said, said
    assert impostor.end() == b""
    plain = Listener()
    command(https, "apply", file, status=1, HTTP_ADDRESS=f"127.0.0.1:{plain.port}")
    received = plain.end()
    assert received.startswith(b"\x16\x03") and TOKEN.encode() not in received


def test_https_takes_only_suites_with_forward_secrecy_that_authenticate(tmp_path, authority):
    """Of TLS 1.2, with a key by which all of them could be: RSA."""
    certificate, key = authority.issue("rsa", key=["-newkey", "rsa:2048", "-nodes"])
    settings = {"PIKAPALAUTE_HTTP_CERTIFICATE_FILE": certificate, "PIKAPALAUTE_HTTP_KEY_FILE": key,
                "PIKAPALAUTE_MQTT_URL": f"mqtt://127.0.0.1:{free_port()}"}

    def shakes_hands(service, suite):
        context = ssl.create_default_context(cafile=authority.file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f"{suite}:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", service.port)) as plain:
            try:
                with context.wrap_socket(plain, server_hostname="localhost") as secure:
                    return secure.cipher()[0] == suite
            except ssl.SSLError:
                return False
    with Service(tmp_path, settings, authority) as service:
        for suite in ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
                      "ECDHE-RSA-CHACHA20-POLY1305"):
            assert shakes_hands(service, suite), suite
        for suite in ("AES128-SHA", "AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384",
                      "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"):
            assert not shakes_hands(service, suite), suite


@pytest.mark.parametrize("settings, words", [
    ({"HTTP_ADDRESS": "0.0.0.0:{port}"}, ["plain HTTP at 0.0.0.0"]),
    ({"MQTT_URL": "mqtt://user:secret@broker.invalid"}, ["broker.invalid without TLS"]),
    ({"MQTT_URL": "mqtt://broker.invalid"}, []),
    ({"MQTT_URL": "mqtt://user:secret@localhost:1"}, []),
    ({"MQTT_URL": "mqtts://user:secret@broker.invalid"}, []),
])
def test_a_start_warns_of_what_others_on_the_way_could_read(tmp_path, settings, words):
    service = Service(tmp_path, {"PIKAPALAUTE_MQTT_URL": "mqtt://127.0.0.1:1", **{
        f"PIKAPALAUTE_{key}": value for key, value in settings.items()}})
    if "HTTP_ADDRESS" in settings:
        service.arguments[-1] = settings["HTTP_ADDRESS"].format(port=service.port)
    with service:
        warnings = service.lines("others on the way")
        assert len(warnings) == len(words), service.log()
        for word, line in zip(words, warnings):
            assert word in line and "warning" in line and "secret" not in line


def shown_serial(service):
    context = ssl.create_default_context(cafile=service.authority.file)
    with socket.create_connection(("127.0.0.1", service.port)) as plain, \
            context.wrap_socket(plain, server_hostname="localhost") as secure:
        return secure.getpeercert()["serialNumber"]


def test_https_says_that_browsers_stay_with_it_and_its_cookies_are_secure(https):
    answer = https.get("/healthz", {"X-Forwarded-Proto": "http"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    connection = https.connect()
    with contextlib.closing(connection):
        connection.request(
            "POST", "/sign-in", f"token={TOKEN}",
            {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})
        answer = connection.getresponse()
        answer.read()
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-pikapalaute=") and "; Secure" in cookie, cookie


def plain(tmp_path, proxies):
    return Service(tmp_path, {"PIKAPALAUTE_MQTT_URL": f"mqtt://127.0.0.1:{free_port()}",
                              "PIKAPALAUTE_HTTP_PROXIES": proxies})


def guess(service, forwarded):
    """The status of a wrong claim code, of a request that says it is for others."""
    connection = service.connect()
    with contextlib.closing(connection):
        connection.request("POST", "/enrol/v1/claim", '{"code": "AAAA-AAAA-AAAA"}', {
            "Content-Type": "application/json", "X-Forwarded-For": forwarded})
        return connection.getresponse().status


def test_plain_http_says_nothing_of_tls_but_behind_a_proxy_that_speaks_it(tmp_path):
    with plain(tmp_path, "10.0.0.0/8, 127.0.0.1 ::1") as service:
        assert "Strict-Transport-Security" not in service.get("/healthz").headers
        answer = service.get("/healthz", {"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" in answer.headers
        assert service.lines("HTTP_PROXIES") == []


@pytest.mark.parametrize("proxies", ["", "127.0.0.2 10.0.0.0/8"])
def test_what_a_proxy_says_is_believed_of_nobody_else(tmp_path, proxies):
    with plain(tmp_path, proxies) as service:
        for _ in range(2):
            answer = service.get("/healthz", {"X-Forwarded-Proto": "https"})
            assert "Strict-Transport-Security" not in answer.headers
        assert len(service.lines("PIKAPALAUTE_HTTP_PROXIES")) == 1
        statuses = [guess(service, f"198.51.100.{number}") for number in range(70)]
        assert statuses.count(429) == 10, statuses


def test_behind_a_proxy_clients_are_told_apart_and_none_invents_addresses(tmp_path):
    with plain(tmp_path, "127.0.0.1") as service:
        statuses = [guess(service, f"203.0.113.{number}, 198.51.100.1") for number in range(70)]
        assert statuses.count(429) == 10, statuses
        assert guess(service, "198.51.100.2") != 429
        held = [service.connect() for _ in range(300)]
        for connection in held:
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
        assert service.metric("pikapalaute_http_connections") >= 300
        for connection in held:
            connection.close()


def test_a_certificate_that_is_renewed_is_shown_without_a_start(https, authority):
    first = shown_serial(https)
    kept = https.connect()
    kept.request("GET", "/healthz")
    kept.getresponse().read()
    # A useless one is named and not shown.
    https.files[1].write_text("no key\n")
    wait_until(lambda: https.lines("useless"))
    assert shown_serial(https) == first
    for new, file in zip(authority.issue("renewed"), https.files):
        beside = file.with_suffix(".new")
        beside.write_bytes(new.read_bytes())
        beside.rename(file)
    wait_until(lambda: shown_serial(https) != first)
    kept.request("GET", "/healthz")
    assert kept.getresponse().status == 200, "open connections stay"
    kept.close()
    assert len(https.lines("useless")) == 1 and https.lines("new certificate in")


def seconds_until_closed(connection):
    began = time.monotonic()
    connection.settimeout(60)
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            pass
    return time.monotonic() - began


def test_connections_that_do_not_get_to_their_first_head_are_closed(https):
    """Without a handshake, within one, and after one."""
    context = ssl.create_default_context(cafile=https.authority.file)
    silent = socket.create_connection(("127.0.0.1", https.port))
    halfway = socket.create_connection(("127.0.0.1", https.port))
    halfway.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
    done = context.wrap_socket(
        socket.create_connection(("127.0.0.1", https.port)), server_hostname="localhost")
    began = time.monotonic()
    for connection in (silent, halfway, done):
        seconds_until_closed(connection)
        assert 8 < time.monotonic() - began < 14
        connection.close()


def test_more_silent_connections_than_there_is_room_for_keep_nobody_out(https):
    silent = []
    try:
        for _ in range(600):
            silent.append(socket.create_connection(("127.0.0.1", https.port)))
        began = time.monotonic()
        assert https.get("/healthz").status == 200
        assert time.monotonic() - began < 2
        assert https.metric("pikapalaute_http_connections") <= 257
    finally:
        for connection in silent:
            connection.close()


def test_plain_http_to_the_port_of_https_is_closed_and_does_no_harm(https):
    connection = socket.create_connection(("127.0.0.1", https.port))
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert seconds_until_closed(connection) < 5
    connection.close()
    assert https.get("/healthz").status == 200

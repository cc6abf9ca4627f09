"""Phones of home-care workers in a browser, and a city of visits that they are rated in."""

import contextlib
import datetime
import http.client
import http.server
import json
import pathlib
import secrets
import subprocess
import threading

from browser import PHONE
from rig import BUILD, Rig, wait_until

TEXTS = {"fi": "Kuinka tyytyväinen olit tähän käyntiin?", "sv": "Hur nöjd var du med det här besöket?",
         "en": "How satisfied were you with this visit?"}
# What a registry may say of a question: markup, five hundred characters, a language from right to left.
MARKUP = "<img src=x onerror=alert(1)></h1><script>alert(2)</script> & \"hyvin\"?"
LONG = "Erittäinpitkäyhdyssanakysymyksestä " * 14 + "loppu?"
ARABIC = "ما مدى رضاك عن هذه الزيارة؟"
QUESTIONS = [
    {"id": "palvelu", "buttons": 4, "text": TEXTS},
    {"id": "apu", "buttons": 5, "text": {"fi": "Saitko apua?", "sv": "Fick du hjälp?", "en": "Were you helped?"}},
    {"id": "kolme", "buttons": 3, "text": {"fi": "Sopiko aika?"}},
    {"id": "kaksi", "buttons": 2, "text": {"fi": "Tuliko hoitaja ajoissa?"}},
    {"id": "vihamielinen", "buttons": 4, "text": {"fi": MARKUP, "en": LONG, "ar": ARABIC}},
    {"id": "palvelu-autettuna", "buttons": 4, "with_help_of": "palvelu"},
    {"id": "kolme-autettuna", "buttons": 3, "with_help_of": "kolme"},
    {"id": "vihamielinen-autettuna", "buttons": 4, "with_help_of": "vihamielinen"},
]
DEVICES = 24
HELPED = 12


def touchpoint(name, questions, devices):
    """As the registry has it; JSON is YAML."""
    return {"id": name, "kind": "touchpoint", "channel": "visit", "visit_interval_s": 2, "name": {"fi": name},
            "questions": questions, "devices": [{"id": device, "from": "2016-01-01"} for device in devices]}


REGISTRY = {
    "site": "helsinki", "time_zone": "Europe/Helsinki", "questions": QUESTIONS, "visits": {"minimum": 0},
    "nodes": [{"id": "kotihoito", "kind": "service", "name": {"fi": "Kotihoito"}, "nodes": [
        *(touchpoint(f"alue-{n:02}", ["palvelu"], [f"hc-{n:02}", f"hc-{n:02}-b"]) for n in range(DEVICES)),
        touchpoint("monta", ["palvelu", "apu", "kolme", "kaksi"], ["hc-monta"]),
        touchpoint("vihamielinen", ["vihamielinen"], ["hc-vihamielinen"]),
        *(touchpoint(f"autettu-{n:02}", ["palvelu", "palvelu-autettuna"], [f"hc-apu-{n:02}"])
          for n in range(HELPED)),
        touchpoint("autettu-monta", ["palvelu", "palvelu-autettuna", "apu", "kolme", "kolme-autettuna"],
                   ["hc-apu-monta"]),
        touchpoint("autettu-vihamielinen", ["vihamielinen", "vihamielinen-autettuna"],
                   ["hc-apu-vihamielinen"])]}],
}


class HomeCare(Rig):
    """The service with teams, each with a phone or two."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        (folder / "registry.yaml").write_text(json.dumps(REGISTRY), encoding="utf-8")
        super().__init__(folder, folder / "registry.yaml", {"tester": secrets.token_hex(8)},
                         "user pikapalaute\ntopic readwrite #\n")
        self._free, self._helped = iter(range(DEVICES)), iter(range(HELPED))
        self._codes = {}

    def start(self):
        super().start()
        devices = [device["id"] for node in REGISTRY["nodes"][0]["nodes"] for device in node["devices"]]
        lines = self.command("claim", "make", *devices).splitlines()
        self._codes = dict(line.split("\t") for line in lines)

    def team(self):
        """(touchpoint, its phones) that no test had yet."""
        number = next(self._free)
        return f"alue-{number:02}", [f"hc-{number:02}", f"hc-{number:02}-b"]

    def helped_team(self):
        """The same of one where a client may say that they had help."""
        number = next(self._helped)
        return f"autettu-{number:02}", f"hc-apu-{number:02}"

    def command(self, *arguments):
        return subprocess.run(
            [BUILD / "pikapalaute", *arguments, "--database", self.database], check=True,
            capture_output=True, text=True).stdout.strip()

    def code(self, device, *options):
        """One that no test had yet."""
        code = None if options else self._codes.pop(device, None)
        return code or self.command("claim", "make", device, *options).splitlines()[0]

    def withdraw(self, device):
        """What a coordinator does when a phone is gone."""
        for line in self.command("token", "list").splitlines():
            if f"\tdevice {device}\t" in line:
                self.command("token", "withdraw", line.split("\t")[0])

    def told(self, node, by="total", days=3):
        """The rows of a touchpoint's first question around today."""
        return next(iter(self.told_apart(node, by, days).values()))

    def told_apart(self, node, by="total", days=3):
        """The rows of each of a touchpoint's questions around today."""
        today = datetime.date.today()
        status, body = self.get(
            f"/api/v1/results?node={node}&from={today - datetime.timedelta(days)}"
            f"&to={today + datetime.timedelta(days)}&by={by}")
        assert status == 200, body
        return {series["question"]: series["rows"] for series in json.loads(body)["series"]}

    def counts(self, node):
        row, = self.told(node)
        assert row["lost"] == row["invalid"] == 0, row
        return row["counts"], row["excluded"]


class Gateway:
    """What may stand between a phone and the service: may be shut, swallow answers, refuse for a while."""

    def __init__(self, rig):
        gateway = self
        self.swallowed, self.swallow, self.refuse, self.presses = 0, 0, 0, 0
        self.is_shut = False

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def forward(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if gateway.is_shut:
                    self.close_connection = True
                    return None
                is_press = self.path.endswith("/press")
                gateway.presses += is_press
                if is_press and gateway.refuse:
                    gateway.refuse -= 1
                    self.send_response(503)
                    self.send_header("Retry-After", "1")
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                service = http.client.HTTPConnection("127.0.0.1", rig.http_port, timeout=20)
                service.request(self.command, self.path, body, dict(self.headers))
                answer = service.getresponse()
                content = answer.read()
                if is_press and gateway.swallow:
                    gateway.swallow, gateway.swallowed = gateway.swallow - 1, gateway.swallowed + 1
                    self.close_connection = True
                    return None
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = forward

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Phone:
    """A page of the app; what the policy stops, what a script throws, and dialogs fail."""

    def __init__(self, context, troubles=None):
        self.context, self.page = context, context.new_page()
        self.troubles = [] if troubles is None else troubles
        self.page.on("console", lambda line: self.troubles.append(line.text)
                     if "Content Security Policy" in line.text else None)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: self.troubles.append(dialog.message))

    @classmethod
    @contextlib.contextmanager
    def of(cls, chromium, http, size=PHONE, locale="fi-FI", **more):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=http, locale=locale, **more)
        phone = cls(context)
        try:
            yield phone
        finally:
            context.close()
        assert not phone.troubles

    def open(self, path="/visit"):
        self.page.goto(path)
        return self

    def enrol(self, code):
        self.open()
        self.page.fill("#code", code)
        self.page.keyboard.press("Enter")
        self.faces.first.wait_for()
        return self

    @property
    def faces(self):
        return self.page.locator("#faces button")

    @property
    def trouble(self):
        return self.page.locator("#trouble")

    def rate(self, button):
        self.page.click(f"#faces [data-button='{button}']")
        self.page.locator("#thanks").wait_for()

    def rate_again(self, button):
        """The same, once the thanks are over; its clock must be the test's."""
        self.page.clock.fast_forward(5000)
        self.page.locator("#ask").wait_for()
        self.rate(button)

    def wait_for_waiting(self, count, within_s=20):
        """Until so many ratings wait, as the journal has it."""
        wait_until(lambda: self.page.evaluate(
            "import('/visit/journal.js').then(({ Journal }) => new Journal().waiting())") == count,
            within_s)

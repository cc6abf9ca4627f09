"""A provider of OpenID Connect (oidc-provider-mock, made of Authlib), and what may go wrong with one.

It is honest: it knows one client with its secret and address, checks PKCE and takes a code once. A test
sets `misbehave` to answer a path otherwise, or `forge` to make the ID token anew; both are between
it and the service, which sees one provider.
"""

import base64
import json
import os
import secrets
import threading
import urllib.request
import warnings

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
# The mock is behind its Authlib.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="authlib")

import flask  # noqa: E402
from authlib.jose import JsonWebKey, jwt  # noqa: E402
from authlib.oauth2.rfc7636 import CodeChallenge  # noqa: E402
from oidc_provider_mock import _app  # noqa: E402
from oidc_provider_mock._storage import Client, storage  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

from rig import free_port  # noqa: E402

CLIENT, SECRET = "pikapalaute", "s%3Acret+/=&" + secrets.token_hex(8)
CALLBACK = "/sign-in/oidc/callback"
challenges = {}


class Challenge(CodeChallenge):
    def get_authorization_code_challenge(self, authorization_code):
        return challenges[authorization_code.code]

    def get_authorization_code_challenge_method(self, authorization_code):
        return "S256"


class CheckingCode(_app.OpenIDCode):
    """The mock leaves PKCE out; Authlib has it."""

    def __call__(self, grant):
        super().__call__(grant)
        Challenge(required=True)(grant)


class RememberingGrant(_app.AuthorizationCodeGrant):
    def save_authorization_code(self, code, request):
        assert flask.request.args["code_challenge_method"] == "S256"
        challenges[code] = flask.request.args["code_challenge"]
        super().save_authorization_code(code, request)


_app.OpenIDCode, _app.AuthorizationCodeGrant = CheckingCode, RememberingGrant


class Provider:
    def __init__(self, redirect, tls=None):
        self.tls = tls
        self.port, self.redirect = free_port(), redirect
        self.misbehave, self.forge, self.asked = {}, None, []
        self.key = None  # what it signs with; None = its own first one
        self.app = _app.app(require_client_registration=True)
        self.app.debug = False
        self.app.before_request(self.before)
        self.app.after_request(self.after)
        self.server = None

    @property
    def issuer(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def before(self):
        storage.store_client(Client(
            id=CLIENT, secret=SECRET, redirect_uris=[self.redirect],
            allowed_scopes=Client.SCOPES_SUPPORTED,
            token_endpoint_auth_method="client_secret_basic"))
        if self.key:
            storage.jwk = self.key
        self.asked.append(flask.request.path)
        if flask.request.path in self.misbehave:
            return self.misbehave[flask.request.path]()
        return None

    def after(self, answer):
        if flask.request.path == "/oauth2/token" and self.forge and answer.status_code == 200:
            said = answer.get_json()
            head, payload, _ = said["id_token"].split(".")
            said["id_token"] = self.forge(storage.jwk, decoded(head), decoded(payload))
            answer.set_data(json.dumps(said))
        if "?error=" in answer.headers.get("Location", ""):
            # RFC 6749 section 4.1.2.1, which the mock forgets.
            answer.headers["Location"] += "&state=" + flask.request.args["state"]
        return answer

    def rotate(self):
        self.key = new_key()

    def set_person(self, subject, **claims):
        request = urllib.request.Request(
            f"{self.issuer}/users/{subject}", json.dumps(claims).encode(),
            {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request, timeout=20)

    def start(self):
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True, ssl_context=self.tls)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def behave(self):
        """As at first, but for its key."""
        self.misbehave, self.forge = {}, None
        if not self.server:
            self.start()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


def new_key(kind="RSA", size=2048):
    return JsonWebKey.generate_key(kind, size, is_private=True)


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encoded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(head, claims, key):
    return jwt.encode(head, claims, key).decode()

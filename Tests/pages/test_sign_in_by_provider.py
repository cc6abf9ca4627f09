"""People sign in by a provider of OpenID Connect, and nothing that it did not say lets anybody in."""

import concurrent.futures
import hashlib
import hmac
import http.cookiejar
import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import flask
import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from browser import visitor
from provider import CALLBACK, CLIENT, SECRET, Provider, decoded, encoded, new_key, signed
from rig import BUILD
from town import Town

# The provider is behind its Authlib.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
GROUPS = "city-managers=manager, /kallio/team=reader:kallio,malmi-team=manager:malmi,readers=reader"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town"))
    with Provider(town.http + CALLBACK) as town.provider:
        town.service.environment |= environment(town)
        with town:
            yield town


@pytest.fixture(autouse=True)
def honest(town):
    yield
    town.provider.behave()


def environment(town):
    return {
        "PIKAPALAUTE_OIDC_ISSUER": town.provider.issuer, "PIKAPALAUTE_OIDC_CLIENT_ID": CLIENT,
        "PIKAPALAUTE_OIDC_CLIENT_SECRET": SECRET, "PIKAPALAUTE_OIDC_GROUPS": GROUPS,
        "PIKAPALAUTE_OIDC_REDIRECT_URL": town.http + CALLBACK}


def restart(town):
    """The service, which knows nothing of the provider yet."""
    town.service.stop()
    town.service.start()
    town.wait_until_ready()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Keeps cookies, follows nothing."""

    def __init__(self, town):
        self.town, self.jar = town, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            Stay, urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, address, body=None, **headers):
        """(status, where it leads, body)."""
        address = address if address.startswith("http") else self.town.http + address
        request = urllib.request.Request(address, body, {"Accept-Language": "en", **headers})
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.headers = answer.headers
            return answer.status, answer.headers["Location"], answer.read().decode()

    def begin(self, next_path="/dashboard"):
        """Where the provider is asked."""
        status, location, body = self.get(
            "/sign-in/oidc?lang=en&next=" + urllib.parse.quote(next_path))
        assert status == 303, (status, body)
        return location

    def agree(self, location, subject):
        """The provider's answer: where it sends the browser back to."""
        status, back, body = self.get(location, urllib.parse.urlencode({"sub": subject}).encode())
        assert status == 302, (status, body)
        return back

    def sign_in(self, subject, **more):
        return self.get(self.agree(self.begin(**more), subject))

    def reads(self, path="/dashboard"):
        return self.get(path)[0]

    @property
    def session(self):
        return next((c.value for c in self.jar if c.name == "pikapalaute"), None)


def heading(body):
    """What a page says went wrong."""
    return re.search(r'role="alert"><p>([^<]*)', body)[1]


def refused(answer, status=403, words="could not be verified"):
    assert answer[0] == status and words in heading(answer[2]), answer
    return True


@pytest.fixture
def manager(town):
    town.provider.set_person(
        "9f-manager", groups=["x", "city-managers"], preferred_username="maija.manager")
    return "9f-manager"


# MARK: As it should be


def test_a_person_signs_in_notes_and_signs_out(chromium, town, manager):
    with visitor(chromium, town) as page:
        page.goto("/dashboard/malmi?lang=en")
        assert urllib.parse.urlsplit(page.url).path == "/sign-in"
        page.get_by_role("link", name="organisation").click()
        assert page.url.startswith(town.provider.issuer)
        page.fill("input[name=sub]", manager)
        page.get_by_role("button", name="Authorize").click()
        assert page.url == town.http + "/dashboard/malmi?lang=en", "where they wanted to go"
        page.locator("#notes summary").click()
        page.fill("#note-date", "2026-09-16")
        page.fill("#note-text", "New queue numbers")
        page.locator("#notes .stack button").click()
        assert "maija.manager" in page.locator("#notes li").inner_text()
        page.get_by_role("button", name="Sign out").click()
        asked = urllib.parse.urlsplit(page.url)
        assert page.url.startswith(town.provider.issuer), "the provider's session ends too"
        said = dict(urllib.parse.parse_qsl(asked.query))
        assert asked.path == "/oauth2/end_session" and said["client_id"] == CLIENT
        assert said["post_logout_redirect_uri"] == town.http + "/"
        assert decoded(said["id_token_hint"].split(".")[1])["sub"] == manager
        page.goto("/dashboard")
        assert urllib.parse.urlsplit(page.url).path == "/sign-in"
    lines = [line.split("\t")[2:] for line in town.command("audit").splitlines()]
    assert ["person 9f-manager", "signed in", "manager, name maija.manager"] in lines
    assert any(line[:2] == ["person 9f-manager", "annotation made"] for line in lines if len(line) > 1)
    notes = json.loads(town.get(
        "/api/v1/annotations?node=malmi&from=2026-09-01&to=2026-10-01")[1])["rows"]
    assert notes[0]["author"] == "person 9f-manager: maija.manager"


@pytest.mark.parametrize("language, words", [
    ("fi", "organisaation"), ("sv", "organisationens"), ("en", "organisation’s")])
def test_the_button_stands_on_the_page_in_each_language(chromium, town, language, words):
    with visitor(chromium, town, size=(390, 844)) as page:
        page.goto(f"/sign-in?lang={language}")
        assert words in page.locator("a.button").inner_text()
    context = chromium.new_context(base_url=town.http, bypass_csp=True)
    page = context.new_page()
    page.goto(f"/sign-in?lang={language}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_session_lasts_eight_hours_in_a_cookie_of_its_own(town, manager):
    browser = Browser(town)
    status, location, _ = browser.sign_in(manager, next_path="/devices")
    assert (status, location) == (303, "/devices")
    session, spent = browser.headers.get_all("Set-Cookie")
    assert session.startswith("pikapalaute=") and spent.startswith("pikapalaute-sign-in=;")
    assert "Max-Age=28800; HttpOnly; SameSite=Lax" in session and "Max-Age=0" in spent
    first = browser.session
    browser.sign_in(manager)
    assert browser.session != first and browser.reads() == 200
    again = Browser(town)
    assert again.get("/devices", Cookie=f"pikapalaute={first}")[0] == 303, "the former one is over"


def test_a_large_token_is_no_hint_and_without_an_address_signing_out_stays_here(town, manager):
    def signed_out(browser):
        page = browser.get("/dashboard")
        key = re.search(r'name="key" value="([^"]+)"', page[2])[1]
        policy = browser.headers["Content-Security-Policy"]
        form = urllib.parse.urlencode({"key": key}).encode()
        return policy, browser.get("/sign-out", form, Origin=town.http)[1]

    town.provider.forge = changed(more="x" * 5000)
    browser = Browser(town)
    browser.sign_in(manager)
    policy, location = signed_out(browser)
    assert f"form-action 'self' {town.provider.issuer};" in policy
    assert location.startswith(town.provider.issuer) and "id_token_hint" not in location
    assert browser.reads() == 303
    town.provider.forge = None
    discovery = "/.well-known/openid-configuration"
    issuer = town.provider.issuer
    for address in (None, "http://elsewhere.example/out", "javascript:alert(1)"):
        document = {
            "issuer": issuer, "authorization_endpoint": issuer + "/oauth2/authorize",
            "token_endpoint": issuer + "/oauth2/token", "jwks_uri": issuer + "/jwks",
            **({"end_session_endpoint": address} if address else {})}
        town.provider.misbehave[discovery] = lambda document=document: document
        restart(town)
        browser = Browser(town)
        browser.sign_in(manager)
        policy, location = signed_out(browser)
        assert "form-action 'self';" in policy and location == "/", address
    town.provider.behave()
    restart(town)


def test_an_administrator_ends_the_sessions_of_a_person(town, manager):
    browser = Browser(town)
    browser.sign_in(manager)
    assert browser.reads() == 200
    request = urllib.request.Request(
        town.http + "/api/v1/sessions?who=person%20" + manager, method="DELETE",
        headers={"Authorization": f"Bearer {town.token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert json.load(answer)["ended"] >= 1
    assert browser.reads() == 303


def test_a_link_of_another_site_begins_no_sign_in(town):
    browser = Browser(town)
    status, location, _ = browser.get(
        "/sign-in/oidc?next=%2Fdevices", **{"Sec-Fetch-Site": "cross-site"})
    assert (status, location) == (303, "/sign-in?next=%2Fdevices")
    assert browser.headers["Set-Cookie"] is None
    for site in ("none", "same-origin"):
        _, location, _ = browser.get("/sign-in/oidc", **{"Sec-Fetch-Site": site})
        assert location.startswith(town.provider.issuer), site


def test_what_a_provider_says_forges_no_line_of_the_log(town, manager):
    said = "x\n2026-01-01T00:00:00Z warning pikapalaute: forged \x1b[31m\u202e\u2028"
    town.provider.misbehave["/oauth2/token"] = lambda: {"error": said}
    assert Browser(town).sign_in(manager)[0] == 403
    town.provider.behave()
    line, = [line for line in town.service.log().splitlines() if "forged" in line]
    assert r"x\n2026-01-01" in line and r"\u{1B}[31m\u{202E}\u{2028}" in line, line
    assert "nobody was signed in" in line


def test_by_tls_cookies_belong_to_this_host_alone(town):
    browser = Browser(town)
    browser.get("/sign-in/oidc", **{"X-Forwarded-Proto": "https"})
    cookie = browser.headers["Set-Cookie"]
    assert cookie.startswith("__Host-pikapalaute-sign-in=") and "; Secure" in cookie
    assert "HttpOnly; SameSite=Lax" in cookie and "Max-Age=600" in cookie


def test_what_is_asked_for_is_a_code_bound_to_this_sign_in(town):
    browser = Browser(town)
    first, second = (dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.begin()).query))
                     for _ in range(2))
    assert first["response_type"] == "code" and first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid profile email" and first["client_id"] == CLIENT
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43 and first[name] != second[name]


def test_a_group_of_one_place_reaches_nothing_else(town):
    town.provider.set_person("kallio-1", groups=["/kallio/team"])
    browser = Browser(town)
    assert browser.sign_in("kallio-1", next_path="/dashboard/kallio")[:2] == (303, "/dashboard/kallio")
    assert browser.reads("/dashboard/kallio") == browser.reads("/dashboard/kallio-aula") == 200
    for path in ("/dashboard/malmi", "/dashboard/terveysasemat", "/dashboard/oodi",
                 "/dashboard/helsinki", "/board/malmi/edit", "/api/v1/registry",
                 "/api/v1/presses?node=kallio&from=2026-01-01&to=2026-01-02",
                 "/api/v1/results?node=malmi&from=2026-01-01&to=2026-02-01"):
        assert browser.reads(path) == 403, path
    assert "malmi" not in browser.get("/dashboard")[2].lower()
    assert "malmi" not in browser.get("/api/v1/nodes")[2].lower()
    key = re.search(r'name="key" value="([^"]+)"', browser.get("/dashboard/kallio")[2])[1]
    form = urllib.parse.urlencode({"key": key, "date": "2026-05-05", "text": "x"}).encode()
    assert browser.get("/dashboard/kallio/annotations", form, Origin=town.http)[0] == 403, "reads only"


@pytest.mark.parametrize("groups, path, other", [
    (["malmi-team", "/kallio/team"], "/dashboard/kallio", "/dashboard/malmi"),
    (["readers", "malmi-team"], "/dashboard/malmi", "/dashboard/kallio"),
])
def test_of_several_groups_the_first_of_the_setting_counts(town, groups, path, other):
    town.provider.set_person("several", groups=groups)
    browser = Browser(town)
    browser.sign_in("several")
    assert (browser.reads(path), browser.reads(other)) == (200, 403)


@pytest.mark.parametrize("claims", [
    {}, {"groups": []}, {"groups": ["City-managers", "managers", "city-managers=manager"]},
    {"groups": {"city-managers": True}}, {"groups": [["city-managers"]]}, {"roles": ["city-managers"]}])
def test_without_a_group_the_page_says_which_are_needed_and_no_more(town, claims):
    town.provider.set_person("nobody", **claims)
    browser = Browser(town)
    answer = browser.sign_in("nobody")
    assert refused(answer, words="no group")
    assert "<bdi>city-managers</bdi>" in answer[2] and "<bdi>/kallio/team</bdi>" in answer[2]
    assert "manager:" not in answer[2] and "reader" not in answer[2].split("<ul>")[1].split("<bdi>")[1]
    assert "code=" not in answer[2] and "state=" not in answer[2], "nothing of the answer is passed on"
    assert browser.session is None and browser.reads() == 303


def test_keys_may_be_changed_at_any_time(town, manager):
    town.provider.key = None
    assert Browser(town).sign_in(manager)[0] == 303
    before = town.provider.asked.count("/jwks")
    assert Browser(town).sign_in(manager)[0] == 303
    assert town.provider.asked.count("/jwks") == before, "keys are kept"
    town.provider.rotate()
    assert Browser(town).sign_in(manager)[0] == 303
    assert town.provider.asked.count("/jwks") == before + 1


def test_other_kinds_of_keys_sign_too(town, manager):
    for head, kind, size in [("ES256", "EC", "P-256"), ("EdDSA", "OKP", "Ed25519"), ("PS256", "RSA", 2048)]:
        restart(town)
        key = new_key(kind, size)
        public = {**key.as_dict(is_private=False), "use": "sig"}
        others = [{"kty": "unheard-of", "kid": "x"}, {"kty": "oct", "k": "AAAA", "kid": "y"}]
        town.provider.misbehave["/jwks"] = lambda public=public: {"keys": [*others, public]}
        town.provider.forge = lambda _, __, claims, key=key, head=head: signed(
            {"alg": head, "kid": key.thumbprint()}, claims, key)
        public["kid"] = key.thumbprint()
        assert Browser(town).sign_in(manager)[0] == 303, head


# MARK: What does not check


def changed(**claims):
    """The same token, signed again by the provider with other claims; None leaves one out."""
    def forge(key, head, given):
        new = {k: v for k, v in {**given, **claims}.items() if v is not None}
        return signed(head, {k: v(given) if callable(v) else v for k, v in new.items()}, key)
    return forge


def unsigned(_, head, claims):
    return f"{encoded({**head, 'alg': 'none'})}.{encoded(claims)}."


def by_shared_secret(secret):
    def forge(key, head, claims):
        text = f"{encoded({**head, 'alg': 'HS256'})}.{encoded(claims)}"
        secret_bytes = key.as_pem(is_private=False) if secret is None else secret
        return f"{text}.{encoded(hmac.new(secret_bytes, text.encode(), hashlib.sha256).digest())}"
    return forge


def by_another_key(key, head, claims):
    return signed(head, claims, new_key())


def by(key):
    return lambda _, head, claims: signed({**head, "kid": key.thumbprint()}, claims, key)


def cut(part):
    def forge(key, head, claims):
        parts = signed(head, claims, key).split(".")
        parts[part] = parts[part][:-4]
        return ".".join(parts)
    return forge


def altered(key, head, claims):
    parts = signed(head, claims, key).split(".")
    return ".".join([parts[0], encoded({**claims, "groups": ["city-managers"]}), parts[2]])


def with_head(**more):
    def forge(key, head, claims):
        text = f"{encoded({**head, **more})}.{encoded(claims)}"
        return f"{text}.{encoded(key.get_private_key().sign(text.encode(), PKCS1v15(), SHA256()))}"
    return forge


FORGED = {
    "another audience": changed(aud="somebody-else"), "no audience": changed(aud=None),
    "several audiences without a party": changed(aud=[CLIENT, "somebody-else"]),
    "another party": changed(azp="somebody-else"),
    "another party of several audiences": changed(aud=[CLIENT, "x"], azp="x"),
    "another issuer": changed(iss="https://accounts.example"), "no issuer": changed(iss=None),
    "expired": changed(exp=lambda c: c["iat"] - 61, iat=lambda c: c["iat"] - 120),
    "no expiry": changed(exp=None), "expiry in words": changed(exp="tomorrow"),
    "made in the future": changed(iat=lambda c: c["iat"] + 600),
    "made long ago": changed(iat=lambda c: c["iat"] - 3600), "never made": changed(iat=None),
    "not yet": changed(nbf=lambda c: c["iat"] + 600),
    "another nonce": changed(nonce="0" * 43), "no nonce": changed(nonce=None),
    "no subject": changed(sub=None), "a subject of two lines": changed(sub="a\nperson root"),
    "a long subject": changed(sub="s" * 256),
    "alg none": unsigned, "the public key as a secret": by_shared_secret(None),
    "the client's secret": by_shared_secret(SECRET.encode()), "another key": by_another_key,
    "altered claims": altered, "no signature": cut(2), "half a payload": cut(1),
    "a short key": None, "an unknown key": with_head(kid="unknown"), "an extension": with_head(crit=["b64"], b64=True),
    "no token": lambda *_: "", "a large token": changed(more="x" * 70_000),
}


# Those for which no key that is kept made the signature.
FETCHING = {"another key", "altered claims", "no signature", "half a payload", "an unknown key",
            "a short key"}


@pytest.mark.parametrize("name", FORGED)
def test_a_token_that_does_not_check_signs_nobody_in(town, manager, name):
    if name in FETCHING:
        restart(town)  # each asks for the keys again, which is allowed so often in a minute
    if name == "a short key":
        short = new_key("RSA", 1024)
        town.provider.misbehave["/jwks"] = lambda: {"keys": [short.as_dict(is_private=False)]}
    town.provider.forge = by(short) if name == "a short key" else FORGED[name]
    browser = Browser(town)
    answer = browser.sign_in(manager)
    assert refused(answer), name
    assert browser.session is None and browser.reads() == 303
    assert "nobody was signed in: what the provider sent does not check" in town.service.log()
    town.provider.behave()
    assert browser.sign_in(manager)[0] == 303, "the next is none the worse for it"


def test_clocks_may_differ_by_a_minute(town, manager):
    town.provider.forge = changed(iat=lambda c: c["iat"] + 45, exp=lambda c: c["iat"] + 300)
    assert Browser(town).sign_in(manager)[0] == 303
    town.provider.forge = changed(aud=[CLIENT, "other"], azp=CLIENT)
    assert Browser(town).sign_in(manager)[0] == 303, "several audiences, and we are the party"


def test_an_answer_counts_once(town, manager):
    browser = Browser(town)
    back = browser.agree(browser.begin(), manager)
    assert browser.get(back)[0] == 303
    assert refused(browser.get(back), 400, "used already")
    assert browser.reads() == 200, "whoever is signed in stays so"


def test_an_answer_counts_in_the_browser_that_asked(town, manager):
    browser, other = Browser(town), Browser(town)
    back = browser.agree(browser.begin(), manager)
    assert refused(other.get(back), 400, "another browser")
    other.begin()
    assert refused(other.get(back), 400, "another browser")
    assert other.session is None
    assert browser.get(back)[0] == 303, "it waits for its own"


def test_a_code_counts_once_and_for_its_own_sign_in(town, manager):
    browser, other = Browser(town), Browser(town)
    query = lambda back: dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))  # noqa: E731
    back = browser.agree(browser.begin(), manager)
    stolen = query(back)["code"]
    state = query(other.agree(other.begin(), manager))["state"]
    assert refused(other.get(f"{CALLBACK}?code={stolen}&state={state}"), words="invalid_grant"), "PKCE"
    browser = Browser(town)
    back = browser.agree(browser.begin(), manager)
    used = query(back)["code"]
    browser.get(back)
    state = query(browser.agree(browser.begin(), manager))["state"]
    assert refused(browser.get(f"{CALLBACK}?code={used}&state={state}"), words="invalid_grant")


@pytest.mark.parametrize("query, status, words", [
    ("", 400, "another browser"), ("code=x", 400, "another browser"),
    ("code=x&state=unknown", 400, "another browser"), ("error=access_denied", 400, "another browser"),
    ("code=x&state={state}&state={state}", 400, "another browser"),
    ("error=access_denied&state={state}", 403, "cancelled"),
    ("error=temporarily_unavailable&state={state}", 403, "temporarily_unavailable"),
    ("error=%3Cscript%3Ealert(1)%3C/script%3E&state={state}", 403, "an error: error"),
    ("state={state}", 403, "error"), ("code=x&state={state}", 403, "invalid_grant"),
    ("code=x&state={state}&iss=https://evil.example", 403, "could not be verified"),
])
def test_other_answers_have_a_clear_page(town, query, status, words):
    browser = Browser(town)
    state = re.search(r"state=([^&]+)", browser.begin())[1]
    answer = browser.get(f"{CALLBACK}?" + query.format(state=state))
    assert refused(answer, status, words)
    assert "<script" not in answer[2] and browser.session is None


def test_somebody_says_no_at_the_provider(chromium, town):
    with visitor(chromium, town, locale="en") as page:
        page.goto("/sign-in?lang=en")
        page.get_by_role("link", name="organisation").click()
        page.fill("input[name=sub]", "x")
        page.get_by_role("button", name="Deny").click()
        assert "cancelled" in page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("path", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/" + "a" * 3000])
def test_it_never_goes_on_elsewhere(town, manager, path):
    assert Browser(town).sign_in(manager, next_path=path)[1] == "/dashboard"


# MARK: A provider that fails


def test_without_the_provider_the_service_starts_and_tokens_sign_in(chromium, town, manager):
    token = town.make_token("--role", "reader")
    town.provider.stop()
    restart(town)
    with visitor(chromium, town) as page:
        page.goto("/sign-in?lang=en")
        page.get_by_role("link", name="organisation").click()
        assert "does not answer" in page.get_by_role("alert").inner_text()
        page.fill("#token", token)
        page.click("main form button")
        assert page.url == town.http + "/dashboard"
    town.provider.start()
    time.sleep(2.1)
    assert Browser(town).sign_in(manager)[0] == 303, "once it is back"


def huge():
    def body():
        for _ in range(50):
            yield b" " * (1 << 20)
    return flask.Response(body(), content_type="application/json")


def dripping():
    def body():
        for _ in range(120):
            yield b" "
            time.sleep(0.5)
    return flask.Response(body(), content_type="application/json")


def resident(town):
    with open(f"/proc/{town.service.child.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


BAD = {
    "50 MB": huge, "no JSON": lambda: "<html>", "an error": lambda: ("", 500),
    "a redirect": lambda: ("", 302, {"Location": "http://127.0.0.1:1/"}), "nothing": lambda: "{}",
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/oauth2/token"])
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_signs_nobody_in_and_costs_nothing(town, manager, path, name):
    restart(town)
    town.provider.misbehave[path] = BAD[name]
    before = resident(town)
    browser = Browser(town)
    if path.startswith("/.well-known"):
        assert refused(browser.get("/sign-in/oidc?lang=en"), 503, "does not answer")
    else:
        answer = browser.sign_in(manager)
        assert answer[0] in (403, 503) and heading(answer[2])
    assert resident(town) - before < 30 << 20
    assert browser.session is None
    assert town.get("/readyz")[0] == 200


@pytest.mark.parametrize("field, value", [
    ("issuer", "https://other.example"), ("token_endpoint", "http://192.0.2.1/token"),
    ("authorization_endpoint", "javascript:alert(1)"), ("jwks_uri", "file:///etc/passwd")])
def test_a_provider_that_names_others_is_not_asked(town, field, value):
    restart(town)
    honest = json.load(urllib.request.urlopen(
        town.provider.issuer + "/.well-known/openid-configuration", timeout=20))
    town.provider.misbehave["/.well-known/openid-configuration"] = lambda: {**honest, field: value}
    assert refused(Browser(town).get("/sign-in/oidc?lang=en"), 503, "does not answer")


def test_a_provider_whom_no_authority_vouches_for_is_told_nothing(town):
    given = town.service.environment
    with Provider(town.http + CALLBACK, tls="adhoc") as impostor:
        town.service.environment = {**given, "PIKAPALAUTE_OIDC_ISSUER": impostor.issuer}
        try:
            restart(town)
            assert refused(Browser(town).get("/sign-in/oidc?lang=en"), 503, "does not answer")
            assert "CERTIFICATE_VERIFY_FAILED" in town.service.log() and not impostor.asked
        finally:
            town.service.environment = given
            restart(town)


def test_a_slow_provider_holds_nobody_else(town, manager):
    restart(town)
    token = town.make_token("--role", "reader")
    town.provider.misbehave["/.well-known/openid-configuration"] = dripping
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        begun = time.monotonic()
        waiting = [pool.submit(Browser(town).get, "/sign-in/oidc?lang=en") for _ in range(40)]
        time.sleep(0.5)
        while time.monotonic() - begun < 4:
            asked = time.monotonic()
            request = urllib.request.Request(
                town.http + "/dashboard", headers={"Authorization": f"Bearer {token}"})
            assert urllib.request.urlopen(request, timeout=20).status == 200
            assert time.monotonic() - asked < 3
        assert all(refused(answer.result(), 503, "does not answer") for answer in waiting)
        assert time.monotonic() - begun < 20, "eight seconds, on a machine that is not idle"
    assert town.provider.asked.count("/.well-known/openid-configuration") < 40 + len(waiting)


# MARK: Settings


@pytest.mark.parametrize("change, words", [
    ({"ISSUER": "http://login.example"}, "https://"), ({"ISSUER": "login.example"}, "https://"),
    ({"CLIENT_ID": ""}, "knows us"), ({"REDIRECT_URL": ""}, CALLBACK),
    ({"REDIRECT_URL": "https://here.example/"}, CALLBACK),
    ({"REDIRECT_URL": "http://here.example" + CALLBACK}, "https://"),
    ({"GROUPS": ""}, "group=role"), ({"GROUPS": "managers"}, "group=role"),
    ({"GROUPS": "a=owner"}, "group=role"), ({"GROUPS": "a=device"}, "group=role"),
    ({"GROUPS": "a=administrator:kallio"}, "group=role"), ({"GROUPS": "a=reader,a=manager"}, "twice"),
    ({"GROUPS": "a=reader:"}, "group=role"), ({"SCOPE": "profile"}, "openid"),
    ({"SESSION_HOURS": "24"}, "1 to 12"), ({"IDLE_MINUTES": "4"}, "5 to 720"),
    ({"IDLE_MINUTES": "an hour"}, "5 to 720"), ({"CLIENT_SECRET_FILE": "/x"}, "one of"),
    ({"CLIENT_SECRET": "", "CLIENT_SECRET_FILE": "/does/not/exist"}, "readable file"),
    ({"ONLY": "yes"}, "true or false"), ({"ISSUER": ""}, "PIKAPALAUTE_OIDC_ISSUER"),
])
def test_a_wrong_setting_stops_the_start_with_one_line(town, tmp_path, change, words):
    given = {**town.service.environment,
             **{f"PIKAPALAUTE_OIDC_{name}": value for name, value in change.items()}}
    done = subprocess.run(
        [BUILD / "pikapalaute", "serve", "--database", tmp_path / "x.sqlite"], env=given,
        capture_output=True, text=True, timeout=60)
    line, = done.stderr.strip().splitlines()
    assert done.returncode == 78 and "PIKAPALAUTE_OIDC_" in line and words in line
    assert SECRET not in line and not (tmp_path / "x.sqlite").exists()


def test_where_only_the_provider_lets_in_a_token_opens_no_page(town, manager):
    given = town.service.environment
    token = town.make_token("--role", "manager")
    town.service.environment = given | {"PIKAPALAUTE_OIDC_ONLY": "true"}
    try:
        restart(town)
        browser = Browser(town)
        _, _, page = browser.get("/sign-in")
        assert "/sign-in/oidc" in page and 'name="token"' not in page
        form = urllib.parse.urlencode({"token": token}).encode()
        answer = browser.get("/sign-in", form, Origin=town.http)
        assert refused(answer, 403, "account only") and browser.session is None
        assert browser.sign_in(manager)[0] == 303 and browser.reads() == 200
        assert Browser(town).get("/api/v1/nodes", Authorization=f"Bearer {token}")[0] == 200, "programs go on"
        town.provider.misbehave["/.well-known/openid-configuration"] = dripping
        restart(town)
        assert "token" not in heading(Browser(town).get("/sign-in/oidc?lang=en")[2]), "no way that there is not"
    finally:
        town.service.environment = given
        town.provider.behave()
        restart(town)


def test_without_the_setting_there_is_no_button(town):
    given = town.service.environment
    town.service.environment = {
        name: value for name, value in given.items() if not name.startswith("PIKAPALAUTE_OIDC_")}
    try:
        restart(town)
        browser = Browser(town)
        assert "/sign-in/oidc" not in browser.get("/sign-in")[2]
        assert browser.reads("/sign-in/oidc") == browser.reads(CALLBACK + "?code=x&state=x") == 404
    finally:
        town.service.environment = given
        restart(town)

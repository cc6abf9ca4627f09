"""What tests of pages do with a browser."""

import contextlib
import json
import urllib.error
import urllib.parse
import urllib.request

PHONE, DESKTOP = (390, 844), (1200, 900)


@contextlib.contextmanager
def visitor(chromium, town, token=None, size=DESKTOP, **more):
    """A browser without JavaScript, signed in where there is a token; what the policy stops fails."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=town.http,
        java_script_enabled=False, **more)
    page = context.new_page()
    troubles = []
    page.on("console", lambda line: troubles.append(line.text)
            if "Content Security Policy" in line.text else None)
    if token:
        sign_in(page, token)
    try:
        yield page
    finally:
        context.close()
    assert not troubles


def sign_in(page, token, next_path="/dashboard"):
    page.goto("/sign-in?lang=en&next=" + urllib.parse.quote(next_path))
    page.fill("#token", token)
    page.click("main button")


def api(town, path):
    """What the API says at the address that a page names."""
    status, body = town.get(path)
    assert status == 200, (path, body[:300])
    return json.loads(body)


def decimal(number, places=1):
    """As English pages write it: rounded half away from zero."""
    if number is None:
        return "–"
    scaled = int(abs(number) * 10**places + 0.5)
    text = f"{scaled / 10**places:,.{places}f}"
    return ("\u2212" if number < 0 and scaled else "") + text


# MARK: Forms


def post(town, path, form, cookie=None, **headers):
    """(status, headers) of a form as a browser sends it; redirects are not followed."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = urllib.request.Request(
        town.http + path, urllib.parse.urlencode(form).encode(),
        {"Origin": town.http, **({"Cookie": cookie} if cookie else {}),
         **{name.replace("_", "-"): value for name, value in headers.items()}})
    try:
        answer = urllib.request.build_opener(Stay).open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers


def get(town, path, cookie):
    request = urllib.request.Request(town.http + path, headers={"Cookie": cookie})
    try:
        return urllib.request.urlopen(request, timeout=20).status
    except urllib.error.HTTPError as error:
        return error.code


def cookie_of(town, token, **headers):
    status, answer = post(town, "/sign-in", {"token": token}, **headers)
    assert status == 303, status
    return answer["Set-Cookie"]

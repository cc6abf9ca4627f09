"""What tests of pages do with a browser."""

import contextlib
import json
import urllib.parse

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

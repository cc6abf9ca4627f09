"""A coordinator enrols a team's phones: on a page, printed, over the API; a phone scans what was printed."""

import io
import json
import os
import re
import subprocess
import urllib.error
import urllib.request

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from browser import DESKTOP, PHONE, cookie_of, post, visitor
from phone import REGISTRY, HomeCare, Phone
from rig import BUILD

COUNT = 7


@pytest.fixture(scope="module")
def care(tmp_path_factory):
    with HomeCare(tmp_path_factory.mktemp("care")) as care:
        care.make_token = lambda *options: care.command("token", "make", *options)
        yield care


@pytest.fixture(scope="module")
def team(care):
    return care.team()[0]


@pytest.fixture(scope="module")
def manager(care, team):
    return care.make_token("--role", "manager", "--node", team, "--note", "Coordinator")


def ask(care, node, body, token, path="/api/v1/phones/"):
    """(status, headers, body)."""
    request = urllib.request.Request(
        care.http + path + node, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, json.loads(answer.read())


def read_codes(page):
    """What a camera sees of the slips."""
    return [zxingcpp.read_barcode(Image.open(io.BytesIO(slip.screenshot()))).text
            for slip in page.locator(".slip .qr").all()]


def test_a_coordinator_makes_codes_prints_them_and_a_phone_enrols(chromium, care, team, manager):
    with visitor(chromium, care, manager) as page:
        page.goto(f"/dashboard/{team}?lang=en")
        page.get_by_role("link", name="Phones").click()
        before = page.locator(".phones tbody tr").count()
        page.fill("#count", str(COUNT))
        page.click(".new-phones button")
        codes = [code.inner_text() for code in page.locator(".slip .code").all()]
        addresses = [f"{care.http}/visit#{code}" for code in codes]
        assert len(set(codes)) == COUNT and read_codes(page) == addresses
        assert page.locator(".slip").first.inner_text().count(team) >= 1
        page.emulate_media(media="print")
        heights = [slip.bounding_box()["height"] for slip in page.locator(".slip").all()]
        assert all(abs(height - 86 * 96 / 25.4) < 1 for height in heights)
        assert not page.locator("header.top").is_visible()
        page.emulate_media(media="screen")
        paper = page.pdf(prefer_css_page_size=True)
        assert paper.count(b"/Type /Page") - paper.count(b"/Type /Pages") == 3, "three slips on a sheet"
        page.goto(f"/phones/{team}?lang=en")
        assert page.locator(".phones tbody tr").count() == before + COUNT
        names = [name.inner_text() for name in page.locator(".phones tbody th").all()]
        assert sum(re.fullmatch("phone-[a-z2-9]{10}", name) is not None for name in names) == COUNT
        assert page.locator(".phones tbody td").all_inner_texts().count("enrolled") == 0
        with Phone.of(chromium, care.http) as phone:
            phone.open("/visit#" + codes[0])
            phone.page.click("#enrol button")
            phone.faces.first.wait_for()
            phone.rate(3)
            phone.wait_for_waiting(0)
        page.reload()
        row, = [row for row in page.locator(".phones tbody tr").all() if "enrolled" in row.inner_text()]
        assert re.search(r"enrolled\s+\d+ \w+ \d{4}$", row.inner_text()), "to the day"
    assert care.counts(team) == ([0, 0, 0, 1], 0)
    lines = [line.split("\t") for line in care.command("audit").splitlines() if "\t" in line]
    # One version, in the coordinator's name.
    applied, = [line for line in lines if line[3] == "registry applied" and line[2].startswith("token")]
    made = [line for line in lines if line[3] == "claim code made" and line[2] == applied[2]]
    assert len(made) == COUNT and not any(code in "".join(map("".join, lines)) for code in codes)


def test_a_phone_that_was_lost_gets_a_new_name_or_none(chromium, care, team, manager):
    def phones(page):
        return {row.locator("th").inner_text(): row.locator("td").first.inner_text()
                for row in page.locator(".phones tbody tr").all()}

    made = ask(care, team, {"count": 2}, manager)[2]["phones"]
    lost, kept = [phone["device"] for phone in made]
    tokens = {phone["device"]: ask(care, "", {"code": phone["code"]}, "", "/enrol/v1/claim")[2]["token"]
              for phone in made}

    def press(device, sequence=0):
        path = f"/ingest/v1/helsinki/{device}/press"
        return ask(care, "", {"epoch": 1, "first": sequence, "presses": [{"button": 2}]}, tokens[device], path)[0]

    assert press(lost) == 200 and press(kept) == 200
    counted = sum(care.counts(team)[0])
    with visitor(chromium, care, manager) as page:
        page.goto(f"/phones/{team}?lang=en")
        before = phones(page)
        assert before[lost] == before[kept] == "enrolled"
        page.select_option("#phone", lost)
        page.get_by_role("button", name="New code").click()
        code = page.locator(".slip .code").inner_text()
        assert read_codes(page) == [f"{care.http}/visit#{code}"]
        assert press(lost, 1) == 401, "its token opens nothing any more"
        page.goto(f"/phones/{team}?lang=en")
        now = phones(page)
        new, = set(now) - set(before)
        assert set(before) - set(now) == {lost} and now[new].startswith("code waits")
        status, _, got = ask(care, "", {"code": code}, "", "/enrol/v1/claim")
        assert status == 200 and got["device"] == new and got["touchpoint"] == team
        page.select_option("#phone", kept)
        page.get_by_role("button", name="Withdraw this phone").click()
        page.wait_for_url(f"**/phones/{team}**")
        assert set(phones(page)) == set(now) - {kept}
        assert press(kept, 1) == 401
        # The phone had its name; what waited on it counts for the team under the new one.
        tokens[new] = got["token"]
        assert press(new) == 200
    assert sum(care.counts(team)[0]) == counted + 1, "what was rated stays the team's"
    lines = [line.split("\t") for line in care.command("audit").splitlines() if "\t" in line]
    who = {line[2] for line in lines if line[3] == "registry applied" and lost in line[4]}
    assert len(who) == 1 and who.pop().startswith("token")
    assert sum(line[3] == "token withdrawn" and line[2].startswith("token") for line in lines) >= 2


def test_every_length_of_address_is_drawn_so_that_it_is_read(chromium, care, team):
    """Of every version of QR code but the first two, which hold no address."""
    token = care.make_token("--role", "manager")
    with visitor(chromium, care, size=DESKTOP) as page:
        for length in (1, 15, 35, 55, 70, 90, 120, 150, 180):
            host = "a" * length + ".example"
            cookie = cookie_of(care, token, Host=host, Origin=f"http://{host}")
            form = form_of(care, team, cookie)
            request = urllib.request.Request(
                f"{care.http}/phones/{team}", f"count=1&key={form['key']}&version={form['version']}".encode(),
                {"Host": host, "Origin": f"http://{host}", "Cookie": cookie})
            body = urllib.request.urlopen(request, timeout=30).read().decode()
            svg = re.search(r"<svg class=\"qr\".*?</svg>", body, re.S)
            address = f"http://{host}/visit#" + re.search(r'class="code"[^>]*>([^<]+)', body)[1]
            if len(address) > 213:
                assert not svg and address in body
                continue
            page.set_content(f'<div style="width:600px">{svg[0]}</div>')
            assert read_svg(page) == address, length


def read_svg(page):
    return zxingcpp.read_barcode(Image.open(io.BytesIO(page.locator("svg.qr").screenshot()))).text


def form_of(care, node, cookie):
    request = urllib.request.Request(f"{care.http}/phones/{node}", headers={"Cookie": cookie})
    page = urllib.request.urlopen(request, timeout=30).read().decode()
    return dict(re.findall(r'name="(key|version)" value="([^"]+)"', page))


def test_over_the_api_and_nowhere_else_than_below_their_node(care, team, manager):
    before = len(care.command("registry", "list").splitlines())
    status, headers, made = ask(care, team, {"count": 3}, manager)
    assert status == 201 and headers["Cache-Control"] == "no-store"
    assert made["touchpoint"] == team and len({phone["device"] for phone in made["phones"]}) == 3
    assert made["phones"][0]["address"] == f"{care.http}/visit#{made['phones'][0]['code']}"
    assert len(care.command("registry", "list").splitlines()) == before + 1
    status, _, got = ask(care, "", {"code": made["phones"][0]["code"]}, manager, "/enrol/v1/claim")
    assert status == 200 and got["device"] == made["phones"][0]["device"] and got["touchpoint"] == team
    for node, body, status in [
            ("alue-23", {"count": 1}, 403), ("kotihoito", {"count": 1}, 403), ("nowhere", {"count": 1}, 403),
            (team, {"count": 0}, 422), (team, {"count": 101}, 422), (team, {"count": "2"}, 400), (team, {}, 400)]:
        assert ask(care, node, body, manager)[0] == status, (node, body)
    free = care.make_token("--role", "manager")
    assert ask(care, "kotihoito", {"count": 1}, free)[0] == 422
    for role in ("reader", "analyst"):
        assert ask(care, team, {"count": 1}, care.make_token("--role", role))[0] == 403
    assert len(care.command("registry", "list").splitlines()) == before + 1, "nothing of it was done"


def test_forms_of_strangers_are_refused(care, team, manager):
    cookie = cookie_of(care, manager)
    form = form_of(care, team, cookie) | {"count": "1"}
    before = care.command("registry", "list")
    other = form_of(care, team, cookie_of(care, manager)) | {"count": "1"}
    for status, sent, jar, headers in [
            (401, form, None, {}), (403, form | {"key": "x"}, cookie, {}), (403, other, cookie, {}),
            (403, form, cookie, {"Origin": "https://evil.example"}),
            (403, form, cookie, {"Sec_Fetch_Site": "cross-site"}),
            (409, form | {"version": "1"} if form["version"] != "1" else form | {"version": "0"}, cookie, {}),
            (400, form | {"count": "x"}, cookie, {})]:
        assert post(care, f"/phones/{team}", sent, jar, **headers)[0] == status, (status, sent, headers)
    assert post(care, "/phones/alue-23", form, cookie)[0] == 403
    phone = ask(care, team, {"count": 1}, manager)[2]["phones"][0]["device"]
    form, before = form_of(care, team, cookie) | {"phone": phone}, care.command("registry", "list")
    for way in ("renew", "withdraw"):
        for status, node, sent, headers in [
                (403, team, form | {"key": "x"}, {}), (403, team, form, {"Origin": "https://evil.example"}),
                (409, team, form | {"version": "0"}, {}), (422, team, form | {"phone": "hc-9999"}, {}),
                (422, team, form | {"phone": ""}, {}), (400, team, {"key": form["key"]}, {}),
                (403, "alue-23", form, {})]:
            assert post(care, f"/phones/{node}/{way}", sent, cookie, **headers)[0] == status, (way, status, sent)
    assert care.command("registry", "list") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing(chromium, care, team, manager, language, scheme):
    for size in (PHONE, DESKTOP):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=care.http, color_scheme=scheme, bypass_csp=True)
        context.add_cookies([cookie_for(care, manager)])
        page = context.new_page()
        page.goto(f"/phones/{team}?lang={language}")
        assert not Axe().run(page).response["violations"]
        page.click(".new-phones button")
        assert page.locator(".slip").count() == 1
        assert not Axe().run(page).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], "nothing to scroll sideways"
        context.close()


def cookie_for(care, token):
    name, value = cookie_of(care, token).split(";")[0].split("=", 1)
    return {"name": name, "value": value, "url": care.http}


def test_above_the_teams_a_coordinator_finds_them(chromium, care):
    with visitor(chromium, care, care.make_token("--role", "manager", "--node", "kotihoito")) as page:
        page.goto("/phones/kotihoito?lang=en")
        assert page.locator("main .units a").count() == len(REGISTRY["nodes"][0]["nodes"])
        page.click("main .units a >> nth=0")
        assert "/phones/alue-00" in page.url and page.locator(".new-phones").count() == 1


def test_on_the_command_line_while_the_service_runs_and_while_it_does_not(care):
    environment = {**os.environ, "PIKAPALAUTE_ADMIN_TOKEN": care.token,
                   "PIKAPALAUTE_HTTP_ADDRESS": f"127.0.0.1:{care.http_port}"}

    def phone(*arguments, status=0):
        done = subprocess.run([BUILD / "pikapalaute", "phone", *arguments, "--database", care.database],
                              capture_output=True, text=True, env=environment, timeout=60)
        assert done.returncode == status, (done.stdout, done.stderr)
        return done.stdout if status == 0 else done.stderr

    versions = len(care.command("registry", "list").splitlines())
    lines = phone("enrol", "monta", "--count", "4", "--address", "https://p.example").splitlines()
    codes = dict(line.split("\t") for line in lines[::2])
    assert lines[1::2] == [f"  https://p.example/visit#{code}" for code in codes.values()]
    assert len(codes) == 4 and len(care.command("registry", "list").splitlines()) == versions + 1
    name, code = next(iter(codes.items()))
    assert ask(care, "", {"code": code}, "", "/enrol/v1/claim")[2]["device"] == name
    care.service.stop()
    phone("enrol", "monta", "--expires-in", "30m")
    listed = [line.split("\t") for line in phone("list", "monta").splitlines()[1:]]
    assert dict(listed)[name] == "enrolled"
    assert sum(state.startswith("code until 20") for _, state in listed) == 5, "the rig's own is one"
    assert phone("withdraw", name) == ""
    new, code = phone("renew", listed[1][0] if listed[1][0] != name else listed[2][0]).split()
    again = dict(line.split("\t") for line in phone("list", "monta").splitlines()[1:])
    assert name not in again and again[new].startswith("code until") and len(again) == len(listed) - 1
    assert "is no phone of a team now" in phone("withdraw", name, status=1)
    assert "--expires-in" in phone("renew", new, "--expires-in", "2y", status=1)
    assert "channel: visit" in phone("enrol", "kotihoito", status=1)
    assert "0 phones" in phone("enrol", "monta", "--count", "0", status=1)
    assert "--expires-in" in phone("enrol", "monta", "--expires-in", "2y", status=1)
    care.service.start()
    care.wait_until_ready()

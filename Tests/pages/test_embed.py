"""What other sites show of ours: a frame and a picture."""

import functools
import http.server
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import DESKTOP, api, decimal, visitor
from town import HOSTILE

PAGE, IMAGE = "/embed/terveysasemat", "/embed/terveysasemat/chart.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def other_site(tmp_path_factory):
    """(folder, address) of a site that is not ours."""
    folder = tmp_path_factory.mktemp("other")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def answer(town, path, **headers):
    try:
        return urllib.request.urlopen(
            urllib.request.Request(town.http + path, headers=headers), timeout=20)
    except urllib.error.HTTPError as error:
        return error


def test_what_the_place_page_gives_to_copy_works_in_another_site(chromium, town, other_site):
    folder, address = other_site
    with visitor(chromium, town) as page:
        page.goto("/places/terveysasemat?lang=en")
        page.locator(".embedding summary").first.click()
        frame, image = page.locator(".embedding").first.locator("code").all_inner_texts()
    for name, code in {"frame": frame, "image": image}.items():
        (folder / f"{name}.html").write_text(f"<!doctype html><title>x</title><h1>Ours</h1>{code}")
    rows = api(town, "/public/v1/results?node=terveysasemat")["series"][0]["rows"]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/frame.html")
    inside = page.frame_locator("iframe")
    assert inside.locator(".big").inner_text() == decimal(rows[-1]["index"], 0)
    assert f"{rows[-1]['responses']:,}\xa0responses" in inside.locator("main").inner_text()
    assert inside.get_by_role("link", name="All results").get_attribute("target") == "_blank"
    page.goto(address + "/image.html")
    picture = page.locator("img")
    assert picture.evaluate("image => [image.complete, image.naturalWidth]") == [True, 752]
    context.close()


def test_no_other_page_of_ours_can_be_framed(chromium, town, other_site):
    folder, address = other_site
    for path in ("/", "/places/terveysasemat", "/sign-in", IMAGE):
        policy = answer(town, path).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path
    (folder / "stolen.html").write_text(
        f'<!doctype html><title>x</title><iframe src="{town.http}/places/terveysasemat"></iframe>')
    page = chromium.new_page()
    page.goto(address + "/stolen.html")
    assert page.frame_locator("iframe").locator("main").count() == 0
    page.close()


def test_a_picture_is_whole_by_itself(chromium, town):
    found = answer(town, IMAGE + "?lang=sv")
    assert found.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = xml.etree.ElementTree.fromstring(found.read())
    assert root.tag == SVG + "svg" and root.find(f"{SVG}title").text.startswith("Hälsostationer: ")
    with visitor(chromium, town) as page:
        page.goto(IMAGE)
        fills = page.locator("svg .band, svg .paper").evaluate_all(
            "all => all.map(one => getComputedStyle(one).fill)")
        assert len(set(fills)) == 2, "the policy lets its own style through"


@pytest.mark.parametrize("path", [PAGE, IMAGE])
def test_it_is_kept_like_every_public_answer(town, path):
    first = answer(town, path)
    assert first.headers["Cache-Control"] == "public, max-age=900"
    again = answer(town, path, **{"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert "Set-Cookie" not in first.headers
    assert answer(town, path + "?question=nothing").status == 404
    assert answer(town, path.replace("terveysasemat", "kirjastot")).status == 404
    assert answer(town, path + "?question=palvelu&lang=en").status == 200


def test_hostile_names_are_text_there_too(chromium, town):
    root = xml.etree.ElementTree.fromstring(answer(town, "/embed/laituri/chart.svg").read())
    assert root.find(f"{SVG}title").text.startswith(HOSTILE)
    page = chromium.new_page(base_url=town.http)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto("/embed/laituri")
    assert page.locator("h1").text_content() == HOSTILE
    assert page.evaluate("document.scripts.length") == 0
    page.close()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_in_a_narrow_frame(chromium, town, language):
    for size, scheme in (((320, 520), "light"), (DESKTOP, "dark")):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=town.http,
            color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{PAGE}?lang={language}")
        found = Axe().run(page, options={"runOnly": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        context.close()

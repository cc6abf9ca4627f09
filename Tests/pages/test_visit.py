"""A visit is rated on a phone, online or not: real browser, real service."""

import datetime
import json
import pathlib
import time
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser import DESKTOP, PHONE
from conftest import CHROMIUM
from phone import ARABIC, LONG, MARKUP, TEXTS, Gateway, HomeCare, Phone
from rig import ROOT, wait_until

BYTES_MAX = 60_000
WRONG = "This code does not work"
CODE_LIVES_S = 60  # The shortest life that a code can be given.
GUESSES_MAX = 60  # WebLimits.claimGuessesPerAddressMax
FILES = ["app.css", "app.js", "app.webmanifest", "frame.js", "icon-192.png", "icon-512.png", "icon.svg",
         "journal.js", "sender.js", "version.js", "words.js", "worker.js"]
SMALL, TURNED = (320, 568), (844, 390)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with HomeCare(tmp_path_factory.mktemp("home")) as home:
        yield home


@pytest.fixture(scope="module", autouse=True)
def expiring(home):
    """(code, when it is over by the monotonic clock), made before all tests."""
    _, (device, _) = home.team()
    return home.code(device, "--expires-in", "1m"), time.monotonic() + CODE_LIVES_S


def read(home, path, **headers):
    return urllib.request.urlopen(urllib.request.Request(home.http + path, headers=headers), timeout=20)


# MARK: The wire


def test_frames_and_acknowledgements_are_those_of_the_vectors(chromium, home):
    vectors = {name: json.loads((ROOT / f"firmware-protocol/vectors/{name}.json").read_text())
               for name in ("frames", "acks")}
    with Phone.of(chromium, home.http) as phone:
        said = phone.open().page.evaluate("""async ({ frames, acks }) => {
          const { pressFrame, acknowledgement } = await import("/visit/frame.js");
          const hex = (bytes) => bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
          const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
          return {
            frames: frames.good.map((good) => hex(pressFrame({
              isUTC: good.utc, isOldest: good.oldest, epoch: good.epoch, first: good.first_sequence,
              sentAt: good.sent_at, presses: good.presses.map(([at, milliseconds, button, slot]) =>
                ({ at, milliseconds, button, slot })) }))),
            acks: [...acks.good, ...acks.bad].map((ack) => acknowledgement(bytes(ack.hex))),
          };
        }""", vectors)
    assert said["frames"] == [good["hex"] for good in vectors["frames"]["good"]]
    assert said["acks"] == [
        {"isRewind": ack["rewind"], "epoch": ack["epoch"], "next": ack["next_sequence"],
         "serverTime": ack["server_time"]} for ack in vectors["acks"]["good"]
    ] + [{"error": ack["error"]} for ack in vectors["acks"]["bad"]]


# What the app's journal can be asked without a sender. It has no power to lose, and remembers over
# restarts what it sent.
PLAYED = ["new-journal", "journal-wiped", "journal-kept", "ack-beyond-what-was-sent",
          "ack-beyond-after-some-were-counted", "ack-of-another-epoch", "rewind", "rewind-to-what-is-gone"]
PLAY = """async ({ vector, limit }) => {
  const { Journal } = await import("/visit/journal.js");
  const random = [...vector.random];
  crypto.getRandomValues = () => [random.shift()];
  const said = [];
  let journal, unsynced = [], inFlight = null;
  const forget = (name) => new Promise((done) => { indexedDB.deleteDatabase(name).onsuccess = done; });
  const begin = async (isWiped) => {
    if (isWiped) await forget("pikapalaute-visit");
    journal = new Journal();
    if (!await journal.get("enrolment")) await journal.enrol({ site: "h", device: "d", touchpoint: "t" });
    inFlight = null;
  };
  await forget("pikapalaute-visit");
  for (const step of vector.steps) {
    if (step.start || step.wipe) await begin(step.wipe);
    if (step.press) unsynced.push(step.press);
    if (step.sync) {
      for (const [at, milliseconds, button, slot] of unsynced) {
        await journal.press(button, slot, 1000 * at + milliseconds);
      }
      unsynced = [];
    }
    if (step.answer) {
      await journal.acknowledge(step.answer);
      if (step.answer.epoch === inFlight?.epoch) inFlight = null;
    }
    const isTurn = !inFlight;
    if (isTurn) inFlight = await journal.batch(limit);
    said.push({
      sends: isTurn && inFlight ? [[inFlight.epoch, inFlight.first,
        inFlight.presses.map(({ at, milliseconds, button, slot }) => [at, milliseconds, button, slot])]] : [],
      holds: await journal.waiting(),
    });
  }
  return said;
}"""


def test_the_journal_does_what_the_vectors_play(chromium, home):
    vectors = json.loads((ROOT / "firmware-protocol/vectors/journals.json").read_text())
    played = [vector for vector in vectors["vectors"] if vector["name"] in PLAYED]
    assert len(played) == len(PLAYED)
    with Phone.of(chromium, home.http, service_workers="block") as phone:
        for vector in played:
            phone.page.goto("/visit/app.css")  # Of this site, and without the app.
            said = phone.page.evaluate(
                PLAY, {"vector": vector, "limit": vectors["frame_presses_max"]})
            for step, now in zip(vector["steps"], said, strict=True):
                assert now["holds"] == step["holds"], (vector["name"], step)
                told = [[frame["epoch"], frame["first"], frame["presses"]] for frame in step["sends"]]
                # A phone's clock is none that begins anew: it says what the vectors no longer know.
                known = [[epoch, first, [press if other[0] is not None else [None, 0, *press[2:]]
                                         for press, other in zip(presses, frame[2])]]
                         for (epoch, first, presses), frame in zip(now["sends"], told)]
                assert known == told, (vector["name"], step)


# MARK: Offline


def test_ratings_given_offline_are_counted_once_after_the_browser_was_closed(
        chromium, home, tmp_path):
    place, (device, _) = home.team()
    troubles = []

    def launch(address):
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=["--no-sandbox"], base_url=address,
            viewport={"width": PHONE[0], "height": PHONE[1]}, locale="fi-FI")

    # The browser's own offline is none yet for what it does while it starts.
    with Gateway(home) as gateway:
        context = launch(gateway.http)
        phone = Phone(context, troubles)
        phone.page.clock.install()
        phone.enrol(home.code(device))
        phone.rate(3)
        phone.wait_for_waiting(0)
        assert home.counts(place) == ([0, 0, 0, 1], 0)
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        errors = context.new_cdp_session(phone.page).send("Page.getInstallabilityErrors")
        assert errors["installabilityErrors"] == []
        gateway.is_shut = True
        for button in (0, 1, 2, 3, 3):
            phone.rate_again(button)
        phone.wait_for_waiting(5)
        expect(phone.page.locator("#waiting")).to_have_text("5 arviota odottaa lähetystä")
        context.close()

        context = launch(gateway.http)
        phone = Phone(context, troubles).open()
        phone.faces.first.wait_for()
        assert phone.page.locator("#question").inner_text() == TEXTS["fi"]
        expect(phone.page.locator("#waiting")).to_have_text("5 arviota odottaa lähetystä")
        assert home.counts(place) == ([0, 0, 0, 1], 0)
        gateway.is_shut = False
        phone.page.locator("#waiting", has_text="Kaikki arviot on lähetetty").wait_for(timeout=20_000)
        assert home.counts(place) == ([1, 1, 1, 3], 0)
        context.close()
    assert not troubles


def test_ratings_leave_when_the_network_comes_back(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http) as phone:
        phone.enrol(home.code(device))
        phone.context.set_offline(True)
        phone.rate(1)
        phone.wait_for_waiting(1)
        phone.context.set_offline(False)
        phone.wait_for_waiting(0)
    assert home.counts(place) == ([0, 1, 0, 0], 0)


def test_the_service_worker_sends_what_a_closed_page_left(chromium, home):
    place, (device, _) = home.team()
    with Gateway(home) as gateway, Phone.of(chromium, gateway.http) as phone:
        phone.enrol(home.code(device))
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        gateway.is_shut = True
        phone.rate(2)
        phone.wait_for_waiting(1)
        browser, registrations = phone.context.new_cdp_session(phone.context.new_page()), []
        browser.on("ServiceWorker.workerRegistrationUpdated",
                   lambda told: registrations.extend(told["registrations"]))
        browser.send("ServiceWorker.enable")
        phone.page.close()
        gateway.is_shut = False
        # What the browser does by itself, in its own time.
        browser.send("ServiceWorker.dispatchSyncEvent", {
            "origin": gateway.http, "registrationId": registrations[0]["registrationId"],
            "tag": "ratings", "lastChance": False})
        wait_until(lambda: home.counts(place) == ([0, 0, 1, 0], 0))


def test_a_rating_outlives_a_service_that_was_killed(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http) as phone:
        phone.enrol(home.code(device))
        home.service.kill()
        phone.rate(2)
        phone.wait_for_waiting(1)
        home.service.start()
        home.wait_until_ready()
        phone.wait_for_waiting(0)
    assert home.counts(place) == ([0, 0, 1, 0], 0)


def test_what_was_counted_without_an_answer_is_counted_once(chromium, home):
    place, (device, _) = home.team()
    with Gateway(home) as gateway, Phone.of(
            chromium, gateway.http, service_workers="block") as phone:
        phone.enrol(home.code(device))
        gateway.swallow, gateway.refuse = 1, 1
        phone.rate(1)
        wait_until(lambda: gateway.swallowed == 1)
        phone.wait_for_waiting(0)
        assert gateway.presses >= 3
    assert home.counts(place) == ([0, 1, 0, 0], 0)


BREAK = """new Promise((resolve) => {
  indexedDB.open("pikapalaute-visit").onsuccess = ({ target }) => {
    const change = target.result.transaction("presses", "readwrite");
    const presses = change.objectStore("presses");
    presses.get(1).onsuccess = ({ target }) => presses.put({ ...target.result, milliseconds: 5000 });
    change.oncomplete = resolve;
  };
})"""


def test_a_rating_that_is_never_accepted_holds_up_no_other(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http, locale="en-GB", service_workers="block") as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        phone.context.set_offline(True)
        phone.rate(0)
        for button in (1, 2, 3):
            phone.rate_again(button)
        phone.wait_for_waiting(4)
        phone.page.evaluate(BREAK)
        phone.context.set_offline(False)
        phone.wait_for_waiting(0)
        phone.page.click("#waiting")
        phone.page.locator("#aside", has_text="One rating cannot be sent. It is kept").wait_for()
    row, = home.told(place)
    assert (row["counts"], row["lost"]) == ([1, 0, 1, 1], 1)


def test_two_tabs_at_once_give_two_sequences(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http) as phone:
        phone.enrol(home.code(device))
        other = Phone(phone.context, phone.troubles).open()
        other.faces.first.wait_for()
        for one in (phone, other):
            one.page.evaluate("""() => setTimeout(
              () => document.querySelector("#faces [data-button='3']").click(),
              500 - Date.now() % 500)""")
        for one in (phone, other):
            one.page.locator("#thanks").wait_for()
        phone.wait_for_waiting(0)
    counts, excluded = home.counts(place)
    assert sum(counts) + excluded == 2 and counts[3] >= 1, (counts, excluded)


# MARK: What the phone's storage does


def test_where_nothing_can_be_kept_there_is_nothing_to_press(chromium, home):
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.page.add_init_script(
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
        phone.open().trouble.filter(has_text="The browser lets nothing be saved").wait_for()
        assert phone.faces.count() == 0 or not phone.faces.first.is_visible()
        assert not phone.page.locator("#enrol").is_visible()


FILL = """(async () => {
  const { Journal } = await import("/visit/journal.js");
  const journal = new Journal();
  for (let size = 1 << 16, n = 0; size > 32; n += 1) {
    const noise = crypto.getRandomValues(new Uint8Array(size));  // What does not compress.
    try { await journal.set(`filler ${n}`, noise); } catch { size >>= 1; }
  }
})()"""


def test_a_full_phone_says_so_and_thanks_for_nothing(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        storage = phone.context.new_cdp_session(phone.page)

        def quota(**size):
            storage.send("Storage.overrideQuotaForOrigin", {"origin": home.http, **size})

        quota(quotaSize=1_000_000)
        phone.enrol(home.code(device))
        phone.page.evaluate(FILL)
        phone.page.click("#faces [data-button='0']")
        phone.trouble.filter(has_text="storage is full").wait_for()
        assert not phone.page.locator("#thanks").is_visible()
        quota()
        phone.rate(3)
        assert phone.trouble.inner_text() == ""
        phone.wait_for_waiting(0)
    assert home.counts(place) == ([0, 0, 0, 1], 0)


def test_a_browser_that_forgot_says_what_is_lost(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http, locale="en-GB", service_workers="block") as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        phone.context.set_offline(True)
        phone.rate(3)
        phone.rate_again(3)
        phone.page.locator("#waiting", has_text="2 ratings wait").wait_for()
        storage = phone.context.new_cdp_session(phone.page)
        storage.send("Storage.clearDataForOrigin", {"origin": home.http, "storageTypes": "indexeddb"})
        phone.page.clock.fast_forward(5000)
        phone.page.click("#faces [data-button='0']")
        phone.trouble.filter(has_text="2 had not been sent: they are gone").wait_for()
        assert not phone.page.locator("#thanks").is_visible()
        phone.context.set_offline(False)
        phone.enrol(home.code(device))
        phone.rate(2)
        phone.wait_for_waiting(0)
    assert home.counts(place) == ([0, 0, 1, 0], 0)


# MARK: Clocks


@pytest.mark.parametrize("days, estimated", [(1, 0), (-1, 1)])
def test_a_clock_that_is_a_day_off_moves_no_rating(chromium, home, days, estimated):
    place, (device, _) = home.team()
    # A worker of the browser's has the clock of this machine.
    with Phone.of(chromium, home.http, service_workers="block") as phone:
        now = datetime.datetime.now(datetime.timezone.utc)
        phone.page.clock.install(time=now + datetime.timedelta(days))
        phone.enrol(home.code(device))
        phone.context.set_offline(True)
        phone.rate(3)
        phone.rate_again(2)
        phone.context.set_offline(False)
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        phone.wait_for_waiting(0)
    rows = [row for row in home.told(place, by="hour") if row["responses"]]
    hours = {datetime.datetime.fromisoformat(row["start"]) for row in rows}
    began = now.replace(minute=0, second=0, microsecond=0)
    assert hours <= {began, began + datetime.timedelta(hours=1)}, rows
    assert sum(row["responses"] for row in rows) == 2
    assert sum(row["estimated"] for row in rows) == 2 * estimated


# MARK: Enrolment


def test_an_address_brings_the_code_and_keeps_it_nowhere(chromium, home):
    _, (device, _) = home.team()
    code = home.code(device)
    with Phone.of(chromium, home.http, locale="sv-FI") as phone:
        phone.open(f"/visit#{code}")
        expect(phone.page.locator("#code")).to_have_value(code)
        assert "#" not in phone.page.url
        phone.page.click("#enrol .strong")
        phone.faces.first.wait_for()
        assert phone.page.locator("#question").inner_text() == TEXTS["sv"]
        phone.open(f"/visit#{code}")
        phone.page.locator("#cancel").click()
        phone.faces.first.wait_for()


def test_a_code_opens_once_and_people_may_write_it_as_they_like(chromium, home):
    _, (device, other) = home.team()
    code, withdrawn = home.code(device), home.code(other)
    home.command("claim", "withdraw", other)
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.enrol(f" {code.lower().replace('-', ' ')} ")
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.open()
        for tried in (code, withdrawn, "0000-0000-0000"):
            phone.page.fill("#code", tried)
            phone.page.keyboard.press("Enter")
            phone.page.locator("#wrong", has_text=WRONG).wait_for()
            phone.page.evaluate("document.getElementById('wrong').textContent = ''")
        phone.context.set_offline(True)
        phone.page.keyboard.press("Enter")
        phone.page.locator("#wrong", has_text="cannot be reached").wait_for()


def test_a_withdrawn_phone_keeps_its_ratings_until_it_is_enrolled_again(chromium, home):
    place, (device, other) = home.team()
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.page.clock.install()
        phone.enrol(home.code(device))
        home.withdraw(device)
        phone.rate(3)
        phone.trouble.filter(has_text="not enrolled any more").wait_for()
        phone.rate_again(2)
        phone.wait_for_waiting(2)
        expect(phone.page.locator("#waiting")).to_have_text("2 ratings wait to be sent")
        assert home.counts(place) == ([0, 0, 0, 0], 0)
        phone.open(f"/visit#{home.code(other)}")
        phone.page.click("#enrol .strong")
        phone.page.locator("#ask").wait_for()
        phone.wait_for_waiting(0)
        expect(phone.trouble).to_have_text("")
    assert home.counts(place) == ([0, 0, 1, 1], 0)


def test_ratings_of_another_team_do_not_go_along(chromium, home):
    (place, (device, _)), (elsewhere, (other, _)) = home.team(), home.team()
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.enrol(home.code(device))
        home.withdraw(device)
        phone.rate(3)
        phone.trouble.filter(has_text="not enrolled any more").wait_for()
        phone.open(f"/visit#{home.code(other)}")
        phone.page.click("#enrol .strong")
        phone.page.locator("#ask").wait_for()
        phone.page.click("#waiting")
        phone.page.locator("#aside", has_text="One rating cannot be sent. It is kept").wait_for()
    assert home.counts(place) == home.counts(elsewhere) == ([0, 0, 0, 0], 0)


# MARK: The screen


def test_a_second_press_is_none_and_the_question_comes_back(chromium, home):
    place, (device, _) = home.team()
    with Phone.of(chromium, home.http) as phone:
        phone.enrol(home.code(device))
        first = phone.faces.first
        first.dblclick()
        phone.page.locator("#thanks").wait_for()
        began = time.monotonic()
        assert not first.is_visible()
        assert phone.page.evaluate("document.activeElement.id") == "thanks-title"
        phone.page.locator("#ask").wait_for()
        assert time.monotonic() - began > 2
        assert phone.page.evaluate("document.activeElement.id") == "question"
        phone.wait_for_waiting(0)
    assert home.counts(place) == ([0, 0, 0, 1], 0)


def test_questions_of_five_to_two_buttons_are_asked_one_after_another(chromium, home):
    faces = {"palvelu": [3, 2, 1, 0], "apu": [4, 3, 2, 1, 0], "kolme": [2, 1, 0], "kaksi": [1, 0]}
    with Phone.of(chromium, home.http) as phone:
        phone.page.clock.install()
        phone.enrol(home.code("hc-monta"))
        seen = set()
        for buttons in faces.values():
            phone.page.locator("#ask").wait_for()
            assert [int(b) for b in phone.faces.evaluate_all("all => all.map(b => b.dataset.button)")] == buttons
            seen |= set(zip(
                phone.faces.evaluate_all("all => all.map(b => b.innerText)"),
                phone.faces.evaluate_all("all => all.map(b => b.querySelector('svg').innerHTML)")))
            phone.rate(0)
            phone.page.clock.fast_forward(2500)
        assert len(seen) == len({label for label, _ in seen}) == len({shape for _, shape in seen}) == 5
        phone.wait_for_waiting(0)
    status, body = home.get(
        f"/api/v1/results?node=monta&from={datetime.date.today() - datetime.timedelta(1)}"
        f"&to={datetime.date.today() + datetime.timedelta(2)}&by=total")
    told = {series["question"]: series["rows"][0] for series in json.loads(body)["series"]}
    assert {question: (row["counts"][0], row["responses"], row["excluded"])
            for question, row in told.items()} == {question: (1, 1, 0) for question in faces}


def test_hostile_text_is_text(chromium, home):
    with Phone.of(chromium, home.http, SMALL) as phone:
        phone.enrol(home.code("hc-vihamielinen"))
        question = phone.page.locator("#question")
        assert question.inner_text() == MARKUP
        languages = phone.page.locator("#languages button")
        assert languages.all_inner_texts() == ["Suomi", "English", "العربية"]
        languages.nth(1).click()
        assert question.inner_text() == LONG.strip() and len(LONG) > 490
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= SMALL[0]
        languages.nth(2).click()
        assert question.inner_text() == ARABIC
        assert question.evaluate("e => getComputedStyle(e).direction") == "rtl"
        assert phone.faces.first.inner_text() == "Very satisfied"
        assert phone.page.evaluate("document.querySelectorAll('#ask img, #ask script').length") == 0


@pytest.mark.parametrize("size, scheme, locale", [
    (SMALL, "light", "fi-FI"), (TURNED, "dark", "sv-FI"), (DESKTOP, "light", "en-GB")])
def test_axe_finds_nothing_and_fingers_find_everything(chromium, home, size, scheme, locale):
    _, (device, _) = home.team()
    with Phone.of(chromium, home.http, size, locale, color_scheme=scheme, bypass_csp=True) as phone:
        def look(view):
            found = Axe().run(phone.page, options=AXE)
            assert found.violations_count == 0, (view, found.generate_report())
            assert phone.page.evaluate("document.documentElement.scrollWidth") <= size[0], view
            small = phone.page.evaluate("""[...document.querySelectorAll("button, input, summary")]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 64)
              .map((e) => e.outerHTML)""")
            assert not small, view

        phone.open().page.locator("#code").wait_for()
        look("enrol")
        phone.enrol(home.code(device))
        look("ask")
        # All faces at once, without scrolling.
        box = phone.faces.last.bounding_box()
        assert box["y"] + box["height"] <= size[1]
        phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        phone.page.evaluate("document.documentElement.style.fontSize = ''")
        phone.page.click("#waiting")
        look("worker")
        phone.rate(3)
        look("thanks")


# MARK: What it is made of


def test_it_is_small_and_all_of_this_site(chromium, home):
    sizes = {path: len(read(home, path).read())
             for path in ["/visit", *(f"/visit/{file}" for file in FILES)]}
    policy = read(home, "/visit").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    began, asked = time.monotonic(), []
    with Phone.of(chromium, home.http) as phone:
        phone.context.on("request", lambda request: asked.append(request.url))
        phone.open().page.locator("#code").wait_for()
        took = time.monotonic() - began
        loaded = phone.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        kept = phone.page.evaluate("""navigator.serviceWorker.ready.then(() => caches.keys())
          .then(([name]) => caches.open(name)).then((cache) => cache.keys())
          .then((all) => all.map((request) => new URL(request.url).pathname))""")
    assert all(url.startswith(home.http + "/visit") for url in asked), asked
    assert set(kept) <= sizes.keys() and {"/visit", "/visit/app.js"} <= set(kept)
    total = sum(sizes.values())
    print(f"\n{total} bytes in {len(sizes)} files; loaded in {loaded:.0f} ms, to be used after {took:.2f} s")
    assert total < BYTES_MAX, sizes
    assert sorted(path.name.removeprefix("visit-") for path in (
        pathlib.Path(ROOT) / "Sources/Pages/Resources").glob("visit-*.js")) == sorted(
            file for file in FILES if file.endswith(".js") and file != "version.js")


def test_its_name_on_the_home_screen_is_in_the_browsers_language(home):
    names = {}
    for language in ("fi", "sv", "en"):
        answer = read(home, "/visit/app.webmanifest", **{"Accept-Language": language})
        assert answer.headers["Content-Type"] == "application/manifest+json"
        names[language] = json.loads(answer.read())["name"]
    assert len(set(names.values())) == 3, names


# MARK: Last: what takes time, and what closes the door for everybody at this address


def test_an_expired_code_opens_nothing(chromium, home, expiring):
    code, over_at = expiring
    time.sleep(max(0, over_at - time.monotonic()))
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.open()
        phone.page.fill("#code", code)
        phone.page.keyboard.press("Enter")
        phone.page.locator("#wrong", has_text=WRONG).wait_for()


def test_whoever_guesses_codes_is_told_to_wait(chromium, home):
    _, (device, _) = home.team()
    code = home.code(device)
    with Phone.of(chromium, home.http, locale="en-GB") as phone:
        phone.open()
        said = phone.page.evaluate("""async (guesses) => {
          const tries = Array.from({ length: guesses }, () => fetch("/enrol/v1/claim", {
            method: "POST", body: JSON.stringify({ code: "0" }) }).then((reply) => reply.status));
          return Promise.all(tries);
        }""", GUESSES_MAX)
        assert set(said) <= {404, 429}
        phone.page.fill("#code", code)
        phone.page.keyboard.press("Enter")
        phone.page.locator("#wrong", has_text="Too many tries").wait_for()

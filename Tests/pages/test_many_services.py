"""A site with nine public services: its first page stays small, and leaves nothing out."""

import datetime
import random
import re
import subprocess
import urllib.request

import pytest
from rig import BUILD, Rig
from town import ACL

SERVICES, MONTHS, FIRST_VIEW_BYTES_MAX = 9, 24, 50_000


def registry():
    lines = ["site: helsinki", "time_zone: Europe/Helsinki", "public: {by: month}",
             "questions: [{id: palvelu, buttons: 4, text: {fi: Kuinka tyytyväinen olit palveluun?}}]",
             "nodes:"]
    for number in range(SERVICES):
        lines += [f"  - {{id: palvelu-{number}, kind: service, public: true, "
                  f"name: {{fi: Kaupungin palvelu numero {number}}}, nodes: [{{id: ovi-{number}, "
                  "kind: touchpoint, question: palvelu, "
                  f"devices: [{{id: d-{number}, from: 2016-01-01}}]}}]}}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("services")
    (folder / "registry.yaml").write_text(registry())
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    dice, today = random.Random(seed), datetime.date.today()
    with open(folder / "history.csv", "w") as file:
        file.write("node,start,count_0,count_1,count_2,count_3\n")
        for back in range(1, MONTHS + 3):
            month = today.year * 12 + today.month - 1 - back
            day = datetime.date(month // 12, month % 12 + 1, 15)
            for number in range(SERVICES):
                counts = [dice.randrange(20, 60 + 40 * button) for button in range(4)]
                file.write(f"ovi-{number},{day}T09:00:00Z,{','.join(map(str, counts))}\n")
    with Rig(folder, folder / "registry.yaml", {}, ACL) as rig:
        rig.service.stop()
        for command in (["import", folder / "history.csv"], ["publish"]):
            subprocess.run([BUILD / "pikapalaute", *command, "--database", rig.database],
                           check=True, capture_output=True)
        rig.service.start()
        rig.wait_until_ready()
        yield rig


def page(site, path):
    with urllib.request.urlopen(site.http + path, timeout=30) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_first_page_of_nine_services_is_small_and_whole(site, language):
    text = page(site, f"/?lang={language}")
    size = len(text.encode())
    print(f"{language}: {size} bytes")
    assert size <= FIRST_VIEW_BYTES_MAX
    assert len(re.findall(r'class="big"', text)) == SERVICES
    assert len(re.findall(r"<svg[^>]*chart-spark", text)) == SERVICES
    # Header and the last 24 periods of each.
    assert text.count("<tr>") == SERVICES * (1 + MONTHS)
    for number in range(SERVICES):
        assert f'href="/places/palvelu-{number}?lang={language}"' in text


def test_the_picture_is_on_the_places_own_page(site):
    text = page(site, "/places/palvelu-3?lang=fi")
    assert "chart-wide" in text and "chart-spark" not in text

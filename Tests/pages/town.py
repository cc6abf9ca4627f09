"""A town with a year of history, served for a browser: three services, one of them public."""

import datetime
import math
import pathlib
import random
import secrets
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from rig import BUILD, Rig  # noqa: E402

ACL = """\
user pikapalaute
topic readwrite #
user tester
topic write pikapalaute/v1/helsinki/#
"""
# What somebody may have written into a registry.
HOSTILE = "Laituri </title><script>alert(1)</script> & \"satama\" 'A'"
REGISTRY = f"""\
site: helsinki
time_zone: Europe/Helsinki
holidays: fi
public: {{by: month}}
questions:
  - {{id: palvelu, buttons: 4, text: {{fi: "Kuinka tyytyväinen olit palveluun?", sv: "Hur nöjd var du med servicen?", en: "How satisfied were you with the service?"}}}}
  - {{id: siisteys, buttons: 5, text: {{fi: "Kuinka siistiä täällä oli?", sv: "Hur snyggt var det?", en: "How clean was it?"}}}}
nodes:
  - id: terveysasemat
    kind: service
    public: true
    name: {{fi: Terveysasemat, sv: Hälsostationer, en: Health stations}}
    opening_hours: Mo-Fr 08:00-16:00; PH off
    nodes:
""" + "".join(f"""\
      - id: {unit}
        kind: unit
        name: {{fi: "{fi}", sv: "{sv}", en: "{en}"}}
        nodes:
          - id: {unit}-aula
            kind: touchpoint
            name: {{fi: "{fi}, aula", sv: "{sv}, aula", en: "{en}, lobby"}}
            question: palvelu
            devices: [{{id: hn-{number:04}, from: 2016-01-01}}]
""" for number, (unit, fi, sv, en) in enumerate([
    ("kallio", "Kallion terveysasema", "Berghälls hälsostation", "Kallio health station"),
    ("lauttasaari", "Lauttasaaren terveysasema", "Drumsö hälsostation", "Lauttasaari health station"),
    ("malmi", "Malmin terveysasema", "Malms hälsostation", "Malmi health station"),
    ("toolo", "Töölön terveysasema", "Tölö hälsostation", "Töölö health station"),
    ("vuosaari", "Vuosaaren terveysasema", "Nordsjö hälsostation", "Vuosaari health station"),
], 1)) + f"""\
      - id: laituri
        kind: touchpoint
        name: {{fi: '{HOSTILE.replace("'", "''")}'}}
        question: palvelu
  - id: kirjastot
    kind: service
    name: {{fi: Kirjastot, sv: Bibliotek, en: Libraries}}
    opening_hours: Mo-Fr 09:00-20:00; Sa 10:00-16:00; PH off
    nodes:
      - id: oodi
        kind: touchpoint
        name: {{fi: Oodi}}
        questions: [palvelu, siisteys]
        devices: [{{id: hn-0101, from: 2016-01-01}}]
      - id: satama
        kind: touchpoint
        name: {{fi: '{HOSTILE.replace("'", "''")}'}}
        question: palvelu
        devices: [{{id: hn-0102, from: 2016-01-01}}]
  - id: kotihoito
    kind: service
    name: {{fi: Kotihoito, sv: Hemvård, en: Home care}}
    nodes:
      - id: kotihoito-etela
        kind: touchpoint
        channel: visit
        name: {{fi: Etelä, sv: Södra, en: South}}
        question: palvelu
        devices: [{{id: hc-0001, from: 2016-01-01}}]
"""
# Touchpoint: responses an hour, mood, buttons, question.
PLACES = {
    "kallio-aula": (3.0, 0.9, 4, "palvelu"), "lauttasaari-aula": (2.0, 1.2, 4, "palvelu"),
    "malmi-aula": (2.5, 0.5, 4, "palvelu"), "toolo-aula": (1.0, 1.0, 4, "palvelu"),
    "vuosaari-aula": (0.4, 0.8, 4, "palvelu"), "oodi": (4.0, 1.5, 4, "palvelu"),
    "satama": (0.3, 0.6, 4, "palvelu"), "kotihoito-etela": (1.0, 1.6, 4, "palvelu"),
}
DAYS = 400


def history(path, dice, today):
    """Presses by the hour, up to the day before yesterday; in the last two months Malmi is worse."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("node,start,count_0,count_1,count_2,count_3\n")
        for place, (an_hour, mood, buttons, _) in PLACES.items():
            for back in range(DAYS, 1, -1):
                day = today - datetime.timedelta(back)
                if day.weekday() > 4:
                    continue
                worse = 0.6 if place == "malmi-aula" and back < 60 else 0
                daily = mood - worse + dice.gauss(0, 0.15)
                for hour in range(7, 13):
                    weights = [math.exp((daily - 0.05 * abs(hour - 10)) * k) for k in range(buttons)]
                    counts = [0] * buttons
                    for _ in range(poisson(dice, an_hour)):
                        counts[dice.choices(range(buttons), weights)[0]] += 1
                    if sum(counts):
                        file.write(f"{place},{day}T{hour:02}:00:00Z,{','.join(map(str, counts))}\n")


def poisson(dice, mean):
    count, product, limit = 0, dice.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * dice.random()
    return count


class Town(Rig):
    """The service with all of it; what can be public was published."""

    def __init__(self, folder, seed=None):
        folder = pathlib.Path(folder)
        (folder / "registry.yaml").write_text(REGISTRY, encoding="utf-8")
        self.seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
        print(f"town of seed {self.seed}")
        history(folder / "history.csv", random.Random(self.seed), datetime.date.today())
        super().__init__(
            folder, folder / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL)
        self.service.environment["PIKAPALAUTE_HTTP_PROXIES"] = "127.0.0.1"

    def start(self):
        super().start()
        self.service.stop()
        for command in (["import", self.folder / "history.csv"], ["publish"]):
            subprocess.run(
                [BUILD / "pikapalaute", *command, "--database", self.database], check=True,
                capture_output=True, text=True)
        self.service.start()
        self.wait_until_ready()

    def command(self, *arguments):
        """What a command of the service's says of its database."""
        return subprocess.run(
            [BUILD / "pikapalaute", *arguments, "--database", self.database], check=True,
            capture_output=True, text=True).stdout.strip()

    def make_token(self, *arguments):
        return self.command("token", "make", *arguments).splitlines()[-1]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place, Town(place) as town:
        print(town.http, town.token, flush=True)
        signal.pause()

"""Fails unless docs/asvs.md answers each requirement of ASVS 5.0 once, by tests and files that exist.

The numbers below are those of levels 1 and 2. A row is `number | what it asks | answer`; the answer begins
with one of `ANSWERS`. A test is named `path::name`: a function in Python, a text in Swift.
"""

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/asvs.md"
ANSWERS = ("held:", "decided:", "does not apply:", "falls short:")
WORDS_MAX = 12
# Section: the requirements in it.
NUMBERS = """
1.1: 1 2
1.2: 1 2 3 4 5 6 7 8 9
1.3: 1 2 3 4 5 6 7 8 9 10 11
1.4: 1 2 3
1.5: 1 2
2.1: 1 2 3
2.2: 1 2 3
2.3: 1 2 3 4
2.4: 1
3.2: 1 2
3.3: 1 2 3 4
3.4: 1 2 3 4 5 6
3.5: 1 2 3 4 5
3.7: 1 2
4.1: 1 2 3
4.2: 1
4.3: 1 2
4.4: 1 2 3 4
5.1: 1
5.2: 1 2 3
5.3: 1 2
5.4: 1 2 3
6.1: 1 2 3
6.2: 1 2 3 4 5 6 7 8 9 10 11 12
6.3: 1 2 3 4
6.4: 1 2 3 4
6.5: 1 2 3 4 5
6.6: 1 2 3
6.8: 1 2 3 4
7.1: 1 2 3
7.2: 1 2 3 4
7.3: 1 2
7.4: 1 2 3 4 5
7.5: 1 2
7.6: 1 2
8.1: 1 2
8.2: 1 2 3
8.3: 1
8.4: 1
9.1: 1 2 3
9.2: 1 2 3 4
10.1: 1 2
10.2: 1 2
10.3: 1 2 3 4
10.4: 1 2 3 4 5 6 7 8 9 10 11
10.5: 1 2 3 4 5
10.6: 1 2
10.7: 1 2 3
11.1: 1 2
11.2: 1 2 3
11.3: 1 2 3
11.4: 1 2 3 4
11.5: 1
11.6: 1
12.1: 1 2 3
12.2: 1 2
12.3: 1 2 3 4
13.1: 1
13.2: 1 2 3 4 5
13.3: 1 2
13.4: 1 2 3 4 5
14.1: 1 2
14.2: 1 2 3 4
14.3: 1 2 3
15.1: 1 2 3
15.2: 1 2 3
15.3: 1 2 3 4 5 6 7
16.1: 1
16.2: 1 2 3 4 5
16.3: 1 2 3 4
16.4: 1 2 3
16.5: 1 2 3
17.1: 1
17.2: 1 2 3 4
17.3: 1 2
"""


def expected():
    for line in NUMBERS.split("\n"):
        if line:
            section, last = line.split(": ")
            yield from (f"{section}.{number}" for number in last.split())


def rows(text):
    """(number, what it asks, the answer) of every row of the tables."""
    for line in text.splitlines():
        if re.match(r"\| \d+\.", line):
            yield tuple(cell.strip() for cell in line.strip("| ").split(" | "))


def has_test(path, name):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.search(rf"(?m)^def {re.escape(name)}\(", text)
    return f'"{name}"' in text


def faults(number, asks, answer):
    """What is wrong with one row, in words."""
    if len(asks.split()) > WORDS_MAX:
        yield f"{number} asks in more than {WORDS_MAX} words"
    if not answer.startswith(ANSWERS):
        yield f"{number} is neither {', '.join(ANSWERS)}"
    named = re.findall(r"`([\w./+-]+\.\w+)(?:::([^`]+))?`", answer)
    if answer.startswith("held:") and not any(test for _, test in named):
        yield f"{number} is held by no test"
    if answer.startswith("decided:") and not named:
        yield f"{number} names no place"
    for file, test in named:
        path = ROOT / file
        if not path.is_file():
            yield f"{number} names {file}, which does not exist"
        elif test and not has_test(path, test):
            yield f"{number} names {file}::{test}, which does not exist"


def main():
    table = list(rows(TABLE.read_text(encoding="utf-8")))
    wrong = [f"{row[0]} has {len(row)} cells, not 3" for row in table if len(row) != 3]
    table = [row for row in table if len(row) == 3]
    stands, wanted = Counter(row[0] for row in table), list(expected())
    wrong += [f"{number} stands {stands[number]} times" for number in wanted if stands[number] != 1]
    wrong += [f"{number} is no requirement of levels 1 and 2" for number in stands.keys() - set(wanted)]
    wrong += [fault for row in table for fault in faults(*row)]
    for line in wrong:
        print(line, file=sys.stderr)
    kinds = Counter(kind for *_, answer in table for kind in ANSWERS if answer.startswith(kind))
    print(f"{len(wanted)} requirements, " + ", ".join(f"{kind[:-1]} {kinds[kind]}" for kind in ANSWERS)
          + f"; {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

"""Fails unless SPEC.md and the vectors cover each other.

Every rule names a vector that names the rule; every vector names rules that exist; every
name in a file is unique. Rules start a line with their number in bold: `**F1**`.
"""

import json
import re
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "firmware-protocol"


def vectors():
    """(file#name, rules) of every vector."""
    for path in sorted((HOME / "vectors").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for key in ("good", "bad", "vectors"):
            for vector in content.get(key, []):
                yield f"vectors/{path.name}#{vector['name']}", vector["rules"]


def rules(text):
    """(number, [vectors named]) of every rule, up to the next rule or heading."""
    for block in re.split(r"(?m)^(?=\*\*[A-Z]\d+\*\*|#)", text):
        number = re.match(r"\*\*([A-Z]\d+)\*\*", block)
        if number:
            yield number[1], re.findall(r"`(vectors/[\w-]+\.json#[\w-]+)`", block)


def main():
    found, wrong = {}, []
    for name, shown in vectors():
        if name in found:
            wrong.append(f"{name} stands twice")
        if not shown:
            wrong.append(f"{name} names no rule")
        found[name] = shown
    text = (HOME / "SPEC.md").read_text(encoding="utf-8")
    listed = list(rules(text))
    numbers = [number for number, _ in listed]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        wrong.append(f"{number} stands twice in SPEC.md")
    for number, named in listed:
        if not named:
            wrong.append(f"{number} names no vector")
        for name in named:
            if name not in found:
                wrong.append(f"{number} names {name}, which does not exist")
            elif number not in found[name]:
                wrong.append(f"{number} names {name}, which does not name {number}")
    for name, shown in found.items():
        for number in shown:
            if number not in numbers:
                wrong.append(f"{name} names {number}, which is not in SPEC.md")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(numbers)} rules, {len(found)} vectors, {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

"""The service's own suppression as a program, whole or broken on purpose.

The sources of `Sources/Publishing/Suppression` that decide what is public stand by themselves; they are compiled
with harness.swift into a program of their own, after exact replacements for those that are to be
broken. Text that is no longer there is an error: mend the break together with the source.
"""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["Sources/Registry/PublicRules.swift", "Sources/Publishing/Suppression/PublicTable.swift",
           "Sources/Publishing/Suppression/PublicAnswer.swift",
           "Sources/Publishing/Suppression/PublicAnswer+Coarser.swift"]
TABLE, ANSWER = "PublicTable.swift", "PublicAnswer.swift"
COARSER = "PublicAnswer+Coarser.swift"

# What is broken on purpose: file, text, what stands there instead.
BREAKS = {
    "no complementary suppression": [
        (TABLE, "      while !isSafe(below: place, isShown, minimum) {",
         "      while false {")],
    "a rest of one place is enough": [(TABLE, "answered >= 2 && ", "answered >= 1 && ")],
    "a small rest is enough": [
        (TABLE, "answered >= 2 && minimum.allows(rest(of: place, isShown))", "answered >= 2")],
    "zero cells are shown": [
        (TABLE, "counts.allSatisfy { $0 >= cell } &&",
         "counts.allSatisfy { $0 == 0 || $0 >= cell } &&")],
    "places that are not public are forgotten": [
        (TABLE, "let hidden = children[place].filter { !isShown[$0] }",
         "let hidden = children[place].filter { !isShown[$0] && places[$0].isPublic }")],
    "a period published again is decided anew": [
        (ANSWER, "      if table.places.allSatisfy({ !names.contains($0.node) }) {", "      if true {"),
        (ANSWER, "    try requireAllShown(answers, versions)\n", "")],
    "small changes are shown": [
        (ANSWER, "guard former.isShown[index], minimum.allowsChange("
                 "zip(found.counts, old.counts).map(-)) else {",
         "guard former.isShown[index] else {"),
        (ANSWER, "guard changed >= 2, minimum.allowsChange(change) else {",
         "guard true else {")],
}

# The same for sums of several periods, and for the word that what is shown does not hold any more.
COARSER_BREAKS = {
    "a sum shows what one of its parts hides": [
        (COARSER, "isShown[place] && !isHidden[place] && isBelowShown",
         "isShown[place] && isBelowShown")],
    "a sum may differ by a little from its parts": [
        (COARSER, "        for sum in try answer.sums(of: former) "
                  "{ try answer.check(after: sum, minimum) }\n", "")],
    "a sum published again may differ by a little": [
        (COARSER, "          try answer.check(after: whole, minimum)\n", "")],
    "what is hidden in a sum is not looked at": [
        (ANSWER, "guard changed >= 2, minimum.allowsChange(change) else {", "guard true else {")],
    "a period is marked for what it hides": [
        (COARSER, "guard former.isShown[index], isThere(place.node) else",
         "guard isThere(place.node) else")],
}


def build(folder, breaks=()):
    """Compiles the program; returns its path."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for source in SOURCES:
        text = (ROOT / source).read_text()
        name = pathlib.Path(source).name
        for file, old, new in breaks:
            if file == name:
                assert text.count(old) == 1, f"{file}: not there once: {old}"
                text = text.replace(old, new)
        # One module: what the sources import of each other is here anyway.
        text = text.replace("public import Registry\n", "").replace("import Registry\n", "")
        (folder / name).write_text(text)
        files.append(folder / name)
    main = folder / "main.swift"
    main.write_text((ROOT / "Tests/public-attack/harness.swift").read_text())
    program = folder / "suppress"
    done = subprocess.run(
        ["swiftc", "-swift-version", "6", "-module-name", "suppress", "-o", program, *files, main],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return program


class Suppression:
    """A running program. Places are (node, parent or None, is public, counts)."""

    def __init__(self, program):
        self.child = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 16)

    def ask(self, word, places, cell=5, total=10):
        """What is shown, a bool for each place; or the reason why nothing is published again."""
        buttons = len(places[0][3])
        lines = [f"{word} {cell} {total} {buttons} {len(places)}"]
        for node, parent, is_public, counts in places:
            lines.append(f"{node} {parent or '-'} {int(is_public)} {' '.join(map(str, counts))}")
        self.child.stdin.write("\n".join(lines) + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().rstrip("\n")
        assert answer, "the program ended"
        return answer if answer.startswith("refused") else [mark == "1" for mark in answer]

    def next_part(self):
        """What was published so far is a part of a coarser period; the next one begins."""
        self.child.stdin.write("part\n")

    def differs(self, part, places):
        """Whether what a part shows is counted otherwise now."""
        return self.ask(f"differs {part}", places) == [True]

    def forget(self):
        self.child.stdin.write("forget\n")

    def close(self):
        self.child.stdin.close()
        assert self.child.wait(timeout=20) == 0

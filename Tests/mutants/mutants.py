"""Builds broken on purpose: each must be caught by the simulation within a known number of seeds.

A mutant is a name, what it stands for, and exact replacements in the sources. Text that is
no longer there is an error: mend the mutant together with the source.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORE = "Sources/BucketCore/"
INGEST = "Sources/Ingest/"
DOUBLE = "Sources/simulate/"

MUTANTS = [
    ("acks-before-commit", "the application's ack leaves before the commit", [
        (INGEST + "IngestLoop.swift",
         "      try engine.commit(answering: true)\n      beat(.answering)",
         "      engine.answerEarly()\n      publishAnswers(&engine, opened)\n      link.flush()\n"
         "      try engine.commit(answering: false)\n      beat(.answering)"),
        (INGEST + "IngestEngine.swift",
         "  private mutating func collectAnswers() {",
         "  mutating func answerEarly() { collectAnswers() }\n\n"
         "  private mutating func collectAnswers() {"),
    ]),
    ("puback-before-commit", "the broker forgets what was read before it is on disk", [
        (INGEST + "IngestLoop.swift",
         "      try engine.commit(answering: true)\n",
         "      link.flush()\n      try engine.commit(answering: true)\n"),
    ]),
    ("http-answer-before-commit", "HTTP hears 200 before the commit", [
        (INGEST + "IngestLoop.swift",
         "    try engine.commit(answering: false)\n"
         "    for (submission, outcome) in zip(submissions, outcomes) {\n"
         "      submission.answer(outcome)\n    }\n    submissions = []\n",
         "    for (submission, outcome) in zip(submissions, outcomes) {\n"
         "      submission.answer(outcome)\n    }\n    submissions = []\n"
         "    try engine.commit(answering: false)\n"),
    ]),
    ("cursors-outside-the-transaction", "cursors become durable without their buckets", [
        (DOUBLE + "SimulatedStore.swift",
         "    if world.strikes(.crashInTransaction)",
         "    world.disk.writeCursors(transaction, segment: world.disk.segments.count)\n"
         "    if world.strikes(.crashInTransaction)"),
        (DOUBLE + "SimulatedStore.swift",
         "    world.disk.writeCursors(transaction, segment: segment)\n", "    _ = segment\n"),
    ]),
    ("buckets-outside-the-transaction", "buckets become durable without their cursors", [
        (DOUBLE + "SimulatedStore.swift",
         "    if world.strikes(.crashInTransaction)",
         "    world.disk.writeBuckets(transaction)\n    if world.strikes(.crashInTransaction)"),
        (DOUBLE + "SimulatedStore.swift",
         "    world.disk.writeCursors(transaction, segment: segment)\n"
         "    world.disk.writeBuckets(transaction)\n",
         "    world.disk.writeCursors(transaction, segment: segment)\n"),
    ]),
    ("next-one-too-many", "`next` passes a press that never came", [
        (CORE + "BucketCore+Apply.swift",
         "cursors[way].next = end\n", "cursors[way].next = end &+ 1\n"),
    ]),
    ("overlap-off-by-one", "the last press of an overlap is counted again", [
        (CORE + "BucketCore+Apply.swift",
         "first < next ? next &- first : 0", "first < next ? next &- first &- 1 : 0"),
    ]),
    ("dedupe-lost-on-epoch-change", "a new epoch makes the store forget the old one", [
        (DOUBLE + "Disk.swift",
         "devices[cursor.device].cursors[epoch] = row",
         "devices[cursor.device].cursors = [epoch: row]"),
    ]),
    ("unknown-cursor-is-zero", "an epoch that is not in memory begins at 0", [
        (INGEST + "IngestEngine.swift",
         "device: device, epoch: epoch, next: stored.next,",
         "device: device, epoch: epoch, next: 0,"),
    ]),
    ("dirty-cursor-evicted", "a fifth epoch pushes out one that is not committed", [
        (CORE + "DeviceState.swift",
         "if (changed | listed) & bit == 0 { return way }",
         "if bit != 0 { return way }"),
    ]),
    ("last-counted-not-loaded", "the lockout forgets at every restart", [
        (INGEST + "IngestEngine.swift",
         "lastCountedMilliseconds: stored.lastCountedMilliseconds, prints: stored.prints)",
         "lastCountedMilliseconds: nil, prints: stored.prints)"),
    ]),
    ("lockout-from-last-press", "an excluded press prolongs the lockout", [
        (CORE + "BucketCore+Apply.swift",
         "        run.excluded &+= 1\n", "        run.excluded &+= 1\n        last = at\n"),
    ]),
    ("lockout-from-receipt", "the lockout goes by the time of receipt", [
        (CORE + "BucketCore+Apply.swift",
         "UInt64(bitPattern: at &- last) < interval",
         "UInt64(bitPattern: receivedAtMilliseconds &- last) < interval"),
        (CORE + "BucketCore+Apply.swift",
         "        last = at\n", "        last = receivedAtMilliseconds\n"),
    ]),
    ("estimate-wrong-sign", "a counter's time is added where it is to be taken away", [
        (CORE + "FrameClock.swift", "offset = 0 &- ahead", "offset = ahead"),
    ]),
    ("late-by-the-hour", "a whole hour is late or none of it", [
        (CORE + "BucketCore+Apply.swift",
         "lateLength > 0 && lateLength < length {", "lateLength > 0 && lateLength < 0 {"),
    ]),
    ("skew-limit-ignored", "a clock ahead by years is believed", [
        (CORE + "FrameClock.swift",
         "if header.isUTC && ahead <= CoreLimits.clockAheadMaxMilliseconds {",
         "if header.isUTC {"),
    ]),
    ("lost-in-wrong-hour", "lost presses go to the hour of the last press", [
        (CORE + "BucketCore+Apply.swift",
         "        if isFirst { unsafe deltas[bucket].lost &+= UInt64(lost) }\n",
         "        _ = isFirst\n"),
        (CORE + "BucketCore+Apply.swift",
         "    unsafe devices[device].lastCountedMilliseconds = last\n",
         "    if bucket >= 0 { unsafe deltas[bucket].lost &+= UInt64(lost) }\n"
         "    unsafe devices[device].lastCountedMilliseconds = last\n"),
    ]),
    ("lost-doubled", "lost presses are added once an hour", [
        (CORE + "BucketCore+Apply.swift",
         "let isFirst = bucket < 0\n", "let isFirst = true\n"),
    ]),
    ("gap-taken-for-loss", "presses that the device still holds are given up", [
        (CORE + "BucketCore+Apply.swift",
         "if first > next && !header.holdsNothingOlder {",
         "if first > next && !header.holdsNothingOlder && first == 0 {"),
    ]),
    ("engine-kept-after-failure", "what a failed commit held is committed with the next", [
        (INGEST + "IngestLoop.swift", "      fail(error)\n      serving = nil\n", "      fail(error)\n"),
        (INGEST + "IngestEngine.swift",
         "      try store.commit(batch)\n    } catch {\n      failure = error\n",
         "      try store.commit(batch)\n    } catch {\n"),
        # The double refuses a handle that failed; a store that does not is the point here.
        (DOUBLE + "SimulatedStore.swift", "    hasFailed = true\n", "    hasFailed = false\n"),
    ]),
    ("ack-of-another-epoch", "acks of one device are merged across its epochs", [
        (INGEST + "IngestEngine.swift",
         "          device: cursor.device, epoch: cursor.epoch, next: cursor.next,\n",
         "          device: cursor.device, epoch: cursor.epoch,\n"
         "          next: index > 0 && batch.core.touched(at: index - 1).device == cursor.device\n"
         "            ? max(cursor.next, batch.core.touched(at: index - 1).next) : cursor.next,\n"),
    ]),
    ("future-counts", "a press of the next years is a response there", [
        (CORE + "FrameClock.swift",
         "marks.isBounded ? receivedAtMilliseconds &+ CoreLimits.futureMaxMilliseconds : .max",
         ".max"),
    ]),
    ("archive-not-emptied", "a batch's frames are archived with the next batch too", [
        (INGEST + "IngestBatch.swift", "    archive.removeAll()\n", ""),
    ]),
    ("json-oldest-by-default", "JSON that overtakes another makes its presses lost", [
        (INGEST + "PressJSON.swift",
         "oldestByDefault: Bool = false", "oldestByDefault: Bool = true"),
    ]),
    ("json-marks-not-kept", "the archive takes presses without a sequence for an epoch's", [
        (INGEST + "Archive.swift",
         "    if marks.isUnsequenced { field |= Self.unsequencedBit }\n", ""),
    ]),
    ("corrected-times-compared", "a clock too far ahead is taken for a second journal", [
        (CORE + "EpochPrints.swift",
         "press.at == PressFrame.timeUnknown || marks.areTimesCorrected",
         "press.at == PressFrame.timeUnknown"),
    ]),
    ("forgotten-times-compared", "a counter that began anew is taken for a second journal", [
        (CORE + "EpochPrints.swift",
         "let isTimed = one &>> 14 == other &>> 14 && one &>> 14 > 1", "let isTimed = true"),
    ]),
    ("batch-not-emptied", "a batch's buckets are added with the next batch too", [
        (CORE + "BucketCore+Batch.swift", "    deltaCount = 0\n    index = 0\n", "    index = 0\n"),
    ]),
]


def check(copy):
    """Every text that a mutant replaces stands there once."""
    for mutant, _, replacements in MUTANTS:
        for name, old, _ in replacements:
            count = (copy / name).read_text().count(old)
            if count != 1:
                raise SystemExit(f"mutants: {mutant}: {name} holds {count} times, not once: {old!r}")


def mutate(copy, replacements):
    """Replaces the texts and returns what the files were before."""
    before = {}
    for name, old, new in replacements:
        path = copy / name
        text = path.read_text()
        before.setdefault(path, text)
        path.write_text(text.replace(old, new))
    return before


def build(copy, seen):
    """Builds, and insists on a program that was not there before."""
    done = subprocess.run(
        ["swift", "build", "-c", "release", "--package-path", str(copy)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout)
        raise SystemExit("mutants: the build failed")
    digest = hashlib.sha256((copy / ".build/release/simulate").read_bytes()).hexdigest()
    if digest in seen:
        raise SystemExit("mutants: the build is the same as an earlier one")
    seen.add(digest)


def judge(copy, seeds):
    """The seed that caught it, or None."""
    done = subprocess.run(
        [str(copy / ".build/release/simulate"), "--seeds", str(seeds), "--quiet", "--no-shrink"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = re.search(r"FAILED seed (\d+)\n  (.*)", done.stdout)
    if found:
        return int(found[1]), found[2]
    return None if done.returncode == 0 else (0, f"stopped with {done.returncode}")


def chosen(arguments):
    if arguments.only:
        return [mutant for mutant in MUTANTS if mutant[0] in arguments.only]
    if arguments.some == 0:
        return MUTANTS
    # Another set every day, so that all have their turn.
    first = datetime.date.today().toordinal() * arguments.some
    return [MUTANTS[(first + index) % len(MUTANTS)] for index in range(arguments.some)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=60, help="a mutant must not survive so many")
    parser.add_argument("--some", type=int, default=0, help="try so many, others every day")
    parser.add_argument("--check", action="store_true", help="only that all texts stand there")
    parser.add_argument("only", nargs="*", help="names of mutants")
    arguments = parser.parse_args()
    check(ROOT / "Tests/simulation")
    if arguments.check:
        return 0
    copy = pathlib.Path(os.environ.get("MUTANTS_BUILD", ROOT / ".build/mutants"))
    copy.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(copy / "Sources", ignore_errors=True)
    shutil.copytree(ROOT / "Tests/simulation/Sources", copy / "Sources", symlinks=False)
    shutil.copy(ROOT / "Tests/simulation/Package.swift", copy)
    seen = set()
    build(copy, seen)
    survived = 0
    print(f"{len(MUTANTS)} mutants are known\n{'mutant':34} {'seeds':>5} {'seconds':>7}  caught by")
    for name, _, replacements in chosen(arguments):
        began = time.monotonic()
        before = mutate(copy, replacements)
        build(copy, seen)
        caught = judge(copy, arguments.seeds)
        for path, text in before.items():
            path.write_text(text)
        seconds = time.monotonic() - began
        if caught:
            print(f"{name:34} {caught[0]:5} {seconds:7.0f}  {caught[1][:90]}", flush=True)
        else:
            survived += 1
            print(f"{name:34} {'—':>5} {seconds:7.0f}  SURVIVED", flush=True)
    if survived:
        print(f"{survived} mutants survived {arguments.seeds} seeds: the harness is blind to them")
    return 1 if survived else 0


sys.exit(main())

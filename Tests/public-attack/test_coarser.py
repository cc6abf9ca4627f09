"""Sums of several published periods, and marks: attacked as test_attack.py attacks one period.

    PIKAPALAUTE_SEED=7 pytest Tests/public-attack      other trees than today's
"""

import random

import pytest

from coarser_attack import CoarserAttack
from harness import COARSER_BREAKS, Suppression, build
from test_attack import SEED, leaves, places, random_tree, summed

TREES = 150


def counts_of_a_place(rng, buttons):
    """Mostly enough to be shown, sometimes too few."""
    most = rng.choice([4, 12, 30, 60, 60])
    return [rng.randint(min(most, rng.choice([0, 6, 6])), most) for _ in range(buttons)]


def late(rng, buttons, kind):
    if kind == "none" or rng.random() < 0.4:
        return [0] * buttons
    if kind == "few":
        return [rng.randint(0, 3) for _ in range(buttons)]
    return [rng.randint(5, 12) for _ in range(buttons)]


def add(rng, own, buttons, kind):
    for node in own:
        own[node] = [a + b for a, b in zip(own[node], late(rng, buttons, kind))]


def shown_of(tree, counts, answer):
    return {node: counts[node] for (node, _, _), is_shown in zip(tree, answer) if is_shown}


def attacked(suppression, seed):
    """Some periods, some late presses, sums of all; what the attacker found, and how many sums."""
    rng = random.Random(seed)
    tree, buttons = random_tree(rng), rng.randint(2, 4)
    attack = CoarserAttack(tree, buttons)
    suppression.forget()
    now = []
    for _ in range(rng.choice([2, 3])):
        own = {node: counts_of_a_place(rng, buttons) for node in leaves(tree)}
        counts = summed(tree, own)
        versions = [shown_of(tree, counts, suppression.ask("table", places(tree, counts)))]
        if rng.random() < 0.3:
            add(rng, own, buttons, "many")
            counts = summed(tree, own)
            answer = suppression.ask("again", places(tree, counts))
            if not isinstance(answer, str):
                versions.append(shown_of(tree, counts, answer))
        suppression.next_part()
        attack.see_part(versions)
        now.append(own)
    marked = hidden = 0
    for _ in range(rng.choice([1, 1, 2])):
        for own in now:
            add(rng, own, buttons, rng.choice(["none", "none", "few", "many", "many"]))
        states = [summed(tree, own) for own in now]
        marks = [suppression.differs(part, places(tree, counts))
                 for part, counts in enumerate(states)]
        for part, differs in enumerate(marks):
            attack.see_mark(part, differs)
        marked += sum(marks)
        whole = {node: [sum(c) for c in zip(*(counts[node] for counts in states))]
                 for node, _, _ in tree}
        answer = suppression.ask("coarser", places(tree, whole))
        if isinstance(answer, str):
            continue
        shown = shown_of(tree, whole, answer)
        hidden += len(tree) - len(shown)
        attack.see_sum(shown, marks)
    return attack.leaks + attack.found() + attack.small_changes(), len(attack.sums), marked, hidden


@pytest.fixture(scope="module")
def suppression(tmp_path_factory):
    running = Suppression(build(tmp_path_factory.mktemp("whole")))
    yield running
    running.close()


def test_no_sum_of_periods_and_no_mark_tells_what_is_hidden(suppression):
    sums = marked = hidden = 0
    for tree in range(TREES):
        seed = SEED * 1000 + tree
        found, some, marks, unseen = attacked(suppression, seed)
        assert not found, f"seed {seed}: {found}"
        sums, marked, hidden = sums + some, marked + marks, hidden + unseen
    print(f"{TREES} trees from seed {SEED * 1000}: {sums} sums, {hidden} places hidden in them, "
          f"{marked} marks")
    # An attack on nothing would find nothing either.
    assert sums > TREES // 5 and marked > TREES // 5 and hidden > TREES // 5


@pytest.mark.parametrize("name", COARSER_BREAKS)
def test_what_is_broken_on_purpose_is_found(tmp_path, name):
    running = Suppression(build(tmp_path, COARSER_BREAKS[name]))
    try:
        for tree in range(4 * TREES):
            found, *_ = attacked(running, SEED * 1000 + tree)
            if found:
                print(f"{name}: found after {tree + 1} trees: {found[0]}")
                return
        raise AssertionError(f"{name}: nothing found in {4 * TREES} trees from seed {SEED * 1000}")
    finally:
        running.close()

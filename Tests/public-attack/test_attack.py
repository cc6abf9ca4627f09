"""The differencing attack on what is public: it finds nothing, and finds what is broken on purpose.

    PIKAPALAUTE_SEED=7 pytest Tests/public-attack      other trees than today's
"""

import datetime
import os
import random

import pytest

from attack import Attack
from harness import BREAKS, Suppression, build

TREES = 300
SEED = int(os.environ.get("PIKAPALAUTE_SEED", 0)) or int(datetime.date.today().strftime("%Y%m%d"))


def random_tree(rng):
    """(node, parent, is public), parents first: a public root, up to three levels below."""
    tree = [("n0", None, True)]
    level = ["n0"]
    for _ in range(rng.randint(1, 3)):
        below = []
        for parent in level:
            if parent != "n0" and rng.random() < 0.4:
                continue
            for _ in range(rng.randint(1, 4)):
                node = f"n{len(tree)}"
                is_public = rng.random() < 0.85
                tree.append((node, parent, is_public))
                if is_public:
                    below.append(node)
        level = below
        if len(tree) > 14:
            break
    return tree


def leaves(tree):
    parents = {parent for _, parent, _ in tree}
    return [node for node, _, _ in tree if node not in parents]


def summed(tree, own):
    """Counts of every place from those of the leaves."""
    counts = {node: list(own.get(node, ())) for node, _, _ in tree}
    buttons = len(next(iter(own.values())))
    for node, parent, _ in reversed(tree):
        counts[node] = counts[node] or [0] * buttons
        if parent is not None:
            counts[parent] = [a + b for a, b in zip(counts[parent] or [0] * buttons, counts[node])]
    return counts


def few(rng, buttons):
    """Small counts, at which suppression is busy: some leaves empty, some well filled."""
    most = rng.choice([0, 3, 6, 8, 15, 30, 30, 60])
    return [rng.randint(min(most, rng.choice([0, 0, 5])), most) for _ in range(buttons)]


def late(rng, buttons):
    """What comes in late: mostly nothing, else a few, else enough to be told."""
    kind = rng.random()
    if kind < 0.6:
        return [0] * buttons
    if kind < 0.8:
        return [rng.randint(0, 2) for _ in range(buttons)]
    return [rng.randint(5, 12) for _ in range(buttons)]


def places(tree, counts):
    """What the service looks at: public places and, as leaves, what else stands below them."""
    return [(node, parent, is_public, counts[node]) for node, parent, is_public in tree]


def attacked(suppression, seed):
    """One random site through several versions; what the attacker found, and what was shown."""
    rng = random.Random(seed)
    tree, buttons = random_tree(rng), rng.randint(2, 5)
    own = {node: few(rng, buttons) for node in leaves(tree)}
    if rng.random() < 0.4:  # a button that hardly anybody presses
        rare = rng.randrange(buttons)
        for counts in own.values():
            counts[rare] *= rng.random() < 0.4
    attack = Attack(tree)
    suppression.forget()
    shown_count = hidden_count = again_count = 0
    for version in range(rng.choice([1, 1, 2, 3])):
        if version:
            quiet = rng.random() < 0.4
            for node in own:
                more = late(rng, buttons)
                if quiet and any(more):
                    more = [rng.randint(5, 9) for _ in range(buttons)]
                own[node] = [a + b for a, b in zip(own[node], more)]
        counts = summed(tree, own)
        answer = suppression.ask("again" if version else "table", places(tree, counts))
        if isinstance(answer, str):
            continue  # the period stays as it was: nothing new is seen
        again_count += bool(version)
        shown = {node: counts[node] for (node, _, _), is_shown in zip(tree, answer) if is_shown}
        assert all(is_public for (_, _, is_public), is_shown in zip(tree, answer) if is_shown)
        shown_count += len(shown)
        hidden_count += len(tree) - len(shown)
        attack.see(shown)
    return attack.found() + attack.small_changes(), shown_count, hidden_count, again_count


@pytest.fixture(scope="module")
def suppression(tmp_path_factory):
    running = Suppression(build(tmp_path_factory.mktemp("whole")))
    yield running
    running.close()


def test_no_combination_of_answers_tells_what_is_hidden(suppression):
    shown = hidden = again = 0
    for tree in range(TREES):
        seed = SEED * 1000 + tree
        found, one_shown, one_hidden, one_again = attacked(suppression, seed)
        assert not found, f"seed {seed}: {found}"
        shown, hidden, again = shown + one_shown, hidden + one_hidden, again + one_again
    print(f"{TREES} trees from seed {SEED * 1000}: {shown} shown, {hidden} hidden, "
          f"{again} published again")
    # An attack on nothing, or on nothing but totals, would find nothing either.
    assert shown > TREES and hidden > TREES and again > TREES // 20


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_on_purpose_is_found(tmp_path, name):
    running = Suppression(build(tmp_path, BREAKS[name]))
    try:
        for tree in range(TREES):
            found, *_ = attacked(running, SEED * 1000 + tree)
            if found:
                print(f"{name}: found after {tree + 1} trees: {found[0]}")
                return
        raise AssertionError(f"{name}: nothing found in {TREES} trees from seed {SEED * 1000}")
    finally:
        running.close()

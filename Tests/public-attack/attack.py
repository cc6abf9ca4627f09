"""Whoever has every public answer: what can they work out of what is hidden?

Unknown are the counts of every place, period and version, button by button; known are all the
numbers ever shown, that children add up to their parent, that no count is negative, and that
presses which come late only add. The attacker also knows, which no outsider does, the whole tree
with the places that are not public.
"""

import numpy as np
from scipy.optimize import linprog

EXACT = 1e-6


class Attack:
    """One period and question; buttons are told apart, since nothing shown joins them."""

    def __init__(self, tree, only_late=True):
        """`tree`: (node, parent or None, is public) of every place, parents first."""
        self.tree = tree
        self.only_late = only_late
        self.versions = []  # (counts by node of what was shown)

    def see(self, shown):
        """`shown`: counts by node, as the answer says."""
        self.versions.append(shown)

    def trivial(self):
        """Places that are by structure the same as a public one above: all there is of it."""
        children = {}
        for node, parent, _ in self.tree:
            children.setdefault(parent, []).append(node)
        same = set()
        for node, parent, is_public in self.tree:
            if parent is not None and len(children[parent]) == 1 and not is_public:
                same.add(node)
        return same

    def found(self):
        """Hidden numbers that can have one value only: (version, node, button, value)."""
        nodes = [node for node, _, _ in self.tree]
        place = {node: k for k, node in enumerate(nodes)}
        children = {}
        for node, parent, _ in self.tree:
            children.setdefault(parent, []).append(node)
        count = len(nodes)
        variables = count * len(self.versions)
        buttons = max((len(c) for shown in self.versions for c in shown.values()), default=0)
        sums, bounds_of_change = [], []
        for version in range(len(self.versions)):
            for node in nodes:
                if node in children:
                    row = np.zeros(variables)
                    row[version * count + place[node]] = 1
                    for child in children[node]:
                        row[version * count + place[child]] -= 1
                    sums.append(row)
            if version and self.only_late:
                for node in nodes:
                    row = np.zeros(variables)
                    row[(version - 1) * count + place[node]] = 1
                    row[version * count + place[node]] = -1
                    bounds_of_change.append(row)
        same = self.trivial()
        determined = []
        for button in range(buttons):
            known = {version * count + place[node]: counts[button]
                     for version, shown in enumerate(self.versions)
                     for node, counts in shown.items()}
            if not known:
                continue
            targets = [v for v in range(variables)
                       if v not in known and nodes[v % count] not in same]
            for v, value in self.solve(variables, sums, bounds_of_change, known, targets):
                determined.append((v // count, nodes[v % count], button, value))
        return determined

    def small_changes(self, cell=5):
        """Differences of two answers, and of what they hide, that are too small to be told."""
        children = {}
        for node, parent, _ in self.tree:
            children.setdefault(parent, []).append(node)
        small = []
        for later in range(1, len(self.versions)):
            for earlier in range(later):
                before, after = self.versions[earlier], self.versions[later]
                for node in before.keys() & after.keys():
                    change = [b - a for a, b in zip(before[node], after[node])]
                    rest = list(change)
                    for child in children.get(node, ()):
                        if child in before and child in after:
                            rest = [r - b + a for r, a, b in
                                    zip(rest, before[child], after[child])]
                    for told in (change, rest):
                        if any(told) and min(abs(number) for number in told) < cell:
                            small.append((later, node, told))
        return small

    @staticmethod
    def solve(variables, sums, changes, known, targets):
        """The unknown numbers that every solution agrees on, with the value."""
        bounds = [(known[v], known[v]) if v in known else (0, None) for v in range(variables)]
        zero_sums, zero_changes = np.zeros(len(sums)), np.zeros(len(changes))
        equal = {"A_eq": np.array(sums), "b_eq": zero_sums} if sums else {}
        less = {"A_ub": np.array(changes), "b_ub": zero_changes} if changes else {}

        def solution(objective):
            result = linprog(objective, bounds=bounds, method="highs", **equal, **less)
            assert result.status in (0, 3), result.message
            return result.x if result.status == 0 else None

        # Two solutions that differ in a number show that it is free: most are after a few.
        free, seen = set(), []
        random = np.random.default_rng(1)
        for sign in (1, -1, 1, -1):
            objective = np.zeros(variables)
            objective[targets] = sign * random.uniform(0.5, 1.5, len(targets))
            if sign < 0:  # the maximum must not run away
                objective[targets] *= 0.001
            found = solution(objective)
            if found is not None:
                seen.append(found)
        for v in targets:
            values = [x[v] for x in seen]
            if values and max(values) - min(values) > EXACT:
                free.add(v)
        for v in targets:
            if v in free:
                continue
            objective = np.zeros(variables)
            objective[v] = 1
            low = solution(objective)
            high = solution(-objective)
            if low is not None and high is not None and high[v] - low[v] <= EXACT:
                yield v, low[v]

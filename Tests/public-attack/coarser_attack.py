"""The same attacker with sums of several periods, and with the word that a period has changed.

Unknown are the counts of every place in every period: as published, in each version, and as they
were when a sum was published. Known are the numbers shown, of periods and of sums; that presses which
come late only add; and for each sum, which of its periods were marked then: one that was not is as
it was published, in one that was at least one press was added. Buttons are taken together, since a
mark joins them.
"""

import itertools

import numpy as np

from attack import Attack


class CoarserAttack:
    def __init__(self, tree, buttons):
        self.tree, self.buttons = tree, buttons
        self.place = {node: k for k, (node, _, _) in enumerate(tree)}
        self.children = {}
        for node, parent, _ in tree:
            self.children.setdefault(parent, []).append(node)
        self.parts = []   # versions of each: counts by node of what was shown
        self.sums = []    # (counts by node, the marks of the parts then)
        self.leaks = []

    def see_part(self, versions):
        self.parts.append(versions)

    def see_mark(self, part, differs):
        """A period of which nothing is shown must not tell that there was a press at all."""
        if differs and not self.parts[part][-1]:
            self.leaks.append(("marked though nothing is shown", part))

    def see_sum(self, shown, marks):
        self.sums.append((shown, marks))

    # --- linear program ----------------------------------------------------------------------

    def _variable(self, state, node, button):
        return (state * len(self.tree) + self.place[node]) * self.buttons + button

    def found(self):
        """Hidden numbers that can have one value only."""
        states, chains, now = 0, [], []
        for versions in self.parts:
            chains.append(list(range(states, states + len(versions))))
            states += len(versions)
        for _ in self.sums:
            now.append(list(range(states, states + len(self.parts))))
            states += len(self.parts)
        for part, chain in enumerate(chains):
            chain += [states_then[part] for states_then in now]
        size = len(self.tree) * self.buttons
        totals = states * size                    # the sums' own numbers, and a one, after all
        variables = totals + len(self.sums) * size + 1
        one = variables - 1
        equal, less, known = [], [], {one: 1}

        def row(*terms):
            line = np.zeros(variables)
            for variable, factor in terms:
                line[variable] += factor
            return line

        each = list(itertools.product(self.place, range(self.buttons)))
        for state in range(states):
            for node, button in each:
                if node in self.children:
                    equal.append(row(
                        (self._variable(state, node, button), 1),
                        *((self._variable(state, child, button), -1)
                          for child in self.children[node])))
        for chain in chains:
            for before, after in itertools.pairwise(chain):
                for node, button in each:
                    less.append(row((self._variable(before, node, button), 1),
                                    (self._variable(after, node, button), -1)))
        for versions, chain in zip(self.parts, chains):
            for shown, state in zip(versions, chain):
                for node, counts in shown.items():
                    for button, count in enumerate(counts):
                        known[self._variable(state, node, button)] = count
        for number, (shown, marks) in enumerate(self.sums):
            for node, counts in shown.items():
                for button, count in enumerate(counts):
                    total = totals + number * size + self.place[node] * self.buttons + button
                    known[total] = count
                    equal.append(row((total, 1), *(
                        (self._variable(state, node, button), -1) for state in now[number])))
            for part, differs in enumerate(marks):
                last, state = self.parts[part][-1], now[number][part]
                if differs:
                    less.append(row((one, 1), *(
                        term for node in last for button in range(self.buttons) for term in (
                            (self._variable(state, node, button), -1),
                            (self._variable(chains[part][len(self.parts[part]) - 1], node, button), 1)
                        ))))
                else:
                    for node, counts in last.items():
                        for button, count in enumerate(counts):
                            known[self._variable(state, node, button)] = count
        same = Attack(self.tree).trivial()
        targets = [self._variable(state, node, button) for state in range(states)
                   for node, button in each if node not in same]
        published = {}
        for versions, chain in zip(self.parts, chains):
            for state in chain:
                for node, counts in versions[-1].items():
                    published[state, node] = counts
        found = []
        targets = [v for v in targets if v not in known]
        for v, value in Attack.solve(variables, equal, less, known, targets):
            state, rest = divmod(v, size)
            node, button = self.tree[rest // self.buttons][0], rest % self.buttons
            # Shown once: that it is the same now, or differs by enough, may be told.
            before = published.get((state, node))
            if before and (abs(value - before[button]) < 0.5 or value - before[button] > 4.5):
                continue
            found.append((state, node, button, value))
        return found

    def small_changes(self, cell=5):
        """Differences of a sum and its parts, and of two sums, that are too small to be told."""
        small = []
        for number, (shown, _) in enumerate(self.sums):
            earlier = [
                {node: [sum(c) for c in zip(*(version[node] for version in versions))]
                 for node in shown}
                for versions in itertools.product(*self.parts)
                if all(node in version for version in versions for node in shown)]
            earlier += [sums for sums, _ in self.sums[:number]]
            for before in earlier:
                attack = Attack(self.tree)
                attack.see(before)
                attack.see(shown)
                small += attack.small_changes(cell)
        return small

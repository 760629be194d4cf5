"""Exchanges entries between judges until neither loads nor expertise can be any better.

The judges are the nodes of a network. An arc from judge a to judge b says that one of a's entries
can pass to b: b has no conflict with it and does not judge it yet. Its cost is 1 where that takes
the entry from somebody with expertise to somebody without, −1 the other way round, else 0. One more
node, the balance, has an arc from b that costs b's load and an arc to a that costs one less than
a's load, with the opposite sign; both are weighed so much that no expertise outweighs them. A
circle with a negative cost is an exchange that makes the whole better; where there is none left,
nothing is better: this is the optimality condition of minimum-cost flows (Klein 1967), and without
expertise that of semi-matchings (Harvey, Ladner, Lovász and Tamir 2003).

Sets of judges are bits of a number, since there are few judges and many entries.
"""

from collections.abc import Iterator, Sequence

# An arc with the entry that would pass along it is looked for when an exchange is made.
Arc = tuple[int, int, int]


class JudgingEntry:
    """An entry while judges are found for it; `blocked` are judges with a conflict."""

    __slots__ = ("blocked", "experts", "fixed", "given", "taken")

    def __init__(self, blocked: int, experts: int, fixed: int) -> None:
        self.blocked = blocked
        self.experts = experts
        # Who judges it already, and stays; who is to judge it by this assignment.
        self.fixed = fixed
        self.given = 0
        # All who cannot take it any more.
        self.taken = blocked | fixed

    def passing(self, judge: int, others: int) -> tuple[int, int, int]:
        """To which of the others this judge could pass it: finding an expert, making no
        difference, or losing one."""
        free = others & ~self.taken
        if self.experts >> judge & 1:
            return 0, free & self.experts, free & ~self.experts
        return free & self.experts, free & ~self.experts, 0


class Exchange:
    """The state of an assignment: each entry's judges, each judge's load."""

    def __init__(self, entries: Sequence[JudgingEntry], loads: list[int]) -> None:
        self.entries = entries
        self.loads = loads
        self._all = (1 << len(loads)) - 1
        # The entries that each judge has by this assignment; dicts, as they keep their order.
        self._held: list[dict[int, None]] = [{} for _judge in loads]
        # To whom each judge can pass an entry: at the cost of −1, 0 or 1. There may be more in it
        # than is true, never less; what is no longer true is found out when it is tried.
        self._passing = [(0, 0, 0)] * len(loads)
        self._arcs: list[list[Arc] | None] = [None] * len(loads)
        # More than a circle through all judges can gain in expertise.
        self._weight = 2 * len(loads) + 2

    def give(self, at: int, judge: int) -> None:
        """Gives an entry to a judge."""
        entry = self.entries[at]
        entry.given |= 1 << judge
        entry.taken |= 1 << judge
        self._held[judge][at] = None
        self.loads[judge] += 1
        self._add(at, judge)

    def take(self, at: int, judge: int) -> None:
        """Takes an entry from a judge."""
        entry = self.entries[at]
        entry.given &= ~(1 << judge)
        entry.taken &= ~(1 << judge)
        del self._held[judge][at]
        self.loads[judge] -= 1
        # Its other judges can now pass it to this one.
        for other in bits(entry.given):
            self._add(at, other)

    def improve(self) -> None:
        """Exchanges until no exchange makes loads more even, nor finds more experts."""
        while circle := self._find_circle():
            while self._pass_along(circle) and self._is_worth_it(circle):
                pass

    def _add(self, at: int, judge: int) -> None:
        """Notes to whom a judge can pass this entry."""
        before = self._passing[judge]
        more = self.entries[at].passing(judge, self._all)
        after = (before[0] | more[0], before[1] | more[1], before[2] | more[2])
        if after != before:
            self._passing[judge] = after
            self._arcs[judge] = None

    def _look_again(self, judge: int) -> None:
        """Finds out what of the notes about a judge is still true."""
        self._passing[judge] = (0, 0, 0)
        self._arcs[judge] = None
        for at in self._held[judge]:
            self._add(at, judge)

    def _arcs_from(self, judge: int) -> list[Arc]:
        found = self._arcs[judge]
        if found is None:
            gaining, even, losing = self._passing[judge]
            found = [
                (judge, other, cost)
                for cost, targets in (
                    *((-1, gaining), (0, even & ~gaining)),
                    (1, losing & ~even & ~gaining),
                )
                for other in bits(targets)
            ]
            self._arcs[judge] = found
        return found

    def _all_arcs(self) -> Iterator[Arc]:
        balance = len(self.loads)
        for judge, load in enumerate(self.loads):
            yield judge, balance, self._weight * load
            if self._held[judge]:
                yield balance, judge, -self._weight * (load - 1)
                yield from self._arcs_from(judge)

    def _find_circle(self) -> list[Arc]:
        """A circle of negative cost, by Bellman and Ford; empty where there is none."""
        arcs = list(self._all_arcs())
        nodes = len(self.loads) + 1
        costs = [0] * nodes
        before: list[Arc | None] = [None] * nodes
        for _round in range(nodes + 1):
            changed = False
            for arc in arcs:
                start, end, cost = arc
                if costs[start] + cost < costs[end]:
                    costs[end] = costs[start] + cost
                    before[end] = arc
                    changed = True
            if not changed:
                return []
            if circle := circle_in(before):
                return circle
        return []

    def _pass_along(self, circle: list[Arc]) -> bool:
        """Passes one entry along each arc; False, and nothing is done, where one has none."""
        moves = []
        for start, end, cost in circle:
            if len(self.loads) not in {start, end}:
                at = self._to_pass(start, end, cost)
                if at is None:
                    self._look_again(start)
                    return False
                moves.append((at, start, end))
        for at, start, _end in moves:
            self.take(at, start)
        for at, _start, end in moves:
            self.give(at, end)
        return True

    def _to_pass(self, start: int, end: int, cost: int) -> int | None:
        """An entry of `start` that can pass to `end` at this cost."""
        place = 1 << end
        for at in self._held[start]:
            if self.entries[at].passing(start, place)[cost + 1]:
                return at
        return None

    def _is_worth_it(self, circle: list[Arc]) -> bool:
        """Whether passing along this circle once more makes the whole better."""
        balance = len(self.loads)
        cost = 0
        for start, end, price in circle:
            if end == balance:
                cost += self._weight * self.loads[start]
            elif start == balance:
                cost -= self._weight * (self.loads[end] - 1)
            else:
                cost += price
        return cost < 0


def circle_in(before: Sequence[Arc | None]) -> list[Arc]:
    """A circle among arcs, of which each node has one at most that leads to it; else empty."""
    seen = [0] * len(before)
    for walk, first in enumerate(range(len(before)), 1):
        node = first
        while not seen[node]:
            seen[node] = walk
            arc = before[node]
            if arc is None:
                break
            node = arc[0]
        else:
            if seen[node] == walk:
                return _round_from(before, node)
    return []


def _round_from(before: Sequence[Arc | None], node: int) -> list[Arc]:
    circle: list[Arc] = []
    at = node
    while not circle or at != node:
        arc = before[at]
        assert arc is not None
        circle.append(arc)
        at = arc[0]
    return circle


def bits(number: int) -> Iterator[int]:
    """The places of the ones in a number, from the lowest."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest

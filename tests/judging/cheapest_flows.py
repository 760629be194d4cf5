"""The least that any assignment costs, by another way than ours: successive shortest paths."""

from collections.abc import Collection, Sequence
from itertools import product

Pair = tuple[int, str]
# For the square of a load; for an expert, one less. No test has so many pairs.
SQUARE = 1_000_000


class Flow:
    """A network from "from" to "to". An arc says where it leads, how much it still carries, and
    what that costs; the next one after it leads back."""

    def __init__(self) -> None:
        self._arcs: list[tuple[str, int, int]] = []
        self._of_node: dict[str, list[int]] = {}

    def add(self, start: str, end: str, carries: int, cost: int) -> None:
        """Adds an arc."""
        for node, arc in ((start, (end, carries, cost)), (end, (start, 0, -cost))):
            self._of_node.setdefault(node, []).append(len(self._arcs))
            self._arcs.append(arc)

    def least_cost(self) -> int:
        """What as much as possible costs at least."""
        total = 0
        while True:
            costs, last = self._cheapest_ways()
            if "to" not in costs:
                return total
            total += costs["to"]
            self._send(last)

    def _cheapest_ways(self) -> tuple[dict[str, int], dict[str, int]]:
        """Node → what the cheapest way to it costs, and its last arc."""
        costs, last = {"from": 0}, dict[str, int]()
        waiting = ["from"]
        while waiting:
            node = waiting.pop(0)
            for at in self._of_node.get(node, []):
                end, carries, cost = self._arcs[at]
                if carries and (end not in costs or costs[node] + cost < costs[end]):
                    costs[end], last[end] = costs[node] + cost, at
                    waiting.append(end)
        return costs, last

    def _send(self, last: dict[str, int]) -> None:
        node = "to"
        while node != "from":
            at = last[node]
            for arc, more in ((at, -1), (at ^ 1, 1)):
                end, carries, cost = self._arcs[arc]
                self._arcs[arc] = (end, carries + more, cost)
            node = self._arcs[at ^ 1][0]


def least_cost(
    entries: Sequence[int],
    judges: Sequence[str],
    k: int,
    conflicts: Collection[Pair],
    expertise: Collection[Pair],
) -> int:
    """The sum of squared loads times a million, less the number of experts: the least there is."""
    flow = Flow()
    for entry in entries:
        flow.add("from", f"e{entry}", k, 0)
    for entry, judge in sorted(set(product(entries, judges)) - set(conflicts)):
        flow.add(f"e{entry}", judge, 1, -int((entry, judge) in expertise))
    for judge, load in product(judges, range(len(entries))):
        flow.add(judge, "to", 1, SQUARE * (2 * load + 1))
    return flow.least_cost()

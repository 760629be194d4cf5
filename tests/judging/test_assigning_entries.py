"""Entries are shared out among judges fairly, without conflicts, and repeatably."""

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.refusals import Invalid
from ideahub.judging.balancing import Assigned, Uncovered, assign, rebalance
from ideahub.judging.seeded_order import reading_order
from tests.judging.cheapest_flows import SQUARE, least_cost

JUDGES = [f"judge-{number}" for number in range(6)]
Pairs = list[tuple[int, str]]


@st.composite
def panels(draw: st.DrawFn, most: int = 12) -> tuple[list[int], list[str], Pairs, Pairs]:
    """Entries, judges, conflicts and expertise."""
    entries = list(range(draw(st.integers(1, most))))
    judges = JUDGES[: draw(st.integers(1, len(JUDGES)))]
    pair = st.sampled_from([(entry, judge) for entry in entries for judge in judges])
    return entries, judges, draw(st.lists(pair, unique=True)), draw(st.lists(pair, unique=True))


seeds = st.text(max_size=5)


@settings(deadline=None)
@given(panels(), st.integers(1, 4), seeds)
def test_each_entry_has_its_judges_and_nobody_one_with_a_conflict(
    panel: tuple[list[int], list[str], Pairs, Pairs], k: int, seed: str
) -> None:
    entries, judges, conflicts, expertise = panel
    made = assign(entries, judges, k, conflicts=conflicts, expertise=expertise, seed=seed)
    assert not set(made.pairs) & set(conflicts)
    assert len(made.pairs) == len(set(made.pairs))
    having = Counter(entry for entry, _judge in made.pairs)
    gaps = {gap.entry: gap for gap in made.gaps}
    for entry in entries:
        without = sum((entry, judge) not in conflicts for judge in judges)
        assert having[entry] == min(k, without)
        assert (entry in gaps) == (without < k)
    for gap in gaps.values():
        assert gap.covered == having[gap.entry] and gap.wanted == k
        assert gap.in_conflict == sum((gap.entry, judge) in conflicts for judge in judges)
        assert (gap.why is Uncovered.FEW_JUDGES) == (len(judges) < k)
    assert made.loads == {
        judge: sum(judge == one for _entry, one in made.pairs) for judge in judges
    }


@settings(deadline=None)
@given(panels(), st.integers(1, 4), seeds)
def test_without_conflicts_loads_differ_by_one_at_most(
    panel: tuple[list[int], list[str], Pairs, Pairs], k: int, seed: str
) -> None:
    entries, judges, _conflicts, expertise = panel
    assert assign(entries, judges, k, expertise=expertise, seed=seed).spread <= 1


def every_assignment(
    entries: list[int], judges: list[str], k: int, conflicts: Pairs
) -> list[Pairs]:
    """All that give each entry as many judges as can be."""
    choices = []
    for entry in entries:
        free = [judge for judge in judges if (entry, judge) not in conflicts]
        choices.append([*combinations(free, min(k, len(free)))])
    return [
        [(entry, judge) for entry, some in zip(entries, each, strict=True) for judge in some]
        for each in product(*choices)
    ]


def worth(pairs: Pairs, expertise: Pairs) -> tuple[int, int]:
    """Less is better: the sum of squared loads, then how many pairs lack expertise."""
    loads = Counter(judge for _entry, judge in pairs)
    return sum(load**2 for load in loads.values()), -len(set(pairs) & set(expertise))


@settings(max_examples=150, deadline=None)
@given(panels(most=3), st.integers(1, 2), seeds)
def test_no_other_assignment_is_more_even_nor_as_even_with_more_expertise(
    panel: tuple[list[int], list[str], Pairs, Pairs], k: int, seed: str
) -> None:
    entries, judges, conflicts, expertise = panel
    made = assign(entries, judges[:5], k, conflicts=conflicts, expertise=expertise, seed=seed)
    best = min(
        worth(pairs, expertise) for pairs in every_assignment(entries, judges[:5], k, conflicts)
    )
    assert worth(made.pairs, expertise) == best
    assert made.with_expertise == -best[1]


@settings(deadline=None)
@given(panels(), st.integers(1, 3), seeds)
def test_no_flow_costs_less(
    panel: tuple[list[int], list[str], Pairs, Pairs], k: int, seed: str
) -> None:
    """The same for larger panels, where not every assignment can be looked at."""
    entries, judges, conflicts, expertise = panel
    made = assign(entries, judges, k, conflicts=conflicts, expertise=expertise, seed=seed)
    squares, less_expertise = worth(made.pairs, expertise)
    least = least_cost(entries, judges, k, conflicts, expertise)
    assert SQUARE * squares + less_expertise == least


def test_a_chain_of_exchanges_is_found() -> None:
    """Only entry 0 can go to the judge who has nothing, and only if another passes on."""
    conflicts = [(entry, "c") for entry in (1, 2, 3)] + [(0, "a")]
    made = assign(range(4), "abc", 1, conflicts=conflicts, expertise=[(0, "b")], seed="x")
    assert sorted(made.loads.values()) == [1, 1, 2]


@settings(deadline=None)
@given(panels(), seeds, st.randoms())
def test_the_same_seed_gives_the_same_whatever_the_order(
    panel: tuple[list[int], list[str], Pairs, Pairs], seed: str, random: object
) -> None:
    entries, judges, conflicts, expertise = panel
    once = assign(entries, judges, 2, conflicts=conflicts, expertise=expertise, seed=seed)
    for some in (entries, judges, conflicts, expertise):
        random.shuffle(some)  # type: ignore[attr-defined]
    again = assign(entries, judges, 2, conflicts=set(conflicts), expertise=expertise, seed=seed)
    assert again == once


def test_the_result_is_the_same_in_every_version() -> None:
    """Written down once: whoever changes this breaks the seeds that are recorded."""
    made = assign(range(1, 5), ["ada", "ben", "cem"], 2, conflicts=[(2, "ada")], seed="2026")
    assert made.pairs == RECORDED
    assert reading_order("2026", "ada", range(1, 6)) == [1, 3, 4, 5, 2]
    assert reading_order("2026", "ben", range(1, 6)) == [2, 5, 3, 4, 1]


RECORDED: Pairs = [
    *[(1, "ben"), (1, "ada"), (3, "cem"), (3, "ada")],
    *[(2, "ben"), (2, "cem"), (4, "ben"), (4, "cem")],
]


def test_all_to_all_leaves_out_conflicts_only() -> None:
    made = assign([1, 2], ["a", "b"], None, conflicts=[(1, "b")], seed="s")
    assert sorted(made.pairs) == [(1, "a"), (2, "a"), (2, "b")]
    [gap] = made.gaps
    assert (gap.entry, gap.wanted, gap.covered, gap.in_conflict) == (1, 2, 1, 1)


def test_existing_pairs_stay_and_count() -> None:
    existing = [(1, "a"), (2, "a"), (3, "a"), (1, "gone"), (99, "b")]
    made = assign([1, 2, 3, 4, 5, 6], ["a", "b"], 1, seed="s", existing=existing)
    assert made.loads == {"a": 3, "b": 3}
    assert sorted(made.added) == [(4, "b"), (5, "b"), (6, "b")]


@settings(deadline=None)
@given(panels(), st.integers(1, 3), seeds)
def test_when_a_judge_drops_out_only_their_entries_move(
    panel: tuple[list[int], list[str], Pairs, Pairs], k: int, seed: str
) -> None:
    entries, judges, conflicts, expertise = panel
    made = assign(entries, judges, k, conflicts=conflicts, expertise=expertise, seed=seed)
    dropped = judges[0]
    after: Assigned[int, str] = rebalance(
        made.pairs, dropped, judges=judges, conflicts=conflicts, expertise=expertise, seed=seed
    )
    kept = {pair for pair in made.pairs if pair[1] != dropped}
    orphaned = {entry for entry, judge in made.pairs if judge == dropped}
    assert kept <= set(after.pairs)
    assert set(after.pairs) - kept == set(after.added)
    assert not set(after.pairs) & set(conflicts) and dropped not in after.loads
    assert {entry for entry, _judge in after.added} | {gap.entry for gap in after.gaps} == orphaned
    for entry in orphaned:
        others = [j for j in judges[1:] if (entry, j) not in conflicts and (entry, j) not in kept]
        assert bool(others) == (entry in {one for one, _judge in after.added})


def test_each_judge_reads_in_an_order_of_their_own() -> None:
    firsts = Counter(reading_order("s", judge, range(10))[0] for judge in range(1000))
    assert len(firsts) == 10 and max(firsts.values()) < 150
    long = reading_order("s", 1, range(10))
    assert reading_order("s", 1, range(9)) == [entry for entry in long if entry != 9]


@pytest.mark.parametrize("k", [0, -1])
def test_no_judge_for_each_entry_is_refused(k: int) -> None:
    with pytest.raises(Invalid, match="at least one judge"):
        assign([1], ["a"], k, seed="s")


def test_nobody_and_nothing_to_judge() -> None:
    assert not assign([], ["a"], 2, seed="s").pairs
    nobody: list[str] = []
    made = assign([1], nobody, 1, seed="s")
    assert [gap.why for gap in made.gaps] == [Uncovered.FEW_JUDGES]


@pytest.mark.slow
def test_ten_thousand_entries() -> None:
    """How long it takes is measured by hand; here, that it is even and complete."""
    judges = [f"judge-{number}" for number in range(60)]
    # Every twentieth pair is a conflict, without a pattern by judge.
    conflicts = [
        (entry, judges[at])
        for entry in range(10_000)
        for at in range(60)
        if (entry * 7 + at * 11) % 20 == 3
    ]
    made = assign(range(10_000), judges, 3, conflicts=conflicts, seed="s")
    assert made.spread == 0 and len(made.pairs) == 30_000 and not made.gaps
    assert not set(made.pairs) & set(conflicts)

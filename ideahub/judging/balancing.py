"""Decides which judges read which entry, from a recorded seed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.judging.exchanging import Exchange, JudgingEntry, bits
from ideahub.judging.seeded_order import Name, in_seeded_order

E = TypeVar("E", bound=Name)
J = TypeVar("J", bound=Name)


class Uncovered(StrEnum):
    """Why an entry has fewer judges than it should."""

    FEW_JUDGES = "few_judges"
    CONFLICTS = "conflicts"


class CoverageGap(msgspec.Struct, Generic[E], frozen=True):
    """An entry with fewer judges than wanted: how many it has, and how many have a conflict."""

    entry: E
    wanted: int
    covered: int
    in_conflict: int
    why: Uncovered


class Assigned(msgspec.Struct, Generic[E, J], frozen=True):
    """What `assign` decided.

    `pairs` are all pairs of entry and judge, `added` those that were not there before; both in the
    seed's order of entries and judges. `loads` is how many entries each judge has. `with_expertise`
    is how many of the pairs have a judge with declared expertise.
    """

    seed: str
    pairs: list[tuple[E, J]]
    added: list[tuple[E, J]]
    gaps: list[CoverageGap[E]]
    loads: dict[J, int]
    with_expertise: int

    @property
    def spread(self) -> int:
        """By how many entries the judge with most is ahead of the judge with fewest."""
        return max(self.loads.values(), default=0) - min(self.loads.values(), default=0)


def assign(
    entries: Iterable[E],
    judges: Iterable[J],
    k: int | None,
    *,
    conflicts: Collection[tuple[E, J]] = (),
    expertise: Collection[tuple[E, J]] = (),
    seed: str,
    existing: Collection[tuple[E, J]] = (),
) -> Assigned[E, J]:
    """Gives each entry `k` judges; every judge without a conflict where `k` is None.

    `conflicts` and `expertise` are pairs of an entry and a judge. `existing` pairs stay, count
    towards `k` and in loads, whatever else is said of them; those of unknown entries or judges are
    left out. The goals, each before the next:

    1. no judge reads what they have a conflict with;
    2. each entry has `k` judges, or as many as have no conflict with it: see `gaps`;
    3. loads are as even as conflicts allow: no other assignment has a smaller sum of squared loads,
       nor a smaller greatest load. So loads differ by at most 1 wherever that is possible;
    4. of all assignments with loads as even as that, one with most pairs of declared expertise;
    5. what is left is decided by the seed.

    The same arguments, in whatever order, give the same result in every version of Python. Raises
    Invalid where `k` is not at least 1.
    """
    if k is not None and k < 1:
        raise Invalid(_("Each entry needs at least one judge."), field="k")
    in_order = in_seeded_order(seed, "entry", entries)
    panel = in_seeded_order(seed, "judge", judges)
    state = _prepare(in_order, panel, conflicts, expertise, existing)
    wanted = len(panel) if k is None else k
    if k is None:
        _give_to_all(state)
    else:
        _give_out(state, wanted)
        state.improve()
    return _result(seed, in_order, panel, state, wanted)


def rebalance(
    existing: Collection[tuple[E, J]],
    dropped: J,
    *,
    judges: Iterable[J],
    conflicts: Collection[tuple[E, J]] = (),
    expertise: Collection[tuple[E, J]] = (),
    seed: str,
) -> Assigned[E, J]:
    """Passes the entries of a judge who drops out to others; every other pair stays.

    The goals are those of `assign`; an entry that nobody else can take is among `gaps`: where every
    judge reads every entry, that is each of theirs. `added` are the new pairs.
    """
    orphaned = {entry for entry, judge in existing if judge == dropped}
    kept = [pair for pair in existing if pair[1] != dropped]
    in_order = in_seeded_order(seed, "entry", {entry for entry, _judge in existing})
    panel = in_seeded_order(seed, "judge", set(judges) - {dropped})
    state = _prepare(in_order, panel, conflicts, expertise, kept)
    wanted = [entry.fixed.bit_count() for entry in state.entries]
    for at, entry in enumerate(in_order):
        wanted[at] += entry in orphaned
    _give_out(state, wanted)
    state.improve()
    return _result(seed, in_order, panel, state, wanted)


def _prepare(
    entries: Sequence[E],
    judges: Sequence[J],
    conflicts: Collection[tuple[E, J]],
    expertise: Collection[tuple[E, J]],
    existing: Collection[tuple[E, J]],
) -> Exchange:
    place = {judge: at for at, judge in enumerate(judges)}
    blocked, experts, fixed = (
        _bits_by_entry(pairs, place) for pairs in (conflicts, expertise, existing)
    )
    loads = [0] * len(judges)
    rows = []
    for entry in entries:
        row = JudgingEntry(blocked.get(entry, 0), experts.get(entry, 0), fixed.get(entry, 0))
        rows.append(row)
        for judge in bits(row.fixed):
            loads[judge] += 1
    return Exchange(rows, loads)


def _bits_by_entry(pairs: Collection[tuple[E, J]], place: Mapping[J, int]) -> dict[E, int]:
    found: dict[E, int] = {}
    for entry, judge in pairs:
        if judge in place:
            found[entry] = found.get(entry, 0) | 1 << place[judge]
    return found


def _give_to_all(state: Exchange) -> None:
    everybody = (1 << len(state.loads)) - 1
    for at, entry in enumerate(state.entries):
        for judge in list(bits(everybody & ~entry.taken)):
            state.give(at, judge)


def _give_out(state: Exchange, wanted: int | Sequence[int]) -> None:
    """A good beginning: first to experts, as long as no load grows beyond the average; then to
    whoever has least. Entries that few can take come first, so that these few are still free."""
    everybody = (1 << len(state.loads)) - 1
    lacking = [
        (wanted if isinstance(wanted, int) else wanted[at]) - entry.fixed.bit_count()
        for at, entry in enumerate(state.entries)
    ]
    total = sum(state.loads) + sum(max(lack, 0) for lack in lacking)
    average = total // max(len(state.loads), 1)
    choice = [(everybody & ~entry.taken).bit_count() for entry in state.entries]
    for only_experts in (True, False):
        for at in sorted(range(len(choice)), key=choice.__getitem__):
            entry = state.entries[at]
            while lacking[at] > 0:
                free = everybody & ~entry.taken & (entry.experts if only_experts else -1)
                judge = min(bits(free), key=state.loads.__getitem__, default=None)
                if judge is None or (only_experts and state.loads[judge] >= average):
                    break
                state.give(at, judge)
                lacking[at] -= 1


def _result(
    seed: str,
    entries: Sequence[E],
    judges: Sequence[J],
    state: Exchange,
    wanted: int | Sequence[int],
) -> Assigned[E, J]:
    pairs, added, gaps = [], [], []
    with_expertise = 0
    everybody = (1 << len(judges)) - 1
    for at, (name, entry) in enumerate(zip(entries, state.entries, strict=True)):
        having = entry.fixed | entry.given
        pairs += [(name, judges[judge]) for judge in bits(having)]
        added += [(name, judges[judge]) for judge in bits(entry.given)]
        with_expertise += (having & entry.experts).bit_count()
        lacking = wanted if isinstance(wanted, int) else wanted[at]
        if having.bit_count() < lacking:
            gaps.append(_gap(name, lacking, having, entry.blocked & everybody, len(judges)))
    loads = dict(zip(judges, state.loads, strict=True))
    return Assigned(seed, pairs, added, gaps, loads, with_expertise)


def _gap(entry: E, wanted: int, having: int, blocked: int, judges: int) -> CoverageGap[E]:
    why = Uncovered.FEW_JUDGES if judges < wanted else Uncovered.CONFLICTS
    in_conflict = (blocked & ~having).bit_count()
    return CoverageGap(entry, wanted, having.bit_count(), in_conflict, why)

"""The minutes of a panel's meeting, which write themselves from what was said, decided and
signed."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ideahub.results.meeting_views import Attendant, MeetingDecision, MeetingItem, MeetingNote

# What happened at one moment, in the order of time.
Said = MeetingNote | MeetingDecision


class MinutesOfEntry(msgspec.Struct, frozen=True):
    """What the minutes say of one entry. `unsigned` are the judges who have not signed what was
    decided last."""

    item: MeetingItem
    course: list[Said]
    unsigned: list[str]


class Minutes(msgspec.Struct, frozen=True):
    """The minutes: from when until when, who took part, and the entries in the order in which they
    were raised."""

    begun: datetime | None
    ended: datetime | None
    present: list[str]
    absent: list[str]
    entries: list[MinutesOfEntry]

    @property
    def is_signed(self) -> bool:
        """Whether every judge who takes part has signed each decision that counts."""
        return bool(self.entries) and not any(one.unsigned for one in self.entries)


def minutes_of(
    items: Sequence[MeetingItem],
    judges: Sequence[Attendant],
    apart: dict[int, frozenset[int]],
) -> Minutes:
    """The minutes of a meeting. `apart` has by entry the numbers of the people who stepped back
    from it or have a conflict about it: they sign nothing about it."""
    entries = [_entry(item, judges, apart.get(item.entry_id, frozenset())) for item in items]
    moments = [moment for item in items for moment in _moments(item)]
    here = {name for item in items for name in _names(item)}
    judging = [judge.name for judge in judges if judge.removed_at is None]
    return Minutes(
        begun=min(moments, default=None),
        ended=max(moments, default=None),
        present=[*(name for name in judging if name in here), *sorted(here - set(judging))],
        absent=[name for name in judging if name not in here],
        entries=entries,
    )


def _entry(item: MeetingItem, judges: Sequence[Attendant], apart: frozenset[int]) -> MinutesOfEntry:
    course: list[Said] = sorted([*item.notes, *item.decisions], key=lambda one: one.at)
    missing: dict[str, None] = {}
    for decision in item.decisions:
        if decision.counts:
            for judge in judges:
                may_sign = judge.removed_at is None and judge.person_id not in apart
                if may_sign and not decision.is_signed_by(judge.person_id):
                    missing[judge.name] = None
    return MinutesOfEntry(item, course, list(missing))


def _moments(item: MeetingItem) -> list[datetime]:
    signed = [one.at for decision in item.decisions for one in decision.signatures]
    return [item.at, *(one.at for one in item.notes), *(one.at for one in item.decisions), *signed]


def _names(item: MeetingItem) -> set[str]:
    signed = {one.name for decision in item.decisions for one in decision.signatures}
    return {
        item.raised_by,
        *(one.name for one in item.notes),
        *(one.name for one in item.decisions),
        *signed,
    }

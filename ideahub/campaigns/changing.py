"""Keeps what managers change in a published campaign, with the values before and after."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import CampaignChange, Phase
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.events import Actor, Kind, RowLike, record
from ideahub.core.viewer import Viewer

PHASE = "phase"
CLOCK_RULES = "clock_rules"
# What is kept of a phase.
PHASE_COLUMNS = (
    "name",
    "opens_at",
    "closes_at",
    "timezone",
    "purpose",
    "accepts",
    "grace_seconds",
    "invited_from_id",
)


class ValueChange(NamedTuple):
    """A value that was replaced; the fields are as in CampaignChange."""

    field: str
    old: Any
    new: Any
    reason: str = ""


async def note_changes(
    db: AsyncSession,
    viewer: Viewer | None,
    campaign: RowLike,
    names: Iterable[str],
    changes: Sequence[ValueChange],
) -> None:
    """Keeps the changes for the campaign's page, and records one event for them; `names` are what
    the event says was changed. `viewer` is None for the clock."""
    await keep_changes(db, viewer, campaign, changes)
    await record(db, Kind.CAMPAIGN_CHANGED, viewer, on=campaign, changed=sorted(names))


async def keep_changes(
    db: AsyncSession, changed_by: Actor | None, campaign: RowLike, changes: Sequence[ValueChange]
) -> None:
    """Keeps the changes for the campaign's page, without an event: for deeds with their own."""
    person_id = changed_by.id if changed_by else None
    db.add_all(
        CampaignChange(campaign_id=campaign.id, changed_by=person_id, **change._asdict())
        for change in changes
    )
    await db.flush()


def changed_phases(
    before: Sequence[PhaseNow], after: Sequence[PhaseNow], reasons: Mapping[int, str]
) -> list[ValueChange]:
    """The phases that were removed, changed and added, in this order; `reasons` are why, by the
    number of the phase."""
    old = {phase.id: kept_phase(phase) for phase in before}
    new = {phase.id: kept_phase(phase) for phase in after}
    changed = [
        ValueChange(
            PHASE,
            _with_source(old.get(number), old),
            _with_source(new.get(number), new),
            reasons.get(number, ""),
        )
        for number in dict.fromkeys((*old, *new))
        if old.get(number) != new.get(number)
    ]
    return sorted(changed, key=lambda pair: pair.new is not None)


def is_extension(field: str, old: Any, new: Any) -> bool:
    """Whether a change of these values lets a phase close later, and does nothing else."""
    if field != PHASE or not old or not new:
        return False
    before, after = old["closes_at"], new["closes_at"]
    if not before or old | {"closes_at": after} != new:
        return False
    return after is None or datetime.fromisoformat(after) > datetime.fromisoformat(before)


def _with_source(
    phase: dict[str, Any] | None, all_phases: Mapping[int, dict[str, Any]]
) -> dict[str, Any] | None:
    """The phase with the name of the one from which entries are invited, as it was called then."""
    source = all_phases.get((phase or {}).get("invited_from_id") or 0)
    return phase and phase | {"invited_from": source["name"] if source else ""}


def kept_phase(phase: PhaseNow | Phase) -> dict[str, Any]:
    """What a change keeps of a phase."""
    return {"id": phase.id, **{name: _as_json(getattr(phase, name)) for name in PHASE_COLUMNS}}


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

"""Rules for phases that take only entries which were invited from an earlier phase."""

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Phase
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.entries.models import Entry

Earlier = aliased(Phase, name="earlier")
# The phase from which entries are invited, and that of the entry which is carried on.
SOURCE = (
    select(Earlier.id, Earlier.name, Entry.phase_id)
    .select_from(Phase)
    .join(Earlier, Earlier.id == Phase.invited_from_id)
    .outerjoin(Entry, Entry.id == bindparam("carried_from_id", type_=BigInteger))
    .where(Phase.id == bindparam("phase_id", type_=BigInteger))
)
_carried_from = aliased(Entry, name="carried_from")
OTHERS = (
    select(Entry.id)
    .join(Phase, Phase.id == Entry.phase_id)
    .outerjoin(_carried_from, _carried_from.id == Entry.carried_from_id)
    .where(
        Entry.phase_id == bindparam("phase_id", type_=BigInteger),
        _carried_from.phase_id.is_distinct_from(Phase.invited_from_id),
        Entry.withdrawn_at.is_(None),
    )
    .limit(1)
)


async def must_be_invited(db: AsyncSession, phase_id: int, carried_from_id: int | None) -> None:
    """Raises Conflict where the phase takes only entries that were invited from an earlier phase,
    and this is none: it is not carried on from an entry of that phase.

    To be called once the phase's row is held (`must_accept_in`), so that this is not changed
    meanwhile.
    """
    asked = {"phase_id": phase_id, "carried_from_id": carried_from_id}
    for source_id, name, carried_from_phase in await rows_of(db, SOURCE, asked):
        if carried_from_phase != source_id:
            raise Conflict(
                _("Only entries that were invited from “%(phase)s” can take part here.", phase=name)
            )


async def why_open_to_all(db: AsyncSession, phase_id: int) -> str:
    """Why others must be able to enter a phase than those invited from its source: they have. Empty
    where nobody has."""
    if not await rows_of(db, OTHERS, {"phase_id": phase_id}):
        return ""
    return _("Others have entered this phase already, so it must stay open to them.")


def open_to_all(phases: list[PhaseNow]) -> list[PhaseNow]:
    """Those of these phases that everyone can enter."""
    return [phase for phase in phases if phase.invited_from_id is None]


def next_round(phases: list[PhaseNow]) -> PhaseNow | None:
    """Of these phases the one by invitation that is open or opens next; None where there is
    none."""
    rounds = [one for one in phases if one.invited_from_id is not None]
    now = [one for one in rounds if one.state in {PhaseState.OPEN, PhaseState.COMING}]
    return next(iter(now), None)

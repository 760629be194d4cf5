"""Invitations into a later phase that nobody has answered yet, and what they keep open."""

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry
from ideahub.results.models import Advancement

# Of entries of other phases than that from which alone entries are invited.
FROM_ELSEWHERE = (
    select(Advancement.id)
    .join(Entry, Entry.id == Advancement.entry_id)
    .join(Phase, Phase.id == Advancement.to_phase_id)
    .where(
        Phase.id == bindparam("phase_id", type_=BigInteger),
        Advancement.declined_at.is_(None),
        Advancement.next_entry_id.is_(None),
        Entry.withdrawn_at.is_(None),
        Entry.phase_id.is_distinct_from(Phase.invited_from_id),
    )
    .limit(constant(1))
)


async def why_open_to_invited(db: AsyncSession, phase_id: int) -> str:
    """Why others must be able to enter a phase than those invited from its source: entries of
    another phase were invited there, and their teams can still accept. Empty where none were."""
    if not await rows_of(db, FROM_ELSEWHERE, {"phase_id": phase_id}):
        return ""
    return _("Entries of another phase were invited to this one, so it must stay open to them.")

"""Keeps judges out of the teams of entries that they judge."""

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.judging.models import Assignment, Panel, PanelJudge
from ideahub.judging.visibility import IS_RECUSED

JUDGED_BY = (
    select(Panel.closed_at)
    .join(Assignment, Assignment.panel_id == Panel.id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .where(
        Assignment.entry_id == bindparam("entry_id", type_=BigInteger),
        PanelJudge.person_id == bindparam("person_id", type_=BigInteger),
        Assignment.ended_at.is_(None),
        ~IS_RECUSED,
    )
    # From a closed panel nobody steps back any more.
    .order_by(Panel.closed_at.nulls_last())
    .limit(1)
)


async def why_judge_cannot_join(db: AsyncSession, entry_id: int, person_id: int) -> str:
    """Why this person cannot join the team of the entry: they judge it, or have scored it."""
    found = await rows_of(db, JUDGED_BY, {"entry_id": entry_id, "person_id": person_id})
    if not found:
        return ""
    if found[0].closed_at:
        return _("You have judged this entry, so you cannot join its team.")
    return _(
        "You judge this entry, so you cannot join its team. To join it, first step back from "
        "judging it: “I cannot judge this” stands on its page."
    )

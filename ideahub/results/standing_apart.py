"""Who may not decide about an entry, as they are not impartial: those who are behind it, and its
judges, whether they scored it or have a conflict of interest."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, any_, bindparam, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import EntryContributor, EntryMember
from ideahub.judging.models import (
    Assignment,
    ConflictDeclaration,
    PanelJudge,
    Recusal,
    Scorecard,
)

ENTRY_ID = bindparam("entry_id", type_=BigInteger)
ENTRY_IDS = any_(bindparam("entry_ids", type_=ARRAY(BigInteger)))
# Whoever belongs to an entry or did, and whom its idea names.
BEHIND = union(
    select(EntryMember.entry_id, EntryMember.person_id),
    select(EntryContributor.entry_id, EntryContributor.person_id),
).subquery("behind_entry")
OWN = select(BEHIND.c.entry_id).where(
    BEHIND.c.entry_id == ENTRY_IDS, BEHIND.c.person_id == VIEWER_ID
)
_judges = select(PanelJudge.person_id).where(PanelJudge.person_id.is_not(None))
_of_entry = _judges.join(Assignment, Assignment.judge_id == PanelJudge.id).where(
    Assignment.entry_id == ENTRY_ID
)
# Whatever became of the scorecard that they began.
_scored = _of_entry.join(Scorecard, Scorecard.assignment_id == Assignment.id)
_stepped_back = _of_entry.join(Recusal, Recusal.assignment_id == Assignment.id)
_declared = (
    _judges.join(ConflictDeclaration, ConflictDeclaration.judge_id == PanelJudge.id)
    .join(BEHIND, BEHIND.c.person_id == ConflictDeclaration.person_id)
    .where(BEHIND.c.entry_id == ENTRY_ID)
)
APART = union(
    select(BEHIND.c.person_id).where(BEHIND.c.entry_id == ENTRY_ID),
    _scored,
    _stepped_back,
    _declared,
)


async def people_apart(db: AsyncSession, entry_id: int) -> set[int]:
    """The numbers of everybody who may not decide about the entry."""
    return {person for (person,) in await rows_of(db, APART, {ENTRY_ID.key: entry_id})}


async def must_not_be_behind(db: AsyncSession, viewer: Viewer, entry_ids: Sequence[int]) -> None:
    """Raises Forbidden where the viewer is behind one of these entries."""
    if await rows_of(db, OWN, {"entry_ids": list(entry_ids), **viewer.bound}):
        raise Forbidden(_("You are behind this entry, so somebody else has to decide about it."))

"""What judges read: the entries that are assigned to them, and the files of these."""

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.viewer import Viewer
from ideahub.entries.reading import FrozenEntry, frozen_entry
from ideahub.judging.models import Assignment, PanelJudge
from ideahub.judging.queries import (
    JUDGES_NOW,
    OwnAssignment,
    OwnPanel,
    find_own_panel,
)
from ideahub.judging.unblinding import is_shown
from ideahub.judging.visibility import STANDS

PANELS_WITH = (
    select(Assignment.panel_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .where(Assignment.entry_id == bindparam("entry_id", type_=BigInteger), STANDS, *JUDGES_NOW)
)


async def read_assigned(
    db: AsyncSession, viewer: Viewer, own: OwnPanel, assignment: OwnAssignment
) -> FrozenEntry:
    """The revision that the judge scores; in a blind panel without names, unless a manager has
    shown them to this judge."""
    panel = own.panel
    shown = not panel.blind or await is_shown(db, panel.id, assignment.entry_id, viewer.id)
    return await frozen_entry(db, assignment.revision_id, blind=not shown)


async def judge_may_read(db: AsyncSession, viewer: Viewer, entry_id: int) -> bool:
    """Whether the entry is open to the viewer as a judge: it is assigned to them, and they have
    declared all conflicts of interest."""
    if not viewer.signed_in:
        return False
    for (panel_id,) in await rows_of(db, PANELS_WITH, {"entry_id": entry_id, **viewer.bound}):
        if (await find_own_panel(db, viewer, panel_id)).may_read:
            return True
    return False

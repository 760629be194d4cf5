"""Who takes part in the deliberation of a panel, and about which entries."""

from typing import NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import READS_BLIND
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import Conflict, Forbidden, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.judging.inviting import joined_late
from ideahub.judging.models import (
    Assignment,
    ConflictDeclaration,
    Panel,
    PanelJudge,
    Recusal,
    ThirdReading,
)
from ideahub.judging.visibility import READS_ON, may_see_panel_scores
from ideahub.results.models import PanelResult
from ideahub.results.standing_apart import BEHIND

PANEL_ID = bindparam("panel_id", type_=BigInteger)
PERSON_ID = bindparam("person_id", type_=BigInteger)
_own_seat = and_(
    PanelJudge.panel_id == Panel.id,
    PanelJudge.person_id == PERSON_ID,
    PanelJudge.accepted_at.is_not(None),
    PanelJudge.removed_at.is_(None),
)
# In one look, so that how long it takes does not tell that there is such a panel.
PANEL = (
    select(Panel, Campaign, PanelJudge, READS_BLIND.label("reads_blind"))
    .join(Campaign, Campaign.id == Panel.campaign_id)
    .outerjoin(PanelJudge, _own_seat)
    .where(Panel.id == PANEL_ID)
)
JUDGE_ID = bindparam("judge_id", type_=BigInteger)
# The entries about which somebody says nothing and hears nothing: they are behind them; or as a
# judge they declared a conflict, stepped back, or have still to read them once more.
APART = union(
    select(BEHIND.c.entry_id).where(BEHIND.c.person_id == PERSON_ID),
    select(BEHIND.c.entry_id)
    .join(ConflictDeclaration, ConflictDeclaration.person_id == BEHIND.c.person_id)
    .where(ConflictDeclaration.judge_id == JUDGE_ID),
    select(Assignment.entry_id)
    .join(Recusal, Recusal.assignment_id == Assignment.id)
    .where(Assignment.judge_id == JUDGE_ID),
    select(Assignment.entry_id).join(ThirdReading, READS_ON).where(Assignment.judge_id == JUDGE_ID),
)
_of_panel = PanelJudge.panel_id == PANEL_ID
ALL_APART = union(
    select(BEHIND.c.entry_id, PanelJudge.person_id)
    .join(PanelJudge, PanelJudge.person_id == BEHIND.c.person_id)
    .where(_of_panel),
    select(BEHIND.c.entry_id, PanelJudge.person_id)
    .join(ConflictDeclaration, ConflictDeclaration.person_id == BEHIND.c.person_id)
    .join(PanelJudge, PanelJudge.id == ConflictDeclaration.judge_id)
    .where(_of_panel, PanelJudge.person_id.is_not(None)),
    select(Assignment.entry_id, PanelJudge.person_id)
    .join(Recusal, Recusal.assignment_id == Assignment.id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .where(_of_panel, PanelJudge.person_id.is_not(None)),
)


class Meeting(NamedTuple):
    """A panel's deliberation as one of those in it sees it. `apart` are the entries about which
    they neither say nor hear anything. `sees_scores`: they may see what others gave."""

    campaign: Campaign
    panel: Panel
    manages: bool
    judge: PanelJudge | None
    apart: frozenset[int]
    sees_scores: bool

    def must_take_part(self, entry_id: int) -> None:
        """Raises Conflict until scoring is closed, and Forbidden for an entry in `apart`."""
        if self.panel.closed_at is None:
            raise Conflict(_("The panel meets once scoring is closed."))
        if entry_id in self.apart:
            raise Forbidden(
                _(
                    "You do not discuss this entry: you are behind it, stepped back from it, or "
                    "have still to score it."
                )
            )


async def find_meeting(db: AsyncSession, viewer: Viewer, panel_id: int) -> Meeting:
    """The deliberation of a panel, for its judges once scoring is closed, and for managers of the
    organisation. Raises SignInNeeded, and NotFound for everyone else, also for judges who were
    invited later, for third readings. Whoever reads entries of the challenge without names, in
    this panel or another, is no manager here."""
    viewer.must_sign_in()
    asked = {PANEL_ID.key: panel_id, PERSON_ID.key: viewer.id, **viewer.bound}
    found = (await db.execute(PANEL, asked)).first() if panel_id <= MOST else None
    if found is None:
        raise NotFound
    panel, campaign = found[0], found[1]
    # The panel is joined to its judges' rows; whoever is none of them has none.
    judge: PanelJudge | None = found[2]
    if judge is not None and joined_late(panel, judge):
        raise NotFound
    manages = viewer.holds(Role.MANAGER, campaign.organisation_id) and not found.reads_blind
    # A manager who judges as well is a judge while scores are not open to judges.
    if not (manages if judge is None else panel.closed_at):
        raise NotFound
    asked = {JUDGE_ID.key: judge.id if judge else None, PERSON_ID.key: viewer.id}
    apart = await db.scalars(APART, asked)
    sees = await may_see_panel_scores(db, viewer, panel) or await _is_published(db, panel)
    return Meeting(campaign, panel, manages, judge, frozenset(apart), sees)


async def _is_published(db: AsyncSession, panel: Panel) -> bool:
    found = select(PanelResult.id).where(PanelResult.panel_id == panel.id).limit(1)
    return await db.scalar(found) is not None


async def apart_by_entry(db: AsyncSession, panel_id: int) -> dict[int, frozenset[int]]:
    """By entry the numbers of the judges' people who say nothing about it."""
    found: dict[int, set[int]] = {}
    for entry_id, person_id in await rows_of(db, ALL_APART, {PANEL_ID.key: panel_id}):
        found.setdefault(entry_id, set()).add(person_id)
    return {entry_id: frozenset(some) for entry_id, some in found.items()}

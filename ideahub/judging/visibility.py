"""Who may see scores of a panel before its results: the one place that decides it."""

from sqlalchemy import BigInteger, and_, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import VIEWER_ID, Role, Viewer
from ideahub.judging.judged_entries import NOT_JUDGED
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelJudge,
    Recusal,
    Scorecard,
    ThirdReading,
)

PANEL_ID = bindparam("panel_id", type_=BigInteger)
OF_VIEWER = and_(
    PanelJudge.panel_id == PANEL_ID,
    PanelJudge.person_id == VIEWER_ID,
    PanelJudge.accepted_at.is_not(None),
    PanelJudge.removed_at.is_(None),
)
IS_RECUSED = exists().where(Recusal.assignment_id == Assignment.id).correlate(Assignment)
# An assignment that its judge still has: neither passed on nor recused, nor of an entry that is
# not judged any more.
STANDS = and_(Assignment.ended_at.is_(None), ~IS_RECUSED, Assignment.entry_id.not_in(NOT_JUDGED))
CARD_IS_FINAL = and_(Scorecard.final_at.is_not(None), Scorecard.sealed_at.is_(None))
IS_FINAL = (
    exists().where(Scorecard.assignment_id == Assignment.id, CARD_IS_FINAL).correlate(Assignment)
)
# A third reading that its judge has still to finish; of a row joined to its assignment.
READS_ON = and_(
    ThirdReading.assignment_id == Assignment.id, ThirdReading.closes_at > NOW, STANDS, ~IS_FINAL
)
_own = Assignment.judge_id == PanelJudge.id
OWN_STATE = select(
    PanelJudge.id,
    PanelJudge.scores_opened_at,
    exists().where(_own, STANDS, IS_FINAL).correlate(PanelJudge).label("scored"),
    exists().where(_own, STANDS, ~IS_FINAL).correlate(PanelJudge).label("unfinished"),
    exists().where(_own, READS_ON).correlate(PanelJudge).label("reads_on"),
).where(OF_VIEWER)
# Whether the viewer has a third reading to finish in a panel; of a row of the panel.
READS_ON_IN_PANEL = (
    exists()
    .where(PanelJudge.panel_id == Panel.id, PanelJudge.person_id == VIEWER_ID, _own, READS_ON)
    .correlate(Panel)
)
ORGANISATION = (
    select(Campaign.organisation_id)
    .join(Panel, Panel.campaign_id == Campaign.id)
    .where(Panel.id == PANEL_ID)
)


async def may_see_panel_scores(db: AsyncSession, viewer: Viewer, panel: Panel) -> bool:
    """Whether the viewer may see what others gave: scores, totals, averages, ranks and comments of
    this panel, before its results are published.

    A judge of the panel: once all their own scorecards are final, where the panel shares scores,
    after they chose to look (`open_panel_scores`). Anybody else: only managers, and only once the
    panel is closed. A manager who judges is a judge, until the panel is closed and they have no
    third reading to finish.
    """
    if not viewer.signed_in:
        return False
    own = await rows_of(db, OWN_STATE, {PANEL_ID.key: panel.id, **viewer.bound})
    if own and own[0].reads_on:
        return False
    is_manager = viewer.holds(Role.MANAGER, await _organisation(db, panel))
    if is_manager and panel.closed_at is not None:
        return True
    if not own or not panel.shares_scores:
        return False
    return own[0].scores_opened_at is not None and not own[0].unfinished


async def is_judge_of(db: AsyncSession, viewer: Viewer, panel_id: int) -> bool:
    """Whether the viewer judges in this panel now."""
    return bool(await rows_of(db, OWN_STATE, {PANEL_ID.key: panel_id, **viewer.bound}))


async def may_open_panel_scores(db: AsyncSession, viewer: Viewer, panel: Panel) -> bool:
    """Whether this judge can choose now to look at what the others gave."""
    own = await rows_of(db, OWN_STATE, {PANEL_ID.key: panel.id, **viewer.bound})
    return bool(
        own
        and panel.shares_scores
        and own[0].scores_opened_at is None
        and own[0].scored
        and not own[0].unfinished
    )


async def open_panel_scores(db: AsyncSession, viewer: Viewer, panel_id: int) -> bool:
    """Lets a judge look at what the others gave; from then on their own scorecards stay as they
    are. Returns False where they did so before.

    Raises SignInNeeded, NotFound for who is no judge of it, and Conflict where the panel does not
    share scores, or a scorecard of theirs is not final.
    """
    viewer.must_sign_in()
    # Nobody is given an entry, and no scorecard is reopened, meanwhile.
    panel = await locked(db, Panel, panel_id)
    judge = await db.scalar(
        held(select(PanelJudge).where(OF_VIEWER)), {PANEL_ID.key: panel.id, **viewer.bound}
    )
    if judge is None:
        raise NotFound
    if judge.scores_opened_at is not None:
        return False
    if not await may_open_panel_scores(db, viewer, panel):
        raise Conflict(
            _("You can look at the panel's scores once your own scorecards are all finished.")
            if panel.shares_scores
            else _("In this panel judges do not see each other's scores.")
        )
    judge.scores_opened_at = func.now()
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.PANEL_SCORES_OPENED, viewer, on=on, subject=judge)
    return True


async def _organisation(db: AsyncSession, panel: Panel) -> int:
    ((found,),) = await rows_of(db, ORGANISATION, {PANEL_ID.key: panel.id})
    return int(found)

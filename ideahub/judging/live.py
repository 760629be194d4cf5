"""Updates open pages of managers and judges. Judges are told only of what they may know: that a
colleague has scored something is not part of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.models import Assignment
from ideahub.judging.next_steps import next_for_panel
from ideahub.judging.panels import panels_of
from ideahub.judging.peer_scores import must_see_peers
from ideahub.judging.progress import coverage_of, progress_of
from ideahub.judging.queries import find_own_panel, own_panels
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage

# What changes what a judge has to do. Never what others have done with it.
FOR_JUDGES = frozenset(
    {
        Kind.PANEL_CHANGED,
        Kind.PANEL_CLOSED,
        Kind.ENTRIES_ASSIGNED,
        Kind.ENTRY_UNBLINDED,
        Kind.CALIBRATION_CHANGED,
        Kind.CALIBRATION_FINISHED,
        Kind.JUDGE_REMOVED,
        Kind.THIRD_READING_ASKED,
        Kind.THIRD_READING_ENDED,
        Kind.THIRD_READING_TAKEN_BACK,
        # Scoring opens, closes, or goes on longer.
        Kind.PHASE_OPENED,
        Kind.PHASE_CLOSED,
        Kind.PHASE_EXTENDED,
        Kind.CAMPAIGN_CHANGED,
        # An entry is not judged any more, or is again.
        Kind.ENTRY_WITHDRAWN,
        Kind.ENTRY_TRIAGED,
    }
)
# What everyone sees of results, judges on their pages as well: shown by the results, which come
# after judging.
RESULT_KINDS = frozenset(
    {
        Kind.RESULT_PUBLISHED,
        Kind.RESULT_MADE_FINAL,
        Kind.APPEAL_DECIDED,
        Kind.AWARD_CONFIRMED,
        Kind.AWARD_REVOKED,
        Kind.REASONS_RELEASED,
    }
)
PROGRESS = frozenset(
    {
        Kind.JUDGE_INVITED,
        Kind.JUDGE_ACCEPTED,
        Kind.JUDGE_DECLINED,
        Kind.JUDGE_REMOVED,
        Kind.JUDGES_REMINDED,
        Kind.CONFLICTS_DECLARED,
        Kind.EXPERTISE_DECLARED,
        Kind.ENTRIES_ASSIGNED,
        Kind.JUDGE_RECUSED,
        Kind.SCORECARD_BEGUN,
        Kind.SCORECARD_FINISHED,
        Kind.SCORECARD_REOPENED,
        Kind.PANEL_CLOSED,
    }
)

# Seen only by judges who have finished all of their own.
FOR_PEERS = frozenset({Kind.SCORECARD_FINISHED, Kind.SCORECARD_REOPENED})


async def show_progress(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """How far each panel of the challenge is, and what comes next, on its managers' pages."""
    if event.campaign_id is None or await db.get(Campaign, event.campaign_id) is None:
        return ()
    room = f"judging:{event.campaign_id}"
    panels = await panels_of(db, event.campaign_id)
    coverage = await coverage_of(db, event.campaign_id)
    told: list[RoomMessage] = []
    for panel in panels:
        done = coverage[panel.id]
        html = render("judging/_figures.html", panel=panel, done=done)
        told.append(Push(room, f"panel-{panel.id}-figures", html))
        progress = await progress_of(db, panel)
        at = f"/management/{panel.campaign_id}/judging/{panel.id}"
        html = render("judging/_progress.html", panel=panel, progress=progress, at=at)
        told.append(Push(room, f"panel-{panel.id}-progress", html))
        criteria = await criteria_of(db, panel.id)
        coming = next_for_panel(panel, progress, criteria=len(criteria))
        html = render("judging/_next.html", panel=panel, next=coming)
        told.append(Push(room, f"panel-{panel.id}-next", html))
    return told


async def show_judges(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """Their pages are fetched again: each has entries of their own."""
    return [Refresh(f"judges:{event.campaign_id}")] if event.campaign_id else []


async def show_peers(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """The pages of judges who have finished and look at what the others gave."""
    assignment = await db.get(Assignment, event.subject_id)
    return [Refresh(f"peers:{assignment.panel_id}")] if assignment else []


async def managers_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the pages from which the panels of a challenge are run."""
    await find_managed(db, viewer, number)
    return Concern(campaign=number, kinds=PROGRESS)


async def judges_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the pages of judges in a challenge; for its judges."""
    if not any(own.panel.campaign_id == number for own in await own_panels(db, viewer)):
        raise NotFound
    return Concern(campaign=number, kinds=FOR_JUDGES | RESULT_KINDS)


async def peers_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the pages on which judges of a panel see what the others gave."""
    own = await find_own_panel(db, viewer, number)
    await must_see_peers(db, viewer, own)
    return Concern(campaign=own.panel.campaign_id, kinds=FOR_PEERS)


SHOWS: dict[Kind, Sequence[Show]] = {
    kind: (
        *((show_progress,) if kind in PROGRESS else ()),
        *((show_judges,) if kind in FOR_JUDGES else ()),
        *((show_peers,) if kind in FOR_PEERS else ()),
    )
    for kind in PROGRESS | FOR_JUDGES | FOR_PEERS
}
ROOMS: dict[str, Room] = {"judging": managers_room, "judges": judges_room, "peers": peers_room}

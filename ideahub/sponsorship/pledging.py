"""Rules for accepting, declining and withdrawing a pledge; the clock lets it lapse."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.submitting import lock_idea
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.sponsorship.models import Pledge, PledgeState
from ideahub.sponsorship.offering import TODAY, count_sponsors, must_be_open, today
from ideahub.sponsorship.steps import finish_step, is_new_step, said_before

AT_ONCE = 100


async def accept_pledge(db: AsyncSession, viewer: Viewer, idea: IdeaView, pledge_id: int) -> bool:
    """Accepts an offer; returns False where it is accepted already.

    Raises SignInNeeded; Forbidden for anyone but the idea's authors, and for the sponsor, who may
    be a co-author; Conflict where the offer was declined, withdrawn or has lapsed, and what
    `must_be_open` raises.
    """
    await _must_be_author(db, viewer, idea)
    must_be_open(idea)
    must_be_open(await lock_open_idea(db, idea.id))
    pledge = await locked(db, Pledge, pledge_id)
    if pledge.sponsor_id == viewer.id:
        raise Forbidden(_("This is your own pledge: another author has to accept it."))
    if not is_new_step(pledge, PledgeState.ACCEPTED):
        return False
    if pledge.expires_on < await today(db):
        raise Conflict(_("This offer has run out. Ask for a new one."))
    pledge.accepted_at, pledge.accepted_by = func.now(), viewer.id
    await finish_step(db, Kind.PLEDGE_ACCEPTED, viewer, idea, pledge)
    return True


async def decline_pledge(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, pledge_id: int, reason: str
) -> bool:
    """Declines an offer; returns False where it is declined already with this reason.

    Raises SignInNeeded, Forbidden for anyone but the idea's authors, Conflict where it is not open
    to an answer, or was declined for another reason.
    """
    await _must_be_author(db, viewer, idea)
    pledge = await _lock(db, idea, pledge_id)
    if not is_new_step(pledge, PledgeState.DECLINED):
        return await said_before(db, idea, pledge, reason)
    pledge.declined_at, pledge.declined_by = func.now(), viewer.id
    pledge.declined_reason = reason
    await finish_step(db, Kind.PLEDGE_DECLINED, viewer, idea, pledge)
    return True


async def withdraw_pledge(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, pledge_id: int, reason: str
) -> bool:
    """Withdraws the viewer's own pledge; returns False where it is withdrawn already with this
    reason.

    Raises SignInNeeded, Forbidden for anyone but the sponsor, Conflict where it is not open, or was
    withdrawn for another reason.
    """
    person_id = viewer.person_id
    pledge = await _lock(db, idea, pledge_id)
    if person_id != pledge.sponsor_id:
        raise Forbidden(_("Only the sponsor can withdraw a pledge."))
    if not is_new_step(pledge, PledgeState.WITHDRAWN):
        return await said_before(db, idea, pledge, reason)
    pledge.withdrawn_at, pledge.withdrawn_reason = func.now(), reason
    await finish_step(db, Kind.PLEDGE_WITHDRAWN, viewer, idea, pledge)
    return True


async def lapse_pledges(db: AsyncSession) -> None:
    """Marks open pledges as lapsed after their last day, at most AT_ONCE of them; for the clock."""
    due = await db.execute(
        select(Pledge.id, Pledge.idea_id)
        .where(Pledge.is_open, Pledge.expires_on < TODAY)
        .order_by(Pledge.idea_id, Pledge.id)
        .limit(AT_ONCE)
    )
    for pledge_id, idea_id in due.all():
        await _lapse(db, await lock_idea(db, idea_id), pledge_id)


async def _lapse(db: AsyncSession, idea: Idea, pledge_id: int) -> None:
    pledge = await locked(db, Pledge, pledge_id)
    if pledge.state not in {PledgeState.OFFERED, PledgeState.ACCEPTED}:
        return
    pledge.lapsed_at = func.now()
    await count_sponsors(db, idea.id)
    await record(db, Kind.PLEDGE_LAPSED, None, on=idea, subject=pledge)


async def _must_be_author(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    if viewer.person_id and not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can answer a pledge."))


async def _lock(db: AsyncSession, idea: IdeaView, pledge_id: int) -> Pledge:
    # The idea is always locked first, so that two requests never wait for each other.
    await lock_idea(db, idea.id)
    return await locked(db, Pledge, pledge_id)

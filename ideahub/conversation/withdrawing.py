"""The rule for withdrawing one's own contribution; one with replies keeps an empty place."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.contributing import count_contribution
from ideahub.conversation.models import Contribution
from ideahub.conversation.rows import ContributionView
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView


async def withdraw(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: ContributionView
) -> bool:
    """Withdraws a contribution; returns False where it is withdrawn already.

    Raises SignInNeeded, Forbidden for anyone but its author, Conflict for an adopted build and for
    a hidden contribution.
    """
    person_id = viewer.person_id
    author_id = await db.scalar(
        select(Contribution.author_id).where(Contribution.id == contribution.id)
    )
    if author_id != person_id:
        raise Forbidden(_("Only those who wrote this can take it back."))
    if not await _take_back(db, contribution.id):
        return await _already_gone(db, contribution.id)
    if contribution.parent_id is None:
        await count_contribution(db, idea.id, contribution.kind, -1)
    await record(
        db,
        Kind.CONTRIBUTION_WITHDRAWN,
        viewer,
        on=idea,
        subject=contribution,
        reply_to=contribution.parent_id,
    )
    return True


async def _take_back(db: AsyncSession, contribution_id: int) -> bool:
    taken = await db.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution_id,
            Contribution.is_listed,
            Contribution.adopted_at.is_(None),
        )
        .values(withdrawn_at=func.now())
        .returning(Contribution.id)
    )
    return taken.one_or_none() is not None


async def _already_gone(db: AsyncSession, contribution_id: int) -> bool:
    # Read again, as it may have been adopted since it was found.
    row = await db.get_one(Contribution, contribution_id, populate_existing=True)
    if row.adopted_at:
        raise Conflict(_("This has become part of the idea and stays, with your name on it."))
    if not row.withdrawn_at:
        raise Conflict(_("A moderator has hidden this, so nobody reads it any more."))
    return False

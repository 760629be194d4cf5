"""Rules for adding contributions to an idea, and replies to them."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_accept
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.taking_new import lock_standing, must_stand
from ideahub.core.events import Actor, IdeaLike, Kind, record
from ideahub.core.holding import NewText, is_held
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Conflict
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea

MOST = 40
PER = timedelta(minutes=10)


async def contribute(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    kind: ContributionKind,
    body: str,
    remedy: str = "",
) -> int:
    """Adds a contribution and returns its number; for one that the viewer has made already, only
    returns its number.

    Raises SignInNeeded; Conflict where no phase accepts contributions, where the idea was withdrawn
    or hidden, and, for the field of the remedy, where the viewer has raised the same concern with
    another remedy; TooMany after MOST contributions in PER; TooLong.
    """
    remedy = remedy if kind is ContributionKind.CONCERN else ""
    contribution = Contribution(
        idea_id=idea.id,
        author_id=viewer.person_id,
        kind=kind,
        remedy=remedy,
        remedy_html=await markdown_html(remedy),
        body=body,
        body_html=await markdown_html(body),
    )
    return await _add(db, viewer, idea, contribution)


async def reply(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, answered: ContributionView, body: str
) -> int:
    """Adds a reply to a contribution and returns its number; a reply to a reply is one to the
    contribution above it.

    Raises as `contribute` does, and Conflict where either of them was withdrawn or hidden.
    """
    person_id = viewer.person_id
    must_stand(answered)
    contribution = Contribution(
        idea_id=idea.id,
        author_id=person_id,
        kind=answered.kind,
        parent_id=answered.parent_id or answered.id,
        remedy="",
        body=body,
        body_html=await markdown_html(body),
    )
    for number in sorted({contribution.parent_id or answered.id, answered.id}):
        await lock_standing(db, number)
    return await _add(db, viewer, idea, contribution)


async def count_contribution(
    db: AsyncSession, idea_id: int, kind: ContributionKind, more: int
) -> None:
    """Adds `more`, which may be negative, to the idea's counts of contributions and builds.

    Not for replies, which are not counted.
    """
    builds = more if kind == ContributionKind.BUILD else 0
    await db.execute(
        update(Idea)
        .where(Idea.id == idea_id)
        .values(
            contributions_count=Idea.contributions_count + more,
            builds_count=Idea.builds_count + builds,
        )
    )


async def _add(db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: Contribution) -> int:
    await must_accept(db, idea.campaign_id, Accepts.CONTRIBUTIONS)
    await limit(db, attempt_key("contribute", str(contribution.author_id)), MOST, PER)
    # The lock makes two presses of the button follow each other, so the second finds the first's.
    await lock_open_idea(db, idea.id)
    before = await _contributed_before(db, contribution)
    return before or await _keep(db, viewer, idea, contribution)


async def _contributed_before(db: AsyncSession, contribution: Contribution) -> int | None:
    found = await db.execute(
        select(Contribution.remedy, Contribution.id)
        .where(
            Contribution.idea_id == contribution.idea_id,
            Contribution.author_id == contribution.author_id,
            Contribution.parent_id.is_not_distinct_from(contribution.parent_id),
            Contribution.kind == contribution.kind,
            Contribution.body == contribution.body,
            # One that waits, or was hidden, is not added a second time either.
            Contribution.withdrawn_at.is_(None),
        )
        .order_by(Contribution.id)
    )
    by_remedy = {row.remedy: row.id for row in found}
    if by_remedy and contribution.remedy not in by_remedy:
        raise Conflict(
            _(
                "You have raised this concern here already, with another remedy. What you typed "
                "is kept: take the first one back to put this one in its place, or reply to it."
            ),
            field="remedy",
        )
    return by_remedy.get(contribution.remedy)


async def _keep(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: Contribution
) -> int:
    db.add(contribution)
    await db.flush()
    words = "\n".join(filter(None, (contribution.body, contribution.remedy)))
    if not await is_held(db, viewer, NewText(on=idea, subject=contribution, words=words)):
        await tell_of_contribution(db, viewer, idea, contribution)
    return contribution.id


async def tell_of_contribution(
    db: AsyncSession, by: Actor, idea: IdeaLike, contribution: Contribution
) -> None:
    """Counts a contribution that has just appeared, and records it as its author's deed."""
    if contribution.parent_id is None:
        await count_contribution(db, idea.id, contribution.kind, 1)
    await record(
        db,
        Kind.CONTRIBUTION_MADE,
        by,
        on=idea,
        subject=contribution,
        contribution=contribution.kind,
        reply_to=contribution.parent_id,
    )

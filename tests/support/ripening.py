"""Ideas brought to a point on their way, by real rows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.organisations.models import Organisation, Person
from ideahub.pipeline.experimenting import ExperimentPlan
from ideahub.sponsorship.models import Pledge, PledgeKind
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of

PLAN = ExperimentPlan(
    hypothesis="If two adults walk with them, fewer children are driven.",
    measure="children driven to school",
    unit="a day",
    baseline=Decimal(40),
    target=Decimal(25),
    higher_is_better=False,
)


async def posted(db: AsyncSession, cast: Cast, **campaign: Any) -> tuple[Campaign, Idea]:
    """Ada's idea in a box of the city's."""
    made = await make_campaign(db, cast.city, **campaign)
    return made, await make_idea(db, made, cast.ada)


async def found(db: AsyncSession, person: Person | None, idea: Idea) -> IdeaView:
    """The idea as the rules take it."""
    return await find_idea(db, await viewer_of(db, person), idea.id)


async def support(
    db: AsyncSession, idea: Idea, count: int, organisation: Organisation | None = None
) -> None:
    """So many new people support the idea."""
    for number in range(count):
        one = await add(
            db,
            Person(
                name=f"Voter {number}", organisation_id=organisation.id if organisation else None
            ),
        )
        db.add(Vote(idea_id=idea.id, person_id=one.id))
    more = {"votes_count": Idea.votes_count + count}
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**more))
    await db.flush()


async def contribute(
    db: AsyncSession,
    idea: Idea,
    author: Person,
    kind: ContributionKind = ContributionKind.BUILD,
    **columns: Any,
) -> Contribution:
    """A contribution as it stands in the table."""
    row = Contribution(
        idea_id=idea.id, author_id=author.id, kind=kind, body="…", body_html="<p>…</p>", **columns
    )
    return await add(db, row)


async def pledge(db: AsyncSession, idea: Idea, sponsor: Person, **columns: Any) -> Pledge:
    """An accepted pledge that holds for another month."""
    values = {
        "kind": PledgeKind.MANDATE,
        "accepted_at": func.now(),
        "expires_on": func.current_date() + 30,
        **columns,
    }
    row = Pledge(
        idea_id=idea.id,
        sponsor_id=sponsor.id,
        promise="You may do this in our schools.",
        **values,
    )
    return await add(db, row)


async def at_stage(db: AsyncSession, idea: Idea, stage: Stage, days: int = 0) -> None:
    """Puts the idea where it is needed, without a review."""
    values = {
        "stage": stage,
        "path_stage": stage,
        "stage_since": func.now() - timedelta(days=days),
    }
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**values))
    await db.refresh(idea)


async def ripe_spark(db: AsyncSession, cast: Cast, **campaign: Any) -> tuple[Campaign, Idea]:
    """Ada's idea with everything the first gate asks for."""
    made, idea = await posted(db, cast, **campaign)
    await support(db, idea, 5)
    await contribute(db, idea, cast.ben)
    await db.commit()
    return made, idea

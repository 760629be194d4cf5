"""Of what happens at the same time to a publication exactly one thing happens."""

import asyncio

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.planned_publication import publish_planned
from ideahub.campaigns.publication_models import PlannedPublication, PublicationRecord
from ideahub.campaigns.publishing import publish_campaign
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.unpublishing import unpublish
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Refused
from ideahub.ideas.models import Idea
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.organisations.models import Person
from tests.campaigns.publishing_drafts import ready_draft
from tests.support.cast import HOUR, add, make_campaign, make_cast, viewer_of


async def publish(database: Database, person: Person, campaign_id: int) -> None:
    async with database.transaction() as db:
        viewer = await viewer_of(db, person)
        campaign = await find_managed(db, viewer, campaign_id, lock=True)
        await publish_campaign(db, viewer, campaign)


async def tick(database: Database) -> None:
    async with database.transaction() as db:
        await publish_planned(db)


async def counted(db: AsyncSession, kind: Kind) -> int:
    return await db.scalar(select(func.count()).where(Event.kind == kind)) or 0


@pytest.mark.parametrize("planned", [False, True])
async def test_two_managers_and_the_clock_publish_it_once(
    committing: Database, planned: bool
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        draft = await ready_draft(db, cast.city)
        if planned:
            past = func.now() - HOUR
            plan = {"campaign_id": draft.id, "planned_by": cast.mia.id, "timezone": "UTC"}
            await add(db, PlannedPublication(**plan, local_time=func.localtimestamp(), at=past))
    await asyncio.gather(
        publish(committing, cast.mia, draft.id),
        publish(committing, cast.ann, draft.id),
        *(tick(committing) for _process in range(3)),
    )
    async with committing.transaction() as db:
        assert await counted(db, Kind.CAMPAIGN_PUBLISHED) == 1
        assert await db.scalar(select(func.count(PublicationRecord.id))) == 1
        published = await db.scalar(select(Campaign.published_at))
        assert published is not None
        standing = select(func.count()).where(PlannedPublication.ended_at.is_(None))
        assert await db.scalar(standing) == 0


async def test_no_idea_is_ever_in_what_was_unpublished(committing: Database) -> None:
    """Somebody posts while a manager unpublishes: the idea is in, or it is a draft, never both."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        numbers = [
            (await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR)).id
            for _time in range(12)
        ]

    async def post(campaign_id: int) -> bool:
        try:
            async with committing.transaction() as db:
                campaign = await db.get_one(Campaign, campaign_id)
                viewer = await viewer_of(db, cast.ada)
                await post_idea(db, viewer, campaign, IdeaText("A bus", "Together.", why="Safer."))
        except Conflict:
            return False
        return True

    async def take_back(campaign_id: int) -> bool:
        try:
            async with committing.transaction() as db:
                await unpublish(db, await viewer_of(db, cast.mia), campaign_id, "So.")
        except Refused:
            return False
        return True

    for number in numbers:
        posted, taken_back = await asyncio.gather(post(number), take_back(number))
        assert posted != taken_back
    async with committing.transaction() as db:
        drafts = select(Campaign.id).where(Campaign.published_at.is_(None))
        assert not await db.scalar(select(func.count()).where(Idea.campaign_id.in_(drafts)))


async def test_an_idea_that_is_being_posted_is_waited_for(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR)

    async def take_back() -> str:
        try:
            async with committing.transaction() as db:
                await unpublish(db, await viewer_of(db, cast.mia), campaign.id, "So.")
        except Conflict as refused:
            return refused.reason
        return ""

    async with committing.transaction() as db:
        viewer = await viewer_of(db, cast.ada)
        again = await db.get_one(Campaign, campaign.id)
        await post_idea(db, viewer, again, IdeaText("A bus", "Together.", why="Safer."))
        waiting = asyncio.create_task(take_back())
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert "People have taken part" in await waiting


async def test_publication_ends_the_plan_as_it_is_stored(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        draft = await ready_draft(db, cast.city)
        plan = {"campaign_id": draft.id, "planned_by": cast.mia.id, "timezone": "UTC"}
        row = PlannedPublication(**plan, local_time=func.localtimestamp(), at=func.now() + HOUR)
        await add(db, row)
    await publish(committing, cast.ann, draft.id)
    async with committing.transaction() as db:
        await db.execute(update(PlannedPublication).values(at=func.now() - HOUR))
    await tick(committing)
    async with committing.transaction() as db:
        assert await counted(db, Kind.CAMPAIGN_PUBLISHED) == 1
        found = await db.get_one(Campaign, draft.id)
        assert found.published_by == cast.ann.id

"""A challenge with ideas of which something became, and its summary, for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind, Phase
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.organisations.models import Person
from ideahub.pipeline.advancing import decide, last_review
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.models import Decision
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge
from tests.support.cast import Cast, make_campaign, make_idea, make_person, viewer_of

HOUR = timedelta(hours=1)


@dataclass
class Told:
    """A challenge that has closed, with a sponsored, a stopped, a parked and an open idea."""

    campaign: Campaign
    sponsored: Idea
    stopped: Idea
    parked: Idea
    open: Idea
    voters: list[Person]


async def decided(
    db: AsyncSession, reviewer: Person, idea: Idea, decision: Decision, **texts: str
) -> None:
    """The reviewer decides on the idea."""
    viewer = await viewer_of(db, reviewer)
    last = await last_review(db, idea.id)
    seen = await find_idea(db, viewer, idea.id)
    given = DecisionInput(
        decision=decision,
        reason="It was tried elsewhere.",
        seen_stage=seen.stage,
        seen_review=last.id if last else 0,
        **texts,  # type: ignore[arg-type]
    )
    await decide(db, viewer, seen, given)


async def pledged(db: AsyncSession, cast: Cast, idea: Idea) -> int:
    """Sam's pledge for an idea of Ada's, accepted."""
    sam, ada = await viewer_of(db, cast.sam), await viewer_of(db, cast.ada)
    offer = PledgeOffer(
        kind=PledgeKind.MANDATE,
        promise="I open the doors for you.",
        expires_on=datetime.now(UTC).date() + timedelta(days=30),
    )
    number = await offer_pledge(db, sam, await find_idea(db, sam, idea.id), offer)
    await accept_pledge(db, ada, await find_idea(db, ada, idea.id), number)
    return number


async def close(db: AsyncSession, campaign: Campaign) -> None:
    """Its only phase is over."""
    over = {"opens_at": datetime.now(UTC) - 2 * HOUR, "closes_at": datetime.now(UTC) - HOUR}
    await db.execute(update(Phase).where(Phase.campaign_id == campaign.id).values(over))


async def a_story(
    db: AsyncSession, cast: Cast, audience: Audience = Audience.PUBLIC, *, closed: bool = True
) -> Told:
    """Ada posts four ideas; seven people support them, and leaders decide."""
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, audience=audience, published_by=cast.mia.id
    )
    titles = ("A walking bus", "A helmet for all", "Lamps at the bridge", "A bench by the school")
    ideas = [await make_idea(db, campaign, cast.ada, title) for title in titles]
    names = [f"{audience.title()}{number} Voter" for number in range(6)]
    voters = [await make_person(db, name, cast.city) for name in names]
    for idea in ideas:
        for person in [*voters, cast.cem] if audience is Audience.PUBLIC else voters:
            viewer = await viewer_of(db, person)
            await vote(db, viewer, await find_idea(db, viewer, idea.id))
    await pledged(db, cast, ideas[0])
    await decided(db, cast.mia, ideas[1], Decision.STOP, lesson="Helmets were not worn.")
    await decided(db, cast.mia, ideas[2], Decision.PARK, wakes_when="The bridge is rebuilt.")
    if closed:
        await close(db, campaign)
    await db.commit()
    return Told(campaign, *ideas, voters)

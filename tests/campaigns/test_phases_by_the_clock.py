"""Phases open and close by the database's clock, to the second, and everyone is told once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Phase
from ideahub.campaigns.phases import accepted_now, must_accept
from ideahub.campaigns.running import announce_phases
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.ideas.submitting import IdeaText, post_idea
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, viewer_of

SECOND = timedelta(seconds=1)
CHALLENGE = CampaignKind.CHALLENGE


async def told(db: AsyncSession) -> list[tuple[Kind, int | None]]:
    """Which phases opened and closed, as recorded."""
    kinds = Event.kind.in_([Kind.PHASE_OPENED, Kind.PHASE_CLOSED])
    found = await db.scalars(select(Event).where(kinds).order_by(Event.id))
    return [(Kind(one.kind), one.subject_id) for one in found]


async def phase_of(db: AsyncSession, campaign_id: int) -> Phase:
    return (await db.scalars(select(Phase).where(Phase.campaign_id == campaign_id))).one()


@pytest.mark.slow
async def test_accepts_up_to_the_second_it_closes(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, closes=SECOND)
    ada = await viewer_of(db, cast.ada)
    idea = await post_idea(db, ada, campaign, IdeaText(title="In time", body="Just."))
    assert idea.id
    await asyncio.sleep(1.05)
    with pytest.raises(Conflict, match="This closed on"):
        await post_idea(db, ada, campaign, IdeaText(title="Too late", body="Sorry."))
    assert await accepted_now(db, campaign.id) == frozenset()


@pytest.mark.slow
async def test_opens_at_its_second(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, opens=SECOND, closes=HOUR)
    with pytest.raises(Conflict, match="It opens on"):
        await must_accept(db, campaign.id, Accepts.IDEAS)
    await asyncio.sleep(1.05)
    await must_accept(db, campaign.id, Accepts.IDEAS)


async def test_the_moment_of_closing_itself_is_closed(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, closes=HOUR)
    # One statement sees one moment: the phase closes exactly then.
    moved = "update phase set closes_at = statement_timestamp() where campaign_id = :c returning "
    running = "(opens_at <= statement_timestamp() and closes_at > statement_timestamp())"
    assert (await db.execute(text(moved + running), {"c": campaign.id})).scalar_one() is False
    with pytest.raises(Conflict):
        await must_accept(db, campaign.id, Accepts.IDEAS)


async def test_parallel_phases_each_accept_their_own(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(
        db, cast.city, kind=CHALLENGE, closes=HOUR, accepts=[Accepts.IDEAS]
    )
    now = datetime.now(UTC)
    votes = Phase(
        campaign_id=campaign.id,
        position=2,
        name="Votes",
        opens_at=now - HOUR,
        closes_at=now + 2 * HOUR,
        accepts=[Accepts.VOTES],
    )
    later = Phase(
        campaign_id=campaign.id,
        position=3,
        name="Talk",
        opens_at=now + HOUR,
        closes_at=now + 2 * HOUR,
        accepts=[Accepts.CONTRIBUTIONS, Accepts.IDEAS],
    )
    await add(db, votes)
    await add(db, later)
    assert await accepted_now(db, campaign.id) == {Accepts.IDEAS, Accepts.VOTES}
    await must_accept(db, campaign.id, Accepts.VOTES)
    with pytest.raises(Conflict, match="It opens on"):
        await must_accept(db, campaign.id, Accepts.CONTRIBUTIONS)
    with pytest.raises(Conflict, match="not open here"):
        await must_accept(db, campaign.id, Accepts.SCORING)


async def test_drafts_and_unknown_dates_accept_nothing(db: AsyncSession, cast: Cast) -> None:
    draft = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    unknown = await make_campaign(db, cast.city, kind=CHALLENGE)
    (await phase_of(db, unknown.id)).dates_known = False
    await db.flush()
    for campaign in (draft, unknown):
        with pytest.raises(Conflict, match="not open here"):
            await must_accept(db, campaign.id, Accepts.IDEAS)


async def test_a_refusal_keeps_what_was_typed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, closes=-SECOND)
    await db.commit()
    ada = await browse(cast.ada)
    body = "A walking bus along the ring road, with two adults."
    answer = await ada.post(
        "/ideas/new", {"campaign_id": str(campaign.id), "title": "Walking bus", "body": body}
    )
    assert answer.status_code == 409
    assert "This closed on" in answer.text
    assert body in answer.text


async def test_openings_and_closings_are_told_once(db: AsyncSession, cast: Cast) -> None:
    opened = await make_campaign(db, cast.city, kind=CHALLENGE, opens=-SECOND, closes=HOUR)
    closed = await make_campaign(db, cast.city, kind=CHALLENGE, opens=-HOUR, closes=-SECOND)
    coming = await make_campaign(db, cast.city, kind=CHALLENGE, opens=HOUR, closes=2 * HOUR)
    draft = await make_campaign(
        db, cast.city, kind=CHALLENGE, opens=-HOUR, closes=-SECOND, published=False
    )
    first, second = await phase_of(db, opened.id), await phase_of(db, closed.id)
    assert (await phase_of(db, draft.id)).opening_announced_at is None
    for _tick in range(3):
        await announce_phases(db)
    assert sorted(await told(db)) == sorted(
        [
            (Kind.PHASE_OPENED, first.id),
            (Kind.PHASE_OPENED, second.id),
            (Kind.PHASE_CLOSED, second.id),
        ]
    )
    untold = await phase_of(db, coming.id)
    await db.refresh(untold)
    assert untold.opening_announced_at is None


async def test_what_is_long_past_is_not_news(db: AsyncSession, cast: Cast) -> None:
    old = await make_campaign(db, cast.city, kind=CHALLENGE, opens=-900 * HOUR, closes=-30 * HOUR)
    await announce_phases(db)
    assert await told(db) == []
    phase = await phase_of(db, old.id)
    await db.refresh(phase)
    assert phase.opening_announced_at is not None
    assert phase.closing_announced_at is not None


async def test_publishing_says_all_that_has_opened(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db, cast.city, kind=CHALLENGE, closes=HOUR, published=False, description="What we know."
    )
    await db.commit()
    mia = await browse(cast.mia)
    assert (await mia.post(f"/management/{campaign.id}/publication")).status_code == 303
    await announce_phases(db)
    assert await told(db) == []


async def test_looking_for_news_uses_its_indexes(db: AsyncSession, cast: Cast) -> None:
    await make_campaign(db, cast.city, kind=CHALLENGE, audience=Audience.INTERNAL)
    await db.execute(text("set local enable_seqscan = off"))
    for moment, announced in (
        ("opens_at", "opening_announced_at"),
        ("closes_at", "closing_announced_at"),
    ):
        plan = await db.scalars(
            text(
                f"explain select 1 from phase where {announced} is null"
                f" and {moment} <= statement_timestamp()"
            )
        )
        assert f"ix_phase_{moment}_untold" in "\n".join(plan)

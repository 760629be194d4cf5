"""Those who look at a challenge, or at lists of them, see openings, changes and counts at once."""

import re
from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.live import ROOMS, SHOWS, campaign_room, campaigns_room
from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.core.events import Event, Kind, record
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import STRANGER
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import withdraw_idea
from ideahub.organisations.models import Person
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

DAY = timedelta(days=1)
CHALLENGE = CampaignKind.CHALLENGE


async def shown(db: AsyncSession, kind: Kind) -> list[RoomMessage]:
    """What the rooms are told after the latest deed of this kind."""
    latest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    event = (await db.scalars(latest)).one()
    return [one for show in SHOWS[kind] for one in await show(db, event)]


def region(page: str, element_id: str) -> str:
    """An element of a page, as text without white space between tags."""
    found = re.search(rf'<(\w+)[^>]* id="{element_id}" data-live>.*?</\1>\s', page, re.DOTALL)
    assert found, element_id
    return squeezed(found[0])


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", html).strip()


async def test_the_count_of_ideas(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, closes=DAY)
    idea = await make_idea(db, campaign, cast.ada)
    await db.commit()
    told = [one for one in await shown(db, Kind.IDEA_POSTED) if isinstance(one, Push)]
    page, card = f"campaign-{campaign.id}-count", f"campaign-card-{campaign.id}-count"
    own = f"campaign:{campaign.id}"
    assert {(one.room, one.element_id) for one in told} == {
        (own, page),
        (own, card),
        ("campaigns", page),
        ("campaigns", card),
    }
    stranger = await browse(None)
    for address, element in ((f"/challenges/{campaign.id}", page), ("/challenges", card)):
        html = next(one.html for one in told if one.element_id == element)
        assert squeezed(html) in squeezed((await stranger.get(address)).text)
        assert "1 idea" in html

    ada = await viewer_of(db, cast.ada)
    await withdraw_idea(db, ada, await find_idea(db, ada, idea.id))
    again = [one for one in await shown(db, Kind.IDEA_WITHDRAWN) if isinstance(one, Push)]
    assert "0 ideas" in again[0].html


async def test_internal_counts_stay_inside(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    await make_idea(db, campaign, cast.ada)
    told = await shown(db, Kind.IDEA_POSTED)
    assert {one.room for one in told} == {f"campaign:{campaign.id}"}


@pytest.mark.parametrize(
    "kind",
    [Kind.CAMPAIGN_PUBLISHED, Kind.CAMPAIGN_CHANGED, Kind.PHASE_OPENED, Kind.PHASE_CLOSED],
)
async def test_changes_refresh_pages_and_lists(
    db: AsyncSession, cast: Cast, browse: Browse, kind: Kind
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, closes=DAY)
    await record(db, kind, None, on=campaign)
    await db.commit()
    told = await shown(db, kind)
    assert Refresh(f"campaign:{campaign.id}") in told
    assert Refresh("campaigns") in told
    assert NewItem("campaigns", "challenge-open", campaign.id) in told
    (html,) = {one.html for one in told if isinstance(one, Push)}
    page = (await (await browse(None)).get("/challenges")).text
    assert squeezed(html) in squeezed(page)
    assert 'data-new-list="challenge-open"' in page
    for forbidden in ("<form", "<details", "<dialog", "<input", "<textarea"):
        assert forbidden not in html


async def test_internal_changes_stay_inside(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, audience=Audience.INTERNAL)
    await record(db, Kind.PHASE_OPENED, None, on=campaign)
    told = await shown(db, Kind.PHASE_OPENED)
    assert {one.room for one in told} == {f"campaign:{campaign.id}"}


async def test_rooms_open_exactly_to_whoever_may_open_the_page(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    public = await make_campaign(db, cast.city)
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    draft = await make_campaign(db, cast.city, published=False)

    async def opens(person: Person | None, campaign: Campaign) -> bool:
        try:
            await campaign_room(db, await viewer_of(db, person), campaign.id)
        except NotFound:
            return False
        return True

    people = (cast.ada, cast.mia, cast.zed, cast.cem, None)
    assert [await opens(one, public) for one in people] == [True] * 5
    assert [await opens(one, internal) for one in people] == [True, True, False, False, False]
    assert [await opens(one, draft) for one in people] == [False, True, False, False, False]
    assert app.state.rooms["campaign"] is ROOMS["campaign"]
    with pytest.raises(NotFound):
        await campaign_room(db, STRANGER, 10**30)


async def test_the_public_room_hears_only_of_what_is_public(db: AsyncSession, cast: Cast) -> None:
    public = await make_campaign(db, cast.city)
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    for campaign in (public, internal):
        await record(db, Kind.PHASE_OPENED, None, on=campaign)
    concern = await campaigns_room(db, STRANGER, 0)
    heard = (await db.scalars(select(Event.campaign_id).where(concern))).all()
    assert heard == [public.id]
    nothing = await campaigns_room(db, STRANGER, 7)
    assert (await db.scalars(select(Event.id).where(nothing))).all() == []

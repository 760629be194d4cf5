"""Every open page that depends on a phase hears of its opening and closing; nobody is rendered for
by himself, and a stranger is not sent to sign in for what is closed."""

import json
import re
from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.running import announce_phases
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.realtime.push import RoomMessage, Turn
from ideahub.realtime.rooms import _messages
from tests.campaigns.setting_up import events
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, make_campaign, make_idea, viewer_of

SECOND = timedelta(seconds=1)


async def an_idea(
    db: AsyncSession, cast: Cast, audience: Audience = Audience.PUBLIC
) -> tuple[Campaign, Idea, int]:
    """An idea with a build, in a challenge that is open for an hour."""
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR, audience=audience
    )
    idea = await make_idea(db, campaign, cast.ada)
    ben = await viewer_of(db, cast.ben)
    view = await find_idea(db, ben, idea.id)
    build = await contribute(db, ben, view, ContributionKind.BUILD, "Yes, and a bell.", "")
    await db.commit()
    return campaign, idea, build


async def close(db: AsyncSession, campaign: Campaign) -> None:
    """Its phase closes now, as the clock would see it."""
    phase = update(Phase).where(Phase.campaign_id == campaign.id)
    await db.execute(phase.values(closes_at=func.now() - SECOND, opening_announced_at=func.now()))
    await announce_phases(db)
    await db.commit()


async def told(db: AsyncSession, app: Litestar, kind: Kind) -> list[RoomMessage]:
    """What all rooms are told after the only deed of this kind."""
    (event,) = await events(db, kind)
    shows = app.state.hub.shows[kind]
    return [message for show in shows for message in await show(db, event)]


def rooms_of(page: str) -> set[str]:
    connected = re.search(r'hx-ws:connect="([^"]+)"', page)
    assert connected, "The page listens to nothing."
    return set(re.findall(r"room=([\w%:]+)", connected[1].replace("%3A", ":")))


PAGES = (
    "/ideas/{idea}",
    "/ideas/{idea}/contributions",
    "/ideas/{idea}/revision",
    "/contributions/{build}",
    "/ideas",
    "/ideas/new",
    "/ideas/new?within={campaign}",
    "/challenges",
    "/challenges/{campaign}",
    "/",
    "/management/{campaign}/phases",
)


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.INTERNAL])
@pytest.mark.parametrize("page", PAGES)
async def test_each_page_listens_where_the_turn_is_told(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar, page: str, audience: Audience
) -> None:
    campaign, idea, build = await an_idea(db, cast, audience)
    person = cast.mia if page.startswith("/management") else cast.ada
    address = page.format(idea=idea.id, build=build, campaign=campaign.id)
    shown = await (await browse(person)).get(address)
    assert shown.status_code == 200
    await close(db, campaign)
    turned = [one for one in await told(db, app, Kind.PHASE_CLOSED) if isinstance(one, Turn)]
    assert rooms_of(shown.text) & {one.room for one in turned}
    assert {one.accepts for one in turned} == {()}


async def test_an_opening_says_all_that_is_accepted_now(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    campaign, _idea, _build = await an_idea(db, cast)
    await announce_phases(db)
    turned = [one for one in await told(db, app, Kind.PHASE_OPENED) if isinstance(one, Turn)]
    assert {one.accepts for one in turned} == {("contributions", "ideas", "votes")}
    assert f"phases:{campaign.id}" in {one.room for one in turned}


async def test_internal_phases_are_told_only_inside(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    campaign, _idea, _build = await an_idea(db, cast, Audience.INTERNAL)
    await close(db, campaign)
    rooms = {one.room for one in await told(db, app, Kind.PHASE_CLOSED)}
    # And to the home pages of those who may see the campaign.
    own = {room for room in rooms if room.startswith("own:")}
    inside = {f"{kind}:{campaign.id}" for kind in ("campaign", "phases", "judges")}
    assert rooms - own == inside


def test_a_turn_is_one_message_for_a_room_in_every_language() -> None:
    (message,) = _messages([Turn("phases:7", 7, ("ideas", "votes"))])
    room, language, text = message
    assert (room, language) == ("phases:7", None)
    assert json.loads(text) == {"turn": {"campaign": 7, "accepts": "ideas votes"}}


async def test_only_turns_concern_the_room_of_phases(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    campaign, _idea, _build = await an_idea(db, cast)
    stranger = await viewer_of(db, None)
    concern = await app.state.rooms["phases"](db, stranger, campaign.id)
    assert list(await db.scalars(Event.__table__.select().where(concern))) == []
    await close(db, campaign)
    assert len(list(await db.scalars(Event.__table__.select().where(concern)))) == 1


async def test_both_states_are_on_the_page_while_it_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea, _build = await an_idea(db, cast)
    page = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert f'data-phase-of="{campaign.id}"' in page
    assert 'data-accepts="contributions ideas votes"' in page
    for mark in ("when-votes", "unless-votes", "when-contributions", "unless-contributions"):
        assert mark in page, mark
    await close(db, campaign)
    page = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert 'data-accepts=""' in page
    assert f'action="/ideas/{idea.id}/vote"' not in page
    assert "Support is not open here at the moment." in page


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("/ideas/{idea}/vote", {}),
        ("/ideas/{idea}/vote/withdrawal", {}),
        ("/ideas/{idea}/contributions", {"kind": "build", "body": "Yes, and a whistle."}),
        ("/contributions/{build}/replies", {"body": "Yes."}),
        ("/ideas/new?within={campaign}", {"title": "Late", "body": "Too late."}),
    ],
)
async def test_a_stranger_does_not_sign_in_for_what_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse, deed: str, fields: dict[str, str]
) -> None:
    campaign, idea, build = await an_idea(db, cast)
    stranger = await browse(None)
    at = deed.format(idea=idea.id, build=build, campaign=campaign.id)
    while_open = await stranger.post(at, fields)
    assert while_open.status_code == 303
    assert "/sign-in" in while_open.headers["location"]
    await close(db, campaign)
    closed = await stranger.post(at, fields)
    assert closed.status_code == 409
    assert "This closed on" in closed.text


async def test_a_stranger_is_told_before_writing_that_it_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, _idea, _build = await an_idea(db, cast)
    await close(db, campaign)
    answer = await (await browse(None)).get(f"/ideas/new?within={campaign.id}")
    assert answer.status_code == 409
    assert "This closed on" in answer.text


async def test_an_edit_that_cannot_be_saved_says_so_before(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, closes=HOUR)
    idea = await make_idea(db, campaign, cast.ada)
    await db.execute(
        update(Phase).where(Phase.campaign_id == campaign.id).values(accepts=[Accepts.VOTES])
    )
    await db.commit()
    page = (await (await browse(cast.ada)).get(f"/ideas/{idea.id}/revision")).text
    assert 'data-depends-on="ideas"' in page
    assert 'data-accepts=""' in page

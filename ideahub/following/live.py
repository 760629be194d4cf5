"""Pushes the number of followers to open pages of an idea or a campaign."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.following.following import CAMPAIGNS, IDEAS, ORGANISATIONS, Followed, followers_of
from ideahub.following.outcome_steps import outcome_steps
from ideahub.following.things import find_host
from ideahub.http.pages import render
from ideahub.ideas.queries import idea_for_room
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push


async def show_idea_followers(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The number of followers, on the idea's page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    return [await _followers(db, IDEAS, idea.id)] if idea else ()


async def show_steps(db: AsyncSession, event: Event) -> Sequence[Push]:
    """What became of the idea, on its page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return ()
    steps = await outcome_steps(db, idea.id)
    html = render("following/_became.html", idea_id=idea.id, steps=steps)
    return [Push(f"idea:{idea.id}", f"idea-{idea.id}-became", html)]


async def show_campaign_followers(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The number of followers, on the campaign's page."""
    return [await _followers(db, CAMPAIGNS, event.campaign_id or 0)]


async def show_host_followers(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The number of followers, on the organisation's page."""
    return [await _followers(db, ORGANISATIONS, event.subject_id or 0)]


async def host_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of an organisation's page, which tells of its followers; raises NotFound where the
    viewer may not know of it."""
    await find_host(db, viewer, number)
    kinds = frozenset({Kind.ORGANISATION_FOLLOWED, Kind.ORGANISATION_UNFOLLOWED})
    return Concern(kinds=kinds, where=Event.subject_id == number)


async def _followers(db: AsyncSession, followed: Followed, number: int) -> Push:
    count = await followers_of(db, followed, number)
    name = f"{followed.key}-{number}"
    html = render("following/_followers.html", what=followed.key, number=number, followers=count)
    room = "host" if followed is ORGANISATIONS else followed.key
    return Push(f"{room}:{number}", f"{name}-followers", html)


ROOMS: dict[str, Room] = {"host": host_room}
STEP_KINDS = (
    Kind.RESPONSE_GIVEN,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_WITHDRAWN,
    Kind.PLEDGE_LAPSED,
    Kind.STAGE_ADVANCED,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
    Kind.EXPERIMENT_CONCLUDED,
)
SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(STEP_KINDS, (show_steps,)),
    Kind.IDEA_FOLLOWED: (show_idea_followers,),
    Kind.IDEA_UNFOLLOWED: (show_idea_followers,),
    Kind.CAMPAIGN_FOLLOWED: (show_campaign_followers,),
    Kind.CAMPAIGN_UNFOLLOWED: (show_campaign_followers,),
    Kind.ORGANISATION_FOLLOWED: (show_host_followers,),
    Kind.ORGANISATION_UNFOLLOWED: (show_host_followers,),
}

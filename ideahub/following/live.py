"""Pushes the number of followers to open pages of an idea or a campaign."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.following.campaigns import campaign_followers
from ideahub.following.queries import followers_of
from ideahub.http.pages import render
from ideahub.ideas.queries import idea_for_room
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push


async def show_followers(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The number of followers, on the idea's page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return ()
    followers = await followers_of(db, idea.id)
    html = render("following/_followers.html", idea_id=idea.id, followers=followers)
    return [Push(f"idea:{idea.id}", f"idea-{idea.id}-followers", html)]


async def show_campaign_followers(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The number of followers, on the campaign's page."""
    number = event.campaign_id or 0
    followers = await campaign_followers(db, number)
    html = render("following/_campaign_followers.html", campaign_id=number, followers=followers)
    return [Push(f"campaign:{number}", f"campaign-{number}-followers", html)]


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.IDEA_FOLLOWED: (show_followers,),
    Kind.IDEA_UNFOLLOWED: (show_followers,),
    Kind.CAMPAIGN_FOLLOWED: (show_campaign_followers,),
    Kind.CAMPAIGN_UNFOLLOWED: (show_campaign_followers,),
}

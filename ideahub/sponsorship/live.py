"""Updates open pages when the state of a pledge changes."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import STRANGER
from ideahub.http.pages import render
from ideahub.ideas.queries import idea_for_room
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push
from ideahub.sponsorship.queries import card_pledges, pledges_of, shared


async def show_pledges(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The pledges, on the idea's page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return ()
    pledges = shared(await pledges_of(db, idea))
    html = render("sponsorship/_pledges.html", idea_id=idea.id, pledges=pledges)
    return [Push(f"idea:{idea.id}", f"idea-{idea.id}-pledges", html)]


async def show_card_pledges(db: AsyncSession, event: Event) -> Sequence[Push]:
    """The sponsors, on the idea's cards."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None or not idea.is_listed:
        return ()
    pledges = (await card_pledges(db, STRANGER, [idea.id]))[idea.id]
    html = render("sponsorship/_card_pledges.html", idea_id=idea.id, pledges=pledges)
    rooms = [f"campaign:{idea.campaign_id}", *(["ideas"] if idea.is_public else [])]
    return [Push(room, f"idea-card-{idea.id}-pledges", html) for room in rooms]


BOTH: Sequence[Show] = (show_pledges, show_card_pledges)
SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.PLEDGE_OFFERED: (show_pledges,),
    Kind.PLEDGE_DECLINED: (show_pledges,),
    Kind.PLEDGE_ACCEPTED: BOTH,
    Kind.PLEDGE_KEPT: BOTH,
    Kind.PLEDGE_PART_KEPT: BOTH,
    Kind.PLEDGE_CONFIRMED: (show_pledges,),
    Kind.PLEDGE_DISPUTED: (show_pledges,),
    Kind.PLEDGE_CONDITIONS_MARKED: (show_pledges,),
    Kind.PLEDGE_WITHDRAWN: BOTH,
    Kind.PLEDGE_LAPSED: BOTH,
}

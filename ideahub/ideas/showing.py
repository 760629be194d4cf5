"""The idea page and lists of cards, with what higher features add to them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import accepted_now
from ideahub.ideas.attached import attachments_of
from ideahub.ideas.attaching import OPENS_UP
from ideahub.ideas.browsing import Filters, Order, browse_ideas
from ideahub.ideas.cards import IdeaCard, voted_among
from ideahub.ideas.crediting import credits_of
from ideahub.ideas.finding import IdeaFound, is_author
from ideahub.ideas.models import Stage
from ideahub.ideas.stages import stage_choices
from ideahub.ideas.voting import has_voted
from ideahub.pages import AnyRequest, page

IdeaPart = Callable[[AsyncSession, Viewer, IdeaFound], Awaitable[dict[str, Any]]]
CardPart = Callable[[AsyncSession, Viewer, Sequence[int]], Awaitable[Mapping[int, Any]]]
CardParts = Mapping[str, CardPart]
CampaignPart = Callable[[AsyncSession, Viewer, Campaign], Awaitable[dict[str, Any]]]


async def idea_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaFound,
    *,
    status: int = 200,
    **overrides: Any,
) -> Response[bytes]:
    """The page of an idea; `overrides` put a form that came back in place of an empty one."""
    author = await is_author(db, viewer, idea)
    accepted = await accepted_now(db, idea.campaign_id)
    stands = idea.withdrawn_at is None and idea.hidden_at is None
    attachable = author and stands and bool(OPENS_UP & accepted)
    context: dict[str, Any] = {
        "idea": idea,
        "credits": await credits_of(db, idea),
        "voted": await has_voted(db, viewer, idea.id),
        "accepts_votes": Accepts.VOTES in accepted,
        "attachments": await attachments_of(db, idea.id),
        "attachable": attachable,
        "is_author": author,
        "stages": stage_choices(),
        "withdrawable": author and idea.stage in {Stage.SPARK, Stage.CONCEPT},
    }
    can = {"author", "adopt"} if author else set()
    can |= {"attach"} if attachable else set()
    parts: Sequence[IdeaPart] = request.app.state.idea_parts
    for part in parts:
        added = await part(db, viewer, idea)
        can |= set(added.pop("can", ()))
        context |= added
    context |= overrides
    return page(
        request,
        viewer,
        "ideas/show.html",
        status=status,
        rooms=(f"idea:{idea.id}",),
        can=" ".join(sorted(can)),
        **context,
    )


def ideas_on_campaign(parts: CardParts) -> CampaignPart:
    """What the page of a challenge or idea box shows of its ideas: the most supported first."""

    async def part(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> dict[str, Any]:
        filters = Filters(order=Order.SUPPORTED, campaign_id=campaign.id)
        found = await browse_ideas(db, viewer, filters)
        context = await card_context(parts, db, viewer, found.cards)
        return {"ideas_here": True, "more_ideas": bool(found.after), **context}

    return part


async def card_context(
    parts: CardParts, db: AsyncSession, viewer: Viewer, cards: Sequence[IdeaCard]
) -> dict[str, Any]:
    """What `ideas/_cards.html` needs beside the cards: own votes, pledges, what gates need."""
    ids = [card.id for card in cards]
    return {
        "cards": cards,
        "voted": await voted_among(db, viewer, ids),
        "stages": stage_choices(),
        **{name: await part(db, viewer, ids) for name, part in parts.items()},
    }


def card_rooms(cards: Sequence[IdeaCard]) -> tuple[str, ...]:
    """The rooms a list of cards listens to: the public one, and those of internal boxes."""
    internal = sorted({card.campaign_id for card in cards if card.campaign_audience != "public"})
    return ("ideas", *(f"campaign:{one}" for one in internal[:6]))

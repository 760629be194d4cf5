"""The values for lists of idea cards, with what other features show on each card."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.slots import PartContext, fill_slots, part_context
from ideahub.ideas.cards import IdeaCard
from ideahub.ideas.stages import stage_choices


async def card_list(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, cards: Sequence[IdeaCard]
) -> dict[str, Any]:
    """`card_context` for a handler."""
    return await card_context(part_context(request, db, viewer), cards)


async def card_context(context: PartContext, cards: Sequence[IdeaCard]) -> dict[str, Any]:
    """The variables of `ideas/_cards.html`: the cards, and the parts of other features."""
    slots = await fill_slots(context, "idea card", [card.id for card in cards])
    return {
        "cards": cards,
        "stages": stage_choices(),
        "card_slots": slots.templates,
        "on_cards": slots.data,
    }


def shown_rooms(cards: Sequence[IdeaCard]) -> tuple[str, ...]:
    """The rooms whose deeds change what the cards show."""
    return tuple(f"idea:{card.id}" for card in cards)


def card_rooms(cards: Sequence[IdeaCard]) -> tuple[str, ...]:
    """The rooms that a list of cards listens to: the public one, and internal campaigns' own."""
    internal = sorted({card.campaign_id for card in cards if card.campaign_audience != "public"})
    return ("ideas", *(f"campaign:{campaign_id}" for campaign_id in internal[:6]))

"""The viewer's own support, on cards and on the page of an idea."""

from collections.abc import Mapping, Sequence
from typing import Any

from ideahub.http.own_parts import OwnContext, OwnPart, OwnPlace, one_by_one
from ideahub.ideas.cards import voted_among
from ideahub.ideas.naming import OwnSupport, own_support

# What a viewer has to do with a card's idea, beside nothing: it is theirs, or they voted for it.
AUTHOR, VOTER = "author", "voter"


async def _own_cards(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, str]:
    voted = await voted_among(context.db, context.viewer, [place.number for place in places])
    return dict.fromkeys(voted, VOTER) | {
        place.number: AUTHOR
        for place in places
        if context.viewer.is_person(place.given["author_id"])
    }


def _on_card(own: str) -> dict[str, Any]:
    return {"is_author": own == AUTHOR, "voted": own == VOTER}


def _on_idea(support: OwnSupport | None) -> dict[str, Any]:
    return {"support": support, "voted": support is not None}


# One for both, so that a page asks once.
OWN_SUPPORT = one_by_one(own_support)
OWN_PARTS = (
    OwnPart(
        key="vote on card",
        template="ideas/_vote_on_card.html",
        find=_own_cards,
        values=_on_card,
        otherwise="",
    ),
    OwnPart(key="vote", template="ideas/_vote_button.html", find=OWN_SUPPORT, values=_on_idea),
    OwnPart(key="vote name", template="ideas/_vote_name.html", find=OWN_SUPPORT, values=_on_idea),
)

"""The orders and filters of lists of ideas, and their conditions in SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    String,
    Text,
    and_,
    any_,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import takes_now
from ideahub.core.db import constant, constants
from ideahub.core.i18n import _
from ideahub.core.paging import read_moment, read_place
from ideahub.core.refusals import Invalid
from ideahub.core.searching.asking import SEARCH_QUERY
from ideahub.ideas.models import MOVING, Idea, IdeaWords, Stage
from ideahub.ideas.pseudonyms import FOUND_BY_AUTHOR


class IdeaOrder(StrEnum):
    """The orders of a list of ideas; RISING, NEEDS_BUILD and NEEDS_SPONSOR also filter it."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    RISING = "rising"
    NEEDS_BUILD = "needs-a-build"
    NEEDS_SPONSOR = "needs-a-sponsor"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class IdeaFilters:
    """The order and filters of a list; filters that are empty do not apply."""

    order: IdeaOrder = IdeaOrder.NEWEST
    words: str = ""
    tag: str = ""
    stage: Stage | None = None
    campaign_id: int | None = None
    author_id: int | None = None
    # Whether of many letters with nearly the same text one stands for all; in searches it is the
    # newest of those that were found, see ranking.py.
    as_one: bool = True

    @property
    def narrowing(self) -> frozenset[str]:
        """The names of the filters that apply, as in CONDITIONS."""
        return frozenset(name for name in CONDITIONS if getattr(self, name))

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of CONDITIONS."""
        return {
            "tag": self.tag,
            "tags": [self.tag],
            "stage": self.stage,
            "campaign_id": self.campaign_id,
            "author_id": self.author_id,
        }


def key_of(order: IdeaOrder) -> Any:
    """The column that an order goes by; the best match has none."""
    match order:
        case IdeaOrder.SUPPORTED | IdeaOrder.NEEDS_SPONSOR:
            return Idea.votes_count
        case IdeaOrder.RISING:
            return Idea.rising
    return Idea.created_at


EARLY = Idea.stage == any_(constants(Stage.SPARK, Stage.CONCEPT))
TAKES_BUILDS = takes_now(Idea.campaign_id, Accepts.CONTRIBUTIONS)
# The conditions of those orders that also filter.
ORDER_CONDITIONS: dict[IdeaOrder, tuple[ColumnElement[bool], ...]] = {
    # Nothing rises that was stopped, parked, or is everyday practice.
    IdeaOrder.RISING: (Idea.stage == any_(constants(*MOVING)),),
    IdeaOrder.NEEDS_BUILD: (EARLY, Idea.builds_count == constant(0), TAKES_BUILDS),
    IdeaOrder.NEEDS_SPONSOR: (EARLY, Idea.sponsors_count == constant(0)),
}
# What later features know of the ideas in an order; features.py fills it once, from each feature.
# They are asked when the statement is made: then all features are there.
FURTHER_CONDITIONS: dict[str, Callable[[], ColumnElement[bool]]] = {}
# The condition of each filter, by the name of its field in IdeaFilters.
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "words": Idea.id.in_(
        select(IdeaWords.idea_id).where(IdeaWords.searched.bool_op("@@")(SEARCH_QUERY))
    ),
    "tag": Idea.tags.contains(bindparam("tags", type_=ARRAY(Text))),
    "stage": Idea.stage == bindparam("stage", type_=String),
    "campaign_id": Idea.campaign_id == bindparam("campaign_id", type_=BigInteger),
    # Ideas under a pseudonym are found by their author only.
    "as_one": Idea.letter_of.is_(None),
    "author_id": and_(Idea.author_id == bindparam("author_id", type_=BigInteger), FOUND_BY_AUTHOR),
}
# The type of each order's key, for the parameter from which a page begins.
KEY_TYPES: dict[IdeaOrder, Any] = {
    IdeaOrder.SUPPORTED: BigInteger,
    IdeaOrder.NEEDS_SPONSOR: BigInteger,
    IdeaOrder.RISING: Float(53),
    IdeaOrder.MATCH: REAL,
}


def position_in(order: IdeaOrder, after: str) -> dict[str, Any]:
    """The parameters of the place `after` in a list of this order; raises Invalid for a broken
    one."""
    read: Callable[[str], Any] = read_moment
    if order in {IdeaOrder.SUPPORTED, IdeaOrder.NEEDS_SPONSOR}:
        read = int
    elif order in {IdeaOrder.RISING, IdeaOrder.MATCH}:
        read = float
    try:
        return read_place(after, read)
    except ValueError:
        raise Invalid(_("This list cannot be continued from here. Start at its top.")) from None

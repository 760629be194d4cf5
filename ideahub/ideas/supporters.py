"""Who supports an idea: the people who are named, and how many others are counted.

The only place for the rule of who is named. People choose it beside their support, else for all of
it on their account's page; without a choice, staff are named in the boxes and challenges for staff,
and everyone else is counted.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Select, and_, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import place_after, read_moment, read_place
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import IDEA_ID, IdeaView, Through
from ideahub.organisations.labels import unnamed_words
from ideahub.organisations.models import Organisation, Person, Unnamed

PAGE = 50
# The SQL condition that the person of a joined vote is named; for a query that joins the campaign.
IS_NAMED = func.coalesce(
    Vote.named,
    Person.shows_support,
    and_(Person.organisation_id.is_not(None), Campaign.audience == constant(Audience.INTERNAL)),
)
_named = (
    select(Vote.person_id)
    .join(Person, Person.id == Vote.person_id)
    .join(Idea, Idea.id == Vote.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Vote.idea_id == IDEA_ID, IS_NAMED)
)
# Those who are named, and those of them for whom a facilitator speaks: by a chosen name.
COUNT = _named.with_only_columns(
    func.count(),
    func.count().filter(Person.unnamed == constant(Unnamed.SPOKEN_FOR)),
    maintain_column_froms=True,
)
_listed: Select[*tuple[Any, ...]] = (
    _named.outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(Through, Through.id == Person.through_id)
    .with_only_columns(
        Vote.created_at,
        Person.id,
        Person.name,
        Person.title,
        Organisation.name,
        Person.unnamed,
        Through.name,
    )
    .order_by(Vote.created_at.desc(), Person.id.desc())
    .limit(constant(PAGE + 1))
)
_place = tuple_(
    bindparam("key", type_=DateTime(timezone=True)), bindparam("number", type_=BigInteger)
)
# The first page, and those after a place.
NAMED: dict[bool, Select[*tuple[Any, ...]]] = {
    False: _listed,
    True: _listed.where(tuple_(Vote.created_at, Person.id) < _place),
}


class Supporter(msgspec.Struct, frozen=True):
    """A person who is named as a supporter."""

    since: datetime
    id: int
    name: str
    title: str
    organisation: str | None
    unnamed: Unnamed | None
    through: str | None

    @property
    def words(self) -> str:
        """Why no account has this name, in the current language; empty where one has."""
        return unnamed_words(self.unnamed, self.through)


class Supporters(msgspec.Struct, frozen=True):
    """A page of those who are named, the newest first; `others` is how many are only counted,
    `spoken_for` how many support it through a facilitator,
    `after` where the next page begins, empty on the last."""

    named: list[Supporter]
    others: int
    spoken_for: int
    after: str


async def supporters_of(db: AsyncSession, idea: IdeaView, after: str = "") -> Supporters:
    """Who supports the idea, which the caller has found through the viewer.

    An `after` that cannot be read stands for the first page.
    """
    place = _read(after)
    rows = await rows_of(db, NAMED[bool(place)], {"idea_id": idea.id, **place})
    named = [Supporter(*row) for row in rows[:PAGE]]
    ((count, spoken_for),) = await rows_of(db, COUNT, {"idea_id": idea.id})
    following = place_after(named[-1].since, named[-1].id) if len(rows) > PAGE else ""
    return Supporters(named, max(0, idea.votes_count - count), spoken_for, following)


def _read(after: str) -> dict[str, Any]:
    try:
        return read_place(after, read_moment)
    except ValueError:
        return {}

"""Which events concern a room: for the database, and for what the hub has in memory."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    select,
    true,
)

from ideahub.core.db import constants
from ideahub.core.events import Event, Kind

# Where something happened: on an idea, in a campaign, or anywhere.
Place = tuple[str, int]
ANYWHERE: Place = ("anywhere", 0)
CURSOR = bindparam("cursor", type_=BigInteger)


def places_of(event: Event) -> list[Place]:
    """The places where an event happened."""
    places = [ANYWHERE]
    if event.idea_id is not None:
        places.append(("idea", event.idea_id))
    if event.campaign_id is not None:
        places.append(("campaign", event.campaign_id))
    return places


# Compared by identity: conditions of SQL cannot be compared.
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, kw_only=True)
class Concern:
    """The events that concern a room: all, or those on one idea or in one campaign; of some kinds
    only; and, where that does not say it all, those for which a condition of SQL holds.

    It stands for that condition in a statement.
    """

    idea: int | None = None
    campaign: int | None = None
    kinds: frozenset[Kind] | None = None
    where: ColumnElement[bool] | None = None

    @property
    def place(self) -> Place:
        """Where such events happen."""
        if self.idea is not None:
            return "idea", self.idea
        return ANYWHERE if self.campaign is None else ("campaign", self.campaign)

    def has_kind(self, kind: Kind) -> bool:
        """Whether events of this kind can be among them."""
        return self.kinds is None or kind in self.kinds

    def __clause_element__(self) -> ColumnElement[bool]:
        """The condition of SQL for these events."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.idea is not None:
            conditions.append(Event.idea_id == self.idea)
        if self.campaign is not None:
            conditions.append(Event.campaign_id == self.campaign)
        if self.kinds is not None:
            conditions.append(Event.kind == any_(constants(*sorted(self.kinds))))
        if self.where is not None:
            conditions.append(self.where)
        return and_(*conditions)

    @property
    def since(self) -> Select[bool]:
        """Asks whether there was such an event since CURSOR."""
        return select(exists().where(Event.xact_id >= CURSOR, self.__clause_element__()))


# For a room in which nothing ever happens.
NOTHING = Concern(kinds=frozenset())

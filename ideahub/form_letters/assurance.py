"""How sure it is who sent a letter: people are counted by that."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case

from ideahub.core.db import constant
from ideahub.organisations.models import Person, Unnamed

_is_staff = and_(Person.organisation_id.is_not(None), Person.email_proved_at.is_not(None))


class PeopleCount(msgspec.Struct, frozen=True):
    """How many people of one assurance sent how many letters; see `assurance`."""

    assurance: str
    people: int
    letters: int


def assurance(*imported: ColumnElement[bool]) -> Any:
    """The SQL expression of the assurance of a joined person; those of whom `imported` holds were
    checked by nobody here."""
    return case(
        *((condition, "imported") for condition in imported),
        (Person.unnamed == constant(Unnamed.SPOKEN_FOR), "spoken for"),
        (Person.unnamed == constant(Unnamed.HIDDEN), "hidden"),
        (_is_staff, "staff"),
        (Person.email_proved_at.is_not(None), "proved"),
        else_="unproved",
    )

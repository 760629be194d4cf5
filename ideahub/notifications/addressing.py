"""Reads the people that a message goes to, in portions, by their numbers."""

from typing import Any, NamedTuple

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.core.telling import Addressee, Message
from ideahub.organisations.models import Person, RoleGrant

_has_roles = exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))


class Recipient(NamedTuple):
    """A person that a message goes to. `email` is None where it is not proved."""

    id: int
    name: str
    email: str | None
    language: str | None
    organisation_id: int | None
    has_roles: bool

    @property
    def addressee(self) -> Addressee:
        """The person as messages know them."""
        return Addressee(self.id, self.name, self.email, self.language)


async def next_recipients(
    db: AsyncSession, event: Event, message: Message, *, after: int, most: int
) -> list[Recipient]:
    """The next people that the message goes to, at most so many, in the order of their numbers;
    whoever did the deed is not among them."""
    rows = await db.execute(_recipients(event, message).where(Person.id > after).limit(most))
    found = []
    for number, name, email, proved_at, *others in rows:
        found.append(Recipient(number, name, email if proved_at else None, *others))
    return found


def _recipients(event: Event, message: Message) -> Select[*tuple[Any, ...]]:
    columns = (
        Person.id,
        Person.name,
        Person.email,
        Person.email_proved_at,
        Person.language,
        Person.organisation_id,
        _has_roles,
    )
    return (
        select(*columns)
        .where(
            Person.id.in_(message.to),
            Person.id.is_distinct_from(event.actor_id),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )

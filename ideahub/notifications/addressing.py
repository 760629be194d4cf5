"""Reads the people that a message goes to, in portions, by their numbers."""

from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.events import Event
from ideahub.core.mail_refusals import STANDS, MailRefusal
from ideahub.core.telling import Addressee, Message
from ideahub.organisations.models import Person, RoleGrant

Actor = aliased(Person, name="actor")
_has_roles = exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))

TAKES_MAIL = and_(
    Person.email_proved_at.is_not(None),
    Person.disabled_at.is_(None),
    ~exists().where(MailRefusal.address == Person.email, STANDS).correlate(Person),
)


class Recipient(NamedTuple):
    """A person that a message goes to. `email` is None where it is not proved, or takes no mail."""

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
    for number, name, email, takes_mail, *others in rows:
        found.append(Recipient(number, name, email if takes_mail else None, *others))
    return found


def _recipients(event: Event, message: Message) -> Select[*tuple[Any, ...]]:
    columns = (
        Person.id,
        Person.name,
        Person.email,
        TAKES_MAIL,
        Person.language,
        Person.organisation_id,
        _has_roles,
    )
    # Who speaks for somebody does their deeds.
    speaker = select(Actor.through_id).where(Actor.id == event.actor_id).scalar_subquery()
    return (
        select(*columns)
        .where(
            Person.id.in_(message.to),
            Person.id.is_distinct_from(event.actor_id),
            Person.id.is_distinct_from(speaker),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )

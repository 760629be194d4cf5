"""Tells people what happened to how they sign in: if it was not them, they have to know."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.security_events import words_of
from ideahub.core.events import SECURITY, Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.organisations.models import Person


async def tell_owner(_db: AsyncSession, event: Event) -> Sequence[Message]:
    """A message for the person whose account it is, also of what they did themselves."""

    def write(_person: Addressee) -> Words:
        text = _(
            "If that was you, all is well. If not, end all other sessions on your account page, "
            "and set a new password there. If you cannot sign in with your password, a code by "
            "mail does as well."
        )
        return Words(words_of(event), text)

    owner = select(Person.id).where(Person.id == event.subject_id)
    return [
        Message(about=MessageKind.OWN, to=owner, write=write, path="/account/ways", always=True)
    ]


TELLS: dict[Kind, Tell] = {
    kind: tell_owner for kind in SECURITY if kind is not Kind.PERSON_DISABLED
}

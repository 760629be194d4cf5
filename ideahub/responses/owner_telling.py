"""What leaders and managers are told of who owes an answer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import day_words
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.organisations.models import Person
from ideahub.responses.concerned import idea_about, managers_of
from ideahub.responses.models import OwedResponse
from ideahub.responses.owner_models import Handover, StandIn


async def tell_vacant(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The managers, that somebody has to be named."""
    about = await idea_about(db, event)
    if about is None:
        return []

    def write(_to: Addressee) -> Words:
        subject = _("Name somebody who owes the answer: %(title)s", title=about.title)
        return Words(subject, _("Whoever owed it is not a leader here any more."))

    to = managers_of(event.campaign_id)
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=about.path)]


async def tell_owner_named(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The leader who was named, that they owe an answer."""
    about, owed = await idea_about(db, event), await db.get(OwedResponse, event.subject_id)
    if about is None or owed is None or not owed.is_open:
        return []

    def write(_to: Addressee) -> Words:
        due = day_words(owed.due_on)
        subject = _("You owe an answer by %(day)s: %(title)s", day=due, title=about.title)
        return Words(subject, _("You were named to answer."))

    to = select(Person.id).where(Person.id == event.data["person"])
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=about.path)]


async def tell_handover(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Whoever is asked to take an answer over; and whoever asked, what they said."""
    about, handover = await idea_about(db, event), await db.get(Handover, event.subject_id)
    if about is None or handover is None:
        return []
    asked = event.kind == Kind.RESPONSE_HANDOVER_ASKED

    def write(_to: Addressee) -> Words:
        if asked:
            subject = _("Can you take over an answer? %(title)s", title=about.title)
            return Words(subject, handover.reason)
        if event.kind == Kind.RESPONSE_HANDED_OVER:
            subject = _("Your answer was taken over: %(title)s", title=about.title)
            return Words(subject, _("You do not owe it any more."))
        subject = _("Your answer was not taken over: %(title)s", title=about.title)
        return Words(subject, handover.declined_why)

    person_id = handover.to_id if asked else handover.from_id
    to = select(Person.id).where(Person.id == person_id)
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=about.path)]


async def tell_stand_in(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Whoever stands in for a leader, on which days."""
    stand_in = await db.get(StandIn, event.subject_id)
    if stand_in is None or stand_in.ended_at:
        return []
    name = await db.scalar(select(Person.name).where(Person.id == stand_in.leader_id))

    def write(_to: Addressee) -> Words:
        subject = _("You stand in for %(name)s", name=name)
        text = _(
            "From %(first)s until %(last)s you answer the ideas for which %(name)s owes an answer.",
            first=day_words(stand_in.from_on),
            last=day_words(stand_in.until_on),
            name=name,
        )
        return Words(subject, text)

    to = select(Person.id).where(Person.id == stand_in.person_id)
    return [Message(about=MessageKind.DUTY, to=to, write=write, path="/owed-answers")]


OWNER_TELLS: dict[Kind, Tell] = {
    Kind.RESPONSE_VACANT: tell_vacant,
    Kind.RESPONSE_OWNER_NAMED: tell_owner_named,
    Kind.RESPONSE_HANDOVER_ASKED: tell_handover,
    Kind.RESPONSE_HANDOVER_DECLINED: tell_handover,
    Kind.RESPONSE_HANDED_OVER: tell_handover,
    Kind.STAND_IN_NAMED: tell_stand_in,
}

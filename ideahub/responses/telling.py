"""What leaders, authors and managers are told of owed and given answers. Everyone else who had to
do with an idea is told of its answer by a later feature."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import day_words
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.text.rendering import markdown_letter
from ideahub.organisations.models import Person
from ideahub.responses.batches.telling import tell_prepared
from ideahub.responses.concerned import LONGEST, About, authors_of, idea_about, owners_of
from ideahub.responses.labels import verdict_labels
from ideahub.responses.models import (
    ConditionReport,
    OwedResponse,
    Response,
    ResponseVersion,
    Verdict,
)
from ideahub.responses.owner_telling import OWNER_TELLS


async def tell_owed(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Those who owe an answer, that they do; the authors, that it is owed."""
    about, owed = await idea_about(db, event), await db.get(OwedResponse, event.subject_id)
    if about is None or owed is None or not owed.is_open:
        return []
    again = owed.round > 1

    def to_leader(_to: Addressee) -> Words:
        due = day_words(owed.due_on)
        subject = _("You owe an answer by %(day)s: %(title)s", day=due, title=about.title)
        if again:
            return Words(subject, _("It was parked by an answer and is awake again."))
        text = _("%(num)s people support it.", num=owed.supporters)
        return Words(subject, text)

    def to_author(_to: Addressee) -> Words:
        due = day_words(owed.due_on)
        if again:
            subject = _("Your idea is awake again: %(title)s", title=about.title)
        else:
            subject = _("A leader owes your idea an answer: %(title)s", title=about.title)
        return Words(subject, _("It is due by %(day)s.", day=due))

    duty, own = MessageKind.DUTY, MessageKind.OWN
    return [
        Message(about=duty, to=owners_of(owed.id), write=to_leader, path=about.path),
        Message(about=own, to=authors_of(about.idea.id), write=to_author, path=about.path),
    ]


async def tell_reminded(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Those who still owe an answer."""
    about, owed = await idea_about(db, event), await db.get(OwedResponse, event.subject_id)
    if about is None or owed is None or not owed.is_open:
        return []
    is_late = event.created_at >= owed.due_at

    def write(_to: Addressee) -> Words:
        due = day_words(owed.due_on)
        if is_late:
            subject = _("Your answer is overdue: %(title)s", title=about.title)
            return Words(subject, _("It was due on %(day)s, and everyone can see that.", day=due))
        subject = _("Your answer is due soon: %(title)s", title=about.title)
        return Words(subject, _("It is due by %(day)s.", day=due))

    to = owners_of(owed.id)
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=about.path)]


async def tell_given(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The authors, the answer; the others who owed it, that it was given."""
    about, response = await idea_about(db, event), await db.get(Response, event.subject_id)
    if about is None or response is None:
        return []
    number = event.data.get("version", response.version)
    version = await db.scalar(
        select(ResponseVersion).filter_by(response_id=response.id, version=number)
    )
    if version is None:
        return []
    body = await markdown_letter(version.body, LONGEST)
    name = await db.scalar(select(Person.name).where(Person.id == version.made_by))

    def write(_to: Addressee) -> Words:
        values = {
            "name": name,
            "verdict": verdict_labels()[Verdict(version.verdict)],
            "title": about.title,
        }
        if event.kind == Kind.RESPONSE_CHANGED:
            subject = _("The answer was changed to “%(verdict)s”: %(title)s", **values)
        else:
            subject = _("%(name)s answered “%(verdict)s”: %(title)s", **values)
        if not version.would_change:
            return Words(subject, body)
        text = _("What would change it: %(words)s", words=version.would_change)
        return Words(subject, f"{body}\n\n{text}")

    told = [(MessageKind.OWN, authors_of(about.idea.id))]
    if response.owed_id:
        told.append((MessageKind.OWN, owners_of(response.owed_id)))
    return [Message(about=kind, to=to, write=write, path=about.path) for kind, to in told]


async def tell_condition(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Who gave the answer and the authors, that its condition is said to have come true; and who
    said so, why it has not."""
    about, report = await idea_about(db, event), await db.get(ConditionReport, event.subject_id)
    if about is None or report is None:
        return []
    if event.kind == Kind.CONDITION_REFUSED:
        return [_refused(about, report)]

    def write(_to: Addressee) -> Words:
        subject = _("Has what it waits for come true? %(title)s", title=about.title)
        return Words(subject, report.evidence)

    response = await db.get_one(Response, report.response_id)
    answered = [one for one in (response.author_id, response.for_id) if one]
    leaders = select(Person.id).where(Person.id.in_(answered))
    to_authors = authors_of(about.idea.id)
    return [
        Message(about=MessageKind.DUTY, to=leaders, write=write, path=about.path),
        Message(about=MessageKind.OWN, to=to_authors, write=write, path=about.path),
    ]


def _refused(about: About, report: ConditionReport) -> Message:
    def write(_to: Addressee) -> Words:
        subject = _("What you pointed out has not come true: %(title)s", title=about.title)
        return Words(subject, report.answer)

    to = select(Person.id).where(Person.id == report.person_id)
    return Message(about=MessageKind.OWN, to=to, write=write, path=about.path)


TELLS: dict[Kind, Tell] = {
    **OWNER_TELLS,
    Kind.ANSWERS_PREPARED: tell_prepared,
    Kind.RESPONSE_OWED: tell_owed,
    Kind.RESPONSE_REMINDED: tell_reminded,
    Kind.RESPONSE_GIVEN: tell_given,
    Kind.RESPONSE_CHANGED: tell_given,
    Kind.CONDITION_REPORTED: tell_condition,
    Kind.CONDITION_REFUSED: tell_condition,
}

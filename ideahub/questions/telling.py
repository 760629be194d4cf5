"""What people are told of questions, answers and announcements: the words, and those who asked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.telling import People
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.text.cleaning import shortened
from ideahub.core.text.rendering import markdown_letter
from ideahub.core.viewer import Role
from ideahub.organisations.models import Person
from ideahub.questions.announcement_groups import GROUPS
from ideahub.questions.models import Announcement, AskedQuestion, FaqEntry, FaqVersion
from ideahub.questions.placeholders import filled
from ideahub.questions.withdrawals import standing_withdrawal

# Deeds by which an answer goes out, with the words for those who asked.
ANSWERING = frozenset({Kind.QUESTION_ANSWERED, Kind.QUESTION_JOINED, Kind.ANSWER_CHANGED})
LONGEST = 2_000
SHORT = 120


def answer_words(
    campaign: Campaign,
    question: str,
    answer: str,
    to: Addressee,
    letter: str = "",
    *,
    kind: Kind = Kind.QUESTION_ANSWERED,
) -> Words:
    """What somebody who asked is told of the answer, or of what became of it by a deed of this
    kind, in the current language; `answer` is plain text. `letter` may have placeholders."""
    subject = _answer_subject(kind, _in_a_line(question))
    challenge = campaign.title or campaign.heading
    text = _(
        "Your question in “%(challenge)s”:\n%(question)s\n\nThe answer:\n%(answer)s",
        challenge=challenge,
        question=question,
        answer=answer,
    )
    letter = filled(letter, challenge=challenge, question=question, name=to.name)
    return Words(subject, text, letter)


def _answer_subject(kind: Kind, asked: str) -> str:
    if kind == Kind.ANSWER_CHANGED:
        return _("The answer was changed: %(question)s", question=asked)
    if kind == Kind.ANSWERS_MERGED:
        return _("Answered together with a similar question: %(question)s", question=asked)
    if kind == Kind.ANSWERS_SEPARATED:
        return _("Answered by itself again: %(question)s", question=asked)
    if kind == Kind.ANSWER_SHOWN:
        return _("The answer can be read again: %(question)s", question=asked)
    return _("Answered: %(question)s", question=asked)


def _in_a_line(question: str) -> str:
    return shortened(" ".join(question.split()), SHORT)


async def tell_askers(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The answer, for those who asked; for those of some questions only, where these were put to an
    entry that has an answer already."""
    entry = await _answered(db, event)
    campaign = await db.get(Campaign, event.campaign_id)
    if entry is None or campaign is None:
        return []
    version = await _version(db, event, entry)
    answer = await markdown_letter(version.answer, LONGEST)

    def write(to: Addressee) -> Words:
        # The letter was written for the answer, not for what became of it afterwards.
        letter = version.letter if event.kind in ANSWERING else ""
        return answer_words(campaign, version.question, answer, to, letter, kind=event.kind)

    path = f"{campaign.url}/questions/{entry.id}"
    return [Message(about=MessageKind.OWN, to=_askers(event, entry), write=write, path=path)]


async def _answered(db: AsyncSession, event: Event) -> FaqEntry | None:
    """The answered entry that the event is about; None where it was hidden or merged meanwhile."""
    entry = await db.get(FaqEntry, event.subject_id)
    if entry is None or not entry.answered_at or await standing_withdrawal(db, entry.id):
        return None
    return entry


async def _version(db: AsyncSession, event: Event, entry: FaqEntry) -> FaqVersion:
    number = event.data.get("version", entry.version)
    of_entry = FaqVersion.entry_id == entry.id
    found = select(FaqVersion).where(of_entry, FaqVersion.version == number)
    return (await db.scalars(found)).one()


def _askers(event: Event, entry: FaqEntry) -> Select[Any]:
    asked = select(AskedQuestion.person_id).where(AskedQuestion.entry_id == entry.id)
    if event.kind == Kind.QUESTION_JOINED:
        return asked.where(AskedQuestion.id.in_(event.data["questions"]))
    # Whose question was put to it later is told of that.
    return asked.where(AskedQuestion.joined_at <= event.created_at)


async def tell_whose_is_hidden(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That the answer which they got is shown to nobody any more, and why."""
    campaign = await db.get(Campaign, event.campaign_id)
    entry = await db.get(FaqEntry, event.subject_id)
    if campaign is None or entry is None:
        return []

    def write(_to: Addressee) -> Words:
        text = _(
            "Your question in “%(challenge)s”, and its answer, are not shown any more. The reason: "
            "%(why)s",
            challenge=campaign.title or campaign.heading,
            why=event.data.get("why", ""),
        )
        asked = _in_a_line(entry.question)
        return Words(_("Not shown any more: %(question)s", question=asked), text)

    path = f"{campaign.url}/questions/{entry.id}"
    return [Message(about=MessageKind.OWN, to=_askers(event, entry), write=write, path=path)]


async def tell_whose_is_set_aside(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Why their question is not published."""
    campaign = await db.get(Campaign, event.campaign_id)
    question = await db.get(AskedQuestion, event.subject_id)
    if campaign is None or question is None:
        return []

    def write(_to: Addressee) -> Words:
        subject = _("Not published: %(question)s", question=_in_a_line(question.text))
        text = _(
            "Your question in “%(challenge)s” is not published. The reason: %(why)s",
            challenge=campaign.title or campaign.heading,
            why=event.data.get("why", ""),
        )
        return Words(subject, text)

    to = select(AskedQuestion.person_id).where(AskedQuestion.id == question.id)
    return [
        Message(
            about=MessageKind.OWN,
            to=to,
            write=write,
            path=f"{campaign.url}/questions#asked-{question.id}",
        )
    ]


async def tell_publisher(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That somebody asks, for whoever published the campaign and still manages it, on their
    page."""
    campaign = await db.get(Campaign, event.campaign_id)
    question = await db.get(AskedQuestion, event.subject_id)
    if campaign is None or question is None or campaign.published_by is None:
        return []
    publisher = await somebody(db, campaign.published_by)
    if not publisher.holds(Role.MANAGER, campaign.organisation_id):
        return []

    def write(_to: Addressee) -> Words:
        challenge = campaign.title or campaign.heading
        subject = _("A new question in “%(challenge)s”", challenge=challenge)
        return Words(subject, shortened(" ".join(question.text.split()), LONGEST))

    to = select(Person.id).where(Person.id == publisher.id)
    path = f"/management/{campaign.id}/questions#asked-{question.id}"
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=path, by_mail=False)]


def tells_of_news(people: People) -> dict[Kind, Tell]:
    """Tells these people of answers, on their page: the features after this one say who they
    are."""

    async def tell_answer(db: AsyncSession, event: Event) -> Sequence[Message]:
        return await _answer(db, event, people(event))

    return {Kind.QUESTION_ANSWERED: tell_answer}


def announcement_words(campaign: Campaign, title: str, text: str) -> Words:
    """What people are told of an announcement, in the current language; `text` is plain text."""
    challenge = campaign.title or campaign.heading
    return Words(_("%(title)s: %(news)s", title=challenge, news=title), text)


async def tell_announcement(db: AsyncSession, event: Event) -> Sequence[Message]:
    """An announcement, for the groups that it was made for."""
    found = await db.get(Announcement, event.subject_id)
    campaign = await db.get(Campaign, event.campaign_id)
    # What was taken back before anybody was told of it is told to nobody.
    if found is None or campaign is None or found.taken_back_at:
        return []
    text = await markdown_letter(found.text, LONGEST)

    def write(_to: Addressee) -> Words:
        return announcement_words(campaign, found.title, text)

    path = f"{campaign.url}/announcements/{found.id}"
    return [
        Message(about=MessageKind.NEWS, to=group.people(event), write=write, path=path)
        for group in GROUPS
        if group.key in found.groups
    ]


async def _answer(db: AsyncSession, event: Event, to: Select[int]) -> Sequence[Message]:
    entry = await _answered(db, event)
    campaign = await db.get(Campaign, event.campaign_id)
    if entry is None or campaign is None:
        return []
    version = await _version(db, event, entry)
    answer = await markdown_letter(version.answer, LONGEST)

    def write(_to: Addressee) -> Words:
        asked = " ".join(version.question.split())
        subject = _("New answer in “%(challenge)s”", challenge=campaign.title or campaign.heading)
        return Words(subject, f"{asked}\n\n{answer}")

    path = f"{campaign.url}/questions/{entry.id}"
    return [Message(about=MessageKind.NEWS, to=to, write=write, path=path, by_mail=False)]


TELLS: dict[Kind, Tell] = {
    Kind.ANNOUNCEMENT_MADE: tell_announcement,
    Kind.QUESTION_ASKED: tell_publisher,
    Kind.QUESTION_ANSWERED: tell_askers,
    Kind.QUESTION_JOINED: tell_askers,
    Kind.ANSWER_CHANGED: tell_askers,
    Kind.ANSWERS_MERGED: tell_askers,
    Kind.ANSWERS_SEPARATED: tell_askers,
    Kind.ANSWER_HIDDEN: tell_whose_is_hidden,
    Kind.ANSWER_SHOWN: tell_askers,
    Kind.QUESTION_SET_ASIDE: tell_whose_is_set_aside,
}

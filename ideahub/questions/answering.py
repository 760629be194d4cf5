"""Rules for answering: a question is put into words that everyone reads, with one answer for all
who asked it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.questions.asking import lock_questions, must_be_open
from ideahub.questions.models import (
    LISTED,
    AskedQuestion,
    FaqEntry,
    FaqVersion,
    QuestionCategory,
)
from ideahub.questions.placeholders import filled, must_name_nobody
from ideahub.questions.withdrawals import must_be_listed, standing_withdrawal


class Answer(NamedTuple):
    """What everyone is going to read, and the words for the letter to those who asked. Without a
    text the question is published, and waits for its answer."""

    category: QuestionCategory
    question: str
    text: str
    html: str
    letter: str


async def written_answer(
    campaign: Campaign, category: QuestionCategory, question: str, text: str, letter: str
) -> Answer:
    """The answer as it will be published, with the challenge's title in it and rendered: before any
    row is locked. Raises Invalid where it would name somebody who asked, and TooLong."""
    must_name_nobody(text, field="answer")
    challenge = campaign.title or campaign.heading
    text = filled(text, challenge=challenge, question=question)
    return Answer(category, question, text, await markdown_html(text), letter)


async def answer_questions(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, numbers: list[int], answer: Answer
) -> FaqEntry:
    """Publishes a question, with its answer if there is one, for all these asked questions; without
    any it is one that nobody has asked yet. Returns the new entry; for what was sent before, as a
    button pressed twice sends it, only that.

    Raises Conflict where one of the questions is not open any more, or the campaign is a draft.
    """
    _must_be_published(campaign)
    questions = await lock_questions(db, campaign, numbers)
    if before := await _answered_before(db, campaign, questions, answer):
        return before
    must_be_open(questions)
    entry = FaqEntry(
        campaign_id=campaign.id, category=answer.category, question=answer.question, version=1
    )
    db.add(entry)
    await db.flush()
    _join(viewer, entry, questions)
    await _add_version(db, viewer, entry, answer)
    kind = Kind.QUESTION_ANSWERED if answer.text else Kind.QUESTION_PUBLISHED
    await record(db, kind, viewer, on=campaign, subject=entry, version=1)
    return entry


async def join_questions(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, numbers: list[int], entry_id: int
) -> FaqEntry:
    """Puts asked questions to an entry that is there already, whose answer is theirs as well.

    Raises NotFound for an entry of another campaign, Conflict where one of the questions is not
    open any more.
    """
    entry = await lock_entry(db, campaign, entry_id)
    await must_be_listed(db, entry, "entry")
    found = await lock_questions(db, campaign, numbers)
    questions = [question for question in found if question.entry_id != entry.id]
    must_be_open(questions)
    if questions:
        _join(viewer, entry, questions)
        joined = [question.id for question in questions]
        await record(db, Kind.QUESTION_JOINED, viewer, on=campaign, subject=entry, questions=joined)
    return entry


async def change_answer(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, entry_id: int, answer: Answer, seen: int
) -> FaqEntry:
    """Gives the entry its first answer, or another one; what it said before is kept. Does nothing
    where it says this already.

    `seen` is the version that the form was opened on. Raises NotFound, and Conflict where somebody
    else has changed the entry since.
    """
    entry = await lock_entry(db, campaign, entry_id)
    if says_already(entry, answer):
        return entry
    standing = await standing_withdrawal(db, entry.id)
    if standing and standing.into_id:
        raise Conflict(_("It was merged into another one. Change that one."), field="answer")
    if entry.version != seen:
        raise Conflict(
            _(
                "Somebody else changed this answer after you opened it. It reads now: “%(answer)s” "
                "Nothing was sent; what you typed is kept. Send it again to replace theirs.",
                answer=entry.answer,
            ),
            field="answer",
        )
    kind = Kind.ANSWER_CHANGED if entry.answered_at else Kind.QUESTION_ANSWERED
    await put_answer(db, viewer, entry, answer)
    await record(db, kind, viewer, on=campaign, subject=entry, version=entry.version)
    return entry


async def put_answer(db: AsyncSession, viewer: Viewer, entry: FaqEntry, answer: Answer) -> None:
    """Makes a locked entry say this, as its next version; does nothing where it does already."""
    if says_already(entry, answer):
        return
    entry.version += 1
    entry.category, entry.question = answer.category, answer.question
    await _add_version(db, viewer, entry, answer)


def says_already(entry: FaqEntry, answer: Answer) -> bool:
    """Whether the entry says this now."""
    return (entry.category, entry.question, entry.answer) == answer[:3]


async def lock_entry(db: AsyncSession, campaign: Campaign, entry_id: int) -> FaqEntry:
    """The campaign's entry with this number, locked. Raises NotFound."""
    entry = await locked(db, FaqEntry, entry_id)
    if entry.campaign_id != campaign.id:
        raise NotFound
    return entry


async def _answered_before(
    db: AsyncSession, campaign: Campaign, questions: Sequence[AskedQuestion], answer: Answer
) -> FaqEntry | None:
    same = select(FaqEntry).where(
        FaqEntry.campaign_id == campaign.id,
        FaqEntry.category == answer.category,
        FaqEntry.question == answer.question,
        FaqEntry.answer == answer.text,
        LISTED,
    )
    found = (await db.scalars(same.order_by(FaqEntry.id.desc()).limit(1))).one_or_none()
    is_theirs = found and all(question.entry_id == found.id for question in questions)
    return found if is_theirs else None


def _must_be_published(campaign: Campaign) -> None:
    if not campaign.is_published:
        raise Conflict(_("Nobody can read an answer before this is published. Publish it first."))


def _join(viewer: Viewer, entry: FaqEntry, questions: Sequence[AskedQuestion]) -> None:
    for question in questions:
        question.entry_id = entry.id
        question.joined_at = func.now()
        question.joined_by = viewer.person_id


async def _add_version(db: AsyncSession, viewer: Viewer, entry: FaqEntry, answer: Answer) -> None:
    entry.answer, entry.answer_html = answer.text, answer.html
    if answer.text and not entry.answered_at:
        entry.answered_at = func.now()
    db.add(
        FaqVersion(
            entry_id=entry.id,
            version=entry.version,
            question=answer.question,
            answer=answer.text,
            answer_html=answer.html,
            letter=answer.letter,
            made_by=viewer.person_id,
        )
    )
    await db.flush()
    await db.refresh(entry)

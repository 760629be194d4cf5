"""Rules for asking whoever runs a challenge, and for setting a question aside."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.questions.models import AskedQuestion, QuestionCategory

# Questions of one person, in all challenges together.
MOST = 10
PER = timedelta(hours=1)


async def ask(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, category: QuestionCategory, text: str
) -> int:
    """Adds a question and returns its number; for one that the viewer has asked already, in the
    same words and not answered yet, only returns its number.

    Raises SignInNeeded; Conflict for a campaign that is not published, is archived, or was
    imported, so that nobody would answer; TooMany after MOST questions in PER.
    """
    person_id = viewer.person_id
    if not campaign.is_published:
        raise Conflict(_("Questions can be asked once it is published."))
    if campaign.archived_at:
        raise Conflict(_("This is archived: it can be read, and takes no questions any more."))
    if campaign.source_ref:
        raise Conflict(_("Those who run this do not read questions here. Ask at its own site."))
    # One row of the person's for all their questions: two presses of the button follow each other.
    await limit(db, attempt_key("ask", str(person_id)), MOST, PER)
    if before := await _asked_before(db, person_id, campaign.id, text):
        return before
    question = AskedQuestion(
        campaign_id=campaign.id, person_id=person_id, category=category, text=text
    )
    db.add(question)
    await record(db, Kind.QUESTION_ASKED, viewer, on=campaign, subject=question)
    return question.id


async def _asked_before(
    db: AsyncSession, person_id: int, campaign_id: int, text: str
) -> int | None:
    number: int | None = await db.scalar(
        select(AskedQuestion.id).where(
            AskedQuestion.person_id == person_id,
            AskedQuestion.campaign_id == campaign_id,
            AskedQuestion.is_open,
            AskedQuestion.text == text,
        )
    )
    return number


async def lock_questions(
    db: AsyncSession, campaign: Campaign, numbers: list[int]
) -> list[AskedQuestion]:
    """The questions with these numbers, locked. Raises Conflict where one of them is none of this
    campaign's."""
    wanted = sorted(set(numbers))
    rows = select(AskedQuestion).where(
        AskedQuestion.id.in_(wanted), AskedQuestion.campaign_id == campaign.id
    )
    found = list(await db.scalars(held(rows.order_by(AskedQuestion.id))))
    if len(found) < len(wanted):
        raise _dealt_with()
    return found


def must_be_open(questions: Iterable[AskedQuestion]) -> None:
    """Raises Conflict where one of the questions, whose rows are locked, is not open any more."""
    if not all(question.is_open for question in questions):
        raise _dealt_with()


def _dealt_with() -> Conflict:
    return Conflict(
        _(
            "Somebody else has dealt with one of these questions meanwhile. Nothing was sent; "
            "what you typed is kept. Go back to the open questions and choose again."
        ),
        field="of",
    )


async def set_aside(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, question_id: int, why: str
) -> None:
    """Sets an open question aside; whoever asked it is told why, and nobody else sees it. Pressed
    twice it is done once.

    Raises Invalid without a reason, Conflict where the question is not open any more.
    """
    if not why:
        raise Invalid(_("Say why: whoever asked reads it."), field="why")
    (question,) = await lock_questions(db, campaign, [question_id])
    if question.set_aside_at and (question.set_aside_by, question.set_aside_why) == (
        viewer.id,
        why,
    ):
        return
    must_be_open([question])
    question.set_aside_at = func.now()
    question.set_aside_by = viewer.person_id
    question.set_aside_why = why
    await record(db, Kind.QUESTION_SET_ASIDE, viewer, on=campaign, subject=question, why=why)


async def reopen(db: AsyncSession, viewer: Viewer, campaign: Campaign, question_id: int) -> None:
    """Opens a question again that was set aside or put to an entry; does nothing for an open one.

    The events keep what was decided before, and why. Raises NotFound.
    """
    question = await locked(db, AskedQuestion, question_id)
    if question.is_open:
        return
    before = {"entry": question.entry_id, "why": question.set_aside_why}
    question.entry_id = question.joined_at = question.joined_by = None
    question.set_aside_at = question.set_aside_by = None
    question.set_aside_why = ""
    await record(db, Kind.QUESTION_REOPENED, viewer, on=campaign, subject=question, **before)


async def change_category(db: AsyncSession, question_id: int, category: QuestionCategory) -> None:
    """Puts an asked question into another category. Raises NotFound."""
    question = await locked(db, AskedQuestion, question_id)
    question.category = category

"""Rules for appealing against a moderator's decision, which somebody else decides."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.own_names import is_own
from ideahub.core.paging import MOST
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.moderation.cases import find_case
from ideahub.moderation.deciding import overturn, undoing
from ideahub.moderation.measures import APPEAL_WITHIN, APPEALABLE
from ideahub.moderation.models import Measure, ModerationAppeal, ModerationCase, ModerationDecision
from ideahub.moderation.moderators import MODERATES, moderators_of
from ideahub.organisations.models import Person

Author = aliased(Person, name="author")


async def appeal(
    db: AsyncSession, viewer: Viewer, decision: ModerationDecision, text: str
) -> ModerationAppeal:
    """Appeals against a decision about a text of the viewer's; returns the appeal that there is
    already where its text is the same.

    Raises NotFound for somebody else's, Conflict where they have appealed already, where it was
    undone, where the time for it is over, and where nothing was decided against them; Invalid
    without words.
    """
    case = await locked(db, ModerationCase, decision.case_id)
    if viewer.person_id != case.author_id:
        raise NotFound
    before = await appeal_against(db, decision.id)
    if before and before.text == text:
        return before
    if before:
        raise Conflict(_("You have appealed against this already; somebody else looks at it."))
    if decision.measure not in APPEALABLE or await undoing(db, decision.id):
        raise Conflict(_("This decision does not stand any more, so there is nothing to appeal."))
    if not await _is_in_time(db, decision):
        raise Conflict(_("The time in which you could appeal against this is over."))
    if not text:
        raise Invalid(_("Say why the decision is wrong."), field="text")
    made = ModerationAppeal(decision_id=decision.id, made_by=viewer.person_id, text=text)
    db.add(made)
    await db.flush()
    await record(db, Kind.MODERATION_APPEALED, viewer, subject=made)
    return made


async def _is_in_time(db: AsyncSession, decision: ModerationDecision) -> bool:
    ends = decision.created_at + APPEAL_WITHIN[Measure(decision.measure)]
    return bool(await db.scalar(select(ends > func.statement_timestamp())))


async def decide_appeal(
    db: AsyncSession, viewer: Viewer, appeal_id: int, *, is_upheld: bool, reason: str
) -> ModerationAppeal:
    """Decides an appeal; one that is right undoes the decision, so that everything is as it was.
    Returns it, also where the viewer has decided the same already.

    Raises NotFound; Forbidden for whoever decided first, and for one's own appeal; Conflict where
    somebody else has decided it meanwhile; Invalid without a reason.
    """
    made = await find_appeal(db, viewer, appeal_id)
    decision = await db.get_one(ModerationDecision, made.decision_id)
    case = await find_case(db, viewer, decision.case_id, lock=True)
    await db.refresh(made)
    if why := await why_not_decide(db, viewer, case.author_id, decision.decided_by):
        raise Forbidden(why)
    if made.decided_at:
        return _decided_already(viewer, made, is_upheld=is_upheld, reason=reason)
    if not reason:
        raise Invalid(_("Say why: whoever appealed reads it."), field="reason")
    made.decided_at, made.decided_by = await db.scalar(select(func.now())), viewer.person_id
    made.is_upheld, made.reason = is_upheld, reason
    await db.flush()
    if is_upheld:
        await overturn(db, viewer, case, decision, reason)
    await record(db, Kind.MODERATION_APPEAL_DECIDED, viewer, subject=made)
    return made


async def find_appeal(db: AsyncSession, viewer: Viewer, appeal_id: int) -> ModerationAppeal:
    """An appeal, for moderators of the case; raises SignInNeeded and NotFound."""
    viewer.must_sign_in()
    wanted = (
        select(ModerationAppeal)
        .join(ModerationDecision, ModerationDecision.id == ModerationAppeal.decision_id)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .where(ModerationAppeal.id == appeal_id, MODERATES)
    )
    made = await db.scalar(wanted, viewer.bound) if appeal_id <= MOST else None
    if made is None:
        raise NotFound
    return made


async def appeal_against(db: AsyncSession, decision_id: int) -> ModerationAppeal | None:
    """The appeal against a decision; None where there is none."""
    found = select(ModerationAppeal).where(ModerationAppeal.decision_id == decision_id)
    return await db.scalar(found)


async def why_not_decide(db: AsyncSession, viewer: Viewer, author_id: int, decided_by: int) -> str:
    """Why the viewer, who moderates here, cannot decide an appeal of this author against a decision
    of that person; empty where they can."""
    if await is_own(db, viewer, author_id):
        return _("It is your own appeal, so somebody else decides.")
    if viewer.is_person(decided_by):
        return _("You decided this first, so somebody else looks at the appeal.")
    return ""


async def has_other_moderator(
    db: AsyncSession, case: ModerationCase, decision: ModerationDecision
) -> bool:
    """Whether a moderator of the place can decide an appeal; else it is up to the admins above."""
    others = moderators_of(case.organisation_id, Role.MODERATOR).subquery()
    free = is_free(others.c.person_id, case, decision)
    return bool(await db.scalar(select(exists().where(free))))


def is_free(
    person_id: SQLColumnExpression[int], case: ModerationCase, decision: ModerationDecision
) -> ColumnElement[bool]:
    """The condition that this person neither decided, nor wrote the text, nor speaks for its
    author. Whose a name is that somebody chose for themselves, no statement can say."""
    speaker = select(Author.through_id).where(
        Author.id == case.author_id, Author.through_id.is_not(None)
    )
    return and_(person_id.not_in([decision.decided_by, case.author_id]), person_id.not_in(speaker))


def _decided_already(
    viewer: Viewer, made: ModerationAppeal, *, is_upheld: bool, reason: str
) -> ModerationAppeal:
    same = viewer.is_person(made.decided_by) and (made.is_upheld, made.reason) == (
        is_upheld,
        reason,
    )
    if not same:
        raise Conflict(_("Somebody else has decided this appeal meanwhile."))
    return made

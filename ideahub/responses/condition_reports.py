"""Rules for pointing out that what would change an answer has come true."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.responses.models import ConditionReport
from ideahub.responses.responding import must_answer, newest_response
from ideahub.responses.waking import wake


async def report_condition(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, evidence: str
) -> ConditionReport:
    """Says that what would change the answer has come true, with evidence; returns what the viewer
    said before where they did, as each says it once.

    Raises SignInNeeded, Invalid without evidence, and Conflict where no answer waits for anything.
    """
    person_id = viewer.person_id
    if not evidence:
        raise Invalid(_("Say what has come true, and how one can see it."), field="evidence")
    row = await lock_open_idea(db, idea.id)
    response = await newest_response(db, idea.id)
    if response is None or not response.is_asleep or row.stage != Stage.PARKED:
        raise Conflict(_("This idea is awake: an answer is not waiting for anything."))
    values = {"response_id": response.id, "person_id": person_id, "evidence": evidence}
    added = insert(ConditionReport).values(values).on_conflict_do_nothing()
    number = await db.scalar(added.returning(ConditionReport.id))
    if number is not None:
        subject = Ref(ConditionReport, number)
        await record(db, Kind.CONDITION_REPORTED, viewer, on=idea, subject=subject)
    own = select(ConditionReport).filter_by(response_id=response.id, person_id=person_id)
    return (await db.scalars(own)).one()


async def confirm_report(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, report_id: int, answer: str
) -> bool:
    """Confirms that a condition has come true, and wakes the idea; returns False where somebody
    confirmed it already. Raises what `must_answer` raises, NotFound, and Conflict where it was
    refused."""
    await must_answer(db, viewer, idea)
    report = await _lock(db, idea, report_id)
    if report.confirmed_at:
        return False
    if report.refused_at:
        raise Conflict(_("Somebody has refused this already."))
    report.confirmed_at, report.decided_by = func.now(), viewer.person_id
    report.answer = answer
    # Their words stand in one place only, where moderators can hide them.
    reason = _("Somebody pointed out that what it was waiting for is so now.")
    return await wake(db, viewer, idea.id, report.response_id, reason=reason)


async def refuse_report(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, report_id: int, answer: str
) -> bool:
    """Says why a condition has not come true; returns False where that was said already. Raises
    what `must_answer` raises, NotFound, Invalid without a reason, and Conflict where it was
    confirmed."""
    await must_answer(db, viewer, idea)
    if not answer:
        raise Invalid(_("Say why it has not come true."), field="answer")
    report = await _lock(db, idea, report_id)
    if report.refused_at:
        return False
    if report.confirmed_at:
        raise Conflict(_("Somebody has confirmed this already, and the idea is awake."))
    report.refused_at, report.decided_by, report.answer = func.now(), viewer.person_id, answer
    await record(db, Kind.CONDITION_REFUSED, viewer, on=idea, subject=report)
    return True


async def _lock(db: AsyncSession, idea: IdeaView, report_id: int) -> ConditionReport:
    # The idea is always locked first, so that two requests never wait for each other.
    await lock_open_idea(db, idea.id)
    report = await locked(db, ConditionReport, report_id)
    newest = await newest_response(db, idea.id)
    if newest is None or report.response_id != newest.id:
        raise NotFound
    return report

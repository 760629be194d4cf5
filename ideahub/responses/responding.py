"""Rules for answering an idea, and for changing an answer."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _, sentences
from ideahub.core.own_names import is_own
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.organisations.models import Person
from ideahub.pipeline.parking import park_idea, wake_idea
from ideahub.responses.answer_input import AnswerInput, must_be_complete, says_already
from ideahub.responses.crossing import close_clock, open_owed
from ideahub.responses.handovers import lapse_handovers
from ideahub.responses.models import OwedResponse, Response, ResponseVersion
from ideahub.responses.owing import STOOD_IN_FOR, VIEWER_OWNS, VIEWER_TOOK_OVER
from ideahub.responses.wake_conditions import must_be_ahead
from ideahub.responses.wake_words import wake_sentence
from ideahub.sponsorship.offering import today

ROLE_OF_VIEWER = select(
    VIEWER_OWNS.label("owns"), VIEWER_TOOK_OVER.label("took_over"), STOOD_IN_FOR.label("for_id")
).where(OwedResponse.idea_id == bindparam("idea_id"), OwedResponse.is_open)


class Answering(NamedTuple):
    """In what role the viewer answers: for the leader with this number where they stand in."""

    may: bool
    for_id: int | None = None
    owns: bool = False


async def may_answer(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> Answering:
    """Whether the viewer may answer an idea: who leads its organisation, took the answer over as a
    leader of another one, or stands in for whoever owes it; nobody answers an idea of their own,
    under whatever name they wrote it."""
    if not viewer.signed_in or await is_author(db, viewer, idea):
        return Answering(may=False)
    answering = await _role_of(db, viewer, idea)
    if answering.may and await is_own(db, viewer, idea.author_id):
        return Answering(may=False)
    return answering


async def _role_of(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> Answering:
    rows = await rows_of(db, ROLE_OF_VIEWER, {"idea_id": idea.id, **viewer.bound})
    owns, took_over, for_id = rows[0] if rows else (False, False, None)
    if viewer.holds(Role.LEADER, idea.organisation_id) or (took_over and viewer.can_lead):
        return Answering(may=True, owns=owns)
    # An owner who leads no more may not; somebody else is named.
    return Answering(may=for_id is not None and not owns, for_id=for_id)


async def must_answer(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> Answering:
    """In what role the viewer answers an idea. Raises SignInNeeded, and Forbidden for its authors
    and whoever may not answer it."""
    viewer.must_sign_in()
    answering = await may_answer(db, viewer, idea)
    if answering.may:
        return answering
    if await is_author(db, viewer, idea) or await is_own(db, viewer, idea.author_id):
        raise Forbidden(_("Nobody answers an idea of their own. Ask a colleague to answer it."))
    raise Forbidden(_("Only leaders of this organisation, or who stands in for one, answer here."))


async def answer_idea(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    given: AnswerInput,
    *,
    known: Answering | None = None,
) -> Response:
    """Gives the answer to an idea, or changes the one that was given, and returns it; for what it
    says already, only returns it. A “no” parks the idea; a “yes” after it wakes it again. `known`
    is what `may_answer` has said of it in this transaction, which else is asked here.

    Raises what `must_answer` and `must_be_complete` raise, and Conflict where the idea was
    withdrawn or hidden, and where somebody else has answered since the viewer saw it; Invalid for a
    number that wakes it at once.
    """
    answering = known if known and known.may else await must_answer(db, viewer, idea)
    must_be_complete(given, await today(db))
    html = await markdown_html(given.body)
    row = await lock_open_idea(db, idea.id)
    owed = await open_owed(db, idea.id)
    last = await newest_response(db, idea.id)
    if last and says_already(last, given) and (owed is None or last.round == owed.round):
        return last
    await _must_be_unchanged(db, last, given)
    await must_be_ahead(db, idea.id, given)
    if last and owed is None:
        return await _change(db, viewer, row, last, given, html)
    return await _give(db, viewer, row, answering, owed, last, given, html)


async def newest_response(db: AsyncSession, idea_id: int) -> Response | None:
    """The newest answer to an idea, read anew."""
    newest = select(Response).where(Response.idea_id == idea_id).order_by(Response.round.desc())
    return await db.scalar(newest.limit(1), execution_options={"populate_existing": True})


async def _must_be_unchanged(db: AsyncSession, last: Response | None, given: AnswerInput) -> None:
    seen = (last.id, last.version) if last else (0, 0)
    if seen == (given.seen_response, given.seen_version):
        return
    name = await db.scalar(select(Person.name).where(Person.id == last.author_id)) if last else ""
    raise Conflict(
        _(
            "%(name)s has answered while you were writing, and that answer stands. Your text is "
            "kept: read theirs, then send yours again to change it.",
            name=name,
        ),
        field="body",
    )


async def _give(
    db: AsyncSession,
    viewer: Viewer,
    row: Idea,
    answering: Answering,
    owed: OwedResponse | None,
    last: Response | None,
    given: AnswerInput,
    html: str,
) -> Response:
    response = Response(
        idea_id=row.id,
        round=owed.round if owed else (last.round if last else 0) + 1,
        owed_id=owed.id if owed else None,
        author_id=viewer.person_id,
        for_id=answering.for_id,
        given_at=func.statement_timestamp(),
        version=1,
        body_html=html,
        **given.said,
        **given.wakes,
    )
    db.add(response)
    await db.flush()
    _add_version(db, viewer, response, given, html)
    if owed:
        await close_clock(db, owed)
        await lapse_handovers(db, owed.id)
    if given.declines and row.stage != Stage.LEARNED:
        await _park(db, viewer, row, response)
    await record(
        db, Kind.RESPONSE_GIVEN, viewer, on=row, subject=response, version=1, verdict=given.verdict
    )
    return response


async def _change(
    db: AsyncSession, viewer: Viewer, row: Idea, response: Response, given: AnswerInput, html: str
) -> Response:
    was_asleep = response.is_asleep and row.stage == Stage.PARKED
    for name, value in {**given.said, **given.wakes}.items():
        setattr(response, name, value)
    response.version += 1
    response.body_html, response.wake_reached_at = html, None
    _add_version(db, viewer, response, given, html)
    if given.declines and row.stage != Stage.LEARNED:
        await _park(db, viewer, row, response)
    elif was_asleep:
        await wake_idea(db, viewer, row, viewer.person_id, reason=given.body, response=response.id)
        response.review_id = None
    await record(
        db,
        Kind.RESPONSE_CHANGED,
        viewer,
        on=row,
        subject=response,
        version=response.version,
        verdict=given.verdict,
    )
    return response


def _add_version(
    db: AsyncSession, viewer: Viewer, response: Response, given: AnswerInput, html: str
) -> None:
    db.add(
        ResponseVersion(
            response_id=response.id,
            version=response.version,
            made_by=viewer.person_id,
            body_html=html,
            why=given.why,
            **given.said,
        )
    )


async def _park(db: AsyncSession, viewer: Viewer, row: Idea, response: Response) -> None:
    wakes_when = sentences(response.would_change, wake_sentence(response))
    review = await park_idea(
        db, viewer, row, reason=response.body, wakes_when=wakes_when, response=response.id
    )
    response.review_id, response.woken_at, response.woken_by = review.id, None, None
    await db.flush()

"""Handlers for reading and scoring an entry."""

import secrets
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.core.text.cleaning import clean_text
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.receiving import sent_form
from ideahub.http.requests import BY_ITSELF
from ideahub.judging.criterion_view import CriterionView, criteria_of, plain
from ideahub.judging.models import Score
from ideahub.judging.own_queue import standing_of
from ideahub.judging.queries import (
    OwnAssignment,
    OwnPanel,
    find_own_assignment,
    must_read,
)
from ideahub.judging.reading import read_assigned
from ideahub.judging.scoring import (
    ENTRANT,
    INTERNAL,
    VALUE,
    OpenedPage,
    TypedScore,
    finish_scorecard,
    reopen_scorecard,
    save_scores,
    scores_of,
)

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LONGEST_SCORE = 40
Scores = dict[int, TypedScore]


@get("/assignments/{assignment_id:int}")
async def show_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[bytes]:
    """The entry beside its scorecard."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    return await _page(request, db, viewer, own, assignment)


@post("/assignments/{assignment_id:int}/scores", opt=BY_ITSELF)
async def keep_scores(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[Any]:
    """Saves what is typed so far, for a page that does so by itself: 204, or 422 where something
    is not on its scale, which then is not saved."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    must_read(own)
    typed, form, opened = await _read(request, db, own)
    if form.ok:
        form.errors |= await save_scores(db, viewer, assignment, typed, opened)
    return Response(b"", status_code=204 if form.ok else 422, media_type="text/plain")


@post("/assignments/{assignment_id:int}")
async def send_scores(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[Any]:
    """Saves the scorecard; with the other button finishes it as well, and leads on."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    must_read(own)
    typed, form, opened = await _read(request, db, own)
    if form.ok:
        async with form.attempt(db, "card"):
            form.errors |= await save_scores(db, viewer, assignment, typed, opened)
    finishes = sent_form(request).get("do") == "finish"
    if form.ok and finishes:
        async with form.attempt(db, "card"):
            await finish_scorecard(db, viewer, assignment)
    if not form.ok:
        _own, assignment = await find_own_assignment(db, viewer, assignment_id)
        return await _page(request, db, viewer, own, assignment, form=form, typed=typed)
    if not finishes:
        return go_to(request, f"/assignments/{assignment.id}#scorecard", _("Saved."))
    return await _lead_on(request, db, viewer, own, assignment)


@post("/assignments/{assignment_id:int}/reopening")
async def reopen(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[Any]:
    """Opens a finished scorecard again."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    must_read(own)
    await reopen_scorecard(db, viewer, assignment)
    done = _("The scorecard is open again. It does not count until you finish it.")
    return go_to(request, f"/assignments/{assignment.id}#scorecard", done)


async def _lead_on(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    assignment: OwnAssignment,
) -> Response[Any]:
    here = await standing_of(db, viewer, own.panel, assignment.id)
    if here is None or here.next_id is None:
        done = _("Finished: that was the last one. Thank you.")
        return go_to(request, f"/judging/{own.panel.id}", done)
    return go_to(request, f"/assignments/{here.next_id}", _("Finished. Here is the next entry."))


async def _read(
    request: AnyRequest, db: AsyncSession, own: OwnPanel
) -> tuple[Scores, Form[None], OpenedPage]:
    sent = sent_form(request)
    form = button_form()
    typed = {
        criterion.id: _typed(sent, criterion, form)
        for criterion in await criteria_of(db, own.panel.id)
    }
    seen = str(sent.get("seen", ""))
    opened = OpenedPage(
        str(sent.get("page", ""))[:40], int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    )
    return typed, form, opened


def _typed(sent: FormMultiDict, criterion: CriterionView, form: Form[None]) -> TypedScore:
    value = str(sent.get(f"{VALUE}-{criterion.id}", ""))[:LONGEST_SCORE]
    words = {}
    for field in (ENTRANT, INTERNAL):
        name = f"{field}-{criterion.id}"
        words[field] = clean_text(str(sent.get(name, "")))
        over = len(words[field]) - lengths.SCORE_COMMENT
        if over > 0:
            form.errors[name] = _("Shorten this comment by %(number)s characters.", number=over)
    return TypedScore(value, words[ENTRANT], words[INTERNAL])


def typed_of(criteria: list[CriterionView], scores: Mapping[int, Score]) -> Scores:
    """A stored scorecard as its form shows it."""
    return {
        criterion.id: TypedScore(
            plain(scores[criterion.id].value),
            scores[criterion.id].comment_for_entrant,
            scores[criterion.id].comment_internal,
        )
        if criterion.id in scores
        else TypedScore()
        for criterion in criteria
    }


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    assignment: OwnAssignment,
    *,
    form: Form[None] | None = None,
    typed: Scores | None = None,
) -> Response[bytes]:
    if assignment.stands and not own.may_read:
        return go_to(request, f"/judging/{own.panel.id}/conflicts")
    form = form or button_form()
    criteria = await criteria_of(db, own.panel.id)
    scores = await scores_of(db, assignment.scorecard_id)
    stored = typed_of(criteria, scores)
    writes = assignment.stands and assignment.is_open(own.panel) and not assignment.final_at
    return page(
        request,
        viewer,
        "judging/scorecard.html",
        status=form.status,
        rooms=(f"judges:{own.panel.campaign_id}",),
        own=own,
        panel=own.panel,
        assignment=assignment,
        criteria=criteria,
        writes=writes,
        typed=typed or stored,
        # What came too late is not saved, and is shown to its judge once more.
        late=typed if typed and not writes and typed != stored else None,
        scores=scores,
        form=form,
        page_name=secrets.token_hex(8),
        frozen=await read_assigned(db, viewer, own, assignment) if assignment.stands else None,
        limit=lengths.SCORE_COMMENT,
        here=await standing_of(db, viewer, own.panel, assignment.id),
    )


ROUTES: list[ControllerRouterHandler] = [show_entry, keep_scores, send_scores, reopen]

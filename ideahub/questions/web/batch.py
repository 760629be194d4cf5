"""Handlers for answering many questions at once, each with an answer of its own: begun with a
template, seen before it goes, and sent in one press."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, read_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.row_forms import RowForm
from ideahub.organisations.models import Organisation
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.open_questions import AskedView, chosen_questions
from ideahub.questions.templates import templates_for
from ideahub.questions.web.batch_rows import (
    ROWS,
    AnswerRow,
    BatchForm,
    Looked,
    Rows,
    begun_rows,
    looked_at,
    number_of,
    put_template,
    send_rows,
    written_rows,
)
from ideahub.questions.web.forms import numbers_in

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/single-answers"


@get(ADDRESS)
async def begin_batch(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    of: FromQuery[list[str] | None] = None,
) -> Response[Any]:
    """A row for each chosen question that is open; without any, those that were begun before."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign))
    drafted = ROWS.drafted(draft) if draft else []
    numbers = numbers_in(of or [])[: ROWS.most] or [number_of(row) for row in drafted]
    asked = [one for one in await chosen_questions(db, campaign.id, numbers) if one.is_open]
    if not asked:
        told = _("Choose questions in the list that are still open.")
        return see_other(f"/management/{campaign.id}/questions", told, done=False)
    rows = begun_rows(asked, drafted)
    return await _page(request, db, viewer, campaign, rows, asked, from_draft=bool(drafted))


@post(ADDRESS)
async def send_batch(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Publishes the answers once their author has looked at them; those that cannot be used stay on
    the page, as they were typed."""
    campaign = await find_managed(db, viewer, campaign_id)
    sent = sent_form(request)
    rows: Rows = ROWS.read({name: sent.getall(name) for name in sent})
    form = await read_form(request, BatchForm)
    asked = await chosen_questions(db, campaign.id, [number_of(row) for row in rows])
    rows = [row for row in rows if number_of(row) in {one.id for one in asked}]
    if form.values.do == "template":
        put_template(form, rows, asked, campaign, await templates_for(db, campaign))
        return await _page(request, db, viewer, campaign, rows, asked, form=form)
    answers = await written_rows(campaign, rows)
    looked = await looked_at(db, campaign, answers) if _are_right(rows) else None
    if looked and answers and form.values.do == "send" and form.values.looked == looked.as_seen:
        left = await send_rows(db, viewer, campaign, rows, answers)
        await discard_draft(db, viewer, _draft_key(campaign))
        told = ngettext(
            "%(num)s answer is published. Whoever asked is told.",
            "%(num)s answers are published. Those who asked are told.",
            len(rows) - len(left),
        )
        if _are_right(rows):
            return see_other(f"/management/{campaign.id}/questions", told)
        return await _page(request, db, viewer, campaign, left, asked, form=form, told=told)
    return await _page(request, db, viewer, campaign, rows, asked, form=form, looked=looked)


def _are_right(rows: Sequence[RowForm[AnswerRow]]) -> bool:
    return all(row.form.ok for row in rows)


def _draft_key(campaign: Campaign) -> str:
    return f"answer-batch-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    rows: Rows,
    asked: Sequence[AskedView],
    *,
    form: Form[BatchForm] | None = None,
    looked: Looked | None = None,
    told: str = "",
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    problems = ROWS.errors(rows)
    refused = [row.form.status for row in rows if not row.form.ok]
    return page(
        request,
        viewer,
        "questions/batch.html",
        status=max(refused, default=form.status if form else 200),
        campaign=campaign,
        form=form or blank(BatchForm),
        rows=rows,
        asked={one.id: one for one in asked},
        problems=problems,
        looked=looked,
        told=told,
        templates=await templates_for(db, campaign),
        labels=category_labels(),
        options=category_options(),
        draft_key=_draft_key(campaign),
        restored=from_draft,
        answer_seen_by=seen_by(campaign.audience, organisation.name),
    )


ROUTES: list[ControllerRouterHandler] = [begin_batch, send_batch]

"""Handlers for preparing, previewing and publishing summaries."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.askers import find_asker
from ideahub.campaigns.local_time import offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, button_form, fill, read_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation
from ideahub.you_said.editing import omissions_of
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.places import page_of_campaign, page_of_summary
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import is_so_far, publish
from ideahub.you_said.queries import find_summary, quarters_of, zone_of
from ideahub.you_said.scope import Quarter, now_in, quarter_of
from ideahub.you_said.sentences import read
from ideahub.you_said.web.edit_page import place_of
from ideahub.you_said.web.forms import PublishSummaryForm, QuarterForm
from ideahub.you_said.web.shown import shown_summary
from ideahub.you_said.wording.headings import quarter_words

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# How many quarters are offered: the present one, and those before.
OFFERED = 8


@get("/management/{campaign_id:int}/you-said")
async def manage(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """Where the summary of a campaign stands, and how it is begun."""
    return await _manage(request, db, viewer, await find_managed(db, viewer, campaign_id))


@post("/management/{campaign_id:int}/you-said")
async def prepare(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Prepares the summary of a campaign."""
    campaign = await find_managed(db, viewer, campaign_id)
    number = await prepare_for_campaign(db, viewer, campaign)
    return see_other(f"/summaries/{number}", _("It is written. Read it, and add your words."))


async def _manage(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, campaign: Campaign
) -> Response[bytes]:
    found = await db.scalars(
        select(OutcomeSummary).where(OutcomeSummary.campaign_id == campaign.id)
    )
    return page(
        request,
        viewer,
        "you_said/manage.html",
        campaign=campaign,
        summary=found.one_or_none(),
        place=page_of_campaign(campaign),
    )


@get("/organisations/{body_id:int}/quarters")
async def quarters(
    request: AnyRequest, db: Db, viewer: CurrentViewer, body_id: FromPath[int]
) -> Response[bytes]:
    """The summaries of an organisation; for its managers also the drafts, and how one is begun."""
    organisation = await find_asker(db, viewer, body_id)
    timezone = await zone_of(db, organisation.id)
    form = fill(QuarterForm, {"timezone": [timezone]})
    form.errors.clear()
    return await _quarters(request, db, viewer, organisation, form)


@post("/organisations/{body_id:int}/quarters")
async def prepare_quarter(
    request: AnyRequest, db: Db, viewer: CurrentViewer, body_id: FromPath[int]
) -> Response[Any]:
    """Prepares the summary of a quarter."""
    viewer.must_sign_in()
    organisation = await find_asker(db, viewer, body_id)
    if not viewer.holds(Role.MANAGER, organisation.id):
        raise NotFound
    form = await read_form(request, QuarterForm)
    if form.ok and (quarter := _quarter(form)):
        async with form.attempt(db, "quarter"):
            zone = form.values.timezone
            number = await prepare_for_quarter(db, viewer, organisation.id, quarter, zone)
            done = _("It is written. Read it, and add your words.")
            return see_other(f"/summaries/{number}", done)
    return await _quarters(request, db, viewer, organisation, form)


def _quarter(form: Form[QuarterForm]) -> Quarter | None:
    """The chosen quarter; None, and an error in the form, where it is none."""
    if found := re.fullmatch(r"(20\d\d)-([1-4])", form.values.quarter):
        return Quarter(int(found[1]), int(found[2]))
    form.errors["quarter"] = _("Choose a quarter.")
    return None


async def _quarters(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    organisation: Organisation,
    form: Form[QuarterForm],
) -> Response[bytes]:
    manages = viewer.holds(Role.MANAGER, organisation.id)
    rows = await quarters_of(db, organisation.id)
    shown = [(quarter_of(row.starts_on), row) for row in rows if row.version or manages]
    quarter, offered = quarter_of((await now_in(db)).date()), []
    for _number in range(OFFERED):
        offered.append(quarter)
        quarter = quarter.before
    return page(
        request,
        viewer,
        "you_said/quarters.html",
        status=form.status,
        organisation=organisation,
        manages=manages,
        quarters=[(one, quarter_words(one), row) for one, row in shown],
        choices=[
            {"value": f"{one.year}-{one.number}", "label": quarter_words(one)} for one in offered
        ],
        form=form,
        zones=offered_zones(),
    )


@get("/summaries/{summary_id:int}/preview")
async def preview(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[bytes]:
    """The summary as everyone will read it."""
    summary = await find_summary(db, viewer, summary_id)
    return await _preview(request, db, viewer, summary, button_form())


@post("/summaries/{summary_id:int}/publication")
async def publish_now(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[Any]:
    """Publishes the summary as its publisher has seen it in the preview."""
    summary = await find_summary(db, viewer, summary_id, lock=True)
    form = await read_form(request, PublishSummaryForm)
    if form.ok:
        async with form.attempt(db, "seen"):
            await publish(db, viewer, summary, form.values.seen or 0)
            return see_other(await page_of_summary(db, summary), _("It is published."))
    else:
        form.refuse(Conflict(_("Look at it in the preview, then publish it there.")), "seen")
    return await _preview(request, db, viewer, summary, form)


async def _preview(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    summary: OutcomeSummary,
    form: Form[Any],
) -> Response[bytes]:
    place = await place_of(db, viewer, summary)
    left_out = {one.sentence for one in await omissions_of(db, summary.id)}
    kept = [one for one in read(summary.sentences) if one.must_stay or one.key not in left_out]
    words = {section: await markdown_html(text) for section, text in summary.words.items()}
    shown = await shown_summary(
        db,
        place.reader,
        kept,
        words_html=words,
        order=summary.section_order,
        timezone=summary.timezone,
    )
    return page(
        request,
        viewer,
        "you_said/preview.html",
        status=form.status,
        draft=summary,
        place=place,
        summary=shown,
        introduction_html=await markdown_html(summary.introduction),
        so_far=await is_so_far(db, summary),
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [
    manage,
    prepare,
    quarters,
    prepare_quarter,
    preview,
    publish_now,
]

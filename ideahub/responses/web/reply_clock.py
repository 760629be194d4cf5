"""Handlers for the rule of a campaign's reply clock, for its managers."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.responses.leaders import leaders_of
from ideahub.responses.reply_rules import RuleView, end_rule, rule_of, set_rule
from ideahub.responses.web.forms import RuleForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/response-clock"


@get(ADDRESS)
async def show_rule(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The form with the rule as it is, or as it was left."""
    campaign = await find_managed(db, viewer, campaign_id)
    rule = await rule_of(db, campaign.id)
    draft = await find_draft(db, viewer, _draft_key(campaign))
    form = restored(RuleForm, draft or _typed(rule))
    return await _page(request, db, viewer, campaign, rule, form, from_draft=bool(draft))


@post(ADDRESS)
async def keep_rule(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Sets the rule; the form again where it cannot be used."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, RuleForm)
    if form.ok:
        async with form.attempt(db, "leaders"):
            await set_rule(db, viewer, campaign, form.values.plan)
    if not form.ok:
        rule = await rule_of(db, campaign.id)
        return await _page(request, db, viewer, campaign, rule, form)
    await discard_draft(db, viewer, _draft_key(campaign))
    return see_other(_here(campaign), _("The reply clock is set. Everyone can read it."))


@post(f"{ADDRESS}/ending")
async def stop_rule(db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]) -> Response[Any]:
    """Ends the rule."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    await end_rule(db, viewer, campaign)
    return see_other(_here(campaign), _("Ended. What is owed already stays owed."))


def _here(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/response-clock"


def _draft_key(campaign: Campaign) -> str:
    return f"response-clock-{campaign.id}"


def _typed(rule: RuleView | None) -> dict[str, Any]:
    if rule is None:
        return {"organisations": "1", "days": "30"}
    names = ("supporters", "organisations", "days")
    numbers = {name: str(getattr(rule, name)) for name in names}
    return {**numbers, "leaders": [str(number) for number in rule.leaders]}


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    rule: RuleView | None,
    form: Form[RuleForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "responses/reply_clock.html",
        status=form.status,
        campaign=campaign,
        leaders=await leaders_of(db, campaign.organisation_id),
        rule=rule,
        form=form,
        restored=from_draft,
        draft_key=_draft_key(campaign),
    )


ROUTES: list[ControllerRouterHandler] = [show_rule, keep_rule, stop_rule]

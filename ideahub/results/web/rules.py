"""Handlers for declaring how a panel's totals become ranks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, amount, choice, number, prefilled, read_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.collecting import TieBreak, criteria_of, rule_of
from ideahub.results.declaring_rule import DeclaredRule, declare_rule, declared_rule
from ideahub.results.labels import rule_words
from ideahub.results.scoring_rule import MissingScores, PanelMethod
from ideahub.results.web.managing import results_room

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
RULE = "/management/{campaign_id:int}/results/{panel_id:int}/rule"


@dataclass
class ScoringRuleForm:
    """How totals become ranks."""

    method: PanelMethod | None = choice(PanelMethod, required=True)
    trim_count: int | None = number(0, 20)
    missing: MissingScores | None = choice(MissingScores, required=True)
    tie_break: TieBreak | None = choice(TieBreak, required=True)
    decimals: int | None = number(0, 6)
    bound: Decimal | None = amount("100")

    @property
    def declared(self) -> DeclaredRule:
        """The fields as the rules take them; only for a form without errors."""
        method = self.method or PanelMethod.MEAN
        trimmed = self.trim_count or 0
        return DeclaredRule(
            method=method,
            trim_count=trimmed if method is PanelMethod.TRIMMED_MEAN else 0,
            missing=self.missing or MissingScores.LEAVE_OUT_JUDGE,
            tie_break=self.tie_break or TieBreak.CRITERIA,
            decimals=2 if self.decimals is None else self.decimals,
            bound=self.bound,
        )


@get(RULE)
async def open_rule(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The page of the rule, with its form until entries are assigned."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    now = declared_rule(panel)
    begun = await find_draft(db, viewer, f"scoring-rule-{panel.id}")
    form = prefilled(
        ScoringRuleForm(
            method=now.method,
            trim_count=now.trim_count or 1,
            missing=now.missing,
            tie_break=now.tie_break,
            decimals=now.decimals,
            bound=now.bound,
        ),
        begun,
    )
    return await _page(request, db, viewer, campaign, panel, form)


@post(RULE)
async def declare(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Declares the rule; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, ScoringRuleForm)
    if form.ok:
        async with form.attempt(db, "method"):
            await declare_rule(db, viewer, campaign, panel, form.values.declared)
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, form)
    await discard_draft(db, viewer, f"scoring-rule-{panel.id}")
    done = _("Declared. It stays as it is from the first assignment on.")
    return go_to(request, f"/management/{campaign.id}/judging/{panel.id}", done)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    form: Form[ScoringRuleForm],
) -> Response[bytes]:
    criteria = await criteria_of(db, panel.id)
    return page(
        request,
        viewer,
        "results/rule.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        rule=rule_words(rule_of(panel, criteria), criteria),
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [open_rule, declare]

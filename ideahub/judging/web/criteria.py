"""Handlers for the criteria of a panel and their weights."""

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
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.receiving import sent_form
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.labels import commenting_choices, scale_choices
from ideahub.judging.panels import PanelView, find_managed_panel
from ideahub.judging.web.criteria_rows import (
    ROWS,
    Row,
    new_row,
    read_plans,
    rearrange,
    stored_rows,
)
from ideahub.judging.weighing import MOST_CRITERIA, set_criteria

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LONGEST_DEED = 20


@get("/management/{campaign_id:int}/judging/{panel_id:int}/criteria")
async def edit_criteria(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The page with the criteria, or the viewer's draft of them."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, _key(panel))
    rows = ROWS.drafted(draft or {}) or stored_rows(await criteria_of(db, panel.id))
    return await _page(request, db, viewer, campaign, panel, rows or [new_row()], kept=bool(draft))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/criteria")
async def save_criteria(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Saves the criteria; where another button was pressed, shows them with a row more or less,
    or in another order."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    sent = sent_form(request)
    rows = ROWS.read({name: sent.getall(name) for name in sent})
    if rearrange(rows, str(sent.get("do", "save"))[:LONGEST_DEED]):
        # They are not saved yet, so what is not filled in is no error.
        rows = [Form(row.values, row.typed, {}) for row in rows]
        return await _page(request, db, viewer, campaign, panel, rows)
    together = button_form()
    plans = read_plans(rows)
    if all(row.ok for row in rows):
        async with together.attempt(db, "criteria"):
            await set_criteria(db, viewer, campaign, panel.id, plans)
    if not together.ok or not all(row.ok for row in rows):
        errors = dict(_errors(rows), **together.errors)
        status = together.refused_with if not together.ok else 422
        return await _page(request, db, viewer, campaign, panel, rows, errors=errors, status=status)
    await discard_draft(db, viewer, _key(panel))
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, at, _("The criteria are saved. Their weights sum to 100 %."))


def _errors(rows: list[Row]) -> list[tuple[str, str]]:
    return [
        (f"criterion-{index}-{name}", sentence)
        for index, row in enumerate(rows)
        for name, sentence in row.errors.items()
    ]


def _named(errors: dict[str, str]) -> dict[str, str]:
    """The same for the summary above the form: those of a row say which criterion they are of."""
    found = {}
    for name, problem in errors.items():
        _criterion, _dash, rest = name.partition("criterion-")
        index = rest.partition("-")[0]
        found[name] = (
            _("Criterion %(number)s: %(problem)s", number=int(index) + 1, problem=problem)
            if index.isdecimal()
            else problem
        )
    return found


def _key(panel: PanelView) -> str:
    return f"panel-criteria-{panel.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    rows: list[Row],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    kept: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "judging/criteria.html",
        status=status,
        campaign=campaign,
        panel=panel,
        at=f"/management/{campaign.id}/judging/{panel.id}",
        criteria=await criteria_of(db, panel.id) if panel.fixed_at else [],
        rows=rows,
        errors=errors or {},
        problems=_named(errors or {}),
        restored=kept,
        draft_key=_key(panel),
        scales=scale_choices(),
        commenting=commenting_choices(),
        most=MOST_CRITERIA,
    )


ROUTES: list[ControllerRouterHandler] = [edit_criteria, save_criteria]

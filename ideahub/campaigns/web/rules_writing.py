"""Handlers for writing the rules of a challenge, and for publishing them as a version."""

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed_challenge, lock_campaign
from ideahub.campaigns.rules_versions import listed_versions
from ideahub.campaigns.web.terms import terms_page
from ideahub.campaigns.writing_rules import (
    RulesState,
    WrittenRules,
    publish_rules,
    rules_state,
    save_rules,
)
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.text.diff import word_diff
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, checkbox, line, read_form, restored, text
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import sent_form

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class RulesForm:
    """The text of the rules, and what is said of its change."""

    text: str = text()
    note: str = line(lengths.NOTE)
    material: bool = checkbox()
    seen: str = line(40)


@get("/management/{campaign_id:int}/rules")
async def edit_rules(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page on which the rules are written."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign.id))
    state = await rules_state(db, campaign.id)
    form = restored(RulesForm, draft, text=state.text, seen=state.fingerprint)
    return await _page(request, db, viewer, campaign, form, state, from_draft=bool(draft))


@post("/management/{campaign_id:int}/rules")
async def write_rules(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Saves the rules for the other managers, or publishes them as the next version."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    form = await read_form(request, RulesForm)
    if sent_form(request).get("do") == "look":
        state = await rules_state(db, campaign.id)
        return await _page(request, db, viewer, campaign, form, state)
    if form.ok:
        values = form.values
        html = await markdown_html(values.text)
        written = WrittenRules(values.text, html, values.note, values.material)
        await lock_campaign(db, campaign)
        async with form.attempt(db, "seen"):
            done = await _keep(request, db, viewer, campaign, written, values.seen)
            await discard_draft(db, viewer, _draft_key(campaign.id))
            return see_other(f"/management/{campaign.id}/rules", done)
    state = await rules_state(db, campaign.id)
    return await _page(request, db, viewer, campaign, form, state)


async def _keep(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    written: WrittenRules,
    seen: str,
) -> str:
    if sent_form(request).get("do") != "publish":
        await save_rules(db, viewer, campaign, written, seen=seen)
        return _("Saved. Only those who manage the challenge see it yet.")
    version = await publish_rules(db, viewer, campaign, written, seen=seen)
    return _("Version %(number)s of the rules is published.", number=version.number)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[RulesForm],
    state: RulesState,
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    current, stored = state
    # Where somebody else changed it meanwhile, the sender sees now what stands there.
    overtaken = bool(form.error("seen"))
    if overtaken:
        form.typed = {**form.typed, "seen": state.fingerprint}
    base = stored if overtaken else (current.text if current else "")
    typed = form.values.text if form.ok or overtaken else str(form.value("text"))
    looks_at_it = request.method == "POST" and not form.error("text")
    return await terms_page(
        request,
        db,
        viewer,
        campaign,
        "rules",
        status=form.status,
        form=form,
        current=current,
        next_number=current.number + 1 if current else 1,
        versions=await listed_versions(db, campaign.id),
        overtaken=overtaken,
        compared=await asyncio.to_thread(word_diff, base, typed) if base and base != typed else [],
        looked_at=await markdown_html(typed) if looks_at_it else "",
        draft_key=_draft_key(campaign.id),
        restored=from_draft,
    )


def _draft_key(campaign_id: int) -> str:
    return f"campaign-rules-{campaign_id}"


ROUTES: list[ControllerRouterHandler] = [edit_rules, write_rules]

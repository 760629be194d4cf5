"""Handlers for the rules of conduct, for lists of words, and for what waits before it appears."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign, find_managed
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.languages import offered
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.moderation.conduct import (
    MOST_RULES,
    Conduct,
    Rule,
    conduct_of,
    rule_key,
    write_conduct,
)
from ideahub.moderation.looking_first import look_first, looks_first_in
from ideahub.moderation.models import LooksFirst
from ideahub.moderation.web.forms import ConductForm, LooksFirstForm, WordListForm
from ideahub.moderation.word_lists import change_word_list, word_lists

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
SITE = "/moderation/settings"
OF_CAMPAIGN = "/management/{campaign_id:int}/moderation"


@get("/conduct")
async def show_conduct(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The rules of conduct of the site."""
    conduct = await conduct_of(db, None, None)
    return page(request, viewer, "moderation/conduct.html", conduct=conduct, campaign=None)


@get(["/challenges/{campaign_id:int}/conduct", "/idea-boxes/{campaign_id:int}/conduct"])
async def show_conduct_of_campaign(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The rules of conduct that hold in a campaign."""
    campaign = await find_campaign(db, viewer, campaign_id)
    conduct = await conduct_of(db, campaign.id, campaign.organisation_id)
    return page(request, viewer, "moderation/conduct.html", conduct=conduct, campaign=campaign)


@get(SITE)
async def show_site(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The settings of the whole site, for its admins."""
    _must_run_site(viewer)
    return await _page(request, db, viewer, None)


@get(OF_CAMPAIGN)
async def show_campaign(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The settings of a campaign, for its managers."""
    return await _page(request, db, viewer, await find_managed(db, viewer, campaign_id))


@post(OF_CAMPAIGN)
async def change_looking_first(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Chooses which new texts of the campaign wait for a moderator."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, LooksFirstForm)
    if form.ok and form.values.looks_first is not None:
        await look_first(db, viewer, campaign, form.values.looks_first)
        return see_other(_address(campaign), _("Saved. It holds for what is sent from now on."))
    return await _page(request, db, viewer, campaign, settings=form)


@post([f"{SITE}/conduct", f"{OF_CAMPAIGN}/conduct"])
async def change_conduct(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int] = 0
) -> Response[Any]:
    """Adds a version of the rules of conduct."""
    campaign = await _place(db, viewer, campaign_id)
    form = await read_form(request, ConductForm)
    say_what_is_missing(form, rules=_("Name each rule; at least one is needed."))
    now = await _conduct(db, campaign)
    if form.ok:
        async with form.attempt(db, "rules"):
            await write_conduct(
                db,
                viewer,
                _rules(form, now),
                campaign_id=campaign.id if campaign else None,
                note=form.values.note,
            )
    if not form.ok:
        return await _page(request, db, viewer, campaign, conduct_form=form)
    await discard_draft(db, viewer, _key("conduct", campaign))
    return see_other(_address(campaign), _("Saved. The rules are published."))


@post([f"{SITE}/words", f"{OF_CAMPAIGN}/words"])
async def change_words(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int] = 0
) -> Response[Any]:
    """Changes the list of words in one language."""
    campaign = await _place(db, viewer, campaign_id)
    form = await read_form(request, WordListForm)
    if form.ok and form.values.language not in offered():
        form.errors["language"] = _("Choose a language.")
    if not form.ok:
        return await _page(request, db, viewer, campaign, words_form=form)
    lines = form.values.words.splitlines()
    number = campaign.id if campaign else None
    await change_word_list(db, viewer, number, form.values.language, lines)
    await discard_draft(db, viewer, _key(f"words-{form.values.language}", campaign))
    return see_other(_address(campaign), _("Saved. It holds for what is sent from now on."))


def _must_run_site(viewer: Viewer) -> None:
    viewer.must_sign_in()
    if not viewer.holds(Role.ADMIN, None):
        raise NotFound


async def _place(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign | None:
    """The campaign, for its managers; None, for admins of the site, where none is named."""
    if campaign_id:
        return await find_managed(db, viewer, campaign_id, lock=True)
    _must_run_site(viewer)
    return None


def _address(campaign: Campaign | None) -> str:
    return f"/management/{campaign.id}/moderation" if campaign else SITE


def _key(what: str, campaign: Campaign | None) -> str:
    return f"moderation-{what}-{campaign.id if campaign else 0}"


async def _conduct(db: AsyncSession, campaign: Campaign | None) -> Conduct:
    if campaign is None:
        return await conduct_of(db, None, None)
    return await conduct_of(db, campaign.id, campaign.organisation_id)


def _rules(form: Form[ConductForm], now: Conduct) -> Sequence[Rule]:
    """The rules as they were typed; one that has the name of a rule before keeps its key."""
    keys = {rule.name: rule.key for rule in now.rules}
    found: list[Rule] = []
    for part in form.values.rules.split("\n\n"):
        name, _end, text = part.strip().partition("\n")
        if name and len(found) < MOST_RULES:
            taken = {rule.key for rule in found} | set(keys.values())
            key = keys.pop(name, None) or rule_key(name, taken)
            found.append(Rule(key, name[:200], " ".join(text.split())[:2_000]))
    return found


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign | None,
    **refused: Form[Any],
) -> Response[bytes]:
    conduct = await _conduct(db, campaign)
    typed = "\n\n".join(f"{rule.name}\n{rule.text}" for rule in conduct.rules)
    number = campaign.id if campaign else None
    lists = await word_lists(db, number)
    chosen = await looks_first_in(db, campaign.id) if campaign else LooksFirst.OFF
    draft = await find_draft(db, viewer, _key("conduct", campaign))
    return page(
        request,
        viewer,
        "moderation/settings.html",
        status=max((form.status for form in refused.values()), default=200),
        campaign=campaign,
        address=_address(campaign),
        conduct=conduct,
        settings=refused.get("settings"),
        looks_first=chosen,
        conduct_form=refused.get("conduct_form") or restored(ConductForm, draft, rules=typed),
        words_form=refused.get("words_form"),
        most=lengths.TEXT,
        lists={code: lists.get((number, code), []) for code in offered()},
        key=lambda what: _key(what, campaign),
    )


ROUTES: list[ControllerRouterHandler] = [
    show_conduct,
    show_conduct_of_campaign,
    show_site,
    show_campaign,
    change_looking_first,
    change_conduct,
    change_words,
]

"""Handlers for the rules of conduct, for lists of words, and for what waits before it appears."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.languages import language_name, offered
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
from ideahub.moderation.word_lists import change_word_list, languages_to_list, word_lists
from ideahub.organisations.models import Organisation
from ideahub.organisations.organising import find_organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
SITE = "/moderation/settings"
OF_ORGANISATION = "/organisations/{organisation_id:int}/moderation"
OF_CAMPAIGN = "/management/{campaign_id:int}/moderation"


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """Whose settings these are: a campaign's, an organisation's, or with neither the site's."""

    campaign: Campaign | None = None
    organisation: Organisation | None = None

    @property
    def address(self) -> str:
        """Of the page."""
        if self.campaign:
            return f"/management/{self.campaign.id}/moderation"
        return f"/organisations/{self.organisation.id}/moderation" if self.organisation else SITE

    @property
    def campaign_id(self) -> int | None:
        """The number of the campaign, where it is one."""
        return self.campaign.id if self.campaign else None

    @property
    def organisation_id(self) -> int | None:
        """The number of the organisation, where the settings are its own."""
        return self.organisation.id if self.organisation else None

    def key(self, what: str) -> str:
        """The name of a form under which a draft of it is kept."""
        organisation = f"organisation-{self.organisation.id}" if self.organisation else ""
        return f"moderation-{what}-{organisation or self.campaign_id or 0}"


@get([SITE, OF_ORGANISATION, OF_CAMPAIGN])
async def show_settings(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int] = 0,
    organisation_id: FromPath[int] = 0,
) -> Response[bytes]:
    """The settings of the site or an organisation, for its admins; of a campaign, for its
    managers."""
    place = await _place(db, viewer, campaign_id, organisation_id, lock=False)
    return await _page(request, db, viewer, place)


@post(OF_CAMPAIGN)
async def change_looking_first(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Chooses which new texts of the campaign wait for a moderator."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, LooksFirstForm)
    place = SettingsPlace(campaign)
    if form.ok and form.values.looks_first is not None:
        await look_first(db, viewer, campaign, form.values.looks_first)
        return see_other(place.address, _("Saved. It holds for what is sent from now on."))
    return await _page(request, db, viewer, place, settings=form)


@post([f"{SITE}/conduct", f"{OF_ORGANISATION}/conduct", f"{OF_CAMPAIGN}/conduct"])
async def change_conduct(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int] = 0,
    organisation_id: FromPath[int] = 0,
) -> Response[Any]:
    """Adds a version of the rules of conduct."""
    place = await _place(db, viewer, campaign_id, organisation_id)
    form = await read_form(request, ConductForm)
    say_what_is_missing(form, rules=_("Name each rule; at least one is needed."))
    now = await _conduct(db, place)
    if form.ok:
        async with form.attempt(db, "rules"):
            await write_conduct(
                db,
                viewer,
                _rules(form, now),
                campaign_id=place.campaign_id,
                organisation_id=place.organisation_id,
                note=form.values.note,
            )
    if not form.ok:
        return await _page(request, db, viewer, place, conduct_form=form)
    await discard_draft(db, viewer, place.key("conduct"))
    return see_other(place.address, _("Saved. The rules are published."))


@post([f"{SITE}/words", f"{OF_CAMPAIGN}/words"])
async def change_words(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int] = 0
) -> Response[Any]:
    """Changes the list of words in one language."""
    place = await _place(db, viewer, campaign_id)
    form = await read_form(request, WordListForm)
    language = form.values.language
    if form.ok and language not in {*offered(), *languages_to_list()}:
        form.errors["language"] = _("Choose a language.")
    if not form.ok:
        return await _page(request, db, viewer, place, words_form=form)
    lines = form.values.words.splitlines()
    await change_word_list(db, viewer, place.campaign_id, language, lines)
    await discard_draft(db, viewer, place.key(f"words-{language}"))
    return see_other(place.address, _("Saved. It holds for what is sent from now on."))


async def _place(
    db: AsyncSession,
    viewer: Viewer,
    campaign_id: int,
    organisation_id: int = 0,
    *,
    lock: bool = True,
) -> SettingsPlace:
    """Whose settings they are; raises SignInNeeded, and NotFound for whoever may not change
    them."""
    viewer.must_sign_in()
    if campaign_id:
        return SettingsPlace(await find_managed(db, viewer, campaign_id, lock=lock))
    if organisation_id:
        return SettingsPlace(organisation=await find_organisation(db, viewer, organisation_id))
    if not viewer.holds(Role.ADMIN, None):
        raise NotFound
    return SettingsPlace()


async def _conduct(db: AsyncSession, place: SettingsPlace) -> Conduct:
    above = place.campaign.organisation_id if place.campaign else place.organisation_id
    return await conduct_of(db, place.campaign_id, above)


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


def _own_languages(lists: Mapping[tuple[int | None, str], Any], place: SettingsPlace) -> list[str]:
    return sorted(code for number, code in lists if number == place.campaign_id)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    place: SettingsPlace,
    **refused: Form[Any],
) -> Response[bytes]:
    conduct = await _conduct(db, place)
    typed = "\n\n".join(f"{rule.name}\n{rule.text}" for rule in conduct.rules)
    lists = await word_lists(db, place.campaign_id)
    campaign = place.campaign
    shown = dict.fromkeys((*offered(), *_own_languages(lists, place)))
    draft = await find_draft(db, viewer, place.key("conduct"))
    return page(
        request,
        viewer,
        "moderation/settings.html",
        status=max((form.status for form in refused.values()), default=200),
        place=place,
        campaign=campaign,
        conduct=conduct,
        is_own=(conduct.campaign_id, conduct.organisation_id)
        == (place.campaign_id, place.organisation_id),
        settings=refused.get("settings"),
        looks_first=await looks_first_in(db, campaign.id) if campaign else LooksFirst.OFF,
        conduct_form=refused.get("conduct_form") or restored(ConductForm, draft, rules=typed),
        words_form=refused.get("words_form"),
        most=lengths.TEXT,
        lists={code: lists.get((place.campaign_id, code), []) for code in shown},
        other_languages=[
            (code, language_name(code)) for code in languages_to_list() if code not in shown
        ],
        language_name=language_name,
        key=place.key,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_settings,
    change_looking_first,
    change_conduct,
    change_words,
]

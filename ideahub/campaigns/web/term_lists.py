"""Handlers for the pages of prizes, questions to whoever enters, and partners."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.prizes import sums_in_words, sums_of
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.term_rows import ROWS, plans_of, stored_rows
from ideahub.campaigns.web.terms import terms_page
from ideahub.campaigns.writing_terms import TermList, terms_fingerprint, write_terms
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.money import CURRENCIES, currency_choices
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.row_forms import RowForm
from ideahub.organisations.models import Organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

PAGES = {
    "prizes": TermList.PRIZES,
    "eligibility": TermList.ELIGIBILITY,
    "partners": TermList.PARTNERS,
}
ADDRESSES = [f"/management/{{campaign_id:int}}/{key}" for key in PAGES]
LONGEST_DEED = 60
LONGEST_FINGERPRINT = 40
MOST_ORGANISATIONS = 500


@get(ADDRESSES)
async def edit_list(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of one list, with what is stored."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    key = _key(request)
    which = PAGES[key]
    terms = await terms_of(db, campaign.id)
    seen = terms_fingerprint(terms, which)
    rows = stored_rows(terms, which)
    if draft := await find_draft(db, viewer, _draft_key(key, campaign)):
        rows, seen = ROWS[which].drafted(draft), str(draft.get("seen", ""))
    return await _list_page(
        request, db, viewer, campaign, key, rows, seen=seen, restored=bool(draft)
    )


@post(ADDRESSES)
async def save_list(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Saves the list; where another button was pressed, it only adds or moves a row of the form."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    key = _key(request)
    which = PAGES[key]
    sent = sent_form(request)
    rows = ROWS[which].read({name: sent.getall(name) for name in sent})
    seen = str(sent.get("seen", ""))[:LONGEST_FINGERPRINT]
    if at := ROWS[which].rearrange(rows, str(sent.get("do", ""))[:LONGEST_DEED]):
        return await _list_page(request, db, viewer, campaign, key, rows, seen=seen, at=at)
    plans = plans_of(rows, which)
    together = button_form()
    if not ROWS[which].errors(rows):
        async with together.attempt(db, "list"):
            await write_terms(db, viewer, campaign, which, plans, seen=seen)
            await discard_draft(db, viewer, _draft_key(key, campaign))
            return see_other(f"/management/{campaign.id}/{key}", _saved(campaign))
    if together.refused_with == 409:
        # The page says so, and the next press replaces what stands there.
        seen = terms_fingerprint(await terms_of(db, campaign.id), which)
    return await _list_page(
        request, db, viewer, campaign, key, rows, seen=seen, together=together, checked=True
    )


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    key: str,
    rows: Sequence[RowForm[Any]],
    *,
    seen: str,
    at: str = "",
    together: Form[None] | None = None,
    checked: bool = False,
    restored: bool = False,
) -> Response[bytes]:
    which = PAGES[key]
    kind = ROWS[which]
    problems = kind.errors(rows) if checked else []
    if together and together.errors:
        problems = [*together.errors.items(), *problems]
    status = (together.status if together and together.errors else 422) if problems else 200
    terms = await terms_of(db, campaign.id)
    return await terms_page(
        request,
        db,
        viewer,
        campaign,
        key,
        status=status,
        rows=rows,
        seen=seen,
        problems=problems,
        changed=at,
        most=kind.most,
        most_within=kind.within.most if kind.within else 0,
        currencies=currency_choices(CURRENCIES) if which is TermList.PRIZES else [],
        sums=sums_in_words(sums_of(terms.prizes)),
        organisations=await _organisations(db) if which is TermList.PARTNERS else [],
        draft_key=_draft_key(key, campaign),
        restored=restored,
    )


async def _organisations(db: AsyncSession) -> list[tuple[int, str]]:
    columns = Organisation.id, Organisation.name
    found = select(*columns).order_by(Organisation.name, Organisation.id).limit(MOST_ORGANISATIONS)
    return [(number, name) for number, name in (await db.execute(found)).all()]


def _key(request: AnyRequest) -> str:
    return request.url.path.rpartition("/")[2]


def _draft_key(key: str, campaign: Campaign) -> str:
    return f"campaign-{key}-{campaign.id}"


def _saved(campaign: Campaign) -> str:
    if campaign.published_at:
        return _("Saved. The change is on the page of the challenge now.")
    return _("Saved.")


ROUTES: list[ControllerRouterHandler] = [edit_list, save_list]

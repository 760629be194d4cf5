"""The frame of the pages on which managers write a challenge's terms: rules, prizes, and so on."""

from collections.abc import Sequence
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.prizes import prizes_in_words, sums_of
from ideahub.campaigns.terms import Terms
from ideahub.core.i18n import _, ngettext, number
from ideahub.core.next_step import NextStep
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.organisations.models import Organisation


def terms_pages(campaign_id: int) -> list[dict[str, str]]:
    """The pages of the terms, in their order: key, address and label of each."""
    labels = {
        "rules": _("Rules"),
        "prizes": _("Prizes"),
        "eligibility": _("Who may enter"),
        "partners": _("Partners"),
        "documents": _("Documents"),
    }
    at = f"/management/{campaign_id}"
    return [{"key": key, "href": f"{at}/{key}", "label": label} for key, label in labels.items()]


def said_so_far(terms: Terms) -> dict[str, str]:
    """What each of the pages has so far, by its key."""
    prizes = prizes_in_words(len(terms.prizes), sums_of(terms.prizes), _("none yet"))
    questions, partners = len(terms.questions), len(terms.partners)
    documents = len(terms.documents)
    return {
        "rules": _("version %(number)s", number=terms.rules.number)
        if terms.rules
        else _("none published yet"),
        "prizes": prizes,
        "eligibility": ngettext("%(num)s question", "%(num)s questions", questions)
        if questions
        else _("no questions yet"),
        "partners": number(partners) if partners else _("none yet"),
        "documents": number(documents) if documents else _("none yet"),
    }


def _next_page(pages: Sequence[dict[str, str]], key: str, campaign_id: int) -> NextStep:
    place = next(at for at, one in enumerate(pages) if one["key"] == key)
    if place + 1 == len(pages):
        at = f"/management/{campaign_id}"
        return NextStep(_("The overview"), "", _("Go to the overview"), at)
    following = pages[place + 1]
    return NextStep(following["label"], "", _("Go on"), following["href"])


async def terms_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    key: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response[bytes]:
    """The page with this key; `context` has the variables of its own template."""
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    told = seen_by(campaign.audience, organisation.name)
    pages = terms_pages(campaign.id)
    shell: dict[str, Any] = {
        "campaign": campaign,
        "at": f"/management/{campaign.id}",
        "organisation": organisation.name,
        "pages": [{**one, "current": one["key"] == key} for one in pages],
        "heading": next(one["label"] for one in pages if one["key"] == key),
        "next": _next_page(pages, key, campaign.id),
        "seen_by": told if campaign.published_at else draft_seen_by(told),
    }
    template = f"campaigns/edit_{key}.html"
    rooms = (f"campaign:{campaign.id}",)
    return page(request, viewer, template, status=status, rooms=rooms, **shell | context)

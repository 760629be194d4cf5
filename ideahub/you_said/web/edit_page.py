"""The page on which a summary is written."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.drafts import find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.http.forms import Form, restored
from ideahub.http.overtaken import OvertakenForm
from ideahub.http.pages import AnyRequest, page
from ideahub.organisations.models import Organisation
from ideahub.you_said.editing import full_order, omissions_of
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.places import page_of_quarters, page_of_summary
from ideahub.you_said.publishing import is_so_far
from ideahub.you_said.scope import quarter_of
from ideahub.you_said.sentences import Section, read
from ideahub.you_said.visible import tell
from ideahub.you_said.web.figure_table import figure_table
from ideahub.you_said.web.forms import OWN, OmissionForm, SummaryWordsForm
from ideahub.you_said.wording import words_of
from ideahub.you_said.wording.headings import quarter_words, section_heading
from ideahub.you_said.wording.told import Told


class SummaryPlace(NamedTuple):
    """Where a summary belongs: its title, the page from which it is managed, the page on which it
    is read, and who reads it."""

    title: str
    back: str
    page: str
    seen_by: str
    reader: Viewer
    # Held, so that the session does not read it again for the rest of the page.
    campaign: Campaign | None = None


def words_key(summary: OutcomeSummary) -> str:
    """The name of the form with the words among drafts."""
    return f"summary-{summary.id}"


def omission_key(summary: OutcomeSummary) -> str:
    """The name of the form for leaving a sentence out among drafts."""
    return f"summary-omission-{summary.id}"


async def place_of(db: AsyncSession, viewer: Viewer, summary: OutcomeSummary) -> SummaryPlace:
    """Where the summary belongs."""
    if summary.campaign_id is None:
        read_at = await page_of_summary(db, summary)
        assert summary.starts_on is not None
        organisation = await db.get_one(Organisation, summary.organisation_id)
        title = _(
            "%(organisation)s, %(quarter)s",
            organisation=organisation.name,
            quarter=quarter_words(quarter_of(summary.starts_on)),
        )
        back, sentence = page_of_quarters(organisation.id), seen_by(Audience.PUBLIC)
        return SummaryPlace(title, back, read_at, draft_seen_by(sentence), STRANGER)
    campaign = await db.get_one(Campaign, summary.campaign_id)
    read_at = await page_of_summary(db, summary)
    host = await db.get_one(Organisation, campaign.organisation_id)
    sentence = draft_seen_by(seen_by(campaign.audience, host.name))
    title = campaign.title or campaign.heading
    back = f"/management/{campaign.id}/you-said"
    return SummaryPlace(title, back, read_at, sentence, viewer, campaign)


async def edit_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    summary: OutcomeSummary,
    form: Form[SummaryWordsForm],
    *,
    from_draft: bool = False,
    overtaken: OvertakenForm | None = None,
    omission: Form[OmissionForm] | None = None,
) -> Response[bytes]:
    """The page, with what was typed."""
    place = await place_of(db, viewer, summary)
    told = await tell(db, place.reader, read(summary.sentences), summary.timezone)
    left_out = {one.sentence: one for one in await omissions_of(db, summary.id)}
    omission_draft = await find_draft(db, viewer, omission_key(summary))
    refused = omission if omission and not omission.ok else None
    words = _words_parts(form, told, left_out)
    return page(
        request,
        viewer,
        "you_said/edit.html",
        status=refused.status if refused else form.status,
        summary=summary,
        place=place,
        form=form,
        restored=from_draft,
        overtaken=overtaken,
        omission=omission or restored(OmissionForm, omission_draft),
        omission_restored=bool(omission_draft),
        words_key=words_key(summary),
        omission_key=omission_key(summary),
        so_far=await is_so_far(db, summary),
        words_of=words_of,
        **words,
    )


def _words_parts(
    form: Form[SummaryWordsForm], told: Sequence[Told], left_out: Mapping[str, Any]
) -> dict[str, Any]:
    """What the sentences are shown by: sections, what is left out, and the table of figures."""
    return {
        "sections": _sections(form, told, left_out),
        "left_out": [
            (one, left_out[one.sentence.key]) for one in told if one.sentence.key in left_out
        ],
        "choices": _choices(told, left_out),
        "figures": figure_table([one for one in told if one.sentence.section is Section.COUNTED]),
        "headings": {name: section_heading(section) for section, name in OWN.items()},
    }


def _sections(
    form: Form[SummaryWordsForm], told: Sequence[Told], left_out: Any
) -> list[dict[str, Any]]:
    """The sections in the order that the form has, each with what it says by itself."""
    order = full_order(str(form.value("order")).split())
    return [
        {
            "key": key,
            "field": OWN[Section(key)],
            "heading": section_heading(Section(key)),
            "sentences": [
                words_of(one)
                for one in told
                if one.sentence.section == key and one.sentence.key not in left_out
            ],
        }
        for key in order
    ]


def _choices(told: Sequence[Told], left_out: Any) -> list[dict[str, str]]:
    """The sentences that can be left out, for the field in which one is chosen."""
    return [
        {"value": one.sentence.key, "label": words_of(one).striptags()}
        for one in told
        if not one.sentence.must_stay and one.sentence.key not in left_out
    ]

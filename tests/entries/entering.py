"""What people do to enter a challenge, for several tests."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.entries.designing_form import FieldPlan, design_form
from ideahub.entries.entering import Written, begin_entry, save_entry, submit_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.models import Entry, EntryRevision, FieldKind
from ideahub.organisations.models import Organisation, Person
from tests.support.cast import Cast, make_campaign, viewer_of

SITE = "http://ideahub.example"
LONG = FieldPlan("", FieldKind.LONG_TEXT, "What do you propose?", required=True)
COST = FieldPlan("", FieldKind.NUMBER, "What does it cost?")
EVERY_KIND = (
    FieldPlan("", FieldKind.SHORT_TEXT, "In one line"),
    LONG,
    COST,
    FieldPlan("", FieldKind.CHOICE, "Where?", options=["North", "South"]),
    FieldPlan("", FieldKind.CHOICES, "For whom?", options=["Young", "Old", "All"], most=2),
    FieldPlan("", FieldKind.YES_NO, "Was it tried before?"),
    FieldPlan("", FieldKind.LINK, "Where can we read more?", shown_blind=False),
    FieldPlan("", FieldKind.FILE, "A sketch"),
    FieldPlan("", FieldKind.CONSENT, "You may publish it"),
)


async def make_contest(
    db: AsyncSession,
    organisation: Organisation,
    *,
    closes: timedelta | None = timedelta(days=30),
    **columns: Any,
) -> tuple[Campaign, Phase]:
    """A published challenge with one open phase that takes entries."""
    campaign = await make_campaign(
        db,
        organisation,
        kind=CampaignKind.CHALLENGE,
        accepts=[Accepts.ENTRIES],
        closes=closes,
        **columns,
    )
    phase = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    return campaign, phase


async def ask(
    db: AsyncSession, cast: Cast, campaign: Campaign, phase: Phase, plans: Sequence[FieldPlan]
) -> list[str]:
    """Mia makes the form; returns the keys of its questions."""
    form = await design_form(db, await viewer_of(db, cast.mia), campaign, phase.id, plans)
    return [one.key for one in form.fields]


async def begin(db: AsyncSession, person: Person, phase: Phase) -> int:
    """The person's draft."""
    return await begin_entry(db, await viewer_of(db, person), phase.campaign_id, phase.id)


async def write(
    db: AsyncSession, person: Person, entry_id: int, answers: dict[str, Any], title: str = "Lanes"
) -> Entry:
    """The person saves these answers."""
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    form = await form_in_use(db, row.phase_id)
    assert form
    written = Written(title, "", answers)
    return await save_entry(
        db, await viewer_of(db, person), entry_id, form, written, seen=row.saved
    )


async def enter(
    db: AsyncSession,
    person: Person,
    phase: Phase,
    answers: dict[str, Any] | None = None,
    title: str = "Lanes",
) -> EntryRevision:
    """The person enters, and submits at once."""
    entry_id = await begin(db, person, phase)
    form = await form_in_use(db, phase.id)
    assert form
    usual = {form.fields[0].key: "Paint the lanes green."} if answers is None else answers
    await write(db, person, entry_id, usual, title)
    return await submit_entry(db, await viewer_of(db, person), entry_id, site=SITE)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form of an entry."""
    form = re.search(r'<form[^>]*id="entry".*?</form>', page, re.DOTALL)
    assert form, page
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    from html import unescape

    return {name: unescape(value) for name, value in found}

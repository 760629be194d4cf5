"""Somebody enters a challenge: begins, writes, submits, and holds a receipt."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import moment_words
from ideahub.core.outbox import OutgoingMail
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.models import Entry, EntryRevision
from tests.conftest import Browse
from tests.entries.entering import COST, LONG, ask, begin, enter, hidden, make_contest, write
from tests.support.cast import Cast


async def test_from_the_button_to_the_receipt(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, phase = await make_contest(db, cast.city)
    text, cost = await ask(db, cast, campaign, phase, [LONG, COST])
    await db.commit()
    cem = await browse(cast.cem)
    new = await cem.get(f"{campaign.url}/entries/new")
    assert "What does it cost?" in new.text
    begun = await cem.post(f"{campaign.url}/entries", {"phase": str(phase.id)})
    at = begun.headers["location"]
    assert re.fullmatch(r"/entries/\d+/draft", at)
    page = (await cem.get(at)).text
    typed = hidden(page) | {"title": "Green lanes", text: "Paint **them**.", cost: "1.200,5"}
    refused = await cem.post(at, typed | {"do": "submit"})
    assert refused.status_code == 422
    assert "Enter a number" in refused.text
    assert "1.200,5" in refused.text
    answer = await cem.post(at, typed | {cost: "1200,50", "do": "submit"})
    assert answer.status_code == 303, answer.text
    receipt = (await cem.get(answer.headers["location"])).text
    revision = (await db.scalars(select(EntryRevision))).one()
    assert revision.answers == {text: "Paint **them**.", cost: "1200.5"}
    assert revision.content_hash in receipt
    content = await cem.get(f"{answer.headers['location']}/content")
    assert hashlib.sha256(content.content).hexdigest() == revision.content_hash
    mail = (await db.scalars(select(OutgoingMail))).one()
    assert revision.content_hash in mail.body
    assert mail.to == cast.cem.email
    mine = (await cem.get("/entries")).text
    assert "Green lanes" in mine
    assert "You can change it until" in mine
    entry = (await db.scalars(select(Entry))).one()
    shown = (await cem.get(f"/entries/{entry.id}")).text
    assert "<strong>them</strong>" in shown


async def test_a_draft_is_printed_although_forms_are_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    entry_id = await begin(db, cast.cem, phase)
    form = await form_in_use(db, phase.id)
    assert form
    await write(db, cast.cem, entry_id, {form.fields[0].key: "Plant trees."})
    page = (await (await browse(cast.cem)).get(f"/entries/{entry_id}/draft")).text
    printed = page.partition('class="print-only"')[2].partition("</dl>")[0]
    assert form.fields[0].label in printed
    assert "Plant trees." in printed


async def test_what_was_never_submitted_is_said_after_closing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    late = await begin(db, cast.cem, phase)
    cem = await browse(cast.cem)
    typed = {"title": "Trees"}
    assert (await cem.post(f"/drafts/entry-{late}", typed)).status_code < 300
    assert "Carry on where you stopped." in (await cem.get(f"/entries/{late}/draft")).text
    sent = await enter(db, cast.ada, phase)
    phase.closes_at = datetime.now(UTC) - timedelta(minutes=1)
    await db.commit()
    counts = "What was submitted counts."
    assert counts in (await (await browse(cast.ada)).get(f"/entries/{sent.entry_id}/draft")).text
    page = (await cem.get(f"/entries/{late}/draft")).text
    assert counts not in page
    assert "was not saved before the phase closed" in page
    assert "Carry on where you stopped." not in page
    assert "Nothing can be changed or submitted any more." in page


async def test_in_the_grace_after_closing_its_end_is_said(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    one = await enter(db, cast.cem, phase)
    now = datetime.now(UTC).replace(microsecond=0)
    phase.closes_at, phase.grace_seconds = now - timedelta(minutes=10), 3600
    await db.commit()
    closed, ends = (moment_words(now + timedelta(minutes=late)) for late in (-10, 50))
    cem, ben = await browse(cast.cem), await browse(cast.ben)
    pages = [
        (await cem.get(f"/entries/{one.entry_id}")).text,
        (await cem.get(f"/entries/{one.entry_id}/draft")).text,
        (await cem.get("/entries")).text,
        (await ben.get(f"{campaign.url}/entries/new")).text,
    ]
    assert all(ends in page and closed not in page for page in pages)
    phase.closes_at, phase.grace_seconds = now - timedelta(minutes=10), 60
    await db.commit()
    page = (await cem.get(f"/entries/{one.entry_id}/draft")).text
    assert f"The phase closed on {closed}" in re.sub("<[^>]+>", "", page)

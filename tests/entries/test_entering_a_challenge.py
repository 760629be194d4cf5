"""Somebody enters a challenge: begins, writes, submits, and holds a receipt."""

import hashlib
import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.outbox import OutgoingMail
from ideahub.entries.models import Entry, EntryRevision
from tests.conftest import Browse
from tests.entries.entering import COST, LONG, ask, hidden, make_contest
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

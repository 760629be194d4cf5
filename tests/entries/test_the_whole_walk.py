"""One entrant's whole walk through the pages, as a browser without scripts goes it: from the first
draft to the receipt of what judges read."""

import json
import re
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import RulesVersion
from ideahub.core.outbox import OutgoingMail
from ideahub.entries.designing_form import FieldPlan
from ideahub.entries.models import EntryRevision, FieldKind
from ideahub.judging.judged_entries import judged_entries
from tests.conftest import Browse, Browser
from tests.entries.entering import LONG, ask, hidden, make_contest
from tests.support.cast import Cast, add

SKETCH = FieldPlan("", FieldKind.FILE, "A sketch")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Author (Cem) >>\nendobj\n%%EOF\n"
RIGHT_TO_LEFT = "ممرات آمنة إلى المدرسة"


async def submit(browser: Browser, entry: str, fields: dict[str, str], files: Any = None) -> str:
    """Sends the form of the entry with the button that submits; returns where that leads."""
    typed = hidden((await browser.get(f"{entry}/draft")).text) | fields | {"do": "submit"}
    answer = await browser.post(f"{entry}/draft", typed, files=files)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def fingerprint(browser: Browser, receipt: str) -> tuple[str, dict[str, object]]:
    """What an entrant computes of the file that a receipt offers, and what the file says."""
    sent = (await browser.get(f"{receipt}/content")).content
    return sha256(sent).hexdigest(), json.loads(sent)


async def test_from_the_first_draft_to_what_judges_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    text, sketch = await ask(db, cast, campaign, phase, [LONG, SKETCH])
    await add(db, RulesVersion(campaign_id=campaign.id, number=1, text="Be fair.", html=""))
    await db.commit()
    cem, ada, zed = [await browse(one) for one in (cast.cem, cast.ada, cast.zed)]
    begun = await cem.post(f"{campaign.url}/entries", {"phase": str(phase.id)})
    entry = begun.headers["location"].removesuffix("/draft")
    fields = {"title": RIGHT_TO_LEFT, text: "Paint the lanes."}
    # A file that lies about its type is refused at its field, and nothing that was typed is lost.
    typed = hidden((await cem.get(f"{entry}/draft")).text) | fields | {"do": "save"}
    lies = {sketch: ("plan.pdf", b"MZ\x90\x00 no plan", "application/pdf")}
    refused = await cem.post(f"{entry}/draft", typed, files=lies)
    assert refused.status_code == 422
    assert "whatever its name says" in refused.text and RIGHT_TO_LEFT in refused.text
    await cem.post(f"{entry}/invitations", {"address": cast.ada.email or ""})
    mail = (await db.scalars(select(OutgoingMail).where(OutgoingMail.to == cast.ada.email))).one()
    link = re.search(r"/invitations/\S+", mail.body)
    assert link
    assert (await zed.get(link[0])).status_code in {403, 404}
    # Each accepts the rules for themselves.
    assert (await ada.post(f"{link[0]}/acceptance")).status_code == 409
    for browser in (ada, cem):
        await browser.post(f"{campaign.url}/rules/1/acceptance")
    assert (await ada.post(f"{link[0]}/acceptance")).headers["location"] == entry
    # The captain hands over and leaves; from then on Ada submits.
    await cem.post(f"{entry}/captain", {"person": str(cast.ada.id)})
    assert (await cem.post(f"{entry}/departure")).status_code == 303
    assert (await cem.get(entry)).status_code == 404
    first = await submit(ada, entry, fields, files={sketch: ("plan.pdf", PDF, "application/pdf")})
    page = (await ada.get(first)).text
    computed, told = await fingerprint(ada, first)
    assert computed in page and told["title"] == RIGHT_TO_LEFT
    receipt = (await db.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()))).first()
    assert receipt and computed in receipt.body and receipt.to == cast.ada.email
    # Changed until the end: a new receipt, and the earlier one stays what it was.
    second = await submit(ada, entry, fields | {text: "Paint them green."})
    assert second != first
    changed, _told = await fingerprint(ada, second)
    assert changed != computed == (await fingerprint(ada, first))[0]
    assert "This is an earlier version." in (await ada.get(first)).text
    [counts] = await judged_entries(db, phase.id)
    read = await db.get_one(EntryRevision, counts.revision_id)
    assert (read.content_hash, read.answers[text]) == (changed, "Paint them green.")
    assert [one["name"] for one in read.people] == ["Ada Lind"]
    for path in (entry, f"{entry}/draft", first, f"{first}/content", f"{entry}/result"):
        assert (await zed.get(path)).status_code == 404, path
    await ada.post(f"{entry}/withdrawal")
    assert await judged_entries(db, phase.id) == []

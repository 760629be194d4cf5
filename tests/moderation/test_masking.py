"""Personal data that is masked is gone from every revision, and comes back only after an appeal."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.events import Kind
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, revise_idea
from ideahub.moderation.models import ModerationAppeal, Redaction
from ideahub.moderation.personal_data import suggestions
from ideahub.moderation.redacting import forget_originals
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case
from tests.support.talking import happened


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


CALL = "Call Mr Hale on 0231 555 0142, or write to hale@mail.example."


def test_what_looks_like_personal_data() -> None:
    text = (
        "Mail ana.li@city.example, ring +49 (231) 555-0142, pay to DE89 3704 0044 0532 0130 00, "
        "the car is DO-AB 123. On 2026-11-30 at 10:30 we counted 1200 of 15000 people."
    )
    assert [(part.kind, part.text) for part in suggestions(text)] == [
        ("mail address", "ana.li@city.example"),
        ("phone number", "+49 (231) 555-0142"),
        ("account number", "DE89 3704 0044 0532 0130 00"),
        ("number plate", "DO-AB 123"),
    ]


async def test_masked_in_all_revisions_and_put_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await viewer_of(db, cast.ada)
    view = await find_idea(db, ada, idea.id)
    await revise_idea(db, ada, view, IdeaText(view.title, CALL), from_revision=1)
    view = await find_idea(db, ada, idea.id)
    await revise_idea(db, ada, view, IdeaText(view.title, f"{CALL} Soon."), from_revision=2)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "personal"})
    case = await newest_case(db)
    form = (await mo.get(f"/moderation/cases/{case.id}")).text
    assert 'value="0231 555 0142"' in form
    mask = {"measure": "mask", "rule": "personal", "parts": ["0231 555 0142"],
            "others": "hale@mail.example"}  # fmt: skip
    for _twice in range(2):
        sent = await decide_case(mo, case.id, mask)
        assert sent.status_code == 303
    pages = [f"/ideas/{idea.id}", f"/ideas/{idea.id}/history", f"/ideas/{idea.id}/revisions/2",
             "/ideas?q=Hale", "/moderation/log"]  # fmt: skip
    for page in pages:
        text = (await cem.get(page)).text
        assert "0142" not in text, page
        assert "hale@mail" not in text, page
    assert "[phone number removed by the moderators]" in (await cem.get(f"/ideas/{idea.id}")).text
    assert await happened(db, Kind.TEXT_REDACTED, idea.id) == 1
    kept = (await db.scalars(select(Redaction))).one()
    assert kept.sealed and b"0142" not in kept.sealed
    decision = kept.decision_id
    ben = await browse(cast.ada)
    await ben.post(f"/moderation/decisions/{decision}/appeal", {"text": "It is an office."})
    appeal = (await db.scalars(select(ModerationAppeal))).one()
    ann = await browse(cast.ann)
    right = {"upheld": "yes", "reason": "It is."}
    assert (await ann.post(f"/moderation/appeals/{appeal.id}", right)).status_code == 303
    row = await db.get_one(Idea, idea.id, populate_existing=True)
    assert row.body == f"{CALL} Soon."
    second = select(Revision).where(Revision.idea_id == idea.id, Revision.number == 2)
    revision = (await db.scalars(second.execution_options(populate_existing=True))).one()
    assert revision.body == CALL


async def test_the_original_is_forgotten_after_a_month(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, CALL)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "personal"})
    case = await newest_case(db)
    mask = {"measure": "mask", "rule": "personal", "others": "0231 555 0142"}
    await decide_case(mo, case.id, mask)
    kept = (await db.scalars(select(Redaction))).one()
    await forget_originals(db)
    await db.refresh(kept)
    assert kept.sealed
    await db.execute(update(Redaction).values(sealed_until=func.now() - timedelta(days=1)))
    await forget_originals(db)
    forgotten = await db.get_one(Redaction, kept.id, populate_existing=True)
    assert not forgotten.sealed
    undone = await mo.post(f"/moderation/decisions/{kept.decision_id}/undoing", {"words": "A"})
    assert undone.status_code == 409

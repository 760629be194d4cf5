"""Admins are told that a draft waits for their review; whoever asked is told the answer."""

from sqlalchemy import select

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.review_state import content_fingerprint
from ideahub.campaigns.reviewing import approve, ask_for_edits, ask_for_review
from ideahub.core.db import Database
from ideahub.notifications.models import Notification
from tests.campaigns.publishing_drafts import ready_draft
from tests.notifications.test_telling import drain, mailed, told
from tests.support.cast import Cast, make_cast, viewer_of

WHY = "Say who decides."


async def sent(database: Database) -> tuple[Cast, int]:
    """A draft that Mia sent to review, and of which people were told."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        cast.city.reviews_before_publishing = True
        draft = await ready_draft(db, cast.city)
    async with database.transaction() as db:
        row = await db.get_one(Campaign, draft.id)
        await ask_for_review(db, await viewer_of(db, cast.mia), row)
    await drain(database)
    return cast, draft.id


async def test_admins_are_told_that_a_draft_waits(committing: Database) -> None:
    _cast, number = await sent(committing)
    async with committing.reading() as db:
        subject = "To review: “Safer school routes”"
        names = [name for name, what in await told(db) if what == subject]
        assert names == ["Ann Berg"]
        assert ("ann@city.example", subject) in await mailed(db)
        said = (await db.scalars(select(Notification))).first()
        assert said and said.path == f"/management/{number}/review"
        assert "Mia Sato asks whether it can be published." in said.text


async def test_whoever_asked_is_told_what_to_change_and_why(committing: Database) -> None:
    cast, number = await sent(committing)
    async with committing.transaction() as db:
        row = await db.get_one(Campaign, number)
        await ask_for_edits(db, await viewer_of(db, cast.ann), row, WHY)
    await drain(committing)
    async with committing.reading() as db:
        subject = "Edits are asked for: “Safer school routes”"
        assert ("Mia Sato", subject) in await told(db)
        said = await db.scalars(select(Notification.text).where(Notification.subject == subject))
        assert said.first().endswith(WHY)  # type: ignore[union-attr]


async def test_whoever_asked_is_told_that_it_is_out(committing: Database) -> None:
    cast, number = await sent(committing)
    async with committing.transaction() as db:
        row = await db.get_one(Campaign, number)
        seen = await content_fingerprint(db, row)
        await approve(db, await viewer_of(db, cast.ann), row, seen=seen)
    await drain(committing)
    async with committing.reading() as db:
        assert ("Mia Sato", "Approved: “Safer school routes”") in await told(db)
        said = select(Notification.text).where(Notification.person_id == cast.mia.id)
        assert "It is published now." in (await db.scalars(said)).all()

"""An answer that should not be read is hidden with a reason, and can be shown again."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.notifications.models import Notification
from ideahub.questions.hiding import hide_answer, show_answer
from ideahub.questions.live import SHOWS
from ideahub.questions.models import FaqWithdrawal
from ideahub.realtime.push import Push, Refresh
from tests.conftest import Browse
from tests.notifications.test_telling import drain, told
from tests.questions.faq import a_challenge, answered, asked
from tests.support.cast import Cast, make_cast, viewer_of

WHY = "It named somebody."
TEXT = "Ask Zoe Example."


async def test_nobody_reads_it_and_its_page_says_why(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem)
    entry = await answered(db, campaign, cast.mia, [number], text=TEXT)
    await answered(db, campaign, cast.mia, [], question="And who?", text="Everyone.")
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/answers"
    refused = await mia.post(f"{at}/{entry.id}/hiding", {"why": " "})
    assert refused.status_code == 422 and "Say why" in refused.text
    for _press in range(2):
        assert (await mia.post(f"{at}/{entry.id}/hiding", {"why": WHY})).status_code == 303
    page = (await mia.get(at)).text
    assert WHY in page and "Show it again" in page and "Merge the two chosen" not in page
    for person in (None, cast.cem):
        reader = await browse(person)
        for place in ("questions", "questions?q=Zoe&category=dates", "feed.atom"):
            assert "Ask Zoe" not in (await reader.get(f"{campaign.url}/{place}")).text
        alone = await reader.get(f"{campaign.url}/questions/{entry.id}")
        assert WHY in alone.text and "Zoe" not in alone.text
        assert entry.question not in alone.text
    assert (
        f"Not shown any more: {WHY}"
        in (await (await browse(cast.cem)).get(f"{campaign.url}/questions")).text
    )
    for _press in range(2):
        assert (await mia.post(f"{at}/{entry.id}/showing")).status_code == 303
    assert "Zoe" in (await (await browse(None)).get(f"{campaign.url}/questions")).text
    kinds = (await db.scalars(select(Event.kind))).all()
    assert kinds.count(Kind.ANSWER_HIDDEN) == kinds.count(Kind.ANSWER_SHOWN) == 1
    (kept,) = (await db.scalars(select(FaqWithdrawal))).all()
    assert kept.why == WHY and kept.ended_by == cast.mia.id


async def test_open_pages_lose_it_at_once(db: AsyncSession, cast: Cast) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [], text=TEXT)
    mia = await viewer_of(db, cast.mia)
    await hide_answer(db, mia, campaign, entry.id, WHY)
    told_open = await shown(db, Kind.ANSWER_HIDDEN)
    pushes = {one.element_id: one for one in told_open if isinstance(one, Push)}
    assert pushes[f"answer-{entry.id}"].swap == "delete"
    assert WHY in pushes[f"answer-{entry.id}-alone"].html
    assert not any("Zoe" in one.html for one in pushes.values())
    await show_answer(db, mia, campaign, entry.id)
    again = await shown(db, Kind.ANSWER_SHOWN)
    assert any(isinstance(one, Refresh) for one in again)


async def shown(db: AsyncSession, kind: Kind) -> list[object]:
    event = (await db.scalars(select(Event).where(Event.kind == kind))).one()
    return [message for show in SHOWS[kind] for message in await show(db, event)]


async def test_who_asked_is_told_both_times(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        number = await asked(db, campaign, cast.cem)
        entry = await answered(db, campaign, cast.mia, [number], text=TEXT)
    await drain(committing)
    async with committing.transaction() as db:
        await hide_answer(db, await viewer_of(db, cast.mia), campaign, entry.id, WHY)
    await drain(committing)
    async with committing.transaction() as db:
        await show_answer(db, await viewer_of(db, cast.mia), campaign, entry.id)
    await drain(committing)
    async with committing.reading() as db:
        subjects = [what for name, what in await told(db) if name == "Cem Aydin"]
        assert "Not shown any more: Until when can ideas be posted?" in subjects
        assert "The answer can be read again: Until when can ideas be posted?" in subjects
        hidden = select(Notification).where(Notification.kind == Kind.ANSWER_HIDDEN)
        said = (await db.scalars(hidden)).one()
        assert said.text.endswith(f"The reason: {WHY}") and "Zoe" not in said.text


async def test_an_answer_that_was_hidden_before_anybody_was_told_is_told_to_nobody(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        number = await asked(db, campaign, cast.cem)
        entry = await answered(db, campaign, cast.mia, [number], text=TEXT)
        await hide_answer(db, await viewer_of(db, cast.mia), campaign, entry.id, WHY)
    await drain(committing)
    async with committing.reading() as db:
        assert not [one for one in await db.scalars(select(Notification)) if "Zoe" in one.text]

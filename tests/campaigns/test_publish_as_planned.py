"""A draft is published by the clock at the time that its manager planned, exactly once; if then
something is missing, it is not, and its manager sees why."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.planned_publication import plans_by_new_rules, publish_planned
from ideahub.campaigns.publication_models import PlannedPublication
from ideahub.core.events import Kind
from tests.campaigns.publishing_drafts import answer, ready_draft, record_of, stored
from tests.campaigns.setting_up import events
from tests.conftest import Browse, Browser
from tests.support.cast import Cast

LATER = datetime.now(UTC) + timedelta(days=5)
TYPED = f"{LATER:%Y-%m-%d}T09:30"


async def plan(browser: Browser, draft: Campaign, **fields: str) -> int:
    at = f"/management/{draft.id}/publication/plan"
    sent = {"publish_at": TYPED, "publish_zone": "Asia/Tokyo"} | fields
    return (await browser.post(at, sent)).status_code


async def plans(db: AsyncSession, draft: Campaign) -> list[PlannedPublication]:
    found = select(PlannedPublication).where(PlannedPublication.campaign_id == draft.id)
    ordered = found.order_by(PlannedPublication.id).execution_options(populate_existing=True)
    return list((await db.scalars(ordered)).all())


async def let_it_come(db: AsyncSession) -> None:
    """As if the planned moment had just come, for the clock."""
    standing = update(PlannedPublication).where(PlannedPublication.ended_at.is_(None))
    await db.execute(standing.values(at=func.now() - timedelta(seconds=1)))
    for _second in range(3):
        await publish_planned(db)


async def test_the_clock_publishes_it_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await ready_draft(db, cast.city)
    await db.commit()
    mia = await browse(cast.mia)
    assert await plan(mia, draft) == 303
    (planned,) = await plans(db, draft)
    # Kept as typed, with its zone and the moment that it means.
    assert planned.local_time == datetime.fromisoformat(TYPED)
    assert planned.timezone == "Asia/Tokyo"
    assert planned.at == datetime.fromisoformat(f"{TYPED}+09:00")
    assert "09:30 (Tokyo time)" in (await mia.get(f"/management/{draft.id}")).text
    await publish_planned(db)
    assert (await stored(db, draft)).published_at is None

    await let_it_come(db)
    published = await stored(db, draft)
    assert published.published_at is not None
    assert published.published_by == cast.mia.id
    (event,) = await events(db, Kind.CAMPAIGN_PUBLISHED)
    assert (event.actor_id, event.data) == (None, {"publisher": cast.mia.id})
    (planned,) = await plans(db, draft)
    assert (planned.outcome, planned.planned_by, planned.ended_by) == (
        "published",
        cast.mia.id,
        None,
    )
    sentences = [sentence for sentence, _reason in await record_of(db, draft)]
    assert sentences[0] == "It was published as planned."
    assert sentences[1].startswith("Mia Sato planned its publication for ")
    assert (await (await browse(None)).get(draft.url)).status_code == 200


async def test_what_is_missing_then_prevents_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await ready_draft(db, cast.city, description="")
    await db.commit()
    mia = await browse(cast.mia)
    # It may still be filled in until then.
    assert await plan(mia, draft) == 303
    await let_it_come(db)
    assert (await stored(db, draft)).published_at is None
    (planned,) = await plans(db, draft)
    assert (planned.outcome, planned.reason) == (
        "prevented",
        "Describe what you ask for and why.",
    )
    assert len(await events(db, Kind.PUBLICATION_PREVENTED)) == 1
    assert "Describe what you ask for and why." in (await mia.get(f"/management/{draft.id}")).text
    assert "It was not published as planned" in (await mia.get("/")).text
    # Later it is not published by itself.
    draft.description = "Why we ask"
    await db.flush()
    await publish_planned(db)
    assert (await stored(db, draft)).published_at is None


async def test_without_an_approval_the_clock_does_not_publish(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    cast.city.reviews_before_publishing = True
    draft, other = await ready_draft(db, cast.city), await ready_draft(db, cast.city)
    await db.commit()
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    for one in (draft, other):
        await plan(mia, one)
        await mia.post(f"/management/{one.id}/review")
    assert await answer(ann, other, "approval") == 303
    await let_it_come(db)
    assert (await stored(db, draft)).published_at is None
    assert (await stored(db, other)).published_at is not None
    (planned,) = await plans(db, draft)
    assert "An admin has not answered yet." in planned.reason


async def test_it_is_moved_and_cancelled(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await ready_draft(db, cast.city)
    await db.commit()
    mia = await browse(cast.mia)
    for _press in range(2):
        await plan(mia, draft)
    await plan(mia, draft, publish_zone="Europe/Berlin")
    assert [one.outcome for one in await plans(db, draft)] == ["moved", None]
    for _press in range(2):
        at = f"/management/{draft.id}/publication/plan/removal"
        assert (await mia.post(at)).status_code == 303
    assert [one.outcome for one in await plans(db, draft)] == ["moved", "cancelled"]
    await let_it_come(db)
    assert (await stored(db, draft)).published_at is None
    sentences = [sentence.split(" for ")[0] for sentence, _reason in await record_of(db, draft)]
    assert len(sentences) == 4
    assert len(await events(db, Kind.PUBLICATION_PLANNED)) == 2
    assert len(await events(db, Kind.PUBLICATION_CANCELLED)) == 1


@pytest.mark.parametrize("deed", ["publication", "removal"])
async def test_a_plan_ends_with_its_draft(
    db: AsyncSession, cast: Cast, browse: Browse, deed: str
) -> None:
    draft = await ready_draft(db, cast.city)
    await db.commit()
    mia = await browse(cast.mia)
    await plan(mia, draft)
    await mia.post(f"/management/{draft.id}/{deed}")
    (planned,) = await plans(db, draft)
    assert planned.outcome == {"publication": "published", "removal": "cancelled"}[deed]
    await let_it_come(db)
    assert len(await events(db, Kind.CAMPAIGN_PUBLISHED)) == (deed == "publication")


async def test_what_cannot_be_used_is_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await ready_draft(db, cast.city)
    public = await ready_draft(db, cast.city, published_at=datetime.now(UTC))
    await db.commit()
    mia = await browse(cast.mia)
    for fields, sentence in (
        ({"publish_at": ""}, "Say on which day and at what time."),
        ({"publish_at": "soon"}, "Enter a date and time"),
        ({"publish_at": "2020-01-01T09:00"}, "Choose a time from now on"),
        ({"publish_at": "2190-01-01T09:00"}, "2000 to 2099"),
        ({"publish_zone": "Mars/Olympus"}, "time zone from the list"),
    ):
        sent = {"publish_at": TYPED, "publish_zone": "UTC"} | fields
        refused = await mia.post(f"/management/{draft.id}/publication/plan", sent)
        assert refused.status_code == 422, fields
        assert sentence in refused.text
        assert all(typed in refused.text for typed in fields.values())
    assert not await plans(db, draft)
    assert await plan(mia, public) == 409
    for person, status in ((None, 303), (cast.ada, 404), (cast.zed, 404)):
        assert await plan(await browse(person), draft) == status


async def test_a_plan_follows_the_rules_of_its_zone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await ready_draft(db, cast.city)
    await db.commit()
    await plan(await browse(cast.mia), draft)
    # As if it had been computed by other rules.
    await db.execute(update(PlannedPublication).values(at=LATER + timedelta(hours=1)))
    await plans_by_new_rules(db)
    (planned,) = await plans(db, draft)
    assert planned.at == datetime.fromisoformat(f"{TYPED}+09:00")

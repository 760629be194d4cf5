"""Those behind an entry see in their list what came of it and what comes next; once it has a place
in a published result, it stays."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import Entry
from ideahub.results.models import Advancement, Appeal, Award, EntrantAnswer, PanelResult
from tests.conftest import Browse
from tests.results.judged import DAY, judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast, add


async def test_the_list_says_the_place_and_what_comes_next(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    await mia.post(f"{made.at}/runs")
    everywhere = "/entries", f"/entries/{made.entries[1].id}", "/my-page", made.campaign.url
    for path in everywhere:
        page = (await captain.get(path)).text
        assert "Being judged" in page and "It is being judged until" in page, path
    result = await publish(db, mia, made)
    for path in everywhere:
        page = (await captain.get(path)).text
        assert "Preliminary: place 3" in page and "You can appeal until" in page, path
        assert "Submitted" not in page and "Being judged" not in page, path
    await end_appeals(db, result)
    assert "Next, the result is final." in (await captain.get("/entries")).text
    await mia.post(f"{made.at}/finality")
    page = (await captain.get("/entries")).text
    assert "Final: place 3" in page and "The reasons follow." in page


async def test_it_says_when_reasons_can_be_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    result = await publish(db, mia, made)
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    coming = datetime.now(UTC) + DAY
    answer = await add(
        db,
        EntrantAnswer(
            result_id=result.id,
            entry_id=made.entries[1].id,
            signed_at=datetime.now(UTC),
            signed_by=cast.mia.id,
        ),
    )
    await db.execute(update(PanelResult).values(answers_from=coming))
    await db.commit()
    assert "You can read the reasons from" in (await captain.get("/entries")).text
    await db.execute(update(PanelResult).values(answers_from=coming - timedelta(days=2)))
    await db.commit()
    assert "you can read the reasons." in (await captain.get("/entries")).text
    # One that is not signed off is no reason yet.
    answer.signed_at = None
    await db.commit()
    assert "The reasons follow." in (await captain.get("/entries")).text


async def test_awards_and_invitations_are_named(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[0])
    result = await publish(db, mia, made)
    of_entry = {"entry_id": made.entries[0].id, "decided_by": cast.mia.id, "result_id": result.id}
    award = await add(db, Award(campaign_id=made.campaign.id, title="First prize", **of_entry))
    invitation = await add(db, Advancement(to_phase_id=made.later.id, **of_entry))
    await db.commit()
    page = (await captain.get("/entries")).text
    assert "Second round" in page and "Its captain answers the invitation." in page
    # What is not confirmed, nobody hears of.
    assert "First prize" not in page
    award.confirmed_at, award.confirmed_by = datetime.now(UTC), cast.mia.id
    invitation.accepted_at, invitation.accepted_by = datetime.now(UTC), made.captains[0].id
    await db.commit()
    for path in ("/entries", "/my-page", made.campaign.url):
        page = (await captain.get(path)).text
        assert "Won: First prize" in page and "Advanced to “Second round”" in page, path


async def test_an_appeal_is_said_to_be_decided_and_then_that_it_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    result = await publish(db, mia, made)
    appeal = await add(
        db,
        Appeal(
            result_id=result.id,
            entry_id=made.entries[1].id,
            made_by=made.captains[1].id,
            text="Read page two.",
            text_html="<p>Read page two.</p>",
        ),
    )
    await db.commit()
    page = (await captain.get("/my-page")).text
    assert "Your appeal is being decided." in page and "You can appeal" not in page
    appeal.decided_at, appeal.decided_by, appeal.is_upheld = datetime.now(UTC), cast.mia.id, False
    await db.commit()
    assert "Your appeal is decided. Others can appeal until" in (await captain.get("/my-page")).text


async def test_an_entry_with_a_place_is_not_withdrawn(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    at = f"/entries/{made.entries[1].id}"
    assert "Withdraw it" in (await captain.get(at)).text
    await publish(db, mia, made)
    page = (await captain.get(at)).text
    assert "Withdraw it" not in page
    assert f'href="/challenges/{made.campaign.id}/questions"' in page
    answer = await captain.post(f"{at}/withdrawal")
    assert answer.status_code == 409
    assert "tell the organiser" in answer.text
    entry = await db.get_one(Entry, made.entries[1].id, populate_existing=True)
    assert entry.withdrawn_at is None

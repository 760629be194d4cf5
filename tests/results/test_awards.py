"""Awards point at entries, are confirmed once all is verified, paid by milestone, taken back."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import EligibilityQuestion, Prize, PrizeMilestone
from ideahub.results.models import Award, AwardCheck, AwardPayment
from tests.conftest import Browse, Browser
from tests.results.judged import Judged, judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast, add

TODAY = datetime.now(UTC).date().isoformat()


async def awarded(db: AsyncSession, mia: Browser, made: Judged, **sent: str) -> Award:
    """The first entry has won, and nothing is verified yet."""
    form = {"entry": str(made.entries[0].id), "title": "First prize"} | sent
    answer = await mia.post(f"{made.at}/awards", form)
    assert answer.status_code == 303, answer.text
    found = await db.scalar(select(Award).order_by(Award.id.desc()).limit(1))
    assert found
    return found


async def verify_all(db: AsyncSession, mia: Browser, made: Judged, award: Award) -> None:
    """Every point of the checklist is passed."""
    for check in (await db.scalars(select(AwardCheck.id).filter_by(award_id=award.id))).all():
        at = f"{made.at}/awards/{award.id}/checks/{check}"
        assert (await mia.post(at, {"passed": "yes", "note": ""})).status_code == 303


async def test_an_award_is_confirmed_once_the_result_is_final_and_all_is_verified(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    result = await publish(db, mia, made)
    award = await awarded(db, mia, made, amount="5000", currency="eur")
    at = f"{made.at}/awards/{award.id}"
    answer = await mia.post(f"{at}/confirmation")
    assert answer.status_code == 409
    assert "The result is preliminary" in answer.text
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    answer = await mia.post(f"{at}/confirmation")
    assert "6 points of the checklist are not passed yet" in answer.text
    await verify_all(db, mia, made, award)
    assert "Secret title 1" not in (await guest.get(made.public)).text
    assert (await mia.post(f"{at}/confirmation")).status_code == 303
    public = (await guest.get(made.public)).text
    assert "Secret title 1" in public
    assert "Team 1" in public
    assert "€5,000" in public
    assert "Secret title 2" not in public


async def test_a_point_that_is_not_passed_needs_a_note(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    award = await awarded(db, mia, made)
    check = await db.scalar(select(AwardCheck.id).filter_by(award_id=award.id).limit(1))
    at = f"{made.at}/awards/{award.id}/checks/{check}"
    answer = await mia.post(at, {"passed": "no", "note": ""})
    assert answer.status_code == 422
    assert "Say what is missing or wrong." in answer.text
    assert (await mia.post(at, {"passed": "no", "note": "Papers missing."})).status_code == 303


async def test_a_prize_brings_amount_milestones_and_conditions(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    prize = await add(
        db,
        Prize(
            campaign_id=made.campaign.id,
            position=1,
            title="Main prize",
            rank=1,
            amount=Decimal(900),
            currency="EUR",
        ),
    )
    for at, amount in enumerate((300, 600), 1):
        await add(
            db,
            PrizeMilestone(
                prize_id=prize.id, position=at, title=f"Part {at}", amount=Decimal(amount)
            ),
        )
    await add(
        db,
        EligibilityQuestion(campaign_id=made.campaign.id, position=1, text="Are you of age?"),
    )
    await db.commit()
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    award = await awarded(db, mia, made, title="", prize=str(prize.id))
    assert (award.title, award.amount, award.currency) == ("Main prize", Decimal(900), "EUR")
    paid = await db.scalars(select(AwardPayment.amount).order_by(AwardPayment.position))
    assert paid.all() == [Decimal(300), Decimal(600)]
    page = (await mia.get(f"{made.at}/awards/{award.id}")).text
    assert "Are you of age?" in page
    # The prize has one winner.
    second = {"entry": str(made.entries[1].id), "prize": str(prize.id), "title": ""}
    answer = await mia.post(f"{made.at}/awards", second)
    assert answer.status_code == 422
    assert "who is chosen already" in answer.text


async def test_the_same_prize_is_given_once_to_an_entry_and_its_parts_add_up(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    of = {"campaign_id": made.campaign.id, "amount": Decimal(900), "currency": "EUR"}
    prize = await add(db, Prize(position=1, title="Main prize", winners=2, **of))
    await add(
        db, PrizeMilestone(prize_id=prize.id, position=1, title="At once", amount=Decimal(900))
    )
    await db.commit()
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    first = await awarded(db, mia, made, title="", prize=str(prize.id))
    # Pressed twice; the other place stays free.
    assert (await awarded(db, mia, made, title="", prize=str(prize.id))).id == first.id
    second = await awarded(
        db, mia, made, entry=str(made.entries[1].id), title="", prize=str(prize.id), amount="500"
    )
    assert (second.amount, second.currency) == (Decimal(500), "EUR")
    # What the prize plans to pay would be more than this award.
    planned = await db.execute(select(AwardPayment.award_id, AwardPayment.amount))
    assert [tuple(row) for row in planned] == [(first.id, Decimal(900))]


async def test_an_amount_needs_a_currency_that_exists(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    form = {"entry": str(made.entries[0].id), "title": "First prize"}
    for sent, said in (
        ({"amount": "5000"}, "Say in which currency"),
        ({"amount": "5000", "currency": "1<>"}, "Say in which currency"),
        ({"amount": "0", "currency": "EUR"}, "Enter more than nothing"),
        ({"amount": "99999999999999", "currency": "EUR"}, "This is more than can be kept"),
    ):
        answer = await mia.post(f"{made.at}/awards", form | sent)
        assert answer.status_code == 422, sent
        assert said in answer.text and 'value="First prize"' in answer.text
    assert await db.scalar(select(Award.id)) is None


async def test_payments_are_planned_within_the_award_and_recorded_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    award = await awarded(db, mia, made, amount="1000", currency="EUR")
    at = f"{made.at}/awards/{award.id}"
    await mia.post(f"{at}/payments", {"title": "At once", "amount": "400"})
    answer = await mia.post(f"{at}/payments", {"title": "Later", "amount": "601"})
    assert answer.status_code == 422
    assert "At most €600 is left." in answer.text
    assert "Later" in answer.text
    assert (
        await mia.post(f"{at}/payments", {"title": "Later", "amount": "600"})
    ).status_code == 303
    payment = await db.scalar(select(AwardPayment.id).filter_by(title="At once"))
    answer = await mia.post(f"{at}/payments/{payment}", {"paid_on": TODAY})
    assert answer.status_code == 409
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    await verify_all(db, mia, made, award)
    await mia.post(f"{at}/confirmation")
    assert (await mia.post(f"{at}/payments/{payment}", {"paid_on": TODAY})).status_code == 303
    future = await mia.post(f"{at}/payments/{payment}", {"paid_on": "2090-01-01"})
    assert future.status_code == 409
    assert "Paid on" in (await mia.get(at)).text


async def test_an_award_is_taken_back_with_a_reason_and_stays_in_the_record(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    award = await awarded(db, mia, made)
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    await verify_all(db, mia, made, award)
    await mia.post(f"{made.at}/awards/{award.id}/confirmation")
    at = f"{made.at}/awards/{award.id}/revocation"
    assert (await mia.post(at, {"reason": ""})).status_code == 422
    assert (await mia.post(at, {"reason": "They withdrew."})).status_code == 303
    await db.refresh(award)
    assert award.confirmed_at
    assert award.revocation_reason == "They withdrew."
    assert "Secret title 1" not in (await (await browse(None)).get(made.public)).text
    assert "They withdrew." in (await mia.get(f"{made.at}/awards/{award.id}")).text


async def test_only_managers_see_and_give_awards(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    award = await awarded(db, mia, made)
    for person in (cast.jo, cast.zed, made.captains[0]):
        browser = await browse(person)
        for address in (f"{made.at}/awards", f"{made.at}/awards/{award.id}"):
            assert (await browser.get(address)).status_code in (403, 404)
        assert (await browser.post(f"{made.at}/awards/{award.id}/confirmation")).status_code in (
            403,
            404,
        )


async def test_awards_are_a_step_on_the_way_to_a_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    steps = f"/management/{made.campaign.id}/results"
    await publish(db, mia, made)
    assert "Nobody has won anything yet." in (await mia.get(steps)).text
    await awarded(db, mia, made)
    assert "0 of 1 awards confirmed." in (await mia.get(steps)).text

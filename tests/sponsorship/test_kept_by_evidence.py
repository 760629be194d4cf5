"""A pledge is kept in full or in part, by evidence; authors say whether it came."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.telling import TELLS, Addressee
from ideahub.organisations.models import Person
from ideahub.sponsorship.models import Pledge, PledgeMark, PledgeState
from ideahub.sponsorship.pledging import lapse_pledges
from ideahub.sponsorship.reminding import remind_sponsors
from tests.conftest import Browse
from tests.sponsorship.test_keeping_a_pledge import number_of, promised, sponsors, state, today
from tests.support.cast import Cast
from tests.support.ripening import pledge, posted

FULL = {"note": "Paid on Monday.", "given_amount": "12,000"}
PART = {"note": "Paid half.", "given_amount": "6000", "part_why": "The budget was cut."}


async def told(db: AsyncSession, kind: Kind) -> set[tuple[str, str]]:
    """Who would be told of the newest deed of this kind, and the line that they get."""
    newest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    event = (await db.scalars(newest)).one()
    found: dict[str, str] = {}
    for tell in TELLS[kind]:
        for message in await tell(db, event):
            people = select(Person).where(Person.id.in_(message.to))
            for person in await db.scalars(people):
                words = message.write(Addressee(person.id, person.name, person.email, None))
                # Of several messages a person gets the first.
                found.setdefault(person.name, words.subject)
    return set(found.items())


async def test_less_than_promised_is_kept_in_part_and_says_why(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    sam = await browse(cast.sam)
    bare = await sam.post(f"/pledges/{number}/fulfilment", PART | {"part_why": ""})
    assert bare.status_code == 422
    assert "keep-part_why-error" in bare.text
    assert "Paid half." in bare.text
    for _press in range(2):
        done = await sam.post(f"/pledges/{number}/fulfilment", PART)
        assert done.status_code == 303
    assert await state(db, number) is PledgeState.PART_KEPT
    assert await number_of(db, Kind.PLEDGE_PART_KEPT) == 1
    assert await number_of(db, Kind.PLEDGE_KEPT) == 0
    assert await sponsors(db, idea) == 1
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "Kept in part" in shown
    assert "€6,000" in shown
    assert "The budget was cut." in shown
    subjects = dict(await told(db, Kind.PLEDGE_PART_KEPT))
    assert "kept in part" in subjects["Ada Lind"]


async def test_all_of_it_can_be_called_a_part_and_more_than_promised_is_fine(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    sam = await browse(cast.sam)
    _idea, late = await promised(db, cast)
    await sam.post(f"/pledges/{late}/fulfilment", FULL | {"part_why": "It came too late."})
    assert await state(db, late) is PledgeState.PART_KEPT
    _idea, more = await promised(db, cast)
    await sam.post(f"/pledges/{more}/fulfilment", FULL | {"given_amount": "15000"})
    pledge = await db.get_one(Pledge, more, populate_existing=True)
    assert (pledge.state, pledge.given_amount) == (PledgeState.KEPT, Decimal(15000))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"given_amount": ""}, "given_amount"),
        ({"given_amount": "0"}, "given_amount"),
        ({"given_amount": "-5"}, "given_amount"),
        ({"given_amount": "100 USD"}, "given_amount"),
        ({"given_amount": "9" * 20}, "given_amount"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"evidence_url": "http://city.example/minutes"}, "evidence_url"),
        ({"note": "x" * 20_000}, "note"),
        ({"part_why": "x" * 20_000}, "part_why"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_stays(
    db: AsyncSession, cast: Cast, browse: Browse, typed: dict[str, str], wrong: str
) -> None:
    _idea, number = await promised(db, cast)
    sent = FULL | typed
    answer = await (await browse(cast.sam)).post(f"/pledges/{number}/fulfilment", sent)
    assert answer.status_code == 422
    assert f"keep-{wrong}-error" in answer.text
    assert sent["note"] in answer.text
    assert await state(db, number) is PledgeState.ACCEPTED


async def test_after_it_lapsed_it_can_be_kept_late(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    yesterday = today() - timedelta(days=1)
    await db.execute(update(Pledge).values(expires_on=yesterday))
    await lapse_pledges(db)
    await db.commit()
    assert await sponsors(db, idea) == 0
    assert await told(db, Kind.PLEDGE_LAPSED) == {
        ("Ada Lind", f"A pledge to your idea has lapsed: {idea.title}"),
        ("Sam Hart", f"Your promise has lapsed: {idea.title}"),
    }
    sam = await browse(cast.sam)
    assert "kept late" in (await sam.get(f"/pledges/{number}")).text
    assert (await sam.post(f"/pledges/{number}/fulfilment", FULL)).status_code == 303
    assert await state(db, number) is PledgeState.KEPT
    assert await sponsors(db, idea) == 1
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "Later than promised" in shown


async def test_authors_confirm_or_contradict_and_nothing_is_overwritten(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    ada, sam, ben = [await browse(person) for person in (cast.ada, cast.sam, cast.ben)]
    early = await ada.post(f"/pledges/{number}/confirmation", {})
    assert early.status_code == 409
    await sam.post(f"/pledges/{number}/fulfilment", FULL)
    for other in (sam, ben):
        assert (await other.post(f"/pledges/{number}/confirmation", {})).status_code == 403
    bare = await ada.post(f"/pledges/{number}/dispute", {"reason": ""})
    assert (bare.status_code, "dispute-reason-error" in bare.text) == (422, True)
    for _press in range(2):
        said = await ada.post(f"/pledges/{number}/dispute", {"reason": "No money came."})
        assert said.status_code == 303
    assert await number_of(db, Kind.PLEDGE_DISPUTED) == 1
    assert await state(db, number) is PledgeState.KEPT
    page = f"/ideas/{idea.id}"
    assert "we did not get it" in (await (await browse(None)).get(page)).text
    assert {name for name, _ in await told(db, Kind.PLEDGE_DISPUTED)} == {"Sam Hart"}

    await ada.post(f"/pledges/{number}/confirmation", {})
    shown = (await (await browse(None)).get(page)).text
    assert "we got it" in shown
    assert "we did not get it" not in shown
    kept = (await (await browse(None)).get(f"/pledges/{number}")).text
    assert "No money came." in kept
    assert await db.scalar(select(func.count()).select_from(PledgeMark)) == 2


async def test_authors_say_whether_the_condition_is_met(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    ada, at = await browse(cast.ada), f"/pledges/{number}/conditions"
    none = await ada.post(at, {"met": "yes"})
    assert none.status_code == 409
    await db.execute(update(Pledge).values(conditions="We begin with one school."))
    await db.commit()
    bare = await ada.post(at, {"met": "no"})
    assert (bare.status_code, "conditions-reason-error" in bare.text) == (422, True)
    for sent in ({"met": "no", "reason": "No school yet."}, {"met": "yes"}):
        assert (await ada.post(at, sent)).status_code == 303
    assert "this is met" in (await ada.get(f"/ideas/{idea.id}")).text
    assert "No school yet." in (await ada.get(f"/pledges/{number}")).text
    assert (await (await browse(cast.sam)).post(at, {"met": "yes"})).status_code == 403


@pytest.mark.parametrize(("days", "times"), [(7, 1), (0, 1), (8, 0), (-1, 0)])
async def test_a_sponsor_is_reminded_once_a_week_before_and_once_on_the_day(
    db: AsyncSession, cast: Cast, days: int, times: int
) -> None:
    _idea, _number = await promised(db, cast)
    before = func.now() - func.make_interval(0, 0, 0, 3)
    on = today() + timedelta(days=days)
    await db.execute(update(Pledge).values(expires_on=on, accepted_at=before))
    for _tick in range(3):
        await remind_sponsors(db)
    assert await number_of(db, Kind.PLEDGE_DUE) == times
    if times:
        assert {name for name, _ in await told(db, Kind.PLEDGE_DUE)} == {"Sam Hart"}


@pytest.mark.parametrize("ends", ["kept_at", "withdrawn_at", "lapsed_at", "declined_at"])
async def test_nobody_is_reminded_of_what_is_over_or_was_accepted_just_now(
    db: AsyncSession, cast: Cast, ends: str
) -> None:
    await promised(db, cast)
    soon: dict[str, Any] = {"expires_on": today() + timedelta(days=3)}
    await db.execute(update(Pledge).values(soon))
    await remind_sponsors(db)
    over = {"expires_on": today(), ends: func.now()}
    await db.execute(update(Pledge).values(over))
    await remind_sponsors(db)
    assert await number_of(db, Kind.PLEDGE_DUE) == 0


async def test_whoever_knows_otherwise_is_led_to_where_it_can_be_said(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    at, way = f"/pledges/{number}", f"/ideas/{idea.id}/contributions/new"
    sam, ada, ben = [await browse(person) for person in (cast.sam, cast.ada, cast.ben)]
    assert way not in (await ben.get(at)).text, "nobody has said yet that it was kept"
    await sam.post(f"{at}/fulfilment", FULL)
    assert [way in (await one.get(at)).text for one in (ben, ada, sam)] == [True, False, False]
    assert "Evidence" in (await ben.get(way)).text


@pytest.mark.parametrize(
    "step", ["fulfilment", "confirmation", "dispute", "conditions", "withdrawal", "acceptance"]
)
async def test_a_forged_number_is_not_found(
    db: AsyncSession, cast: Cast, browse: Browse, step: str
) -> None:
    _, number = await promised(db, cast)
    ada = await browse(cast.ada)
    sent = FULL | {"reason": "So.", "met": "yes"}
    for forged in (number + 1, 0, 2**62):
        assert (await ada.post(f"/pledges/{forged}/{step}", sent)).status_code == 404


async def test_what_is_not_due_yet_goes_on_also_on_the_page_of_pledges(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await pledge(db, idea, cast.sam, expires_on=func.current_date() + 60)
    await db.commit()
    sam = await browse(cast.sam)
    for address in ("/pledges", "/desk"):
        page = (await sam.get(address)).text
        assert "See your pledge" in page and "Mark as kept" not in page
    await db.execute(update(Pledge).values(expires_on=func.current_date() + 9))
    await db.commit()
    for address in ("/pledges", "/desk"):
        assert "Mark as kept" in (await sam.get(address)).text


async def test_words_are_evidence_where_there_is_no_link(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    kept = await pledge(db, idea, cast.sam)
    await db.commit()
    at, sam = f"/pledges/{kept.id}/fulfilment", await browse(cast.sam)
    assert (await sam.post(at, {"note": ""})).status_code == 422
    assert (await sam.post(at, {"note": "See the minutes of 3 June."})).status_code == 303
    record = await (await browse(None)).get(f"/profiles/{cast.sam.id}/record")
    assert "See the minutes of 3 June." in record.text

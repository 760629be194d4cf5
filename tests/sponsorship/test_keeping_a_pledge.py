"""A promise is kept, taken back, or lapses by the clock; and what a sponsor's record shows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.sponsorship.keeping import Fulfilment, keep_pledge
from ideahub.sponsorship.models import Pledge, PledgeKind, PledgeState
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import (
    accept_pledge,
    decline_pledge,
    lapse_pledges,
    withdraw_pledge,
)
from ideahub.sponsorship.queries import pledges_of
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


def all_of_it(note: str) -> Fulfilment:
    """That all of what Sam promises here was given."""
    return Fulfilment(note, Decimal(12000))


NOUNS = {"keep": "fulfilment", "decline": "refusal", "withdraw": "withdrawal"}


def today() -> date:
    """The day on which this runs, even if the tests began on the one before."""
    return datetime.now(UTC).date()


async def promised(
    db: AsyncSession, cast: Cast, *, accept: bool = True, **campaign: Any
) -> tuple[Idea, int]:
    """An idea of Ada's with a pledge by Sam, accepted unless told otherwise."""
    made = await make_campaign(db, cast.city, **campaign)
    idea = await make_idea(db, made, cast.ada, f"Idea in {made.id}")
    ada, sam = await viewer_of(db, cast.ada), await viewer_of(db, cast.sam)
    found = await find_idea(db, ada, idea.id)
    offer = PledgeOffer(PledgeKind.MONEY, "A first prototype", today(), Decimal(12000), "EUR")
    number = await offer_pledge(db, sam, found, offer)
    if accept:
        await accept_pledge(db, ada, found, number)
    await db.commit()
    return idea, number


async def number_of(db: AsyncSession, kind: Kind) -> int:
    return (await db.execute(select(func.count()).where(Event.kind == kind))).scalar_one()


async def state(db: AsyncSession, number: int) -> PledgeState:
    pledge = await db.get_one(Pledge, number, populate_existing=True)
    return pledge.state


async def sponsors(db: AsyncSession, idea: Idea) -> int:
    await db.refresh(idea)
    return idea.sponsors_count


@pytest.mark.parametrize("who", ["sam", "ada"])
async def test_sponsor_or_author_says_that_it_was_kept(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    idea, number = await promised(db, cast)
    person: Person = getattr(cast, who)
    browser = await browse(person)
    bare = await browser.post(f"/pledges/{number}/fulfilment", {"note": ""})
    assert bare.status_code == 422
    assert "keep-note-error" in bare.text
    for _ in range(2):
        kept = await browser.post(
            f"/pledges/{number}/fulfilment",
            {"note": "The first route stands.", "given_amount": "12000"},
        )
        assert kept.status_code == 303
    assert await state(db, number) is PledgeState.KEPT
    assert await number_of(db, Kind.PLEDGE_KEPT) == 1
    assert await sponsors(db, idea) == 1
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "The first route stands." in shown
    assert "€12,000" in shown


async def test_others_cannot_say_so_and_no_one_before_it_was_accepted(
    db: AsyncSession, cast: Cast
) -> None:
    idea, number = await promised(db, cast, accept=False)
    sam = await viewer_of(db, cast.sam)
    found = await find_idea(db, sam, idea.id)
    with pytest.raises(Forbidden, match="sponsor or the authors"):
        await keep_pledge(db, await viewer_of(db, cast.ben), found, number, all_of_it("Yes"))
    with pytest.raises(Conflict, match="accepted first"):
        await keep_pledge(db, sam, found, number, all_of_it("Yes"))


async def test_withdrawing_takes_the_sponsor_off_and_says_why(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    sam = await browse(cast.sam)
    bare = await sam.post(f"/pledges/{number}/withdrawal", {"reason": ""})
    assert bare.status_code == 422
    assert "withdraw-reason-error" in bare.text
    for _ in range(2):
        done = await sam.post(f"/pledges/{number}/withdrawal", {"reason": "The budget was cut."})
        assert done.status_code == 303
    assert await sponsors(db, idea) == 0
    assert await number_of(db, Kind.PLEDGE_WITHDRAWN) == 1
    assert "The budget was cut." in (await (await browse(None)).get(f"/ideas/{idea.id}")).text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("deed", "field", "who", "says"),
    [
        ("keep", "note", "sam", "Ada Lind has said already how this pledge was kept"),
        ("decline", "reason", "ben", "Ada Lind has declined this pledge already"),
        ("withdraw", "reason", "sam", "Sam Hart has taken this pledge back already"),
    ],
)
async def test_the_same_step_in_other_words_is_not_lost(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    deed: str,
    field: str,
    who: str,
    says: str,
    htmx: bool,
) -> None:
    idea, number = await promised(db, cast, accept=deed == "keep")
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    url, sent = f"/pledges/{number}/{NOUNS[deed]}", {field: "As it was.", "given_amount": "12000"}
    first = await browse(cast.sam if deed == "withdraw" else cast.ada)
    second = await browse(getattr(cast, who))
    for _press in range(2):
        assert (await first.post(url, sent, htmx=htmx)).status_code in {200, 303}
    # The same words by another lose nothing.
    assert (await second.post(url, sent, htmx=htmx)).status_code in {200, 303}
    other = await second.post(url, sent | {field: "Otherwise!"}, htmx=htmx)
    assert other.status_code == 409
    assert says in other.text
    # With scripts the form stays where it is, with all its words.
    assert ("Otherwise!</textarea>" in other.text) is not htmx
    assert "What you typed is kept" in other.text
    pledge = await db.get_one(Pledge, number, populate_existing=True)
    kept = (pledge.kept_note, pledge.declined_reason, pledge.withdrawn_reason)
    assert "".join(kept) == "As it was."


async def test_a_kept_promise_cannot_be_withdrawn(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    sam = await viewer_of(db, cast.sam)
    await keep_pledge(db, sam, await find_idea(db, sam, idea.id), number, all_of_it("Done"))
    await db.commit()
    said = "I would rather like to have that money back, please."
    answer = await (await browse(cast.sam)).post(f"/pledges/{number}/withdrawal", {"reason": said})
    assert answer.status_code == 409
    assert "kept already" in answer.text
    assert said in answer.text


async def test_it_lapses_by_the_clock_after_its_last_day(db: AsyncSession, cast: Cast) -> None:
    idea, number = await promised(db, cast)
    await lapse_pledges(db)
    assert await state(db, number) is PledgeState.ACCEPTED

    (await db.get_one(Pledge, number)).expires_on = today() - timedelta(days=1)
    await db.commit()
    for _ in range(2):
        await lapse_pledges(db)
        await db.commit()
    assert await state(db, number) is PledgeState.LAPSED
    assert await sponsors(db, idea) == 0
    event = (await db.scalars(select(Event).where(Event.kind == Kind.PLEDGE_LAPSED))).one()
    assert (event.actor_id, event.subject_id, event.idea_id) == (None, number, idea.id)


async def test_what_is_settled_does_not_lapse(db: AsyncSession, cast: Cast) -> None:
    settled = []
    sam, ada = await viewer_of(db, cast.sam), await viewer_of(db, cast.ada)
    for deed in ("keep", "withdraw", "decline"):
        idea, number = await promised(db, cast, accept=deed == "keep")
        found = await find_idea(db, ada, idea.id)
        if deed == "keep":
            await keep_pledge(db, sam, found, number, all_of_it("Done"))
        elif deed == "withdraw":
            await withdraw_pledge(db, sam, found, number, "No")
        else:
            await decline_pledge(db, ada, found, number, "No")
        made = await db.get_one(Pledge, number, populate_existing=True)
        made.expires_on = today() - timedelta(days=1)
        settled.append(number)
    await db.commit()
    await lapse_pledges(db)
    assert await number_of(db, Kind.PLEDGE_LAPSED) == 0
    assert [await state(db, one) for one in settled] == ["kept", "withdrawn", "declined"]


async def test_an_unanswered_offer_runs_out_and_is_no_mark_against_its_sponsor(
    db: AsyncSession, cast: Cast
) -> None:
    idea, number = await promised(db, cast, accept=False)
    (await db.get_one(Pledge, number)).expires_on = today() - timedelta(days=1)
    await db.commit()
    await lapse_pledges(db)
    assert await state(db, number) is PledgeState.LAPSED
    found = await find_idea(db, await viewer_of(db, cast.ada), idea.id)
    (shown,) = await pledges_of(db, found)
    assert shown.badge[0] == "Ran out unanswered"
    assert not shown.is_shared
    assert (shown.kept_before, shown.lapsed_before) == (0, 0)


async def test_the_record_counts_what_readers_of_the_idea_may_know(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    sam = await viewer_of(db, cast.sam)
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        idea, number = await promised(db, cast, audience=audience)
        await keep_pledge(db, sam, await find_idea(db, sam, idea.id), number, all_of_it("Done"))
    idea, number = await promised(db, cast)
    (await db.get_one(Pledge, number)).expires_on = today() - timedelta(days=1)
    await db.commit()
    await lapse_pledges(db)

    public, _ = await promised(db, cast)
    internal, _ = await promised(db, cast, audience=Audience.INTERNAL)
    (shown,) = await pledges_of(db, await find_idea(db, sam, public.id))
    assert (shown.kept_before, shown.lapsed_before) == (1, 1)
    (shown,) = await pledges_of(db, await find_idea(db, sam, internal.id))
    assert (shown.kept_before, shown.lapsed_before) == (2, 1)
    page = (await (await browse(None)).get(f"/ideas/{public.id}")).text
    assert "So far: 1 kept, 1 lapsed" in page


async def test_the_list_of_pledges_says_what_is_due(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await promised(db, cast)
    _, waiting = await promised(db, cast, accept=False)
    sam = (await (await browse(cast.sam)).get("/pledges")).text
    assert f"You promised €12,000 for “{idea.title}”." in sam
    assert "Today is its last day" in sam
    assert f"/pledges/{number}#keep" in sam
    ada = (await (await browse(cast.ada)).get("/pledges")).text
    assert "Sam Hart offers €12,000" in ada
    assert f"/pledges/{waiting}" in ada
    ben = (await (await browse(cast.ben)).get("/pledges")).text
    assert "Nothing waits for you here" in ben
    assert "12,000" not in ben

"""Every entrant gets reasons, signed off by a manager who read them, released on a date."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.events import Event, Kind
from ideahub.entries.models import Entry, TriageDecision
from ideahub.results.answering_entrants import announce_answers
from ideahub.results.distances import distance_words, distances_of, winning_places
from ideahub.results.models import EntrantAnswer, PanelResult
from tests.conftest import Browse, Browser
from tests.results.judged import Judged, judged
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, add


async def drafted(db: AsyncSession, mia: Browser, made: Judged) -> PanelResult:
    """The result is published, and the answers drafted."""
    result = await publish(db, mia, made)
    assert (await mia.post(f"{made.at}/answers")).status_code == 303
    return result


def seen_on(page: str) -> list[str]:
    """The answers that the page's form says were read."""
    return re.findall(r'name="seen"\s+value="([^"]+)"', page)


async def release(db: AsyncSession, result: PanelResult) -> None:
    """As if the date had come."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    await db.execute(
        update(PanelResult).where(PanelResult.id == result.id).values(answers_from=past)
    )
    await db.commit()


async def test_everyone_is_answered(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    own = f"/entries/{made.entries[1].id}/result"
    result = await drafted(db, mia, made)
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    assert "0 of 3 answered" in page
    assert "For 2 by 1: Impact is 5." in page
    assert "hopeless" not in page
    await release(db, result)
    assert "For 2 by 1" not in (await captain.get(own)).text
    answer = await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    assert answer.status_code == 303
    assert "3 of 3 answered" in (await mia.get(f"{made.at}/answers")).text
    mine = (await captain.get(own)).text
    assert "For 2 by 1: Impact is 5." in mine
    assert "What it would have taken" in mine
    assert "28.00 points of 100 more than yours" in mine
    for private in ("For 1 by", "hopeless", "Jo Klein", "Judge2 Number"):
        assert private not in mine


async def test_reasons_are_not_shown_before_the_date(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    await drafted(db, mia, made)
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    own = f"/entries/{made.entries[1].id}/result"
    assert "The reasons are being written" in (await captain.get(own)).text
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"answers_from": soon, "timezone": "Europe/Oslo"}
    assert (await mia.post(f"{made.at}/answers/release", sent)).status_code == 303
    mine = (await captain.get(own)).text
    assert "You can read the reasons from" in mine
    assert "For 2 by 1" not in mine


async def test_only_what_was_read_is_signed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await drafted(db, mia, made)
    read = seen_on((await mia.get(f"{made.at}/answers?left=yes")).text)
    number = read[0].partition(".")[0]
    sent = {"words": "Thank you for the drawings.", "comments": ["0-0", "0-2", "1-1"]}
    assert (await mia.post(f"{made.at}/answers/{number}", sent)).status_code == 303
    answer = await mia.post(f"{made.at}/answers/signatures", {"seen": read})
    assert answer.status_code == 409
    assert "1 answer was changed since you opened this page" in answer.text
    signed = select(EntrantAnswer.id).where(EntrantAnswer.signed_at.is_not(None))
    assert not (await db.scalars(signed)).all()
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    assert "Thank you for the drawings." in page
    assert "For 1 by 2: Impact is 8." not in page
    assert "For 1 by 3: Impact is 9." in page
    assert (
        await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    ).status_code == 303
    # What is changed afterwards has to be signed again.
    await mia.post(f"{made.at}/answers/{number}", sent | {"words": "Thanks."})
    assert "2 of 3 answered" in (await mia.get(f"{made.at}/answers")).text


async def test_entrants_are_told_once_when_the_date_has_come(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await drafted(db, mia, made)
    await announce_answers(db)
    read = seen_on((await mia.get(f"{made.at}/answers?left=yes")).text)
    await mia.post(f"{made.at}/answers/signatures", {"seen": read[:2]})
    await release(db, result)
    for _tick in range(2):
        await announce_answers(db)
    kinds = (await db.scalars(select(Event.kind).where(Event.kind == Kind.REASONS_RELEASED))).all()
    assert len(kinds) == 1
    # Whoever was signed off later is told later.
    await mia.post(f"{made.at}/answers/signatures", {"seen": read[2:]})
    await announce_answers(db)
    kinds = (await db.scalars(select(Event.kind).where(Event.kind == Kind.REASONS_RELEASED))).all()
    assert len(kinds) == 2
    number = read[0].partition(".")[0]
    answer = await mia.post(f"{made.at}/answers/{number}", {"words": "Too late.", "comments": []})
    assert answer.status_code == 409


async def test_winners_are_told_no_distance(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await drafted(db, mia, made)
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    distances = {
        answer.entry_id: answer.distance for answer in await db.scalars(select(EntrantAnswer))
    }
    assert distances[made.entries[0].id] is None
    assert (distances[made.entries[1].id] or {})["gap"] == "28.00"


async def test_who_was_chosen_out_of_order_is_told_no_distance(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """The last of three advances, and the first: two places, whatever their ranks."""
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await drafted(db, mia, made)
    last, middle = made.entries[1].id, made.entries[2].id
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    await release(db, result)
    own = await browse(made.captains[1])
    assert "What it would have taken" in (await own.get(f"/entries/{last}/result")).text
    sent = {"to_phase": str(made.later.id), "entries": [str(last), str(made.entries[0].id)]}
    assert (await mia.post(f"{made.at}/advancements", sent)).status_code == 303
    assert "What it would have taken" not in (await own.get(f"/entries/{last}/result")).text
    # One that is invited to two phases takes one place.
    another = await add(
        db,
        Phase(
            campaign_id=made.campaign.id,
            position=4,
            name="Last round",
            opens_at=made.later.opens_at,
            closes_at=made.later.closes_at,
            accepts=made.later.accepts,
        ),
    )
    await db.commit()
    await mia.post(f"{made.at}/advancements", sent | {"to_phase": str(another.id)})
    assert await winning_places(db, result.run_id) == 2
    found = await distances_of(db, result.run_id, [last, middle, made.entries[0].id])
    assert found == {middle: {"places": 2, "rank": 2, "passed_over": True}}
    assert "not for a lack of points" in distance_words(found[middle])[0]


async def test_entries_that_were_not_eligible_have_the_reason_of_that_as_their_answer(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, captain = await browse(cast.mia), await browse(made.captains[1])
    away, back = made.entries[1], made.entries[2]
    await decide(db, cast, away, is_eligible=False)
    # The last decision counts.
    await decide(db, cast, back, is_eligible=False)
    await decide(db, cast, back, is_eligible=True)
    await drafted(db, mia, made)
    page = (await mia.get(f"{made.at}/answers?left=yes")).text
    assert "1 of 3 answered" in page and "1 of them was not eligible" in page
    assert "The team lives abroad." in (await captain.get(f"/entries/{away.id}")).text
    await mia.post(f"{made.at}/answers/signatures", {"seen": seen_on(page)})
    assert "3 of 3 answered" in (await mia.get(f"{made.at}/answers")).text
    assert "3 of 3 answered." in (await mia.get(f"/management/{made.campaign.id}/results")).text
    # Turned away only now, an entry has its place and its own answer: it counts once.
    await decide(db, cast, back, is_eligible=False)
    assert "3 of 3 answered" in (await mia.get(f"{made.at}/answers")).text


async def decide(db: AsyncSession, cast: Cast, entry: Entry, *, is_eligible: bool) -> None:
    """Mia decides whether the entry may be judged."""
    await add(
        db,
        TriageDecision(
            entry_id=entry.id,
            revision_id=entry.submitted_id,
            is_eligible=is_eligible,
            reason="The team lives abroad.",
            decided_by=cast.mia.id,
        ),
    )
    await db.commit()

"""Those behind entries hear of results, reasons, decided appeals, invitations and awards, once; and
managers of appeals."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.telling import Addressee, Message
from ideahub.core.viewer import Role
from ideahub.judging.models import Panel
from ideahub.results.telling import TELLS
from tests.conftest import Browse
from tests.results.judged import Judged, judged
from tests.results.test_appeals import UPHELD, appealed
from tests.results.test_awards import awarded, verify_all
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.results.test_the_rule import add_judge
from tests.support.cast import Cast, add, make_person


async def messages(db: AsyncSession, kind: Kind) -> list[Message]:
    """What is told of the latest deed of this kind."""
    latest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    return list(await TELLS[kind](db, (await db.scalars(latest)).one()))


async def said(db: AsyncSession, kind: Kind) -> tuple[set[int], str]:
    """Who is told, and the words."""
    (message,) = await messages(db, kind)
    words = message.write(Addressee(1, "Somebody", None, None))
    return set(await db.scalars(message.to)), f"{words.subject}\n{words.text}"


def captains(made: Judged, *numbers: int) -> set[int]:
    return {made.captains[at].id for at in numbers}


async def test_a_result_is_called_preliminary_until_it_is_final(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    who, words = await said(db, Kind.RESULT_PUBLISHED)
    assert who == captains(made, 0, 1, 2)
    assert "preliminary" in words
    assert "You can appeal against it until" in words
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    who, words = await said(db, Kind.RESULT_MADE_FINAL)
    assert who == captains(made, 0, 1, 2)
    assert "is final" in words


async def test_managers_hear_of_an_appeal_but_not_who_reads_without_names(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    blind = await make_person(db, "Reads Blind", cast.city, Role.MANAGER)
    other = await add(
        db,
        Panel(
            campaign_id=made.campaign.id,
            phase_id=made.panel.phase_id,
            entries_phase_id=made.phase.id,
            name="Second panel",
            created_by=cast.mia.id,
            blind=True,
        ),
    )
    await add_judge(db, other, blind.id)
    appeal = await appealed(db, cast, browse, made)
    who, words = await said(db, Kind.APPEAL_MADE)
    assert who == {cast.mia.id, cast.ann.id}
    assert "An appeal to decide" in words
    (message,) = await messages(db, Kind.APPEAL_MADE)
    assert message.path == f"{made.at}/appeals"
    ann = await browse(cast.ann)
    assert (await ann.get(message.path)).status_code == 200
    # Decided meanwhile, there is nothing to tell any more.
    assert (await ann.post(f"{made.at}/appeals/{appeal.id}", UPHELD)).status_code == 303
    await db.refresh(appeal)
    assert not await messages(db, Kind.APPEAL_MADE)


async def test_only_whose_appeal_it_was_hears_of_the_decision(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    appeal = await appealed(db, cast, browse, made)
    await (await browse(cast.ann)).post(f"{made.at}/appeals/{appeal.id}", UPHELD)
    who, words = await said(db, Kind.APPEAL_DECIDED)
    assert who == captains(made, 2)
    assert "Your appeal is decided" in words


async def test_a_winner_hears_of_the_award_once_it_is_confirmed_and_when_it_is_taken_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    award = await awarded(db, mia, made)
    assert Kind.AWARD_DECIDED not in TELLS
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    await verify_all(db, mia, made, award)
    await mia.post(f"{made.at}/awards/{award.id}/confirmation")
    who, words = await said(db, Kind.AWARD_CONFIRMED)
    assert who == captains(made, 0)
    assert "First prize" in words
    await mia.post(f"{made.at}/awards/{award.id}/revocation", {"reason": "They withdrew."})
    await db.refresh(award)
    who, words = await said(db, Kind.AWARD_REVOKED)
    assert who == captains(made, 0)
    assert "They withdrew." in words
    # What was told of a standing award is not told any more.
    assert await messages(db, Kind.AWARD_CONFIRMED) == []


@pytest.mark.parametrize("kind", sorted(TELLS))
async def test_nothing_is_told_of_what_is_gone(db: AsyncSession, cast: Cast, kind: Kind) -> None:
    event = Event(kind=kind, campaign_id=None, subject_id=10**9, data={})
    found = list(await TELLS[kind](db, event))
    assert [set(await db.scalars(message.to)) for message in found] in ([], [set()])

"""Those who manage a challenge put entries on the ballot, and take them off."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.entries.entering import submit_entry
from ideahub.entries.models import Entry
from ideahub.entries.triage import decide_eligibility
from ideahub.public_voting.ballot import (
    put_all_on_ballot,
    put_on_ballot,
    set_votes_each,
    take_off_ballot,
)
from ideahub.public_voting.candidates import candidates_for
from ideahub.public_voting.models import BallotEntry
from ideahub.public_voting.queries import turnout, votes_each
from ideahub.public_voting.voting import take_back
from tests.conftest import Browse
from tests.entries.entering import SITE, begin, enter, write
from tests.public_voting.votes import TITLES, Vote, close, make_vote, shown, votes_of
from tests.support.cast import Cast, add, viewer_of


async def entries_of(db: AsyncSession, made: Vote) -> list[int]:
    own = select(Entry.id).where(Entry.campaign_id == made.campaign.id).order_by(Entry.id)
    return list(await db.scalars(own))


async def test_all_in_one_press(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast, fill=False)
    mia, at = await browse(cast.mia), f"/management/{made.campaign.id}/vote"
    page = (await mia.get(at)).text
    assert all(title in page for title in TITLES)
    answer = await mia.post(f"{at}/{made.phase.id}/ballot", {"do": "all"})
    assert answer.status_code == 303
    assert [one.title for one in await shown(db, made.phase)] == list(TITLES)
    assert "Everything that can be put on the ballot is there." in (await mia.get(at)).text


async def test_some_that_were_ticked(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast, fill=False)
    first, second, _third = await entries_of(db, made)
    mia = await browse(cast.mia)
    at = f"/management/{made.campaign.id}/vote/{made.phase.id}/ballot"
    chosen = {"entries": [str(first), str(second)], "do": "chosen"}
    for _press in range(2):
        assert (await mia.post(at, chosen)).status_code == 303
    assert [one.entry_id for one in await shown(db, made.phase)] == [first, second]
    counted = select(func.count()).where(Event.kind == Kind.BALLOT_FILLED)
    assert await db.scalar(counted) == 1


async def test_nothing_chosen_is_said(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast, fill=False)
    mia = await browse(cast.mia)
    at = f"/management/{made.campaign.id}/vote/{made.phase.id}/ballot"
    answer = await mia.post(at, {"do": "chosen"})
    assert answer.status_code == 422
    assert "Choose at least one entry." in answer.text


async def test_drafts_withdrawn_and_refused_entries_cannot_be_put_there(
    db: AsyncSession, cast: Cast
) -> None:
    made = await make_vote(db, cast, fill=False)
    first, second, third = await entries_of(db, made)
    mia = await viewer_of(db, cast.mia)
    await db.execute(update(Entry).where(Entry.id == first).values(withdrawn_at=func.now()))
    await decide_eligibility(db, mia, made.campaign, [second], is_eligible=False, reason="Late.")
    able = await candidates_for(db, made.campaign.id, made.phase.id)
    assert [one.entry_id for one in able] == [third]
    with pytest.raises(Invalid, match="cannot be put on the ballot"):
        await put_on_ballot(db, mia, made.campaign, made.phase.id, [first])
    assert await put_all_on_ballot(db, mia, made.campaign, made.phase.id) == 1


async def test_of_entries_that_were_carried_on_only_the_later_ones(
    db: AsyncSession, cast: Cast
) -> None:
    made = await make_vote(db, cast, fill=False)
    first, second, third = await entries_of(db, made)
    row = await db.get_one(Entry, first)
    carried = await add(
        db,
        Entry(
            campaign_id=row.campaign_id,
            phase_id=made.entries_phase.id,
            form_id=row.form_id,
            number=77,
            created_by=row.created_by,
            title=row.title,
            submitted_id=row.submitted_id,
            carried_from_id=first,
        ),
    )
    able = await candidates_for(db, made.campaign.id, made.phase.id)
    assert {one.entry_id for one in able} == {second, third, carried.id}
    # Carried into the phase of the vote itself: then only those of the phase.
    carried.phase_id = made.phase.id
    await db.flush()
    able = await candidates_for(db, made.campaign.id, made.phase.id)
    assert [one.entry_id for one in able] == [carried.id]


async def test_people_vote_about_what_was_submitted_when_it_was_put_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    before = made.on_ballot[0]
    await write(db, cast.cem, before.entry_id, {"q1": "Something else."}, "Other title")
    await submit_entry(db, await viewer_of(db, cast.cem), before.entry_id, site=SITE)
    after = (await shown(db, made.phase))[0]
    assert (after.title, after.revision_id) == (before.title, before.revision_id)
    assert after.newest_id != after.revision_id
    # Showing the newer one costs votes as soon as there are any.
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{made.campaign.id}/vote"
    advice, loss = "put it on again", "votes for it would not count any more"
    page = (await mia.get(at)).text
    assert advice in page and loss not in page
    await votes_of(db, cast.ben, made.on_ballot[1])
    await db.commit()
    page = (await mia.get(at)).text
    assert loss in page and advice not in page


async def test_before_anybody_voted_no_reason_is_needed(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    mia, entry = await viewer_of(db, cast.mia), made.on_ballot[0]
    assert await take_off_ballot(db, mia, made.campaign, made.phase.id, entry.id, "")
    assert not await take_off_ballot(db, mia, made.campaign, made.phase.id, entry.id, "")
    assert len(await shown(db, made.phase)) == 2
    assert await put_all_on_ballot(db, mia, made.campaign, made.phase.id) == 1


async def test_afterwards_a_reason_that_everyone_can_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    taken, other, _third = made.on_ballot
    await votes_of(db, cast.ben, other)
    mia = await browse(cast.mia)
    at = f"/management/{made.campaign.id}/vote/entries/{taken.id}/removal"
    assert (await mia.get(at)).status_code == 200
    answer = await mia.post(at, {"reason": ""})
    assert answer.status_code == 422
    assert "Say why: people have voted" in answer.text
    assert (await mia.post(at, {"reason": "It copies another entry."})).status_code == 303
    page = (await (await browse(None)).get(f"/challenges/{made.campaign.id}/vote")).text
    assert "It copies another entry." in page
    assert "Read all of" in page
    assert (await (await browse(None)).get(taken.url)).status_code == 404
    row = await db.get_one(BallotEntry, taken.id, populate_existing=True)
    assert (row.removal_reason, row.removed_by) == ("It copies another entry.", cast.mia.id)


async def test_whether_a_reason_is_needed_tells_nothing_of_one_entry(
    db: AsyncSession, cast: Cast
) -> None:
    made = await make_vote(db, cast)
    voted, other, _third = made.on_ballot
    ben = await votes_of(db, cast.ben, voted)
    await take_back(db, ben, voted)
    mia = await viewer_of(db, cast.mia)
    for entry in (voted, other):
        with pytest.raises(Invalid, match="Say why"):
            await take_off_ballot(db, mia, made.campaign, made.phase.id, entry.id, "")


async def test_a_vote_for_what_was_taken_off_can_be_taken_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    taken, other, _third = made.on_ballot
    await votes_of(db, cast.ben, taken)
    await db.commit()
    mia = await viewer_of(db, cast.mia)
    await take_off_ballot(db, mia, made.campaign, made.phase.id, taken.id, "A copy.")
    await db.commit()
    # Whoever voted still counts among those who have: else the number would tell for what.
    assert await turnout(db, made.phase.id) == 1
    ben = await browse(cast.ben)
    assert (await ben.post(f"{other.url}/vote")).status_code == 409
    page = (await ben.get(f"/challenges/{made.campaign.id}/vote")).text
    assert f'action="{taken.url}/vote/withdrawal"' in page
    assert (await ben.post(f"{taken.url}/vote/withdrawal")).status_code == 303
    assert (await ben.post(f"{other.url}/vote")).status_code == 303


async def test_how_many_votes_each_has_is_fixed_by_the_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{made.campaign.id}/vote/{made.phase.id}/settings"
    assert (await mia.post(at, {"votes_each": "4"})).status_code == 303
    assert await votes_each(db, made.phase.id) == 4
    for typed in ("0", "11", "many", ""):
        assert (await mia.post(at, {"votes_each": typed})).status_code == 422
    await votes_of(db, cast.ben, made.on_ballot[0])
    await db.commit()
    answer = await mia.post(at, {"votes_each": "5"})
    assert answer.status_code == 409
    assert "People have voted already" in answer.text
    assert await votes_each(db, made.phase.id) == 4


async def test_nothing_of_it_changes_once_the_vote_is_over(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast, fill=False)
    mia = await viewer_of(db, cast.mia)
    (first, *_others) = await entries_of(db, made)
    await put_on_ballot(db, mia, made.campaign, made.phase.id, [first])
    (entry,) = await shown(db, made.phase)
    await close(db, made.phase)
    with pytest.raises(Conflict, match="The vote is over"):
        await put_all_on_ballot(db, mia, made.campaign, made.phase.id)
    with pytest.raises(Conflict, match="The vote is over"):
        await take_off_ballot(db, mia, made.campaign, made.phase.id, entry.id, "A copy.")
    with pytest.raises(Conflict, match="The vote is over"):
        await set_votes_each(db, mia, made.campaign, made.phase.id, 3)


async def test_a_phase_without_votes_has_no_ballot(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    mia = await viewer_of(db, cast.mia)
    with pytest.raises(NotFound):
        await put_all_on_ballot(db, mia, made.campaign, made.entries_phase.id)
    other = await make_vote(db, cast)
    with pytest.raises(NotFound):
        await put_all_on_ballot(db, mia, made.campaign, other.phase.id)
    with pytest.raises(NotFound):
        await take_off_ballot(
            db, mia, other.campaign, other.phase.id, made.on_ballot[0].id, "Of another."
        )


async def test_only_those_who_manage_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast)
    at = f"/management/{made.campaign.id}/vote"
    entry = made.on_ballot[0]
    for person, status in ((cast.cem, 403), (cast.zed, 403), (cast.jo, 403)):
        visitor = await browse(person)
        assert (await visitor.get(at)).status_code == status
        for deed in (f"{made.phase.id}/ballot", f"{made.phase.id}/settings"):
            assert (await visitor.post(f"{at}/{deed}", {"do": "all"})).status_code == status
        removal = f"{at}/entries/{entry.id}/removal"
        assert (await visitor.get(removal)).status_code == status
        assert (await visitor.post(removal, {"reason": "No."})).status_code == status
    assert len(await shown(db, made.phase)) == 3


async def test_a_draft_that_was_begun_is_not_offered(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast, fill=False)
    await begin(db, cast.zed, made.entries_phase)
    able = await candidates_for(db, made.campaign.id, made.phase.id)
    assert len(able) == 3
    await enter(db, cast.ben, made.entries_phase)
    assert len(await candidates_for(db, made.campaign.id, made.phase.id)) == 4

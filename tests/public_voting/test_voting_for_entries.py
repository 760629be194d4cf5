"""People vote for entries: within their limit, once for each, and never for what they may not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, Phase
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden, NotFound, SignInNeeded
from ideahub.core.viewer import STRANGER
from ideahub.entries.models import Entry, EntryMember
from ideahub.entries.triage import decide_eligibility
from ideahub.public_voting.models import BallotPaper, EntryVote
from ideahub.public_voting.queries import find_on_ballot, own_votes, turnout
from ideahub.public_voting.voting import take_back, vote
from tests.conftest import Browse
from tests.public_voting.votes import close, make_judge, make_vote, votes_of
from tests.support.cast import Cast, viewer_of


async def count_votes(db: AsyncSession) -> int:
    return int((await db.execute(select(func.count()).select_from(EntryVote))).scalar_one())


async def events(db: AsyncSession, kind: Kind) -> list[Event]:
    return list(await db.scalars(select(Event).where(Event.kind == kind)))


async def test_a_vote_counts_once_however_often_it_is_pressed(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    ben = await viewer_of(db, cast.ben)
    assert await vote(db, ben, made.on_ballot[1])
    assert not await vote(db, ben, made.on_ballot[1])
    assert await count_votes(db) == 1
    assert await turnout(db, made.phase.id) == 1
    assert len(await events(db, Kind.PUBLIC_VOTE_CAST)) == 1


async def test_the_event_does_not_say_for_what(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    ben = await votes_of(db, cast.ben, made.on_ballot[1])
    await take_back(db, ben, made.on_ballot[1])
    for kind in (Kind.PUBLIC_VOTE_CAST, Kind.PUBLIC_VOTE_WITHDRAWN):
        (event,) = await events(db, kind)
        assert (event.subject_type, event.subject_id) == ("phase", made.phase.id)
        assert event.data == {}


async def test_nobody_has_more_votes_than_were_given(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast, votes_each=2)
    ben = await votes_of(db, cast.ben, *made.on_ballot[:2])
    with pytest.raises(Conflict, match="You have used your 2 votes"):
        await vote(db, ben, made.on_ballot[2])
    assert await count_votes(db) == 2


async def test_a_vote_that_was_taken_back_can_be_used_again(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    one, other, _third = made.on_ballot
    ben = await votes_of(db, cast.ben, one)
    assert await take_back(db, ben, one)
    assert not await take_back(db, ben, one)
    assert await vote(db, ben, other)
    assert await own_votes(db, ben, made.phase.id) == {other.id}
    assert len(await events(db, Kind.PUBLIC_VOTE_WITHDRAWN)) == 1


async def test_a_team_does_not_vote_for_its_own_entry(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    cem = await viewer_of(db, cast.cem)
    with pytest.raises(Conflict, match="your team's own entry"):
        await vote(db, cem, made.on_ballot[0])
    assert await vote(db, cem, made.on_ballot[1])


async def test_whoever_entered_it_and_left_since_does_not_vote_for_it(
    db: AsyncSession, cast: Cast
) -> None:
    made = await make_vote(db, cast)
    await db.execute(update(EntryMember).values(left_at=func.now()))
    with pytest.raises(Conflict, match="your team's own entry"):
        await vote(db, await viewer_of(db, cast.cem), made.on_ballot[0])


async def test_organisers_and_judges_do_not_vote(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    await make_judge(db, made, cast.jo)
    for person, sentence in ((cast.mia, "You run"), (cast.ann, "You run"), (cast.jo, "You judge")):
        with pytest.raises(Forbidden, match=sentence):
            await vote(db, await viewer_of(db, person), made.on_ballot[0])
    assert await count_votes(db) == 0


async def test_strangers_sign_in_first_and_never_for_nothing(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    with pytest.raises(SignInNeeded):
        await vote(db, STRANGER, made.on_ballot[0])
    await close(db, made.phase)
    with pytest.raises(Conflict, match="This closed on"):
        await vote(db, STRANGER, made.on_ballot[0])


async def test_nothing_changes_once_the_phase_is_over(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    ben = await votes_of(db, cast.ben, made.on_ballot[0])
    await close(db, made.phase)
    with pytest.raises(Conflict, match="This closed on"):
        await vote(db, ben, made.on_ballot[1])
    with pytest.raises(Conflict, match="This closed on"):
        await take_back(db, ben, made.on_ballot[0])
    assert await own_votes(db, ben, made.phase.id) == {made.on_ballot[0].id}


async def test_nothing_is_taken_before_it_opens(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    later = func.now() + timedelta(hours=1)
    await db.execute(update(Phase).where(Phase.id == made.phase.id).values(opens_at=later))
    with pytest.raises(Conflict, match="It opens on"):
        await vote(db, await viewer_of(db, cast.ben), made.on_ballot[0])


@pytest.mark.parametrize("gone", ["withdrawn", "ineligible"])
async def test_what_takes_no_part_any_more_takes_no_votes(
    db: AsyncSession, cast: Cast, gone: str
) -> None:
    made = await make_vote(db, cast, votes_each=2)
    entry = made.on_ballot[0]
    ben = await votes_of(db, cast.ben, entry)
    if gone == "withdrawn":
        here = Entry.id == entry.entry_id
        await db.execute(update(Entry).where(here).values(withdrawn_at=func.now()))
    else:
        mia = await viewer_of(db, cast.mia)
        await decide_eligibility(
            db, mia, made.campaign, [entry.entry_id], is_eligible=False, reason="Too late."
        )
    with pytest.raises(Conflict, match="takes no part"):
        await vote(db, await viewer_of(db, cast.zed), entry)
    # Whoever voted for it keeps that vote until they take it back.
    assert await own_votes(db, ben, made.phase.id) == {entry.id}
    assert await take_back(db, ben, entry)


async def test_an_internal_challenge_is_unknown_to_others(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    here = Campaign.id == made.campaign.id
    await db.execute(update(Campaign).where(here).values(audience=Audience.INTERNAL))
    zed = await viewer_of(db, cast.zed)
    for viewer in (zed, STRANGER):
        with pytest.raises(NotFound):
            await find_on_ballot(db, viewer, made.on_ballot[0].id)
    found = await find_on_ballot(db, await viewer_of(db, cast.ben), made.on_ballot[0].id)
    assert found.title == "Green lanes"


async def test_forged_votes_are_refused(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast)
    other = await make_vote(db, cast, fill=False)
    ben = await browse(cast.ben)
    entry = made.on_ballot[0]
    for number in (entry.id + 1000, 2**70, other.phase.id + 5000):
        assert (await ben.post(f"/ballot-entries/{number}/vote")).status_code == 404
    # A ballot entry of one phase is never counted in another.
    await ben.post(f"/ballot-entries/{entry.id}/vote", {"phase": str(other.phase.id)})
    papers = (await db.scalars(select(BallotPaper.phase_id))).all()
    assert papers == [made.phase.id]


async def test_each_refusal_is_a_sentence_on_the_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    at = f"/ballot-entries/{made.on_ballot[0].id}/vote"
    for person, status, said in (
        (cast.cem, 409, "your team&#39;s own entry"),
        (cast.mia, 403, "You run this challenge"),
    ):
        answer = await (await browse(person)).post(at)
        assert answer.status_code == status
        assert said in answer.text


async def test_voting_without_scripts(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast, votes_each=3)
    ben, entry = await browse(cast.ben), made.on_ballot[1]
    page = f"/challenges/{made.campaign.id}/vote"
    assert "You have 3 of 3 votes left." in (await ben.get(page)).text
    answer = await ben.post(f"/ballot-entries/{entry.id}/vote")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(page)
    after = (await ben.get(page)).text
    assert "You have 2 of 3 votes left." in after
    assert after.count("Take back my vote") == 1
    await ben.post(f"/ballot-entries/{entry.id}/vote/withdrawal")
    assert "You have 3 of 3 votes left." in (await ben.get(page)).text


async def test_with_scripts_the_control_and_what_is_left_come_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    ben, entry = await browse(cast.ben), made.on_ballot[1]
    answer = await ben.post(f"/ballot-entries/{entry.id}/vote", htmx=True)
    assert answer.status_code == 200
    assert f'id="ballot-{entry.id}-vote"' in answer.text
    assert "Take back my vote" in answer.text
    assert "You have 0 of 1 vote left." in answer.text


async def test_a_stranger_s_press_is_done_after_signing_in(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    stranger = await browse(None)
    answer = await stranger.post(f"/ballot-entries/{made.on_ballot[0].id}/vote")
    assert answer.status_code == 303
    page = (await stranger.get(answer.headers["location"])).text
    assert "Sign in to vote for" in page
    assert "Green lanes" in page

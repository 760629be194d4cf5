"""A vote is planned with the phases; what it lacks is said, and it travels into copies."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import lacks_of
from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.purposes import OFFERED
from ideahub.campaigns.schedule_words import schedule_sentence
from ideahub.campaigns.taking_part import taken_in
from ideahub.campaigns.travelling import Shift
from ideahub.core.setting_up import Lack
from ideahub.entries.designing_form import design_form
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.travelling import copy_from as copy_forms
from ideahub.public_voting.lacking import lacks_for_vote
from ideahub.public_voting.models import BallotEntry, PublicVote
from ideahub.public_voting.queries import votes_each
from ideahub.public_voting.travelling import contents, copy_from
from tests.conftest import Browse
from tests.entries.entering import make_contest
from tests.public_voting.votes import KEPT, READ, make_vote, now_of, votes_of
from tests.support.cast import Cast, add, make_campaign, viewer_of


async def draft_with_vote(db: AsyncSession, cast: Cast) -> tuple[Campaign, Phase]:
    campaign, phase = await make_contest(db, cast.city, published=False)
    vote = Phase(campaign_id=campaign.id, position=2, name="Vote", accepts=[Accepts.PUBLIC_VOTING])
    await add(db, vote)
    return campaign, phase


async def vote_lacks(db: AsyncSession, campaign: Campaign) -> Sequence[Lack]:
    return await lacks_for_vote(db, campaign, await phases_now(db, campaign.id))


async def test_a_vote_about_nothing_that_can_be_read_is_missing_something(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, phase = await draft_with_vote(db, cast)
    mia = await viewer_of(db, cast.mia)
    await design_form(db, mia, campaign, phase.id, [KEPT])
    (lack,) = await vote_lacks(db, campaign)
    assert lack.address == f"/management/{campaign.id}/form"
    assert "Mark at least one question" in lack.sentence
    assert lack in (await lacks_of(db, campaign)).later
    await design_form(db, mia, campaign, phase.id, [READ, KEPT])
    assert await vote_lacks(db, campaign) == []


async def test_a_vote_without_entries_is_missing_a_phase(db: AsyncSession, cast: Cast) -> None:
    campaign, phase = await draft_with_vote(db, cast)
    phase.accepts = [Accepts.IDEAS]
    await db.flush()
    (lack,) = await vote_lacks(db, campaign)
    assert lack.address == f"/management/{campaign.id}/phases"


async def test_nothing_is_missing_without_a_vote(db: AsyncSession, cast: Cast) -> None:
    campaign, _phase = await make_contest(db, cast.city, published=False)
    box = await make_campaign(db, cast.city)
    assert await vote_lacks(db, campaign) == await vote_lacks(db, box) == []


async def test_the_management_page_leads_to_what_is_missing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, _phase = await draft_with_vote(db, cast)
    await db.commit()
    page = (await (await browse(cast.mia)).get(f"/management/{campaign.id}")).text
    assert "Mark a question of the entry form" in page
    assert f'href="/management/{campaign.id}/vote?phase=' in page


async def test_a_copy_has_as_many_votes_and_the_same_marks_and_an_empty_ballot(
    db: AsyncSession, cast: Cast
) -> None:
    made = await make_vote(db, cast, votes_each=4)
    await votes_of(db, cast.ben, made.on_ballot[1])
    copy, phase = await draft_with_vote(db, cast)
    shift = Shift(0)
    await copy_forms(db, made.campaign, copy, shift)
    await copy_from(db, made.campaign, copy, shift)
    (vote,) = (
        await db.scalars(select(Phase).where(Phase.campaign_id == copy.id, Phase.position == 2))
    ).all()
    assert await votes_each(db, vote.id) == 4
    assert await contents(db, copy) == ["4"]
    assert (await db.scalars(select(BallotEntry).filter_by(phase_id=vote.id))).all() == []
    form = await form_in_use(db, phase.id)
    assert form
    assert [one.shown_public for one in form.fields] == [True, False]


async def test_whoever_voted_has_taken_part(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    before = await taken_in(db, made.campaign.id)
    await votes_of(db, cast.ben, made.on_ballot[1])
    assert await taken_in(db, made.campaign.id) == before + 1


async def test_a_phase_that_is_removed_takes_its_settings_along(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, _phase = await draft_with_vote(db, cast)
    (vote,) = (await db.scalars(select(Phase).filter_by(campaign_id=campaign.id, position=2))).all()
    await add(db, PublicVote(phase_id=vote.id, votes_each=3))
    await db.delete(vote)
    await db.flush()
    assert (await db.scalars(select(PublicVote.phase_id))).all() == []


async def test_the_plan_says_it_in_a_sentence(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    phase = await now_of(db, made.phase)
    assert Accepts.PUBLIC_VOTING in OFFERED
    assert "public votes until" in schedule_sentence([phase], phase.now)

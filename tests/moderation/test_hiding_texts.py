"""What a moderator hides leaves every list and count, and comes back as it was."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.hiding import hide_contribution, show_contribution
from ideahub.conversation.models import ContributionKind
from ideahub.core.events import Kind
from ideahub.ideas.hiding import hide_idea, show_idea
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.talking import answer, counts, happened, say
from tests.test_tallies import wrong


async def test_a_hidden_idea_is_in_no_list_until_it_is_shown_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "Lanterns on the towpath")
    mo = await viewer_of(db, cast.mo)
    ben = await browse(cast.ben)
    assert await hide_idea(db, mo, idea.id, "It names a neighbour.", decision=1)
    assert not await hide_idea(db, mo, idea.id, "It names a neighbour.", decision=1)
    assert (await ben.get(idea_page := f"/ideas/{idea.id}")).status_code == 404
    for page in ("/ideas", "/ideas?q=towpath", campaign.url, "/"):
        assert "Lanterns on the towpath" not in (await ben.get(page)).text
    assert "It names a neighbour." in (await (await browse(cast.ada)).get(idea_page)).text
    await db.refresh(campaign)
    assert campaign.ideas_count == 0
    assert await show_idea(db, mo, idea.id, decision=2)
    assert not await show_idea(db, mo, idea.id, decision=2)
    assert "Lanterns on the towpath" in (await ben.get("/ideas")).text
    assert not await wrong(db)
    assert await happened(db, Kind.IDEA_HIDDEN, idea.id) == 1
    assert await happened(db, Kind.IDEA_SHOWN, idea.id) == 1


async def test_a_hidden_contribution_leaves_its_place_only_where_it_was_answered(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    alone = await say(db, cast.ben, idea.id, "A lonely word", kind=ContributionKind.CONCERN)
    answered = await say(db, cast.ben, idea.id, "An answered word")
    await answer(db, cast.ada, answered)
    mo = await viewer_of(db, cast.mo)
    for number in (alone, answered):
        assert await hide_contribution(db, mo, number, decision=1)
        assert not await hide_contribution(db, mo, number, decision=1)
    page = (await (await browse(cast.cem)).get(f"/ideas/{idea.id}")).text
    assert "A lonely word" not in page
    assert "An answered word" not in page
    assert page.count("Hidden by the moderators.") == 1
    assert await counts(db, idea.id) == (0, 0)
    for number in (alone, answered):
        assert await show_contribution(db, mo, number, decision=2)
    assert await counts(db, idea.id) == (2, 1)
    assert not await wrong(db)

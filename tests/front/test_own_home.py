"""Signed in, the home page is one's own: what happened, what waits, how one's calls are doing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind, record
from ideahub.core.refusals import NotFound
from ideahub.following.models import Follow
from ideahub.front import live
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.ideas.voting import vote
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Review
from ideahub.realtime.push import Refresh
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of
from tests.support.ripening import at_stage, contribute, found, pledge, posted, ripe_spark


def region(html: str, name: str) -> str:
    """The words of one of the page's own sections; empty where it is not there."""
    if f'id="own-{name}"' not in html:
        return ""
    shown = html.split(f'id="own-{name}"')[1].split("</section>", maxsplit=1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)).replace(" ,", ",")


async def own(browse: Browse, person: Person, name: str) -> str:
    """What the person's home page says there."""
    return region((await (await browse(person)).get("/")).text, name)


async def contributed(db: AsyncSession, idea: Idea, author: Person) -> Contribution:
    """A build, and that it happened."""
    made = await contribute(db, idea, author)
    await record(db, Kind.CONTRIBUTION_MADE, author, on=idea, subject=made)
    await db.commit()
    return made


async def test_a_stranger_s_home_is_everyone_s(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await posted(db, cast)
    await db.commit()
    page = (await (await browse(None)).get("/")).text
    assert "Your idea. Their" in page
    assert 'id="own-' not in page and "room=own" not in page


async def test_what_others_did_with_my_idea_is_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await vote(db, await viewer_of(db, cast.cem), await found(db, cast.cem, idea))
    await contributed(db, idea, cast.ben)
    await record(db, Kind.STAGE_HELD, cast.mia, on=idea)
    await db.commit()
    told = await own(browse, cast.ada, "happened")
    assert "1 more person supports A walking bus" in told
    assert "Ben Okoye added to A walking bus" in told
    assert "Mia Sato held A walking bus at Spark" in told
    assert "Cem" not in told
    assert told.index("held") < told.index("added")
    # Who added to it or supports it hears what became of it, but not what else is added.
    for other in (cast.ben, cast.cem):
        theirs = await own(browse, other, "happened")
        assert "Mia Sato held A walking bus at Spark" in theirs and "added to" not in theirs
    assert "A walking bus" not in await own(browse, cast.mia, "happened")


async def test_what_several_did_alike_is_one_line(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    bench, bus = await make_idea(db, box, cast.ada, "A bench"), await make_idea(db, box, cast.ada)
    for person in (cast.ben, cast.cem, cast.mia, cast.cem):
        await contributed(db, bench, person)
    await contributed(db, bus, cast.ben)
    mine = await contribute(db, bus, cast.ada)
    for person in (cast.ben, cast.cem):
        await record(db, Kind.CONTRIBUTION_THANKED, person, on=bus, subject=mine)
    await db.commit()
    said = re.sub(r"[\u2068\u2069]", "", await own(browse, cast.ada, "happened"))
    assert said.count("added to A bench") == 1 and "Cem Aydin and 2 others added to A bench" in said
    assert "Ben Okoye added to A walking bus" in said
    assert "Cem Aydin and Ben Okoye thanked you for what you added to A walking bus" in said


async def test_what_i_do_myself_is_no_news_to_me(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await contributed(db, idea, cast.ada)
    told = await own(browse, cast.ada, "happened")
    assert "Nothing so far" in told and "Ada Lind" not in told


async def test_builders_hear_what_became_of_their_builds(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    build = await contributed(db, idea, cast.ben)
    await record(db, Kind.CONTRIBUTION_THANKED, cast.ada, on=idea, subject=build)
    await record(db, Kind.CONTRIBUTION_ADOPTED, cast.ada, on=idea, subject=build)
    answer = await contribute(db, idea, cast.cem, parent_id=build.id)
    await record(db, Kind.CONTRIBUTION_MADE, cast.cem, on=idea, subject=answer)
    await db.commit()
    told = await own(browse, cast.ben, "happened")
    assert "Ada Lind thanked you for what you added to A walking bus" in told
    assert "Ada Lind took your “yes, and…” into A walking bus" in told
    assert "Cem Aydin answered you on A walking bus" in told
    await record(db, Kind.STAGE_HELD, cast.mia, on=idea)
    await db.commit()
    assert "Mia Sato held A walking bus" in await own(browse, cast.ben, "happened")
    await add(db, Follow(idea_id=idea.id, person_id=cast.ben.id, stopped_at=func.now()))
    await db.commit()
    assert "held" not in await own(browse, cast.ben, "happened")
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    assert "Mia Sato held A walking bus" in await own(browse, cast.ben, "happened")


@pytest.mark.parametrize("gone", ["withdrawn_at", "hidden_at"])
async def test_what_is_hidden_vanishes(
    db: AsyncSession, cast: Cast, browse: Browse, gone: str
) -> None:
    _, idea = await posted(db, cast)
    build = await contributed(db, idea, cast.ben)
    await record(db, Kind.CONTRIBUTION_THANKED, cast.ada, on=idea, subject=build)
    await db.commit()
    assert "Ben Okoye" in await own(browse, cast.ada, "happened")
    assert "thanked you" in await own(browse, cast.ben, "happened")
    await db.execute(update(Idea).values({gone: func.now()}))
    await db.commit()
    assert "A walking bus" not in await own(browse, cast.ben, "happened")
    await db.execute(update(Idea).values({gone: None}))
    await db.execute(update(Contribution).values({gone: func.now()}))
    await db.commit()
    for person in (cast.ada, cast.ben):
        assert "A walking bus" not in await own(browse, person, "happened")


async def test_a_pseudonym_stays_one(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, allows_pseudonyms=True)
    idea = await make_idea(db, campaign, cast.ada)
    await db.execute(update(Idea).values(pseudonym="Night Owl"))
    build = await contributed(db, idea, cast.ben)
    await record(db, Kind.CONTRIBUTION_THANKED, cast.ada, on=idea, subject=build)
    await db.commit()
    told = await own(browse, cast.ben, "happened")
    assert "Night Owl thanked you" in told and "Ada" not in told


async def test_who_may_not_see_the_box_any_more_hears_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast, audience=Audience.INTERNAL)
    build = await contributed(db, idea, cast.ben)
    await record(db, Kind.CONTRIBUTION_THANKED, cast.ada, on=idea, subject=build)
    await db.commit()
    assert "thanked you" in await own(browse, cast.ben, "happened")
    elsewhere = update(Person).where(Person.id == cast.ben.id)
    await db.execute(elsewhere.values(organisation_id=cast.ministry.id))
    await db.commit()
    page = (await (await browse(cast.ben)).get("/")).text
    assert "A walking bus" not in page


async def test_offers_and_promises_wait_for_whom_they_concern(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await pledge(db, idea, cast.sam, accepted_at=None)
    await pledge(db, idea, cast.sam)
    await pledge(db, idea, cast.sam, expires_on=func.current_date() + 90)
    await db.commit()
    assert "Sam Hart offers a mandate for “A walking bus”" in await own(browse, cast.ada, "waits")
    promises = await own(browse, cast.sam, "waits")
    assert promises.count("Mark as kept") == 1
    assert "Nothing at the moment" in await own(browse, cast.ben, "waits")
    await db.execute(update(Pledge).values(withdrawn_at=func.now()))
    await db.commit()
    for person in (cast.ada, cast.sam):
        assert "A walking bus" not in await own(browse, person, "waits")


async def test_gates_wait_for_those_who_decide_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, _ = await ripe_spark(db, cast)
    await make_idea(db, campaign, cast.ada, "Not ripe yet")
    await db.commit()
    for person in (cast.mia, cast.sam, cast.ann):
        waits = await own(browse, person, "waits")
        assert "A walking bus is ready for the gate to Concept" in waits
        assert "Not ripe yet" not in waits
    for person in (cast.ada, cast.ben, cast.zed, cast.mo):
        assert "A walking bus" not in await own(browse, person, "waits")
    await db.execute(update(Idea).values(hidden_at=func.now()))
    await db.commit()
    assert "A walking bus" not in await own(browse, cast.mia, "waits")


async def test_nobody_decides_on_their_own_and_what_was_held_waits_for_its_authors(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    held = Review(
        idea_id=idea.id,
        reviewer_id=cast.mia.id,
        decision=Decision.HOLD,
        from_stage=Stage.SPARK,
        to_stage=Stage.SPARK,
        reason="Ask the schools.",
        evidence=[],
    )
    await add(db, held)
    await db.commit()
    assert "A walking bus" not in await own(browse, cast.mia, "waits")
    await db.execute(update(Review).values(created_at=func.now() - timedelta(days=40)))
    await db.commit()
    assert "A walking bus" in await own(browse, cast.mia, "waits"), "its text is newer"
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.mia.id))
    await db.commit()
    assert "A walking bus" not in await own(browse, cast.mia, "waits")


async def test_a_manager_sees_how_their_calls_are_doing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await contributed(db, idea, cast.ben)
    await record(db, Kind.STAGE_HELD, cast.mia, on=idea)
    await make_campaign(db, cast.ministry, title="Elsewhere", question="")
    await make_campaign(db, cast.city, title="Long over", question="", closes=-timedelta(hours=1))
    await make_campaign(db, cast.city, title="A draft", question="", published=False)
    await db.commit()
    calls = await own(browse, cast.mia, "calls")
    assert "How might we make every school route safe to walk?" in calls
    assert "1 idea, supported 0 times" in calls
    assert "Last week: 1 new idea, 1 contribution, 1 decision" in calls
    for other in ("Elsewhere", "Long over", "A draft"):
        assert other not in calls
    assert "Elsewhere" in await own(browse, cast.ann, "calls")
    for person in (cast.ada, cast.sam, cast.cem):
        assert await own(browse, person, "calls") == ""


async def test_deeds_of_last_month_are_not_of_last_week(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await posted(db, cast)
    await db.execute(update(Event).values(created_at=func.now() - timedelta(days=30)))
    await db.commit()
    assert "Last week: nothing new" in await own(browse, cast.mia, "calls")


async def told_to(db: AsyncSession, number: int) -> set[str]:
    """The rooms that are refreshed after the event, of people's own."""
    event = await db.get_one(Event, number)
    told = [one for show in live.SHOWS[event.kind] for one in await show(db, event)]
    return {one.room for one in told if isinstance(one, Refresh)}


async def test_it_is_live_for_those_whom_it_concerns(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    build = await contribute(db, idea, cast.ben, ContributionKind.BUILD)
    given = await pledge(db, idea, cast.sam)
    deciding = {f"own:{person.id}" for person in (cast.mia, cast.sam, cast.ann)}
    ada, ben = f"own:{cast.ada.id}", f"own:{cast.ben.id}"
    for kind, subject, rooms in (
        (Kind.VOTE_CAST, None, {ada}),
        (Kind.CONTRIBUTION_THANKED, build, {ada, ben}),
        (Kind.PLEDGE_DECLINED, given, {ada}),
        # Ben follows the idea, as he built on it.
        (Kind.STAGE_ADVANCED, None, {ada, ben}),
        (Kind.IDEA_HIDDEN, None, {ada, ben}),
    ):
        number = await record(db, kind, cast.cem, on=idea, subject=subject)
        assert await told_to(db, number) == rooms | deciding, kind


async def test_one_s_own_room_is_nobody_else_s(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    for person in (None, cast.ben, cast.ann):
        with pytest.raises(NotFound):
            await live.own_room(db, await viewer_of(db, person), cast.ada.id)
    number = await record(db, Kind.VOTE_CAST, cast.ben, on=idea)
    for person, concerned in ((cast.ada, True), (cast.mia, True), (cast.ben, False)):
        concerns = await live.own_room(db, await viewer_of(db, person), person.id)
        heard = (await db.scalars(select(Event.id).where(concerns))).all()
        assert (number in heard) is concerned


async def test_a_co_author_elsewhere_hears_nothing_of_an_internal_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast, audience=Audience.INTERNAL)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.zed.id))
    await vote(db, await viewer_of(db, cast.ben), await found(db, cast.ben, idea))
    await record(db, Kind.STAGE_HELD, cast.mia, on=idea)
    await db.commit()
    assert "1 more person supports A walking bus" in await own(browse, cast.ada, "happened")
    assert "A walking bus" not in (await (await browse(cast.zed)).get("/")).text


async def test_nothing_yet_is_said_kindly(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    page = (await (await browse(cast.cem)).get("/")).text
    assert "Nothing so far. When others support an idea of yours" in region(page, "happened")
    assert "Nothing at the moment" in region(page, "waits")
    assert "Good to see you" in page and "Your idea. Their" not in page
    await at_stage(db, (await posted(db, cast))[1], Stage.SPARK)

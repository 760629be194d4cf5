"""Many people add nearly the same text to an idea: one stands for all, and each is counted."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import conversation_on, find_contribution
from ideahub.conversation.withdrawing import withdraw
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import STRANGER
from ideahub.form_letters.contribution_queries import contributions_like
from ideahub.form_letters.grouping_contributions import read_contributions
from ideahub.form_letters.models import UnreadContribution
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.form_letters.test_letters_are_shown_as_one import LETTER, OTHER
from tests.support.cast import Cast, make_campaign, make_idea, make_person, viewer_of
from tests.support.talking import answer, say


async def read_all(db: AsyncSession) -> None:
    """Reads all that wait, however slow the machine is: each call takes a part of a second."""
    await read_contributions(db)
    while (await db.scalars(select(UnreadContribution))).first():
        await read_contributions(db)


async def flood(db: AsyncSession, idea: Idea, many: int = 4) -> list[Contribution]:
    own = ["", " I am a nurse.", " THANK YOU!", " My son needs it, too."]
    numbers = [
        await say(db, await make_person(db, f"Sender{n} Berg"), idea.id, LETTER + own[n % 4])
        for n in range(many)
    ]
    await read_all(db)
    found = await db.scalars(
        select(Contribution)
        .where(Contribution.id.in_(numbers))
        .order_by(Contribution.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def shown(db: AsyncSession, idea: Idea) -> list[int]:
    view = await find_idea(db, STRANGER, idea.id)
    return [thread.id for thread in (await conversation_on(db, view)).threads]


async def test_one_stands_for_all_and_each_is_counted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    other = await say(db, cast.ben, idea.id, OTHER)
    first, *others = await flood(db, idea)
    assert (first.letters, first.letter_of) == (4, None)
    assert {one.letter_of for one in others} == {first.id}
    assert await shown(db, idea) == [other, first.id]
    conversation = await conversation_on(db, await find_idea(db, STRANGER, idea.id))
    assert conversation.total == 5
    assert conversation.counts["build"] == 5
    cem = await browse(cast.cem)
    page = (await cem.get(f"/ideas/{idea.id}")).text
    assert "4 letters, one text" in page
    assert "I am a nurse" not in page
    for number in (first.id, others[0].id):
        each = (await cem.get(f"/contributions/{number}/letters")).text
        assert "they come from a letter campaign" in each
        assert "I am a nurse" in each
        assert "4 people with a proved mail address" in each
    assert "I am a nurse" in (await cem.get(f"/contributions/{others[0].id}")).text
    assert (await cem.get(f"/contributions/{other}/letters")).status_code == 404


async def test_one_person_is_one_and_two_are_no_campaign(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for number in range(3):
        said = await say(db, cast.ben, idea.id, f"{LETTER} {number}")
    await read_all(db)
    found = await contributions_like(db, STRANGER, said)
    assert [(count.people, count.letters) for count in found.people] == [(1, 3)]
    second = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Another")
    pair = await flood(db, second, many=2)
    assert await shown(db, second) == [one.id for one in pair]


async def test_the_same_text_about_another_idea_is_another(db: AsyncSession, cast: Cast) -> None:
    box = await make_campaign(db, cast.city)
    ideas = [await make_idea(db, box, cast.ada, f"Idea {number}") for number in range(3)]
    for idea in ideas:
        await say(db, cast.ben, idea.id, LETTER)
    await read_all(db)
    counted = select(func.count()).where(Contribution.letter_of.is_not(None))
    assert await db.scalar(counted) == 0


async def test_the_next_one_stands_for_all_once_the_first_is_withdrawn(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    first, second, *_others = await flood(db, idea)
    author = await viewer_of(db, await db.get_one(Person, first.author_id))
    await answer(db, cast.ben, second.id, LETTER)
    said, view = await find_contribution(db, author, first.id)
    await withdraw(db, author, view, said)
    await read_all(db)
    await db.refresh(second)
    assert (second.letters, second.letter_of) == (3, None)
    assert await shown(db, idea) == [second.id]


async def test_what_was_read_waits_no_more_and_is_announced_once(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await flood(db, idea, many=6)
    assert not (await db.scalars(select(UnreadContribution))).all()
    await read_all(db)
    events = select(func.count()).where(Event.kind == Kind.CONTRIBUTIONS_COUNTED)
    # Once, or where the machine is slow once for each part.
    assert 1 <= int(await db.scalar(events) or 0) <= 4

"""Many people send nearly the same text: lists show one for all, and each is counted."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import STRANGER
from ideahub.form_letters.grouping import read_letters
from ideahub.form_letters.models import UnreadFormLetter
from ideahub.form_letters.queries import letters_in, letters_of
from ideahub.form_letters.setting_apart import set_apart
from ideahub.ideas.browsing import IdeaFilters, browse_ideas
from ideahub.ideas.list_filters import IdeaOrder
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, post_idea, withdraw_idea
from ideahub.organisations.models import Person
from tests.support.cast import Cast, make_campaign, make_person, viewer_of

LETTER = (
    "The city must keep the night bus to the northern districts, because people who work shifts "
    "at the hospital and in the bakeries have no other way to get home. A taxi costs more than an "
    "hour of their work. Please keep all its stops and its present hours."
)
OTHER = (
    "We need more benches with backs on the market square and along the river, so that older "
    "people can rest on the way to the shops and to the surgery without asking anybody for help."
)


@pytest.fixture
async def box(db: AsyncSession, cast: Cast) -> Campaign:
    return await make_campaign(db, cast.city)


async def letter(db: AsyncSession, box: Campaign, text: str, name: str) -> Idea:
    return await written_by(db, box, await make_person(db, name), text)


async def written_by(db: AsyncSession, box: Campaign, author: Person, text: str) -> Idea:
    viewer = await viewer_of(db, author)
    return await post_idea(db, viewer, box, IdeaText(f"Letter of {author.name}", text))


async def read_all(db: AsyncSession) -> None:
    """Reads all that wait, however slow the machine is: each call takes a part of a second."""
    await read_letters(db)
    while (await db.scalars(select(UnreadFormLetter))).first():
        await read_letters(db)


async def flood(db: AsyncSession, box: Campaign, many: int = 4) -> list[Idea]:
    own = ["", " I am a nurse.", " THANK YOU!", " My son needs it, too."]
    sent = [await letter(db, box, LETTER + own[n % 4], f"Sender{n} Berg") for n in range(many)]
    await read_all(db)
    for idea in sent:
        await db.refresh(idea)
    return sent


async def listed(db: AsyncSession, box: Campaign) -> list[int]:
    found = await browse_ideas(db, STRANGER, IdeaFilters(campaign_id=box.id))
    return [card.id for card in found.cards]


async def test_lists_show_the_oldest_for_all_with_how_many_there_are(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, *others = await flood(db, box)
    assert first.letters == 4 and first.letter_of is None
    assert {other.letter_of for other in others} == {first.id}
    ids = await listed(db, box)
    assert first.id in ids and not {other.id for other in others} & set(ids)
    assert [text.letters for text in await letters_in(db, box.id)] == [4]


async def test_each_letter_keeps_its_page_and_people_are_counted_by_assurance(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, *others = await flood(db, box)
    for idea in others:
        assert (await find_idea(db, STRANGER, idea.id)).is_listed
        found = await letters_of(db, STRANGER, idea.id)
        assert found.stands.id == first.id
    assert [one.id for one in found.letters] == [first.id, *(other.id for other in others)]
    assert sum(count.people for count in found.people) == 4
    assert sum(count.letters for count in found.people) == 4


async def test_one_person_who_sends_it_three_times_is_one_person(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    author = await make_person(db, "Persistent")
    for number in range(3):
        await written_by(db, box, author, f"{LETTER} {number}")
    await read_all(db)
    (text,) = await letters_in(db, box.id)
    found = await letters_of(db, STRANGER, text.id)
    assert [(count.people, count.letters) for count in found.people] == [(1, 3)]


async def test_two_like_texts_and_short_ones_stand_by_themselves(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    pair = await flood(db, box, many=2)
    short = [await letter(db, box, "Yes, keep it.", f"Short{n} Berg") for n in range(4)]
    other = await letter(db, box, OTHER, "Other")
    await read_all(db)
    assert {one.id for one in [*pair, *short, other]} <= set(await listed(db, box))
    with pytest.raises(NotFound):
        await letters_of(db, STRANGER, pair[0].id)


async def test_the_next_one_stands_for_all_once_the_first_is_withdrawn(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, second, *others = await flood(db, box)
    author = await viewer_of(db, await db.get_one(Person, first.author_id))
    await withdraw_idea(db, author, await find_idea(db, author, first.id))
    await read_all(db)
    await db.refresh(second)
    assert second.letters == 3
    assert second.id in await listed(db, box)
    assert len((await letters_of(db, STRANGER, second.id)).letters) == 1 + len(others)


async def test_whoever_writes_another_text_stands_in_lists_again(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, second, *_others = await flood(db, box)
    second.body = OTHER
    await db.flush()
    await read_all(db)
    await db.refresh(second)
    await db.refresh(first)
    assert second.letter_of is None
    assert second.id in await listed(db, box)
    assert first.letters == 3


async def test_whoever_takes_over_a_text_later_does_not_stand_for_who_wrote_it(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    older = await letter(db, box, OTHER, "Nia Copy")
    first = await letter(db, box, LETTER, "Ole First")
    await read_all(db)
    older.body = LETTER
    await db.flush()
    await read_all(db)
    third = await letter(db, box, LETTER, "Pia Third")
    await read_all(db)
    for idea in (older, first, third):
        await db.refresh(idea)
    assert first.letters == 3
    assert older.letter_of == third.letter_of == first.id
    assert await listed(db, box) == [first.id]


async def test_what_was_read_waits_no_more_and_is_announced_once(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, *_others = await flood(db, box)
    assert not (await db.scalars(select(UnreadFormLetter))).all()
    counted = select(Event.data).where(
        Event.kind == Kind.LETTERS_COUNTED, Event.idea_id == first.id
    )
    assert [data["letters"] for data in await db.scalars(counted.order_by(Event.id))] == [3, 4]
    await read_all(db)
    assert len((await db.scalars(counted)).all()) == 2


async def test_a_moderator_sets_one_apart_that_asks_for_something_else(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    first, second, *_others = await flood(db, box)
    mo = await viewer_of(db, cast.mo)
    idea = await find_idea(db, mo, second.id)
    with pytest.raises(Invalid):
        await set_apart(db, mo, idea, "  ")
    for _press in range(2):
        await set_apart(db, mo, idea, "It asks to end the bus.")
    assert second.id in await listed(db, box)
    await db.refresh(first)
    assert first.letters == 3
    found = await letters_of(db, STRANGER, first.id)
    assert [row.set_apart_reason for row in found.apart] == ["It asks to end the bus."]
    # Its text may be written again: it stays apart.
    second.body += " Really."
    await db.flush()
    await read_all(db)
    await db.refresh(second)
    assert second.letter_of is None


async def test_others_cannot_set_one_apart_nor_what_is_counted_by_itself(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    _first, second, *_others = await flood(db, box)
    zed = await viewer_of(db, cast.ben)
    with pytest.raises(Forbidden):
        await set_apart(db, zed, await find_idea(db, zed, second.id), "No")
    mo = await viewer_of(db, cast.mo)
    third = _others[0]
    author = await viewer_of(db, await db.get_one(Person, third.author_id))
    await withdraw_idea(db, author, await find_idea(db, author, third.id))
    with pytest.raises(Conflict):
        await set_apart(db, mo, await find_idea(db, author, third.id), "No")
    alone = await letter(db, box, OTHER, "Alone")
    await read_all(db)
    with pytest.raises(Conflict):
        await set_apart(db, mo, await find_idea(db, mo, alone.id), "No")


async def test_a_search_shows_one_of_them_with_the_count(
    db: AsyncSession, cast: Cast, box: Campaign
) -> None:
    sent = await flood(db, box)
    other = await letter(db, box, f"{OTHER} The night bus stops there.", "Other")
    everywhere = {IdeaOrder.MATCH: '"night bus"', IdeaOrder.NEWEST: "night bus"}
    for order, words in everywhere.items():
        found = await browse_ideas(db, STRANGER, IdeaFilters(words=words, order=order))
        shown = {card.id: card.letters for card in found.cards}
        assert len(shown) == 2
        assert shown.pop(other.id) == 0
        assert set(shown.values()) == {4}
    # What only one of them says finds that one.
    found = await browse_ideas(db, STRANGER, IdeaFilters(words="nurse"))
    assert [(card.id, card.letters) for card in found.cards] == [(sent[1].id, 4)]

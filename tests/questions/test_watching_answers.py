"""Open pages show new answers; to those who manage a challenge they say how many questions wait."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Forbidden, NotFound, Refused
from ideahub.core.viewer import STRANGER
from ideahub.questions.answering import change_answer, written_answer
from ideahub.questions.live import ROOMS, SHOWS
from ideahub.realtime.push import NewItem, Push, RoomMessage
from tests.conftest import Browse
from tests.questions.faq import DATES, a_challenge, answered, asked
from tests.support.cast import Cast, viewer_of


async def shown(db: AsyncSession) -> list[RoomMessage]:
    """What the newest deed makes open pages show."""
    event = (await db.scalars(select(Event).order_by(Event.id.desc()).limit(1))).one()
    return [message for show in SHOWS[Kind(event.kind)] for message in await show(db, event)]


def pushed(messages: list[RoomMessage], element_id: str) -> Push:
    found = [one for one in messages if isinstance(one, Push) and one.element_id == element_id]
    assert len(found) == 1
    return found[0]


async def test_a_new_question_is_told_to_those_who_manage_it_alone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    number = await asked(db, campaign, cast.cem, "Is this a secret?")
    await db.commit()
    messages = await shown(db)
    assert {message.room for message in messages} == {f"asked:{campaign.id}"}
    assert NewItem(f"asked:{campaign.id}", "asked", number) in messages
    waiting = pushed(messages, f"campaign-{campaign.id}-waiting")
    assert "1 question waits for an answer." in waiting.html and "secret" not in waiting.html
    mia = await browse(cast.mia)
    for address in (f"/management/{campaign.id}/questions", f"/management/{campaign.id}"):
        page = (await mia.get(address)).text
        assert waiting.html.strip() in page
        assert f"room=asked%3A{campaign.id}" in page
    assert 'data-new-list="asked"' in (await mia.get(f"/management/{campaign.id}/questions")).text


async def test_a_new_answer_comes_at_the_end_of_its_category(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
    await db.commit()
    messages = await shown(db)
    page = (await (await browse(None)).get(f"{campaign.url}/questions")).text
    added = pushed(messages, f"campaign-{campaign.id}-dates")
    assert added.swap == "beforeend" and added.html.strip() in page
    assert f'id="campaign-{campaign.id}-dates"' in page
    count = pushed(messages, f"campaign-{campaign.id}-answers")
    assert count.html.strip() in page
    assert count.html.strip() in (await (await browse(None)).get(campaign.url)).text
    assert "Cem" not in added.html
    assert f'id="answer-{entry.id}"' in added.html


async def test_a_changed_answer_is_shown_in_its_place(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [])
    again = await written_answer(campaign, DATES, entry.question, "Until Monday.", "")
    await change_answer(db, await viewer_of(db, cast.mia), campaign, entry.id, again, 1)
    await db.commit()
    messages = await shown(db)
    guest = await browse(None)
    listed = pushed(messages, f"answer-{entry.id}")
    assert listed.html.strip() in (await guest.get(f"{campaign.url}/questions")).text
    alone = pushed(messages, f"answer-{entry.id}-alone")
    assert alone.html.strip() in (await guest.get(f"{campaign.url}/questions/{entry.id}")).text


@pytest.mark.parametrize("audience", Audience)
async def test_the_room_is_open_to_those_who_manage_it_alone(
    db: AsyncSession, cast: Cast, audience: Audience
) -> None:
    campaign = await a_challenge(db, cast, audience=audience)
    room = ROOMS["asked"]
    assert (await room(db, await viewer_of(db, cast.mia), campaign.id)).campaign == campaign.id
    for person in (cast.ben, cast.cem, cast.zed):
        with pytest.raises((Forbidden, NotFound)):
            await room(db, await viewer_of(db, person), campaign.id)
    with pytest.raises(Refused):
        await room(db, STRANGER, campaign.id)

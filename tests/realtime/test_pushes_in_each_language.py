"""A push is rendered once for each language that is read in its room; each page gets its own."""

from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.app import acts, shows
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.core.languages import language
from ideahub.realtime.hub import Hub
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage
from ideahub.realtime.rooms import Listener
from tests.realtime.acting import DEEDS, Stage
from tests.realtime.test_pages_keep_up import BEGUN, RARE
from tests.support.cast import make_campaign, make_cast, make_idea
from tests.support.in_pseudo import LANGUAGE
from tests.support.pseudo import OPEN, RIGHT_TO_LEFT
from tests.support.raw_texts import corpus_of, raw_texts
from tests.support.serving import heard, serve
from tests.support.wiring import client_of

pytestmark = [
    pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves"),
    pytest.mark.usefixtures("offered_pseudo_languages"),
]


class Shown:
    """A hub whose one show notes in which language it was asked."""

    def __init__(self, database: Database, *told: type[RoomMessage]) -> None:
        self.asked: list[str] = []
        self.told = told or (Push,)
        self.hub = Hub(database, {Kind.VOTE_CAST: [self.show]})

    async def show(self, _db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
        """Says its language in the room of the campaign."""
        self.asked.append(language())
        room = f"campaign:{event.campaign_id}"
        every: dict[type[RoomMessage], RoomMessage] = {
            Push: Push(room, "here", f"<p>{language()}</p>"),
            Refresh: Refresh(room),
            NewItem: NewItem(room, "ideas", 7),
        }
        return [every[kind] for kind in self.told]

    def listen(self, room: str, code: str) -> Listener:
        """Somebody opens a page in a language."""
        listener = Listener((room,), None, None, language=code)
        self.hub.rooms.join(listener)
        return listener


@pytest.fixture
async def shown(committing: Database) -> Shown:
    shown = Shown(committing)
    await shown.hub.catch_up()
    return shown


async def happens(shown: Shown) -> None:
    """A vote in the campaign 7, which the hub then hears of."""
    async with shown.hub.database.transaction() as db:
        await record(db, Kind.VOTE_CAST, None)
    await shown.hub.catch_up()


def messages(listener: Listener) -> list[str]:
    found = []
    while not listener.queue.empty():
        found.append(str(listener.queue.get_nowait()))
    return found


HERE = "campaign:None"


async def test_one_language_costs_one_rendering(shown: Shown) -> None:
    listeners = [shown.listen(HERE, "en") for _number in range(50)]
    await happens(shown)
    assert shown.asked == ["en"]
    assert all("<p>en</p>" in message for one in listeners for message in messages(one))


async def test_each_language_costs_one_whoever_many_read_it(shown: Shown) -> None:
    english = [shown.listen(HERE, "en") for _number in range(20)]
    others = [shown.listen(HERE, RIGHT_TO_LEFT) for _number in range(30)]
    await happens(shown)
    assert sorted(shown.asked) == [RIGHT_TO_LEFT, "en"]
    assert {message for one in english for message in messages(one)} == {_envelope("en")}
    assert {message for one in others for message in messages(one)} == {_envelope(RIGHT_TO_LEFT)}


def _envelope(code: str) -> str:
    return f'<hx-partial hx-target="#here" hx-swap="outerMorph"><p>{code}</p></hx-partial>'


async def test_a_language_that_is_read_elsewhere_costs_nothing_here(shown: Shown) -> None:
    for _number in range(3):
        shown.listen(HERE, "en")
    elsewhere = shown.listen("idea:9", RIGHT_TO_LEFT)
    await happens(shown)
    assert shown.asked == ["en"]
    assert messages(elsewhere) == []


async def test_who_left_is_not_rendered_for(shown: Shown) -> None:
    shown.listen(HERE, "en")
    gone = shown.listen(HERE, RIGHT_TO_LEFT)
    shown.hub.rooms.leave(gone)
    shown.hub.rooms.leave(gone)
    await happens(shown)
    assert shown.asked == ["en"]


async def test_what_has_no_words_is_asked_for_once_and_told_to_all(committing: Database) -> None:
    shown = Shown(committing, Refresh, NewItem)
    await shown.hub.catch_up()
    listeners = [shown.listen(HERE, code) for code in ("en", "en", RIGHT_TO_LEFT)]
    await happens(shown)
    assert shown.asked == ["en"]
    for listener in listeners:
        assert messages(listener) == ['{"refresh": true}', '{"new": {"list": "ideas", "id": 7}}']


async def test_with_a_push_it_is_told_once_to_everyone_too(committing: Database) -> None:
    shown = Shown(committing, Push, Refresh)
    await shown.hub.catch_up()
    listeners = [shown.listen(HERE, code) for code in ("en", "en", RIGHT_TO_LEFT)]
    await happens(shown)
    for listener in listeners:
        assert messages(listener) == [_envelope(listener.language), '{"refresh": true}']


@pytest.mark.slow
async def test_a_page_is_told_in_its_own_language(committing: Database, config: Config) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    async with serve(config, committing) as served:
        ben, room, cursor = await served.sign_in(cast.ben), f"idea:{idea.id}", await served.cursor()
        async with (
            served.listen(f"{room}&language={RIGHT_TO_LEFT}", cursor=cursor) as theirs,
            served.listen(f"{room}&language=xx", cursor=cursor) as ours,
        ):
            await served.post(f"/ideas/{idea.id}/vote", ben)
            assert OPEN in await heard(theirs, f"idea-{idea.id}-support")
            assert OPEN not in await heard(ours, f"idea-{idea.id}-support")


@pytest.mark.slow
async def test_no_push_is_raw(committing: Database, config: Config) -> None:
    async with client_of(config, committing) as client:
        async with committing.transaction() as db:
            cast = await make_cast(db)
            campaign = await make_campaign(db, cast.city)
            idea = await make_idea(db, campaign, cast.ada)
            names = ("ada", "ben", "cem", "mia", "sam", "jo")
            secrets = {name: await begin_session(db, getattr(cast, name).id) for name in names}
        rooms = (
            "home",
            "ideas",
            "campaigns",
            "board",
            f"campaign:{campaign.id}",
            f"idea:{idea.id}",
        )
        hub = Hub(committing, shows(), acts=acts())
        await hub.catch_up()
        listener = Listener(rooms, None, None, language=RIGHT_TO_LEFT)
        hub.rooms.join(listener)
        stage, told = Stage(committing, client, secrets, idea.id), list[str]()
        for deed, who, number in (*BEGUN, *(deed for some in RARE for deed in some)):
            await DEEDS[deed](stage, who, number)
            await hub.catch_up()
            told += [one for one in messages(listener) if one.startswith("<")]
        async with committing.reading() as db:
            corpus = await corpus_of(db)
        assert len(told) > 20
        faults = [found for one in told if (found := raw_texts(one, corpus))]
        assert not faults

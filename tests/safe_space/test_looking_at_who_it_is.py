"""Who somebody is: sealed, shown to few, each look an event; deleted when asked and in time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.drafts import find_draft
from ideahub.core.events import Event, Kind
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.safe_space.links import delete_past_links
from ideahub.safe_space.models import Facilitator, LinkEnd, LinkLook, VoiceLink
from ideahub.safe_space.telling import TELLS
from tests.accounts.test_proof import make_old
from tests.conftest import Browse, Browser
from tests.safe_space.space import CANARIES, link_of, make_safe_place, newest_voice, voice_row
from tests.support.cast import Cast, make_person, viewer_of

REASON = {"reason": "Section 12 of the shelter act", "press": "first"}


@pytest.fixture(autouse=True)
def keys(db: AsyncSession, config: Config) -> SiteKeys:
    """The test's session has the keys that those of requests have."""
    made: SiteKeys = SiteKeys(config)
    db.info[IN_SESSION] = made
    return made


async def looks(db: AsyncSession) -> tuple[int, int]:
    """How many looks are listed, and how many events there are."""
    listed = await db.scalar(select(func.count()).select_from(LinkLook))
    events = select(func.count()).where(Event.kind == Kind.LINK_LOOKED_AT)
    return int(listed or 0), int(await db.scalar(events) or 0)


async def named(db: AsyncSession, browser: Browser, number: int, **other: str) -> Any:
    """The answer to a look."""
    return await browser.post(f"/safe-space/names/{number}/looks", REASON | other)


async def test_one_look_one_event_also_pressed_twice(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ben, mia = await browse(cast.ben), await browse(cast.mia)
    for _twice in range(2):
        answer = await named(db, ben, place.heron)
        assert answer.status_code == 200
        assert all(word in answer.text for word in CANARIES)
        assert answer.headers["Cache-Control"] == "no-store"
    assert await looks(db) == (1, 1)
    assert (await named(db, mia, place.heron)).status_code == 200
    assert await looks(db) == (2, 2)
    for page in (f"/safe-space/names/{place.heron}", f"/management/{place.box.id}/safe-space"):
        shown = (await mia.get(page)).text
        assert "Section 12 of the shelter act" in shown
        assert not any(word in shown for word in CANARIES)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.LINK_LOOKED_AT))).first()
    assert event is not None
    assert (event.actor_id, event.data) == (cast.ben.id, {})


async def test_a_reason_is_needed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    answer = await named(db, await browse(cast.ben), place.heron, reason=" ")
    assert answer.status_code == 422
    assert "Say why you have to know" in answer.text
    assert await looks(db) == (0, 0)


async def test_a_fresh_proof_is_needed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    ben = await browse(cast.ben)
    await make_old(db)
    answer = await named(db, ben, place.heron)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/proof")
    assert await looks(db) == (0, 0)


async def test_nobody_else_may_look(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    other = await make_person(db, "Gil Other", cast.city)
    db.add(Facilitator(campaign_id=place.box.id, person_id=other.id, named_by=cast.mia.id))
    at = f"/safe-space/names/{place.heron}"
    for person in (cast.ada, cast.cem, cast.sam, cast.jo, cast.mo, cast.zed):
        browser = await browse(person)
        assert (await browser.get(at)).status_code == 404
        assert (await named(db, browser, place.heron)).status_code == 404
        assert (await browser.post(f"{at}/link/removal")).status_code == 404
        assert (await browser.get(f"{at}/ideas/new")).status_code == 404
    # Another facilitator sees that there is such a person, and each look, but not who it is.
    gil = await browse(other)
    assert (await gil.get(at)).status_code == 200
    assert (await named(db, gil, place.heron)).status_code == 403
    assert (await gil.post(f"{at}/link/removal")).status_code == 403
    said = {"voice": str(place.heron), "kind": "build", "body": "As if I were Ben."}
    assert (await gil.post(f"/ideas/{place.idea.id}/safe-space", said)).status_code == 403
    assert await looks(db) == (0, 0)


async def test_the_role_ends_while_the_page_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ben, mia = await browse(cast.ben), await browse(cast.mia)
    assert (await ben.get(f"/safe-space/names/{place.heron}")).status_code == 200
    number = (await db.scalars(select(Facilitator.id))).one()
    ending = f"/management/{place.box.id}/safe-space/facilitators/{number}/ending"
    assert (await mia.post(ending)).status_code == 303
    assert (await named(db, ben, place.heron)).status_code == 404
    said = {"voice": str(place.heron), "kind": "build", "body": "One more."}
    assert (await ben.post(f"/ideas/{place.idea.id}/safe-space", said)).status_code == 404
    assert await looks(db) == (0, 0)
    # Somebody else speaks from then on, and still does not learn who it is.
    other = await make_person(db, "Gil Other", cast.city)
    db.add(Facilitator(campaign_id=place.box.id, person_id=other.id, named_by=cast.mia.id))
    gil = await browse(other)
    taken = await gil.post(f"/safe-space/names/{place.heron}/facilitator")
    assert taken.status_code == 303
    assert (await gil.post(f"/ideas/{place.idea.id}/safe-space", said)).status_code == 303
    assert (await named(db, gil, place.heron)).status_code == 403


async def test_another_key_is_said_clearly(
    db: AsyncSession, cast: Cast, browse: Browse, keys: SiteKeys
) -> None:
    place = await make_safe_place(db, cast)
    link = await link_of(db, place.heron)
    link.sealed = keys.seal("something else", b"{}", of="voice_link:1")
    await db.flush()
    answer = await named(db, await browse(cast.ben), place.heron)
    assert answer.status_code == 409
    assert "The site has another key" in answer.text
    assert await looks(db) == (0, 0)


async def test_deleted_when_they_ask(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    ben = await browse(cast.ben)
    said = {"voice": str(place.heron), "kind": "build", "body": "A lamp at the gate."}
    await ben.post(f"/ideas/{place.idea.id}/safe-space", said)
    for _twice in range(2):
        removed = await ben.post(f"/safe-space/names/{place.heron}/link/removal")
        assert removed.status_code == 303
    link = await link_of(db, place.heron)
    assert (link.sealed, link.deleted_why) == (None, LinkEnd.ASKED)
    deleted = select(func.count()).where(Event.kind == Kind.LINK_DELETED)
    assert await db.scalar(deleted) == 1
    answer = await named(db, ben, place.heron)
    assert answer.status_code == 409
    page = (await ben.get(f"/safe-space/names/{place.heron}")).text
    assert "as they asked" in page
    assert "A lamp at the gate." in (await ben.get(f"/ideas/{place.idea.id}")).text


async def test_deleted_in_time_by_the_clock(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    cem = await browse(cast.cem)
    await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    own = await newest_voice(db)
    await delete_past_links(db)
    assert (await link_of(db, place.heron)).sealed
    await db.execute(update(VoiceLink).values(kept_until=func.now() - timedelta(seconds=1)))
    await delete_past_links(db)
    await delete_past_links(db)
    for number in (place.heron, own):
        link = await link_of(db, number)
        assert (link.sealed, link.deleted_why) == (None, LinkEnd.TIME)
        assert (await voice_row(db, number)).signature is None
    assert await db.scalar(select(func.count()).where(Event.kind == Kind.LINK_DELETED)) == 2


async def test_a_look_at_an_own_name(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    cem, mia, ben = await browse(cast.cem), await browse(cast.mia), await browse(cast.ben)
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    own = await newest_voice(db)
    assert (await named(db, ben, own)).status_code == 404
    assert "Cem Aydin" in (await named(db, mia, own)).text
    assert await looks(db) == (1, 1)
    # In their own record.
    record = (await cem.get(chosen.headers["location"])).text
    assert "Mia Sato" in record
    assert "Section 12 of the shelter act" in record


async def test_each_is_told_with_a_page_that_they_can_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, mia = await browse(cast.cem), await browse(cast.mia)
    people = {cast.ben.id: await browse(cast.ben), cast.mia.id: mia}
    await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    own = await newest_voice(db)
    told = []
    for number in (place.heron, own):
        await named(db, mia, number, press=f"of {number}")
        looked = select(Event).where(Event.kind == Kind.LINK_LOOKED_AT).order_by(Event.id.desc())
        event = (await db.scalars(looked)).first()
        assert event is not None
        for message in await TELLS[Kind.LINK_LOOKED_AT](db, event):
            for person_id in (await db.scalars(message.to)).all():
                told.append((number, person_id))
                assert (await people[person_id].get(message.path)).status_code == 200
    of_heron = [(place.heron, cast.mia.id), (place.heron, cast.ben.id)]
    assert told == [*of_heron, (own, cast.mia.id)]


async def test_the_database_has_nothing_of_it_in_plain(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ben = await browse(cast.ben)
    await named(db, ben, place.heron)
    await make_old(db)
    again = {"name": "Grey owl", "real_name": "Marlpit Quenby", "real_note": "Philippa 5550177"}
    await ben.post(f"/safe-space/{place.box.id}/people/new", again)
    tables = await db.scalars(
        text("select table_name from information_schema.tables where table_schema = 'public'")
    )
    for table in tables.all():
        rows = await db.scalars(text(f'select t::text from "{table}" t'))
        for row in rows.all():
            assert not any(word in row for word in CANARIES), table
            assert not any(word.encode().hex() in row for word in CANARIES), table


async def test_no_draft_says_whose_name_it_is(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    place = await make_safe_place(db, cast)
    cem = await browse(cast.cem)
    at = f"safe-space-said-{place.idea.id}"
    typed = {"voice": "7", "real_name": "Philippa", "kind": "build", "body": "A lamp"}
    saved = await cem.post(f"/drafts/{at}", typed)
    assert saved.status_code < 300
    kept = await find_draft(db, await viewer_of(db, cast.cem), at)
    assert kept == {"kind": "build", "body": "A lamp"}

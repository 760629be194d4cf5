"""People choose for each kind, and for single things, how they get mail; and end it by a link."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.site_keys import SiteKeys
from ideahub.following.following import follow
from ideahub.notifications.models import MailWish, Rhythm
from ideahub.notifications.signed_links import link_that_ends
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.questions.faq import a_challenge
from tests.support.cast import Cast, viewer_of

PAGE = "/notifications/choices"
THINGS = f"{PAGE}/things"
KINDS = {
    "duty": "at once",
    "own": "at once",
    "outcome": "daily",
    "activity": "never",
    "news": "weekly",
}
TIMES = {"hour": "18", "weekday": "4", "timezone": "Europe/Berlin"}


async def wishes(db: AsyncSession, person: Person) -> dict[str, str]:
    found = select(MailWish).where(MailWish.person_id == person.id, MailWish.ended_at.is_(None))
    return {one.about or one.thing: one.rhythm for one in await db.scalars(found)}


async def test_kinds_things_and_times_are_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast, title="Routes")
    await follow(db, await viewer_of(db, cast.cem), campaign)
    await db.commit()
    cem = await browse(cast.cem)
    assert "Routes" in (await cem.get(PAGE)).text
    thing = f"campaign:{campaign.id}"
    answer = await cem.post(PAGE, {**KINDS, **TIMES})
    assert answer.status_code == 303
    assert (await cem.post(THINGS, {f"thing-{thing}": "never"})).status_code == 303
    # Only what was chosen otherwise than it was is a row.
    chosen = {"outcome": "daily", "activity": "never", "news": "weekly", thing: "never"}
    assert await wishes(db, cast.cem) == chosen
    page = (await cem.get(PAGE)).text
    for name, value in (KINDS | TIMES).items():
        field = page[page.index(f'name="{name}"') :]
        assert re.search(
            rf'<option value="{value}"[^>]* selected', field[: field.index("</select>")]
        )
    # Sent once more it changes nothing; a thing goes back to its kind.
    await cem.post(PAGE, {**KINDS, **TIMES})
    await cem.post(THINGS, {f"thing-{thing}": ""})
    del chosen[thing]
    assert await wishes(db, cast.cem) == chosen
    assert len((await db.scalars(select(MailWish))).all()) == 4


@pytest.mark.parametrize(
    "bad", [{"timezone": "Europe/Atlantis"}, {"hour": "24"}, {"weekday": "x"}, {"news": "hourly"}]
)
async def test_what_there_is_not_is_refused_in_words(
    db: AsyncSession, cast: Cast, browse: Browse, bad: dict[str, str]
) -> None:
    cem = await browse(cast.cem)
    answer = await cem.post(PAGE, {**KINDS, **TIMES, **bad})
    assert answer.status_code == 422 and "field-error" in answer.text
    assert await wishes(db, cast.cem) == {}


async def test_a_thing_of_others_is_not_theirs_to_choose(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await db.commit()
    cem = await browse(cast.cem)
    await cem.post(THINGS, {f"thing-campaign:{campaign.id}": "never", "thing-": "never"})
    assert f"campaign:{campaign.id}" not in await wishes(db, cast.cem)


@pytest.fixture
def keys(config: Config) -> SiteKeys:
    return SiteKeys(config)


@pytest.mark.parametrize("what", ["kind:news", "kind:duty", "idea:7", "digests", "tag:night bus"])
async def test_a_mail_program_ends_it_with_one_click(
    db: AsyncSession, cast: Cast, browse: Browse, keys: SiteKeys, what: str
) -> None:
    """From another site, without cookies or a token; and it can be undone."""
    link = link_that_ends(keys, cast.cem.id, what)
    stranger = await browse(None)
    page = (await stranger.get(link)).text
    assert "End it" in page and await wishes(db, cast.cem) == {}
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    one_click = {"List-Unsubscribe": "One-Click"}
    for _time in range(2):
        answer = await stranger.post(link, one_click, headers=headers)
        assert answer.status_code == 200
    ended = await wishes(db, cast.cem)
    named = "activity" if what == "digests" else what.removeprefix("kind:")
    assert ended == {named: Rhythm.NEVER}
    parts = urlsplit(link)
    undo = f"{parts.path}/undoing?{parts.query}"
    refused = await stranger.post(undo, {}, headers=headers)
    assert refused.status_code == 403
    assert (await stranger.post(undo, {})).status_code == 200
    assert await wishes(db, cast.cem) == {}


async def test_a_link_that_is_forged_or_anothers_is_unknown(
    db: AsyncSession, cast: Cast, browse: Browse, keys: SiteKeys
) -> None:
    link = link_that_ends(keys, cast.cem.id, "kind:news")
    stranger = await browse(None)
    for forged in (
        link.replace(f"/{cast.cem.id}/", f"/{cast.ada.id}/"),
        link.replace("news", "duty"),
        link.replace("?", "x?"),
        link.partition("?")[0],
        link_that_ends(keys, 10**18, "kind:news"),
        link_that_ends(keys, 10**30, "kind:news"),
    ):
        assert (await stranger.get(forged)).status_code == 404, forged
        assert (await stranger.post(forged, {})).status_code == 404, forged
    assert not (await db.scalars(select(MailWish))).all()


async def test_undoing_brings_back_what_was_chosen_before(
    db: AsyncSession, cast: Cast, browse: Browse, keys: SiteKeys
) -> None:
    cem = await browse(cast.cem)
    await cem.post(PAGE, KINDS | TIMES)
    link = urlsplit(link_that_ends(keys, cast.cem.id, "kind:news"))
    await cem.post(f"{link.path}?{link.query}", {})
    assert (await wishes(db, cast.cem))["news"] == "never"
    await cem.post(f"{link.path}/undoing?{link.query}", {})
    assert (await wishes(db, cast.cem))["news"] == "weekly"


async def test_undoing_the_end_of_digests_brings_back_nothing_that_was_ended_by_itself(
    db: AsyncSession, cast: Cast, browse: Browse, keys: SiteKeys
) -> None:
    cem = await browse(cast.cem)
    await cem.post(PAGE, KINDS | TIMES | {"activity": "daily"})

    async def press(what: str, more: str = "") -> None:
        link = urlsplit(link_that_ends(keys, cast.cem.id, what))
        assert (await cem.post(f"{link.path}{more}?{link.query}", {})).status_code == 200
        # Each deed at its own moment, which within a test is the same.
        moved = update(MailWish).where(MailWish.ended_at.is_(None))
        earlier = MailWish.created_at - timedelta(minutes=1)
        await db.execute(moved.values(created_at=earlier))
        ends = update(MailWish).where(MailWish.ended_at.is_not(None))
        await db.execute(ends.values(ended_at=MailWish.ended_at - timedelta(minutes=1)))

    await press("kind:outcome")
    await press("digests")
    ended = {"outcome": "never", "activity": "never", "news": "never"}
    assert await wishes(db, cast.cem) == ended
    await press("digests", "/undoing")
    # Once a day is what holds for it without a choice.
    assert await wishes(db, cast.cem) == {"outcome": "never", "news": "weekly"}

"""On a phone: somebody chooses a name and writes under it, a facilitator speaks for somebody who
cannot be named, a manager looks at who that is, and it is deleted when they ask."""

import asyncio
import re

import pytest
from playwright.async_api import ViewportSize, expect
from sqlalchemy import func, select, update

from ideahub.accounts.models import Session
from ideahub.core.events import Event, Kind, Ref, record
from tests.accounts.arriving import PASSWORD
from tests.journeys.browsing import Tab
from tests.journeys.playing import Play, give_password

PHONE: ViewportSize = {"width": 390, "height": 844}
IDEA = "A quiet room at the town hall"
BUILD = "Let people sit there without saying why."
FOR_HER = "I cannot go where others see me wait."
REASON = "She asked us to tell her that the room opens."
REAL = "Tamsin Okwu"


async def at(tab: Tab, path: str) -> None:
    """Opens a page, which must fit the phone."""
    await tab.open(path)
    await fits(tab)


async def fits(tab: Tab) -> None:
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def open_the_space(play: Play, mia: Tab) -> None:
    """A manager allows both, and names a facilitator."""
    await at(mia, f"/management/{play.campaign.id}/safe-space")
    await mia.page.get_by_label("People may contribute under a name").check()
    await mia.page.get_by_label("Facilitators may speak for people").check()
    await mia.page.get_by_label("How many days").fill("90")
    await mia.button("Save").click()
    await mia.sees("It holds for what is written from now on.", within="body")
    await mia.page.get_by_label("Mail address of a member").fill(play.cast.ben.email or "")
    await mia.button("Name as facilitator").click()
    await mia.sees("They can speak for others now", within="body")


async def write_under_a_name(play: Play, cem: Tab) -> str:
    """Somebody chooses a name, posts an idea and a build under it; returns the name's address."""
    await at(cem, play.place)
    await cem.link("Add something without your name").click()
    await cem.link("To the safe space").click()
    await cem.page.locator("#name").fill("Aydin of Elm")
    await cem.button("Choose this name").click()
    await cem.sees("This name has a part of the real one")
    await cem.page.locator("#name").fill("Otter")
    await cem.button("Choose this name").click()
    # The form had this address as well.
    await cem.link("Post an idea under this name").wait_for()
    own = cem.page.url
    await fits(cem)
    await cem.link("Post an idea under this name").click()
    await cem.page.get_by_label("Title").fill(IDEA)
    await cem.page.get_by_label("What is the idea?").fill("For whoever needs one.")
    await fits(cem)
    await cem.button("Post the idea").click()
    await cem.page.wait_for_url(re.compile(r"/ideas/\d+"))
    await cem.sees("Without their own name")
    await at(cem, f"{play.place}/safe-space")
    await cem.page.get_by_label("Text", exact=True).fill(BUILD)
    await cem.button("Add it").click()
    await cem.sees(BUILD)
    return own


async def speak_for_somebody(play: Play, ben: Tab) -> str:
    """A facilitator begins to speak for somebody, and says what they say; returns the address."""
    await at(ben, f"/safe-space/{play.campaign.id}")
    await ben.link("Speak for somebody").click()
    await fits(ben)
    await ben.page.locator("#name").fill("Willow")
    await ben.page.get_by_label("Who it is").fill(REAL)
    await ben.button("Seal it and begin").click()
    await ben.page.wait_for_url("**/safe-space/names/*")
    willow = ben.page.url
    await at(ben, f"{play.place}/safe-space")
    await ben.page.get_by_label("Text", exact=True).fill(FOR_HER)
    await ben.page.get_by_label("They have lived through").check()
    await ben.button("Add it").click()
    await ben.sees(FOR_HER)
    return willow


async def look_with_a_proof(play: Play, mia: Tab, willow: str) -> None:
    """A manager looks at who it is: with a reason, and once they proved that it is they."""
    async with play.stage.served.database.transaction() as db:
        hers = update(Session).where(Session.person_id == play.cast.mia.id)
        hers = hers.values(proved_at=func.now() - func.make_interval(0, 0, 0, 1))
        for number in (await db.scalars(hers.returning(Session.id))).all():
            # So that the server does not remember what it was before.
            await record(db, Kind.IDENTITY_PROVED, None, subject=Ref(Session, number))
    await at(mia, willow)
    await expect(mia.page.get_by_text(REAL)).to_have_count(0)
    await mia.page.get_by_label("Why you have to know").fill(REASON)
    await mia.button("Look at who it is").click()
    await mia.sees("What you were about to do is kept.", seconds=10)
    await mia.page.get_by_label("Your password").fill(PASSWORD)
    await mia.button("Go on").click()
    await mia.sees("One press left", seconds=10)
    await mia.button("Go on").click()
    await mia.sees(REAL, seconds=10)
    await fits(mia)
    # Shown once.
    await at(mia, willow)
    await mia.sees(REASON)
    await expect(mia.page.get_by_text(REAL)).to_have_count(0)


async def looks(play: Play) -> list[int]:
    """Who looked, as the events say it."""
    async with play.stage.served.database.transaction() as db:
        looked = select(Event.actor_id).where(Event.kind == Kind.LINK_LOOKED_AT)
        return [number for number in (await db.scalars(looked)).all() if number]


@pytest.mark.parametrize("scripts", [True, False])
async def test_written_looked_at_and_deleted(play: Play, *, scripts: bool) -> None:
    play.stage.scripts = scripts
    cast = play.cast
    await give_password(play, cast.mia)
    mia, ben, cem = [
        await play.stage.tab(person, "/", viewport=PHONE)
        for person in (cast.mia, cast.ben, cast.cem)
    ]
    await open_the_space(play, mia)
    own = await write_under_a_name(play, cem)
    willow = await speak_for_somebody(play, ben)
    reader = await play.at_idea(cast.zed, viewport=PHONE)
    for words in (BUILD, "Otter", FOR_HER, "Willow", "From lived experience"):
        await reader.sees(words)
    for name in (cast.cem.name, REAL):
        await expect(reader.page.get_by_text(name)).to_have_count(0)
    await look_with_a_proof(play, mia, willow)
    assert await looks(play) == [cast.mia.id]
    await at(mia, f"/management/{play.campaign.id}/safe-space")
    await mia.sees("looked at who Willow is")
    # The facilitator is told, reads why, and deletes it when she asks.
    told_of_it = ben.button("looked at who “Willow” is")
    async with asyncio.timeout(20):
        # People are told a moment later.
        await ben.open("/notifications")
        while not await told_of_it.count():
            await asyncio.sleep(0.5)
            await ben.open("/notifications")
    await told_of_it.click()
    await ben.page.wait_for_url("**/safe-space/names/*")
    await ben.sees(REASON)
    for tab, address, told in ((ben, willow, "as they asked"), (cem, own, "Your chosen name")):
        await at(tab, address)
        await tab.button("Delete").click()
        if scripts:
            await tab.page.locator("[data-confirm-yes]").click()
        await tab.sees(told)
    await cem.page.goto(own)
    await expect(cem.page.get_by_text(BUILD)).to_have_count(0)
    await reader.open(play.place)
    await reader.sees(BUILD)

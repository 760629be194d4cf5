"""People enter a challenge, alone and as a team, and hear whether they are eligible."""

import re
from datetime import timedelta

from playwright.async_api import expect

from tests.journeys.browsing import Tab
from tests.journeys.whole.played import ADAS, CEMS, TURNED, Whole, row

TEAM = "The walkers"


async def open_for_entries(whole: Whole) -> None:
    """The phase opens while Cem reads by what entries are judged, and the page lets him in."""
    cem = await whole.tab("cem", whole.place)
    await expect(row(cem, "Can be copied")).to_contain_text("40 %")
    await cem.sees("Entries are taken from")
    await whole.turn("Entries", opens=timedelta(seconds=1), closes=None)
    await expect(cem.link("Enter")).to_be_visible(timeout=TURNED)


async def accept_rules(tab: Tab) -> None:
    """Accepts the first version."""
    await tab.button("I accept version 1").click()
    await tab.sees("You have accepted version 1")


async def write_entry(tab: Tab, title: str, cost: str) -> None:
    """Fills in what Mia asks."""
    page = tab.page
    await page.get_by_label("Title").fill(title)
    for label in ("What did you do?", "What came of it?", "What does somebody need", "Who did it?"):
        await page.get_by_label(label).fill(f"{label} It glows at night, and drivers stop.")
    await page.get_by_label("Better services").check()
    await page.get_by_label("What did it cost?").fill(cost)
    await page.get_by_label("Everyone whom I name agrees").check()


async def cem_enters(whole: Whole) -> None:
    """Alone."""
    cem = whole.tabs["cem"]
    await cem.link("Enter this challenge").click()
    await cem.button("Begin your entry").click()
    await cem.link("To the rules").click()
    await accept_rules(cem)
    await cem.link("Go on writing").click()
    await write_entry(cem, CEMS, "900")
    await cem.button("Submit").click()
    await cem.sees("Your entry is in")


async def ada_and_ben_enter(whole: Whole) -> None:
    """As a team: Ben follows the link of a mail, and appears on Ada's page."""
    ada = await whole.tab("ada", whole.place)
    await ada.link("Enter this challenge").click()
    await ada.button("Begin your entry").click()
    await ada.page.get_by_label("Name of your team").fill(TEAM)
    await write_entry(ada, ADAS, "1200")
    await ada.button("Save").click()
    await ada.link("To the page of your entry").click()
    await accept_rules(ada)
    await ada.page.get_by_label("Invite by mail address").fill(whole.cast.ben.email or "")
    await ada.button("Invite").click()
    await ada.sees("Until", within="[id$=-team]")
    await ada.listening()
    ben = await whole.tab("ben", await whole.link_in_mail(whole.cast.ben, "/invitations/"))
    await ben.sees(ADAS)
    await accept_rules(ben)
    await ben.button("Join the team").click()
    await ada.sees("Ben Okoye", within="[id$=-team]")


async def ada_submits(whole: Whole) -> None:
    """Mia's list shows it at once."""
    mia, ada = await whole.tab("mia", whole.managed), whole.tabs["ada"]
    await mia.page.get_by_role("link", name="Open: Entries").click()
    await mia.listening()
    await mia.sees(CEMS)
    await expect(mia.page.get_by_text(ADAS)).to_have_count(0)
    await ada.link("Go on writing").click()
    await ada.button("Submit").click()
    await ada.sees("Your entry is in")
    await mia.sees(ADAS)
    await whole.tabs["ben"].sees("What was submitted")


async def decide_eligibility(whole: Whole) -> None:
    """Mia finds both eligible; Cem's open page says so."""
    mia, cem = whole.tabs["mia"], whole.tabs["cem"]
    await cem.link("To the page of the entry").click()
    await cem.listening()
    for title in (CEMS, ADAS):
        await mia.page.get_by_label(title).check()
    await mia.page.get_by_role("radio", name=re.compile("^Eligible")).check()
    await mia.button("Decide").click()
    await cem.sees("Eligible", within="[id$=-next]")

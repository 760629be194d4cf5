"""A stranger reports, a moderator hides by the keyboard, the author appeals, somebody else restores
the text: each sees at once what the others did."""

import asyncio

from playwright.async_api import expect
from sqlalchemy import select

from ideahub.core.outbox import OutgoingMail
from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import Play

WORDS = "It points at one family."
REASON = "Say it without the house number."
APPEAL = "There is no house with that number."
RIGHT = "Indeed, there is none."
SAID = "…"


async def mail_to(play: Play, address: str, subject: str) -> str:
    """The text of the mail with this subject, which a process of the site writes soon."""
    wanted = select(OutgoingMail.body).where(
        OutgoingMail.to == address, OutgoingMail.subject.contains(subject)
    )
    for _try in range(300):
        async with play.stage.served.database.transaction() as db:
            if body := await db.scalar(wanted):
                return body
        await asyncio.sleep(0.1)
    raise AssertionError(f"No mail to {address}: {subject}")


async def report(play: Play) -> None:
    """A stranger, in two clicks; and some words between them."""
    stranger = await play.at_idea(None)
    await stranger.page.locator('main a[href^="/reports/contribution/"]').first.click()
    await stranger.page.get_by_text("Add something in your words").click()
    await stranger.page.get_by_label("In your words").fill(WORDS)
    await stranger.button("Personal data").click()
    await stranger.sees("A moderator looks at it.")


async def hide_by_keys(mo: Tab) -> None:
    """From the queue, without a pointer: down, choose and unchoose, open, decide."""
    page = mo.page
    await page.keyboard.press("j")
    one = page.locator("[data-case]").first
    await expect(one).to_be_focused()
    box = one.get_by_role("checkbox")
    await page.keyboard.press("x")
    await expect(box).to_be_checked()
    await page.keyboard.press("x")
    await expect(box).not_to_be_checked()
    await page.keyboard.press("k")
    await expect(one).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/moderation/cases/*")
    await mo.sees(WORDS)
    await page.get_by_label("Hide it").check()
    await page.get_by_label("By which rule").select_option(label="Personal data")
    await page.get_by_label("Your reason").fill(REASON)
    await mo.button("Decide", nth=0).press("Enter")
    await mo.sees("Its author is told why")


async def test_reported_hidden_appealed_and_restored(play: Play) -> None:
    ben, cast = play.cast.ben, play.cast
    mo = await play.stage.tab(cast.mo, "/moderation")
    await mo.sees("Nothing waits")
    reader, author = await play.at_idea(cast.cem), await play.at_idea(ben)
    said = play.part(reader, "contributions").get_by_text(SAID, exact=True)
    await expect(said).to_have_count(1)
    await report(play)
    # The queue is live.
    await mo.sees("1 report: Personal data")
    await hide_by_keys(mo)
    await expect(said).to_have_count(0, timeout=SOON)
    mail = await mail_to(play, ben.email or "", "A moderator has hidden your text")
    assert "Name no private people" in mail
    assert REASON in mail
    assert SAID in mail
    assert "You can appeal once" in mail
    await author.open("/notifications")
    await author.button("Open: A moderator has hidden your text").click()
    await author.page.wait_for_url("**/moderation/decisions/*")
    await author.sees(REASON)
    await author.page.get_by_label("Why is the decision wrong?").fill(APPEAL)
    await author.button("Appeal").click()
    await author.sees("Your appeal is sent.", within="body")
    # Not by whoever decided first.
    await mo.open("/moderation/appeals")
    await mo.sees("somebody else looks at it")
    await mo.link("Read").click()
    await mo.sees("You decided this first")
    await expect(mo.button("Decide")).to_have_count(0)
    ann = await play.stage.tab(cast.ann, "/moderation/appeals")
    await ann.link("Decide").click()
    await ann.page.get_by_label("The appeal is right").check()
    await ann.page.get_by_label("Why?").fill(RIGHT)
    await ann.button("Decide").click()
    await ann.page.wait_for_url("**/moderation/appeals")
    # Its readers have it back, its author reads why, and everyone the figures.
    await expect(said).to_have_count(1, timeout=SOON)
    await author.sees(RIGHT)
    await mail_to(play, ben.email or "", "Your appeal was right")
    await reader.open("/moderation/log")
    await reader.sees("1 appeal: 1 right, 0 not, 0 open.")

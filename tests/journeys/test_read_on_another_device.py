"""What a person reads on one device is read on the others, in pages that are open there."""

from playwright.async_api import expect

from ideahub.following.following import follow
from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import Play
from tests.notifications.test_telling import drain, news
from tests.support.cast import viewer_of


async def unread(tab: Tab, number: str) -> None:
    """Waits for the number in the header."""
    await expect(tab.page.locator("#unread [aria-hidden]")).to_have_text(number, timeout=SOON)


async def test_the_counter_goes_down_in_the_other_browser(play: Play) -> None:
    database, cem = play.stage.served.database, play.cast.cem
    async with database.transaction() as db:
        await follow(db, await viewer_of(db, cem), play.campaign)
    phone, desk = await play.stage.tab(cem, play.place), await play.stage.tab(cem, "/notifications")
    for title in ("We meet on Monday", "The hall is warm"):
        async with database.transaction() as db:
            await news(db, play.campaign, play.cast.mia, title)
    await drain(database, times=3)
    for tab in (phone, desk):
        await unread(tab, "2")
    await desk.sees("The hall is warm")
    await desk.page.get_by_role("button", name="Open: ").first.click()
    await desk.page.wait_for_url("**/announcements/*")
    for tab in (phone, desk):
        await unread(tab, "1")
    await phone.open("/notifications")
    await phone.button("Mark all as read").click()
    await expect(desk.page.locator("#unread [aria-hidden]")).to_have_count(0, timeout=SOON)

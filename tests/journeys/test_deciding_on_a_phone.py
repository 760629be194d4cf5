"""A leader decides on one page of a phone; the author sees that it was opened, and the decision."""

from playwright.async_api import ViewportSize, expect

from tests.journeys.browsing import SOON
from tests.journeys.playing import REASON, Play

PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_a_decision_in_five_minutes(play: Play) -> None:
    ada, mia = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.mia)
    await mia.page.set_viewport_size(PHONE)
    await mia.page.goto(f"{mia.page.url.split('?')[0]}/decision")
    await expect(ada.page.get_by_text("has opened your idea to decide on it")).to_be_visible(
        timeout=SOON
    )
    wide = await mia.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    await mia.page.get_by_label("Move on to Concept").check()
    await mia.page.get_by_label("Why?", exact=True).fill(REASON)
    await mia.button("Send the decision").click()
    await ada.sees(REASON)

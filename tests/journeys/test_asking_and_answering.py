"""A question goes from the citizen who asks it to the manager who answers it, and the answer to
everybody: live in open pages, and by forms and links alone."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import Play

ASKED = "May a class take part together?"
PUBLIC = "Can a whole class take part?"
ANSWER = "Yes. One adult posts the idea."


async def ask(tab: Tab, words: str = ASKED) -> None:
    """Sends a question from the page of questions."""
    await tab.page.get_by_label("What do you want to know?").fill(words)
    await tab.page.get_by_label("What is it about?").select_option("participation")
    await tab.button("Send the question").click()
    await tab.sees("Your question is sent.")


async def answer(tab: Tab) -> None:
    """Answers the first open question, and looks at all before it goes."""
    await tab.page.get_by_role("link", name="Answer:").first.click()
    await tab.page.get_by_label("The question, as everyone reads it").fill(PUBLIC)
    await tab.page.get_by_label("The answer").fill(ANSWER)
    await tab.page.get_by_label("Words for those who asked").fill("Dear {name},")
    await tab.button("See it before it goes out").click()
    await tab.sees("Nothing is sent yet.")
    await tab.sees("Dear Cem Aydin,")
    await tab.button("Publish and tell them").click()
    await tab.sees("The answer is published. Those who asked are told.")


async def test_open_pages_show_the_question_and_the_answer(play: Play) -> None:
    place, cast = f"{play.campaign.url}/questions", play.cast
    manager = f"/management/{play.campaign.id}/questions"
    cem, ben = await play.stage.tab(cast.cem, place), await play.stage.tab(cast.ben, place)
    mia = await play.stage.tab(cast.mia, manager)
    await mia.sees("No question waits for an answer.")
    await ask(cem)
    await mia.sees("1 question waits for an answer.")
    await expect(mia.page.locator("[data-new-list=asked]")).to_be_visible(timeout=SOON)
    await mia.page.locator("[data-new-list=asked] a").click()
    await mia.sees(ASKED)
    await cem.open(place)
    await answer(mia)
    for reader in (cem, ben):
        await reader.sees(PUBLIC)
        await reader.sees(ANSWER)
    await expect(ben.page.get_by_text(ASKED)).to_have_count(0)


async def test_an_announcement_appears_on_the_open_page_of_its_challenge(play: Play) -> None:
    cem = await play.stage.tab(play.cast.cem, play.campaign.url)
    await cem.button("Follow").click()
    await expect(cem.button("You follow this")).to_be_focused()
    await cem.sees("1 person follows this.")
    mia = await play.stage.tab(play.cast.mia, f"/management/{play.campaign.id}/announcements")
    await mia.page.get_by_label("Title").fill("We meet on Monday")
    await mia.page.get_by_label("What is new").fill("In the hall, at six.")
    await mia.button("See it before it goes out").click()
    await mia.sees("1 person is told")
    await mia.button("Announce it").click()
    await mia.sees("It is announced, and told to each person once.")
    await cem.sees("We meet on Monday")
    await cem.link("We meet on Monday").click()
    await cem.sees("In the hall, at six.")


@pytest.mark.parametrize("width", [320, 1280])
async def test_all_of_it_with_scripts_switched_off(play: Play, width: int) -> None:
    play.stage.scripts = False
    size: dict[str, Any] = {"viewport": {"width": width, "height": 800}}
    cem = await play.stage.tab(play.cast.cem, play.campaign.url, **size)
    await cem.link("Read and ask").click()
    await ask(cem)
    await cem.sees("Only you and those who run this see it.")
    mia = await play.stage.tab(play.cast.mia, f"/management/{play.campaign.id}", **size)
    await mia.link("Questions").click()
    await answer(mia)
    await cem.open(f"{play.campaign.url}/questions")
    await cem.link("Read the answer").click()
    await cem.sees(ANSWER)
    for tab in (cem, mia):
        wider = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0

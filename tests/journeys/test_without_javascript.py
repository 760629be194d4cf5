"""The ten core journeys with scripts switched off: forms, links and pages are enough."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.browsing import Stage, Tab
from tests.journeys.playing import (
    BUILD,
    PROMISE,
    REASON,
    REFUSAL,
    Play,
    let_it_pass,
    pledge,
    write_build,
)

PASSWORD = "four words that rhyme with nothing"


@pytest.fixture(autouse=True)
def plain(stage: Stage) -> None:
    """Everybody's browser runs no scripts."""
    stage.scripts = False


async def type_code(tab: Tab, address: str) -> None:
    """Asks for a code, reads it in the letter box, and types it in."""
    await tab.open("/sign-in")
    await tab.page.get_by_label("Mail address", exact=True).fill(address)
    await tab.button("Send me a code").click()
    await tab.sees("Look into your mail")
    letters = await tab.page.context.new_page()
    await letters.goto("/development/mail")
    await letters.locator("main li", has_text=address).get_by_role("link").first.click()
    letter = await letters.locator("main pre").inner_text()
    await letters.close()
    found = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", letter)
    assert found, letter
    await tab.page.get_by_label("Code").fill(found[0])
    await tab.button("Continue").click()


async def test_sign_up_by_code_then_come_back_by_password(play: Play) -> None:
    nia = await play.stage.tab(None, "/joining")
    await nia.link("I have joined already").click()
    await type_code(nia, "nia@city.example")
    await nia.sees("You join as staff of City of Brookfield")
    await nia.page.get_by_label("Your name").fill("Nia Roth")
    await nia.page.get_by_label("A password").fill(PASSWORD)
    await nia.page.get_by_label("may stand beside").check()
    await nia.button("Join").click()
    await sign_out(nia, "Nia Roth")
    await nia.open("/sign-in")
    await nia.page.get_by_label("Mail address", exact=True).fill("nia@city.example")
    await nia.page.locator("#password").fill("wrong, and long enough too")
    await nia.button("Sign in").click()
    await expect(nia.page.locator("[data-error-summary]")).to_be_visible()
    await nia.page.locator("#password").fill(PASSWORD)
    await nia.button("Sign in").click()
    await nia.sees("Good to see you, Nia Roth.")


async def sign_out(tab: Tab, name: str) -> None:
    """Leaves by the menu in the header."""
    await tab.page.get_by_text(f"Your menu, {name}").locator("xpath=..").click()
    await tab.button("Sign out", within="header").click()
    await tab.sees("You are signed out.")


async def test_sign_out(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    await sign_out(ada, "Ada Lind")
    await ada.open(play.place)
    await expect(ada.link("Sign in", within="header")).to_be_visible()


async def test_post_an_idea_after_mending_it(play: Play) -> None:
    ben = await play.stage.tab(play.cast.ben, "/")
    await ben.link("Post an idea", within="header").click()
    await ben.page.get_by_label("Where does it belong?").select_option(index=1)
    await ben.page.get_by_label("Your idea in one line").fill("Zebra stripes in colour")
    await ben.page.get_by_label("What is it?").fill("x" * 20_001)
    await ben.button("Post this idea").click()
    await expect(ben.page.locator("[data-error-summary]")).to_be_visible()
    await expect(ben.page.get_by_label("Your idea in one line")).to_have_value(
        "Zebra stripes in colour"
    )
    await ben.page.get_by_label("What is it?").fill("Children **paint** the crossing they use.")
    await ben.button("Post this idea").click()
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text("Zebra stripes in colour")
    await expect(ben.page.locator("main strong").get_by_text("paint")).to_be_visible()


async def test_edit_an_idea(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    await ada.link("Edit").click()
    await ada.page.get_by_label("What is it?").fill("Two lines, with three adults each.")
    await ada.button("Save as a new revision").click()
    await ada.sees("Two lines, with three adults each.")
    await ada.sees("Revision 2")


async def test_support_and_take_it_back(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    await ben.button("Support").click()
    await play.sees_count(ben, 6)
    await ben.button("You support this").click()
    await play.sees_count(ben, 5)


async def test_build_on_an_idea(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    await write_build(cem)
    await cem.sees(BUILD)


async def test_a_refusal_comes_back_once_with_a_suggestion(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    await write_build(cem, REFUSAL)
    await cem.sees("Nothing is posted yet.")
    await expect(cem.page.locator("#contribute-body")).to_have_value(REFUSAL)
    await cem.button("Make it a concern").click()
    await expect(cem.page.get_by_role("radio", name="Concern")).to_be_checked()
    await cem.page.locator("#contribute-remedy").fill("the city pays the guards.")
    await cem.button("Raise this concern").click()
    await cem.sees("the city pays the guards.")
    await write_build(cem, REFUSAL)
    await cem.button("Post it as it is").click()
    await expect(cem.page.locator(".prose", has_text=REFUSAL)).to_have_count(2)


async def test_adopt_a_build(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    await ada.link("Adopt this build").click()
    await ada.page.get_by_label("What is it?").fill("Grandparents walk along.")
    await ada.button("Show what changes").click()
    await expect(ada.page.locator("#adopt-changes ins").first).to_contain_text("Grandparents")
    await ada.button("Adopt this build").click()
    await ada.sees("Grandparents walk along.")
    await expect(play.part(ada, "head")).to_contain_text("Ben Okoye")


async def test_pledge_and_accept(play: Play) -> None:
    await pledge(await play.at_idea(play.cast.sam))
    ada = await play.at_idea(play.cast.ada)
    await ada.sees(PROMISE)
    await ada.button("Accept").click()
    await ada.sees("You accepted the pledge.")
    await expect(play.part(ada, "pledges")).to_contain_text("Promised")


async def test_decide_at_a_gate(play: Play) -> None:
    mia = await play.at_idea(play.cast.mia)
    await let_it_pass(mia)
    await mia.sees(REASON)
    await expect(play.part(mia, "track").locator("[aria-current=step]")).to_contain_text("Concept")


async def test_set_up_an_idea_box_and_publish_it(play: Play) -> None:
    mia = await play.stage.tab(play.cast.mia, "/management")
    await mia.link("Start").click()
    await mia.page.get_by_label("Idea box").check()
    await mia.page.get_by_label("Who asks?").select_option(label="City of Brookfield")
    await mia.button("Begin").click()
    await mia.page.get_by_label("Title").fill("Rules that cost time")
    await mia.page.get_by_label(re.compile("Everyone|Public")).first.check()
    await mia.button("Save and go on").click()
    question = "Which rule costs you time?"
    await mia.page.locator("#question").fill(question)
    await mia.button("Save and go on").click()
    await mia.page.locator("#description").fill(
        "Name the rule, and the sentence to put in its place."
    )
    await mia.button("Save and go on").click()
    await mia.button("Publish").click()
    await expect(mia.page.get_by_role("heading", level=1)).to_have_text(question)
    cem = await play.stage.tab(play.cast.cem, "/idea-boxes")
    await cem.sees(question)

"""A manager makes a challenge out of a template, and publishes it."""

import re

from tests.journeys.whole.played import PRIZE, Whole

QUESTION = "How might we learn from crossings that became safe?"
TITLE = "Award for safe crossings"


async def set_up(whole: Whole) -> None:
    """Mia makes a draft from a template, and changes what she wants to be different."""
    mia = await whole.tab("mia", "/management")
    await mia.link("Start a new one").click()
    await mia.link("Innovation award").click()
    await mia.page.get_by_label("The question").fill(QUESTION)
    await mia.page.get_by_label("Title").fill(TITLE)
    await mia.button("Make the draft").click()
    await mia.sees("Everything is there")
    found = re.search(r"/management/(\d+)/check", mia.page.url)
    assert found, mia.page.url
    whole.campaign = int(found[1])


async def change_the_form(whole: Whole) -> None:
    """One question more."""
    mia = await whole.tab("mia", whole.managed)
    await mia.page.get_by_role("link", name="Open: Entry form").click()
    await mia.button("Number", within="#builder").click()
    last = mia.page.locator("fieldset.card").last
    await last.get_by_label("Question").fill("What did it cost?")
    await mia.button("Save the form").click()
    await mia.sees("The form is saved.", within="body")


async def change_rules_and_prize(whole: Whole) -> None:
    """A sentence of her own in the rules, and a prize in money."""
    mia = await whole.tab("mia", whole.managed)
    await mia.page.get_by_role("link", name="Open: Rules").click()
    rules = mia.page.get_by_label("The rules")
    await rules.fill(f"{await rules.input_value()}\n\nThe prize is paid within four weeks.")
    await mia.button("Save", nth=-1).click()
    await mia.sees("Saved. Only those who manage", within="body")
    await mia.link("Prizes").click()
    await mia.button("Add a prize").click()
    await mia.page.get_by_label("Title").fill(PRIZE)
    await mia.page.get_by_label("Amount").fill("5000")
    await mia.button("Save", nth=-1).click()
    await mia.sees("5,000")


async def publish(whole: Whole) -> None:
    """Everyone may see it now."""
    mia = await whole.tab("mia", f"{whole.managed}/check")
    await mia.button("Publish").click()
    await mia.sees("It is published. Everyone can see it.", within="body")

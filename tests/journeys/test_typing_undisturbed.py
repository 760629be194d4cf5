"""Somebody writes at length while others are busy on the same page."""

from playwright.async_api import Locator, expect

from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import BUILD, Play, let_it_pass, write_build

LONG = "Yes, and the school could count the steps:" + " every morning a child adds a stone." * 8
CARET = 12


async def write_and_rest(tab: Tab, field: Locator) -> None:
    """Types, and leaves the caret in the middle of the text."""
    await field.fill(LONG)
    await field.evaluate("(area, at) => area.setSelectionRange(at, at)", CARET)


async def check_undisturbed(field: Locator) -> None:
    """Text, caret and focus are where they were."""
    await expect(field).to_be_focused()
    await expect(field).to_have_value(LONG)
    assert await field.evaluate("area => [area.selectionStart, area.selectionEnd]") == [CARET] * 2


async def others_act(play: Play) -> None:
    """Ben supports and builds, Ada adopts a build, Mia lets the idea pass its gate."""
    ben = await play.at_idea(play.cast.ben)
    await ben.button("Support").click()
    await write_build(ben)
    await ben.sees(BUILD)
    ada = await play.at_idea(play.cast.ada)
    await ada.link("Adopt this build").click()
    body = ada.page.get_by_label("What is it?")
    await body.fill(f"{await body.input_value()} Grandparents walk along.")
    await ada.button("Adopt this build").click()
    await ada.sees("Grandparents walk along.")
    await let_it_pass(await play.at_idea(play.cast.mia))


async def check_arrived(play: Play, tab: Tab) -> None:
    """Everything the others did stands on the page."""
    await play.sees_count(tab, 6)
    await tab.sees(BUILD)
    await expect(play.part(tab, "text")).to_contain_text("Grandparents walk along.", timeout=SOON)
    now = play.part(tab, "track").locator("[aria-current=step]")
    await expect(now).to_contain_text("Concept", timeout=SOON)


async def test_while_a_contribution_is_written(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    field = cem.page.locator("#contribute-body")
    await write_and_rest(cem, field)
    await others_act(play)
    await check_arrived(play, cem)
    await check_undisturbed(field)
    await cem.button("Build on this").click()
    await cem.sees("every morning a child adds a stone.")
    await expect(field).to_have_value("")


async def test_while_a_reply_is_written(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    await cem.page.get_by_role("link", name="Reply").first.click()
    field = cem.page.get_by_label("Your reply")
    await write_and_rest(cem, field)
    await others_act(play)
    await check_undisturbed(field)
    await cem.page.get_by_role("button", name="Reply").click()
    await cem.sees("every morning a child adds a stone.")
    await check_arrived(play, cem)
    await cem.sees("Adopted into the idea by Ada Lind")


async def test_while_a_decision_is_written(play: Play) -> None:
    sam = await play.at_idea(play.cast.ann)
    await sam.link("Decide at this gate").click()
    field = sam.page.get_by_label("Why?", exact=True)
    await write_and_rest(sam, field)
    ben = await play.at_idea(play.cast.ben)
    await ben.button("Support").click()
    await ben.page.get_by_role("radio", name="Concern").check()
    await ben.page.locator("#contribute-body").fill("The guards are not insured.")
    await ben.page.get_by_label("What would mend it?").fill("The school insures them.")
    await ben.button("Raise this concern").click()
    await sam.sees("6 supporters")
    await sam.sees("The guards are not insured.")
    await check_undisturbed(field)


async def test_what_was_sent_is_no_draft_any_more(play: Play) -> None:
    """Not even if it is sent before the draft was saved."""
    cem = await play.at_idea(play.cast.cem)
    field = cem.page.locator("#contribute-body")
    await write_build(cem)
    await cem.sees(BUILD)
    await cem.page.wait_for_timeout(1_500)  # a draft is saved after a second of rest
    await cem.open(play.place)
    await expect(field).to_have_value("")


async def test_what_was_not_sent_is_kept(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    field = cem.page.locator("#contribute-body")
    await field.fill(LONG)
    await expect(cem.page.locator("main form [data-draft-status]")).to_contain_text("saved")
    await cem.open("/ideas")
    await cem.open(play.place)
    await expect(field).to_have_value(LONG)

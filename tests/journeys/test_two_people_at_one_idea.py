"""Two browsers at one idea: what one person does appears in the other's page, by itself."""

from playwright.async_api import expect

from tests.journeys.browsing import SOON
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


async def test_support(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    await ben.button("Support").click()
    await expect(ben.button("You support this")).to_be_focused()
    await play.sees_count(ada, 6)
    await play.sees_count(ben, 6)
    await ben.button("You support this").click()
    await play.sees_count(ada, 5)


async def test_a_build(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    await write_build(ben)
    await ada.sees(BUILD)
    await ben.sees(BUILD)
    await expect(ben.page.locator("#contribute-body")).to_have_value("")
    await expect(ada.page.get_by_text(BUILD)).to_have_count(1)


async def test_a_refusal_is_met_with_a_suggestion_and_never_stopped(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    body = ben.page.locator("#contribute-body")
    await body.press_sequentially(REFUSAL)
    suggestion = ben.page.locator("#contribute-suggestion")
    await expect(suggestion.get_by_role("button").first).to_be_visible(timeout=SOON)
    await suggestion.get_by_role("button", name="Make it a concern").click()
    await expect(ben.page.get_by_role("radio", name="Concern")).to_be_checked()
    await expect(body).to_have_value(REFUSAL)
    await ben.page.get_by_label("What would mend it?").fill("somebody pays the guards.")
    await ben.button("Raise this concern").click()
    await ben.sees("somebody pays the guards.")


async def test_a_reply(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    await ada.page.get_by_role("link", name="Reply").first.click()
    await ada.page.get_by_label("Your reply").fill("Thank you, that is it.")
    await ada.page.get_by_role("button", name="Reply").click()
    await ben.sees("Thank you, that is it.")
    await ada.sees("Thank you, that is it.")


async def test_adoption_shows_its_differences_and_its_credit(play: Play) -> None:
    ada, cem = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.cem)
    await ada.link("Adopt this build").click()
    body = ada.page.get_by_label("What is it?")
    await body.fill(f"{await body.input_value()} Grandparents walk along.")
    await expect(ada.page.locator("#adopt-changes ins")).to_contain_text(
        "Grandparents", timeout=SOON
    )
    await ada.button("Adopt this build").click()
    await expect(play.part(cem, "text")).to_contain_text("Grandparents walk along.", timeout=SOON)
    await expect(play.part(cem, "head")).to_contain_text("Ben Okoye")
    await cem.sees("Adopted into the idea by Ada Lind")
    await cem.page.locator("#conversation").get_by_role("link", name="See what changed").click()
    await expect(cem.page.locator("main ins").first).to_contain_text("Grandparents")


async def test_a_pledge_and_its_acceptance(play: Play) -> None:
    ada, cem = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.cem)
    sam = await play.at_idea(play.cast.sam)
    await pledge(sam)
    await ada.sees(PROMISE)
    accept = ada.page.get_by_role("button", name="Accept")
    await expect(accept).to_be_visible()
    await expect(cem.page.get_by_role("button", name="Accept")).to_be_hidden()
    await accept.click()
    await expect(play.part(cem, "pledges")).to_contain_text("Promised", timeout=SOON)
    await expect(accept).to_have_count(0, timeout=SOON)


async def test_a_gate_decision_moves_track_gate_and_board(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    cem = await play.stage.tab(play.cast.cem, "/pipeline")
    mia = await play.at_idea(play.cast.mia)
    card = f"#board-idea-{play.idea.id}"
    await expect(cem.page.locator(f"#board-spark {card}")).to_be_visible()
    await let_it_pass(mia)
    now = play.part(ada, "track").locator("[aria-current=step]")
    await expect(now).to_contain_text("Concept", timeout=SOON)
    await expect(play.part(ada, "gate")).to_contain_text("Sponsored", timeout=SOON)
    await ada.sees(REASON)
    await expect(cem.page.locator(f"#board-concept {card}")).to_be_visible(timeout=SOON)
    await expect(cem.page.locator(f"#board-spark {card}")).to_have_count(0)


async def test_a_new_idea_is_announced_above_the_list(play: Play) -> None:
    cem = await play.stage.tab(play.cast.cem, "/ideas")
    ben = await play.stage.tab(play.cast.ben, "/ideas/new")
    await ben.page.get_by_label("Where does it belong?").select_option(index=1)
    await ben.page.get_by_label("Your idea in one line").fill("Zebra stripes in colour")
    await ben.page.get_by_label("What is it?").fill("Children paint the crossing they use.")
    await ben.button("Post this idea").click()
    await ben.sees("Zebra stripes in colour")
    bar = cem.page.locator("[data-new-list]")
    await expect(bar).to_contain_text("1 new", timeout=SOON)
    await expect(cem.page.get_by_text("Zebra stripes in colour")).to_have_count(0)
    await bar.get_by_role("link").click()
    await cem.sees("Zebra stripes in colour")
    await expect(bar).to_be_hidden()

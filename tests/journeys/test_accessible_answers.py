"""The pages that come back after something was sent: errors, suggestions, refusals, notices."""

from playwright.async_api import Page, expect
from sqlalchemy import func, update

from ideahub.ideas.models import Idea
from tests.journeys.browsing import Tab
from tests.journeys.checking import SCHEMES, check_page, judge
from tests.journeys.playing import PROMISE, REFUSAL, Play, give_password, send_refusal, sign_in


async def check(play: Play, page: Page) -> None:
    """No fault in the page as it stands."""
    faults = await check_page(page, play.stage.other_fonts)
    assert not faults, "\n".join(faults)


async def send_as_it_is(tab: Tab, button: str) -> None:
    """Sends the form past the browser's own checks; the server's errors come back."""
    await tab.page.locator("main form").evaluate_all(
        "all => all.forEach((f) => f.noValidate = true)"
    )
    await tab.button(button).click()
    await expect(tab.page.locator("[data-error-summary]").first).to_be_focused()


async def go_on(tab: Tab, button: str) -> None:
    """Presses a button that leads to another page; that page is here when this returns."""
    async with tab.page.expect_navigation():
        await tab.button(button).click()


async def test_signing_in(play: Play) -> None:
    nia = await play.stage.tab(None, "/sign-in")
    await nia.page.locator("#email").fill("not an address")
    await send_as_it_is(nia, "Send me a code")
    await check(play, nia.page)
    await nia.page.locator("#email").fill("nia@mail.example")
    await nia.button("Send me a code").click()
    await nia.sees("Look into your mail")
    await check(play, nia.page)
    await nia.page.locator("#code").fill("WRNG-CODE")
    await send_as_it_is(nia, "Continue")
    await check(play, nia.page)


async def test_posting(play: Play) -> None:
    ben = await play.stage.tab(play.cast.ben, "/ideas/new")
    await send_as_it_is(ben, "Post this idea")
    await check(play, ben.page)
    await ben.page.locator("#title").press_sequentially("A walking bus")
    await ben.sees("A walking bus")
    await check(play, ben.page)


async def test_building(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    await send_refusal(ben)
    await check(play, ben.page)
    await ben.button("Post it as it is").click()
    await ben.sees("Thank you.")
    await check(play, ben.page)


async def test_sponsoring_and_deciding(play: Play) -> None:
    sam = await play.stage.tab(play.cast.sam, f"{play.place}/pledges/new")
    await send_as_it_is(sam, "Offer this pledge")
    await sam.page.locator("#promise").fill(PROMISE)
    await check(play, sam.page)
    await sam.open(f"{play.place}/decision")
    await send_as_it_is(sam, "Send the decision")
    await check(play, sam.page)


async def test_saying_it_again_in_other_words(play: Play) -> None:
    """What stands is told, and every word that was typed is there to see."""
    ben = await play.at_idea(play.cast.ben)
    for remedy, heard in (("A fund.", "Thank you."), ("Sponsors.", "with another remedy")):
        await ben.page.locator("#contribute-kind-concern").check()
        await ben.page.locator("#contribute-body").fill(REFUSAL)
        await ben.page.locator("#contribute-remedy").fill(remedy)
        await ben.button("Raise this concern").click()
        await ben.sees(heard)
    await expect(ben.page.locator("#contribute-remedy")).to_have_value("Sponsors.")
    await expect(ben.page.locator("#contribute-body")).to_have_value(REFUSAL)
    await check(play, ben.page)
    tabs = [await play.at_idea(play.cast.ada) for _twice in range(2)]
    for number, ada in enumerate(tabs):
        await ada.link("Adopt").click()
        await ada.page.locator("#body").fill(f"Children walk together, {number}.")
    for ada in tabs:
        await ada.button("Adopt this build").click()
    await ada.sees("has adopted this build already")
    await expect(ada.page.locator("#body")).to_have_value("Children walk together, 1.")
    await check(play, ada.page)


async def test_a_refusal_gives_back_what_was_typed(play: Play) -> None:
    ada = await play.stage.tab(play.cast.ada, f"{play.place}/revision")
    await ada.page.locator("#note").fill("Shorter")
    async with play.stage.served.database.transaction() as db:
        await db.execute(
            update(Idea).where(Idea.id == play.idea.id).values(withdrawn_at=func.now())
        )
    await ada.button("Save as a new revision").click()
    await ada.sees("Nothing you typed is lost")
    await expect(ada.page.get_by_label("What you typed (note)")).to_have_value("Shorter")
    await check(play, ada.page)


async def test_what_was_typed_stands_in_the_form_after_signing_in(play: Play) -> None:
    await give_password(play, play.cast.ada)
    ada = await play.stage.tab(play.cast.ada, f"{play.place}/revision")
    await ada.page.locator("#note").fill("Shorter")
    await ada.page.context.clear_cookies(name="ideahub")
    await ada.button("Save as a new revision").click()
    await ada.sees("What you typed is kept")
    await check(play, ada.page)
    await sign_in(ada, play.cast.ada)
    await expect(ada.page.locator("#note")).to_have_value("Shorter")
    await check(play, ada.page)


async def test_setting_up(play: Play) -> None:
    mia = await play.stage.tab(play.cast.mia, "/management/new")
    await send_as_it_is(mia, "Begin")
    await mia.page.get_by_label("Challenge").check()
    await mia.page.get_by_label("Who asks?").select_option(label="City of Brookfield")
    await go_on(mia, "Begin")
    for _step in range(4):
        await check(play, mia.page)
        await go_on(mia, "Save and go on")
    await go_on(mia, "Publish")
    await mia.sees("It cannot be published yet")
    await check(play, mia.page)


async def test_the_menu_of_the_header(play: Play) -> None:
    ann = await play.stage.tab(play.cast.ann, "/")
    await ann.page.locator("header details:not(.search-menu) summary").first.click()
    await expect(ann.button("Sign out", within="header")).to_be_visible()
    for scheme in SCHEMES:
        await ann.page.emulate_media(color_scheme=scheme)
        assert not await judge(ann.page, within=".site-header")

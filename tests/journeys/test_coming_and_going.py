"""Cut connections, ended sessions, and one person in two windows."""

import asyncio

from playwright.async_api import Route, expect

from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import BUILD, Play, write_build

# The browser waits half a second before it connects again, then asks within another half.
RETURN = 8_000


async def check_caught_up(play: Play, tab: Tab) -> None:
    """Nothing is missing and nothing is there twice."""
    count = play.part(tab, "support").locator("strong")
    await expect(count).to_have_text("6", timeout=RETURN)
    await expect(tab.page.get_by_text(BUILD)).to_have_count(1, timeout=RETURN)


async def deeds(play: Play) -> None:
    """Ben supports and builds."""
    ben = await play.at_idea(play.cast.ben)
    await ben.button("Support").click()
    await write_build(ben)
    await ben.sees(BUILD)


async def test_what_happened_while_the_server_was_away(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    rooms = play.stage.served.app.state.hub.rooms
    await ada.page.evaluate("delete document.documentElement.dataset.listening")
    rooms.close_all()
    await deeds(play)
    await ada.listening()
    await check_caught_up(play, ada)
    await write_build(await play.at_idea(play.cast.cem), "And a song for the way.")
    await ada.sees("And a song for the way.")
    await expect(ada.page.get_by_text("And a song for the way.")).to_have_count(1)


async def test_a_copy_of_the_page_that_arrives_after_newer_news(play: Play) -> None:
    """The copy was made before the deeds, and what they changed is pushed before it arrives."""
    ada = await play.at_idea(play.cast.ada)
    made, arrives = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        made.set()
        await arrives.wait()
        await route.fulfill(response=answer)

    await ada.page.route(f"**{play.place}", late, times=1)
    play.stage.served.app.state.hub.rooms.close_all()
    await asyncio.wait_for(made.wait(), RETURN / 1000)
    await deeds(play)
    await check_caught_up(play, ada)
    async with ada.page.expect_response(f"**{play.place}"):
        arrives.set()
    await ada.page.wait_for_timeout(1_500)  # it is shown, and asked for once more
    await check_caught_up(play, ada)


async def test_what_happened_while_the_browser_was_offline(play: Play) -> None:
    context = await play.stage.context(play.cast.ada)
    ada = await play.stage.tab(None, play.place, context=context)
    field = ada.page.locator("#contribute-body")
    await field.fill("What I was writing")
    await context.set_offline(True)
    play.stage.served.app.state.hub.rooms.close_all()
    await deeds(play)
    await ada.page.wait_for_timeout(1_500)
    ada.faults.clear()  # the console complains about what we cut
    await context.set_offline(False)
    await check_caught_up(play, ada)
    await expect(field).to_have_value("What I was writing")


async def test_what_was_undone_while_the_browser_was_offline(play: Play) -> None:
    """The page is as the copy that the browser fetched last, but it has shown more since then."""
    context = await play.stage.context(play.cast.ada)
    ada = await play.stage.tab(None, play.place, context=context)
    ben = await play.at_idea(play.cast.ben)
    rooms = play.stage.served.app.state.hub.rooms
    async with ada.page.expect_response(f"**{play.place}"):
        rooms.close_all()
    await ben.button("Support").click()
    await play.sees_count(ada, 6)
    await context.set_offline(True)
    rooms.close_all()
    await ben.button("You support this").click()
    await play.sees_count(ben, 5)
    await ada.page.wait_for_timeout(1_500)
    ada.faults.clear()  # the console complains about what we cut
    await context.set_offline(False)
    count = play.part(ada, "support").locator("strong")
    await expect(count).to_have_text("5", timeout=RETURN)


async def test_a_copy_of_the_page_that_could_not_be_fetched(play: Play) -> None:
    """It is asked for again, although the connection stays."""
    context = await play.stage.context(play.cast.ada)
    ada = await play.stage.tab(None, play.place, context=context)
    await context.set_offline(True)
    play.stage.served.app.state.hub.rooms.close_all()
    await deeds(play)
    await ada.page.route(f"**{play.place}", lambda route: route.fulfill(status=503))
    async with ada.page.expect_response(f"**{play.place}"):
        await context.set_offline(False)
    await ada.page.wait_for_timeout(1_000)
    ada.faults.clear()  # the console complains about what we cut
    await ada.page.unroute(f"**{play.place}")
    await expect(play.part(ada, "support").locator("strong")).to_have_text("6", timeout=15_000)
    await check_caught_up(play, ada)


async def test_a_session_ended_elsewhere(play: Play) -> None:
    here = await play.at_idea(play.cast.ada)
    there = await play.stage.tab(play.cast.ada, "/account/sessions")
    await here.page.locator("#contribute-body").fill("Half a thought")
    await there.button("End", nth=0).click()
    banner = here.page.locator("#connection")
    await expect(banner).to_contain_text("You were signed out.", timeout=SOON)
    await expect(here.page.locator("#contribute-body")).to_have_value("Half a thought")
    await banner.get_by_role("link", name="Sign in again").click()
    await expect(here.page.get_by_role("heading", level=1)).to_contain_text("Come in")


async def test_two_windows_of_one_person(play: Play) -> None:
    context = await play.stage.context(play.cast.ben)
    one = await play.stage.tab(None, play.place, context=context)
    two = await play.stage.tab(None, play.place, context=context)
    await one.button("Support").click()
    await play.sees_count(two, 6)
    await two.button("Support").click()
    await expect(two.button("You support this")).to_be_visible()
    await play.sees_count(one, 6)
    await write_build(two)
    for tab in (one, two):
        await tab.sees(BUILD)
        await expect(tab.page.get_by_text(BUILD)).to_have_count(1)

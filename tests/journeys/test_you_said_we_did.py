"""“You said, we did” from a closed challenge: a manager writes and publishes it, a stranger follows
its sources and prints it, and what comes later adds itself."""

from playwright.async_api import expect

from ideahub.pipeline.models import Decision
from ideahub.you_said.adding import add_outcomes
from tests.journeys.browsing import SOON, Stage, Tab
from tests.support.cast import Cast, make_cast
from tests.support.printed_pages import read_printed
from tests.you_said.summaries import ClosedChallenge, a_story, decided

# Every piece of text in the sentences: where a source is written out, it stands after its link.
PIECES = """() => [...document.querySelectorAll(".summary-sentences > li")].flatMap((one) => {
  const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) found.push(walker.currentNode.data);
  return found;
})"""
CONTROLS = "button, form, input, nav.tabbar, header.site-header, .crumbs"
LEFT_OUT = "“A helmet for all” was stopped; what was learned is kept."


async def closed_challenge(stage: Stage) -> tuple[Cast, ClosedChallenge]:
    async with stage.served.database.transaction() as db:
        cast = await make_cast(db)
        return cast, await a_story(db, cast)


async def write_and_publish(tab: Tab) -> None:
    """On the page of what she manages: prepares, writes, moves, leaves out, looks and publishes."""
    await tab.page.get_by_role("region", name="You said, we did").get_by_role("link").click()
    await tab.button("Prepare it").click()
    await tab.sees("It is written.")
    await tab.page.get_by_label("Introduction").fill("Thank you for *four* ideas.")
    await tab.page.get_by_label("Move up: What was taken up").click()
    await tab.button("Save").click()
    await tab.sees("Saved.")
    await tab.page.get_by_label("Sentence").select_option(label=LEFT_OUT)
    await tab.page.get_by_label("Because").fill("It is told in the words above.")
    await tab.button("Leave it out").click()
    await tab.sees("It is left out.")
    await tab.link("Preview and publish").click()
    await tab.sees("This is a preview")
    await tab.button("Publish it").click()
    await tab.sees("It is published.")


async def follow_sources(tab: Tab, at: str) -> None:
    """Opens the source of each sentence."""
    said = await tab.page.locator(".summary-sentences > li").all()
    links = [await one.get_by_role("link").first.get_attribute("href") for one in said]
    assert len(links) > 8
    site = tab.page.url.removesuffix(at)
    for link in links:
        path, _hash, place = (link or "").partition("#")
        answer = await tab.page.goto(f"{site}{path or at}")
        assert answer and answer.status == 200, link
        if place:
            await expect(tab.page.locator(f"[id='{place}']")).to_have_count(1)
    await tab.page.goto(f"{site}{at}")


async def printed(tab: Tab, sponsored: int) -> None:
    """What is printed has all that is read, and how to come to its sources, but no controls."""
    await tab.page.emulate_media(media="print")
    await expect(tab.page.locator(CONTROLS).filter(visible=True)).to_have_count(0)
    paper = read_printed(await tab.page.pdf(format="A4"))
    await tab.page.emulate_media(media="screen")
    assert paper.pages >= 1
    assert paper.says("Thank you for four ideas.")
    pieces = await tab.page.evaluate(PIECES)
    assert len(pieces) > 8
    for words in pieces:
        assert paper.says(words), words
    assert any(link.endswith(f"/ideas/{sponsored}") for link in paper.links)
    assert paper.says(f"(/ideas/{sponsored}#idea-{sponsored}-pledges)")
    assert not paper.says("Sign in") and not paper.says("Edit")


async def test_you_said_we_did_is_published_read_printed_and_goes_on(stage: Stage) -> None:
    cast, told = await closed_challenge(stage)
    mia = await stage.tab(cast.mia, f"/management/{told.campaign.id}")
    await write_and_publish(mia)
    guest = await stage.tab(None, told.campaign.url)
    await guest.link("Read what became of it").click()
    at = f"{told.campaign.url}/you-said"
    await guest.page.wait_for_url(f"**{at}")
    headings = await guest.page.locator("main h2").all_inner_texts()
    assert headings.index("What was taken up") == 1 + headings.index("Who took part")
    await expect(guest.page.get_by_text("A helmet for all” was stopped")).to_have_count(0)
    await follow_sources(guest, at)
    await printed(guest, told.sponsored.id)
    await guest.open(at)
    await guest.listening()
    async with stage.served.database.transaction() as db:
        await decided(db, cast.mia, told.open, Decision.STOP, lesson="Nobody sat there.")
    async with stage.served.database.transaction() as db:
        await add_outcomes(db)
    since = guest.page.get_by_role("region", name="Since then")
    await expect(since).to_contain_text("“A bench by the school” was stopped", timeout=SOON)

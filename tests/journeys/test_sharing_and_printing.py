"""The address of a page is copied or shared, and what is printed is all of it or says what is
left out; what a search found is said to screen readers."""

import re
from urllib.parse import unquote

import pytest
from playwright.async_api import expect

from tests.journeys.browsing import Stage
from tests.journeys.looking_around import find_person
from tests.journeys.playing import Play
from tests.support.ripening import contribute

SHARING = """
  window.shared = [];
  navigator.share = async (what) => { shared.push(what); };
  const match = window.matchMedia.bind(window);
  window.matchMedia = (asked) => asked === "(pointer: coarse)" ? { matches: true } : match(asked);
"""


@pytest.mark.parametrize("path", ["/ideas/11", "/challenges/1"])
async def test_the_address_is_copied(visit: Stage, path: str) -> None:
    context = await visit.context(None, permissions=["clipboard-read", "clipboard-write"])
    tab = await visit.tab(None, path, context=context)
    await tab.link("Share").click()
    await expect(tab.page.locator(".share [role=status]")).to_have_text("Address copied")
    copied = await tab.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{visit.served.config.public_url}{path}"


async def test_a_phone_shares_by_its_own_means(visit: Stage) -> None:
    context = await visit.context(None)
    await context.add_init_script(SHARING)
    tab = await visit.tab(None, "/ideas/11", context=context)
    await tab.link("Share").click()
    await tab.page.wait_for_function("shared.length === 1")
    [what] = await tab.page.evaluate("shared")
    assert what["url"] == f"{visit.served.config.public_url}/ideas/11"


async def test_without_scripts_the_address_goes_by_mail(visit: Stage) -> None:
    visit.scripts = False
    tab = await visit.tab(None, "/ideas/11")
    href = unquote(await tab.link("Share").get_attribute("href") or "")
    assert href.startswith("mailto:") and href.endswith(
        f"{visit.served.config.public_url}/ideas/11"
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Greta Lindqvist", "/ideas/11"),
        ("Greta Lindqvist", "/challenges/1"),
        ("Greta Lindqvist", "/pipeline"),
        ("Greta Lindqvist", "/challenges/8/results"),
        ("Kofi Mensah", "/assignments/4"),
        ("Farid Haddad", "/entries/8/result"),
        ("Ines Moreau", "/management/8/results/2/runs/2"),
    ],
)
async def test_only_what_is_read_is_printed(visit: Stage, name: str, path: str) -> None:
    tab = await visit.tab(await find_person(visit.served, name), path)
    await tab.page.set_viewport_size({"width": 760, "height": 1000})
    await tab.page.emulate_media(media="print")
    for one in (
        "button",
        "form",
        "nav.tabbar",
        "header.site-header",
        "footer",
        ".share",
        ".crumbs",
        ".chips",
        ".demo-ribbon",
        "summary + form",
    ):
        await expect(tab.page.locator(one).filter(visible=True)).to_have_count(0)
    await expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    # A board's columns stand one below the other: none is cut off at the edge of the paper.
    wide = "[...document.querySelectorAll('main *')].filter((e) => e.scrollWidth > 760).length"
    assert await tab.page.evaluate(wide) == 0


# The page shows the newest fifty.
@pytest.mark.parametrize("more", [0, 40, 60])
async def test_all_contributions_are_printed_or_it_is_said(play: Play, more: int) -> None:
    async with play.stage.served.database.transaction() as db:
        for _again in range(more):
            await contribute(db, play.idea, play.cast.ben)
    tab = await play.at_idea(None)
    await tab.page.emulate_media(media="print")
    shown = await play.part(tab, "contributions").locator(":scope > li").count()
    said = tab.page.locator(".print-only").filter(visible=True)
    assert (shown == more + 1) is (more < 50)
    if shown == more + 1:
        await expect(said).to_have_count(0)
        return
    assert more
    await expect(said).to_contain_text(f"Of {more + 1} contributions, only {shown} are printed")
    await tab.page.emulate_media(media="screen")
    await expect(said).to_have_count(0)


@pytest.mark.parametrize("words", ["bus", "nothing like that"])
async def test_what_was_found_is_said(visit: Stage, words: str) -> None:
    tab = await visit.tab(None, f"/ideas?q={words}")
    count = await tab.page.locator(".idea-card").count()
    sentence = re.compile(rf"^{count} results? for “{words}”$")
    await expect(tab.page.locator("[data-found]")).to_have_text(sentence)
    await expect(tab.page.locator("#announcer")).to_have_text(sentence)


async def test_a_list_that_nobody_narrowed_says_nothing(visit: Stage) -> None:
    tab = await visit.tab(None, "/ideas")
    await tab.page.wait_for_timeout(1_500)
    await expect(tab.page.locator("#announcer")).to_be_empty()

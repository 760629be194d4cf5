"""Long words, other directions and lengths of texts, as a browser has them."""

import pytest
from playwright.async_api import Locator, expect

from ideahub.core import lengths
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, post_idea, revise_idea
from tests.journeys.playing import Play
from tests.support.cast import viewer_of

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESS = "https://lindenau.example/" + "a_very_long_address_without_a_space_" * 3
MIXED = "نريد مزيدًا من الأشجار\n\n- أولًا\n- ثانيًا\n\n> اقتباس\n\nA line in English."


async def post(play: Play, title: str, body: str) -> str:
    """Ada posts an idea and revises it; the address of its page."""
    async with play.stage.served.database.transaction() as db:
        viewer = await viewer_of(db, play.cast.ada)
        idea = await post_idea(db, viewer, play.campaign, IdeaText(title, body))
        await db.refresh(idea)
        view = await find_idea(db, viewer, idea.id)
        await revise_idea(db, viewer, view, IdeaText(title, body + ADDRESS), from_revision=1)
        return view.url


@pytest.mark.parametrize("title", [WORD, ADDRESS])
async def test_no_page_is_wider_than_the_screen(play: Play, title: str) -> None:
    here = await post(play, title, f"{WORD * 3}\n\n{ADDRESS}\n")
    pages = (
        here,
        f"{here}/history",
        f"{here}/history/2",
        f"{here}/revision",
        f"{here}/attachments/new",
        "/ideas",
        f"/ideas?q={WORD[:20].lower()}",
        f"/idea-boxes/{play.campaign.id}",
        "/pipeline",
        "/",
    )
    tab = await play.stage.tab(play.cast.ada, "/")
    for width in (320, 1280):
        await tab.page.set_viewport_size({"width": width, "height": 800})
        for path in pages:
            await tab.open(path)
            wide = await tab.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width, wide)


@pytest.mark.parametrize("before", ["", "First a sentence in English.\n\n"])
async def test_each_paragraph_runs_in_its_own_direction(play: Play, before: str) -> None:
    """Whichever comes first in the text."""
    here = await post(play, "עצים ברחוב", before + MIXED)
    tab = await play.stage.tab(None, here)
    prose = tab.page.locator(".prose").first
    for words, side in (("نريد", "right"), ("أولًا", "right"), ("A line", "left")):
        edge = await prose.get_by_text(words).first.evaluate(
            """element => {
              const range = document.createRange();
              range.selectNodeContents(element);
              const [text, around] = [range, element].map((one) => one.getBoundingClientRect());
              return text.left - around.left > around.right - text.right ? "right" : "left";
            }"""
        )
        assert edge == side, words
    for selector in ("ul", "blockquote"):
        direction = "element => getComputedStyle(element).direction"
        assert await prose.locator(selector).evaluate(direction) == "rtl"


async def paste(field: Locator, text: str) -> None:
    """Puts a text into the field at once: to type 20,000 characters takes a browser long."""
    await field.evaluate(
        """(field, text) => {
          field.value = text;
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }""",
        text,
    )


async def test_the_counter_counts_as_the_server(play: Play) -> None:
    tab = await play.stage.tab(play.cast.ada, f"{play.place}/revision")
    count = tab.page.locator('[data-count-for="body"]')
    # An emoji of several code points, an accent of its own, and white space at the end.
    text = "👩🏽\u200d🚒e\u0301\n" * (lengths.TEXT // 7)
    full = text + "x" * (lengths.TEXT - len(text))
    body = tab.page.get_by_label("What is it?")
    await paste(body, full + "  \n\n")
    await expect(count).to_have_text("0 characters left")
    await paste(body, full + "y")
    await expect(count).to_have_text("1 character too many")
    title = tab.page.get_by_label("Your idea in one line")
    await title.fill("é" * (lengths.TITLE + 2))
    await expect(title).to_have_value("é" * (lengths.TITLE + 2))
    await expect(tab.page.locator('[data-count-for="title"]')).to_have_text("2 characters too many")
    await title.fill("e\u0301" * lengths.TITLE + "  ")
    await expect(tab.page.locator('[data-count-for="title"]')).to_have_text("0 characters left")
    await tab.button("Save as a new revision").click()
    await tab.sees("Shorten this to 20,000 characters; it has 20,001.")
    await expect(body).to_have_value(full + "y")


async def test_what_is_pasted_is_not_cut(play: Play) -> None:
    tab = await play.stage.tab(play.cast.ada, "/ideas/new")
    title = tab.page.get_by_label("Your idea in one line")
    pasted = "A walking bus for every school, " * 10
    await title.focus()
    await tab.page.keyboard.insert_text(pasted)
    await expect(title).to_have_value(pasted)


async def test_a_transparent_picture_stands_on_white_in_the_dark(play: Play) -> None:
    tab = await play.stage.tab(play.cast.ada, "/gallery", color_scheme="dark")
    colour = await tab.page.evaluate(
        """() => {
          const frame = document.createElement("a");
          frame.className = "attachment-frame";
          document.querySelector("main").append(frame);
          const picture = frame.appendChild(document.createElement("img"));
          return getComputedStyle(picture).backgroundColor;
        }"""
    )
    assert colour.startswith("oklch(0.99")

"""Nothing on a page needs what the content security policy refuses, however the page is used; and
what it refuses fails the journey, in whichever page."""

import pytest
from playwright.async_api import expect

from tests.journeys.browsing import Stage
from tests.journeys.playing import BUILD, Play, write_build

# Browsers that do not let fields grow by themselves: a script does it there.
OLDER = """
  const supports = CSS.supports.bind(CSS);
  CSS.supports = (name, ...more) => name !== "field-sizing" && supports(name, ...more);
"""


@pytest.mark.parametrize("older", [False, True])
async def test_a_field_that_was_made_larger(play: Play, *, older: bool) -> None:
    """Whoever drags the corner of a field, gives it a style of its own."""
    context = await play.stage.context(play.cast.cem)
    if older:
        await context.add_init_script(OLDER)
    cem = await play.stage.tab(None, play.place, context=context)
    field = cem.page.locator("#contribute-body")
    await field.evaluate("area => { area.style.height = '300px'; }")
    await write_build(cem)
    await cem.sees(BUILD)
    await expect(field).to_have_value("")


async def test_it_is_noticed_in_every_page(stage: Stage) -> None:
    page = await (await stage.context(None)).new_page()
    await page.goto("/")
    await page.evaluate("document.body.setAttribute('style', 'color: red')")
    await expect(page.locator("body")).to_have_attribute("style", "color: red")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        stage.check()
    stage.faults_in(page).clear()

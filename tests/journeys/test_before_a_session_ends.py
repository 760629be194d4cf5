"""Staff are warned before they are signed out; what they type is theirs, then and afterwards."""

from datetime import timedelta

from playwright.async_api import Locator, expect
from sqlalchemy import func, update

from ideahub.accounts.models import Session
from ideahub.core.events import Kind, record
from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import BUILD, Play, give_password, sign_in

# Milliseconds after which a page first asks how much time is left.
FIRST = 31_000


async def unseen_for(play: Play, minutes: int) -> None:
    """Nobody has opened a page for so long."""
    seen = func.now() - timedelta(minutes=minutes)
    async with play.stage.served.database.transaction() as db:
        await db.execute(update(Session).values(seen_at=seen))
        # The process remembers for seconds who somebody is, unless it hears of a change.
        await record(db, Kind.PERSON_CHANGED, None, subject=play.cast.ben)


async def warned(play: Play) -> tuple[Tab, Locator]:
    """Ben writes under the idea, and is warned; the field in which he is."""
    await give_password(play, play.cast.ben)
    tab = await play.at_idea(play.cast.ben)
    await tab.page.clock.install()
    await tab.open(play.place)
    field = tab.page.locator("#contribute-body")
    # Typing is a use as well, as far as the draft that it makes.
    async with tab.page.expect_response("**/drafts/**"):
        await field.fill(BUILD)
    await unseen_for(play, 56)
    await tab.page.clock.fast_forward(FIRST)
    await expect(tab.page.locator("#session-end")).to_be_visible(timeout=SOON)
    return tab, field


async def test_who_goes_on_typing_stays_and_loses_no_letter(play: Play) -> None:
    tab, field = await warned(play)
    dialog = tab.page.locator("#session-end")
    await expect(dialog).to_contain_text("You will be signed out at")
    await expect(field).to_be_focused()
    await tab.page.keyboard.type(" And more.")
    await expect(dialog).to_be_hidden(timeout=SOON)
    await expect(field).to_have_value(f"{BUILD} And more.")


async def test_who_does_nothing_is_signed_out_and_finds_the_text_after_signing_in(
    play: Play,
) -> None:
    tab, _field = await warned(play)
    await unseen_for(play, 61)
    await tab.button("Build on this").evaluate("button => button.form.requestSubmit(button)")
    await sign_in(tab, play.cast.ben)
    await tab.sees(BUILD)

"""A stranger begins something, and a session ends while somebody writes, in a real browser."""

import re

import pytest
from playwright.async_api import expect
from sqlalchemy import func, update

from ideahub.accounts.models import Session
from ideahub.core.events import Kind, Ref, record
from tests.journeys.browsing import Tab
from tests.journeys.playing import Play, give_password, sign_in

FIRST = "Yes, and the school could count the steps."
THEN = f"{FIRST} Every morning a child adds a stone."


async def end_sessions(play: Play) -> None:
    """As another device or the clock would."""
    async with play.stage.served.database.transaction() as db:
        ended = update(Session).values(ended_at=func.now()).returning(Session.id)
        for session_id in (await db.scalars(ended)).all():
            await record(db, Kind.SESSION_ENDED, None, subject=Ref(Session, session_id))


async def kept_here(tab: Tab) -> int:
    """How many copies of drafts this browser has."""
    count = "() => Object.keys(localStorage).filter((key) => key.startsWith('draft ')).length"
    return int(await tab.page.evaluate(count))


async def test_support_is_given_after_signing_in(play: Play) -> None:
    await give_password(play, play.cast.cem)
    tab = await play.stage.tab(None, play.place)
    await tab.button("Support").click()
    await tab.sees("Sign in to support “")
    await sign_in(tab, play.cast.cem)
    control = tab.button("You support this")
    await expect(control).to_be_in_viewport()


async def test_the_newest_text_is_there_after_signing_in(play: Play) -> None:
    """Some of it reached the server before the session ended, some did not."""
    await give_password(play, play.cast.cem)
    tab = await play.at_idea(play.cast.cem)
    field = tab.page.locator("#contribute-body")
    status = tab.page.locator("main form [data-draft-status]").first
    await field.fill(FIRST)
    await expect(status).to_contain_text("saved")
    await end_sessions(play)
    await field.fill(THEN)
    await expect(status).to_contain_text("Kept on this device")
    # Not sent: the person signs in by the link of the page.
    await tab.page.goto(f"/sign-in?next={play.place}")
    await sign_in(tab, play.cast.cem)
    await expect(field).to_have_value(THEN)
    await expect(status).to_contain_text("saved")
    assert await kept_here(tab) == 0
    # Sent, by somebody who was signed out once more.
    await end_sessions(play)
    await tab.button("Build on this").click()
    await tab.sees("What you typed is kept")
    await sign_in(tab, play.cast.cem)
    await expect(field).to_have_value(THEN)
    assert await kept_here(tab) == 0


async def test_nobody_else_finds_it_on_a_shared_device(play: Play) -> None:
    tab = await play.at_idea(play.cast.cem)
    await end_sessions(play)
    await tab.page.locator("#contribute-body").fill(THEN)
    status = tab.page.locator("main form [data-draft-status]").first
    await expect(status).to_contain_text("Kept on this device")
    assert await kept_here(tab) == 1
    await play.stage.sign_in(tab.page.context, play.cast.ben)
    await tab.open(play.place)
    await expect(tab.page.locator("#contribute-body")).to_have_value("")
    assert await kept_here(tab) == 0


async def test_a_reply_is_not_replaced_by_an_empty_one(play: Play) -> None:
    tab = await play.at_idea(play.cast.cem)
    await tab.link("Reply").click()
    field = tab.page.get_by_label("Your reply")
    await field.fill(FIRST)
    await tab.link("Reply").click()
    await tab.page.wait_for_timeout(500)
    await expect(field).to_have_value(FIRST)
    await expect(field).to_be_focused()


@pytest.mark.parametrize("accepted", [True, False])
async def test_only_the_server_says_that_a_form_was_accepted(play: Play, accepted: bool) -> None:
    """The page after it does not: with the form gone from it, its copy is kept unless accepted."""
    tab = await play.stage.tab(play.cast.ada, f"{play.place}/revision")
    field = tab.page.get_by_label("What is it?")
    await field.fill(THEN)
    await tab.page.route("**/drafts/**", lambda route: route.abort())
    if not accepted:
        await tab.page.route("**/revision", lambda route: route.fulfill(status=503, body="Later"))
    # It is sent only after the server was asked whether it is there.
    async with tab.page.expect_navigation():
        await tab.button("Save as a new revision").click()
    await tab.page.unroute_all()
    await tab.open(f"{play.place}/revision")
    await expect(field).to_have_value(THEN)
    status = tab.page.locator("main form [data-draft-status]").first
    # Accepted, there is no copy to save; else it was put back, and is saved now.
    await expect(status).to_have_text("" if accepted else re.compile("saved"))
    tab.faults.clear()  # what was cut off on purpose

"""A passkey in a real browser, whose device is Chromium's virtual one."""

import re

from playwright.async_api import expect

from tests.accounts.arriving import PASSWORD
from tests.journeys.browsing import Tab
from tests.journeys.playing import Play, give_password

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def give_device(tab: Tab) -> None:
    """A device that keeps passkeys, and says yes by itself."""
    cdp = await tab.page.context.new_cdp_session(tab.page)
    await cdp.send("WebAuthn.enable")
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


async def test_a_passkey_is_added_and_signs_in_without_an_address(play: Play) -> None:
    await give_password(play, play.cast.cem)
    tab = await play.stage.tab(None, play.place)
    # Passkeys are made for names, not for the numbers of this machine.
    site = play.stage.served.config.public_url.replace("127.0.0.1", "localhost")
    await give_device(tab)
    await tab.page.goto(f"{site}/sign-in?next=/account/ways")
    await tab.page.locator("#email").fill(play.cast.cem.email or "")
    await tab.page.locator("#password").fill(PASSWORD)
    await tab.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(tab.page).to_have_url(re.compile("/account/ways$"))
    await tab.page.get_by_label("What to call the new one").fill("Phone")
    await tab.button("Add a passkey").click()
    await tab.sees("The passkey is added.")
    await expect(tab.page.get_by_text("Phone", exact=True)).to_be_visible()
    await tab.page.goto(f"{site}/account/sessions")
    await tab.button("Sign out here").click()
    await tab.sees("You are signed out.")
    # Chromium offers the passkey by itself, and its device says yes at once.
    await tab.page.goto(f"{site}/sign-in?next=/account/ways")
    await expect(tab.page).to_have_url(re.compile("/account/ways$"))
    await tab.sees("last used")

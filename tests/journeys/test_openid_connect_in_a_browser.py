"""Staff sign in at their provider in a browser, come back where they were, and are signed out here
as soon as they sign out there."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, Route, expect

from ideahub.core.viewer import Role
from ideahub.openid_connect.discovery import directory_of
from ideahub.openid_connect.group_roles import add_group_role
from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import BUILD, Play
from tests.openid_connect.conftest import enter
from tests.openid_connect.providers_of_tests import (
    ADA,
    CLIENT,
    NUMBER,
    StrictProvider,
    client_of_site,
    strict_provider,
)
from tests.support.cast import viewer_of


@pytest.fixture
def at_work(play: Play) -> Iterator[StrictProvider]:
    """The certified provider, which calls this site when somebody signs out there."""
    site = play.stage.served.config.public_url
    calls = {
        "backchannel_logout_uri": f"{site}/openid-connect/{NUMBER}/logout-tokens",
        "backchannel_logout_session_required": True,
    }
    directory_of.cache_clear()
    with strict_provider([client_of_site(site, NUMBER, **calls)], {"ada": ADA}) as running:
        yield running


async def set_up(play: Play, provider: StrictProvider) -> None:
    """The city's staff sign in there; members of a group lead."""
    served = play.stage.served
    async with served.database.transaction() as db:
        made = await enter(db, served.config, play.cast, provider.issuer)
        ann = await viewer_of(db, play.cast.ann)
        await add_group_role(db, ann, made, "Leads", Role.LEADER, play.cast.city.id)


async def sign_in_at_work(play: Play, page: Page) -> None:
    """Presses the provider's button, signs in on its own pages, and agrees; back at the idea."""
    await page.get_by_role("button", name="City login").click()
    await page.wait_for_url("**/interaction/**")
    await page.locator("[name=login]").fill("ada")
    await page.locator("[name=password]").fill("any")
    await page.locator("[type=submit]").click()
    await page.locator("[name=prompt][value=consent]").wait_for(state="attached")
    await page.locator("[type=submit]").click()
    await page.wait_for_url(f"**{play.place}")


async def device(play: Play, path: str) -> Tab:
    """A browser where nobody is signed in. The provider's pages want a font from elsewhere."""
    context = await play.stage.context()
    await context.route("https://fonts.googleapis.com/**", no_font)
    return await play.stage.tab(None, path, context=context)


async def no_font(route: Route) -> None:
    """Answers without any."""
    await route.fulfill(status=200, content_type="text/css", body="")


async def opened_at_work(play: Play) -> Tab:
    """Another device on which the same person has signed in and opened the idea."""
    tab = await device(play, f"/sign-in?next={play.place}")
    await sign_in_at_work(play, tab.page)
    return await tab.listening()


async def sign_out_at_work(tab: Tab, provider: StrictProvider) -> None:
    """In another tab of the same browser."""
    there = await tab.page.context.new_page()
    await there.goto(f"{provider.issuer}/session/end?client_id={CLIENT}")
    await there.locator("button[value=yes]").click()
    await there.wait_for_load_state()


async def test_from_the_provider_s_button_to_signing_out_together(
    play: Play, at_work: StrictProvider
) -> None:
    await set_up(play, at_work)
    tab = await device(play, play.place)
    await tab.page.get_by_role("link", name="Sign in", exact=True).first.click()
    await sign_in_at_work(play, tab.page)
    await tab.open("/account")
    roles = tab.page.locator("#own-roles")
    await expect(roles).to_contain_text("Leader, City of Brookfield")
    await expect(roles).to_contain_text("from the group Leads at City login")
    await tab.open(play.place)
    field = tab.page.locator("#contribute-body")
    async with tab.page.expect_response("**/drafts/**"):
        await field.fill(BUILD)
    other = await opened_at_work(play)
    await sign_out_at_work(tab, at_work)
    # Its socket is closed at once; another device has a session of its own there.
    banner = tab.page.get_by_text("You were signed out.")
    await expect(banner).to_be_visible(timeout=SOON)
    await expect(other.page.get_by_text("You were signed out.")).to_be_hidden()
    await tab.page.get_by_role("link", name="Sign in again").click()
    await sign_in_at_work(play, tab.page)
    await expect(field).to_have_value(BUILD)

"""The link in a mail with a code: programs that open every link change nothing."""

import re

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import EmailCode, Session
from ideahub.core.config import Config
from tests.accounts.arriving import CEM, HOME, Arrive, ask
from tests.support.cast import Cast
from tests.support.letters import newest_letter


def link_in(config: Config) -> str:
    """The address that the newest mail leads to, without the site's own."""
    found = re.search(rf"{re.escape(config.public_url)}(/sign-in/code\S+)", newest_letter(config))
    assert found
    return found[1]


async def test_opening_the_link_again_and_again_signs_nobody_in(
    cast: Cast, arrive: Arrive, config: Config, db: AsyncSession
) -> None:
    here, scanner = await arrive(HOME), await arrive("203.0.113.9")
    await ask(here, CEM)
    link, sessions = link_in(config), await db.scalar(select(func.count(Session.id)))
    for _time in range(8):
        for browser in (scanner, here):
            assert (await browser.get(link)).status_code == 200
            await browser.client.head(link)
    assert await db.scalar(select(func.count(Session.id))) == sessions
    assert await db.scalar(select(EmailCode.tries)) == 0
    assert not scanner.client.cookies
    page = (await here.get(link)).text
    code = re.search(r'name="code"[^>]*value="([A-Z0-9]{8})"', page)
    assert code
    assert "not the browser" not in page
    sent = await here.post("/sign-in/code", {"email": CEM, "code": code[1]})
    assert sent.status_code == 303


async def test_another_browser_is_told_what_to_do(
    cast: Cast, arrive: Arrive, config: Config
) -> None:
    await ask(await arrive(HOME), CEM)
    elsewhere = await arrive(HOME)
    page = (await elsewhere.get(link_in(config))).text
    assert "This is not the browser that asked for the code" in page
    assert CEM not in page


async def test_a_link_holds_nothing_but_a_code(arrive: Arrive) -> None:
    page = (await (await arrive(HOME)).get("/sign-in/code?code=%3Cb%3E" + "x" * 5_000)).text
    assert "<b>" not in page
    assert "X" * 41 not in page

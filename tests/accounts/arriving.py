"""Browsers from many places, and what owners and strangers try there at an address."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.passwords import hash_secret
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from tests.conftest import Browser
from tests.support.cast import Cast, make_campaign, make_idea

PASSWORD = "tramway orbit pickle lantern"
NEW = "seven quiet herons by the lock"
ADA, CEM = "ada@mail.example", "cem@mail.example"
HOME, ABROAD, STRANGER = "192.0.2.1", "198.51.100.1", "203.0.113.1"

Arrive = Callable[[str], Awaitable[Browser]]


async def sign_in(browser: Browser, password: str = PASSWORD, email: str = ADA) -> int:
    """Tries a password; how that is answered."""
    sent = {"email": email, "password": password, "how": "password"}
    return (await browser.post("/sign-in", sent)).status_code


async def ask(browser: Browser, email: str = ADA) -> int:
    """Asks for a code; how that is answered."""
    return (await browser.post("/sign-in", {"email": email, "how": "code"})).status_code


async def answer(browser: Browser, code: str, email: str = ADA) -> int:
    """Types a code; how that is answered."""
    return (await browser.post("/sign-in/code", {"email": email, "code": code})).status_code


async def known(arrive: Arrive, email: str = ADA, client: str = HOME) -> Browser:
    """A browser where the owner of the address signed in once, and out again."""
    browser = await arrive(client)
    assert await sign_in(browser, email=email) == 303
    await browser.post("/sign-out")
    return browser


async def guess(arrive: Arrive, times: int, clients: int = 1, email: str = ADA) -> list[int]:
    """Strangers' wrong passwords, each from elsewhere; how they were answered."""
    browsers = [await arrive(f"203.0.{113 - number}.0") for number in range(clients)]
    return [await sign_in(browsers[one % clients], "a guess", email) for one in range(times)]


async def flood(
    arrive: Arrive, times: int, clients: int = 1, email: str = ADA, places: str = "203.0.113.{}"
) -> list[int]:
    """Codes that strangers ask for; how they were answered."""
    browsers = [await arrive(places.format(number)) for number in range(clients)]
    return [await ask(browsers[one % clients], email) for one in range(times)]


async def give_password(db: AsyncSession, *people: Person) -> None:
    """All of them have the same one."""
    for person in people:
        person.password_hash = await hash_secret(PASSWORD)
    await db.commit()


async def an_idea(db: AsyncSession, cast: Cast, title: str = "Night bus") -> Idea:
    """An idea of Ada's that anyone may support."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, title)
    await db.commit()
    return idea


async def send_unknown(
    browser: Browser, page: str, address: str, data: dict[str, str] | None = None, **how: Any
) -> str:
    """Sends a form from the page while nobody is signed in; the address of the page to sign in."""
    headers = {"Referer": str(browser.client.base_url.join(page))}
    answer = await browser.post(address, data, headers=headers, **how)
    assert answer.status_code == (401 if how.get("htmx") else 303), answer.text
    return str(answer.headers["hx-redirect" if how.get("htmx") else "location"])


def next_in(page: str) -> str:
    """Where the forms of this page go on to."""
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found
    return found[1]


async def sign_in_on(browser: Browser, page: str, email: str) -> Any:
    """Signs in on this page with a password, and goes on from there; the answer."""
    sent = {"email": email, "password": PASSWORD, "how": "password", "next": next_in(page)}
    return await browser.post("/sign-in", sent)


async def page_after(browser: Browser, answer: Any) -> str:
    """The words of the page that an answer leads to."""
    assert answer.status_code == 303
    return (await browser.get(answer.headers["location"].partition("#")[0])).text

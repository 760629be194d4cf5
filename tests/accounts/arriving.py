"""Browsers from many places, and what owners and strangers try there at an address."""

from collections.abc import Awaitable, Callable

from tests.conftest import Browser

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

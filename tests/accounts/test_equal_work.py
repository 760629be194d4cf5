"""Whether an address has an account shows in no answer, nor in the work behind it, which is what
takes time; and a code opens one session, however often it is sent at once."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.accounts import passwords
from ideahub.accounts.models import Session
from ideahub.accounts.passwords import hash_secret
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.mailing import Mailer
from ideahub.organisations.models import Person
from tests.accounts.arriving import ADA, CEM, HOME, PASSWORD, Arrive
from tests.conftest import Browser
from tests.support.cast import Cast, make_cast
from tests.support.letters import newest_code
from tests.support.wiring import client_of

NOBODY = "nobody@mail.example"
# Ada has a password and has chosen a language, Cem has neither, and there is no third.
ADDRESSES = (ADA, CEM, NOBODY)


class Work:
    """What was done for an answer: statements, hashes and mails, each in its number."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    def statement(self, _connection: Any, _cursor: Any, sent: str, *_rest: Any) -> None:
        """Counts a statement, whatever its savepoint is called."""
        self.done[re.sub(r"\bsa_savepoint_\d+", "a savepoint", sent)] += 1


class CountingHasher(PasswordHasher):
    """Counts its hashes."""

    work: Work

    def hash(self, *arguments: Any, **more: Any) -> str:
        """Makes one."""
        self.work.done["hash"] += 1
        return super().hash(*arguments, **more)

    def verify(self, *arguments: Any, **more: Any) -> Any:
        """Compares with one."""
        self.work.done["verify"] += 1
        return super().verify(*arguments, **more)


@pytest.fixture
async def work(
    engine: AsyncEngine, cast: Cast, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> Any:
    counted = Work()
    CountingHasher.work = counted
    monkeypatch.setattr(passwords, "_hasher", CountingHasher(1, 64, 1))
    # Made once in a process, whoever comes first.
    passwords._nobodys_hash()
    send = Mailer.send

    async def counting_send(self: Mailer, *arguments: Any) -> None:
        counted.done["mail"] += 1
        await send(self, *arguments)

    monkeypatch.setattr(Mailer, "send", counting_send)
    cast.ada.password_hash, cast.ada.language = await hash_secret(PASSWORD), "en"
    await db.commit()
    event.listen(engine.sync_engine, "before_cursor_execute", counted.statement)
    yield counted
    event.remove(engine.sync_engine, "before_cursor_execute", counted.statement)


async def _ask(browser: Browser, email: str) -> httpx.Response:
    return await browser.post("/sign-in", {"email": email, "how": "code"})


async def _guess_code(browser: Browser, email: str) -> httpx.Response:
    await _ask(browser, email)
    return await browser.post("/sign-in/code", {"email": email, "code": "AAAA-AAAA"})


async def _guess_code_unasked(browser: Browser, email: str) -> httpx.Response:
    return await browser.post("/sign-in/code", {"email": email, "code": "AAAA-AAAA"})


async def _guess_password(browser: Browser, email: str) -> httpx.Response:
    return await browser.post("/sign-in", {"email": email, "password": "not the one"})


async def _too_many_codes(browser: Browser, email: str) -> httpx.Response:
    for _time in range(5):
        await _ask(browser, email)
    return await _ask(browser, email)


DEEDS = (_ask, _guess_code, _guess_code_unasked, _guess_password, _too_many_codes)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_known_and_unknown_addresses_take_the_same_work(
    arrive: Arrive, work: Work, deed: Callable[[Browser, str], Awaitable[httpx.Response]]
) -> None:
    seen = []
    for number, email in enumerate(ADDRESSES):
        browser = await arrive(f"192.0.2.{number}")
        work.done.clear()
        answer = await deed(browser, email)
        said = answer.text.replace(email, "…"), answer.headers.get("location")
        cookies = sorted(browser.client.cookies)
        seen.append((answer.status_code, said, cookies, dict(work.done)))
    assert seen[0] == seen[1] == seen[2]
    assert sum(work.done.values())


async def test_a_code_sent_eight_times_at_once_opens_one_session(
    committing: Database, config: Config
) -> None:
    """By its own browser, whose button was pressed again; a new address has one proof."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
    for email, opened in ((cast.ada.email, 1), (NOBODY, 0)):
        async with client_of(config, committing) as client:
            browser = Browser(client, None)
            await _ask(browser, str(email))
            fields = {"email": email, "code": newest_code(config)}
            # Each with the cookies of before: the first answer takes them back.
            cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            client.cookies.clear()
            sent = [
                browser.post("/sign-in/code", fields, headers={"Cookie": cookies})
                for _time in range(8)
            ]
            answers = await asyncio.gather(*sent)
        statuses = sorted(one.status_code for one in answers)
        assert statuses == [303] + [422] * 7
        async with committing.reading() as db:
            of_them = select(func.count(Session.id)).join(Person, Person.id == Session.person_id)
            assert await db.scalar(of_them.where(Person.email == email)) == opened


async def test_a_code_is_guessed_five_times_wherever_the_guesses_come_from(
    arrive: Arrive, cast: Cast, config: Config, db: AsyncSession
) -> None:
    """Guesses of other browsers reach no code; those of its own use it up."""
    own = await arrive(HOME)
    await _ask(own, ADA)
    for number in range(30):
        stranger = await arrive(f"203.0.113.{number}")
        assert (await _guess_code_unasked(stranger, ADA)).status_code == 422
    right = {"email": ADA, "code": newest_code(config)}
    stranger = await arrive(HOME)
    assert (await stranger.post("/sign-in/code", right)).status_code == 422
    for _time in range(5):
        assert (await _guess_code_unasked(own, ADA)).status_code == 422
    assert (await own.post("/sign-in/code", right)).status_code == 422

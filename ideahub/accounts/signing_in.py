"""Signing in: by password, or by a code sent to the address."""

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import issue_ticket, spend_code, try_code
from ideahub.accounts.limiting_tries import TryLimits, limit_tries
from ideahub.accounts.passwords import hash_secret, is_outdated, is_secret
from ideahub.accounts.recognising import Browser, know_browser
from ideahub.accounts.sessions import begin_session, end_session_of
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.languages import change_language
from ideahub.core.refusals import Invalid
from ideahub.organisations.addresses import staff_organisation
from ideahub.organisations.models import Person

# All strangers together guess 3.5 million times a year at most: next to nothing against
# passwords of 15 characters. 100 in a row is what NIST SP 800-63B (3.2.2) allows an account.
PASSWORDS = TryLimits(own=10, network=120, nearby=30, together=100)


class AddressProved(msgspec.Struct, frozen=True):
    """An address that was proved and has no account yet; the ticket lets it join."""

    ticket: str


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody who is in now; the secrets belong into the browser's cookies.

    `known` is empty where nothing was proved: in the demo anyone is anyone. `language` is the one
    they chose, if any.
    """

    name: str
    secret: str
    known: str = ""
    language: str | None = None


async def sign_in_by_password(
    database: Database, address: str, password: str, browser: Browser
) -> SignedIn:
    """Signs in whoever knows the password; raises Invalid, TooMany.

    Known and unknown addresses take the same way: one try counted, one look, one hash.
    """
    async with database.transaction() as db:
        other = _("A code by mail works at once: press “Send me a code”.")
        await limit_tries(db, "password", address, browser, PASSWORDS, instead=other)
    async with database.reading() as db:
        person = await find_by_address(db, address)
    kept = person.password_hash if person else None
    if not await is_secret(kept, password) or person is None or kept is None:
        raise Invalid(_("The address and the password do not belong together."))
    better = await hash_secret(password) if is_outdated(kept) else kept
    async with database.transaction() as db:
        await _keep_hash(db, person, better)
        return await enter_proved(db, person, browser)


async def sign_in_by_code(
    database: Database, address: str, code: str, browser: Browser
) -> SignedIn | AddressProved:
    """Signs in whoever received the code, or lets them join; raises Invalid."""
    code_id = await try_code(database, address, code, browser)
    async with database.transaction() as db:
        person = await find_by_address(db, address)
        if person is None:
            return AddressProved(await issue_ticket(db, code_id))
        await spend_code(db, code_id)
        await prove(db, person)
        return await enter_proved(db, person, browser)


async def enter_proved(db: AsyncSession, person: Person, browser: Browser) -> SignedIn:
    """`enter` for somebody who has shown who they are: their browser is known from now on."""
    came = await enter(db, person, browser)
    known = await know_browser(db, person.id, browser)
    return SignedIn(came.name, came.secret, known, came.language)


async def enter(db: AsyncSession, person: Person, browser: Browser) -> SignedIn:
    """A new session with a new secret; the one this browser had before ends.

    What is said from here on is in the person's own language.
    """
    await end_session_of(db, browser.secret)
    secret = await begin_session(db, person.id, browser=browser.agent, address=browser.client)
    change_language(person.language)
    return SignedIn(person.name, secret, language=person.language)


async def prove(db: AsyncSession, person: Person) -> None:
    """The person has shown that the address is theirs: a citizen may turn out to be staff."""
    assert person.email is not None
    person.email_proved_at = person.email_proved_at or func.now()
    if person.organisation_id is None and (found := await staff_organisation(db, person.email)):
        person.organisation_id = found.id
    await db.flush()


async def find_by_address(db: AsyncSession, address: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    found: Person | None = await db.scalar(select(Person).where(Person.email == address))
    return found


async def _keep_hash(db: AsyncSession, person: Person, better: str) -> None:
    if better == person.password_hash:
        return
    # Only over the hash that was checked: a password changed meanwhile stays changed.
    same = Person.password_hash == person.password_hash
    await db.execute(
        update(Person).where(Person.id == person.id, same).values(password_hash=better)
    )

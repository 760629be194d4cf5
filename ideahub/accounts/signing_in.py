"""Signing in: by passkey, by password, or by a code sent to the address."""

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import issue_ticket, spend_code, try_code, wrong_code
from ideahub.accounts.guessed_codes import counting_wrong_codes, forget_wrong_codes
from ideahub.accounts.limiting_tries import TryLimits, limit_tries
from ideahub.accounts.passkey_challenges import ChallengeFor
from ideahub.accounts.passkeys import use_passkey
from ideahub.accounts.passwords import hash_secret, is_outdated, is_secret
from ideahub.accounts.recognising import Browser, remember_browser
from ideahub.accounts.second_factors import begin_half, count_half_try, end_half, use_second_factor
from ideahub.accounts.sessions import begin_session, end_session_of
from ideahub.core.db import Database
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.languages import change_language
from ideahub.core.mail_refusals import end_refusal
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import STRANGER
from ideahub.organisations.addresses import staff_organisation
from ideahub.organisations.models import Person

# All strangers together can try 3.5 million passwords a year: too few to guess one of 15
# characters. NIST SP 800-63B (3.2.2) allows an account 100 failed tries in a row.
PASSWORDS = TryLimits(own=10, network=120, nearby=30, together=100)


class AddressProved(msgspec.Struct, frozen=True):
    """A proved address without an account; the ticket is for joining."""

    ticket: str


class SecondFactorNeeded(msgspec.Struct, frozen=True):
    """Somebody who has proved one thing, and has an authenticator app; the secret is for the cookie
    of the only browser where they can go on."""

    secret: str


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody who has just signed in.

    `secret` and `known` are for the browser's cookies: that of the session, and that by which
    the browser is known. `known` is empty in the demo, where nobody proves who they are.
    `language` is the one that they chose, if any.
    """

    name: str
    secret: str
    known: str = ""
    language: str | None = None


async def sign_in_by_password(
    database: Database, address: str, password: str, browser: Browser
) -> SignedIn | SecondFactorNeeded:
    """Signs in by address and password; raises Invalid where they do not fit, TooMany.

    For an unknown address it does the same work (one count, one query, one hash), so that the time
    it takes does not tell whether there is an account.
    """
    async with database.transaction() as db:
        other = _("A code by mail works at once: press “Send me a code”.")
        await limit_tries(db, "password", address, browser, PASSWORDS, instead=other)
    async with database.reading() as db:
        person = await find_by_address(db, address)
    kept = person.password_hash if person else None
    right = await is_secret(kept, password)
    if not right or person is None or kept is None or person.disabled_at:
        raise Invalid(_("The address and the password do not belong together."))
    better = await hash_secret(password) if is_outdated(kept) else kept
    async with database.transaction() as db:
        await _keep_hash(db, person, better)
        return await _sign_in_or_ask(db, person, browser)


async def sign_in_by_code(
    database: Database, address: str, code: str, browser: Browser
) -> SignedIn | SecondFactorNeeded | AddressProved:
    """Signs in by a code from a mail; for an address without an account, lets it join.

    Raises Invalid for a code that is wrong or not valid any more.
    """
    code_id = await try_code(database, address, code, browser)
    async with database.transaction() as db:
        person = await find_by_address(db, address)
        if person is None:
            return AddressProved(await issue_ticket(db, code_id))
        if person.disabled_at:
            raise wrong_code()
        await spend_code(db, code_id)
        await mark_proved(db, person)
        return await _sign_in_or_ask(db, person, browser, by_mail=True)


async def sign_in_by_passkey(
    database: Database, asked: str, answer: str, browser: Browser
) -> SignedIn:
    """Signs in by the answer of a passkey, to what the browser with the secret `asked` was asked;
    raises Invalid. A passkey counts as two factors."""
    person_id = await use_passkey(database, ChallengeFor.SIGN_IN, asked, answer, STRANGER)
    async with database.transaction() as db:
        await forget_wrong_codes(db, person_id)
        return await sign_in_proved(db, await db.get_one(Person, person_id), browser)


async def sign_in_by_second_factor(
    database: Database, secret: str | None, code: str, browser: Browser
) -> SignedIn:
    """Signs in by a code of the app or a recovery code, after the first step in the same browser.

    Raises Invalid for a wrong code, Conflict where it is too late, TooMany.
    """
    person_id = await count_half_try(database, secret)
    async with counting_wrong_codes(database, person_id), database.transaction() as db:
        by_mail = await end_half(db, secret)
        await use_second_factor(db, person_id, code, by_mail=by_mail)
        return await sign_in_proved(db, await db.get_one(Person, person_id), browser)


async def _sign_in_or_ask(
    db: AsyncSession, person: Person, browser: Browser, *, by_mail: bool = False
) -> SignedIn | SecondFactorNeeded:
    if secret := await begin_half(db, person, by_mail=by_mail):
        return SecondFactorNeeded(secret)
    return await sign_in_proved(db, person, browser)


async def sign_in_proved(db: AsyncSession, person: Person, browser: Browser) -> SignedIn:
    """Signs in somebody who has proved who they are, which makes their browser known."""
    came = await sign_in_unproved(db, person, browser)
    known = await remember_browser(db, person.id, browser)
    return SignedIn(came.name, came.secret, known, came.language)


async def sign_in_unproved(db: AsyncSession, person: Person, browser: Browser) -> SignedIn:
    """Signs in a person, also one who proved nothing, as in the demo.

    Ends the session that the browser had, begins a new one, and changes the request to the
    person's language. Raises Invalid for somebody who was disabled, whatever they proved.
    """
    if person.disabled_at:
        raise Invalid(_("This account cannot be used to sign in."))
    await end_session_of(db, browser.secret)
    secret = await begin_session(db, person.id, browser=browser.agent, address=browser.client)
    change_language(person.language)
    return SignedIn(person.name, secret, language=person.language)


async def mark_proved(db: AsyncSession, person: Person) -> None:
    """Records that the person has proved their address; makes them staff where its domain is one
    of an organisation."""
    assert person.email is not None
    person.email_proved_at = person.email_proved_at or func.now()
    await end_refusal(db, person.email)
    if person.organisation_id is None and (found := await staff_organisation(db, person.email)):
        person.organisation_id = found.id
        await record(db, Kind.PERSON_CHANGED, person, subject=person)
    await db.flush()


async def find_by_address(db: AsyncSession, address: str) -> Person | None:
    """The person with this address, in capitals or small letters; None where there is none."""
    found: Person | None = await db.scalar(select(Person).where(Person.email == address))
    return found


async def _keep_hash(db: AsyncSession, person: Person, better: str) -> None:
    if better == person.password_hash:
        return
    # Replaces only the hash that was checked: a password that was set meanwhile stays.
    same = Person.password_hash == person.password_hash
    await db.execute(
        update(Person).where(Person.id == person.id, same).values(password_hash=better)
    )

"""Rules for changing one's own account: name, title, language, support and password."""

from enum import StrEnum

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import spend_code, try_code
from ideahub.accounts.limiting_tries import WINDOW
from ideahub.accounts.password_rules import check_password
from ideahub.accounts.passwords import hash_secret, is_secret
from ideahub.accounts.recognising import Browser, forget_other_browsers
from ideahub.accounts.sessions import end_other_sessions
from ideahub.accounts.signing_in import PASSWORDS
from ideahub.core.barring import must_not_be_suspended
from ideahub.core.db import Database
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person


class ShowsSupport(StrEnum):
    """Whether a person is named where they support an idea."""

    USUAL = "usual"
    ALWAYS = "always"
    NEVER = "never"


# As the table has it.
STORED = {ShowsSupport.USUAL: None, ShowsSupport.ALWAYS: True, ShowsSupport.NEVER: False}


class PasswordChange(msgspec.Struct, frozen=True):
    """A new password, with a proof that the account's owner sets it: the present one, or a code.

    `end_others` signs out all other browsers.
    """

    new: str
    current: str = ""
    code: str = ""
    end_others: bool = True


async def lock_own_account(db: AsyncSession, viewer: Viewer) -> None:
    """Locks the viewer's row until the transaction ends, so that changes of it follow each other;
    raises SignInNeeded."""
    await locked(db, Person, viewer.person_id)


async def rename(db: AsyncSession, viewer: Viewer, name: str, title: str) -> None:
    """Changes the viewer's name and title, which stand beside all that they wrote; raises
    SignInNeeded, and Forbidden for whoever is suspended."""
    before = select(Person.name, Person.title).where(Person.id == viewer.person_id)
    if tuple((await db.execute(before)).one()) == (name, title):
        return
    must_not_be_suspended(viewer)
    own = Person.id == viewer.person_id
    await db.execute(update(Person).where(own).values(name=name, title=title))
    await record(db, Kind.PERSON_CHANGED, viewer, subject=Ref(Person, viewer.person_id))


async def choose_language(db: AsyncSession, viewer: Viewer, code: str | None) -> None:
    """Sets the language of the viewer's pages and mails; None: as the browser asks."""
    own = Person.id == viewer.person_id
    await db.execute(update(Person).where(own).values(language=code))
    await record(db, Kind.PERSON_CHANGED, viewer, subject=Ref(Person, viewer.person_id))


async def show_support(db: AsyncSession, viewer: Viewer, choice: ShowsSupport) -> None:
    """Sets whether the viewer is named where they support an idea."""
    own = Person.id == viewer.person_id
    await db.execute(update(Person).where(own).values(shows_support=STORED[choice]))


async def shown_support(db: AsyncSession, viewer: Viewer) -> ShowsSupport:
    """What the viewer has chosen about that."""
    stored = await db.scalar(select(Person.shows_support).where(Person.id == viewer.person_id))
    return next(choice for choice, value in STORED.items() if value is stored)


async def set_password(
    database: Database, viewer: Viewer, change: PasswordChange, browser: Browser
) -> None:
    """Sets the viewer's password.

    Raises Invalid for a weak password and for a wrong present one or code, TooMany after too many
    tries, Conflict where the password was changed meanwhile.
    """
    async with database.reading() as db:
        person = await db.get_one(Person, viewer.person_id)
    address = person.email or ""
    check_password(change.new, about=(person.name, address), field="new_password")
    code_id = None
    if change.code:
        code_id = await try_code(database, address, change.code, browser)
    else:
        await check_own_password(database, person.id, change.current)
    kept = await hash_secret(change.new)
    async with database.transaction() as db:
        if code_id is not None:
            await spend_code(db, code_id)
        await _replace(db, person, kept)
        await record(db, Kind.PASSWORD_CHANGED, None, subject=person)
        await forget_other_browsers(db, person.id, browser)
        if change.end_others:
            await end_other_sessions(db, viewer)


async def check_own_password(database: Database, person_id: int, typed: str) -> None:
    """Raises Invalid where this is not the person's present password, TooMany."""
    async with database.transaction() as db:
        # Counted by person, not by address: so strangers cannot use up the owner's tries.
        key = attempt_key("own password", str(person_id))
        await limit(db, key, PASSWORDS.own, WINDOW)
        kept = await db.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not await is_secret(kept, typed):
        raise Invalid(_("This is not your present password. A code by mail does as well."))


async def _replace(db: AsyncSession, person: Person, kept: str) -> None:
    unchanged = Person.password_hash.is_not_distinct_from(person.password_hash)
    replaced = await db.scalar(
        update(Person)
        .where(Person.id == person.id, unchanged)
        .values(password_hash=kept)
        .returning(Person.id)
    )
    if replaced is None:
        raise Conflict(_("Your password was changed at this very moment, elsewhere."))

"""Joining: makes the account of somebody who has proved an address."""

import msgspec
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import end_ticket, find_ticket
from ideahub.accounts.password_rules import check_password
from ideahub.accounts.passwords import hash_secret
from ideahub.accounts.recognising import Browser
from ideahub.accounts.signing_in import SignedIn, find_by_address, mark_proved, sign_in_proved
from ideahub.core.db import Database
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.organisations.addresses import staff_organisation
from ideahub.organisations.models import Person


class NewAccount(msgspec.Struct, frozen=True):
    """What a person says about themselves when they join; the password may be left out."""

    name: str
    title: str = ""
    password: str = ""


async def join(
    database: Database, ticket: str | None, newcomer: NewAccount, browser: Browser
) -> SignedIn:
    """Makes the account of the address that the ticket proves, and signs in.

    Raises Conflict for a ticket that is not valid (any more), and where the address has an
    account with another name or password; Invalid for a bad password.
    """
    async with database.reading() as db:
        address = await find_ticket(db, ticket)
    if address is None:
        raise ticket_gone()
    kept = await new_hash(newcomer, address)
    async with database.transaction() as db:
        # Checked again, now using it up: of two requests with one ticket only one joins.
        if await end_ticket(db, ticket) is None:
            raise ticket_gone()
        person = await add_person(db, newcomer, address, kept)
        _must_be_same(person, newcomer, kept)
        return await sign_in_proved(db, person, browser)


def _must_be_same(person: Person, newcomer: NewAccount, kept: str | None) -> None:
    same = (person.name, person.title) == (newcomer.name, newcomer.title)
    if not same or (kept and person.password_hash != kept):
        raise Conflict(
            _(
                "This address has an account already, as %(name)s; what you typed here is not "
                "taken over. Sign in with the address, then change your name or password there.",
                name=person.name,
            )
        )


def ticket_gone() -> Conflict:
    """The refusal of a ticket that is too old or was used: a new code is needed."""
    return Conflict(
        _("Too much time has passed since you entered the code. Ask for a new one, please.")
    )


async def new_hash(newcomer: NewAccount, address: str) -> str | None:
    """The hash of the password that they chose, None without one; raises Invalid for a bad one."""
    if not newcomer.password:
        return None
    check_password(newcomer.password, about=(newcomer.name, address))
    return await hash_secret(newcomer.password)


async def add_person(
    db: AsyncSession, newcomer: NewAccount, address: str, kept: str | None
) -> Person:
    """The person with this address, added if there is none; staff where the mail domain says so.

    `kept` is the hash of the password. An account that exists keeps its name and password.
    """
    organisation = await staff_organisation(db, address)
    added = await db.scalar(
        insert(Person)
        .values(
            name=newcomer.name,
            title=newcomer.title,
            email=address,
            email_proved_at=func.now(),
            password_hash=kept,
            organisation_id=organisation.id if organisation else None,
        )
        .on_conflict_do_nothing(index_elements=[Person.email])
        .returning(Person.id)
    )
    person = await find_by_address(db, address)
    assert person is not None
    if added is None:
        await mark_proved(db, person)
    else:
        await record(db, Kind.PERSON_JOINED, person, subject=person)
    return person

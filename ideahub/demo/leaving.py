"""Closing what the demo opened, on a site that goes on without it."""

from sqlalchemy import update

from ideahub.accounts.sessions import end_demo_sessions
from ideahub.core.db import Database
from ideahub.organisations.models import Person


async def leave_demo(database: Database) -> None:
    """Signs the people of the demo out, and takes the passwords that visitors gave them.

    Their addresses receive no mail, so no other way in is left. What was written in their
    names stays, and so do roles that they gave to others.
    """
    async with database.transaction() as db:
        await end_demo_sessions(db)
        given = Person.demo, Person.password_hash.is_not(None)
        await db.execute(update(Person).where(*given).values(password_hash=None))

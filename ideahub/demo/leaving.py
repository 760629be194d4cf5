"""Closing what the demo opened, on a site that goes on without it."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from ideahub.accounts.models import Session
from ideahub.accounts.sessions import end_demo_sessions
from ideahub.core.db import Database
from ideahub.organisations.models import Person, RoleGrant

Giver = aliased(Person, name="giver")
# What is left of a demo that was switched off. The next start of the server ends the sessions;
# whether the roles were given in earnest, only the operator knows.
LEFT_OF_DEMO = {
    "sessions of its people": select(func.count())
    .select_from(Session)
    .join(Person, Person.id == Session.person_id)
    .where(Person.demo, Session.ended_at.is_(None), Session.expires_at > func.now()),
    "roles its people gave to others": select(func.count())
    .select_from(RoleGrant)
    .join(Giver, Giver.id == RoleGrant.granted_by)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(Giver.demo, Person.demo.is_(False), RoleGrant.revoked_at.is_(None)),
}


async def leave_demo(database: Database) -> None:
    """Signs the people of the demo out, and takes the passwords that visitors gave them.

    Their addresses receive no mail, so no other way in is left. What was written in their
    names stays, and so do roles that they gave to others.
    """
    async with database.transaction() as db:
        await end_demo_sessions(db)
        given = Person.demo, Person.password_hash.is_not(None)
        await db.execute(update(Person).where(*given).values(password_hash=None))

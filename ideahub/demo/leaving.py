"""Ends what the demo allowed, on a site that is used without it afterwards."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from ideahub.accounts.models import Session
from ideahub.accounts.sessions import end_demo_sessions
from ideahub.core.db import Database
from ideahub.organisations.models import Person, RoleGrant

Giver = aliased(Person, name="giver")
# Queries for what is left of a demo that was switched off. The next start of the server ends the
# sessions; only the operator can know whether the roles are meant to stay.
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
    """Ends the sessions of the demo's people, and deletes the passwords that visitors set for them.

    Their addresses receive no mail, so nobody can sign in as one of them afterwards. What was
    written in their names stays, and so do roles that they granted to others.
    """
    async with database.transaction() as db:
        await end_demo_sessions(db)
        given = Person.demo, Person.password_hash.is_not(None)
        await db.execute(update(Person).where(*given).values(password_hash=None))

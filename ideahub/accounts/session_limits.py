"""How long people stay signed in, and how long a proof of who they are is fresh.

Whoever works for an organisation or holds a role is signed out after an hour without a page, and
after twelve hours in any case; everyone else after a month. The database's clock counts.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_

from ideahub.accounts.models import Session
from ideahub.core.db import interval, table_of
from ideahub.organisations.models import Person, RoleGrant

SESSION_VALID = timedelta(days=30)
STAFF_IDLE, STAFF_VALID = timedelta(hours=1), timedelta(hours=12)
# How long before the end a page warns of it.
WARNED_BEFORE = timedelta(minutes=5)
# `seen_at` is written at most this often: each write makes a request slower.
SEEN_MINUTES = 1

SESSION, PERSON, GRANT = table_of(Session), table_of(Person), table_of(RoleGrant)


def _minutes(length: timedelta) -> ColumnElement[timedelta]:
    return interval(minutes=int(length.total_seconds()) // 60)


def is_held_short() -> ColumnElement[bool]:
    """Whether the person is staff or holds a role, so that their sessions end early."""
    holds = exists().where(GRANT.c.person_id == PERSON.c.id, GRANT.c.revoked_at.is_(None))
    return or_(PERSON.c.organisation_id.is_not(None), holds)


def ends_for_good() -> ColumnElement[datetime | None]:
    """When a staff session ends whatever its person does; NULL for everyone else."""
    latest = func.least(SESSION.c.expires_at, SESSION.c.created_at + _minutes(STAFF_VALID))
    return case((is_held_short(), latest))


def ends_at() -> ColumnElement[datetime]:
    """When the session ends if its person does nothing more."""
    idle = SESSION.c.seen_at + _minutes(STAFF_IDLE)
    # NULL is left out by both: a citizen's session has only `expires_at`.
    return func.least(SESSION.c.expires_at, ends_for_good(), case((is_held_short(), idle)))


def long_unseen() -> ColumnElement[bool]:
    """Whether it is time to write down again that the session was used."""
    return SESSION.c.seen_at < func.now() - interval(minutes=SEEN_MINUTES)


def stands() -> tuple[Any, ...]:
    """The conditions that the session is valid and its person may sign in."""
    return SESSION.c.ended_at.is_(None), ends_at() > func.now(), PERSON.c.disabled_at.is_(None)

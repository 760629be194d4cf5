"""Finds the viewer by the secret of their session: once per request, in one query."""

from hashlib import sha256
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Float,
    LargeBinary,
    Select,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.accounts.session_limits import ends_at, ends_for_good, long_unseen, stands
from ideahub.core.db import constant, rows_of, table_of
from ideahub.core.events import OLDEST_OPEN
from ideahub.core.viewer import Grant, Role, Viewer
from ideahub.organisations.models import Organisation, Person, RoleGrant

SESSION, PERSON = table_of(Session), table_of(Person)
ORGANISATION, GRANT = table_of(Organisation), table_of(RoleGrant)
LONG_UNSEEN = long_unseen()


def _here() -> CTE:
    """The valid session with this secret, and its person."""
    left = extract("epoch", ends_at() - func.now())
    proved = extract("epoch", func.now() - SESSION.c.proved_at)
    return (
        select(
            SESSION.c.id.label("session_id"),
            PERSON.c.id,
            PERSON.c.name,
            PERSON.c.title,
            PERSON.c.organisation_id,
            PERSON.c.language,
            PERSON.c.judges,
            PERSON.c.suspended_until,
            PERSON.c.partly_suspended_until,
            LONG_UNSEEN.label("long_unseen"),
            cast(left, Float(53)).label("session_seconds"),
            ends_for_good().label("session_ends"),
            cast(proved, Float(53)).label("proved_seconds"),
        )
        .join_from(SESSION, PERSON, PERSON.c.id == SESSION.c.person_id)
        .where(
            SESSION.c.token_hash == bindparam("token_hash", type_=LargeBinary),
            *stands(),
            or_(bindparam("demo", type_=Boolean), not_(PERSON.c.demo)),
        )
        .cte("here")
    )


def _above(here: CTE) -> CTE:
    """The person's organisation and all above it."""
    of_above = select(ORGANISATION.c.id, ORGANISATION.c.parent_id)
    own = of_above.join(here, ORGANISATION.c.id == here.c.organisation_id)
    above = own.cte("above", recursive=True)
    return above.union(of_above.join(above, ORGANISATION.c.id == above.c.parent_id))


def _standing(here: CTE, *columns: Any) -> Select[Any]:
    """A select from the roles that the person holds now."""
    holds = GRANT.c.person_id == here.c.id
    return select(*columns).join_from(GRANT, here, holds).where(GRANT.c.revoked_at.is_(None))


def _below(here: CTE) -> CTE:
    """The organisations that each role covers: its own and all below it."""
    own = _standing(here, GRANT.c.id.label("grant_id"), GRANT.c.organisation_id.label("id"))
    below = own.where(GRANT.c.organisation_id.is_not(None)).cte("below", recursive=True)
    of_below = select(below.c.grant_id, ORGANISATION.c.id)
    return below.union(
        of_below.join_from(below, ORGANISATION, ORGANISATION.c.parent_id == below.c.id)
    )


def _somebody() -> CTE:
    """The person with this number, whether or not they are signed in."""
    number = bindparam("person_id", type_=BigInteger)
    of_person = PERSON.c.id, PERSON.c.name, PERSON.c.title, PERSON.c.organisation_id
    return (
        select(
            *of_person,
            PERSON.c.language,
            PERSON.c.judges,
            PERSON.c.suspended_until,
            PERSON.c.partly_suspended_until,
        )
        .where(PERSON.c.id == number, PERSON.c.disabled_at.is_(None))
        .cte("here")
    )


def _find_viewer(here: CTE) -> Select[Any]:
    """One row in any case; where there is nobody here, all but the cursor is NULL."""
    above, below = _above(here), _below(here)
    covered = select(func.jsonb_agg(below.c.id)).where(below.c.grant_id == GRANT.c.id)
    within = case(
        (GRANT.c.organisation_id.is_(None), None), else_=covered.correlate(GRANT).scalar_subquery()
    )
    grant = func.jsonb_build_object(
        literal_column("'role'"), GRANT.c.role, literal_column("'within'"), within, type_=JSONB
    )
    always = select(constant(1)).subquery("always")
    return select(
        *here.c,
        func.array(select(above.c.id).scalar_subquery(), type_=ARRAY(BigInteger)).label(
            "organisations"
        ),
        _standing(here, func.jsonb_agg(grant, type_=JSONB)).scalar_subquery().label("grants"),
        OLDEST_OPEN.label("cursor"),
    ).select_from(always.outerjoin(here, true()))


FIND_VIEWER = _find_viewer(_here())
FIND_SOMEBODY = _find_viewer(_somebody())
MARK_SEEN = (
    update(SESSION)
    .where(SESSION.c.id == bindparam("session", type_=BigInteger), LONG_UNSEEN)
    .values(seen_at=func.now())
    .returning(SESSION.c.id)
)


def hash_token(token: str) -> bytes:
    """The SHA-256 hash of a secret, which is stored in its place."""
    return sha256(token.encode()).digest()


async def find_viewer(
    db: AsyncSession, token: str | None, *, demo: bool = False, by_person: bool = True
) -> Viewer:
    """The person whose session has this secret; a stranger where it is not valid (any more).

    Without `demo`, sessions of the demo's people are not valid. What a page asks for by itself is
    not `by_person`, and does not count as using the session.
    """
    asked = {"token_hash": hash_token(token or ""), "demo": demo}
    (found,) = await rows_of(db, FIND_VIEWER, asked)
    if found.id is None:
        return Viewer(cursor=found.cursor)
    if found.long_unseen and by_person:
        # A session for reading commits each statement by itself.
        await rows_of(db, MARK_SEEN, {"session": found.session_id})
    return _viewer(
        found,
        session_id=found.session_id,
        session_seconds=found.session_seconds,
        session_ends=found.session_ends,
        proved_seconds=found.proved_seconds,
    )


async def somebody(db: AsyncSession, person_id: int) -> Viewer:
    """The person with this number as they would see the site if they were signed in; a stranger
    where there is none. For what is done for people who are not here, such as telling them."""
    (found,) = await rows_of(db, FIND_SOMEBODY, {"person_id": person_id})
    return _viewer(found) if found.id is not None else Viewer(cursor=found.cursor)


def _viewer(found: Any, **session: Any) -> Viewer:
    return Viewer(
        id=found.id,
        name=found.name,
        title=found.title,
        organisation_id=found.organisation_id,
        organisations=frozenset(found.organisations),
        grants=tuple(_grant(grant) for grant in found.grants or ()),
        cursor=found.cursor,
        language=found.language,
        judges=found.judges,
        suspended_until=found.suspended_until,
        partly_suspended_until=found.partly_suspended_until,
        **session,
    )


def _grant(found: dict[str, Any]) -> Grant:
    within = found["within"]
    return Grant(Role(found["role"]), None if within is None else frozenset(within))

"""Sessions of signed-in browsers: begins, lists and ends them."""

import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import Session
from ideahub.accounts.session_limits import SESSION_VALID, stands
from ideahub.core.events import Kind, Ref, record
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person


async def begin_session(
    db: AsyncSession, person_id: int, *, browser: str = "", address: str = ""
) -> str:
    """Adds a session of the person; returns its secret for the cookie, 256 random bits."""
    token = secrets.token_urlsafe(32)
    db.add(
        Session(
            token_hash=hash_token(token),
            person_id=person_id,
            browser=browser[:200],
            address=address[:60],
            expires_at=func.now() + SESSION_VALID,
            proved_at=func.now(),
        )
    )
    await db.flush()
    return token


async def standing_sessions(db: AsyncSession, viewer: Viewer) -> Sequence[Session]:
    """The viewer's valid sessions: this one first, then the others, the last used first."""
    found = await db.scalars(
        select(Session)
        .join(Person, Person.id == Session.person_id)
        .where(Session.person_id == viewer.person_id, *stands())
        .order_by((Session.id == viewer.session_id).desc(), Session.seen_at.desc(), Session.id)
    )
    return found.all()


async def end_session(db: AsyncSession, viewer: Viewer, session_id: int) -> None:
    """Ends one of the viewer's own sessions; its open pages are told. Does nothing where it has
    ended. Raises NotFound for any other session."""
    own = Session.person_id == viewer.person_id, Session.id == session_id
    if await db.scalar(select(Session.id).where(*own)) is None:
        raise NotFound
    await _end(db, *own)


async def is_session(db: AsyncSession, token: str | None, session_id: int) -> bool:
    """Whether this is the secret of the session, also of one that has ended."""
    opened = select(Session.id).where(Session.token_hash == hash_token(token or ""))
    return await db.scalar(opened) == session_id


async def end_other_sessions(db: AsyncSession, viewer: Viewer) -> None:
    """Ends all the viewer's sessions but this one."""
    own = Session.person_id == viewer.person_id
    await _end(db, own, Session.id != viewer.session_id)


async def end_session_of(db: AsyncSession, token: str | None) -> None:
    """Ends the session with this secret; does nothing where there is none."""
    await _end(db, Session.token_hash == hash_token(token or ""))


async def end_sessions_of_person(db: AsyncSession, person_id: int) -> None:
    """Ends all sessions of a person; their open pages are told."""
    await _end(db, Session.person_id == person_id)


async def renew_session(db: AsyncSession, viewer: Viewer) -> str:
    """Notes that the viewer has just proved who they are; returns a new secret for the cookie of
    their session, in the place of the present one."""
    token = secrets.token_urlsafe(32)
    proved = update(Session).where(Session.id == viewer.session_id)
    await db.execute(proved.values(token_hash=hash_token(token), proved_at=func.now()))
    assert viewer.session_id is not None
    await record(db, Kind.IDENTITY_PROVED, viewer, subject=Ref(Session, viewer.session_id))
    return token


async def end_demo_sessions(db: AsyncSession) -> None:
    """Ends all sessions of the demo's people."""
    await _end(db, Session.person_id.in_(select(Person.id).where(Person.demo)))


async def end_sessions(db: AsyncSession, session_ids: Sequence[int]) -> None:
    """Ends these sessions, whoever's they are."""
    await _end(db, Session.id.in_(session_ids))


async def _end(db: AsyncSession, *which: ColumnElement[bool]) -> None:
    ended = await db.execute(
        update(Session)
        .where(*which, *_standing())
        .values(ended_at=func.now())
        .returning(Session.id, Session.person_id)
    )
    for session in ended.all():
        person, subject = Ref(Person, session.person_id), Ref(Session, session.id)
        await record(db, Kind.SESSION_ENDED, person, subject=subject)


def _standing() -> tuple[ColumnElement[bool], ...]:
    return Session.ended_at.is_(None), Session.expires_at > func.now()

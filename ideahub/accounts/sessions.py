"""Signed-in browsers: begin a session, see them, end them."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.accounts.viewing import Viewer, hash_token
from ideahub.events import Kind, record
from ideahub.i18n import _
from ideahub.refusals import NotFound

LASTS = timedelta(days=30)


async def begin_session(
    db: AsyncSession, person_id: int, *, browser: str = "", address: str = ""
) -> str:
    """Signs a person in on one browser; returns the secret for its cookie, 256 bits."""
    token = secrets.token_urlsafe(32)
    db.add(
        Session(
            token_hash=hash_token(token),
            person_id=person_id,
            browser=browser[:200],
            address=address[:60],
            expires_at=func.now() + LASTS,
        )
    )
    await db.flush()
    return token


async def standing_sessions(db: AsyncSession, viewer: Viewer) -> Sequence[Session]:
    """The viewer's own sessions that still hold, newest first."""
    found = await db.scalars(
        select(Session)
        .where(
            Session.person_id == viewer.person_id,
            Session.ended_at.is_(None),
            Session.expires_at > func.now(),
        )
        .order_by(Session.seen_at.desc())
    )
    return found.all()


async def end_session(db: AsyncSession, viewer: Viewer, session_id: int) -> None:
    """Ends one of the viewer's own sessions; its open pages are told. Raises NotFound."""
    ended = await db.execute(
        update(Session)
        .where(
            Session.id == session_id,
            Session.person_id == viewer.person_id,
            Session.ended_at.is_(None),
        )
        .values(ended_at=func.now())
        .returning(Session.id)
    )
    if ended.one_or_none() is None:
        raise NotFound(_("There is no such session, or it has ended already."))
    await record(db, Kind.SESSION_ENDED, actor_id=viewer.id, subject_id=session_id)

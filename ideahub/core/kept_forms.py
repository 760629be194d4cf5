"""Keeps what somebody sent who was not signed in, until they have signed in.

A press of a button is kept by its address alone; of a form in which people write, the fields too.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import LargeBinary, String, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Numbered
from ideahub.core.drafts import Draft, Fields, clean_fields, save_draft
from ideahub.core.limits import attempt_key, limit
from ideahub.core.sweeping import old_rows_deleted
from ideahub.core.viewer import Viewer

KEPT = timedelta(hours=12)
MOST_OF_BROWSER = 10
# From one network; what is more than this is not kept.
MOST_KEPT, PER = 120, timedelta(minutes=10)
LONGEST_ADDRESS = 2_000


class KeptForm(Numbered, Base):
    """A form that waits for its sender to sign in, in the browser whose secret has this hash.

    `path` is the address it was sent to, `page` the page it was sent from. `draft` is the form's
    name among drafts, empty for a mere button. `drafter` is the person who had opened the form,
    if it was opened by a person; no foreign key, as the browser says it.
    """

    __tablename__ = "kept_form"

    browser_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    path: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    page: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    draft: Mapped[str] = mapped_column(String(80), server_default="")
    drafter: Mapped[int | None]
    fields: Mapped[Fields] = mapped_column(JSONB)
    kept_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]


def new_browser_secret() -> str:
    """A secret for the cookie of a browser that has none yet, 256 random bits."""
    return secrets.token_urlsafe(32)


async def keep_form(
    db: AsyncSession,
    browser: str,
    network: str,
    *,
    path: str,
    page: str,
    draft: str = "",
    drafter: int | None = None,
    typed: Mapping[str, list[str]] | None = None,
) -> int:
    """Keeps a form for the browser with this secret; returns its number.

    Raises TooMany for too many from one network, and what `clean_fields` raises.
    """
    fields = clean_fields(typed or {})
    await limit(db, attempt_key("keep", network), MOST_KEPT, PER)
    kept = KeptForm(
        browser_hash=_hash(browser),
        path=path,
        page=page,
        draft=draft,
        drafter=drafter,
        fields=fields,
    )
    db.add(kept)
    await db.flush()
    await _forget_beyond(db, kept.browser_hash)
    return kept.id


async def find_kept(db: AsyncSession, browser: str | None, kept_id: int) -> KeptForm | None:
    """The form with this number, of this browser only; also one that was taken up already."""
    if not browser:
        return None
    found: KeptForm | None = await db.scalar(
        select(KeptForm).where(
            KeptForm.id == kept_id,
            KeptForm.browser_hash == _hash(browser),
            KeptForm.kept_at > func.now() - KEPT,
        )
    )
    return found


async def claim_kept(db: AsyncSession, kept: KeptForm) -> bool:
    """Marks the form as taken up; False where it was already, so that it is taken up once."""
    claimed = await db.scalar(
        update(KeptForm)
        .where(KeptForm.id == kept.id, KeptForm.done_at.is_(None))
        .values(done_at=func.now(), fields={})
        .returning(KeptForm.id)
    )
    return claimed is not None


async def make_draft(db: AsyncSession, viewer: Viewer, kept: KeptForm, fields: Fields) -> None:
    """Makes the form's fields the viewer's draft, unless theirs is newer."""
    newer = select(Draft.id).where(
        Draft.person_id == viewer.person_id,
        Draft.form == kept.draft,
        Draft.saved_at > kept.kept_at,
    )
    if await db.scalar(newer) is None:
        typed = {
            name: value if isinstance(value, list) else [value] for name, value in fields.items()
        }
        await save_draft(db, viewer, kept.draft, typed)


OLD_DELETED = old_rows_deleted(KeptForm, KeptForm.kept_at < func.now() - KEPT)


async def forget_kept(db: AsyncSession) -> None:
    """Deletes forms that nobody came back for, bit by bit."""
    await db.execute(OLD_DELETED)


async def _forget_beyond(db: AsyncSession, browser_hash: bytes) -> None:
    own = KeptForm.browser_hash == browser_hash
    beyond = select(KeptForm.id).where(own).order_by(KeptForm.id.desc()).offset(MOST_OF_BROWSER)
    await db.execute(delete(KeptForm).where(own, KeptForm.id.in_(beyond.scalar_subquery())))


def _hash(browser: str) -> bytes:
    return sha256(browser.encode()).digest()

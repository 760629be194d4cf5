"""Addresses that take no mail: nothing that can wait is sent there until they are proved again."""

from datetime import datetime

from sqlalchemy import Index, String, func, update
from sqlalchemy.dialects.postgresql import CITEXT, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered

LONGEST_REASON = 200


class MailRefusal(Numbered, Dated, Base):
    """Mail to the address came back for good, or was refused; until `ended_at`, when its owner
    proved that they get mail there. `why` is what the other server said, for the operator."""

    __tablename__ = "mail_refusal"

    address: Mapped[str] = mapped_column(CITEXT)
    why: Mapped[str] = mapped_column(String(LONGEST_REASON))
    ended_at: Mapped[datetime | None]


STANDS = MailRefusal.ended_at.is_(None)
Index("uq_mail_refusal_standing", MailRefusal.address, unique=True, postgresql_where=STANDS)


async def note_refusal(db: AsyncSession, address: str, why: str) -> None:
    """Notes that the address takes no mail; does nothing where that is known already."""
    noted = insert(MailRefusal).values(address=address, why=why[:LONGEST_REASON])
    await db.execute(noted.on_conflict_do_nothing())


async def end_refusal(db: AsyncSession, address: str) -> None:
    """Notes that mail arrives there, as its owner has proved."""
    ended = update(MailRefusal).where(MailRefusal.address == address, STANDS)
    ended = ended.values(ended_at=func.now())
    await db.execute(ended.execution_options(synchronize_session=False))

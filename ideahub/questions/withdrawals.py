"""Why an entry of the FAQ is not listed, and the rule for listing it again."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.questions.models import STANDS, FaqEntry, FaqWithdrawal


async def standing_withdrawal(db: AsyncSession, entry_id: int) -> FaqWithdrawal | None:
    """Why the entry is not listed now; None where it is."""
    found = select(FaqWithdrawal).where(FaqWithdrawal.entry_id == entry_id, STANDS)
    return (await db.scalars(found)).one_or_none()


async def must_be_listed(db: AsyncSession, entry: FaqEntry, field: str = "") -> None:
    """Raises Conflict for a locked entry that was hidden, or merged into another one."""
    if await standing_withdrawal(db, entry.id):
        raise Conflict(
            _("It was hidden meanwhile, or merged into another one. Go back and choose again."),
            field=field,
        )


async def end_withdrawal(db: AsyncSession, viewer: Viewer, standing: FaqWithdrawal) -> None:
    """Lists the entry again, whose row is locked."""
    standing.ended_at, standing.ended_by = func.now(), viewer.person_id
    await db.flush()

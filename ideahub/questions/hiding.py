"""Rules for hiding an entry of the FAQ from everyone, with a reason, and for showing it again."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.questions.answering import lock_entry
from ideahub.questions.models import FaqWithdrawal
from ideahub.questions.withdrawals import end_withdrawal, standing_withdrawal


async def hide_answer(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, entry_id: int, why: str
) -> None:
    """Hides an entry: its page says that, and why; whoever asked is told. Does nothing for one that
    is hidden already.

    Raises NotFound, Invalid without a reason, and Conflict for one that was merged into another.
    """
    entry = await lock_entry(db, campaign, entry_id)
    standing = await standing_withdrawal(db, entry.id)
    if standing and standing.into_id:
        raise Conflict(_("It was merged into another one. Hide that one."), field="why")
    if standing:
        return
    if not why:
        raise Invalid(_("Say why: whoever opens its page reads it."), field="why")
    db.add(FaqWithdrawal(entry_id=entry.id, why=why, made_by=viewer.person_id))
    await db.flush()
    await record(db, Kind.ANSWER_HIDDEN, viewer, on=campaign, subject=entry, why=why)


async def show_answer(db: AsyncSession, viewer: Viewer, campaign: Campaign, entry_id: int) -> None:
    """Shows a hidden entry again; does nothing for one that is not hidden. Raises NotFound."""
    entry = await lock_entry(db, campaign, entry_id)
    standing = await standing_withdrawal(db, entry.id)
    if standing and standing.into_id is None:
        await end_withdrawal(db, viewer, standing)
        await record(
            db, Kind.ANSWER_SHOWN, viewer, on=campaign, subject=entry, version=entry.version
        )

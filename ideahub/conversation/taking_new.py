"""The one rule for what may still be added to a contribution: nothing, once it was withdrawn or
hidden. For ideas see ideas/taking_new.py."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.rows import ContributionView
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict


def must_stand(contribution: ContributionView | Contribution) -> None:
    """Raises Conflict where the contribution was withdrawn or hidden."""
    if not contribution.is_listed:
        raise Conflict(_("This was taken back or hidden, so nothing can be added to it."))


async def lock_standing(db: AsyncSession, contribution_id: int) -> Contribution:
    """The contribution's row, locked until the transaction ends; raises NotFound, and Conflict
    where it was withdrawn or hidden. To be locked before the idea, by everybody."""
    row = await locked(db, Contribution, contribution_id)
    must_stand(row)
    return row

"""The one rule for what may still be added to an idea: nothing, once it was withdrawn or hidden.

Every deed that adds something asks here, whatever it adds; deeds that only take something back do
not. A test finds each deed by its address and tries it.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView


def must_take_new(idea: IdeaView | Idea) -> None:
    """Raises Conflict where the idea was withdrawn or hidden. Of what was read before its row was
    locked this may not be true any more; see `lock_open_idea`."""
    if not idea.is_listed:
        raise Conflict(_("This idea was withdrawn or hidden, so nothing can be added or changed."))


async def lock_open_idea(db: AsyncSession, idea_id: int) -> Idea:
    """The idea's row, locked until the transaction ends, so that it is not withdrawn or hidden
    while something is added. Raises NotFound, and Conflict where it was already.

    Whoever locks a contribution as well locks that first; a pledge or an experiment, afterwards.
    """
    row = await locked(db, Idea, idea_id)
    must_take_new(row)
    return row

"""The rule for thanking for a contribution; thanks are counted exactly."""

from sqlalchemy import BigInteger, bindparam, exists, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, Thanks
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.taking_new import lock_standing
from ideahub.core.db import table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.own_names import is_own
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea

THANKS, CONTRIBUTION = table_of(Thanks), table_of(Contribution)
FOR_CONTRIBUTION = bindparam("for_contribution", type_=BigInteger)
BY_PERSON = bindparam("by_person", type_=BigInteger)
_thanked = (
    insert(THANKS)
    .values(contribution_id=FOR_CONTRIBUTION, person_id=BY_PERSON)
    .on_conflict_do_nothing()
    .returning(THANKS.c.contribution_id)
    .cte("thanked")
)
# Changes the count only where the thanks are new.
THANK = (
    update(CONTRIBUTION)
    .where(CONTRIBUTION.c.id == FOR_CONTRIBUTION, exists(select(_thanked.c.contribution_id)))
    .values(thanks_count=CONTRIBUTION.c.thanks_count + literal_column("1"))
    .returning(CONTRIBUTION.c.thanks_count)
)


async def thank(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, contribution: ContributionView
) -> bool:
    """Adds the viewer's thanks for a contribution; returns False where they have thanked already.

    Possible after the phase has closed, too. Raises SignInNeeded, and Conflict for the viewer's
    own contribution, also under another name, and for one that was withdrawn or hidden, by itself
    or with its idea.
    """
    person_id = viewer.person_id
    thanked = await lock_standing(db, contribution.id)
    unnamed = contribution.author_unnamed is not None
    if thanked.author_id == person_id or (unnamed and await is_own(db, viewer, thanked.author_id)):
        raise Conflict(_("These are your own words: thanks are for others to give."))
    await lock_open_idea(db, idea.id)
    values = {"for_contribution": contribution.id, "by_person": person_id}
    if (await db.execute(THANK, values)).one_or_none() is None:
        return False
    await record(db, Kind.CONTRIBUTION_THANKED, viewer, on=idea, subject=contribution)
    return True

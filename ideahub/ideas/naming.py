"""Rules for one's own support: whether one gave it, and whether one's name is shown beside it."""

import msgspec
from sqlalchemy import BigInteger, Boolean, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of, table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.ideas.supporters import IS_NAMED
from ideahub.ideas.taking_new import lock_open_idea, must_take_new
from ideahub.organisations.models import Person

VOTE = table_of(Vote)
OF_IDEA, BY_PERSON = (
    bindparam("of_idea", type_=BigInteger),
    bindparam("by_person", type_=BigInteger),
)
OWN = (
    select(IS_NAMED)
    .select_from(Vote)
    .join(Person, Person.id == Vote.person_id)
    .join(Idea, Idea.id == Vote.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Vote.idea_id == IDEA_ID, Vote.person_id == VIEWER_ID)
)
SHOWN = bindparam("shown", type_=Boolean)
# Of two presses at once the second finds what the first has set.
NAME = (
    update(VOTE)
    .where(
        VOTE.c.idea_id == OF_IDEA,
        VOTE.c.person_id == BY_PERSON,
        VOTE.c.named.is_distinct_from(SHOWN),
    )
    .values(named=SHOWN)
    .returning(VOTE.c.idea_id)
)


class OwnSupport(msgspec.Struct, frozen=True):
    """That the viewer supports an idea, and whether others see their name there."""

    is_named: bool


async def own_support(db: AsyncSession, viewer: Viewer, idea_id: int) -> OwnSupport | None:
    """The viewer's support of the idea; None where they give none, and for a stranger."""
    if viewer.id is None:
        return None
    found = await rows_of(db, OWN, {IDEA_ID.key: idea_id, VIEWER_ID.key: viewer.id})
    return OwnSupport(found[0][0]) if found else None


async def show_name(db: AsyncSession, viewer: Viewer, idea: IdeaView, *, shown: bool) -> None:
    """Sets whether the viewer's name is shown beside their support; does nothing where it is so
    already.

    It may be taken away at any time. Raises SignInNeeded; Conflict where the viewer does not
    support the idea, and for showing it at one that was withdrawn or hidden.
    """
    viewer.must_sign_in()
    if shown:
        must_take_new(idea)
        await lock_open_idea(db, idea.id)
    own = await own_support(db, viewer, idea.id)
    if own is None:
        raise Conflict(_("You do not support this idea, so there is nothing to put a name to."))
    if own.is_named == shown:
        return
    values = {"of_idea": idea.id, "by_person": viewer.id, "shown": shown}
    if (await db.execute(NAME, values)).first() is not None:
        await record(db, Kind.VOTE_NAMED, viewer, on=idea, shown=shown)

"""Rules for following an idea, and for ending that."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import table_of
from ideahub.core.events import Kind, record
from ideahub.core.viewer import Viewer
from ideahub.following.models import Follow
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new

FOLLOW = table_of(Follow)
OF_IDEA = bindparam("of_idea", type_=BigInteger)
BY_PERSON = bindparam("by_person", type_=BigInteger)
BEGIN = (
    insert(FOLLOW)
    .values(idea_id=OF_IDEA, person_id=BY_PERSON)
    .on_conflict_do_nothing()
    .returning(FOLLOW.c.idea_id)
)
CEASE = (
    delete(FOLLOW)
    .where(FOLLOW.c.idea_id == OF_IDEA, FOLLOW.c.person_id == BY_PERSON)
    .returning(FOLLOW.c.idea_id)
)


async def follow(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    """Makes the viewer follow the idea; does nothing where they do already.

    Raises SignInNeeded for a stranger, Conflict for an idea that was withdrawn or hidden.
    """
    viewer.must_sign_in()
    must_take_new(idea)
    await lock_open_idea(db, idea.id)
    if await _changed(db, BEGIN, viewer, idea):
        await record(db, Kind.IDEA_FOLLOWED, viewer, on=idea)


async def unfollow(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    """Ends the viewer's following of the idea, if any. Raises SignInNeeded for a stranger."""
    viewer.must_sign_in()
    if await _changed(db, CEASE, viewer, idea):
        await record(db, Kind.IDEA_UNFOLLOWED, viewer, on=idea)


async def _changed(db: AsyncSession, statement: Any, viewer: Viewer, idea: IdeaView) -> bool:
    values = {OF_IDEA.key: idea.id, BY_PERSON.key: viewer.person_id}
    return (await db.execute(statement, values)).first() is not None

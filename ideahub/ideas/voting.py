"""Support: one person, one idea, one vote, counted exactly."""

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    bindparam,
    delete,
    exists,
    extract,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_accept
from ideahub.core.db import constant, rows_of, table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import IdeaView

# Seconds: being so much younger weighs as much as ten times the votes.
MONTH = 30 * 24 * 3600
VOTE, IDEA = table_of(Vote), table_of(Idea)
# Which idea is voted for, and by whom.
OF_IDEA, BY_PERSON = (
    bindparam("of_idea", type_=BigInteger),
    bindparam("by_person", type_=BigInteger),
)


def rising(votes: ColumnElement[int]) -> ColumnElement[float]:
    """How an idea with so many votes ranks among those that rise: support, weighed by age.

    The scale is that of the "hot" order that Reddit published, which uses 12.5 hours for a month.
    """
    age = extract("epoch", IDEA.c.created_at).op("/")(constant(MONTH))
    return func.log(func.greatest(votes, literal_column("1"))) + age


def _counting(deed: CTE, votes: ColumnElement[int]) -> ReturningUpdate[int]:
    """Changes the idea's count only where the deed has changed a row."""
    return (
        update(IDEA)
        .where(IDEA.c.id == OF_IDEA, exists(select(deed.c.idea_id)))
        .values(votes_count=votes, rising=rising(votes))
        .returning(IDEA.c.votes_count)
    )


CAST = _counting(
    insert(VOTE)
    .values(idea_id=OF_IDEA, person_id=BY_PERSON)
    .on_conflict_do_nothing()
    .returning(VOTE.c.idea_id)
    .cte("cast_now"),
    IDEA.c.votes_count + literal_column("1"),
)
TAKE_BACK = _counting(
    delete(VOTE)
    .where(VOTE.c.idea_id == OF_IDEA, VOTE.c.person_id == BY_PERSON)
    .returning(VOTE.c.idea_id)
    .cte("taken_back"),
    IDEA.c.votes_count - literal_column("1"),
)
HAS_VOTED = select(exists().where(VOTE.c.idea_id == OF_IDEA, VOTE.c.person_id == BY_PERSON))


async def vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Casts the viewer's vote; whether it is new. Raises Conflict outside a voting phase."""
    person_id = viewer.person_id
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    if not idea.is_listed:
        raise Conflict(_("This idea is not open for support any more."))
    if person_id == idea.author_id:
        raise Conflict(_("This is your own idea: its support is what others give it."))
    return await _count(db, CAST, Kind.VOTE_CAST, viewer, idea)


async def withdraw_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Takes the viewer's vote back; whether there was one. Raises Conflict when it is too late."""
    viewer.must_sign_in()
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    return await _count(db, TAKE_BACK, Kind.VOTE_WITHDRAWN, viewer, idea)


async def has_voted(db: AsyncSession, viewer: Viewer, idea_id: int) -> bool:
    """Whether the viewer supports the idea."""
    if viewer.id is None:
        return False
    asked = {"of_idea": idea_id, "by_person": viewer.id}
    return bool((await rows_of(db, HAS_VOTED, asked))[0][0])


async def _count(
    db: AsyncSession, statement: ReturningUpdate[int], kind: Kind, viewer: Viewer, idea: IdeaView
) -> bool:
    values = {"of_idea": idea.id, "by_person": viewer.person_id}
    changed = (await db.execute(statement, values)).one_or_none()
    if changed is None:
        return False
    await record(db, kind, viewer, on=idea)
    return True

"""Rules for voting: a person has one vote for an idea, and votes are counted exactly."""

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
from ideahub.core.db import constant, table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new

# Seconds: an idea that is a month newer ranks like one with ten times as many votes.
MONTH = 30 * 24 * 3600
VOTE, IDEA = table_of(Vote), table_of(Idea)
# The idea and the voter.
OF_IDEA, BY_PERSON = (
    bindparam("of_idea", type_=BigInteger),
    bindparam("by_person", type_=BigInteger),
)


def rising(votes: ColumnElement[int]) -> ColumnElement[float]:
    """The SQL expression of `Idea.rising` for a number of votes: log10(votes) plus the date of
    posting in MONTHs.

    The formula is that of Reddit's "hot" order, which uses 12.5 hours instead of a month.
    """
    age = extract("epoch", IDEA.c.created_at).op("/")(constant(MONTH))
    return func.log(func.greatest(votes, literal_column("1"))) + age


def _counting(deed: CTE, votes: ColumnElement[int]) -> ReturningUpdate[int]:
    """The update of the idea's count; `deed` is the statement on votes, and where that changes no
    row, the count does not change either."""
    return (
        update(IDEA)
        .where(IDEA.c.id == OF_IDEA, exists(select(deed.c.idea_id)))
        .values(votes_count=votes, rising=rising(votes))
        .returning(IDEA.c.votes_count)
    )


# Locked in the statement itself, which costs less than one more: an idea that is being withdrawn
# gets no vote.
_listed = IDEA.c.withdrawn_at.is_(None), IDEA.c.hidden_at.is_(None)
_open = held(select(IDEA.c.id).where(IDEA.c.id == OF_IDEA, *_listed)).cte("open_idea")
CAST = _counting(
    insert(VOTE)
    .from_select(["idea_id", "person_id"], select(_open.c.id, BY_PERSON))
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


async def vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Casts the viewer's vote; returns False where they have voted already.

    Raises SignInNeeded, and Conflict where no phase accepts votes now, for the viewer's own idea,
    and for a withdrawn, hidden or stopped one.
    """
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    person_id = viewer.person_id
    must_take_new(idea)
    if idea.is_stopped:
        raise Conflict(_("This idea was stopped. Its lesson stays, but it takes no more support."))
    if person_id == idea.author_id:
        raise Conflict(_("This is your own idea: its support is what others give it."))
    if await _count(db, CAST, Kind.VOTE_CAST, viewer, idea):
        return True
    # They have voted already, or the idea was withdrawn or hidden in between.
    await lock_open_idea(db, idea.id)
    return False


async def withdraw_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Withdraws the viewer's vote; returns False where there is none.

    Raises SignInNeeded, and Conflict where no phase accepts votes now.
    """
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    viewer.must_sign_in()
    return await _count(db, TAKE_BACK, Kind.VOTE_WITHDRAWN, viewer, idea)


async def _count(
    db: AsyncSession, statement: ReturningUpdate[int], kind: Kind, viewer: Viewer, idea: IdeaView
) -> bool:
    values = {"of_idea": idea.id, "by_person": viewer.person_id}
    changed = (await db.execute(statement, values)).one_or_none()
    if changed is None:
        return False
    await record(db, kind, viewer, on=idea)
    return True

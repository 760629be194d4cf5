"""Counts the votes of many in one statement over arrays.

It writes an idea's row and its indexes once for all of them, and locks it once. `ballot_box.py`
puts together those that come at once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import name_seen_by, show_name_to
from ideahub.campaigns.models import Accepts, Audience, Campaign
from ideahub.campaigns.phases import takes_now
from ideahub.core.announcing import announces_itself
from ideahub.core.db import constant, rows_of, table_of
from ideahub.core.events import Kind, announced, recorded
from ideahub.core.locking import held
from ideahub.core.viewer import STRANGER
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.ideas.rising import rising
from ideahub.ideas.supporters import IS_NAMED
from ideahub.organisations.models import Organisation, Person, Unnamed

VOTE, IDEA = table_of(Vote), table_of(Idea)
# Of each ballot: who, for which idea, and whether it was checked already that they may see it.
PEOPLE = bindparam("people", type_=ARRAY(BigInteger))
IDEAS = bindparam("ideas", type_=ARRAY(BigInteger))
MAY_SEE = bindparam("may_see", type_=ARRAY(Boolean))
ASKED = (
    func.unnest(PEOPLE, IDEAS, MAY_SEE)
    .table_valued(
        column("person_id", BigInteger), column("idea_id", BigInteger), column("may_see", Boolean)
    )
    .render_derived(name="asked")
)

# Whether it is the voter's own under another name is found out for each by itself.
WRITTEN_IN_HIDING = exists().where(
    Person.id == Idea.author_id, Person.unnamed == constant(Unnamed.HIDDEN)
)


class Ballot(NamedTuple):
    """A vote to be cast or taken back. `may_see` is whether it was checked already that the person
    may see the idea and is not its author under another name; else it counts only where that is
    so of everyone."""

    kind: Kind
    person_id: int
    idea_id: int
    may_see: bool = False

    @property
    def sort(self) -> Kind:
        """Those of one kind are counted together."""
        return self.kind

    @property
    def place(self) -> int:
        """The idea, whose row is locked."""
        return self.idea_id

    @property
    def key(self) -> tuple[int, int]:
        """What one person does with their vote for one idea is done in order."""
        return self.person_id, self.idea_id


class Counted(NamedTuple):
    """What became of a ballot: whether it changed anything. And, for the person's own controls,
    whether their name is shown beside a vote of theirs, and who sees it there."""

    person_id: int
    idea_id: int
    changed: bool
    is_named: bool
    audience: Audience
    organisation_name: str

    @property
    def id(self) -> int:
        """The idea's number, as templates ask for it."""
        return self.idea_id

    @property
    def name_seen_by(self) -> str:
        """The sentence that says who sees a name that is shown here."""
        return name_seen_by(self.audience, self.organisation_name)

    @property
    def show_name_to(self) -> str:
        """The words on the button that shows one's name here."""
        return show_name_to(self.audience, self.organisation_name)


def _open_ideas(*conditions: Any) -> CTE:
    """The ideas whose campaign takes votes now, locked in the statement itself, which costs less
    than one more: an idea that is being withdrawn gets no vote. Whoever locks several of them does
    so in this order."""
    open_to_all = and_(VISIBLE_IDEAS, ~WRITTEN_IN_HIDING)
    taking: Select[*tuple[Any, ...]] = (
        select(Idea.id, Idea.campaign_id, Idea.author_id, open_to_all.label("open_to_all"))
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(
            Idea.id == any_(IDEAS),
            Campaign.is_published,
            takes_now(Idea.campaign_id, Accepts.VOTES),
            *conditions,
        )
        .order_by(Idea.id)
    )
    return held(taking, of=Idea).cte("open_idea")


def _ballots(ideas: CTE, *conditions: ColumnElement[bool]) -> CTE:
    """The ballots that are accepted."""
    return (
        select(ASKED.c.person_id, ASKED.c.idea_id, ideas.c.campaign_id)
        .join_from(ASKED, ideas, ideas.c.id == ASKED.c.idea_id)
        .where(or_(ASKED.c.may_see, ideas.c.open_to_all), *conditions)
        .cte("ballot")
    )


def _counting(kind: Kind, ballot: CTE, changed: CTE, step: int) -> Select[Any]:
    """The whole statement: counts the votes that were added or deleted, records and announces it,
    and selects what became of each ballot."""
    many = select(changed.c.idea_id, func.count().label("many")).group_by(changed.c.idea_id)
    new = many.subquery("new")
    votes = IDEA.c.votes_count + new.c.many * constant(step)
    counted = update(IDEA).where(IDEA.c.id == new.c.idea_id)
    theirs = and_(changed.c.idea_id == ballot.c.idea_id, changed.c.person_id == ballot.c.person_id)
    deeds = select(ballot.c.person_id, ballot.c.campaign_id, ballot.c.idea_id)
    added = recorded(kind, deeds.join_from(ballot, changed, theirs))
    own = and_(Vote.idea_id == ballot.c.idea_id, Vote.person_id == ballot.c.person_id)
    return (
        select(
            ballot.c.person_id,
            ballot.c.idea_id,
            changed.c.idea_id.is_not(None),
            IS_NAMED,
            Campaign.audience,
            Organisation.name,
            announced(added),
        )
        .select_from(ballot)
        .join(Person, Person.id == ballot.c.person_id)
        .join(Campaign, Campaign.id == ballot.c.campaign_id)
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .outerjoin(changed, theirs)
        .outerjoin(Vote, own)
        .add_cte(counted.values(votes_count=votes, rising=rising(votes)).cte("counted"))
    )


def _cast() -> Select[Any]:
    ideas = _open_ideas(Idea.is_listed, ~Idea.is_stopped)
    ballot = _ballots(ideas, ideas.c.author_id != ASKED.c.person_id)
    cast = insert(VOTE).from_select(
        ["idea_id", "person_id"], select(ballot.c.idea_id, ballot.c.person_id)
    )
    new = cast.on_conflict_do_nothing().returning(VOTE.c.idea_id, VOTE.c.person_id)
    return _counting(Kind.VOTE_CAST, ballot, new.cte("changed"), 1)


def _take_back() -> Select[Any]:
    ballot = _ballots(_open_ideas())
    theirs = VOTE.c.idea_id == ballot.c.idea_id, VOTE.c.person_id == ballot.c.person_id
    gone = delete(VOTE).where(*theirs).returning(VOTE.c.idea_id, VOTE.c.person_id)
    return _counting(Kind.VOTE_WITHDRAWN, ballot, gone.cte("changed"), -1)


STATEMENTS = {Kind.VOTE_CAST: _cast(), Kind.VOTE_WITHDRAWN: _take_back()}


async def count_together(db: AsyncSession, ballots: Sequence[Ballot]) -> list[Counted | None]:
    """What became of each ballot; None of one that was not accepted, because the idea is not (any
    more) one that takes votes, or not one for which everyone may vote as far as can be seen here.

    All are of one kind, and no two of one person for one idea.
    """
    values = {
        PEOPLE.key: [ballot.person_id for ballot in ballots],
        IDEAS.key: [ballot.idea_id for ballot in ballots],
        MAY_SEE.key: [ballot.may_see for ballot in ballots],
        **STRANGER.bound,
    }
    # The statement sends one NOTIFY for all; a bus is to be told, too.
    announces_itself(db)
    rows = await rows_of(db, STATEMENTS[ballots[0].kind], values)
    # The last column only sends the notification.
    counted = {(row[0], row[1]): Counted(*row[:-1]) for row in rows}
    return [counted.get((ballot.person_id, ballot.idea_id)) for ballot in ballots]

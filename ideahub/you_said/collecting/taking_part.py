"""Who took part: how many, and no persons."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry, EntryMember, EntryRevision
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Person
from ideahub.public_voting.models import BallotPaper, EntryVote
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import CAMPAIGNS, COUNTED, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, people_told

# What counts: submitted, confirmed where a manager made it, and not withdrawn. Carried on from an
# earlier round it is the same entry.
COUNTED_ENTRIES = and_(
    Entry.campaign_id == CAMPAIGNS,
    Entry.submitted_id.is_not(None),
    Entry.withdrawn_at.is_(None),
    or_(Entry.on_behalf_by.is_(None), Entry.confirmed_at.is_not(None)),
    Entry.carried_from_id.is_(None),
)
FIRST_SENT = (
    select(func.min(EntryRevision.submitted_at))
    .where(EntryRevision.entry_id == Entry.id)
    .correlate(Entry)
    .scalar_subquery()
)
_ideas = select(
    func.count().label("ideas"), func.count(Idea.author_id.distinct()).label("authors")
).where(HERE, in_time(Idea.created_at))
# First each supporter once: to count the distinct among all votes takes much longer.
_supporters = (
    select(Vote.person_id, func.count().label("votes"))
    .join(Idea, Idea.id == Vote.idea_id)
    .where(HERE, in_time(Vote.created_at))
    .group_by(Vote.person_id)
    .subquery("supporter")
)
_votes = select(
    func.coalesce(func.sum(_supporters.c.votes), constant(0)).label("votes"),
    func.count().label("voters"),
    func.count(Person.organisation_id.distinct()).label("organisations"),
).join_from(_supporters, Person, Person.id == _supporters.c.person_id)
# Not a reply to one: that is of the same kind.
_is_build: ColumnElement[bool] = and_(
    Contribution.kind == constant(ContributionKind.BUILD), Contribution.parent_id.is_(None)
)
_contributions = (
    select(
        func.count().label("contributions"),
        func.count(Contribution.author_id.distinct()).label("contributors"),
        func.count().filter(_is_build).label("builds"),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .where(HERE, Contribution.is_listed, in_time(Contribution.created_at))
)
_in_team = and_(EntryMember.entry_id == Entry.id, EntryMember.left_at.is_(None))
_entries = (
    select(
        func.count(Entry.id.distinct()).label("entries"),
        func.count(EntryMember.person_id.distinct()).label("entrants"),
    )
    .select_from(Entry)
    .outerjoin(EntryMember, _in_team)
    .where(COUNTED_ENTRIES, in_time(FIRST_SENT))
)
_parts = [one.subquery() for one in (_ideas, _votes, _contributions, _entries)]
_first, *_others = _parts
# Each of them is one row.
_together: FromClause = _first
for _other in _others:
    _together = _together.join(_other, true())
FIGURES = select(*(column for part in _parts for column in part.c)).select_from(_together)


MOST = 12
# Of each public vote, how many people voted; who took everything back is not counted.
VOTED = (
    select(BallotPaper.phase_id, Phase.campaign_id, func.count().label("people"))
    .join(Phase, Phase.id == BallotPaper.phase_id)
    .where(
        Phase.campaign_id == CAMPAIGNS,
        in_time(BallotPaper.created_at),
        exists().where(EntryVote.paper_id == BallotPaper.id),
    )
    .group_by(BallotPaper.phase_id, Phase.campaign_id)
    .order_by(func.count().desc(), BallotPaper.phase_id)
    .limit(constant(MOST))
)
ELSEWHERE = select(exists().where(Campaign.id == CAMPAIGNS, Campaign.entries_elsewhere))


async def taking_part(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """How many ideas, votes, contributions and entries there were, and of how many people."""
    (row,) = await rows_of(db, FIGURES, scope.bound)
    found = [_told(kind, COUNTED, numbers) for kind, numbers in _figures(row) if any_of(numbers)]
    voted = await rows_of(db, VOTED, scope.bound)
    votes = Counter(one.campaign_id for one in voted)
    found += [_voted(one, only=votes[one.campaign_id] == 1) for one in voted]
    if found:
        return found
    ((elsewhere,),) = await rows_of(db, ELSEWHERE, scope.bound)
    kind = SentenceKind.ELSEWHERE if elsewhere else SentenceKind.NOBODY
    return [_told(kind, scope.page, {})]


def any_of(numbers: dict[str, int]) -> int:
    """The first number, which decides whether there is something to tell."""
    return next(iter(numbers.values()))


def _figures(row: Any) -> list[tuple[SentenceKind, dict[str, int]]]:
    voters = people_told(row.voters)
    contributed = {"contributions": row.contributions, "builds": row.builds}
    return [
        (SentenceKind.IDEAS, {"ideas": row.ideas, "people": people_told(row.authors)}),
        (SentenceKind.SUPPORT, {"votes": int(row.votes), "people": voters}),
        (SentenceKind.BREADTH, {"organisations": row.organisations if voters else 0}),
        (SentenceKind.CONTRIBUTIONS, {**contributed, "people": people_told(row.contributors)}),
        (SentenceKind.ENTRIES, {"entries": row.entries, "people": people_told(row.entrants)}),
    ]


def _told(kind: SentenceKind, at: str, numbers: dict[str, int]) -> Sentence:
    return Sentence(section=Section.PART, kind=kind, path=at, numbers=numbers)


def _voted(row: Any, *, only: bool) -> Sentence:
    at = f"/challenges/{row.campaign_id}/vote"
    return Sentence(
        section=Section.PART,
        kind=SentenceKind.PUBLIC_VOTE,
        path=at if only else f"{at}?phase={row.phase_id}",
        campaign=row.campaign_id,
        row=row.phase_id,
        numbers={"people": people_told(row.people)},
    )

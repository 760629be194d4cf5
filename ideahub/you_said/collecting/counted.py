"""The figures by idea, of a quarter by challenge: the source of what is said of all together."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry
from ideahub.ideas.models import Idea, Vote
from ideahub.responses.models import OwedResponse
from ideahub.you_said.collecting.answers import IS_LATE
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.collecting.taking_part import COUNTED_ENTRIES, FIRST_SENT
from ideahub.you_said.scope import CAMPAIGNS, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST_IDEAS, MOST_CAMPAIGNS = 20, 100
# Of one campaign and all time: the counts that are kept with each idea.
OF_IDEAS = {
    "ideas": constant(1),
    "votes": Idea.votes_count,
    "contributions": Idea.contributions_count,
    "builds_adopted": Idea.adopted_count,
}
BY_IDEA: Select[*tuple[Any, ...]] = (
    select(Idea.id, *(count.label(name) for name, count in OF_IDEAS.items()))
    .where(HERE)
    .order_by(Idea.votes_count.desc(), Idea.contributions_count.desc(), Idea.id)
    .limit(constant(MOST_IDEAS))
)
_count = func.count().label("many")
_ideas = select(Idea.campaign_id, _count).where(HERE, in_time(Idea.created_at))
_votes = (
    select(Idea.campaign_id, _count)
    .join(Vote, Vote.idea_id == Idea.id)
    .where(HERE, in_time(Vote.created_at))
)
_contributions = (
    select(Idea.campaign_id, _count)
    .join(Contribution, Contribution.idea_id == Idea.id)
    .where(HERE, Contribution.is_listed)
)
_answers = (
    select(Idea.campaign_id, _count)
    .join(OwedResponse, OwedResponse.idea_id == Idea.id)
    .where(HERE, in_time(OwedResponse.answered_at))
)
_entries = select(Entry.campaign_id, _count).where(COUNTED_ENTRIES, in_time(FIRST_SENT))
_parts = {
    name: counted.group_by(place).subquery(name)
    for name, counted, place in (
        ("ideas", _ideas, Idea.campaign_id),
        ("votes", _votes, Idea.campaign_id),
        (
            "contributions",
            _contributions.where(in_time(Contribution.created_at)),
            Idea.campaign_id,
        ),
        (
            "builds_adopted",
            _contributions.where(in_time(Contribution.adopted_at)),
            Idea.campaign_id,
        ),
        ("entries", _entries, Entry.campaign_id),
        ("on_time", _answers.where(~IS_LATE), Idea.campaign_id),
        ("late", _answers.where(IS_LATE), Idea.campaign_id),
    )
}
_counts = {name: func.coalesce(part.c.many, constant(0)) for name, part in _parts.items()}
_all = select(Campaign.id, *(one.label(name) for name, one in _counts.items()))
for _part in _parts.values():
    _all = _all.outerjoin(_part, _part.c.campaign_id == Campaign.id)
BY_CAMPAIGN = (
    _all.where(Campaign.id == CAMPAIGNS, or_(*(one > constant(0) for one in _counts.values())))
    .order_by(*(one.desc() for one in _counts.values()), Campaign.id)
    .limit(constant(MOST_CAMPAIGNS))
)


async def counted(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """A row for each idea, or of a quarter for each challenge or idea box, in which there was
    something; those with most first."""
    if scope.quarter:
        rows = await rows_of(db, BY_CAMPAIGN, scope.bound)
        return [_row(f"/ideas?within={row.id}", row, campaign=row.id) for row in rows]
    rows = await rows_of(db, BY_IDEA, scope.bound)
    return [_row(f"/ideas/{row.id}", row, idea=row.id) for row in rows]


def _row(path: str, row: Any, *, idea: int | None = None, campaign: int | None = None) -> Sentence:
    return Sentence(
        section=Section.COUNTED,
        kind=SentenceKind.COUNTED,
        path=path,
        idea=idea,
        campaign=campaign,
        numbers={name: count for name, count in row._mapping.items() if name != "id"},
    )


# Of which sentence the total and the number of people of a column are.
TOTALS = {
    SentenceKind.IDEAS: ("ideas",),
    SentenceKind.SUPPORT: ("votes",),
    SentenceKind.BREADTH: ("organisations",),
    SentenceKind.CONTRIBUTIONS: ("contributions",),
    SentenceKind.BUILDS_ADOPTED: ("builds_adopted",),
    SentenceKind.ENTRIES: ("entries",),
    SentenceKind.MOST_VOTED: ("entry_votes",),
    SentenceKind.ANSWERS: ("on_time", "late", "median_days"),
}


def total_of(found: Iterable[Sentence], scope: Scope) -> list[Sentence]:
    """The end of the table: all together, and how many people it was; nothing without figures."""
    numbers: dict[str, int] = {}
    for one in found:
        for name in TOTALS.get(one.kind, ()):
            numbers[name] = one.numbers[name]
            if "people" in one.numbers:
                numbers[f"people_{name}"] = one.numbers["people"]
    if not numbers:
        return []
    kind = SentenceKind.TOTAL
    at = scope.place if "ideas" in numbers and not scope.quarter else scope.page
    return [Sentence(section=Section.COUNTED, kind=kind, path=at, numbers=numbers)]

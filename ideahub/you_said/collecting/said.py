"""What was said most: the ideas with most support, those most built on, and frequent tags."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import Idea, IdeaTag, Vote
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST_SUPPORTED, MOST_BUILT_ON, MOST_TAGS = 5, 3, 6
# An idea with one build, or a tag of one idea, was not said often.
LEAST = 2
# Of all time: the counts that are kept with each idea.
SUPPORTED = (
    select(Idea.id, Idea.votes_count.label("times"))
    .where(HERE, Idea.votes_count >= constant(LEAST))
    .order_by(Idea.votes_count.desc(), Idea.id)
    .limit(constant(MOST_SUPPORTED))
)
SUPPORTED_IN_TIME = (
    select(Idea.id, func.count().label("times"))
    .join(Vote, Vote.idea_id == Idea.id)
    .where(HERE, in_time(Vote.created_at))
    .group_by(Idea.id)
    .having(func.count() >= constant(LEAST))
    .order_by(func.count().desc(), Idea.id)
    .limit(constant(MOST_SUPPORTED))
)
BUILT_ON = (
    select(Idea.id, func.count().label("times"))
    .join(Contribution, Contribution.idea_id == Idea.id)
    .where(
        HERE,
        Contribution.kind == constant(ContributionKind.BUILD),
        Contribution.parent_id.is_(None),
        Contribution.is_listed,
        in_time(Contribution.created_at),
    )
    .group_by(Idea.id)
    .having(func.count() >= constant(LEAST))
    .order_by(func.count().desc(), Idea.id)
    .limit(constant(MOST_BUILT_ON))
)
TAGS = (
    select(IdeaTag.tag, func.count().label("times"))
    .join(Idea, Idea.id == IdeaTag.idea_id)
    .where(HERE, in_time(Idea.created_at))
    .group_by(IdeaTag.tag)
    .having(func.count() >= constant(LEAST))
    .order_by(func.count().desc(), IdeaTag.tag)
    .limit(constant(MOST_TAGS))
)


async def said(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """The ideas that most people stand behind, and the tags that most ideas have."""
    supported = await rows_of(db, SUPPORTED_IN_TIME if scope.quarter else SUPPORTED, scope.bound)
    built_on = await rows_of(db, BUILT_ON, scope.bound)
    tags = await rows_of(db, TAGS, scope.bound)
    found = [_of_idea(SentenceKind.SUPPORTED, row.id, {"people": row.times}) for row in supported]
    found += [_of_idea(SentenceKind.BUILT_ON, row.id, {"builds": row.times}) for row in built_on]
    if tags:
        words = [row.tag for row in tags]
        at = scope.place
        found.append(Sentence(section=Section.SAID, kind=SentenceKind.TAGS, path=at, words=words))
    return found


def _of_idea(kind: SentenceKind, number: int, numbers: Mapping[str, int]) -> Sentence:
    at = f"/ideas/{number}"
    return Sentence(section=Section.SAID, kind=kind, path=at, idea=number, numbers=dict(numbers))

"""Ideas like the one being typed: found here, with no outside service."""

import msgspec
from sqlalchemy import Text, desc, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.models import Campaign
from ideahub.ideas.finding import listed_ideas
from ideahub.ideas.models import Idea, Stage

SHORTEST = 4
# Half of the longer title's trigrams in common is a near copy, a fifth is the same subject.
LIKE_ENOUGH = 0.2


class SimilarIdea(msgspec.Struct, frozen=True):
    """An idea that may already say what is being typed."""

    id: int
    title: str
    excerpt: str
    stage: Stage
    votes_count: int
    campaign_title: str


async def similar_ideas(
    db: AsyncSession, viewer: Viewer, title: str, *, but_not: int | None = None
) -> list[SimilarIdea]:
    """Up to three ideas the viewer may see whose title or words are like this title."""
    if len(title.strip()) < SHORTEST:
        return []
    words = func.plainto_tsquery(literal_column("'english'"), title)
    # Any of the words will do; plainto joins them with "and".
    any_word = func.replace(words.cast(Text), "&", "|").op("::")(literal_column("tsquery"))
    likeness = func.similarity(Idea.title, title)
    rank = func.ts_rank(Idea.searched, any_word, literal_column("1"))
    near = (
        select(
            Idea.id,
            Idea.title,
            Idea.excerpt,
            Idea.stage,
            Idea.votes_count,
            Campaign.title.label("campaign_title"),
        )
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(
            listed_ideas(viewer),
            or_(Idea.title.op("%")(title), Idea.searched.bool_op("@@")(any_word)),
            or_(likeness >= LIKE_ENOUGH, rank > 0),
            Idea.id != (but_not or 0),
        )
        .order_by(desc(likeness * 2 + rank), desc(Idea.votes_count), desc(Idea.id))
        .limit(literal_column("3"))
    )
    return [
        SimilarIdea(**(row._asdict() | {"stage": Stage(row.stage)}))
        for row in await db.execute(near)
    ]

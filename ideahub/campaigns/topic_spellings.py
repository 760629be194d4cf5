"""Gives a topic that somebody typed the spelling that other campaigns have of it."""

from sqlalchemy import String, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of

_spelling = (
    select(func.unnest(Campaign.topics).label("spelling")).where(Campaign.is_public).subquery().c
).spelling
SPELLINGS = (
    select(_spelling)
    .where(func.lower(_spelling) == any_(bindparam("keys", type_=ARRAY(String))))
    .group_by(_spelling)
    .order_by(func.count().desc(), _spelling)
)


async def known_spellings(db: AsyncSession, topics: list[str]) -> list[str]:
    """The topics as public campaigns spell them already, the most frequent spelling of each; case
    alone makes no other topic. Those that are new stay as they are."""
    rows = await rows_of(db, SPELLINGS, {"keys": [topic.casefold() for topic in topics]})
    known = {spelling.casefold(): spelling for (spelling,) in reversed(rows)}
    return [known.get(topic.casefold(), topic) for topic in topics]

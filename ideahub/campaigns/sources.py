"""Query for the campaigns that a manager can copy."""

from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.core.db import constant, rows_of
from ideahub.core.searching.asking import SEARCH_QUERY, read_search
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation

MOST = 8


class CopySource(msgspec.Struct, frozen=True):
    """A campaign that can be copied; `published_at` is None for a draft."""

    id: int
    kind: CampaignKind
    title: str
    question: str
    organisation: str
    published_at: datetime | None


class Sources(msgspec.Struct, frozen=True):
    """The newest that were found; `more` is whether there are others."""

    found: list[CopySource]
    more: bool


_of_viewer = (
    select(
        Campaign.id,
        Campaign.kind,
        Campaign.title,
        Campaign.question,
        Organisation.name,
        Campaign.published_at,
    )
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .where(
        viewer_holds(Role.MANAGER, Campaign.organisation_id),
        Campaign.discarded_at.is_(None),
        # An empty draft would only make another one.
        or_(
            func.length(Campaign.title) > constant(0), func.length(Campaign.question) > constant(0)
        ),
    )
    .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    .limit(constant(MOST + 1))
)
_with_words = _of_viewer.where(Campaign.searched.bool_op("@@")(SEARCH_QUERY))


async def find_sources(db: AsyncSession, viewer: Viewer, words: str = "") -> Sources:
    """The newest campaigns that the viewer manages, of those with these words where there are
    any."""
    asked = await read_search(db, words) if words else None
    if asked and not asked.query:
        return Sources([], more=False)
    query = _with_words if asked else _of_viewer
    values = {**viewer.bound, **({"query": asked.query} if asked else {})}
    found = [CopySource(*row) for row in await rows_of(db, query, values)]
    return Sources(found[:MOST], more=len(found) > MOST)

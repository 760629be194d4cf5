"""Building on an idea: the five kinds, counted exactly, nothing typed lost."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Draft
from ideahub.campaigns.models import Accepts, Audience
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.db import Database
from ideahub.events import Event, Kind
from ideahub.ideas.finding import find_idea
from ideahub.ideas.models import Idea
from tests.cast import HOUR, Cast, make_campaign, make_cast, make_idea, make_person, viewer_of
from tests.conftest import Browse

BUILD = {"kind": "build", "body": "Grandparents could walk along."}


async def counts(db: AsyncSession, idea_id: int) -> tuple[int, int]:
    """Contributions and builds, as the idea's row has them."""
    row = await db.execute(
        select(Idea.contributions_count, Idea.builds_count).where(Idea.id == idea_id)
    )
    return tuple(row.one())  # type: ignore[return-value]


async def said(db: AsyncSession, idea_id: int) -> list[Contribution]:
    found = await db.scalars(
        select(Contribution).where(Contribution.idea_id == idea_id).order_by(Contribution.id)
    )
    return list(found)


async def test_a_colleague_builds_on_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/contributions", BUILD)
    assert answer.status_code == 303
    [made] = await said(db, idea.id)
    assert answer.headers["location"] == f"/ideas/{idea.id}#contribution-{made.id}"
    assert (made.kind, made.author_id, made.parent_id) == ("build", cast.ben.id, None)
    assert await counts(db, idea.id) == (1, 1)
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "<p>Grandparents could walk along.</p>" in page
    assert "Ben Okoye" in page

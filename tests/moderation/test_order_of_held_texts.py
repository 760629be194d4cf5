"""Texts that wait keep the order in which they were sent; published, ideas stand by the moment of
their publication, and contributions where they were sent."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.ideas.models import Idea
from ideahub.moderation.looking_first import look_first
from ideahub.moderation.models import LooksFirst, ModerationCase, TextKind
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case

FIRST, SECOND = "Sent first, released last", "Sent last, released first"


def in_order(page: str) -> list[str]:
    """Which of the two stands before the other."""
    return sorted((FIRST, SECOND), key=page.index)


async def posted_at(db: AsyncSession, case: ModerationCase) -> datetime:
    """The moment that stands at the text of a case."""
    table = Idea if case.text_kind == TextKind.IDEA else Contribution
    found = await db.scalar(select(table.created_at).where(table.id == case.text_id))
    assert found
    return found


@pytest.mark.parametrize("are_ideas", [True, False])
async def test_released_in_another_order_than_they_were_sent(
    db: AsyncSession, cast: Cast, browse: Browse, are_ideas: bool
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.zed, "Lanterns")
    await look_first(db, await viewer_of(db, cast.mia), campaign, LooksFirst.ALL)
    ada, cem, mo = await browse(cast.ada), await browse(cast.cem), await browse(cast.mo)
    for words in (FIRST, SECOND):
        if are_ideas:
            sent = {"campaign_id": str(campaign.id), "title": words, "tags": "lamps", "body": "So."}
            await ada.post("/ideas/new", sent)
        else:
            sent = {"kind": "build", "body": words}
            await ada.post(f"/ideas/{idea.id}/contributions", sent)
    assert in_order((await mo.get("/moderation")).text) == [FIRST, SECOND]
    cases = (await db.scalars(select(ModerationCase).order_by(ModerationCase.id.desc()))).all()
    for case in cases:
        before = await posted_at(db, case)
        await decide_case(mo, case.id, {"measure": "release"})
        assert await posted_at(db, case) > before
    if are_ideas:
        # The newest first: the one that was published last.
        for page in ("/ideas?order=new", "/ideas?order=new&tag=lamps"):
            assert in_order((await cem.get(page)).text) == [FIRST, SECOND]
    else:
        assert in_order((await cem.get(f"/ideas/{idea.id}/contributions")).text) == [FIRST, SECOND]

"""Nothing is offered for support that was stopped, and nothing rises that moves no more."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import Conflict
from ideahub.ideas.models import MOVING, PATH, Idea, Stage
from ideahub.ideas.voting import vote
from tests.conftest import Browse
from tests.support.cast import Cast, viewer_of
from tests.support.ripening import at_stage, found, posted


async def brought_to(db: AsyncSession, idea: Idea, stage: Stage) -> None:
    """At this stage; one beside the path was a spark before."""
    await at_stage(db, idea, stage)
    if stage not in PATH:
        here = update(Idea).where(Idea.id == idea.id)
        await db.execute(here.values(path_stage=Stage.SPARK))


@pytest.mark.parametrize("stage", list(Stage))
async def test_only_what_can_still_move_rises(
    db: AsyncSession, cast: Cast, browse: Browse, stage: Stage
) -> None:
    _, idea = await posted(db, cast)
    await brought_to(db, idea, stage)
    await db.commit()
    browser = await browse(cast.ben)
    for url in ("/", "/ideas?order=rising"):
        shown = (await browser.get(url)).text
        assert (f'id="idea-card-{idea.id}"' in shown) is (stage in MOVING), url
    assert f'id="idea-card-{idea.id}"' in (await browser.get("/ideas")).text


@pytest.mark.parametrize("stage", list(Stage))
async def test_what_was_stopped_offers_no_support_and_takes_none(
    db: AsyncSession, cast: Cast, browse: Browse, stage: Stage
) -> None:
    _, idea = await posted(db, cast)
    await brought_to(db, idea, stage)
    await db.commit()
    browser = await browse(cast.ben)
    offered = f'action="/ideas/{idea.id}/vote"'
    for url in ("/ideas", f"/ideas/{idea.id}"):
        shown = (await browser.get(url)).text
        assert (offered in shown) is (stage is not Stage.LEARNED), url
    ben, known = await viewer_of(db, cast.ben), await found(db, cast.ben, idea)
    if stage is Stage.LEARNED:
        with pytest.raises(Conflict):
            await vote(db, ben, known)
    else:
        assert await vote(db, ben, known)

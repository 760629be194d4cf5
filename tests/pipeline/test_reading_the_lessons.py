"""The lesson wall: what was learned, for everyone who may know of the idea."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.learning import AT_ONCE, record_lesson
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.ripening import at_stage, posted


async def test_lessons_stand_there_the_newest_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.LEARNED)
    await record_lesson(db, idea.id, cast.sam.id, "Ask the *caretakers* first.")
    await record_lesson(db, idea.id, cast.sam.id, "Begin with one street.")
    await db.commit()
    shown = (await (await browse(None)).get("/lessons")).text
    assert shown.index("Begin with one street.") < shown.index("<em>caretakers</em>")
    assert "Stopped, and learned from" in shown
    assert "Sam Hart" in shown
    assert f'href="/ideas/{idea.id}"' in shown


async def test_internal_and_hidden_lessons_stay_inside(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, inside = await posted(db, cast, audience=Audience.INTERNAL)
    _, hidden = await posted(db, cast)
    await record_lesson(db, inside.id, cast.ada.id, "Only for us.")
    await record_lesson(db, hidden.id, cast.ada.id, "Broke the rules.")
    await db.execute(update(Idea).where(Idea.id == hidden.id).values(hidden_at=func.now()))
    await db.commit()
    for person in (None, cast.cem, cast.zed):
        shown = (await (await browse(person)).get("/lessons")).text
        assert "Only for us." not in shown
        assert "No lessons yet" in shown
    assert "Only for us." in (await (await browse(cast.ben)).get("/lessons")).text


async def test_many_lessons_are_paged(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    _, idea = await posted(db, cast)
    for number in range(AT_ONCE + 2):
        await record_lesson(db, idea.id, cast.ada.id, f"Lesson number {number}.")
    await db.commit()
    browser = await browse(None)
    first = (await browser.get("/lessons")).text
    assert first.count('id="lesson-') == AT_ONCE
    following = first.split('href="/lessons?before=')[1].split('"')[0]
    second = (await browser.get(f"/lessons?before={following}")).text
    assert second.count('id="lesson-') == 2
    assert "Lesson number 0." in second
    assert (await browser.get("/lessons?before=yesterday")).status_code == 200

"""Lessons: records those of stopped ideas and concluded experiments, and queries for them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import shown_name
from ideahub.ideas.queries import IDEA_ID, LISTED_IDEAS, IdeaView
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Lesson

AT_ONCE = 20
_lessons: Select[*tuple[Any, ...]] = (
    select(
        Lesson.id,
        Lesson.body_html,
        Lesson.created_at,
        shown_name(Lesson.author_id, Person.name),
        Idea.id,
        Idea.title,
        Idea.stage,
        Campaign.title,
    )
    .join(Idea, Idea.id == Lesson.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Person, Person.id == Lesson.author_id)
    .order_by(Lesson.id.desc())
)
OF_IDEA = _lessons.where(Idea.id == IDEA_ID)
WALL = _lessons.where(LISTED_IDEAS).limit(constant(AT_ONCE + 1))
OLDER = WALL.where(Lesson.id < bindparam("before", type_=BigInteger))


class LessonView(msgspec.Struct, frozen=True):
    """A lesson with its author's name and its idea."""

    id: int
    body_html: str
    created_at: datetime
    author_name: str
    idea_id: int
    idea_title: str
    stage: Stage
    campaign_title: str


async def record_lesson(
    db: AsyncSession, idea_id: int, author_id: int, body: str, html: str | None = None
) -> None:
    """Adds a lesson of an idea; `html` is the rendered body, for callers that hold a lock."""
    html = await markdown_html(body) if html is None else html
    db.add(Lesson(idea_id=idea_id, author_id=author_id, body=body, body_html=html))
    await db.flush()


async def has_lesson(db: AsyncSession, idea_id: int, author_id: int | None, body: str) -> bool:
    """Whether this person has recorded this lesson of the idea."""
    same = Lesson.idea_id == idea_id, Lesson.author_id == author_id, Lesson.body == body
    return await db.scalar(select(Lesson.id).where(*same).limit(1)) is not None


async def lesson_wall(
    db: AsyncSession, viewer: Viewer, before: int | None = None
) -> tuple[list[LessonView], int | None]:
    """A page of the lessons that the viewer may see, the newest first, from the one before the
    number `before`; and the `before` of the next page, None on the last."""
    statement = WALL if before is None else OLDER
    rows = await rows_of(db, statement, {"before": before, **viewer.bound})
    found = [LessonView(*row) for row in rows]
    return found[:AT_ONCE], found[AT_ONCE - 1].id if len(found) > AT_ONCE else None


async def lessons_of(db: AsyncSession, idea: IdeaView) -> list[LessonView]:
    """The lessons of an idea, the newest first. The caller has found it through the viewer."""
    return [LessonView(*row) for row in await rows_of(db, OF_IDEA, {"idea_id": idea.id})]

"""Lessons: written when an idea is stopped or an experiment ends, read on the lesson wall."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Integer, Select, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import shown_name
from ideahub.ideas.queries import IdeaView, listed_ideas
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Lesson

AT_ONCE = 20
ONE_MORE = literal_column(str(AT_ONCE + 1), Integer)


class LessonView(msgspec.Struct, frozen=True):
    """A lesson, who wrote it, and the idea it comes from."""

    id: int
    body_html: str
    created_at: datetime
    author_name: str
    idea_id: int
    idea_title: str
    stage: Stage
    campaign_title: str


async def keep_lesson(
    db: AsyncSession, idea_id: int, author_id: int, body: str, html: str | None = None
) -> None:
    """Keeps what was learned from an idea; `html` is the body as rendered before any lock."""
    html = await markdown_html(body) if html is None else html
    db.add(Lesson(idea_id=idea_id, author_id=author_id, body=body, body_html=html))
    await db.flush()


async def is_kept(db: AsyncSession, idea_id: int, author_id: int | None, body: str) -> bool:
    """Whether this person has written this lesson of the idea."""
    same = Lesson.idea_id == idea_id, Lesson.author_id == author_id, Lesson.body == body
    return await db.scalar(select(Lesson.id).where(*same).limit(1)) is not None


async def lesson_wall(
    db: AsyncSession, viewer: Viewer, before: int | None = None
) -> tuple[list[LessonView], int | None]:
    """The newest lessons that the viewer may know of, and where the next page begins."""
    query = _lessons().where(listed_ideas(viewer))
    if before is not None:
        query = query.where(Lesson.id < before)
    rows = (await db.execute(query.order_by(Lesson.id.desc()).limit(ONE_MORE))).all()
    found = [LessonView(*row) for row in rows]
    return found[:AT_ONCE], found[AT_ONCE - 1].id if len(found) > AT_ONCE else None


async def lessons_of(db: AsyncSession, idea: IdeaView) -> list[LessonView]:
    """The lessons of one idea, the newest first."""
    rows = await db.execute(_lessons().where(Idea.id == idea.id).order_by(Lesson.id.desc()))
    return [LessonView(*row) for row in rows.all()]


def _lessons() -> Select[*tuple[Any, ...]]:
    return (
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
    )

"""Recognising what an author has sent before: every field of it, or it is not the same."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.ideas.models import Idea, Revision

WORDS = ("title", "body", "why")
MORE = ("tags", "innovation_type", "pseudonym")


async def posted_before(db: AsyncSession, columns: dict[str, Any]) -> Idea | None:
    """The author's standing idea in this campaign that these columns make, None if there is none.

    Raises Conflict where it has the same words, but other tags, another type or another name.
    """
    place = {name: columns[name] for name in ("campaign_id", "author_id", *WORDS)}
    alike = (await db.scalars(select(Idea).filter_by(**place, withdrawn_at=None))).all()
    for idea in alike:
        if all(getattr(idea, name) == columns[name] for name in MORE):
            return idea
    if alike:
        raise Conflict(
            _(
                "You have posted these words here already, with other tags, for another change or "
                "under another name. What you typed is kept: edit that idea, or withdraw it first "
                "if it is to stand under another name."
            )
        )
    return None


async def must_be_noted(db: AsyncSession, idea: Idea, from_revision: int, note: str) -> None:
    """For a text that stands there already: raises Conflict where a note came with it that its
    revision does not have."""
    if not note:
        return
    here = Revision.idea_id == idea.id, Revision.number == idea.revision
    is_again = idea.revision != from_revision
    if is_again and await db.scalar(select(Revision.note).where(*here)) == note:
        return
    raise Conflict(
        _(
            "The text reads like this already, as revision %(number)s, so there is no new one for "
            "this note. It is kept here: change the text too, or leave the note out.",
            number=idea.revision,
        ),
        field="note",
    )

"""Recognises ideas and revisions that an author sends a second time."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.ideas.models import Idea, Revision

WORDS = ("title", "body", "why")
MORE = ("tags", "innovation_type", "pseudonym")


async def posted_before(db: AsyncSession, columns: dict[str, Any]) -> Idea | None:
    """The author's idea in this campaign that equals these columns; None if there is none.

    Withdrawn ideas do not count. Raises Conflict where an idea has the same texts, but other tags,
    type or pseudonym.
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


async def must_have_note(db: AsyncSession, idea: Idea, from_revision: int, note: str) -> None:
    """For a text that equals the stored one: raises Conflict for a note that its revision does not
    have. The same text and note, sent twice, pass."""
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

"""Whether a new text waits for a moderator before others see it.

The features of texts ask here once a text is stored, and tell nobody of one that is held. A later
feature answers; it releases what it held by the rules of the feature of that text.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import IdeaLike, RowLike
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """A text that was just stored: on which idea, which row it is where it is not the idea itself,
    and all its words."""

    on: IdeaLike
    subject: RowLike | None = None
    words: str


# Hides and keeps a new text where it has to wait; returns whether it does.
Hold = Callable[[AsyncSession, Viewer, NewText], Awaitable[bool]]
# What is done with a text that was changed: nobody is kept waiting by it.
Notice = Callable[[AsyncSession, Viewer, NewText], Awaitable[None]]
# Replaces parts of the texts about an idea that a feature keeps by itself.
Redact = Callable[[AsyncSession, int, Sequence[tuple[str, str]]], Awaitable[None]]
# features.py fills these.
HOLDS: list[Hold] = []
NOTICES: list[Notice] = []
REDACTS: list[Redact] = []


def waits_for_moderators() -> str:
    """What its author is told of a text that is held, in the current language."""
    return _(
        "Thank you. It waits for a moderator to look at it; until then only you and the moderators "
        "see it. You are told as soon as it is decided."
    )


async def is_held(db: AsyncSession, viewer: Viewer, text: NewText) -> bool:
    """Whether the text waits; then it is hidden by now, and is neither counted nor told of."""
    for hold in HOLDS:
        if await hold(db, viewer, text):
            return True
    return False


async def notice_change(db: AsyncSession, viewer: Viewer, text: NewText) -> None:
    """Has a changed text looked at by the features that want to know of it."""
    for notice in NOTICES:
        await notice(db, viewer, text)


async def redact_copies(
    db: AsyncSession, idea_id: int, replaced: Sequence[tuple[str, str]]
) -> None:
    """Replaces parts, which were taken out of a text on this idea, in what features keep of it."""
    for redact in REDACTS:
        await redact(db, idea_id, replaced)

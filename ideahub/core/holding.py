"""Whether a new text waits for a moderator before others see it.

The features of texts ask here once a text is stored, and tell nobody of one that is held. A later
feature answers; it releases what it held by the rules of the feature of that text.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedText:
    """A change of an idea that is about to be stored: the values of its columns, and all its words
    before and after. `from_revision` is the one that its author saw. `adopts` is the number of the
    build that it works in, whose words stand in `before`, as they can be read already."""

    on: IdeaLike
    columns: Mapping[str, object]
    before: str
    after: str
    from_revision: int
    note: str
    adopts: int | None = None


# Keeps a change where it has to wait, so that the text before it stays; returns whether it does.
HoldChange = Callable[[AsyncSession, Viewer, ChangedText], Awaitable[bool]]
# Replaces parts of what a feature keeps by itself of the events for which a condition holds.
Redact = Callable[[AsyncSession, ColumnElement[bool], Sequence[tuple[str, str]]], Awaitable[None]]
# features.py fills these.
HOLDS: list[Hold] = []
CHANGES_HELD: list[HoldChange] = []
REDACTS: list[Redact] = []


def waits_for_moderators() -> str:
    """What its author is told of a text that is held, in the current language."""
    return _(
        "Thank you. It waits for a moderator to look at it; until then only you and the moderators "
        "see it. You are told as soon as it is decided."
    )


def change_waits_for_moderators() -> str:
    """The same of a change."""
    return _(
        "Thank you. Your change waits for a moderator to look at it; until then everyone reads the "
        "text as it was. You are told as soon as it is decided."
    )


async def is_held(db: AsyncSession, viewer: Viewer, text: NewText) -> bool:
    """Whether the text waits; then it is hidden by now, and is neither counted nor told of."""
    for hold in HOLDS:
        if await hold(db, viewer, text):
            return True
    return False


async def change_waits(db: AsyncSession, viewer: Viewer, text: ChangedText) -> bool:
    """Whether the change waits; then it is kept, and the text must stay as it is."""
    for hold in CHANGES_HELD:
        if await hold(db, viewer, text):
            return True
    return False


async def redact_copies(
    db: AsyncSession, about: ColumnElement[bool], replaced: Sequence[tuple[str, str]]
) -> None:
    """Replaces parts, which were taken out of a text, in what features keep of these events."""
    for redact in REDACTS:
        await redact(db, about, replaced)

"""What a text that waits says otherwise than before: a change of an idea beside the text that
everyone reads, and a text that was given back beside what it said then."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import BigInteger, and_, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.text.cleaning import shortened
from ideahub.core.text.diff import Piece, word_diff
from ideahub.moderation.models import Measure, ModerationCase, ModerationDecision, TextKind
from ideahub.moderation.texts import TextView, texts_of

# Characters of both texts together; longer ones are shown whole, as comparing them takes long.
MOST_COMPARED = 50_000
# How much of what stayed is shown before and after each change where there is little room.
AROUND = 80
_ideas = bindparam("ideas", type_=ARRAY(BigInteger))
_contributions = bindparam("contributions", type_=ARRAY(BigInteger))
# What texts said when they were given back, the last time last.
GIVEN_BACK = (
    select(ModerationCase.text_kind, ModerationCase.text_id, ModerationDecision.text)
    .join(ModerationDecision, ModerationDecision.case_id == ModerationCase.id)
    .where(
        ModerationDecision.measure == constant(Measure.RETURN),
        or_(
            and_(
                ModerationCase.text_kind == constant(TextKind.IDEA),
                ModerationCase.text_id == any_(_ideas),
            ),
            and_(
                ModerationCase.text_kind == constant(TextKind.CONTRIBUTION),
                ModerationCase.text_id == any_(_contributions),
            ),
        ),
    )
    .order_by(ModerationDecision.id)
)
Key = tuple[TextKind, int]


async def differences_of(db: AsyncSession, texts: Sequence[TextView]) -> Mapping[Key, list[Piece]]:
    """How each of these texts, which wait, differs from what it was before, word by word; nothing
    for one that is new, or too long to compare."""
    before = {**await _of_ideas(db, texts), **await _given_back(db, texts)}
    pairs = {
        (text.kind, text.id): (before[text.kind, text.id], text.whole)
        for text in texts
        if (text.kind, text.id) in before
    }
    few = {key: pair for key, pair in pairs.items() if sum(map(len, pair)) <= MOST_COMPARED}
    # Comparing long texts takes a while, and would block the event loop.
    return await asyncio.to_thread(_compared, few)


def around_changes(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with what stayed shortened to what stands next to a change."""
    run = list(pieces)
    for place, piece in enumerate(run):
        if piece.kind != "same":
            yield piece
            continue
        start = shortened(piece.text, AROUND) if place else "…"
        end = _end_of(piece.text) if place + 1 < len(run) else ""
        is_short = len(piece.text) <= len(start) + len(end)
        yield piece if is_short else Piece("same", start + end)


def _end_of(text: str) -> str:
    """At most AROUND characters of its end, from a word's beginning on where it has a space."""
    cut = text[-AROUND:]
    return cut[cut.find(" ") :] if " " in cut else cut


def added_in(pieces: Iterable[Piece]) -> str:
    """The words that were added."""
    return "\n".join(text for kind, text in pieces if kind == "added")


def _compared(pairs: Mapping[Key, tuple[str, str]]) -> dict[Key, list[Piece]]:
    return {key: word_diff(*pair) for key, pair in pairs.items()}


async def _of_ideas(db: AsyncSession, texts: Sequence[TextView]) -> dict[Key, str]:
    changes = [text for text in texts if text.kind == TextKind.CHANGE]
    ideas = await texts_of(db, TextKind.IDEA, [text.idea_id for text in changes if text.idea_id])
    return {
        (text.kind, text.id): ideas[text.idea_id].whole for text in changes if text.idea_id in ideas
    }


async def _given_back(db: AsyncSession, texts: Sequence[TextView]) -> dict[Key, str]:
    hidden = [text for text in texts if text.is_hidden]
    asked = {
        "ideas": [text.id for text in hidden if text.kind == TextKind.IDEA],
        "contributions": [text.id for text in hidden if text.kind == TextKind.CONTRIBUTION],
    }
    found = await rows_of(db, GIVEN_BACK, asked) if any(asked.values()) else ()
    return {(TextKind(kind), number): text for kind, number, text in found if text}

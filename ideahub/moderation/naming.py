"""Says which text a decision or a report is about: in words, with a link where its reader may open
it."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.text.cleaning import shortened
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import TextKind
from ideahub.moderation.texts import TextView, readable_texts, texts_of

# How much of a text without a title names it.
LONGEST = 100
Key = tuple[TextKind, int]
Find = Callable[[TextKind, Sequence[int]], Awaitable[Mapping[int, TextView]]]


class NamedText(msgspec.Struct, frozen=True):
    """What a text is called, where one may open it, and the title of the idea that it is about;
    each is empty where the viewer may not know of it, or there is none."""

    name: str = ""
    path: str = ""
    idea: str = ""
    idea_path: str = ""
    timezone: str = "UTC"


NOT_KNOWN = NamedText()


def key_of(row: Any) -> Key:
    """The kind and number of the text of a case, a decision or a report."""
    return TextKind(row.text_kind), row.text_id


async def named_for_reader(
    db: AsyncSession, viewer: Viewer, keys: Iterable[Key]
) -> dict[Key, NamedText]:
    """The names of these texts as far as the viewer may still read them; NOT_KNOWN for others."""
    wanted = list(keys)
    texts = await found_texts(wanted, lambda kind, ids: readable_texts(db, viewer, kind, ids))
    return {key: _named(texts[key]) if key in texts else NOT_KNOWN for key in wanted}


async def named_for_author(
    db: AsyncSession, viewer: Viewer, keys: Iterable[Key]
) -> dict[Key, NamedText]:
    """The names of these texts, which the caller has found as the viewer's own; with links to
    those, and to ideas, that they may read."""
    wanted = list(keys)
    own = await found_texts(wanted, lambda kind, ids: texts_of(db, kind, ids))
    ideas = {(TextKind.IDEA, text.idea_id) for text in own.values() if text.idea_id}
    readable = await found_texts(
        [*wanted, *ideas], lambda kind, ids: readable_texts(db, viewer, kind, ids)
    )
    return {
        key: _named(
            own[key],
            is_open=key in readable,
            has_open_idea=(TextKind.IDEA, own[key].idea_id) in readable,
        )
        if key in own
        else NOT_KNOWN
        for key in wanted
    }


def _named(text: TextView, *, is_open: bool = True, has_open_idea: bool = True) -> NamedText:
    has_title = not text.is_part and text.kind != TextKind.PERSON
    # What the page of an idea shows to whoever wrote a change of it.
    opens_with_idea = text.kind == TextKind.CHANGE and has_open_idea
    return NamedText(
        name=shortened(" ".join((text.title if has_title else text.words).split()), LONGEST),
        path=text.path if is_open or opens_with_idea else "",
        idea=text.title if text.is_part and has_open_idea else "",
        idea_path=f"/ideas/{text.idea_id}",
        timezone=text.timezone,
    )


async def found_texts(keys: Iterable[Key], find: Find) -> dict[Key, TextView]:
    """The texts that `find` finds of these, which it is asked for once for each kind."""
    wanted: dict[TextKind, set[int]] = defaultdict(set)
    for kind, number in keys:
        wanted[TextKind(kind)].add(number)
    return {
        (kind, number): text
        for kind, numbers in wanted.items()
        for number, text in (await find(kind, sorted(numbers))).items()
    }

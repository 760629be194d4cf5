"""What an author sees whose idea was changed by somebody else while they wrote: both texts."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.text.joining import joined
from ideahub.http.forms import F, Form
from ideahub.ideas.differing import Difference, IdeaTexts, difference
from ideahub.ideas.history import texts_of
from ideahub.ideas.queries import IdeaView

TEXTS = ("title", "body", "why")
# Characters; a longer text is refused in any case, and comparing it would take long.
MOST_COMPARED = 25_000


class Overtaken(NamedTuple):
    """The newest text beside one that was written on an older revision.

    `theirs` is what others changed meanwhile, `yours` what saving would change of the newest text;
    None for texts that are too long to compare. `newest` has the newest texts by field. `clashes`
    are the fields in which both changed the same words. `own` has what was typed, by field, once
    both were put together; until then it is None.
    """

    number: int
    theirs: Difference | None
    yours: Difference | None
    newest: Mapping[str, str]
    clashes: list[str]
    own: Mapping[str, str] | None = None


async def compare(
    db: AsyncSession, idea: IdeaView, form: Form[Any], from_revision: int
) -> Overtaken:
    """Compares what is typed with the idea, as it is now, and with the revision it was written
    on."""
    now, typed = _texts(idea), _typed(form)
    before = await texts_of(db, idea, from_revision)
    _both, clashes = await _join(before, now, typed)
    return Overtaken(
        idea.revision,
        await _difference(before, now),
        await _difference(now, typed),
        dict(zip(TEXTS, now, strict=True)),
        clashes,
    )


async def put_together(
    db: AsyncSession, idea: IdeaView, form: Form[F], from_revision: int
) -> tuple[Form[F], Overtaken]:
    """The form with what others changed since `from_revision` put into what was typed, except
    where both changed the same words; nothing is saved. What was typed is in `own`."""
    now, typed = _texts(idea), _typed(form)
    before = await texts_of(db, idea, from_revision)
    both, clashes = await _join(before, now, typed)
    found = dict(zip(TEXTS, both, strict=True)) | {"revision": str(idea.revision)}
    own = {name: words for name, words, new in zip(TEXTS, typed, both, strict=True) if words != new}
    overtaken = Overtaken(
        idea.revision,
        await _difference(before, now),
        await _difference(now, both),
        dict(zip(TEXTS, now, strict=True)),
        clashes,
        own,
    )
    return Form(form.values, {**form.typed, **found}, {}), overtaken


def _texts(idea: IdeaView) -> IdeaTexts:
    return idea.title, idea.body, idea.why


def _typed(form: Form[Any]) -> IdeaTexts:
    title, body, why = (str(form.value(name)).replace("\r\n", "\n") for name in TEXTS)
    return title, body, why


async def _join(
    before: IdeaTexts | None, now: IdeaTexts, typed: IdeaTexts
) -> tuple[IdeaTexts, list[str]]:
    """The texts with both changes, and the fields where that cannot be done, as they are typed."""
    if before is None or _is_long(before, now, typed):
        return typed, [name for name, a, b in zip(TEXTS, now, typed, strict=True) if a != b]
    together = await asyncio.to_thread(lambda: [*map(joined, before, now, typed)])
    clashes = [name for name, text in zip(TEXTS, together, strict=True) if text is None]
    title, body, why = (
        own if text is None else text for own, text in zip(typed, together, strict=True)
    )
    return (title, body, why), clashes


async def _difference(old: IdeaTexts | None, new: IdeaTexts) -> Difference | None:
    if old is None or _is_long(old, new):
        return None
    return await difference(old, new)


def _is_long(*some: IdeaTexts) -> bool:
    return max(len(text) for texts in some for text in texts) > MOST_COMPARED

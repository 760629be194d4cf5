"""What an author sees whose idea was changed by somebody else while they wrote: both texts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.http.forms import F, Form
from ideahub.http.overtaken import MOST_COMPARED, Joined, join_texts, opened_on, read_opened
from ideahub.ideas.differing import Difference, IdeaTexts, difference
from ideahub.ideas.history import texts_of
from ideahub.ideas.labels import innovation_label
from ideahub.ideas.models import InnovationType
from ideahub.ideas.queries import IdeaView

TEXTS = ("title", "body", "why")
# What revisions do not keep, so that the form itself says what it was opened on.
NOT_KEPT = ("tags", "innovation_type")


class Overtaken(NamedTuple):
    """The newest text beside one that was written on an older revision.

    `theirs` is what others changed meanwhile, `yours` what saving would change of the newest text;
    None for texts that are too long to compare. `newest` has the newest of each field that has to
    be shown beside the comparison: where both changed the same (`clashes`), and what revisions do
    not keep. `can_join` is whether putting both together would change something. `own` has what
    was typed, by field, once both were put together; until then it is None.
    """

    number: int
    theirs: Difference | None
    yours: Difference | None
    newest: Mapping[str, str]
    clashes: list[str]
    can_join: bool
    own: Mapping[str, str] | None = None


def idea_opened_on(form: Form[Any]) -> str:
    """The value of the field `opened` for a form that shows an idea as it is."""
    return opened_on(form.typed, NOT_KEPT)


async def compare(
    db: AsyncSession, idea: IdeaView, form: Form[Any], from_revision: int
) -> Overtaken:
    """Compares what is typed with the idea, as it is now, and with the revision it was written
    on."""
    now, typed = _now(idea, form), _typed(form)
    before = await texts_of(db, idea, from_revision)
    both = await _join(before, now, form)
    return Overtaken(
        idea.revision,
        await _difference(before, _texts(now)),
        await _difference(_texts(now), _texts(typed)),
        _newest(now, typed, both.clashes),
        both.clashes,
        can_join=any(both.texts[name] != typed[name].strip() for name in now),
    )


async def put_together(
    db: AsyncSession, idea: IdeaView, form: Form[F], from_revision: int
) -> tuple[Form[F], Overtaken]:
    """The form with what others changed since `from_revision` put into what was typed, except
    where both changed the same words; nothing is saved. What was typed is in `own`."""
    now, typed = _now(idea, form), _typed(form)
    before = await texts_of(db, idea, from_revision)
    both = await _join(before, now, form)
    own = {
        name: _in_words(name, typed[name])
        for name in now
        if both.texts[name] != typed[name].strip()
    }
    overtaken = Overtaken(
        idea.revision,
        await _difference(before, _texts(now)),
        await _difference(_texts(now), _texts(both.texts)),
        _newest(now, both.texts, both.clashes),
        both.clashes,
        can_join=False,
        own=own,
    )
    found = both.texts | {"revision": str(idea.revision), "opened": opened_on(now, NOT_KEPT)}
    return Form(form.values, {**form.typed, **found}, {}), overtaken


def _now(idea: IdeaView, form: Form[Any]) -> dict[str, str]:
    """The idea's texts as they would stand in the form, of the fields that it has."""
    stored = {
        "title": idea.title,
        "body": idea.body,
        "why": idea.why,
        "tags": ", ".join(idea.tags),
        "innovation_type": idea.innovation_type or "",
    }
    return {name: text for name, text in stored.items() if name in form.typed}


def _typed(form: Form[Any]) -> dict[str, str]:
    names = [name for name in (*TEXTS, *NOT_KEPT) if name in form.typed]
    return {name: str(form.value(name)).replace("\r\n", "\n") for name in names}


def _texts(texts: Mapping[str, str]) -> IdeaTexts:
    return texts["title"], texts["body"], texts["why"]


def _newest(now: Mapping[str, str], typed: Mapping[str, str], clashes: list[str]) -> dict[str, str]:
    not_kept = [name for name in NOT_KEPT if name in now and now[name] != typed[name]]
    too_long = max(map(len, (*now.values(), *typed.values()))) > MOST_COMPARED
    shown = {*clashes, *not_kept, *(TEXTS if too_long else ())}
    return {name: _in_words(name, text) for name, text in now.items() if name in shown}


def _in_words(name: str, text: str) -> str:
    is_type = name == "innovation_type" and text in set(InnovationType)
    return innovation_label(InnovationType(text)) if is_type else text


async def _join(before: IdeaTexts | None, now: Mapping[str, str], form: Form[Any]) -> Joined:
    opened = read_opened(str(form.value("opened")), NOT_KEPT)
    known = {**opened, **(dict(zip(TEXTS, before, strict=True)) if before else {})}
    return await join_texts(type(form.values), list(now), known, now, _typed(form))


async def _difference(old: IdeaTexts | None, new: IdeaTexts) -> Difference | None:
    if old is None or max(map(len, (*old, *new))) > MOST_COMPARED:
        return None
    return await difference(old, new)

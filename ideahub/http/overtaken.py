"""A form whose texts somebody else changed while it was open: both are compared, and put together.

The form carries in a hidden field what it was opened on: the texts that both changed. Where a form
has a few short fields only, it is refused once, with what they read now.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field, fields
from typing import Any, NamedTuple

from ideahub.core.fingerprints import fingerprint, is_overtaken
from ideahub.core.i18n import _, side_by_side
from ideahub.core.refusals import Conflict
from ideahub.core.text.diff import Piece, word_diff
from ideahub.http.form_fields import own_field
from ideahub.http.forms import F, Form

# The texts of a form's fields by their names, as they stand in it.
Texts = Mapping[str, Any]
# Characters; a longer text is refused in any case, and comparing it would take long.
MOST_COMPARED = 25_000
MOST_OPENED = 60_000


class Joined(NamedTuple):
    """`texts` with both changes, and the fields in which both changed the same (`clashes`), which
    stand there as one typed them."""

    texts: dict[str, Any]
    clashes: list[str]


class OvertakenField(NamedTuple):
    """A field that reads otherwise than what is stored: what is stored, in words, and the
    difference from that to what the form has."""

    name: str
    stored: str
    pieces: list[Piece]


class OvertakenForm(NamedTuple):
    """What the page shows of a form that somebody else's change overtook.

    `can_join` is whether putting both together would change something in it. `own` has what was
    typed, in words, for each field that reads otherwise once both were put together; None until
    then.
    """

    fields: list[OvertakenField]
    clashes: list[str]
    can_join: bool
    own: Mapping[str, str] | None = None


def refuse_overtaken(form: Form[Any], stored: Mapping[str, str], why: str) -> None:
    """Refuses the form where saving it would replace what its sender has not seen: `stored` are
    the values of its fields now, read with their row locked.

    Its field `seen` has the fingerprint of what it was opened on. `why` is the sentence, with
    %(words)s for what is stored; the sender has seen that then.
    """
    now = list(stored.values())
    sent = [getattr(form.values, name) for name in stored]
    if form.ok and is_overtaken(str(form.value("seen")), now, sent):
        form.refuse(Conflict(_(why, words=side_by_side(now))), next(iter(stored)))
        form.typed = {**form.typed, "seen": fingerprint(now)}


def opened_field() -> Any:
    """The hidden field with what the form was opened on; see `opened_on`."""
    return own_field(str, "", most=MOST_OPENED)


def opened_on(texts: Texts, names: Iterable[str]) -> str:
    """The value of that field for a form with these texts."""
    known = {name: texts[name] for name in names if name in texts}
    return json.dumps(known, ensure_ascii=False)


def read_opened(value: str, names: Iterable[str]) -> dict[str, Any]:
    """The texts that a form was opened on; none where it does not say so."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: read[name] for name in names if _is_text(read.get(name))}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    )


async def join_texts(
    kind: type[Any], names: Sequence[str], before: Texts, now: Texts, typed: Texts
) -> Joined:
    """Both changes of `before`, what is stored `now` and what was `typed`, field by field; `kind`
    is the form's class. In a thread, as comparing long texts takes a while."""
    known = {field.name: field for field in fields(kind)}
    return await asyncio.to_thread(_join_texts, known, names, before, now, typed)


def _join_texts(
    known: Mapping[str, Field[Any]], names: Sequence[str], before: Texts, now: Texts, typed: Texts
) -> Joined:
    texts: dict[str, Any] = {}
    clashes = []
    for name in names:
        theirs, mine = _plain(now[name]), _plain(typed[name])
        both = mine if theirs == mine else None
        old = before.get(name)
        # A forged form may have a list where there is none.
        if both is None and type(old) is type(mine) and not _is_long(old, theirs, mine):
            kept = known[name].metadata
            both = kept["join"](kept["parse"], _plain(old), theirs, mine)
        texts[name] = mine if both is None else both
        clashes += [name] if both is None else []
    return Joined(texts, clashes)


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _is_long(*texts: Any) -> bool:
    return max(sum(map(len, text)) for text in texts) > MOST_COMPARED


Words = Callable[[str, Any], str]


async def compare(
    form: Form[Any], now: Form[Any], names: Sequence[str], in_words: Words
) -> OvertakenForm:
    """The form beside what is stored now. `in_words` says the text of a field as people read it."""
    both = await _both(form, now, names)
    shown = await _differing(now.typed, form.typed, names, in_words)
    can_join = any(_plain(form.typed[name]) != both.texts[name] for name in names)
    return OvertakenForm(shown, both.clashes, can_join)


async def put_together(
    form: Form[F], now: Form[F], names: Sequence[str], in_words: Words
) -> tuple[Form[F], OvertakenForm]:
    """The form with both changes in it; nothing is saved. From then on it is as if it had been
    opened on what is stored now."""
    both = await _both(form, now, names)
    own = {
        name: in_words(name, form.typed[name])
        for name in names
        if _plain(form.typed[name]) != both.texts[name]
    }
    typed = {**form.typed, **both.texts, "opened": now.typed["opened"]}
    shown = await _differing(now.typed, typed, names, in_words)
    return Form(form.values, typed, {}), OvertakenForm(shown, both.clashes, can_join=False, own=own)


async def _both(form: Form[Any], now: Form[Any], names: Sequence[str]) -> Joined:
    before = read_opened(str(form.value("opened")), names)
    return await join_texts(type(now.values), names, before, now.typed, form.typed)


def _pieces(stored: str, typed: str) -> list[Piece]:
    return [] if _is_long(stored, typed) else word_diff(stored, typed)


async def _differing(
    stored: Texts, typed: Texts, names: Sequence[str], in_words: Words
) -> list[OvertakenField]:
    texts = {name: (in_words(name, stored[name]), in_words(name, typed[name])) for name in names}
    differing = {name: pair for name, pair in texts.items() if _plain(pair[0]) != _plain(pair[1])}
    # Comparing long texts takes a while, and would block the event loop.
    pieces = await asyncio.to_thread(lambda: [_pieces(*pair) for pair in differing.values()])
    return [
        OvertakenField(name, pair[0], some)
        for (name, pair), some in zip(differing.items(), pieces, strict=True)
    ]

"""Puts the changes that two people made to one text together, word by word.

Our own: libraries for this (merge3, three-merge) work by lines, and a paragraph is one line here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ideahub.core.text.diff import word_diff


class _Edit(NamedTuple):
    """A place in the old text, from `start` to before `end`, and what stands there now."""

    start: int
    end: int
    new: str


def joined(old: str, theirs: str, mine: str) -> str | None:
    """The old text with both changes made; None where both changed the same words.

    Where both added something at the same place, theirs comes first.
    """
    if mine in (theirs, old):
        return theirs
    if theirs == old:
        return mine
    by_them = list(_edits(old, theirs))
    edits = dict.fromkeys((*by_them, *_edits(old, mine)))
    parts, at = [], 0
    # The sort is stable, so theirs stays before mine.
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            return None
        parts += [old[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, old[at:]])


def _edits(old: str, new: str) -> Iterator[_Edit]:
    """The changes that make the new text of the old one, in the order of the text."""
    at = start = 0
    added = ""
    for kind, text in word_diff(old, new):
        if kind == "same":
            if added or at > start:
                yield _narrowed(old, _Edit(start, at, added))
            at += len(text)
            start, added = at, ""
        elif kind == "removed":
            at += len(text)
        else:
            added += text
    if added or at > start:
        yield _narrowed(old, _Edit(start, at, added))


def _narrowed(old: str, edit: _Edit) -> _Edit:
    """The edit without the white space that stayed at its beginning: so that two who both add a
    paragraph at the end change nothing of each other's."""
    before = old[edit.start : edit.end]
    blank = len(before) - len(before.lstrip())
    pairs = enumerate(zip(before[:blank], edit.new, strict=False))
    stayed = next((at for at, (old_sign, new_sign) in pairs if old_sign != new_sign), None)
    if stayed is None:
        stayed = min(blank, len(edit.new))
    return _Edit(edit.start + stayed, edit.end, edit.new[stayed:])

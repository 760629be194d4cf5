"""Puts two people's changes of one field of a form together, as its kind allows.

Each takes the field's parser and three texts as they stand in the form: the old one, theirs and
one's own. It returns the text with both changes; None where that is left to people.
"""

from collections.abc import Callable
from typing import Any

from ideahub.core.refusals import Invalid
from ideahub.core.text.joining import joined

Parse = Callable[[Any], Any]
Join = Callable[[Parse, Any, Any, Any], Any]


def join_words(_parse: Parse, old: str, theirs: str, mine: str) -> str | None:
    """For texts, see `joined`."""
    return joined(old, theirs, mine)


def join_rows(_parse: Parse, old: list[str], theirs: list[str], mine: list[str]) -> Any:
    """For a row of fields under one name, each with a line of text."""
    both = joined(*("\n".join(filter(None, rows)) for rows in (old, theirs, mine)))
    return None if both is None else both.split("\n")


def join_lists(parse: Parse, old: str, theirs: str, mine: str) -> str | None:
    """For a list in one line, such as tags: what each added is there, what each took out is not."""
    try:
        before, there, here = parse(old), parse(theirs), parse(mine)
    except (ValueError, Invalid):
        return None
    kept = [one for one in there if one in here or one not in before]
    return ", ".join([*kept, *(one for one in here if one not in (*before, *there))])


def join_whole(parse: Parse, old: str, theirs: str, mine: str) -> str | None:
    """For numbers, days, choices: the one that was changed, as 20 and 20.0 are the same."""
    try:
        before, there, here = (parse(text) if text else None for text in (old, theirs, mine))
    except (ValueError, Invalid):
        return None
    if there in (here, before):
        return mine
    return theirs if here == before else None

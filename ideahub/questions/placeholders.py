"""Placeholders in templates of answers: {challenge}, {question}, and in letters also {name}; in
answers to ideas those of the feature of responses.

Only these are replaced; other braces are text, as people write them. An answer is read by
everyone, so the name of somebody who asked may not stand in it.
"""

import re
from collections.abc import Mapping

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid

NAME, CHALLENGE, QUESTION = "{name}", "{challenge}", "{question}"
_PLACE = re.compile(r"\{[a-z]+\}")


def filled(text: str, *, challenge: str, question: str, name: str | None = None) -> str:
    """The text with the challenge's title in it, the question in one line and, where one is given,
    a person's name."""
    values = {CHALLENGE: challenge, QUESTION: " ".join(question.split())}
    if name is not None:
        values[NAME] = name
    return put_in(text, values)


def put_in(text: str, values: Mapping[str, str]) -> str:
    """The text with each of these placeholders replaced by its value."""
    # In one pass over the text: what is put in may have braces, too.
    return _PLACE.sub(lambda found: values.get(found[0], found[0]), text)


def must_name_nobody(answer: str, *, field: str) -> None:
    """Raises Invalid where the name of whoever asked would stand in what everyone reads."""
    if NAME in answer:
        raise Invalid(
            _(
                "Everyone reads the answer, so {name} cannot stand in it. Move it to the words "
                "for those who asked."
            ),
            field=field,
        )

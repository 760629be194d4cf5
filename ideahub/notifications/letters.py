"""What people are told, as a mail."""

from typing import NamedTuple

from ideahub.core.i18n import _
from ideahub.core.telling import Words
from ideahub.core.text.cleaning import clean_line, shortened

# Subjects are longer nowhere.
LONGEST_SUBJECT = 150
PAGE = "/notifications"


class NewsLetter(NamedTuple):
    """A mail's subject and text."""

    subject: str
    text: str


def letter_of(words: Words, path: str, site: str) -> NewsLetter:
    """The mail in the current language: what is said on the page, and where that is."""
    where = _("Read it here: %(address)s", address=f"{site}{path}") if path else ""
    foot = _("Everything that you were told of: %(address)s", address=f"{site}{PAGE}")
    parts = (words.letter, words.text, where, f"-- \n{foot}")
    text = "\n\n".join(part for part in parts if part)
    return NewsLetter(shortened(clean_line(words.subject), LONGEST_SUBJECT), f"{text}\n")

"""The words of sentences, in the current language, with links to what they are about: a file for
each section."""

from markupsafe import Markup

from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording import (
    asked,
    coming,
    not_taken_up,
    said,
    since,
    still_open,
    taken_up,
    taking_part,
)
from ideahub.you_said.wording.told import Told, Words

SECTIONS = (asked, taking_part, said, taken_up, not_taken_up, coming, still_open, since)
WORDS: dict[SentenceKind, Words] = {
    kind: words for section in SECTIONS for kind, words in section.WORDS.items()
}


def words_of(told: Told) -> Markup:
    """The sentence, with at least one link."""
    return WORDS[told.sentence.kind](told)

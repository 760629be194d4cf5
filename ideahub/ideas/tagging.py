"""Rules for tags: how they are written, and how many an idea has."""

import re

from ideahub.core.i18n import ngettext
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import COMMAS

MOST_TAGS = 8
LONGEST_TAG = 40
SEPARATORS = re.compile(f"[{COMMAS}]")


def typed_tags(typed: str) -> list[str]:
    """The tags in a line with commas, cleaned as by `tidy_tags`; raises Invalid for more than
    MOST_TAGS, or one with more than LONGEST_TAG characters."""
    tags = _plain(SEPARATORS.split(typed))
    if len(tags) > MOST_TAGS:
        raise Invalid(
            ngettext("At most %(num)s tag, please.", "At most %(num)s tags, please.", MOST_TAGS)
        )
    if any(len(tag) > LONGEST_TAG for tag in tags):
        raise Invalid(
            ngettext(
                "Shorten each tag to %(num)s character.",
                "Shorten each tag to %(num)s characters.",
                LONGEST_TAG,
            )
        )
    return tags


def tidy_tags(tags: list[str]) -> list[str]:
    """The tags in lower case, without # and each once; at most MOST_TAGS of LONGEST_TAG characters.

    What is imported is cut to that; what people type was refused before by `typed_tags`.
    """
    return _plain([tag[:LONGEST_TAG] for tag in _plain(tags)])[:MOST_TAGS]


def _plain(tags: list[str]) -> list[str]:
    words = (re.sub(r"[\s#,;]+", " ", tag).strip().lower() for tag in tags)
    return list(dict.fromkeys(word for word in words if word))

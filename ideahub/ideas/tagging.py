"""Rules for tags: how they are written, and how many an idea has."""

import re

from ideahub.core.i18n import ngettext
from ideahub.core.lengths import TAG, TAGS
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import COMMAS

SEPARATORS = re.compile(f"[{COMMAS}]")


def typed_tags(typed: str) -> list[str]:
    """The tags in a line with commas, cleaned as by `tidy_tags`; raises Invalid for more than
    TAGS, or one with more than TAG characters."""
    tags = _plain(SEPARATORS.split(typed))
    if len(tags) > TAGS:
        raise Invalid(
            ngettext(
                "At most %(num)s tag, please. These are %(now)s.",
                "At most %(num)s tags, please. These are %(now)s.",
                TAGS,
                now=len(tags),
            )
        )
    for tag in tags:
        if len(tag) > TAG:
            raise Invalid(
                ngettext(
                    "Shorten each tag to %(num)s character. “%(tag)s” has %(now)s.",
                    "Shorten each tag to %(num)s characters. “%(tag)s” has %(now)s.",
                    TAG,
                    tag=tag,
                    now=len(tag),
                )
            )
    return tags


def tidy_tags(tags: list[str]) -> list[str]:
    """The tags in small letters, without a # before them and each once; at most TAGS of TAG
    characters.

    What is imported is cut to that; what people type was refused before by `typed_tags`.
    """
    return _plain([tag[:TAG] for tag in _plain(tags)])[:TAGS]


def _plain(tags: list[str]) -> list[str]:
    words = (_small(re.sub(r"[\s,;]+", " ", tag).strip().lstrip("# ")) for tag in tags)
    return list(dict.fromkeys(word for word in words if word))


def _small(tag: str) -> str:
    # A letter whose small form is another letter and an accent stays: İ would become an i with a
    # second dot.
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in tag)

"""Texts in a right-to-left script within left-to-right ones, and the other way round."""

import re

# The Unicode blocks of the scripts that run from right to left, and the right-to-left mark.
_RIGHT_TO_LEFT = (
    "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_CONTROLS = "\u202a-\u202e\u2066-\u2069"
# For each direction of a sentence: the characters in a text that could reorder what is beside it.
_REORDERING = {
    "ltr": re.compile(f"[{_RIGHT_TO_LEFT}{_CONTROLS}]"),
    "rtl": re.compile(rf"(?![{_RIGHT_TO_LEFT}])[^\W\d_]|[{_CONTROLS}]"),
}
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolate(text: str, direction: str) -> str:
    """The text, ready to be put into a sentence that runs in `direction` ("ltr" or "rtl").

    A text that runs the other way is put between Unicode's isolates, which do what <bdi> does
    and also work in attributes, mails and notices. Any other text is returned unchanged.
    """
    if (text.isascii() and direction == "ltr") or not _REORDERING[direction].search(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"

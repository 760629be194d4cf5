"""Texts that run one way within texts that run the other."""

import re

# The blocks that Unicode keeps for scripts that run from right to left, and what stands in them.
_RIGHT_TO_LEFT = (
    "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_CONTROLS = "\u202a-\u202e\u2066-\u2069"
# In a text of each direction, what makes its neighbours stand elsewhere.
_TURNS = {
    "ltr": re.compile(f"[{_RIGHT_TO_LEFT}{_CONTROLS}]"),
    "rtl": re.compile(rf"(?![{_RIGHT_TO_LEFT}])[^\W\d_]|[{_CONTROLS}]"),
}
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolate(text: str, direction: str) -> str:
    """The text as it can stand within a sentence that runs in `direction` ("ltr" or "rtl").

    Where it runs the other way, it comes between Unicode's isolates, which do what <bdi> does:
    in attributes, mails and notices, too. Otherwise it needs none, and stays as it is.
    """
    if (text.isascii() and direction == "ltr") or not _TURNS[direction].search(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"

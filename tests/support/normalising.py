"""What differs between two crawls without meaning anything, as regular expressions."""

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """What is found, and what is read instead."""

    found: str
    instead: str

    def __call__(self, text: str) -> str:
        """The text with everything replaced."""
        return re.sub(self.found, self.instead, text)


# By chance or by the clock: replaced when pages are saved.
VOLATILE = (
    Rule(r'(name="form_token" value=")[^"]*', r"\1…"),
    Rule(r'("X-Form-Token": ")[^"]*', r"\1…"),
    Rule(r"(/live\?cursor=)\d+", r"\1…"),
    Rule(r"(/static/[\w.-]+?)-[0-9a-f]{10}(\.\w+)", r"\1\2"),
    Rule(r"/attachments/[\w-]{23,}", "/attachments/…"),
    Rule(r"/development/mail/\d+-[0-9a-f]+", "/development/mail/…"),
    Rule(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "(date)"),
    Rule(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", "(code)"),
    Rule(r"(/account/sessions/)\d+", r"\1…"),
    Rule(r'(id="happening-)\d+', r"\1…"),
)

# Ordered changes of many pages: left out by `--compare --ignore NAME,…`. One line each.
IGNORED = {
    "form-tokens": Rule(r'<input type="hidden" name="form_token"[^>]*>', ""),
    "token-headers": Rule(r""" hx-headers:inherited='{"X-Form-Token":[^']*'""", ""),
    "slot-ids": Rule(r' (id|data-slot|data-part)="(slot|part)-[^"]*"', ""),
    "dir-auto": Rule(r' dir="auto"', ""),
    "deed-addresses": Rule(r'(\s(?:form)?action|\shx-(?:post|put|delete))="[^"]*"', r'\1="…"'),
    "language": Rule(r'(<html lang=")[^"]*(" dir=")[^"]*', r"\1…\2…"),
    "white-space": Rule(r"\s+(?=<)|(?<=>)\s+", ""),
    "class-names": Rule(r' class="[^"]*"', ""),
}


def normalised(text: str) -> str:
    """The text without what is volatile."""
    for rule in VOLATILE:
        text = rule(text)
    return text

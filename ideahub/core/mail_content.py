"""What stands in a mail, from which both its plain text and its HTML are made.

All words are in the reader's language already, so that a mail can be rendered as it is sent.
"""

import re
from collections.abc import Iterator

import msgspec

PARAGRAPH = re.compile(r"\n[ \t]*\n")
DASHES = "-- "


class MailEntry(msgspec.Struct, frozen=True):
    """Something that is told: a line, more about it, and its address with the words of its link."""

    line: str = ""
    text: str = ""
    url: str = ""
    action: str = ""


class MailSection(msgspec.Struct, frozen=True):
    """What is told of one thing; without a title it is all that the mail tells."""

    entries: list[MailEntry]
    title: str = ""


class MailLink(msgspec.Struct, frozen=True):
    """A link at the foot of a mail."""

    words: str
    url: str


class MailContent(msgspec.Struct, frozen=True):
    """A mail: heading, what stands before all else, sections, and links at its foot.

    `language` and `direction` are those of its words; `site` is the address of the site.
    """

    language: str
    direction: str
    heading: str
    sections: list[MailSection]
    intro: str = ""
    foot: list[MailLink] = []
    site: str = ""


def as_text(content: MailContent) -> str:
    """The mail as plain text."""
    return "\n\n".join(part for part in _parts(content) if part) + "\n"


def _parts(content: MailContent) -> Iterator[str]:
    yield content.intro
    for section in content.sections:
        if section.title:
            yield f"{section.title}\n{'=' * min(len(section.title), 60)}"
        for entry in section.entries:
            yield entry.line
            yield entry.text
            yield f"{entry.action}: {entry.url}" if entry.url else ""
    links = "\n".join(f"{link.words}: {link.url}" for link in content.foot)
    yield f"{DASHES}\n{links}" if links else ""


def of_text(subject: str, text: str, *, language: str, direction: str) -> MailContent:
    """The content of a mail that was written as plain text, with its subject as heading."""
    body, _mark, foot = text.partition(f"\n{DASHES}\n")
    entries = [MailEntry(text=body.strip("\n"))]
    links = [MailLink(words="", url=foot.strip())] if foot.strip() else []
    return MailContent(language, direction, subject, [MailSection(entries)], foot=links)


def content_in(stored: object) -> MailContent:
    """The content that was stored as JSON."""
    return msgspec.convert(stored, MailContent)

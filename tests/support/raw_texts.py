"""Finds what stands on a page in the pseudo-language `ar-XB` and has not been translated.

There every letter of ours has an accent. A plain Latin letter is somebody's own word: then it
stands between isolates, in <bdi> or in an element with `dir`, and comes from the database. Any
other is raw text in a template or in the code, or a text of a person that could turn ours around.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from zoneinfo import available_timezones

from sqlalchemy import Column, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base
from ideahub.core.languages import language_name
from ideahub.moderation.word_lists import languages_to_list
from tests.support.dom import Node, tree
from tests.support.pseudo import CLOSE, OPEN, plain

# The name of the product, and of a zone.
NAMES = {"IdeaHub", "UTC", "localhost"}
ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")
ISOLATES = re.compile("[\u2066-\u2069]")
OURS = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
PLACEHOLDER = re.compile(r"\{[a-z]+\}")
LATIN = re.compile(r"[A-Za-z]")
READ_ALOUD = ("title", "aria-label", "placeholder", "alt", "aria-description")
# What scripts and style sheets read.
FOR_MACHINES = {
    *("data-can", "data-viewer", "data-draft", "data-new-list", "data-new-prefix"),
    *("data-accepts", "data-depends-on", "data-presets", "data-share"),
}
SILENT = {"script", "style", "time"}
# Initials of names, made larger.
MADE_OF_NAMES = {"avatar"}


class Corpus:
    """Every word that people have written, to look texts up in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = "\n".join(map(_tidy, texts))

    def __contains__(self, text: str) -> bool:
        return _tidy(text).strip(" ….“”\"'·–—#") in self.texts


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


async def corpus_of(db: AsyncSession, *more: str) -> Corpus:
    """What stands in the database, as it is and without its markup, and some more: names of zones
    and of languages."""
    found = [*more, *available_timezones(), *map(language_name, languages_to_list())]
    for table in Base.metadata.sorted_tables:
        columns: list[Column[object]] = list(table.columns)
        for row in await db.execute(select(*columns)):
            for value in row:
                found += _texts(value)
    return Corpus(found)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield unescape(re.sub(r"<[^>]*>", "", value))
        yield from (unescape(part) for part in re.split(r"<[^>]*>", value))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def raw_texts(html: str, corpus: Corpus) -> list[str]:
    """The texts of a page, or a part of one, that have gone neither through gettext nor come
    from people; and those of people that are not kept apart from ours."""
    said = _said(tree(html), own=False)
    return [fault for text, own in said if (fault := _fault(text, corpus, own=own))]


def _fault(text: str, corpus: Corpus, *, own: bool) -> str:
    if own:
        return _unknown(text, corpus)
    ours, isolated = _apart(PLACEHOLDER.sub("", text))
    if LATIN.search(_without_names(ours)):
        return f"raw: {plain(text)!r}"
    return next((fault for one in isolated if (fault := _unknown(one, corpus))), "")


def _apart(text: str) -> tuple[str, list[str]]:
    """The text without what is isolated in it, and that."""
    isolated: list[str] = []
    while found := ISOLATED.search(text):
        isolated.append(found[1])
        text = text[: found.start()] + text[found.end() :]
    return text, isolated


def _unknown(text: str, corpus: Corpus) -> str:
    """A fault where this is neither somebody's text nor ours."""
    while found := OURS.search(text):
        text = text[: found.start()] + " " + text[found.end() :]
    text = _without_names(ISOLATES.sub("", text))
    if text in corpus:
        return ""
    parts = re.split(r" · | – | \(|\)|, ", text)
    known = all(part in corpus or not LATIN.search(part) for part in parts)
    return "" if known else f"nobody wrote: {plain(text)!r}"


def _without_names(text: str) -> str:
    return re.sub(rf"\b({'|'.join(NAMES)})\b", "", text)


def _said(node: Node, *, own: bool) -> Iterator[tuple[str, bool]]:
    """Every text that is shown or read out, and whether its element is for people's own."""
    attributes = node.attributes
    if node.tag in SILENT or MADE_OF_NAMES & set(attributes.get("class", "").split()):
        return
    is_page = node.tag in {"html", "body"}
    own = own or (not is_page and ("dir" in attributes or node.tag == "bdi"))
    for name, value in attributes.items():
        sentence = name.startswith("data-") and name not in FOR_MACHINES and " " in value
        if name in READ_ALOUD or (sentence and not value.startswith("{")):
            yield value, own
        elif sentence:
            yield from ((text, own) for text in json.loads(value).values())
    if node.tag == "meta" and attributes.get("name") == "description":
        yield attributes["content"], own
    for child in node.children:
        if isinstance(child, Node):
            yield from _said(child, own=own)
        else:
            yield child, own

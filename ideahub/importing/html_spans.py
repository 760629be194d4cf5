"""Converts runs of text with marks (bold, links, …) to the Markdown of one paragraph."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ideahub.core.text.markdown import Markdown

MARKERS = {"strong": "**", "em": "_", "strike": "~~"}

_MARKDOWN = Markdown()
_URL = re.compile(r"https?://[^\s<>\"]*[\w/]", re.IGNORECASE)
_SPECIAL = re.compile(
    r"[\\`*\[\]|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|<(?=[a-zA-Z/!?])|&(?=#?\w+;)|!\Z"
)
_LINE_START = re.compile(r"#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=:][-=:| \\]*$")
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


class Span(NamedTuple):
    """A run of text with the same marks and link; a line break is \\n."""

    text: str
    marks: frozenset[str] = frozenset()
    address: str = ""


def paragraph(spans: Iterable[Span]) -> str:
    """The Markdown that renders as these texts with these marks; empty if there is no text."""
    tidy = list(_merged(_spaced(_split(spans))))
    text = _linked([span for span in _unpunctuated(tidy) if span.text])
    return "\n".join(_safe_start(line) for line in text.split("\n"))


def escaped(text: str) -> str:
    """The text with its special characters escaped; not those that are special only at the
    beginning of a line."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def address_of(url: str) -> str:
    """The address, escaped for a Markdown link; empty if it may not be linked."""
    url = _MARKDOWN.normalizeLink(url.strip())
    if not _MARKDOWN.validateLink(url):
        return ""
    url = url.replace("(", "%28").replace(")", "%29")
    return re.sub(r"&(?=#?\w+;)", "&amp;", url)


def _split(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans with white space at their edges split off, so that it can stay unmarked."""
    for text, marks, address in spans:
        core = text.strip(" \n")
        start = text[: text.index(core)] if core else text
        for part in (start, core, text[len(start) + len(core) :]):
            yield Span(part, marks, address)


def _spaced(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans with white space collapsed; it has the marks that both its neighbours have."""
    white, last = "", None
    for span in spans:
        if not span.text.strip(" \n"):
            white += span.text
            continue
        if last and white:
            both = span.address if span.address == last.address else ""
            yield Span("\n" if "\n" in white else " ", span.marks & last.marks, both)
        yield span
        white, last = "", span


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    for (marks, address), run in groupby(spans, key=lambda span: (span.marks, span.address)):
        yield Span("".join(span.text for span in run), marks, address)


def _unpunctuated(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans with marks that end before punctuation which a word follows: of **Note:**this the
    parser would show the stars."""
    for at, span in enumerate(spans):
        before = spans[at - 1].text[-1:] if at else ""
        after = spans[at + 1].text[:1] if at + 1 < len(spans) else ""
        start, core, end = _edges(span.text, _is_solid(before), _is_solid(after))
        if "code" in span.marks or span.marks.isdisjoint(MARKERS):
            yield span
        elif not any(map(_is_solid, core)):
            yield Span(span.text, address=span.address)
        else:
            yield Span(start, address=span.address)
            yield span._replace(text=core)
            yield Span(end, address=span.address)


def _edges(text: str, cut_start: bool, cut_end: bool) -> tuple[str, str, str]:
    start, end = 0, len(text)
    while cut_start and start < end and not _is_solid(text[start]):
        start += 1
    while cut_end and start < end and not _is_solid(text[end - 1]):
        end -= 1
    return text[:start], text[start:end], text[end:]


def _linked(spans: Sequence[Span]) -> str:
    out = ""
    runs = [(address, list(run)) for address, run in groupby(spans, key=lambda span: span.address)]
    for at, (address, run) in enumerate(runs):
        after = runs[at + 1][1][0].text[:1] if at + 1 < len(runs) else ""
        text = "".join(span.text for span in run)
        if not address:
            out += _marked(run, list(MARKERS), out[-1:], after)
        elif address in (text, f"mailto:{text}"):
            out += f"<{text}>"
        else:
            out += f"[{_marked(run, list(MARKERS), '[', ']')}]({address})"
    return out


def _marked(spans: Sequence[Span], marks: Sequence[str], before: str, after: str) -> str:
    if not marks:
        return "".join(map(_leaf, spans))
    out = ""
    runs = [
        (has, list(run)) for has, run in groupby(spans, key=lambda span: marks[0] in span.marks)
    ]
    for at, (has, run) in enumerate(runs):
        previous = out[-1:] or before
        following = runs[at + 1][1][0].text[:1] if at + 1 < len(runs) else after
        marker = MARKERS[marks[0]]
        inner = _marked(run, marks[1:], marker[0], marker[0]) if has else ""
        if inner and _is_mark(marker, previous, inner, following):
            out += marker + inner + marker
        else:
            out += _marked(run, marks[1:], previous, following)
    return out


def _is_mark(marker: str, before: str, inner: str, after: str) -> bool:
    """Whether the parser will read the markers there as marks, not as text."""
    if not _is_free(before) and (marker == "_" or not _is_solid(inner[0])):
        return False
    return _is_free(after) or (marker != "_" and _is_solid(inner[-1]))


def _is_solid(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LNM"


def _is_free(character: str) -> bool:
    if character.isascii():
        return not character.isalnum()
    return character.isspace() or unicodedata.category(character)[0] == "P"


def _leaf(span: Span) -> str:
    if "code" in span.marks:
        return _code(span.text)
    if span.address:
        return escaped(span.text)
    out, done = "", 0
    for found in _URL.finditer(span.text):
        if address_of(found[0]):
            out += escaped(span.text[done : found.start()]) + f"<{found[0]}>"
            done = found.end()
    return out + escaped(span.text[done:])


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _safe_start(line: str) -> str:
    if _LINE_START.match(line):
        return "\\" + line
    return _NUMBER_START.sub(r"\1\\\2", line, count=1) if _NUMBER_START.match(line) else line

"""Turns Markdown into safe HTML and plain text, long texts in a thread of their own."""

import asyncio
import re
from collections.abc import Callable
from html import escape

import nh3

from ideahub.core.text.cleaning import HIDDEN, MAX_TEXT, TooLong, clean_text, shortened
from ideahub.core.text.markdown import SCHEMES, Markdown, too_deep, words

# A few milliseconds: less than the way to a thread and back is worth.
SHORT = 1_000
# Threads share one interpreter: more of them would only make each of them slower.
AT_ONCE = 2

# Nothing honest grows more than sixfold; a few tricks grow a thousandfold.
MAX_HTML = 10 * MAX_TEXT

_MARKDOWN = Markdown()
_TAGS = "a blockquote br code em h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"
_SAFE = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    set_tag_attribute_values={"th": {"scope": "col"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener ugc",
)

_turn = asyncio.Semaphore(AT_ONCE)


async def markdown_html(source: str) -> str:
    """What `render_markdown` makes of the text; raises TooLong like it.

    Long texts wait for their turn: call this before anything is locked.
    """
    return await _rendered(render_markdown, source)


async def markdown_excerpt(source: str, length: int) -> str:
    """The same for `excerpt`."""
    return await _rendered(lambda text: excerpt(text, length), source)


async def _rendered(render: Callable[[str], str], source: str) -> str:
    if len(source) < SHORT:
        return render(source)
    async with _turn:
        return await asyncio.to_thread(render, source)


def render_markdown(source: str) -> str:
    """Markdown as HTML that may be put into a page as it is. Raises TooLong over MAX_TEXT."""
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    if too_deep(tokens):
        return _plain_paragraphs(source)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    if len(html) > MAX_HTML:
        return _plain_paragraphs(source)
    # Once more, for characters that came as entities: &#x202e; is bidirectional, too.
    return _SAFE.clean(HIDDEN.sub("", html)).strip()


def plain_text(source: str) -> str:
    """The words of a Markdown text without its marks, paragraph by paragraph, for searching."""
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    text = source if too_deep(tokens) else "\n".join(words(tokens))
    return HIDDEN.sub("", text).strip()


def excerpt(source: str, length: int = 200) -> str:
    """The beginning of a Markdown text as one plain line."""
    return shortened(" ".join(plain_text(source).split()), length)


def _bounded(source: str) -> str:
    # Line ends of two characters and white space at the end are taken away by cleaning.
    if len(source) > 2 * MAX_TEXT + 1_000:
        raise TooLong(len(source), MAX_TEXT)
    source = clean_text(source)
    if len(source) > MAX_TEXT:
        raise TooLong(len(source), MAX_TEXT)
    return source


def _plain_paragraphs(source: str) -> str:
    paragraphs = re.split(r"\n\s*\n", source)
    return "\n".join(
        f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs
    )

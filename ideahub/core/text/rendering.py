"""Turns Markdown into safe HTML and plain text; long texts in a thread."""

import asyncio
import re
from collections.abc import Callable
from html import escape

import nh3

from ideahub.core.text.cleaning import HIDDEN, MAX_TEXT, TooLong, clean_text, shortened
from ideahub.core.text.markdown import SCHEMES, Markdown, paragraphs, too_deep, words

# Texts of fewer characters take a few milliseconds: too little to be worth a thread.
SHORT = 1_000
# Threads share one interpreter: more of them would only make each of them slower.
AT_ONCE = 2

# The HTML of ordinary texts is at most six times as long; that of some attacks a thousand times.
MAX_HTML = 10 * MAX_TEXT

_MARKDOWN = Markdown()
_TAGS = "a blockquote br code em h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"
_SAFE = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    # On which side a list has its marks, and a quotation its line, is decided for each; the
    # direction of lines is up to the style sheet.
    set_tag_attribute_values={
        "th": {"scope": "col"},
        **{block: {"dir": "auto"} for block in ("ul", "ol", "blockquote", "table")},
    },
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener ugc",
)

_turn = asyncio.Semaphore(AT_ONCE)


async def markdown_html(source: str) -> str:
    """`render_markdown` that does not block the event loop; raises TooLong like it.

    Long texts wait for their turn: call this before any row is locked.
    """
    return await _rendered(render_markdown, source)


async def markdown_excerpt(source: str, length: int) -> str:
    """`excerpt` that does not block the event loop; raises TooLong like it."""
    return await _rendered(lambda text: excerpt(text, length), source)


async def _rendered(render: Callable[[str], str], source: str) -> str:
    if len(source) < SHORT:
        return render(source)
    async with _turn:
        return await asyncio.to_thread(render, source)


def render_markdown(source: str) -> str:
    """Markdown as HTML that is safe to put into a page. Raises TooLong over MAX_TEXT characters.

    What is nested too deep, or would become too long, comes as plain paragraphs.
    """
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    if too_deep(tokens):
        return _plain_paragraphs(source)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    if len(html) > MAX_HTML:
        return _plain_paragraphs(source)
    # Again after `clean_text`, for characters that were typed as entities, such as &#x202e;.
    return _SAFE.clean(HIDDEN.sub("", html)).strip()


def plain_text(source: str) -> str:
    """A Markdown text without its marks, for searching. Raises TooLong over MAX_TEXT characters."""
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    text = source if too_deep(tokens) else "\n".join(words(tokens))
    return HIDDEN.sub("", text).strip()


async def markdown_letter(source: str, length: int) -> str:
    """The beginning of a Markdown text as plain paragraphs of at most `length` characters, for
    mails; does not block the event loop. Raises TooLong over MAX_TEXT characters."""
    return await _rendered(lambda text: shortened(_letter(text), length), source)


def _letter(source: str) -> str:
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    text = source if too_deep(tokens) else "\n\n".join(paragraphs(tokens))
    return HIDDEN.sub("", text).strip()


def excerpt(source: str, length: int = 200) -> str:
    """The beginning of a Markdown text as one plain line of at most `length` characters.

    Raises TooLong for a text over MAX_TEXT characters.
    """
    return shortened(" ".join(plain_text(source).split()), length)


def _bounded(source: str) -> str:
    # Cleaning makes a text shorter, so twice the length may still fit; more is not even cleaned.
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

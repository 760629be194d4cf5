"""The whole suite in a pseudo-language: `IDEAHUB_TEST_LANGUAGE=en-XA make test`.

Tests look for English words. So browsers ask for the pseudo-language, pages are made in it, and
what tests are given of them is turned back into English. In real browsers the pages stay as they
are: there it is the words looked for that also match with accents. Dates and numbers are written
as in English; how Arabic writes them, `test_languages` and the journeys look at in every run.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel import Locale
from playwright.async_api import Locator, Page
from playwright.async_api._generated import LocatorAssertions

from ideahub.core import config, languages
from tests.support.pseudo import ACCENTED, CLOSE, OPEN, PADDING, PLAIN, RIGHT_TO_LEFT, plain

LANGUAGE = os.environ.get("IDEAHUB_TEST_LANGUAGE", "")
TEXTS = ("text/html", "text/plain")
# What may stand between any two letters.
BETWEEN = rf"(?:[{OPEN}{CLOSE}\u202a-\u202e\u2066-\u2069]|\s?{PADDING}+)*"
BY_WORDS = ("get_by_text", "get_by_label", "get_by_placeholder", "get_by_title", "get_by_role")
LETTERS = dict(zip(PLAIN, ACCENTED, strict=True))


class _FromRightToLeft(Locale):
    """English dates and numbers in a language that runs from right to left."""

    text_direction = "rtl"


class _Locales:
    """Babel's, but for the one that runs from right to left."""

    @staticmethod
    def parse(code: str, sep: str) -> Locale:
        """As Babel's own."""
        return _FromRightToLeft("en") if code == RIGHT_TO_LEFT else Locale.parse(code, sep=sep)


@contextmanager
def pseudo_languages(folder: Path) -> Iterator[None]:
    """Within the block, the languages of this folder are offered beside English."""
    before, config.LOCALE = config.LOCALE, folder
    _forget()
    try:
        yield
    finally:
        config.LOCALE = before
        _forget()


def _forget() -> None:
    languages.offered.cache_clear()
    languages.catalogue.cache_clear()


def speak(patch: pytest.MonkeyPatch) -> None:
    """Makes every browser of the tests ask for LANGUAGE, and its words be found in English."""
    patch.setattr(httpx.AsyncClient, "send", _sending(httpx.AsyncClient.send))
    if LANGUAGE == RIGHT_TO_LEFT:
        patch.setattr(languages, "Locale", _Locales)
        languages.locale_of.cache_clear()
        languages._direction_of.cache_clear()
    for kind in (Page, Locator):
        for name in BY_WORDS:
            patch.setattr(kind, name, _finding(getattr(kind, name)))
        patch.setattr(kind, "locator", _finding(kind.locator))
    patch.setattr(Locator, "filter", _finding(Locator.filter))
    for name in ("to_have_text", "to_contain_text"):
        exact = name == "to_have_text"
        patch.setattr(
            LocatorAssertions, name, _expecting(getattr(LocatorAssertions, name), exact=exact)
        )
    patch.setattr(Locator, "inner_text", _reading(Locator.inner_text))


def accented(words: str, *, exact: bool = False) -> re.Pattern[str]:
    """What matches these words with or without accents, whatever case they are in."""
    letters = [r"\s+" if letter == " " else _either(letter) for letter in words.strip()]
    found = BETWEEN.join(letters)
    return re.compile(rf"^\s*{BETWEEN}{found}{BETWEEN}\s*$" if exact else found, re.IGNORECASE)


def _either(letter: str) -> str:
    return f"[{letter}{LETTERS[letter]}]" if letter in LETTERS else re.escape(letter)


def _sending(send: Callable[..., Any]) -> Callable[..., Any]:
    async def sent(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> Any:
        request.headers.setdefault("Accept-Language", LANGUAGE)
        answer = await send(self, request, **options)
        if not options.get("stream") and answer.headers.get("content-type", "").startswith(TEXTS):
            answer._content = plain(answer.content.decode()).encode()
        return answer

    return sent


def _finding(find: Callable[..., Any]) -> Callable[..., Any]:
    is_by_words = find.__name__ in {"get_by_text", "get_by_label", "get_by_placeholder"}

    def found(self: Any, *words: Any, **options: Any) -> Any:
        exact = bool(options.pop("exact", False))
        for name in {"name", "has_text", "has_not_text"} & set(options):
            if isinstance(options[name], str):
                options[name] = accented(options[name], exact=exact)
        if is_by_words and isinstance(words[0], str):
            words = (accented(words[0], exact=exact), *words[1:])
        return find(self, *words, **options)

    return found


def _expecting(expect: Callable[..., Any], *, exact: bool) -> Callable[..., Any]:
    def expected(self: Any, words: Any, **options: Any) -> Any:
        return expect(
            self, accented(words, exact=exact) if isinstance(words, str) else words, **options
        )

    return expected


def _reading(read: Callable[..., Any]) -> Callable[..., Any]:
    async def text(self: Any, **options: Any) -> str:
        return plain(await read(self, **options))

    return text

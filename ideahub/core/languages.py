"""The language of the current request, and the catalogues of translations.

Catalogues are read from the translators' own files (`web/locale/<code>/LC_MESSAGES/ideahub.po`)
when the server starts, so that nobody can forget to compile them.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ideahub.core import config

SOURCE = config.SOURCE_LANGUAGE
# Of the source language. Always the same, as templates are compiled once for each catalogue.
_NO_TEXTS = gettext.NullTranslations()


class _Spoken:
    """The language of one request, which may change while it is handled.

    An object that can change, not the context variable itself: a signed-in person's language is
    known only once they are found, perhaps in another task, and every task of the request has
    to see the change.
    """

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code


_spoken: ContextVar[_Spoken | None] = ContextVar("spoken", default=None)


def language() -> str:
    """The code of the current language, such as "pt-BR"; outside a request the source language."""
    spoken = _spoken.get()
    return spoken.code if spoken else SOURCE


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Sets the current language for the block."""
    token = _spoken.set(_Spoken(code))
    try:
        yield
    finally:
        _spoken.reset(token)


def change_language(code: str | None) -> None:
    """Changes the language of the current request; does nothing where it is not offered."""
    spoken = _spoken.get()
    if spoken and code in offered():
        spoken.code = code


@cache
def offered() -> tuple[str, ...]:
    """The languages to choose from: English, in which the texts are written, and those that
    have a catalogue."""
    return config.languages_in(config.LOCALE)


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The translations of a language, empty where it has no catalogue.

    Raises PoFileError for a catalogue that is broken.
    """
    path = config.LOCALE / code.replace("-", "_") / "LC_MESSAGES/ideahub.po"
    return _texts_in(path) if path.is_file() else _NO_TEXTS


@cache
def _texts_in(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as lines:
        messages = read_po(lines, locale=path.parts[-3], abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogues() -> None:
    """Reads every catalogue into memory, so that no request has to wait for it."""
    for code in offered():
        catalogue(code)


@cache
def locale_of(code: str) -> Locale:
    """Babel's locale for a language, or of the language without its region, or English."""
    for known in (code, code.partition("-")[0]):
        try:
            return Locale.parse(known, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(SOURCE)


def locale() -> Locale:
    """Babel's locale for the current language."""
    return locale_of(language())


def direction(code: str | None = None) -> str:
    """ "ltr" or "rtl": the direction of the language, by default of the current one."""
    return _direction_of(code or language())


@cache
def _direction_of(code: str) -> str:
    return str(locale_of(code).text_direction)


def language_name(code: str) -> str:
    """A language's own name, such as "Deutsch"; its code where Babel does not know it."""
    found = locale_of(code)
    name = found.get_display_name(found) if str(found) == code.replace("-", "_") else ""
    return f"{name[:1].upper()}{name[1:]}" if name else code

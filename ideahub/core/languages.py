"""The language that is spoken: chosen once per request, held for everything that answers it.

Catalogues are read as translators keep them (`web/locale/<code>/LC_MESSAGES/ideahub.po`), once,
when the server starts: there is no step in between that could be forgotten, in a clone or a wheel.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ideahub.core import config

SOURCE = config.SOURCE_LANGUAGE


class _Spoken:
    """The language of one request, which may change while it is handled.

    Whose request it is shows only once they are found, perhaps in a task of its own: the change
    must be seen by all that goes on in the request.
    """

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code


_spoken: ContextVar[_Spoken | None] = ContextVar("spoken", default=None)


def language() -> str:
    """The code of the language that is spoken now, such as "pt-BR"."""
    spoken = _spoken.get()
    return spoken.code if spoken else SOURCE


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Within the block, texts are in this language; after it, as they were before."""
    token = _spoken.set(_Spoken(code))
    try:
        yield
    finally:
        _spoken.reset(token)


def change_language(code: str | None) -> None:
    """From now on the present request is in this language; nothing where it is not offered."""
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
    """The translations of a language; raises PoFileError for a catalogue that is broken."""
    path = config.LOCALE / code.replace("-", "_") / "LC_MESSAGES/ideahub.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as lines:
        messages = read_po(lines, locale=code.replace("-", "_"), abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogues() -> None:
    """Reads every catalogue, which takes a moment that no request should wait for."""
    for code in offered():
        catalogue(code)


@cache
def locale_of(code: str) -> Locale:
    """How dates, numbers and lists are written in a language, as far as Babel knows it."""
    for known in (code, code.partition("-")[0]):
        try:
            return Locale.parse(known, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(SOURCE)


def locale() -> Locale:
    """`locale_of` the language that is spoken now."""
    return locale_of(language())


def direction(code: str | None = None) -> str:
    """ "ltr" or "rtl", of the language that is spoken now or of another."""
    return str(locale_of(code or language()).text_direction)


def language_name(code: str) -> str:
    """What a language calls itself: "Deutsch"; the code where nobody knows."""
    found = locale_of(code)
    name = found.get_display_name(found) if str(found) == code.replace("-", "_") else ""
    return f"{name[:1].upper()}{name[1:]}" if name else code

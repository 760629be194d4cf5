"""The language of the text on screen: gettext catalogues, chosen once per request."""

import gettext
from contextvars import ContextVar
from decimal import Decimal
from functools import cache

from babel.numbers import format_decimal

from ideahub.core.config import WEB

LANGUAGES = ("en",)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
language: ContextVar[str] = ContextVar("language", default="en")


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The translations of a language; English, the source, where there are none."""
    return gettext.translation("ideahub", WEB / "locale", languages=[code], fallback=True)


def _(message: str) -> str:
    """The message in the language of the present request."""
    return catalogue(language.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message for a number of things in the language of the present request."""
    return catalogue(language.get()).ngettext(singular, plural, number)


def N_(message: str) -> str:  # noqa: N802  the name that extractors know
    """Marks a text for the catalogue that is looked up later, where it is shown."""
    return message


def number(value: int | float | Decimal) -> str:
    """A number with the separators of the request's language."""
    return format_decimal(value, locale=language.get())

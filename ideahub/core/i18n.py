"""Texts on screen in the language that is spoken: messages, numbers, lists."""

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ideahub.core.bidi import isolate
from ideahub.core.languages import catalogue, direction, language, locale, locale_of

T = TypeVar("T", bound=str)
Number = float | Decimal


class Texts(Generic[T]):
    """The messages of the language that is spoken now, with values put in.

    Numbers are written as the language does, and texts are isolated where they run the other
    way, so that a name never turns the sentence around it.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    def gettext(self, message: str, /, **values: Any) -> T:
        """The message, in which `%(name)s` stands for the value `name`."""
        return self._filled(catalogue(language()).gettext(message), values)

    def ngettext(self, singular: str, plural: str, count: Number, /, **values: Any) -> T:
        """The message for a number of things; the number itself is `%(num)s`."""
        found = catalogue(language()).ngettext(singular, plural, _whole(count))
        return self._filled(found, {"num": count} | values)

    def pgettext(self, context: str, message: str, /, **values: Any) -> T:
        """A message whose words mean something else in another context."""
        return self._filled(catalogue(language()).pgettext(context, message), values)

    def npgettext(
        self, context: str, singular: str, plural: str, count: Number, /, **values: Any
    ) -> T:
        """`ngettext` with a context."""
        found = catalogue(language()).npgettext(context, singular, plural, _whole(count))
        return self._filled(found, {"num": count} | values)

    def _filled(self, text: str, values: dict[str, Any]) -> T:
        found = self._kind(text)
        if not values:
            return found
        return self._kind(found % {name: _shown(value) for name, value in values.items()})


def _whole(count: Number) -> int:
    # As plural rules take it: what is no whole number is never singular.
    return int(count) if count == int(count) else 2


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return isolated(value)
    return number(value) if isinstance(value, int | float | Decimal) else value


_plain = Texts(str)
_ = _plain.gettext
ngettext, pgettext, npgettext = _plain.ngettext, _plain.pgettext, _plain.npgettext
# There the translations are HTML, and values that are not are escaped.
in_templates = Texts(Markup)


def N_(message: str) -> str:  # noqa: N802  the name that extractors know
    """Marks a text for the catalogue that is looked up later, where it is shown."""
    return message


def number(value: Number, decimals: int | None = None) -> str:
    """A number as the language writes it; with `decimals` exactly so many, else up to three."""
    return _number(language(), value, decimals)


@lru_cache(maxsize=4096)
def _number(code: str, value: Number, decimals: int | None) -> str:
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}".rstrip(".")
    return format_decimal(value, pattern, locale_of(code))


def isolated(text: str) -> str:
    """A text of somebody's within one of ours: see `isolate`. What is Markup sees to it itself."""
    return text if isinstance(text, Markup) else isolate(text, direction())


def bdi(text: str) -> Markup:
    """A text of somebody's as an element of its own, which runs as its first letters do."""
    return Markup("<bdi>{}</bdi>").format(text) if text else Markup()


def counted(singular: str, plural: str) -> str:
    """What a script says of a number of things, with {n} where the number comes.

    JSON: a text for each plural category of the language, as `Intl.PluralRules` names them.
    """
    return _counted(language(), singular, plural)


@lru_cache(maxsize=256)
def _counted(code: str, singular: str, plural: str) -> str:
    category, texts = locale_of(code).plural_form, catalogue(code)
    numbers = {category(number): number for number in reversed((*range(200), 1_000_000))}
    found = {name: texts.ngettext(singular, plural, number) for name, number in numbers.items()}
    return json.dumps(found, ensure_ascii=False)


def listed(items: Iterable[Any]) -> str:
    """ "a, b, and c"; Markup where an item is Markup."""
    shown = [isolated(item) for item in items]
    if not any(isinstance(item, Markup) for item in shown):
        return format_list(shown, locale=locale())
    return Markup(format_list([escape(item) for item in shown], locale=locale()))  # noqa: S704


def in_a_row(items: Iterable[str]) -> str:
    """ "a, b, c": one after the other, without an "and"; empty ones are left out."""
    return _joined(pgettext("items of a list", "%(before)s, %(next)s"), map(isolated, items))


def sentences(*several: str) -> str:
    """One sentence after the other; empty ones are left out."""
    return _joined(pgettext("one sentence after another", "%(before)s %(next)s"), several)


def side_by_side(items: Iterable[str]) -> str:
    """ "a · b · c": labels, which no language puts a word between; empty ones are left out."""
    return _joined("%(before)s · %(next)s", map(isolated, items))


def _joined(pattern: str, items: Iterable[str]) -> str:
    first, *others = list(filter(None, items)) or [""]
    for other in others:
        first = type(first)(pattern) % {"before": first, "next": other}
    return first

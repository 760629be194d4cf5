"""Texts on screen in the language of the request: messages, numbers, lists."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ideahub.core.bidi import isolate
from ideahub.core.languages import catalogue, direction, language, locale, locale_of

T = TypeVar("T", bound=str)
Number = float | Decimal
# Markup of a text that is HTML already; the class itself asks first what it was given.
as_markup: Callable[[str], Markup] = partial(str.__new__, Markup)


class Texts(Generic[T]):
    """The messages of the current language, with values put in.

    Numbers are formatted for the language. Texts that run the other way are isolated, so that
    a name never reorders the sentence around it.
    """

    def __init__(self, made: Callable[[str], T], put_in: Callable[[Any], Any]) -> None:
        """`made` makes of a text what is returned, `put_in` of a value what stands in the text."""
        self._made = made
        self._put_in = put_in

    def gettext(self, message: str, /, **values: Any) -> T:
        """The message, in which `%(name)s` stands for the value `name`."""
        return self._filled(catalogue(language()).gettext(message), values)

    def ngettext(self, singular: str, plural: str, count: Number, /, **values: Any) -> T:
        """The message in the plural form for `count`, which stands in it as `%(num)s`."""
        found = catalogue(language()).ngettext(singular, plural, _whole(count))
        return self._filled(found, {"num": count} | values)

    def pgettext(self, context: str, message: str, /, **values: Any) -> T:
        """The message, whose English words mean something else in another context."""
        return self._filled(catalogue(language()).pgettext(context, message), values)

    def npgettext(
        self, context: str, singular: str, plural: str, count: Number, /, **values: Any
    ) -> T:
        """`ngettext` with a context."""
        found = catalogue(language()).npgettext(context, singular, plural, _whole(count))
        return self._filled(found, {"num": count} | values)

    def _filled(self, text: str, values: dict[str, Any]) -> T:
        if values:
            text %= {name: self._put_in(value) for name, value in values.items()}
        return self._made(text)


def _whole(count: Number) -> int:
    # gettext's plural rules take whole numbers; a fraction is never singular.
    return int(count) if count == int(count) else 2


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return isolated(value)
    return number(value) if isinstance(value, int | float | Decimal) else value


def _shown_in_html(value: Any) -> str:
    return value if type(value) is Markup else str(escape(_shown(value)))


_plain = Texts(str, _shown)
_ = _plain.gettext
ngettext, pgettext, npgettext = _plain.ngettext, _plain.pgettext, _plain.npgettext
# In templates translations are HTML; values that are not Markup are escaped.
in_templates = Texts(as_markup, _shown_in_html)


def N_(message: str) -> str:  # noqa: N802  the name that extractors know
    """Marks a text for the catalogue, and returns it unchanged: it is translated when shown."""
    return message


def number(value: Number, decimals: int | None = None) -> str:
    """A number as the language writes it, with `decimals` decimals; without them, up to three."""
    return _number(language(), value, decimals)


@lru_cache(maxsize=4096)
def _number(code: str, value: Number, decimals: int | None) -> str:
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}".rstrip(".")
    return format_decimal(value, pattern, locale_of(code))


def isolated(text: str) -> str:
    """The text, isolated for a sentence in the current language (see `isolate`); not for Markup."""
    return text if isinstance(text, Markup) else isolate(text, direction())


def own_direction(text: str) -> Markup:
    """The attribute `dir="auto"`, with a blank before it, for the element of a text that may run
    another way than the page; nothing for any other text, where it would change nothing."""
    runs_on = direction() == "ltr" and isolate(text, "ltr") == text
    return Markup() if runs_on else Markup(' dir="auto"')


def bdi(text: str) -> Markup:
    """The text in a <bdi>, where its first letter decides its direction; nothing for no text."""
    return as_markup(f"<bdi>{escape(text)}</bdi>") if text else Markup()


def counted(singular: str, plural: str) -> str:
    """The plural forms of a text for a script that puts in the number, at {n}.

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
    """ "a, b, c": joined without an "and"; empty ones are left out."""
    return _joined(pgettext("items of a list", "%(before)s, %(next)s"), map(isolated, items))


def sentences(*several: str) -> str:
    """The sentences, joined as the language does; empty ones are left out."""
    return _joined(pgettext("one sentence after another", "%(before)s %(next)s"), several)


def clauses(several: Iterable[str]) -> str:
    """ "a; b; c": the clauses of one sentence; empty ones are left out."""
    return _joined(pgettext("one clause after another", "%(before)s; %(next)s"), several)


def side_by_side(items: Iterable[str]) -> str:
    """ "a · b · c": labels, joined alike in every language; empty ones are left out."""
    return _joined("%(before)s · %(next)s", map(isolated, items))


def _joined(pattern: str, items: Iterable[str]) -> str:
    first, *others = list(filter(None, items)) or [""]
    for other in others:
        first = type(first)(pattern) % {"before": first, "next": other}
    return first

"""What a compiled template writes of hostile texts is what Jinja's own code writes of them."""

from decimal import Decimal
from traceback import extract_tb
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    TemplateAssertionError,
    UndefinedError,
)
from markupsafe import Markup, escape

from ideahub.core.languages import language
from ideahub.http.templates.environments import PlainEnvironment

HOSTILE = "<b title='x'>\"&amp;\"</b>"


class Word(str):
    """A text of another class."""

    __slots__ = ()


class Html:
    """Something that is written as HTML of its own."""

    def __html__(self) -> str:
        return "<i>&</i>"

    def __str__(self) -> str:
        return "never <written>"


class Said:
    """Something that is written as a text."""

    def __str__(self) -> str:
        return HOSTILE


VALUES = (
    HOSTILE,
    "plain",
    "",
    Markup(HOSTILE),  # noqa: S704  as some filter might make it
    Markup.escape(HOSTILE),
    Word(HOSTILE),
    Html(),
    Said(),
    0,
    -3,
    10**30,
    1.5,
    Decimal("1.50"),
    True,
    None,
    [HOSTILE, Markup("<b>")],
    (1, "<"),
    {"<": ">"},
    b"<bytes>",
)
SOURCES = {
    "plain": "a < b {{ value }} & {{ value }}",
    "attribute": """<p title="{{ value }}" class='{{ value }}'>{{ owner.value }}
        {{ owner['value'] }}""",
    "joined": "{{ '<' ~ value ~ '>' }}{{ value|string }}",
    "of an item": """{{ items.value }}{{ items.values }}
        {% for each in items %}{{ each }}{% endfor %}""",
    "kept": """{% set kept %}<b>{{ value }}</b>{% endset %}{{ kept }}
        {{ kept|length }}{{ kept ~ '<' }}""",
    "in a macro": """{% macro shown(it, class='<', more=none) %}
        <b class="{{ class }}">{{ it }}{{ more }}</b>{% endmacro %}
        {{ shown(value) }}{{ shown(value, class=value) }}{{ shown(shown(it=value)) }}""",
    "in a block": """{% macro frame(title) %}{{ title }}<hr>{{ caller() }}{% endmacro %}
        {% call frame(value) %}<i>{{ value }}</i>{{ frame is defined }}{% endcall %}""",
    "with a caller": """{% macro frame() %}{% if caller is defined %}{{ caller(1) }}
        {% else %}-{% endif %}{% endmacro %}{{ frame() }}
        {% call(number) frame() %}{{ value }}{{ number }}{% endcall %}""",
    "by a filter": """{{ value|safe }}{{ value|bold }}{{ value|escape }}{{ value|forceescape }}
        {{ [value, '<']|join('>') }}{{ value|string|upper|e }}
        {{ value|string|replace('<', '>') }}""",
    "by choice": """{{ value if value else '<nothing>' }}{{ '' if value }}
        {% if not value %}no{% endif %}""",
    "in a loop": """{% for each in [value, value] %}{{ loop.index }}{{ each }}
        {{ '<' if loop.last }}{% else %}none{% endfor %}""",
    "a number": "{{ 1 }}{{ 1.5 }}{{ none }}{{ '<' }}{{ true }}{{ 1 + 2 }}",
    "included": """{% with other = value %}{% include 'part' %}{% endwith %}
        {{ other is defined }}""",
    "imported": """{% from 'macros' import shown, shown as again %}
        {{ shown(value) }}{{ again(value) }}""",
    "extended": """{% extends 'base' %}{% block main %}{{ value }}
        {% block inner %}<{{ value }}>{% endblock %}{% endblock %}""",
}
PARTS = {
    "part": "<p>{{ other }}{{ value }}{% set other = 2 %}{{ other }}</p>",
    "macros": """{% macro _b(it) %}<b>{{ it }}</b>{% endmacro %}
        {% macro shown(it) %}{{ _b(it) }}{{ bold(it) }}{% endmacro %}""",
    "base": """<main>{% block main %}nothing{% endblock %}</main>
        {% block foot %}{{ value }}{% endblock %}""",
}


def bold(value: Any) -> Markup:
    return Markup("<b>{}</b>").format(value)


@pytest.fixture(scope="module")
def jinjas() -> Environment:
    """Jinja's own code, with the settings of the site."""
    made = Environment(
        loader=DictLoader(SOURCES | PARTS), autoescape=True, undefined=StrictUndefined
    )
    made.filters["bold"] = bold
    made.globals["bold"] = bold
    return made


def outcome(environment: Environment, name: str, values: dict[str, Any]) -> str:
    """What is written, or what is wrong."""
    try:
        return environment.get_template(name).render(values)
    except Exception as wrong:  # noqa: BLE001  which one, is compared
        return f"{type(wrong).__name__}: {wrong}"


@pytest.mark.parametrize("name", SOURCES)
def test_the_same_is_written_of_every_value(jinjas: Environment, name: str) -> None:
    ours = PlainEnvironment.like(jinjas)
    for value in VALUES:
        known = {"value": value, "owner": SimpleNamespace(value=value), "items": {"value": value}}
        assert outcome(ours, name, known) == outcome(jinjas, name, known)


def test_a_hostile_text_is_escaped_once(jinjas: Environment) -> None:
    ours = PlainEnvironment.like(jinjas)
    assert ours.get_template("plain").render(value=HOSTILE).count(str(escape(HOSTILE))) == 2
    assert "<b title" not in ours.get_template("in a macro").render(value=HOSTILE)
    assert "&amp;lt;" not in ours.get_template("in a macro").render(value=HOSTILE)


WRONG = {
    "missing": "{{ nothing }}",
    "missing attribute": "{{ value.nothing }}",
    "attribute of what is missing": "{{ value.nothing.more }}",
    "missing item": "{{ items['nothing'] }}",
    "attribute of none": "{{ none_at_all.name }}",
    "call of what is missing": "{{ nothing() }}",
    "test of what is missing": "{% if nothing %}{% endif %}",
    "loop over what is missing": "{% for each in nothing %}{% endfor %}",
    "filter of what is missing": "{{ nothing|upper }}",
    "argument left out": "{% macro shown(it) %}{{ it }}{% endmacro %}{{ shown() }}",
    "caller left out": "{% macro frame() %}{{ caller() }}{% endmacro %}{{ frame() }}",
    "macro that is not there": "{% from 'macros' import none_such %}{{ none_such(1) }}",
}


@pytest.mark.parametrize("source", WRONG.values(), ids=WRONG)
def test_what_is_missing_is_never_passed_over(jinjas: Environment, source: str) -> None:
    known: dict[str, Any] = {"value": "text", "items": {}, "none_at_all": None}
    jinjas.loader.mapping["wrong"] = source  # type: ignore[union-attr]
    jinjas.cache.clear()  # type: ignore[union-attr]
    with pytest.raises(UndefinedError) as wrong:
        PlainEnvironment.like(jinjas).get_template("wrong").render(known)
    assert outcome(jinjas, "wrong", known) == f"UndefinedError: {wrong.value}"


@pytest.mark.parametrize(
    "call", ["shown(1, 2, 3)", "shown(1, it=2)", "shown(1, other=2)", "shown(1, caller=2)"]
)
def test_a_macro_takes_only_what_it_names(jinjas: Environment, call: str) -> None:
    source = f"{{% macro shown(it, more=1) %}}{{{{ it }}}}{{% endmacro %}}{{{{ {call} }}}}"
    jinjas.loader.mapping["wrong"] = source  # type: ignore[union-attr]
    jinjas.cache.clear()  # type: ignore[union-attr]
    with pytest.raises(TypeError):
        jinjas.get_template("wrong").render()
    with pytest.raises(TypeError):
        PlainEnvironment.like(jinjas).get_template("wrong").render()


def test_a_changed_template_is_compiled_again_where_the_model_reloads(jinjas: Environment) -> None:
    ours = PlainEnvironment.like(jinjas)
    written = []
    for reloads in (True, False):
        jinjas.auto_reload = reloads
        for source in ("one", "two"):
            jinjas.loader.mapping["part"] = source  # type: ignore[union-attr]
            written.append(ours.get_template("included").render(value=1).strip()[:3])
    jinjas.loader.mapping["part"] = PARTS["part"]  # type: ignore[union-attr]
    jinjas.auto_reload = True
    assert written == ["one", "two", "two", "two"]


def test_what_is_the_same_in_a_language_is_worked_out_once(jinjas: Environment) -> None:
    asked = []

    def shown(word: str) -> Markup:
        asked.append((word, language()))
        return Markup("<b>{}</b>").format(word)

    jinjas.globals["shown_once"] = shown
    source = """{{ shown_once('a<') }}{{ shown_once(value) }}{% set kept = shown_once('c') %}
        {{ kept }}{{ shown_once('d') if value else '' }}"""
    jinjas.loader.mapping["folded"] = source  # type: ignore[union-attr]
    ours = PlainEnvironment.like(jinjas, "ar-XB", {"shown_once"})
    template = ours.get_template("folded")
    assert asked == [("a<", "ar-XB"), ("c", "ar-XB"), ("d", "ar-XB")]
    assert template.render(value="<") == template.render(value="<")
    assert asked[3:] == [("<", "en"), ("<", "en")]
    assert template.render(value="<") == jinjas.get_template("folded").render(value="<")
    with pytest.raises(TypeError):
        template.render(value=1, shown_once=2)
    jinjas.loader.mapping["folded"] = "{% set shown_once = 1 %}"  # type: ignore[union-attr]
    with pytest.raises(TemplateAssertionError):
        PlainEnvironment.like(jinjas, "en", {"shown_once"}).get_template("folded")


def test_a_fault_names_the_template_and_its_line(jinjas: Environment) -> None:
    jinjas.loader.mapping["part"] = "<p>\n\n{{ other.nothing }}"  # type: ignore[union-attr]
    ours = PlainEnvironment.like(jinjas)
    with pytest.raises(UndefinedError) as wrong:
        ours.get_template("included").render(value=1)
    lines = [each.lineno for each in extract_tb(wrong.tb) if each.filename == "<template>"]
    assert lines == [1, 3]
    jinjas.loader.mapping["part"] = PARTS["part"]  # type: ignore[union-attr]

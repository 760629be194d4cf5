"""Templates are sent without the indentation of their lines; spaces that part words stay."""

import re
from pathlib import Path

import pytest

from ideahub.core.config import WEB
from ideahub.http.pages import environment
from ideahub.http.templates.loading import flush_left

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("  <p>\n    a\n\tb</p>", "<p>\na\nb</p>"),
        ("<p{% if x %} id=1{% endif %}\n    class=2>", "<p{% if x %} id=1{% endif %}\n class=2>"),
        ("a{# said #}\n      b", "a{# said #}\n b"),
        ("{{ a }}\n   {{ b }}", "{{ a }}\n{{ b }}"),
        ("a  b   c\n", "a  b   c\n"),
    ],
)
def test_lines_begin_at_once(source: str, left: str) -> None:
    assert flush_left(source) == left


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_nothing_but_white_space_is_left_out(path: Path) -> None:
    """What stood apart still does, after Jinja has trimmed it; and lines keep their numbers."""
    source = path.read_text()
    left = flush_left(source)
    assert left.count("\n") == source.count("\n")
    assert "".join(map(_text, environment.lex(left))) == "".join(
        map(_text, environment.lex(source))
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_class_with_a_condition_names_a_value_with_an_underscore(path: Path) -> None:
    """It is built as a space, and such a selector spoils the rule of all fields that are hidden."""
    assert not re.findall(r"\[value[$^*]?=\w*_\w*\]", path.read_text())


def _text(token: tuple[int, str, str]) -> str:
    """What stands in the page, white space as browsers see it; of tags only that there is one."""
    _line, kind, value = token
    return re.sub(r"\s+", " ", value) if kind == "data" else "|"

"""Texts as translators need them: whole, named, and none that has not gone through gettext."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from ideahub.core.config import PACKAGE, WEB
from tests.support.pseudo import CODES, KEPT, extracted, plain, pseudo
from tests.support.raw_texts import READ_ALOUD

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
# Sample texts, for those who build pages, in development only.
SAMPLES = {"gallery.html"}
NAMES = {"IdeaHub"}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LETTER = re.compile(r"[^\W\d_]")
# Some macros make attributes.
ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')
# Commands speak to operators, in English; importers note what they find in a file.
FOR_OPERATORS = ("importing", "embedded", "demo/filling", "demo/telling", "text.py")
PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")
COUNTED = re.compile(r"%\(num\)s|\{n\}")


class RawTexts(HTMLParser):
    """What a template says by itself, where nothing is put in."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(JINJA.sub("", source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD or (name.startswith("data-") and " " in (value or "").strip()):
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        text = ATTRIBUTE.sub("", data).strip(" \n·>")
        if LETTER.search(text) and text not in NAMES:
            self.found.append(text)


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.name not in SAMPLES], ids=lambda path: path.name
)
def test_no_template_has_text_of_its_own(path: Path) -> None:
    assert not RawTexts(path.read_text()).found


def test_such_text_would_be_found() -> None:
    source = '<p title="A tip {{ _("x") }}">{# no #}{% if a %}Hello{% endif %} {{ name }}</p>'
    assert RawTexts(source).found == ["A tip", "Hello"]


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """Everything that translators are given."""
    return extracted()


def several(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def test_every_message_can_be_translated(texts: Catalog) -> None:
    messages = [message for message in texts if message.id]
    assert len(messages) > 800
    for message in messages:
        for text in several(message):
            assert text == text.strip(" "), text
            assert "%s" not in text and "%d" not in text, text
            assert not re.match(r"[:.)]", text), text


def test_only_what_is_counted_has_a_plural(texts: Catalog) -> None:
    for message in texts:
        if len(several(message)) == 2:
            singular, plural = several(message)
            names = set(PLACEHOLDER.findall(singular)) - {"num"}
            assert names == set(PLACEHOLDER.findall(plural)) - {"num"}, plural
            assert not COUNTED.search(singular) or COUNTED.search(plural), plural


@pytest.mark.parametrize("code", CODES)
def test_the_pseudo_languages_can_be_turned_back(texts: Catalog, code: str) -> None:
    for message in texts:
        for text in several(message) if message.id else ():
            made = pseudo(text, code)
            assert plain(made) == text
            assert sorted(PLACEHOLDER.findall(made)) == sorted(PLACEHOLDER.findall(text))
            if ";" not in text:
                assert len(made) >= 1.5 * len(KEPT.sub("", text)), text


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(FOR_OPERATORS):
            yield name, ast.parse(path.read_text())


def called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def test_no_refusal_and_no_notice_is_raw() -> None:
    spoken = {"see_other", "go_to", "callout", "Refused", "Forbidden", "Conflict", "Invalid"}
    spoken |= {"TooMany", "Busy", "SignInNeeded"}
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node.func) in spoken:
                raw = [
                    one.value
                    for one in [*node.args, *(keyword.value for keyword in node.keywords)]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                assert not [text for text in raw if " " in text], (name, raw)


def test_nothing_is_put_into_a_text_by_hand() -> None:
    """Neither `_("…") % x` nor `_("…") + x` nor `f"{_("…")} …"` nor `_("…").lower()`."""
    looked_up = {"_", "ngettext", "pgettext", "npgettext"}

    def is_text(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and called(node.func) in looked_up

    for name, tree in sources():
        for node in ast.walk(tree):
            glued = isinstance(node, ast.BinOp) and (is_text(node.left) or is_text(node.right))
            changed = node.attr if isinstance(node, ast.Attribute) and is_text(node.value) else ""
            within = isinstance(node, ast.JoinedStr) and any(
                isinstance(part, ast.FormattedValue) and is_text(part.value) for part in node.values
            )
            assert not (glued or within), (name, ast.unparse(node))
            assert changed in {"", "casefold"}, (name, ast.unparse(node))


def test_no_number_or_day_is_written_by_hand() -> None:
    """Neither `f"{n:,}"` nor `f"{day:%d.%m.}"`: they go through the language."""
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.FormattedValue) and node.format_spec:
                spec = ast.unparse(node.format_spec)
                assert not re.search(r",|%[a-zA-Z]", spec), (name, ast.unparse(node))

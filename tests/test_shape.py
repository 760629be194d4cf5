"""The house rules that imports can show: which part may know of which."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideahub.config import WEB

PACKAGE = Path(__file__).parents[1] / "ideahub"
ORDER = [
    "accounts",
    "campaigns",
    "ideas",
    "conversation",
    "teams",
    "sponsorship",
    "judging",
    "pipeline",
    "moderation",
    "notifications",
    "insights",
    "importing",
    "front",
    "demo",
]
# Files of a feature that speak to browsers; every other file of it is a rule or a look-up.
OUTER = ("routes", "live", "showing", "forms", "fields", "cookies", "previewing", "phase_rows")
NOT_FOR_RULES = ("litestar", "jinja2", "ideahub.realtime", "ideahub.pages", "ideahub.forms")
# The ground every feature stands on: it knows no feature, save who is looking.
GROUND = [*sorted(PACKAGE.glob("*.py")), *sorted((PACKAGE / "realtime").glob("*.py"))]
WIRING = {
    "app.py",
    "__main__.py",
    "serving.py",
    "tables.py",
    "pages.py",
    "requests.py",
    "explaining.py",
    "routes.py",
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def feature_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "ideahub" and parts[1] in ORDER else None


FILES = [path for feature in ORDER for path in sorted((PACKAGE / feature).glob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_feature_imports_only_what_comes_before_it(path: Path) -> None:
    own = ORDER.index(path.parent.name)
    later = {
        name
        for name in imports_of(path)
        if (feature := feature_of(name)) and ORDER.index(feature) > own
    }
    assert not later


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if not any(word in path.stem for word in OUTER)],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_rules_know_neither_the_web_nor_the_rooms(path: Path) -> None:
    assert not {name for name in imports_of(path) if name.startswith(NOT_FOR_RULES)}


@pytest.mark.parametrize(
    "path",
    [path for path in GROUND if path.name not in WIRING],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_the_ground_knows_no_feature(path: Path) -> None:
    assert not {name for name in imports_of(path) if feature_of(name)}


def test_models_know_only_tables() -> None:
    for path in FILES:
        if path.name == "models.py":
            known = {name for name in imports_of(path) if name.startswith("ideahub.")}
            allowed = ("ideahub.db", "ideahub.events", "ideahub.config")
            models = {name for name in known if ".models" in name}
            assert all(name.startswith(allowed) for name in known - models), path


def test_every_package_is_in_the_order() -> None:
    found = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found <= {*ORDER, "realtime", "embedded"}


def pushed_templates() -> set[str]:
    """The templates that live.py files and what they call render, with all they include."""
    found: set[str] = set()
    wanted = [
        name
        for path in sorted(PACKAGE.glob("*/live.py"))
        for name in re.findall(r"render\(\s*\"([^\"]+)\"", path.read_text())
    ]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            text = (WEB / "templates" / name).read_text()
            wanted += re.findall(r"\{%-?\s*include\s+\"([^\"]+)\"", text)
    return found


@pytest.mark.parametrize("name", sorted(pushed_templates()))
def test_a_pushed_partial_names_no_viewer_and_holds_no_form(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", (WEB / "templates" / name).read_text(), flags=re.DOTALL)
    code = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", text))
    words = set(re.findall(r"[a-z_]+", re.sub(r"\"[^\"]*\"", "", code)))
    assert not words & {"viewer", "form_token", "token", "voted", "can"}
    assert not re.search(r"<(form|input|textarea|select|details|dialog)\b", text)

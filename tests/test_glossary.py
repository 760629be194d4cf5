"""What docs/glossary.md names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = sorted(set(re.findall(r"`([A-Z]\w+(?:\.\w+)?)`", (ROOT / "docs/glossary.md").read_text())))


def names_in_the_code() -> set[str]:
    """Classes with their members as `Class.member`, and names that modules give."""
    found: set[str] = set()
    for path in (ROOT / "ideahub").rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            found |= set(_names(node))
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{name}" for member in node.body for name in _names(member)}
    return found


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return [node.name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign():
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


KNOWN = names_in_the_code()


@pytest.mark.parametrize("name", NAMED)
def test_a_name_of_the_glossary_stands_in_the_code(name: str) -> None:
    assert name in KNOWN


def test_no_word_is_explained_twice() -> None:
    words = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    words = [word for word in words if word != "Word"]
    assert len(words) == len(set(words)) > 60

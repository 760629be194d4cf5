"""Which kinds of events a handler's deed may record, read from the source.

They are those that the functions name which it uses, and which these use, and so on: more than are
recorded for any one request, and no fewer.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ideahub.core.config import PACKAGE


@dataclass
class _Function:
    kinds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


def reached_kinds(function: Callable[..., Any]) -> set[str]:
    """The names of the kinds, such as "ROLE_GRANTED"."""
    known = _functions()
    waiting, seen = [f"{function.__module__}.{function.__qualname__}"], set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in seen:
            seen.add(name)
            waiting += known[name].uses
    return set().union(*(known[name].kinds for name in seen))


@cache
def _functions() -> dict[str, _Function]:
    found: dict[str, _Function] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found |= _in_module(_name_of(path), ast.parse(path.read_text()))
    return found


def _name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def _in_module(module: str, tree: ast.Module) -> dict[str, _Function]:
    imported = dict(_imported(tree))
    found = {}
    for node in tree.body:
        # A class stands for all of its methods.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[f"{module}.{node.name}"] = _read(node, module, imported)
    return found


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Name in the module → what it is called where it is defined; also what is imported late."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _read(tree: ast.AST, module: str, imported: dict[str, str]) -> _Function:
    read = _Function()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Kind"), attr=kind):
                read.kinds.add(kind)
            case ast.Name(id=name):
                # Also what is only handed over, such as a rule that another function calls.
                read.uses.add(imported.get(name, f"{module}.{name}"))
    return read

"""Renders each template by Jinja's own code as well, and keeps where the two differ."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pytest

from ideahub.core.languages import language
from ideahub.http.own_parts import PlacesInPage
from ideahub.http.pages import environment
from ideahub.http.templates.environments import Compiled


@dataclass
class Compared:
    """The templates that were rendered, in which languages, and what came out differently."""

    templates: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    different: list[str] = field(default_factory=list)
    renders: int = 0

    def add(self, name: str, ours: str, jinjas: str) -> None:
        """Counts a text that was made by both."""
        self.renders += 1
        self.templates.add(name)
        self.languages.add(language())
        if ours != jinjas:
            pairs = enumerate(zip(ours, jinjas, strict=False))
            shorter = min(len(ours), len(jinjas))
            at = next((at for at, (one, other) in pairs if one != other), shorter)
            near = slice(max(at - 60, 0), at + 60)
            self.different.append(f"{name} ({language()}): {ours[near]!r} for {jinjas[near]!r}")


def _as_before(value: Any) -> Any:
    """A copy of what the rendering of a page adds to: some of its lists, and its own parts."""
    if isinstance(value, PlacesInPage):
        copied = copy(value)
        copied.found = [*value.found]
        return copied
    return [*value] if type(value) is list else value


# Jinja would keep fewer than there are, and compile some again and again.
_compiled_by_jinja: dict[Any, Any] = {}


@contextmanager
def both_compilers() -> Iterator[Compared]:
    """Within the block, whatever is rendered is rendered by both."""
    compared, render = Compared(), Compiled.render

    def twice(self: Compiled, *args: Any, **values: Any) -> str:
        again = {key: _as_before(value) for key, value in values.items()}
        ours = render(self, *args, **values)
        name = str(self.name)
        compared.add(name, ours, environment.get_template(name).render(*args, **again))
        return ours

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compiled, "render", twice)
        patch.setattr(environment, "cache", _compiled_by_jinja)
        yield compared

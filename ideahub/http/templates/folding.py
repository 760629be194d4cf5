"""Works out what is the same on every page of a language once, when its templates are compiled."""

from collections.abc import Collection
from typing import Any

from jinja2 import Environment, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer

from ideahub.core.languages import in_language


class Folding(NodeTransformer):
    """Puts the value in place of each call whose arguments stand in the template.

    `functions` are the names of the functions that answer the same for the same arguments within
    a language, such as `_` without values. No template may have a variable of such a name.
    """

    def __init__(self, environment: Environment, functions: Collection[str], code: str) -> None:
        self._environment = environment
        self._functions = functions
        self._code = code

    def folded(self, template: nodes.Template) -> nodes.Template:
        """The template with the values; raises TemplateAssertionError."""
        for name in template.find_all(nodes.Name):
            if name.ctx != "load" and name.name in self._functions:
                raise TemplateAssertionError(f"{name.name!r} is a function", name.lineno)
        with in_language(self._code):
            return self.visit(template)  # type: ignore[no-any-return]

    def visit_Call(self, node: nodes.Call, *_args: Any) -> nodes.Node:
        node = self.generic_visit(node)  # type: ignore[assignment]
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        by_name = node.kwargs or node.dyn_args or node.dyn_kwargs
        if name not in self._functions or by_name:
            return node
        if not all(isinstance(given, nodes.Const) for given in node.args):
            return node
        function: Any = self._environment.globals[name]
        value = function(*(given.as_const() for given in node.args))
        return nodes.Const(value, lineno=node.lineno)

"""Compiles templates into functions that return lists of plain strings.

Jinja's own code makes a Markup object for each `{{ }}`, passes each string through a generator
for every block and include around it, and looks up again what never changes. What a template
may say, and what comes out, is the same.
"""

from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any

from jinja2 import nodes
from jinja2.compiler import (
    CodeGenerator,
    DependencyFinderVisitor,
    Frame,
    MacroRef,
    find_undeclared,
    optimizeconst,
)
from jinja2.nodes import EvalContext
from jinja2.runtime import exported
from markupsafe import Markup

from ideahub.http.templates.running import NAMES

OUT = "out"


class PlainStrings(CodeGenerator):
    """Jinja's compiler, writing other code for what is written often."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._constants: dict[str, str] = {}

    # The functions of a template: its root, and its blocks.

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from jinja2.runtime import {', '.join(sorted(exported))}")
        self.writeline(f"from ideahub.http.templates.running import {', '.join(NAMES)}")
        self.writeline(f"name = {self.name!r}")
        self.blocks = {block.name: block for block in node.find_all(nodes.Block)}
        extends = node.find(nodes.Extends) is not None
        frame = self._new_frame()
        frame.toplevel = frame.rootlevel = True
        end = "parent_template.root_render_func(context)" if extends else OUT
        self._write_function("root", node, frame, end)
        for name, block in self.blocks.items():
            frame = self._new_frame()
            frame.block_frame, frame.block = True, name
            self._write_function(f"block_{name}", block, frame, OUT)
        blocks = ", ".join(f"{name!r}: block_{name}" for name in self.blocks)
        self.writeline(f"blocks = {{{blocks}}}", extra=1)
        for value, constant in self._constants.items():
            self.writeline(f"{constant} = {value}")
        lines = "&".join(f"{of}={at}" for of, at in self.debug_info)
        self.writeline(f"debug_info = {lines!r}")

    def _new_frame(self) -> Frame:
        frame = Frame(EvalContext(self.environment, self.name))
        frame.buffer = OUT
        return frame

    def _write_function(self, name: str, node: Any, frame: Frame, result: str) -> None:
        if {"self", "super"} & find_undeclared(node.body, ("self", "super")):
            self.fail("a block cannot be shown twice, nor what it stands for", node.lineno)
        self.writeline(f"def {name}(context, missing=missing, environment=environment):", node, 1)
        self.indent()
        self.write_commons()
        self.writeline(f"{OUT} = []")
        if frame.block_frame:
            self.writeline("_block_vars = {}")
        frame.symbols.analyze_node(node)
        self.enter_frame(frame)
        self.pull_dependencies(node.body)
        self.blockvisit(node.body, frame)
        self.leave_frame(frame, with_python_scope=True)
        self.writeline(f"return {result}")
        self.outdent()

    def write_commons(self) -> None:
        self.writeline("resolve = context.resolve_or_missing")
        self.writeline("undefined = environment.undefined")
        self.writeline("concat = ''.join")
        self.writeline("cond_expr_undefined = Undefined")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if frame.toplevel and self.has_known_extends:
            return
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0]({context}))", node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        self.writeline(f"{frame.buffer}.extend(included({self.get_context_ref()}, ", node)
        self.visit(node.template, frame)
        self.write(f", {self.dump_local_context(frame)}))")

    # What is written.

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("(escaped(v) if (k := type(v := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")) is str else v if k is Markup else put_in(v))")

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:
        self.push_assign_tracking()
        inner = frame.inner()
        inner.require_output_check = False
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.newline(node)
        self.visit(node.target, frame)
        self.write(f" = as_markup(concat({inner.buffer}))")
        self.pop_assign_tracking(frame)
        self.leave_frame(inner)

    # What is looked up and called.

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        if isinstance(node.value, Markup):
            self.write(self._constant(f"as_markup({str(node.value)!r})"))
        else:
            super().visit_Const(node, frame)

    def pull_dependencies(self, parts: Iterable[nodes.Node]) -> None:
        """Filters and tests are looked up once; raises KeyError for one that is not there."""
        finder = DependencyFinderVisitor()
        for part in parts:
            finder.visit(part)
        self.filters |= {
            name: self._constant(f"environment.filters[{name!r}]") for name in finder.filters
        }
        self.tests |= {
            name: self._constant(f"environment.tests[{name!r}]") for name in finder.tests
        }

    def _constant(self, code: str) -> str:
        """The name of what this code makes, once when the template is loaded."""
        return self._constants.setdefault(code, f"c_{len(self._constants)}")

    @optimizeconst
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.write("(v if (v := getattr((o := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing ")
        self.write(f"else without(environment, o, {node.attr!r}))")

    @optimizeconst
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.visit(node.node, frame)
        extra = {"caller": "caller"} if forward_caller else None
        given = self._written(lambda: self.signature(node, frame, extra))
        self.write(f"({given.removeprefix(', ')})")

    def _written(self, write: Callable[[], None]) -> str:
        """What is written within a line, instead of writing it."""
        kept, self.stream = self.stream, StringIO()
        try:
            write()
            return self.stream.getvalue()
        finally:
            self.stream = kept

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        names = tuple(argument.name for argument in macro_ref.node.args)
        self.write(f"macro_of(environment, macro, {names!r}, called={macro_ref.accesses_caller})")

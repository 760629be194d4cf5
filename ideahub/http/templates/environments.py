"""An environment for each language, in which templates are compiled to plain strings."""

from collections.abc import Collection, MutableMapping
from typing import Any

from jinja2 import Environment, Template, nodes

from ideahub.http.templates.compiling import PlainStrings
from ideahub.http.templates.folding import Folding
from ideahub.http.templates.running import Known


class Compiled(Template):
    """A template whose module is the same whoever imports it: it has no globals of its own."""

    environment: "PlainEnvironment"

    def render(self, *args: Any, **named: Any) -> str:
        """The text; raises TypeError for a value with the name of a function.

        Without Jinja's way to find its globals, which takes longer than a short template.
        """
        environment, values = self.environment, dict(*args, **named)
        if not environment.functions.isdisjoint(values):
            raise TypeError(f"{self.name}: a value has the name of a function")
        context = Known(environment, {**environment.globals, **values}, self.name, self.blocks)
        try:
            return "".join(self.root_render_func(context))
        except Exception:  # noqa: BLE001  it is raised again, with the template's lines
            environment.handle_exception()

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class PlainEnvironment(Environment):
    """Compiles the templates of another environment for one language, and keeps them."""

    code_generator_class = PlainStrings
    context_class = Known
    template_class = Compiled
    functions: frozenset[str]
    language: str
    model: Environment
    _kept: dict[str, Template]

    @classmethod
    def like(
        cls, model: Environment, language: str = "en", functions: Collection[str] = ()
    ) -> "PlainEnvironment":
        """One with the model's templates, filters and globals; of `functions` see Folding."""
        made = object.__new__(cls)
        vars(made).update(vars(model))
        made.model, made.cache, made._kept = model, None, {}
        made.language, made.functions = language, frozenset(functions)
        return made

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  Jinja's name
    ) -> Template:
        """The template, compiled once; where the model reloads, whenever its file has changed.

        Raises TemplateNotFound.
        """
        found = self._kept.get(name)  # type: ignore[arg-type]
        if found is None or (self.model.auto_reload and not found.is_up_to_date):
            found = super().get_template(name, parent, globals)
            self._kept[str(found.name)] = found
        return found

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        folded = Folding(self, self.functions, self.language).folded(source)
        return super()._generate(folded, name, filename, defer_init)

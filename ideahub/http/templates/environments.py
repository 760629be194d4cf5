"""An environment for each language, in which templates are compiled to plain strings."""

from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, Template

from ideahub.http.templates.compiling import PlainStrings
from ideahub.http.templates.running import Known


class Compiled(Template):
    """A template whose module is the same whoever imports it: it has no globals of its own."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class PlainEnvironment(Environment):
    """Compiles the templates of another environment, and keeps them until the process ends."""

    code_generator_class = PlainStrings
    context_class = Known
    template_class = Compiled

    @classmethod
    def like(cls, model: Environment) -> "PlainEnvironment":
        """One with the model's templates, filters, and globals."""
        made = object.__new__(cls)
        vars(made).update(vars(model))
        made.cache = None
        made._kept = {}
        return made

    _kept: dict[str, Template]

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  Jinja's name
    ) -> Template:
        """The template, compiled at most once; raises TemplateNotFound."""
        found = self._kept.get(name)  # type: ignore[arg-type]
        if found is None:
            found = super().get_template(name, parent, globals)
            self._kept[str(found.name)] = found
        return found

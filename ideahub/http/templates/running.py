"""What compiled templates call while they run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join
from jinja2.utils import missing
from markupsafe import Markup, escape
from markupsafe._speedups import _escape_inner

from ideahub.core.i18n import as_markup

# Names that every compiled template imports from here.
NAMES = ("as_markup", "escaped", "included", "joined", "macro_of", "put_in", "without")

# Escapes a str itself, no subclass; returns a str without making Markup of it.
escaped: Callable[[str], str] = _escape_inner


def put_in(value: Any) -> str:
    """What `{{ value }}` writes; raises UndefinedError for what is missing."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


def joined(parts: tuple[Any, ...]) -> str:
    """What `a ~ b` is: Markup where one of them is HTML, and the others are escaped then."""
    if all(type(part) is str or type(part) is int for part in parts):
        return "".join(map(str, parts))
    return markup_join(parts)


def without(environment: Environment, owner: Any, name: str) -> Any:
    """What `owner.name` is where the owner has no attribute of this name: its item, else undefined.

    As Jinja's own `Environment.getattr` goes on.
    """
    try:
        return owner[name]
    except (TypeError, LookupError, AttributeError):
        return environment.undefined(obj=owner, name=name)


def macro_of(
    environment: Environment, body: Callable[..., str], names: Sequence[str], *, called: bool
) -> Callable[..., Markup]:
    """The macro as templates call it; `called` says whether it uses `caller`.

    Raises TypeError for an argument that it does not have, or has twice.
    """
    places = {name: place for place, name in enumerate(names)}
    blank: list[Any] = [missing] * len(names)
    if called and "caller" not in places:
        places["caller"] = len(blank)
        blank.append(environment.undefined("No caller defined", name="caller"))

    def macro(*given: Any, **named: Any) -> Markup:
        if not named:
            return as_markup(body(*given, *blank[len(given) :]))
        values = [*given, *blank[len(given) :]]
        for name, value in named.items():
            place = places.get(name, -1)
            if place < len(given):
                raise TypeError(f"the macro takes no argument {name!r}, or has it already")
            values[place] = value
        return as_markup(body(*values))

    return macro


def included(context: Context, name: str, local: Mapping[str, Any]) -> list[str]:
    """What the template of this name writes, which knows what the context and the locals do."""
    template = context.environment.get_template(name)
    inner = Known(context.environment, context.parent, name, template.blocks)
    inner.vars = {**context.vars}
    inner.vars.update((each, value) for each, value in local.items() if value is not missing)
    return template.root_render_func(inner)  # type: ignore[return-value]


class Known(Context):
    """Jinja's context without what only its debugging and its modules' globals need."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: Mapping[str, Callable[..., Any]],
        globals: Any = None,  # noqa: A002  Jinja's name
    ) -> None:
        self.environment = environment
        self.parent = parent
        self.vars = {}
        self.exported_vars = set()
        self.name = name
        self.eval_ctx = EVALUATED_WITH_ESCAPES
        self.globals_keys = set()
        self.blocks = {block: [function] for block, function in blocks.items()}

    def resolve_or_missing(self, key: str) -> Any:
        """The value of this name, or what stands for its being missing."""
        found = self.vars.get(key, missing)
        return self.parent.get(key, missing) if found is missing else found


# Always the same: no template of ours turns the escapes off, and none could change it.
EVALUATED_WITH_ESCAPES = EvalContext(Environment(autoescape=True))

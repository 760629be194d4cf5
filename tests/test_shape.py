"""The house rules that the code itself can show: who may know whom, and what stands only once."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import nodes

from ideahub.app import routes
from ideahub.core.config import WEB
from ideahub.core.refusals import Refused
from ideahub.features import FEATURES, metadata
from ideahub.http.pages import environment

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ideahub"
TEMPLATES = WEB / "templates"
NAMES = [feature.name for feature in FEATURES]
# From the ground up, by path. A module imports only from its own layer and those before it.
LAYERS = (
    "core/",
    "http/",
    "realtime/",
    "feature.py",
    "server/embedded/",
    "server/migrating.py",
    "server/health.py",
    *(f"{name}/" for name in NAMES),
    "features.py",
    "app.py",
    "server/",
    "__main__.py",
    "__init__.py",
)
# What speaks to browsers; a rule may not know of it, nor of anything that does.
OUTER = re.compile(r"^(http|realtime|server)/|^(feature|features|app|__main__)\.py$")
OUTER_IN_FEATURE = re.compile(r"^\w+/(web/.*|live\.py|routes\.py|feature\.py)$")
WEB_LIBRARIES = ("litestar", "jinja2")
LONGEST_FUNCTION = 40
WIDEST = 120
# What whoever is suspended can still do, as it proves who they are, signs in or only shows a text:
# the functions for which `viewer_now` is enough.
WITHOUT_REFUSAL = {
    *("accounts/web/joining.py", "accounts/web/proof.py", "accounts/web/second_factor.py"),
    *("accounts/web/signing_in.py", "http/previewing.py", "openid_connect/web/signing_in.py"),
    *("accounts/web/passkeys.py challenge_to_prove", "accounts/web/passkeys.py prove_with_passkey"),
}
# An address names a thing; what is done to it is said by the method: POST …/adoption.
VERB = re.compile(
    r"\b("
    r"accept|add|adjust|adopt|answer|apply|ask|attach|begin|browse|change|choose|close"
    r"|conclude|confirm|create|decide|decline|delete|discard|do|edit|end|find|forget"
    r"|get|give|grant|hide|invite|join|keep|leave|list|make|manage|move|open|pay|pledge"
    r"|post|publish|read|refuse|reject|remove|rename|reply|restore|resume|revise|revoke"
    r"|save|say|search|send|set|show|start|stop|store|submit|take|thank|undo|unvote"
    r"|update|upload|write|withdraw"
    r")\b"
)


def modules() -> dict[str, Path]:
    """Path below the package → file."""
    return {
        path.relative_to(PACKAGE).as_posix(): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"_web", "_migrations"} & set(path.parts)
    }


MODULES = modules()
RULES = [name for name in MODULES if not OUTER.match(name) and not OUTER_IN_FEATURE.match(name)]


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text())


def module_named(dotted: str) -> str | None:
    """The path of a module of ours, None for a name within one or another's module."""
    start = "/".join(dotted.split(".")[1:])
    candidates = (f"{start}.py", f"{start}/__init__.py" if start else "__init__.py")
    return next((path for path in candidates if path in MODULES), None)


@cache
def imports_of(name: str) -> frozenset[str]:
    """What a module imports by itself: paths of ours, and dotted names of others."""
    return frozenset(_imports(name))


def _imports(name: str) -> Iterator[str]:
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            dotted = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for one in dotted:
            if not one.startswith("ideahub"):
                yield one
            elif found := module_named(one) or module_named(one.rpartition(".")[0]):
                yield found


@cache
def reach_of(name: str) -> frozenset[str]:
    """What a module imports, and what that imports in turn."""
    seen: set[str] = set()
    wanted = [name]
    while wanted:
        for found in imports_of(wanted.pop()) - seen:
            seen.add(found)
            if found in MODULES:
                wanted.append(found)
    return frozenset(seen)


def layer_of(name: str) -> int:
    """The layer with the longest beginning of this path."""
    fitting = [layer for layer in LAYERS if name.startswith(layer)]
    return LAYERS.index(max(fitting, key=len))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_knows_only_its_own_layer_and_those_below(name: str) -> None:
    higher = {
        found
        for found in reach_of(name)
        if found in MODULES and found != "__init__.py" and layer_of(found) > layer_of(name)
    }
    assert not higher


@pytest.mark.parametrize("name", RULES)
def test_rules_know_neither_the_web_nor_the_rooms(name: str) -> None:
    outer = {
        found
        for found in reach_of(name)
        if found.startswith(WEB_LIBRARIES)
        or (found in MODULES and (OUTER.match(found) or OUTER_IN_FEATURE.match(found)))
    }
    assert not outer


@pytest.mark.parametrize("name", [name for name in MODULES if name.endswith("/models.py")])
def test_models_know_only_tables(name: str) -> None:
    known = {found for found in imports_of(name) if found in MODULES}
    assert all(found.startswith("core/") or found.endswith("/models.py") for found in known)


def test_every_package_is_a_feature_or_the_ground() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == {*NAMES, "core", "http", "realtime", "server"}
    for name in NAMES:
        assert f"{name}/feature.py" in MODULES


def test_every_table_is_known_to_the_migrations() -> None:
    tables = {
        node.value.value
        for name in MODULES
        for assignment in ast.walk(tree_of(name))
        if isinstance(node := assignment, ast.Assign)
        and any(isinstance(to, ast.Name) and to.id == "__tablename__" for to in node.targets)
        and isinstance(node.value, ast.Constant)
    }
    assert tables == set(metadata.tables)


def test_no_function_is_long() -> None:
    long = [
        f"{name}: {node.name}"
        for name in MODULES
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for name in MODULES
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.ClassDef)
    )
    assert not [name for name, count in names.items() if count > 1]


# What a handler may catch by itself, since no form is to be mended: a suggestion that may be
# missing.
CAUGHT = {"ideas/web/ideas.py": {"Busy"}}


def kinds_of(refusal: type[Refused]) -> set[str]:
    """The names of a refusal and of all that are more special."""
    return {refusal.__name__}.union(*map(kinds_of, refusal.__subclasses__()))


@pytest.mark.parametrize("name", [name for name in MODULES if "/web/" in name])
def test_a_handler_takes_refusals_into_its_form_and_catches_none(name: str) -> None:
    caught = {
        found.id
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.ExceptHandler) and node.type
        for found in ast.walk(node.type)
        if isinstance(found, ast.Name)
    }
    assert caught & kinds_of(Refused) == CAUGHT.get(name, set())


def functions_of(name: str) -> dict[str, ast.AsyncFunctionDef]:
    return {
        node.name: node for node in tree_of(name).body if isinstance(node, ast.AsyncFunctionDef)
    }


def is_deed(function: ast.AsyncFunctionDef) -> bool:
    """Whether it is the handler of a deed, without a session."""
    calls = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Name) and one.id == "post" for one in calls) and not (
        {"db", "viewer"} & {one.arg for one in function.args.args}
    )


def called_by(name: str, function: ast.AsyncFunctionDef) -> set[str]:
    """What a function calls by name, also through others of its module."""
    functions, seen, wanted = functions_of(name), set[str](), [function]
    while wanted:
        calls = [node.func for node in ast.walk(wanted.pop()) if isinstance(node, ast.Call)]
        found = {one.id for one in calls if isinstance(one, ast.Name)} - seen
        seen |= found
        wanted += [functions[one] for one in found & set(functions)]
    return seen


def test_a_deed_without_a_session_refuses_whoever_is_suspended() -> None:
    """`viewer_now` refuses nobody, so a deed finds its viewer by `viewer_for_deed`."""
    unasked = {
        f"{name} {function.name}"
        for name in MODULES
        for function in functions_of(name).values()
        if is_deed(function) and "viewer_now" in (called := called_by(name, function))
        if not {"viewer_for_deed", "viewer_first"} & called
    }
    assert not {one for one in unasked if not {one, one.partition(" ")[0]} & WITHOUT_REFUSAL}


def verbs_in(path: str) -> set[str]:
    """The verbs among the words of an address; what stands in braces is no part of it."""
    return set(VERB.findall(re.sub(r"\{[^}]*\}", "", path)))


def test_addresses_name_things_and_no_verbs() -> None:
    assert verbs_in("/contributions/{reply:int}/adopt") == {"adopt"}
    paths = {path for handler in routes(demo=True) for path in getattr(handler, "paths", ())}
    assert len(paths) > 60
    assert not {path for path in paths if verbs_in(path)}


def included_in(text: str) -> set[str]:
    """The templates that a template names."""
    return set(re.findall(r"\{%-?\s*(?:include|from|import|extends)\s+\"([^\"]+)\"", text))


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_page_names_no_higher_feature(path: Path) -> None:
    order = {"components": -2, "layouts": -1, **{name: at for at, name in enumerate(NAMES)}}
    folder = path.relative_to(TEMPLATES).parts[0]
    own = order.get(folder, len(order))
    higher = {
        name for name in included_in(path.read_text()) if order[name.split("/")[0]] > own >= 0
    }
    assert not higher


PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = [path for path in PAGES if path.parent.name == "components"]


def imported(path: Path) -> Iterator[tuple[str, str, str]]:
    """From which template a template imports which macro, and as what."""
    for found in environment.parse(path.read_text()).find_all(nodes.FromImport):
        assert isinstance(found.template, nodes.Const)
        for name in found.names:
            macro, alias = name if isinstance(name, tuple) else (name, name)
            yield found.template.value, macro, alias


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_template_uses_what_it_imports(path: Path) -> None:
    used = {name.name for name in environment.parse(path.read_text()).find_all(nodes.Name)}
    assert {alias for _file, _macro, alias in imported(path)} <= used


def test_every_component_is_on_a_page() -> None:
    """The gallery shows what there is; it is no reason to keep what no page uses."""
    pages = [path for path in PAGES if path.name != "gallery.html"]
    taken = {(file, macro) for path in pages for file, macro, _alias in imported(path)}
    for path in COMPONENTS:
        tree = environment.parse(path.read_text())
        used = {name.name for name in tree.find_all(nodes.Name)}
        here = {macro.name for macro in tree.find_all(nodes.Macro)} - used
        assert {(f"components/{path.name}", name) for name in here} <= taken


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
            wanted += included_in((TEMPLATES / name).read_text())
    return {name for name in found if not name.startswith("components/")}


@pytest.mark.parametrize("pattern", ["templates/**/*.html", "assets/css/*.css", "assets/**/*.js"])
def test_pages_styles_and_scripts_are_120_columns_wide(pattern: str) -> None:
    files = [path for path in WEB.glob(pattern) if "node_modules" not in path.parts]
    assert files
    assert not [
        f"{path.relative_to(WEB)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST
    ]


@pytest.mark.parametrize("name", sorted(pushed_templates()))
def test_a_pushed_partial_names_no_viewer_and_nothing_to_fill_in(name: str) -> None:
    """A form of buttons may be pushed: the same bytes serve everybody. Fields may not: a push
    never lands where somebody types."""
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)
    code = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", text, flags=re.DOTALL))
    words = set(re.findall(r"[a-z_]+", re.sub(r"\"[^\"]*\"", "", code)))
    assert not words & {"viewer", "voted", "can"}
    assert not re.search(r"<(textarea|select|details|dialog)\b", text)
    assert not re.search(r"<input\b(?![^>]*\btype=\"hidden\")", text)
    assert "components/fields.html" not in text


# Who may read what stands for an author's name, besides the module that owns the rule.
MAY_READ_PSEUDONYMS = {
    "ideas/pseudonyms.py": "the rule: what is shown of an author who posted under another name",
    "ideas/submitting.py": "keeps the name that the author chose, where the campaign allows one",
    "ideas/web/writing.py": "the form in which an author chooses it",
}


def attributes(name: str, attribute: str) -> list[ast.Attribute]:
    """Where a module reads or calls an attribute of this name."""
    return [
        node
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.Attribute) and node.attr == attribute
    ]


def test_only_the_rule_and_the_form_read_a_pseudonym() -> None:
    assert {name for name in MODULES if attributes(name, "pseudonym")} == set(MAY_READ_PSEUDONYMS)
    assert not [path for path in PAGES if "idea.pseudonym" in path.read_text()]


# Where SQL stands as text that Core could not say: the module, and why.
SQL_AS_TEXT: dict[str, str] = {}


def texts_of_sql(name: str) -> Iterator[ast.Call]:
    """Calls of SQLAlchemy's text() in a module, but for the defaults of columns."""
    if not {"sqlalchemy.text", "sqlalchemy.sql.text"} & imports_of(name):
        return
    defaults = {
        id(keyword.value)
        for call in calls_in(name)
        for keyword in call.keywords
        if keyword.arg == "server_default"
    }
    for call in calls_in(name):
        if isinstance(call.func, ast.Name) and call.func.id == "text" and id(call) not in defaults:
            yield call


def calls_in(name: str) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(name)) if isinstance(node, ast.Call)]


def test_sql_is_written_with_core() -> None:
    assert {name for name in MODULES if list(texts_of_sql(name))} == set(SQL_AS_TEXT)


# Modules that put a word of ours into a statement's text: the word, not what anyone typed.
WRITES_LITERALS = {
    "core/db.py": "constant() and constants(), for words and numbers of our own",
    "pipeline/moving.py": "the names of measures, from the criteria that the features define",
}


def test_sql_is_never_put_together_from_texts() -> None:
    """Neither from pieces, nor by changing what was compiled; one module runs it as it is."""
    built = {
        name
        for name in MODULES
        for call in calls_in(name)
        if isinstance(call.func, ast.Name)
        and call.func.id == "literal_column"
        and not isinstance(call.args[0], ast.Constant)
    }
    assert built == set(WRITES_LITERALS)
    compiled = {
        name
        for name in MODULES
        for node in attributes(name, "compile")
        if not (isinstance(node.value, ast.Name) and node.value.id == "re")
    }
    assert compiled == {"core/quick_rows.py"}
    assert not [name for name in MODULES if attributes(name, "exec_driver_sql")]


def test_rows_are_held_by_one_helper() -> None:
    assert [name for name in MODULES if attributes(name, "with_for_update")] == ["core/locking.py"]

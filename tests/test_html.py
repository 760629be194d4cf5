"""Every kind of page, as people of every role see it, is HTML as the standard has it, and says what
it is to a screen reader: html-validate finds nothing, nor in forms that came back."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import pytest

from ideahub.app import create_app
from ideahub.core.config import WEB, Config
from tests.conftest import Browser
from tests.journeys.looking_around import client_of, find_person, look_around
from tests.support.databases import own_database
from tests.support.every_form import one_of_each_kind
from tests.support.following_links import Looks, shape
from tests.support.serving import Served
from tests.support.visiting import ROLES

pytestmark = pytest.mark.slow

ASSETS = WEB / "assets"
OWN_NODE = WEB.parent / ".node/bin/node"
GOOD = """<!doctype html><html lang="en"><head><title>A page</title></head><body><main>{main}</main>
</body></html>"""


def node() -> str:
    """What runs html-validate: Node as `make` has installed it, else the system's."""
    found = str(OWN_NODE) if OWN_NODE.exists() else shutil.which("node")
    assert found, "there is no Node; `make assets` brings one"
    return found


def validate(pages: dict[str, str]) -> dict[str, list[str]]:
    """Name of a page → what html-validate finds in it; all in one process."""
    assert (ASSETS / "node_modules/html-validate").is_dir(), "`make assets` brings html-validate"
    command = [node(), str(ASSETS / "validate.mjs")]
    done = subprocess.run(
        command, input=json.dumps(pages), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def different(pages: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Of pages of a kind that are made of the same elements, one; by who sees them, and where."""
    chosen = {
        (shape(path), frozenset(Looks(text).made_of)): (f"{who or 'stranger'} {path}", text)
        for who, path, text in pages
    }
    return dict(chosen.values())


@pytest.fixture(scope="module")
async def shown(
    database_url: str, demo_template: str, config: Config, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The demonstration, for the tests of this file alone: they send its forms."""
    config = replace(config, demo=True, var=tmp_path_factory.mktemp("var"))
    name = f"t_{os.getpid()}_html"
    async with own_database(database_url, name, demo_template) as database:
        yield Served(create_app(config, database, background=False), config, database)


async def test_every_page_and_refused_form(shown: Served) -> None:
    pages: list[tuple[str, str, str]] = []
    for name in ROLES.values():
        found = await look_around(shown, await find_person(shown, name))
        pages += [(name, path, text) for path, text in found.items()]
    answers = []
    for form in one_of_each_kind(pages).values():
        async with client_of(shown, await find_person(shown, form.who)) as client:
            answer = await Browser(client, None).post(form.action, dict.fromkeys(form.valid, ""))
        if answer.headers.get("content-type", "").startswith("text/html"):
            answers.append((f"refused, {form.who}", form.action, answer.text))
    kinds = different(pages) | different(answers)
    assert len(kinds) > 60 and len(answers) > 12
    found_in = validate(kinds)
    assert not found_in, "\n".join(f"{name}: {faults}" for name, faults in found_in.items())


@pytest.mark.parametrize(
    ("main", "rule"),
    [
        ('<form><button type="submit">Go</button></form>', ""),
        ('<span><form><button type="submit">Go</button></form></span>', "element-permitted"),
        ('<p aria-label="Nothing hears it">One</p>', "aria-label-misuse"),
        ("<button>Go</button>", "no-implicit-button-type"),
        ('<form><input aria-label="Words" name="q"></form>', "wcag/h32"),
    ],
)
def test_what_is_wrong_would_be_found(main: str, rule: str) -> None:
    found = validate({"page": GOOD.format(main=main)}).get("page", [])
    assert any(rule in fault for fault in found) if rule else not found, found

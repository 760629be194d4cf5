"""Templates are compiled to plain strings, and write the same bytes as Jinja's own code."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from ideahub.app import create_app, guarded
from ideahub.core.config import Config
from ideahub.core.events import Event
from ideahub.http import pages
from tests.support.both_compilers import both_compilers
from tests.support.crawling import Site, crawl, starts
from tests.support.databases import own_database
from tests.support.in_pseudo import pseudo_languages
from tests.support.visiting import ROLES, walk


@pytest.fixture(scope="module")
async def demo(database_url: str, demo_template: str, config: Config) -> AsyncIterator[Site]:
    """The demo, filled in."""
    name = f"t_{os.getpid()}_compiled_templates"
    async with own_database(database_url, name, demo_template) as database:
        config = replace(config, demo=True)
        app = create_app(config, database, background=False)
        yield Site(app, guarded(app, config), config.public_url, database, Event)


# Whoever sees most, in languages that run both ways.
READERS = (("stranger", "ar-XB"), ("author", "en-XA"), ("leader", "ar-XB"), ("judge", "en-XA"))


@pytest.mark.slow
@pytest.mark.parametrize(("role", "code"), READERS)
async def test_pages_in_each_language(
    demo: Site, pseudo_catalogues: Path, role: str, code: str
) -> None:
    with both_compilers() as compared, pseudo_languages(pseudo_catalogues):
        async with demo.visit(ROLES[role]) as visitor:
            visitor.client.headers["Accept-Language"] = code
            answers = await walk(visitor, starts(demo.app), pages=2, filtered=2)
    assert compared.different == []
    assert compared.languages == {code, "en"} if role != "stranger" else {code}
    assert compared.renders > len(answers) / 2


@pytest.mark.slow
async def test_pages_pushes_and_refused_forms(demo: Site) -> None:
    with both_compilers() as compared:
        await crawl(demo, ["admin"])
    assert compared.different == []
    assert compared.templates > {
        "campaigns/edit_phases.html",
        "conversation/_contribution.html",
        "ideas/index.html",
        "layouts/refused.html",
    }


def test_what_was_compiled_in_advance_is_what_pages_are_rendered_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages.compile_templates("en")

    def compile_again(_self: Any, *_args: Any, **_named: Any) -> Any:
        raise AssertionError("a template was compiled again")

    monkeypatch.setattr(Environment, "_compile", compile_again)
    assert "Places" in pages.render("results/_places.html", places=[], named=False)

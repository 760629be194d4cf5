"""Chromium, and the two sites it visits: the whole demonstration, and a small stage per journey."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.mailing import kept_mail, mail_folder
from ideahub.http.mail_layout import mailer_of
from tests.journeys.browsing import Stage, find_chromium, stage_on
from tests.journeys.looking_around import LETTER, Found, find_new_pages
from tests.journeys.playing import Play, prepare
from tests.journeys.typefaces import Copier, installed, only
from tests.support.databases import own_database
from tests.support.serving import Served, serve
from tests.support.workers import folder_of_run, put_in_place

HERE = Path(__file__).parent
LETTER_TO = "someone.with.a.long.name@department-of-transport-and-streets.example"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def typefaces(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Browser]]:
    """Family of fonts → a browser that has no other; one of any fonts where neither is here."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on the PATH; IDEAHUB_CHROMIUM may say where it is")
    # Chromium refuses its sandbox to root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    place = tmp_path_factory.mktemp("fonts")
    surroundings = {family: only(family, place) for family in installed()} or {"": {**os.environ}}
    async with async_playwright() as playwright:
        yield {
            family: await playwright.chromium.launch(
                executable_path=path, args=arguments, env={**surrounding}
            )
            for family, surrounding in surroundings.items()
        }


@pytest.fixture(scope="session")
def chromium(typefaces: dict[str, Browser]) -> Browser:
    """One browser for all; each person gets a context of their own."""
    return next(iter(typefaces.values()))


@pytest.fixture(scope="session")
def other_fonts(typefaces: dict[str, Browser]) -> dict[str, Copier]:
    """Browsers in which pages are laid out once more."""
    others = list(typefaces.items())[1:]
    return {family: Copier(browser) for family, browser in others}


@pytest.fixture(scope="session")
async def demo(
    chromium: Browser,
    database_url: str,
    demo_template: str,
    config: Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """The demonstration, filled in and served: to look at, not to change. It has had one letter."""
    config = replace(config, demo=True, var=tmp_path_factory.mktemp("var"))
    await mailer_of(config).send(LETTER_TO, "A letter", f"{LETTER_TO}\n\n" + "Words of it. " * 200)
    kept_mail(config)[0].rename(mail_folder(config) / f"{LETTER}.eml")
    async with (
        own_database(database_url, f"t_{os.getpid()}_demo", demo_template) as database,
        serve(config, database) as served,
    ):
        yield served


@pytest.fixture(scope="session")
async def new_pages(
    demo: Served, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Found]]:
    """Person → the pages to look at; the first worker that needs them finds them for all."""
    # The demonstration is filled in alike everywhere: its addresses are the same.
    kept = folder_of_run(tmp_path_factory) / "new_pages.json"
    if not kept.exists():
        written = tmp_path_factory.mktemp("pages") / kept.name
        written.write_text(json.dumps(await find_new_pages(demo)))
        put_in_place(written, kept)
    found = json.loads(kept.read_text())
    return {name: [Found(*page) for page in pages] for name, pages in found.items()}


@pytest.fixture
async def stage(
    chromium: Browser, other_fonts: dict[str, Copier], committing: Database, config: Config
) -> AsyncIterator[Stage]:
    """An empty site of this test's own, to change at will."""
    async with serve(config, committing) as served, stage_on(served, chromium, other_fonts) as own:
        yield own


@pytest.fixture
async def play(stage: Stage) -> Play:
    """The small site with its cast and an idea."""
    return await prepare(stage)


@pytest.fixture
async def visit(
    chromium: Browser, other_fonts: dict[str, Copier], demo: Served
) -> AsyncIterator[Stage]:
    """The demonstration, with browsers that are closed after the test."""
    async with stage_on(demo, chromium, other_fonts) as stage:
        yield stage

"""What a page that everyone may see weighs: its HTML, and all that a first view of it needs."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from gzip import compress

import pytest

from ideahub.app import create_app, guarded
from ideahub.core.config import Config
from ideahub.core.events import Event
from ideahub.http.assets import asset, files
from tests.support.crawling import RICH, Site
from tests.support.databases import own_database

# In bytes: of HTML as the browser reads it, and of everything but fonts as it is sent.
MOST_HTML, MOST_SENT = 60_000, 60_000
# Of scripts, as they are sent.
MOST_SCRIPT = 25_000
# What every page needs, and browsers keep.
SHARED = ("app.css", "app.js", "icons.svg")
SCRIPT = re.compile(r'<script\b[^>]*\ssrc="/static/([^"]+)"')


@pytest.fixture(scope="module")
async def demo(database_url: str, demo_template: str, config: Config) -> AsyncIterator[Site]:
    """The demo, filled in."""
    name = f"t_{os.getpid()}_light_pages"
    async with own_database(database_url, name, demo_template) as database:
        config = replace(config, demo=True)
        app = create_app(config, database, background=False)
        yield Site(app, guarded(app, config), config.public_url, database, Event)


def sent(name: str) -> int:
    """How many bytes of a shared file are sent to a browser of today over HTTPS."""
    return weight(asset(name).removeprefix("/static/"))


def weight(address: str) -> int:
    """The same of a file by its address below /static/."""
    file = files()[address]
    return min(map(len, [file.body, *file.packed.values()]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ideas",
        "/ideas?order=supported",
        RICH,
        f"{RICH}/contributions",
        "/challenges",
        "/challenges/1",
        "/challenges/2",
        "/challenges/8/results",
        "/idea-boxes",
        "/idea-boxes/5",
        "/pipeline",
        "/lessons",
        "/experiments/2",
        "/profiles/1",
        "/sign-in",
    ],
)
async def test_a_public_page_is_light(demo: Site, path: str) -> None:
    async with demo.visit() as stranger:
        answer = await stranger.look(path)
    assert answer.status == 200
    html = answer.text.encode()
    assert len(html) <= MOST_HTML
    assert len(compress(html, 6)) + sum(map(sent, SHARED)) <= MOST_SENT
    scripts = SCRIPT.findall(answer.text)
    assert asset("app.js").removeprefix("/static/") in scripts
    assert sum(map(weight, scripts)) <= MOST_SCRIPT


@pytest.mark.slow
async def test_icons_are_drawn_once_for_all_pages(demo: Site) -> None:
    shapes = files()[asset("icons.svg").removeprefix("/static/")].body.decode()
    async with demo.visit() as stranger:
        page = (await stranger.look("/ideas")).text
    used = {name.partition('"')[0] for name in page.split(f'<use href="{asset("icons.svg")}#')[1:]}
    assert len(used) > 8
    assert all(f'<symbol id="{name}" ' in shapes for name in used)

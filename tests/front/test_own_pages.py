"""Privacy, accessibility, imprint and contact: written by the operator, linked from every page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar

from ideahub.core.config import Config
from ideahub.core.text.cleaning import MAX_TEXT
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.following_links import Links

NAMES = ("privacy", "accessibility", "imprint", "contact")
MISSING = "The operator of this site has not written this page yet"


@pytest.fixture
def folder(app: Litestar, config: Config, tmp_path: Path) -> Iterator[Path]:
    """Where the operator's texts lie."""
    app.state.config = replace(config, var=tmp_path)
    (tmp_path / "pages").mkdir()
    yield tmp_path / "pages"
    app.state.config = config


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_missing_says_so(browse: Browse, folder: Path, name: str) -> None:
    answer = await (await browse(None)).get(f"/{name}")
    assert answer.status_code == 200
    assert MISSING in answer.text and f"pages/{name}.md" in answer.text


@pytest.mark.parametrize("name", NAMES)
async def test_what_the_operator_wrote(browse: Browse, folder: Path, name: str) -> None:
    stranger = await browse(None)
    (folder / f"{name}.md").write_text("# Who we are\n\nThe **city**.\n\n## More\n\n<b>no</b>")
    text = (await stranger.get(f"/{name}")).text
    assert MISSING not in text
    assert "<h2>Who we are</h2>" in text and "<h3>More</h3>" in text
    assert "<strong>city</strong>" in text and "<b>no</b>" not in text
    # A change is there at once.
    (folder / f"{name}.md").write_text("Another text")
    assert "Another text" in (await stranger.get(f"/{name}")).text


async def test_a_file_for_each_language(browse: Browse, folder: Path) -> None:
    (folder / "contact.md").write_text("In any language")
    (folder / "contact.en.md").write_text("In English")
    assert "In English" in (await (await browse(None)).get("/contact")).text


async def test_a_text_of_many_parts_may_be_long(browse: Browse, folder: Path) -> None:
    part = "# A part\n\n" + "word " * (MAX_TEXT // 6) + "\n\n"
    (folder / "privacy.md").write_text(part * 3)
    assert (await (await browse(None)).get("/privacy")).text.count("<h2>A part</h2>") == 3


@pytest.mark.parametrize("path", ["/", "/ideas", "/sign-in", "/nothing/here"])
async def test_every_page_links_to_them(browse: Browse, path: str) -> None:
    found = Links((await (await browse(None)).get(path)).text).found
    assert {f"/{name}" for name in NAMES} <= set(found)


@pytest.mark.parametrize("path", ["/joining", "/sign-in"])
async def test_whoever_signs_up_is_led_to_privacy(browse: Browse, path: str) -> None:
    text = (await (await browse(None)).get(path)).text
    assert "/privacy" in Links(text[text.index("<main") : text.index("</main>")]).found


@pytest.mark.parametrize("development", [True, False])
async def test_links_for_developers(
    app: Litestar, browse: Browse, cast: Cast, config: Config, *, development: bool
) -> None:
    app.state.config = replace(config, development=development)
    for person in (None, cast.ann):
        browser = await browse(person)
        for path in ("/", "/ideas", "/privacy"):
            found = Links((await browser.get(path)).text).found
            led = [one for one in found if one.startswith(("/gallery", "/development", "/schema"))]
            assert bool(led) == development, path
    app.state.config = config

"""A file that is too large, with scripts and without: the words beside it are not lost."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.playing import Play

WORDS = "The crossing at the school gate"
TOO_LARGE = "This file is larger than 5 MB."
MEGABYTE = 1024 * 1024


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Larger than what was taken of any form before."""
    path = tmp_path / "photo.png"
    with path.open("wb") as file:
        file.truncate(40 * MEGABYTE)
    return path


@pytest.mark.parametrize("scripts", [True, False])
async def test_it_is_said_and_the_words_are_kept(play: Play, photo: Path, scripts: bool) -> None:
    play.stage.scripts = scripts
    ada = await play.stage.tab(play.cast.ada, f"{play.place}/attachments/new")
    await ada.page.get_by_label("What does it show?").fill(WORDS)
    await ada.page.get_by_label("The file").set_input_files(photo)
    if scripts:  # at the control, before anything is sent
        await ada.sees(TOO_LARGE)
    await ada.button("Attach this file").click()
    await ada.sees(TOO_LARGE)
    await expect(ada.page.get_by_label("What does it show?")).to_have_value(WORDS)
    if scripts:
        assert await ada.page.get_by_label("The file").evaluate("field => !field.validity.valid")
        small = photo.with_name("small.png")
        small.write_bytes(b"x")
        await ada.page.get_by_label("The file").set_input_files(small)
        await expect(ada.page.get_by_text(TOO_LARGE)).to_be_hidden()

"""A file that is too large: the limit is said, and what to do, and the words beside it are kept."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.http.receiving import MOST_FILES, MOST_OF_FILE, SentFile
from ideahub.ideas.attaching import MOST_BYTES
from tests.conftest import Browse
from tests.ideas.test_attaching import PDF, WORDS, attached_to, open_idea, send
from tests.support.cast import Cast

MEGABYTE = 1024 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [6, 9, 25, 40])
async def test_the_words_beside_it_are_kept(
    db: AsyncSession, cast: Cast, browse: Browse, megabytes: int
) -> None:
    idea = await open_idea(db, cast)
    document = PDF[:-6] + bytes(megabytes * MEGABYTE) + b"%%EOF"
    answer = await send(await browse(cast.ada), idea.id, document)
    assert answer.status_code in {413, 422}
    assert "larger than 5 MB. Make it smaller" in answer.text
    assert f'value="{WORDS}"' in answer.text
    assert not await attached_to(db, idea.id)


async def test_what_is_cut_off_is_never_taken_for_the_file(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Even if its beginning could be used by itself."""
    idea = await open_idea(db, cast)
    document = PDF + bytes(MOST_OF_FILE)
    answer = await send(await browse(cast.ada), idea.id, document)
    assert answer.status_code == 413
    assert not await attached_to(db, idea.id)


async def test_what_is_kept_of_files_is_bounded(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    assert MOST_OF_FILE > MOST_BYTES
    file = SentFile("image/png", "x.png")
    for _piece in range(MOST_OF_FILE // MEGABYTE + 1):
        await file.write(bytes(MEGABYTE))
    await file.seek(0)
    assert file.is_cut
    assert len(await file.read()) == MOST_OF_FILE
    await file.close()
    idea = await open_idea(db, cast)
    many = {f"file{number}": ("x.png", b"x", "image/png") for number in range(MOST_FILES + 1)}
    url = f"/ideas/{idea.id}/attachments/new"
    answer = await (await browse(cast.ada)).post(url, {"description": WORDS}, files=many)
    assert answer.status_code == 413


async def test_the_page_knows_the_limit(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    """So that a script can say it before anything is sent."""
    idea = await open_idea(db, cast)
    page = (await (await browse(cast.ada)).get(f"/ideas/{idea.id}/attachments/new")).text
    assert f'data-most-bytes="{MOST_BYTES}"' in page

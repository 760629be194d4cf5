"""Drafts: what is typed and not sent yet."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import drafts as drafting
from ideahub.core.drafts import Draft, discard_draft, find_draft
from tests.conftest import Browse
from tests.support.cast import Cast, viewer_of


async def count(db: AsyncSession) -> int:
    """How many drafts are kept."""
    return await db.scalar(select(func.count()).select_from(Draft)) or 0


async def test_a_draft_is_kept_and_the_newest_counts(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    browser = await browse(cast.ada)
    for title in ("A walk", "A walking bus"):
        fields = {"title": title, "body": "Line\r\nand\x00 line", "tags": ["one", "two"]}
        assert (await browser.post("/drafts/idea-3", fields)).status_code == 204
    viewer = await viewer_of(db, cast.ada)
    assert await find_draft(db, viewer, "idea-3") == {
        "title": "A walking bus",
        "body": "Line\nand line",
        "tags": ["one", "two"],
    }
    assert await count(db) == 1
    await discard_draft(db, viewer, "idea-3")
    assert await find_draft(db, viewer, "idea-3") is None


async def test_nobody_reads_the_draft_of_another(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    await (await browse(cast.ada)).post("/drafts/idea-3", {"title": "Ada's"})
    await (await browse(cast.ben)).post("/drafts/idea-3", {"title": "Ben's"})
    ada, ben = await viewer_of(db, cast.ada), await viewer_of(db, cast.ben)
    assert await find_draft(db, ada, "idea-3") == {"title": "Ada's"}
    await discard_draft(db, ben, "idea-3")
    assert await find_draft(db, ada, "idea-3") == {"title": "Ada's"}
    assert await find_draft(db, await viewer_of(db, cast.zed), "idea-3") is None


async def test_a_strangers_words_stay_in_the_browser(browse: Browse, db: AsyncSession) -> None:
    browser = await browse(None)
    answer = await browser.post("/drafts/idea-3", {"title": "Mine"})
    # Not a success: the browser keeps its copy.
    assert answer.status_code == 401
    assert answer.text == ""
    assert await count(db) == 0
    assert await find_draft(db, await viewer_of(db, None), "idea-3") is None


async def test_an_emptied_form_is_forgotten(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    browser = await browse(cast.ada)
    await browser.post("/drafts/contribution-7", {"body": "Yes, and"})
    await browser.post("/drafts/contribution-7", {"body": "  \n"})
    assert await count(db) == 0


@pytest.mark.parametrize("form", ["Idea-3", "idea_3", "idea-3-", "3", "idea-3x", "i" * 90, "%2e"])
async def test_a_form_has_a_plain_name(browse: Browse, cast: Cast, form: str) -> None:
    answer = await (await browse(cast.ada)).post(f"/drafts/{form}", {"title": "x"})
    assert answer.status_code == 404


async def test_too_much_is_refused(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    browser = await browse(cast.ada)
    large = {"body": "x" * 70_000}
    assert (await browser.post("/drafts/idea-3", large)).status_code == 413
    many = {f"field{number}": "x" for number in range(501)}
    assert (await browser.post("/drafts/idea-3", many)).status_code == 422
    assert await count(db) == 0


async def test_the_oldest_make_room(
    browse: Browse, cast: Cast, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "MOST_DRAFTS", 3)
    browser = await browse(cast.ada)
    for number in range(5):
        await browser.post(f"/drafts/idea-{number}", {"title": "x"})
    kept = await db.scalars(select(Draft.form).order_by(Draft.id))
    assert kept.all() == ["idea-2", "idea-3", "idea-4"]


async def test_another_site_has_nothing_kept(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    browser, foreign = await browse(cast.ada), {"Sec-Fetch-Site": "cross-site"}
    answer = await browser.post("/drafts/idea-3", {"title": "x"}, headers=foreign)
    assert answer.status_code == 403
    assert await count(db) == 0

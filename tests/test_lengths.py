"""Limits of texts: one number for each, counted alike everywhere, and nothing cut silently."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.refusals import Invalid
from ideahub.ideas.models import Idea
from ideahub.ideas.tagging import tidy_tags, typed_tags
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea

TEMPLATES = Path(__file__).parents[1] / "web" / "templates"
# Characters that take two UTF-16 units and four bytes, and an accent as a letter of its own.
WIDE = "👩e\u0301"


def test_no_field_cuts_what_is_pasted_and_no_page_names_a_limit_of_its_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        if path.name == "gallery.html":
            continue
        source = path.read_text()
        assert not re.search(r'["\s]maxlength["=]', source), path
        assert not re.search(r"limit=\"?[1-9]", source), path


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_a_text_of_exactly_the_limit_is_taken_and_one_more_character_refused(
    db: AsyncSession, cast: Cast, browse: Browse, line_end: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.commit()
    ada = await browse(cast.ada)
    body = (WIDE + "\n") * (lengths.TEXT // 4)
    body = body[: lengths.TEXT - 1] + "x"
    for more, taken in (("y", False), ("", True)):
        typed = (body + more).replace("\n", line_end)
        form = {"campaign_id": str(campaign.id), "title": "T" * lengths.TITLE, "body": typed}
        answer = await ada.post(f"/ideas/new?within={campaign.id}", form)
        if taken:
            assert answer.status_code == 303
        else:
            assert answer.status_code == 422
            assert "Shorten this to 20,000 characters; it has 20,001." in answer.text
            assert body + more in answer.text.replace("\r\n", "\n"), "nothing is lost"
    assert len(await db.scalar(select(Idea.body)) or "") == lengths.TEXT


async def test_a_draft_keeps_a_text_that_is_too_long(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.commit()
    ada = await browse(cast.ada)
    body = "line\n" * (lengths.TEXT // 5) + "x"
    form = {"title": "T" * (lengths.TITLE + 1), "body": body.replace("\n", "\r\n")}
    assert (await ada.post("/drafts/idea-new", form)).status_code == 204
    kept = (await ada.get(f"/ideas/new?within={campaign.id}")).text
    assert f">\n{body}</textarea>" in kept
    assert f'value="{form["title"]}"' in kept


async def test_a_title_over_the_limit_is_counted_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.commit()
    ada = await browse(cast.ada)
    title = "é" * lengths.TITLE
    for written, taken in ((title + "x", False), (title.replace("é", "e\u0301"), True)):
        form = {"campaign_id": str(campaign.id), "title": written, "body": "Words."}
        answer = await ada.post("/ideas/new", form)
        assert (answer.status_code == 303) is taken
        if not taken:
            assert "Shorten this to 160 characters; it has 161." in answer.text
            assert f'value="{written}"' in answer.text
    assert await db.scalar(select(Idea.title)) == title


async def test_the_page_counts_to_the_number_of_the_server(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    page = (await (await browse(cast.ada)).get(f"/ideas/{idea.id}/revision")).text
    for name, limit in (("title", lengths.TITLE), ("body", lengths.TEXT), ("why", lengths.TEXT)):
        assert re.search(rf'name="{name}"[^>]* data-limit="{limit}"', page), name
        assert f'data-count-for="{name}"' in page


def test_tags_keep_their_letters() -> None:
    typed = "R&D, C++, C#, #bike, Größe, İstanbul, 24/7  care, ß"
    small = ["r&d", "c++", "c#", "bike", "größe", "İstanbul", "24/7 care", "ß"]
    assert typed_tags(typed) == small
    assert tidy_tags(typed.split(",")) == small
    assert typed_tags("nai\u0308ve, #x, X") == ["nai\u0308ve", "x"]


def test_a_ninth_tag_and_a_long_one_are_refused_with_their_number() -> None:
    with pytest.raises(Invalid, match=r"At most 8 tags, please\. These are 9"):
        typed_tags(",".join("abcdefghi"))
    with pytest.raises(Invalid, match=r"Shorten each tag to 40 characters\. .* has 41"):
        typed_tags("a, " + "İ" * (lengths.TAG + 1))
    assert typed_tags("İ" * lengths.TAG) == ["İ" * lengths.TAG]

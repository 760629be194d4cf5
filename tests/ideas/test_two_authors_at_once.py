"""Two authors write at once: nobody overwrites what they were not shown, and both texts can be put
together."""

import re
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.models import CoAuthor, Idea, Revision
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.talking import say

BODY = "Children walk together in a line, with two adults.\n\nOn rainy days they take the bus."


def typed(idea: Idea, revision: int, **changed: str) -> dict[str, str]:
    """The form of the idea as it was opened at this revision, with changes."""
    same = {"title": idea.title, "body": BODY, "why": idea.why, "tags": "walking, school"}
    return same | {"revision": str(revision)} | changed


async def ours(db: AsyncSession, cast: Cast) -> tuple[Idea, str]:
    """An idea of Ada's and Ben's, and the address of its form."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    idea.body = BODY
    await db.execute(update(Revision).where(Revision.idea_id == idea.id).values(body=BODY))
    await db.commit()
    return idea, f"/ideas/{idea.id}/revision"


def value(page: str, name: str) -> str:
    """What stands in a hidden field of the page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def written(page: str, element_id: str) -> str:
    """What stands in a textarea of the page."""
    found = re.search(rf'<textarea[^>]*id="{element_id}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, element_id
    return found[1]


async def both_saved(
    db: AsyncSession, cast: Cast, browse: Browse
) -> tuple[Idea, str, Browser, Any]:
    """Ben saves while Ada writes; then Ada saves. The last is what she is answered."""
    idea, url = await ours(db, cast)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    start = (await ada.get(url)).text
    assert value(start, "revision") == "1"
    theirs = typed(idea, 1, body=BODY.replace("two adults", "three adults"))
    assert (await ben.post(url, theirs)).status_code == 303
    mine = typed(idea, 1, body=BODY.replace("take the bus", "take the tram"))
    return idea, url, ada, await ada.post(url, mine)


async def test_both_texts_are_shown(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea, _url, _ada, answer = await both_saved(db, cast, browse)
    assert answer.status_code == 409
    page = answer.text
    assert "What was changed while you wrote" in page
    assert re.search(r"<ins>.*three", page)
    assert "What would change now if you save" in page
    assert re.search(r"<ins>.*tram", page)
    # Ben's word would go, and it says so.
    assert re.search(r"<del>.*three", page)
    assert written(page, "body") == BODY.replace("take the bus", "take the tram")
    await db.refresh(idea)
    assert "three adults" in idea.body


async def test_both_are_put_together_and_then_saved(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, url, ada, answer = await both_saved(db, cast, browse)
    mine = typed(idea, 2, body=written(answer.text, "body"))
    mine["joined_from"] = value(answer.text, "joined_from")
    together = await ada.post(url, mine | {"join": "yes"})
    assert together.status_code == 200
    both = BODY.replace("take the bus", "take the tram").replace("two adults", "three adults")
    assert written(together.text, "body") == both
    assert written(together.text, "own-body") == mine["body"]  # so nothing typed is gone
    await db.refresh(idea)
    assert idea.revision == 2  # not saved yet
    saved = typed(idea, int(value(together.text, "revision")), body=both)
    assert (await ada.post(url, saved)).status_code == 303
    await db.refresh(idea)
    assert (idea.body, idea.revision) == (both, 3)


async def test_each_further_change_is_noticed_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, url, ada, answer = await both_saved(db, cast, browse)
    third = typed(idea, 2, body="Quite another text.")
    assert (await (await browse(cast.ben)).post(url, third)).status_code == 303
    seen = {name: value(answer.text, name) for name in ("revision", "joined_from")}
    mine = typed(idea, 0, body=written(answer.text, "body")) | seen
    again = await ada.post(url, mine)
    assert again.status_code == 409
    assert value(again.text, "revision") == "3"
    assert value(again.text, "joined_from") == "1"
    assert "Quite another text." in again.text
    await db.refresh(idea)
    assert idea.body == "Quite another text."


async def test_words_that_both_changed_are_left_to_people(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, url = await ours(db, cast)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    await ben.post(url, typed(idea, 1, body=BODY.replace("two", "three"), title="A walking train"))
    mine = typed(idea, 1, body=BODY.replace("two", "four"))
    answer = await ada.post(url, mine)
    assert "Both of you changed the same words here" in answer.text
    assert written(answer.text, "newest-body") == BODY.replace("two", "three")
    together = (await ada.post(url, mine | {"revision": "2", "joined_from": "1", "join": "y"})).text
    assert written(together, "body") == mine["body"]
    assert 'value="A walking train"' in together


async def test_a_draft_on_an_older_text_is_shown_beside_the_newest(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, url = await ours(db, cast)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    mine = typed(idea, 1, body=BODY.replace("bus", "tram"))
    await ada.post(f"/drafts/idea-edit-{idea.id}", mine)
    await ben.post(url, typed(idea, 1, body=BODY.replace("two", "three")))
    page = (await ada.get(url)).text
    assert "What was changed while you wrote" in page
    assert written(page, "body") == mine["body"]


@pytest.mark.parametrize("joined_from", ["x", "0", "99", "9" * 19])
async def test_a_forged_base_overwrites_nothing(
    db: AsyncSession, cast: Cast, browse: Browse, joined_from: str
) -> None:
    idea, url = await ours(db, cast)
    ada = await browse(cast.ada)
    sent = typed(idea, 1, body="New words") | {"joined_from": joined_from, "join": "yes"}
    answer = await ada.post(url, sent)
    assert answer.status_code in {200, 404, 422}
    await db.refresh(idea)
    assert idea.revision == 1


async def test_adopting_puts_both_together(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea, url = await ours(db, cast)
    made = await say(db, cast.cem, idea.id)
    await db.commit()
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    await ben.post(url, typed(idea, 1, body=BODY.replace("two", "three")))
    here = f"/contributions/{made}/adoption"
    mine = typed(idea, 1, body=f"{BODY}\n\nGrandparents walk along.")
    answer = await ada.post(here, mine)
    assert answer.status_code == 409
    assert "What was changed while you wrote" in answer.text
    seen = {"revision": value(answer.text, "revision"), "joined_from": "1", "join": "yes"}
    together = await ada.post(here, mine | seen)
    assert written(together.text, "body") == mine["body"].replace("two", "three")

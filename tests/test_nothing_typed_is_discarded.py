"""No button throws away what was typed, or it offers to put it back."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from tests.campaigns.setting_up import begin, phase, phases
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import tree
from tests.support.talking import say

WORDS = "My own new sentence, which took a while."


def written(page: str, element_id: str) -> str:
    """What stands in a textarea of the page."""
    found = re.search(rf'<textarea[^>]*id="{element_id}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


async def test_a_build_is_put_below_what_was_typed_and_taken_out_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    await db.commit()
    ada, here = await browse(cast.ada), f"/contributions/{made}/adoption"
    page = (await ada.get(here)).text
    # The control is a button of the form, so that it sends what is typed along.
    button = re.search(r'<button[^>]*name="put"[^>]*>', page)
    assert button
    assert 'form="adopt"' in button[0]
    assert not re.search(rf'href="{here}\?', page)
    typed = {"title": "A longer title", "body": WORDS, "why": "Because.", "note": "Mine"}
    typed |= {"revision": "1"}
    page = (await ada.post(here, typed | {"put": "in"})).text
    assert written(page, "body") == f"{WORDS}\n\nGrandparents could walk along."
    assert written(page, "why") == "Because."
    assert 'value="A longer title"' in page
    assert 'value="Mine"' in page
    changed = written(page, "body").replace("a while", "an hour")
    page = (await ada.post(here, typed | {"body": changed, "put": "out"})).text
    assert written(page, "body") == WORDS.replace("a while", "an hour")
    # Where the build was worked into, nothing is cut off.
    woven = f"{WORDS}\n\nGrandparents could walk along, too."
    page = (await ada.post(here, typed | {"body": woven, "put": "out"})).text
    assert written(page, "body") == woven
    await db.refresh(idea)
    assert idea.revision == 1


def sent_by(page: str, form_id: str) -> dict[str, list[str]]:
    """What a browser sends of this form, without a button."""
    fields: dict[str, list[str]] = {}
    document = tree(page)
    form = document.find(form_id)
    assert form
    linked = [one for one in document.walk() if one.attributes.get("form") == form_id]
    for field in [*form.walk(), *linked]:
        name, kind = field.attributes.get("name", ""), field.attributes.get("type", "")
        if not name or field.tag == "button":
            continue
        if kind != "checkbox" or "checked" in field.attributes:
            chosen = [one for one in field.walk() if "selected" in one.attributes] or [field]
            words = "".join(map(str, chosen[0].children)) if chosen[0].tag == "option" else ""
            fields.setdefault(name, []).append(chosen[0].attributes.get("value", words))
    return fields


async def test_a_removed_phase_is_put_back(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = f"{await begin(mia, cast.city.id)}/phases"
    two = phase(0) | phase(1, name="Final vote", accepts=["votes"])
    assert (await mia.post(at, two | {"do": "save"})).status_code == 303
    before = await stored(db)
    assert len(before) == 2
    page = (await mia.get(at)).text
    answer = await mia.post(at, sent_by(page, "phases") | {"do": "remove-1"})
    assert len(await stored(db)) == 1
    page = (await mia.get(answer.headers["location"])).text
    assert "The phase “Final vote” is removed." in page
    answer = await mia.post(at, sent_by(page, "phases") | {"do": "back"})
    assert answer.status_code == 303, answer.text
    assert await stored(db) == before


async def stored(db: AsyncSession) -> set[tuple[object, ...]]:
    """What the phases say, as they are stored."""
    return {
        (one.name, one.opens_at, one.closes_at, one.timezone, tuple(one.accepts))
        for one in await phases(db)
    }

"""Two members of a team save what they wrote: nobody's words are lost, both are shown."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import Entry, EntryMember
from tests.conftest import Browse
from tests.entries.entering import COST, LONG, ask, begin, hidden, make_contest
from tests.support.cast import Cast, add


async def test_the_second_sees_both_and_puts_them_together(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    text, cost = await ask(db, cast, campaign, phase, [LONG, COST])
    entry_id = await begin(db, cast.cem, phase)
    await add(db, EntryMember(entry_id=entry_id, person_id=cast.ada.id))
    cem, ada = await browse(cast.cem), await browse(cast.ada)
    at = f"/entries/{entry_id}/draft"
    base = {"title": "Lanes", text: "We paint the lanes.", cost: ""}
    await cem.post(at, hidden((await cem.get(at)).text) | base | {"do": "save"})
    by_cem, by_ada = hidden((await cem.get(at)).text), hidden((await ada.get(at)).text)
    theirs = base | {text: "We paint the wide lanes.", cost: "5"}
    assert (await ada.post(at, by_ada | theirs | {"do": "save"})).status_code == 303
    mine = by_cem | base | {text: "We paint the lanes green."}
    refused = await cem.post(at, mine | {"do": "submit"})
    assert refused.status_code == 409
    assert "Somebody in your team saved this entry after you opened it" in refused.text
    assert "We paint the lanes green." in refused.text
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert (row.answers[text], row.submitted_id) == (theirs[text], None)
    joined = await cem.post(at, mine | hidden(refused.text) | {"do": "join"})
    assert joined.status_code == 200
    found = re.search(rf'<textarea[^>]*id="{text}"[^>]*>\n(.*?)</textarea>', joined.text, re.DOTALL)
    assert found
    assert found[1] == "We paint the wide lanes green."
    assert re.search(rf'id="{cost}"[^>]*value="5"', joined.text)
    both = hidden(joined.text) | {"title": "Lanes", text: found[1], cost: "5", "do": "save"}
    assert (await cem.post(at, both)).status_code == 303
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert row.answers == {text: "We paint the wide lanes green.", cost: "5"}


async def test_a_kept_draft_is_compared_with_what_was_saved_meanwhile(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    entry_id = await begin(db, cast.cem, phase)
    await add(db, EntryMember(entry_id=entry_id, person_id=cast.ada.id))
    cem, ada = await browse(cast.cem), await browse(cast.ada)
    at = f"/entries/{entry_id}/draft"
    typed = hidden((await cem.get(at)).text) | {"title": "Mine", text: "Typed, not sent."}
    await cem.post(f"/drafts/entry-{entry_id}", typed)
    saved = hidden((await ada.get(at)).text) | {"title": "Ours", text: "Saved by Ada."}
    assert (await ada.post(at, saved | {"do": "save"})).status_code == 303
    page = (await cem.get(at)).text
    assert "Somebody in your team saved this entry after you opened it" in page
    assert "Typed, not sent." in page
    shown = re.sub(r"</?(ins|del)[^>]*>", "", page.split('id="overtaken"')[1])
    assert "Saved by Ada" in " ".join(shown.split())


async def test_the_same_words_from_both_are_no_conflict(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}/draft"
    sent = hidden((await cem.get(at)).text) | {"title": "Lanes", text: "Paint.", "do": "save"}
    for _press in range(2):
        assert (await cem.post(at, sent)).status_code == 303
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert row.saved == 1

"""Moderators see what is new in a text, where it stands, its links as text, and how many wait."""

import re

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.text.diff import word_diff
from ideahub.moderation.differing import AROUND, added_in, around_changes
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.moderating import decide_case
from tests.support.talking import say

SPAM = "Buy: https://a.example https://b.example https://c.example https://d.example"
LINES = [f"Line {each} says at length why that is so and not so." for each in range(20)]


async def test_of_a_change_only_what_is_new_is_in_the_queue(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "Lanterns at the towpath")
    ada, mo = await browse(cast.ada), await browse(cast.mo)
    sent = {"title": idea.title, "why": "", "revision": "1", "body": "\n".join(LINES)}
    await ada.post(f"/ideas/{idea.id}/revision", sent)
    body = "\n".join([*LINES, SPAM])
    await ada.post(f"/ideas/{idea.id}/revision", {**sent, "revision": "2", "body": body})
    case = await newest_case(db)
    queue = (await mo.get("/moderation")).text
    (new,) = re.findall("<ins>.*?</ins>", queue, re.DOTALL)
    assert SPAM in new
    assert LINES[10] not in queue
    # All of it on its own page; where it stands, and its links as a text, on both.
    page = (await mo.get(f"/moderation/cases/{case.id}")).text
    assert LINES[10] in page
    for shown in (queue, page):
        assert "<bdi>https://d.example</bdi>" in shown
        assert 'href="https://d.example' not in shown
        assert f'<a href="/ideas/{idea.id}"><bdi>Lanterns at the towpath</bdi></a>' in shown
        assert f'<a href="{campaign.url}"><bdi>' in shown


async def test_of_a_text_that_was_given_back_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    said = await say(db, cast.ben, idea.id, "Mr Kern parks on the crossing.")
    ben, cem, mo = await browse(cast.ben), await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/contribution/{said}", {"rule": "personal"})
    case = await newest_case(db)
    given_back = {"measure": "return", "rule": "personal", "words": "Without the name."}
    await decide_case(mo, case.id, given_back)
    own = (await ben.get("/moderation/own-texts")).text
    at = own.split('href="/moderation/decisions/')[1].split('"')[0]
    again = {"body": "Somebody parks on the crossing."}
    await ben.post(f"/moderation/decisions/{at}/text", again)
    queue = (await mo.get("/moderation")).text
    assert re.search("<del>.*Mr Kern.*</del>", queue, re.DOTALL)
    assert re.search("<ins>.*Somebody.*</ins>", queue, re.DOTALL)


async def test_the_parts_of_the_queue_say_how_many(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    for words in ("First", "Second"):
        said = await say(db, cast.ben, idea.id, words)
        await cem.post(f"/reports/contribution/{said}", {"rule": "spam"})
    await cem.post(f"/ideas/{idea.id}/contributions", {"kind": "build", "body": SPAM})
    counts = re.findall(
        r'href="/moderation([^"]*)"[^>]*>\s*<span>[^<]*</span>\s*<span class="btn-count">\s*(\d+)',
        (await mo.get("/moderation?show=held")).text,
    )
    assert counts == [("", "3"), ("?show=reported", "2"), ("?show=held", "1"), ("/appeals", "0")]


@given(st.text("ab \n", max_size=400), st.text("ab \n", max_size=400))
def test_no_change_is_left_out_where_the_rest_is_shortened(old: str, new: str) -> None:
    whole = word_diff(old, new)
    short = list(around_changes(whole))
    assert added_in(short) == added_in(whole)
    assert [one for one in short if one.kind != "same"] == [
        one for one in whole if one.kind != "same"
    ]
    assert all(len(one.text) <= 2 * AROUND + 3 for one in short if one.kind == "same")

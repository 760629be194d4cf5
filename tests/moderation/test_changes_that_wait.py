"""A change that adds what looks like spam waits; until then everyone reads the text before it."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind
from ideahub.ideas.models import Idea
from ideahub.moderation.looking_first import look_first
from ideahub.moderation.models import HeldChange, LooksFirst, ModerationAppeal, TextKind
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case, seen_on
from tests.support.talking import happened

PLAIN = "Lanterns along the towpath, so that pupils see where they walk."
SPAM = f"{PLAIN} BUY https://a.example https://b.example https://c.example https://d.example"
SENT = {"title": "Lanterns", "why": "", "revision": "1"}


async def stored(db: AsyncSession, idea: Idea) -> Idea:
    return await db.get_one(Idea, idea.id, populate_existing=True)


async def test_spam_that_is_added_later_waits_and_the_text_stays(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    before = (await stored(db, idea)).body
    ada, mo, cem = await browse(cast.ada), await browse(cast.mo), await browse(cast.cem)
    for _twice in range(2):
        sent = await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": SPAM})
        assert sent.status_code == 303
    assert (await stored(db, idea)).body == before
    assert len((await db.scalars(select(HeldChange))).all()) == 1
    # Its author sees that it waits, and others nothing of it.
    assert "https://d.example" in (await ada.get(f"/ideas/{idea.id}")).text
    assert "Your change waits" in (await ada.get(f"/ideas/{idea.id}")).text
    assert "d.example" not in (await cem.get(f"/ideas/{idea.id}")).text
    case = await newest_case(db)
    assert case.text_kind == TextKind.CHANGE
    page = (await mo.get(f"/moderation/cases/{case.id}")).text
    assert "Change of an idea" in page
    assert "It has 4 links." in page
    assert 'value="return"' not in page
    decision = {"measure": "release"}
    for _twice in range(2):
        sent = await decide_case(mo, case.id, decision)
        assert sent.status_code == 303
    changed = await stored(db, idea)
    assert (changed.body, changed.revision) == (SPAM, 2)
    assert await happened(db, Kind.IDEA_REVISED, idea.id) == 1
    assert "Ada Lind" in (await cem.get(f"/ideas/{idea.id}/history")).text
    # What was looked at once does not make later changes wait.
    more = {**SENT, "revision": "2", "body": f"{SPAM} And benches."}
    await ada.post(f"/ideas/{idea.id}/revision", more)
    assert (await stored(db, idea)).revision == 3


async def test_spam_at_the_end_of_a_long_text_waits_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    ada = await browse(cast.ada)
    essay = "\n".join(
        f"Line {each} says at length why that is so and not so." for each in range(20)
    )
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": essay})
    links = " ".join(f"https://{each}.example" for each in "abcd")
    end = {**SENT, "revision": "2", "body": f"{essay}\nBuy here: {links}"}
    await ada.post(f"/ideas/{idea.id}/revision", end)
    assert (await stored(db, idea)).body == essay
    assert (await newest_case(db)).text_kind == TextKind.CHANGE


async def test_refused_and_after_an_appeal_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    ada, mo, ann = await browse(cast.ada), await browse(cast.mo), await browse(cast.ann)
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": SPAM})
    case = await newest_case(db)
    hide = {"measure": "hide", "rule": "spam", "words": "Without the shop, please."}
    assert (await decide_case(mo, case.id, hide)).status_code == 303
    assert (await stored(db, idea)).revision == 1
    assert (await stored(db, idea)).hidden_at is None
    own = (await ada.get("/moderation/own-texts")).text
    at = own.split('href="/moderation/decisions/')[1].split('"')[0]
    page = (await ada.get(f"/moderation/decisions/{at}")).text
    assert "Without the shop, please." in page
    assert "https://d.example" in page
    await ada.post(f"/moderation/decisions/{at}/appeal", {"text": "It is the city's own shop."})
    appeal = (await db.scalars(select(ModerationAppeal))).one()
    right = {"upheld": "yes", "reason": "Indeed."}
    assert (await ann.post(f"/moderation/appeals/{appeal.id}", right)).status_code == 303
    assert (await stored(db, idea)).body == SPAM


async def test_a_change_that_does_not_fit_any_more_is_not_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    ada, mo = await browse(cast.ada), await browse(cast.mo)
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": SPAM})
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": f"{PLAIN} And benches."})
    case = await newest_case(db)
    refused = await decide_case(mo, case.id, {"measure": "release"})
    assert refused.status_code == 409
    assert "was changed meanwhile" in refused.text
    assert (await stored(db, idea)).body == f"{PLAIN} And benches."


@pytest.mark.parametrize(
    ("looks_first", "revision"), [(LooksFirst.ALL, 1), (LooksFirst.FIRST, 2), (LooksFirst.OFF, 2)]
)
async def test_every_change_waits_where_a_campaign_looks_at_all(
    db: AsyncSession, cast: Cast, browse: Browse, looks_first: LooksFirst, revision: int
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "Lanterns")
    await look_first(db, await viewer_of(db, cast.mia), campaign, looks_first)
    ada = await browse(cast.ada)
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": PLAIN})
    assert (await stored(db, idea)).revision == revision


@pytest.mark.parametrize("at_once", [False, True])
async def test_what_was_swapped_under_the_moderator_is_not_published(
    db: AsyncSession, cast: Cast, browse: Browse, at_once: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    ada, mo = await browse(cast.ada), await browse(cast.mo)
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": SPAM})
    case = (await newest_case(db)).id
    # The form for several is there for two at least.
    await (await browse(cast.cem)).post(f"/reports/idea/{idea.id}", {"rule": "spam"})
    path = "/moderation" if at_once else f"/moderation/cases/{case}"
    at = "/moderation/decisions" if at_once else f"{path}/decision"
    sent = {"measure": "release", "words": "Kept.", "of": [str(case)]}
    sent["seen"] = seen_on((await mo.get(path)).text)[:1]
    # A form that does not say what was seen counts for nothing either.
    unseen = await mo.post(at, {**sent, "seen": []})
    assert unseen.status_code == (303 if at_once else 409)
    page = (await mo.get("/moderation")).text if at_once else unseen.text
    assert "Your form does not say which text you saw." in page
    assert "https://d.example" in page
    # Nothing but a tag is another.
    await ada.post(f"/ideas/{idea.id}/revision", {**SENT, "body": SPAM, "tags": "casino"})
    refused = await mo.post(at, sent)
    page = (await mo.get("/moderation")).text if at_once else refused.text
    assert refused.status_code == (303 if at_once else 409)
    assert "The text was changed since you opened it: look again." in page
    assert "casino" in page
    assert (await stored(db, idea)).revision == 1
    page = (await mo.get(path)).text if at_once else page
    assert "Kept." in page
    again = await mo.post(at, {**sent, "seen": seen_on(page)[:1]})
    assert again.status_code == 303
    assert (await stored(db, idea)).tags == ["casino"]

"""Own pages say which text a decision or a report is about, with a link where one may open it; and
tell moments by the clocks of where it stands."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.moderation.looking_first import look_first
from ideahub.moderation.models import LooksFirst
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case
from tests.support.talking import say

SAID = "My neighbour of number 7 parks there."
HIDE = {"measure": "hide", "rule": "personal", "words": "It points at one person."}


async def test_a_report_says_it_as_long_as_one_may_read_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Lanterns")
    said = await say(db, cast.ben, idea.id, SAID)
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/contribution/{said}", {"rule": "personal", "words": "Look."})
    own = (await cem.get("/moderation/own-reports")).text
    assert f'<a href="/contributions/{said}"><bdi>{SAID}</bdi></a>' in own
    assert f'<a href="/ideas/{idea.id}" dir="auto">Lanterns</a>' in own
    await decide_case(mo, (await newest_case(db)).id, HIDE)
    own = (await cem.get("/moderation/own-reports")).text
    assert SAID not in own
    assert "Lanterns" not in own
    assert "You cannot open it any more." in own
    assert "Look." in own


async def test_its_author_is_told_which_text_was_decided_about(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    campaign.timezone = "Europe/Berlin"
    idea = await make_idea(db, campaign, cast.ada, "Lanterns")
    said = await say(db, cast.ben, idea.id, SAID)
    ben, cem, mo = await browse(cast.ben), await browse(cast.cem), await browse(cast.mo)
    await cem.post(f"/reports/contribution/{said}", {"rule": "personal"})
    await decide_case(mo, (await newest_case(db)).id, HIDE)
    own = (await ben.get("/moderation/own-texts")).text
    decided = own.partition("<main")[2].partition("Take personal data out")[0]
    # Nobody can open it where it stood, but the idea.
    assert f"<bdi>{SAID}</bdi>" in decided
    assert f'href="/contributions/{said}"' not in decided
    assert f'<a href="/ideas/{idea.id}" dir="auto">Lanterns</a>' in decided
    assert "(Berlin time)" in decided
    assert "(UTC)" not in decided


async def test_its_author_is_told_which_text_waits(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "Lanterns")
    await look_first(db, await viewer_of(db, cast.mia), campaign, LooksFirst.ALL)
    ada = await browse(cast.ada)
    sent = {"title": "Lanterns and lamps", "why": "", "revision": "1", "body": "So people see."}
    await ada.post(f"/ideas/{idea.id}/revision", sent)
    waiting = (await ada.get("/moderation/own-texts")).text
    assert f'<a href="/ideas/{idea.id}"><bdi>Lanterns and lamps</bdi></a>' in waiting
    # Where the idea is gone for its author, too, no link leads to it.
    await db.refresh(campaign)
    campaign.published_at = None
    await db.flush()
    waiting = (await ada.get("/moderation/own-texts")).text
    assert "Lanterns and lamps" in waiting
    assert f'href="/ideas/{idea.id}"' not in waiting

"""Texts that wait for a moderator: nobody else hears of them until they are released."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind
from ideahub.ideas.models import Idea
from ideahub.moderation.looking_first import look_first
from ideahub.moderation.models import LooksFirst, ModerationCase, Suspension
from ideahub.moderation.suspending import end_past_suspensions
from ideahub.moderation.word_lists import change_word_list
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.moderating import decide_case
from tests.support.talking import answer, counts, happened, kept, say
from tests.test_tallies import wrong

TITLE = "Lanterns on the towpath"


async def newest_case(db: AsyncSession) -> ModerationCase:
    found = select(ModerationCase).order_by(ModerationCase.id.desc())
    case = (await db.scalars(found.execution_options(populate_existing=True))).first()
    assert case
    return case


async def test_everything_waits_where_a_campaign_wants_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    mia = await browse(cast.mia)
    chosen = await mia.post(f"/management/{campaign.id}/moderation", {"looks_first": "all"})
    assert chosen.status_code == 303
    ada, ben, mo = await browse(cast.ada), await browse(cast.ben), await browse(cast.mo)
    sent = await ada.post(
        "/ideas/new", {"campaign_id": str(campaign.id), "title": TITLE, "body": "So people see."}
    )
    idea = (await db.scalars(select(Idea))).one()
    own = await ada.get(sent.headers["location"])
    assert "This idea waits to be looked at" in own.text
    assert (await ben.get(f"/ideas/{idea.id}")).status_code == 404
    for page in ("/ideas", "/ideas?q=towpath", campaign.url, "/", f"/profiles/{cast.ada.id}"):
        assert TITLE not in (await ben.get(page)).text
    await db.refresh(campaign)
    assert campaign.ideas_count == 0
    assert await happened(db, Kind.IDEA_POSTED, idea.id) == 0
    case = await newest_case(db)
    assert case.held_at
    assert TITLE not in (await ben.get(f"/moderation/cases/{case.id}")).text
    for _twice in range(2):
        decided = await decide_case(mo, case.id, {"measure": "release"})
        assert decided.status_code == 303
    assert TITLE in (await ben.get("/ideas")).text
    assert await happened(db, Kind.IDEA_POSTED, idea.id) == 1
    assert not await wrong(db)


async def test_a_held_contribution_is_neither_counted_nor_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    await look_first(db, await viewer_of(db, cast.mia), campaign, LooksFirst.FIRST)
    made = await say(db, cast.ben, idea.id, "Grandparents could walk along.")
    assert await say(db, cast.ben, idea.id, "Grandparents could walk along.") == made
    assert await counts(db, idea.id) == (0, 0)
    assert await happened(db, Kind.CONTRIBUTION_MADE, idea.id) == 0
    assert "Grandparents" not in (await (await browse(cast.ada)).get(f"/ideas/{idea.id}")).text
    assert "Grandparents" in (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    mo = await browse(cast.mo)
    case = await newest_case(db)
    await decide_case(mo, case.id, {"measure": "release"})
    assert await counts(db, idea.id) == (1, 1)
    assert await happened(db, Kind.CONTRIBUTION_MADE, idea.id) == 1
    # Now something of theirs was published.
    later = await say(db, cast.ben, idea.id, "And dogs, too.")
    assert (await kept(db, later)).hidden_at is None
    assert not await wrong(db)


async def test_links_of_new_accounts_and_listed_words_wait(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    linked = await say(db, cast.cem, idea.id, "Look at https://lamps.example for good lamps.")
    assert (await kept(db, linked)).hidden_at
    await db.execute(
        update(Person)
        .where(Person.id == cast.ben.id)
        .values(created_at=func.now() - timedelta(days=30))
    )
    known = await say(db, cast.ben, idea.id, "Look at https://lamps.example for good lamps too.")
    assert (await kept(db, known)).hidden_at is None
    ann = await viewer_of(db, cast.ann)
    await change_word_list(db, ann, None, "en", ["Klunk", "cheap loans"])
    listed = await answer(db, cast.ben, known, "You KLUNK!")
    assert (await kept(db, listed)).hidden_at
    within = await answer(db, cast.ben, known, "A klunky proposal")
    assert (await kept(db, within)).hidden_at is None


async def test_given_back_changed_and_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, TITLE)
    cem, ada, mo = await browse(cast.cem), await browse(cast.ada), await browse(cast.mo)
    await cem.post(f"/reports/idea/{idea.id}", {"rule": "off-topic"})
    case = await newest_case(db)
    back = {"measure": "return", "rule": "off-topic", "words": "Say how it helps pupils."}
    await decide_case(mo, case.id, back)
    assert (await cem.get(f"/ideas/{idea.id}")).status_code == 404
    at = "/moderation/decisions/1/text"
    page = (await ada.get("/moderation/own-texts")).text
    at = page.split('href="/moderation/decisions/')[1].split('"')[0]
    new = {"title": TITLE, "body": "Pupils walk there when it is dark.", "why": ""}
    for _twice in range(2):
        sent = await ada.post(f"/moderation/decisions/{at}/text", new)
        assert sent.status_code == 303
    assert (await cem.post(f"/moderation/decisions/{at}/text", new)).status_code == 404
    again = await newest_case(db)
    assert again.id != case.id
    await decide_case(mo, again.id, {"measure": "release"})
    assert "Pupils walk there" in (await cem.get(f"/ideas/{idea.id}")).text


async def test_suspended_until_it_ends_by_itself(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id, "You all are fools.")
    await (await browse(cast.cem)).post(f"/reports/contribution/{made}", {"rule": "hate"})
    case = await newest_case(db)
    mo = await browse(cast.mo)
    sent = {
        "measure": "suspend",
        "rule": "hate",
        "words": "For the third time.",
        "place": "campaign",
    }
    missing = await decide_case(mo, case.id, sent)
    assert missing.status_code == 422
    assert "For the third time." in missing.text
    assert (await decide_case(mo, case.id, {**sent, "days": "7"})).status_code == 303
    ben = await browse(cast.ben)
    words = {"kind": "build", "body": "I was only joking.", "seen": "1"}
    refused = await ben.post(f"/ideas/{idea.id}/contributions", words)
    assert refused.status_code == 403
    assert "A moderator has suspended you here until" in refused.text
    assert "I was only joking." in refused.text
    assert (await ben.post(f"/ideas/{idea.id}/vote")).status_code == 403
    assert "Why, and how to appeal" in (await ben.get(f"/ideas/{idea.id}")).text
    past = func.now() - timedelta(hours=1)
    await db.execute(update(Suspension).values(until=past))
    await db.execute(update(Person).values(partly_suspended_until=past))
    ben = await browse(cast.ben)
    assert (await ben.post(f"/ideas/{idea.id}/contributions", words)).status_code == 303
    await end_past_suspensions(db)
    await end_past_suspensions(db)
    person = await db.get_one(Person, cast.ben.id, populate_existing=True)
    assert person.partly_suspended_until is None
    assert await db.scalar(select(func.count()).select_from(Contribution)) == 2

"""Anyone browses challenges and idea boxes: groups, order, search, topics, pages, counts."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.browsing import PAGE, CampaignFilters, browse_campaigns, count_by_status
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.core.viewer import STRANGER
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, viewer_of

DAY = timedelta(days=1)
CHALLENGE = CampaignKind.CHALLENGE


async def challenge(db: AsyncSession, cast: Cast, question: str, **options: Any) -> Campaign:
    """A public challenge with this question."""
    values: dict[str, Any] = {"question": question, "closes": DAY} | options
    return await make_campaign(db, cast.city, kind=CHALLENGE, **values)


def questions(page: str) -> list[str]:
    """What the cards ask, in their order; without the marks around what was searched for."""
    page = re.sub("</?mark>", "", page)
    return re.findall(r'<h2 class="card-title" dir="auto"><a href="[^"]*">([^<]*)</a>', page)


async def test_groups_by_where_they_stand(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await challenge(db, cast, "Open?")
    await challenge(db, cast, "Coming?", opens=DAY, closes=2 * DAY)
    await challenge(db, cast, "Closed?", opens=-3 * DAY, closes=-DAY)
    unknown = await challenge(db, cast, "Unknown?")
    await challenge(db, cast, "Draft?", published=False)
    await make_campaign(db, cast.city, question="Box?")
    found = await db.get_one(Phase, (await _phase_ids(db, unknown))[0])
    found.dates_known = False
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get("/challenges")).text
    assert questions(page) == ["Open?"]
    assert re.search(r"Coming next.*Coming\?", page, re.DOTALL)
    for show, expected in (
        ("open", "Open?"),
        ("coming", "Coming?"),
        ("closed", "Closed?"),
        ("unknown", "Unknown?"),
    ):
        page = (await stranger.get(f"/challenges?show={show}")).text
        assert questions(page) == [expected]
    mia = await browse(cast.mia)
    assert "Draft?" not in (await mia.get("/challenges")).text
    assert questions((await stranger.get("/challenges?show=nonsense")).text) == ["Open?"]


async def _phase_ids(db: AsyncSession, campaign: Campaign) -> list[int]:
    found = await db.scalars(select(Phase.id).where(Phase.campaign_id == campaign.id))
    return list(found)


async def test_what_closes_first_comes_first(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await challenge(db, cast, "In a month?", closes=30 * DAY)
    await challenge(db, cast, "Without end?", closes=None)
    await challenge(db, cast, "Tomorrow?", closes=DAY)
    await challenge(db, cast, "Long ago?", closes=-30 * DAY, opens=-40 * DAY)
    await challenge(db, cast, "Yesterday?", closes=-DAY, opens=-40 * DAY)
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get("/challenges")).text
    assert questions(page) == ["Tomorrow?", "In a month?", "Without end?"]
    assert "Closes in" in page
    assert "(UTC)" in page
    page = (await stranger.get("/challenges?show=closed")).text
    assert questions(page) == ["Yesterday?", "Long ago?"]


async def test_between_two_phases_it_is_coming(db: AsyncSession, cast: Cast) -> None:
    campaign = await challenge(db, cast, "Again?", opens=-3 * DAY, closes=-DAY)
    now = (await db.get_one(Phase, (await _phase_ids(db, campaign))[0])).closes_at
    assert now is not None
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Votes",
            opens_at=now + 2 * DAY,
            closes_at=now + 3 * DAY,
            accepts=[Accepts.VOTES],
        ),
    )
    counts = await count_by_status(db, STRANGER, CampaignFilters(CHALLENGE))
    assert counts[CampaignStatus.COMING] == 1


async def test_judging_alone_does_not_keep_it_open(db: AsyncSession, cast: Cast) -> None:
    campaign = await challenge(db, cast, "Judged?", opens=-3 * DAY, closes=-DAY)
    await add(
        db, Phase(campaign_id=campaign.id, position=2, name="Jury", accepts=[Accepts.SCORING])
    )
    counts = await count_by_status(db, STRANGER, CampaignFilters(CHALLENGE))
    assert counts == {
        CampaignStatus.OPEN: 0,
        CampaignStatus.COMING: 0,
        CampaignStatus.CLOSED: 1,
        CampaignStatus.UNKNOWN: 0,
        CampaignStatus.ARCHIVED: 0,
    }


async def test_search_topic_and_organisation(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await challenge(db, cast, "How might we cool the streets?", topics=["climate"])
    await challenge(db, cast, "How might we hear citizens?", description="Townhalls in summer.")
    await make_campaign(
        db, cast.ministry, kind=CHALLENGE, question="How might we plant trees?", closes=DAY
    )
    await db.commit()
    stranger = await browse(None)

    async def found(query: str) -> list[str]:
        answer = await stranger.get(f"/challenges?{query}")
        assert answer.status_code == 200
        return questions(answer.text)

    assert await found("q=street") == ["How might we cool the streets?"]
    assert await found("q=CLIMATE") == ["How might we cool the streets?"]
    assert await found("q=townhall+summer") == ["How might we hear citizens?"]
    assert await found("topic=climate") == ["How might we cool the streets?"]
    assert await found(f"organisation={cast.ministry.id}") == ["How might we plant trees?"]
    assert await found("q=nothing+like+this") == []
    # Whatever is typed is an answerable question.
    for odd in ("q=%27%22(%26%7C!", "q=" + "x" * 3000, "q=%25_%5C", "q=-+or+%3A*"):
        assert len(await found(odd)) < 4
    for odd in ("q=%00", "topic=%00x", "show=%00"):
        assert (await stranger.get(f"/challenges?{odd}")).status_code in {200, 400}
    for odd in ("organisation=x", "organisation=" + "9" * 30, "after=nonsense", "after=_1"):
        assert len(await found(odd)) == 3
    assert (await stranger.get("/challenges?after=2027-01-01T00:00:00_1")).status_code == 200


async def test_pages_of_hundreds(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    amount = 2 * PAGE + 3
    for number in range(amount):
        # Several close at the same moment: the number decides.
        days = number // 5
        await challenge(db, cast, f"Question {number}?", opens=-99 * DAY, closes=-DAY * (days + 1))
    await db.commit()
    stranger = await browse(None)
    seen: list[str] = []
    address = "/challenges?show=closed"
    for _page in range(5):
        page = (await stranger.get(address)).text
        seen += questions(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert len(seen) == amount
    assert len(set(seen)) == amount


async def test_idea_boxes_public_and_own_internal_ones(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_campaign(db, cast.city, question="For all?")
    await make_campaign(db, cast.city, question="For staff?", audience=Audience.INTERNAL)
    await db.commit()
    ada, zed, nobody = await browse(cast.ada), await browse(cast.zed), await browse(None)
    page = (await ada.get("/idea-boxes")).text
    assert set(questions(page)) == {"For all?", "For staff?"}
    assert page.count("Staff only") == 1
    assert "Always open" not in questions(page)
    for other in (zed, nobody):
        page = (await other.get("/idea-boxes")).text
        assert questions(page) == ["For all?"]
        assert "Staff only" not in page


async def test_internal_ones_are_nowhere_for_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    secret = await challenge(
        db,
        cast,
        "Secret reorganisation?",
        audience=Audience.INTERNAL,
        topics=["hidden"],
    )
    draft = await challenge(db, cast, "Draft about cuts?", published=False)
    await db.commit()
    for person in (cast.zed, cast.cem, None):
        browser = await browse(person)
        for number in (secret.id, draft.id):
            for kind in ("challenges", "idea-boxes"):
                assert (await browser.get(f"/{kind}/{number}")).status_code == 404
        for query in ("", "?q=secret", "?topic=hidden", "?show=closed", "?q=cuts"):
            page = (await browser.get(f"/challenges{query}")).text
            assert "reorganisation" not in page
            assert "Draft about" not in page
            assert ">hidden<" not in page
            assert cast.city.name not in page
        counts = await count_by_status(db, await viewer_of(db, person), CampaignFilters(CHALLENGE))
        assert sum(counts.values()) == 0
    ada = await browse(cast.ada)
    assert (await ada.get(f"/challenges/{secret.id}")).status_code == 200
    assert (await ada.get(f"/challenges/{draft.id}")).status_code == 404
    mia = await browse(cast.mia)
    assert (await mia.get(f"/challenges/{draft.id}")).status_code == 200


async def test_the_wrong_kind_leads_to_the_right_address(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    await db.commit()
    stranger = await browse(None)
    answer = await stranger.get(f"/challenges/{box.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/idea-boxes/{box.id}")
    for number in ("0", "999999", "9" * 25):
        assert (await stranger.get(f"/challenges/{number}")).status_code == 404


async def test_cards_know_only_what_the_list_asks(db: AsyncSession, cast: Cast) -> None:
    await challenge(db, cast, "One?", prize="A pilot", tagline="In short")
    (card,) = (
        await browse_campaigns(db, STRANGER, CampaignFilters(CHALLENGE, CampaignStatus.OPEN))
    ).cards
    assert (card.heading, card.prize, card.ideas_count, card.takes_ideas) == (
        "One?",
        "A pilot",
        0,
        True,
    )
    assert card.organisation_name == cast.city.name

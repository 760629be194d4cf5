"""Anyone reads the page of a challenge: the question, why, until when, and the way in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import PartContext
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign

DAY = timedelta(days=1)
CHALLENGE = CampaignKind.CHALLENGE


async def page_of(browse: Browse, campaign: Campaign) -> str:
    """The page as a stranger sees it."""
    answer = await (await browse(None)).get(campaign.url)
    assert answer.status_code == 200
    return answer.text


async def test_the_whole_framing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CHALLENGE,
        closes=DAY,
        tagline="Children should walk.",
        whys=["Parents drive", "The road is wide"],
        hopes="More walking",
        fears="Angry drivers",
        beneficiaries="Children under ten",
        description_html="<p>What we <strong>know</strong></p>",
        prize="A pilot on two streets",
        topics=["mobility"],
        sections=[{"key": "rules", "heading": "Rules", "source": "", "html": "<p>Be kind.</p>"}],
        facts=[{"label": "Legal authority", "text": "Act 12"}],
        external_url="https://example.org/challenge",
        source_ref="elsewhere:1",
    )
    await db.commit()
    page = await page_of(browse, campaign)
    for text in (
        "How might we make every school route safe to walk?",
        "Children should walk.",
        "Parents drive",
        "The road is wide",
        "More walking",
        "Angry drivers",
        "Children under ten",
        "<strong>know</strong>",
        "A pilot on two streets",
        "mobility",
        "<p>Be kind.</p>",
        "Legal authority",
        "Act 12",
        'href="https://example.org/challenge"',
        cast.city.name,
        "Closes in",
        f"/ideas/new?within={campaign.id}",
    ):
        assert text in page, text


async def test_a_source_that_is_no_web_address_is_no_link(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, external_url="javascript:alert(1)")
    await db.commit()
    assert "javascript:" not in await page_of(browse, campaign)


async def test_the_button_says_how_it_stands(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    open_now = await make_campaign(db, cast.city, kind=CHALLENGE, closes=DAY)
    coming = await make_campaign(db, cast.city, kind=CHALLENGE, opens=DAY, closes=2 * DAY)
    closed = await make_campaign(db, cast.city, kind=CHALLENGE, opens=-2 * DAY, closes=-DAY)
    nothing = await make_campaign(db, cast.city, kind=CHALLENGE, accepts=[Accepts.VOTES])
    await db.commit()
    way_in = "/ideas/new?within="
    page = await page_of(browse, open_now)
    assert f"{way_in}{open_now.id}" in page
    for campaign, sentence in (
        (coming, "Opens for ideas on"),
        (closed, "Closed for new ideas on"),
    ):
        page = await page_of(browse, campaign)
        assert sentence in page
        assert f"{way_in}{campaign.id}" not in page
    assert "Closed for new ideas" not in await page_of(browse, nothing)


async def test_between_two_phases_it_says_when_it_opens_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, opens=-2 * DAY, closes=-DAY)
    now = datetime.now(UTC)
    again = Phase(
        campaign_id=campaign.id,
        position=2,
        name="Second round",
        opens_at=now + HOUR,
        closes_at=now + DAY,
        accepts=[Accepts.IDEAS],
    )
    await add(db, again)
    await db.commit()
    page = await page_of(browse, campaign)
    assert "Opens for ideas on" in page
    assert "Second round" in page


async def test_a_draft_is_a_preview_for_its_managers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await make_campaign(db, cast.city, kind=CHALLENGE, published=False, question="")
    await db.commit()
    page = (await (await browse(cast.mia)).get(draft.url)).text
    assert "This is a draft" in page
    assert f"/ideas/new?within={draft.id}" not in page.split("ideas-here", maxsplit=1)[0]


async def test_higher_features_add_to_the_page(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.commit()
    asked: list[int] = []

    async def find(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
        asked.append(shown.campaign.id)
        return {"cards": [], "more": False, "voted": set(), "stages": [], "card_slots": {}}

    assert "ideas-here" in await page_of(browse, campaign)
    parts = app.state.parts
    own = [one for one in parts["campaign"] if one.key == "ideas"]
    others = tuple(one for one in parts["campaign"] if one.key != "ideas")
    app.state.parts = parts | {"campaign": (*others, replace(own[0], find=find))}
    assert "ideas-here" in await page_of(browse, campaign)
    assert asked == [campaign.id]
    app.state.parts = parts | {"campaign": others}
    assert "ideas-here" not in await page_of(browse, campaign)
    app.state.parts = parts

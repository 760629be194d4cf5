"""Everyone reads the answers: by category, searched, in pages, each at an address of its own."""

import re
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.questions.models import FaqEntry, QuestionCategory
from ideahub.questions.queries import PAGE, entries_of
from tests.conftest import Browse
from tests.questions.faq import a_challenge, answered, asked
from tests.support.cast import Cast, add, make_campaign
from tests.support.dom import tree


async def entry(db: AsyncSession, campaign: Campaign, question: str, **columns: Any) -> FaqEntry:
    values = {"category": QuestionCategory.OTHER, "answer": "So.", "answer_html": "<p>So.</p>"}
    return await add(db, FaqEntry(campaign_id=campaign.id, question=question, **values | columns))


async def test_they_are_listed_by_category_the_first_published_first(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await a_challenge(db, cast)
    for question, category in (
        ("Other?", QuestionCategory.OTHER),
        ("Prize?", QuestionCategory.PRIZES),
        ("First date?", QuestionCategory.DATES),
        ("Who?", QuestionCategory.PARTICIPATION),
        ("Second date?", QuestionCategory.DATES),
    ):
        await entry(db, campaign, question, category=category)
    found = await entries_of(db, campaign)
    expected = ["Who?", "First date?", "Second date?", "Prize?", "Other?"]
    assert [one.question for one in found.entries] == expected
    assert found.counts[QuestionCategory.DATES] == 2 and found.total == 5
    only = await entries_of(db, campaign, category=QuestionCategory.DATES)
    assert [one.question for one in only.entries] == ["First date?", "Second date?"]


async def test_all_are_found_once_on_the_way_through_the_pages(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await a_challenge(db, cast)
    categories = list(QuestionCategory)
    for number in range(2 * PAGE + 5):
        await entry(db, campaign, f"Question {number}?", category=categories[number % 7])
    found, after = [], ""
    for _page in range(3):
        page = await entries_of(db, campaign, after=after)
        found += [one.id for one in page.entries]
        after = page.after
    assert after == ""
    assert len(found) == len(set(found)) == 2 * PAGE + 5
    for forged in ("x", "9~x", "99999999999999999999~1", "~", "1~-1"):
        assert (await entries_of(db, campaign, after=forged)).entries


async def test_a_search_finds_words_of_question_and_answer(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    await entry(db, campaign, "May schools take part?", answer="Every teacher may.")
    await entry(db, campaign, "Who pays for paint?", answer="The city does.")
    await db.commit()
    guest = await browse(None)
    at = f"{campaign.url}/questions"
    for words, finds in (("school", True), ("teachers", True), ("paint", False), ("zebra", False)):
        page = (await guest.get(f"{at}?q={words}")).text
        assert ("take part?" in page) == finds, words
    marked = (await guest.get(f"{at}?q=schools")).text
    assert "<mark>schools</mark>" in marked
    for odd in ("'", '"', "-", "%01", "x" * 700, "%F0%9F%92%A9", "&category=nonsense"):
        assert (await guest.get(f"{at}?q={odd}")).status_code == 200


async def test_each_has_an_address_that_opens_at_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    for kind in CampaignKind:
        campaign = await make_campaign(db, cast.city, kind=kind)
        made = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
        await db.commit()
        guest = await browse(None)
        page = (await guest.get(f"{campaign.url}/questions")).text
        place = f"{campaign.url}/questions/{made.id}"
        assert f'href="{place}"' in page and f'id="answer-{made.id}"' in page
        alone = await guest.get(place)
        assert "Until <strong>Friday</strong>." in alone.text
        assert re.search(r"<h1>.*Until when can ideas be posted\?", alone.text)
        # From the page of the challenge one gets there by links alone.
        assert f'href="{campaign.url}/questions"' in (await guest.get(campaign.url)).text


async def test_nobody_finds_those_of_what_they_may_not_see(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    secret = await a_challenge(db, cast, audience=Audience.INTERNAL)
    made = await answered(db, secret, cast.mia, [])
    await db.commit()
    for person in (None, cast.zed, cast.cem):
        browser = await browse(person)
        for address in ("questions", f"questions/{made.id}", "questions?q=Friday"):
            assert (await browser.get(f"{secret.url}/{address}")).status_code == 404
    page = await (await browse(cast.ada)).get(f"{secret.url}/questions/{made.id}")
    assert page.status_code == 200


async def test_what_people_write_is_text(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await a_challenge(db, cast)
    evil = "<script>alert(1)</script>"
    await asked(db, campaign, cast.cem, evil)
    made = await answered(db, campaign, cast.mia, [], question=evil, text=evil)
    await db.commit()
    mia, cem = await browse(cast.mia), await browse(cast.cem)
    for browser, address in (
        (cem, f"{campaign.url}/questions"),
        (cem, f"{campaign.url}/questions/{made.id}"),
        (cem, f"{campaign.url}/questions?q=alert"),
        (mia, f"/management/{campaign.id}/questions"),
        (mia, f"/management/{campaign.id}/answers/{made.id}"),
    ):
        page = (await browser.get(address)).text
        assert evil not in page and "alert(1)" in page
        assert tree(page) is not None

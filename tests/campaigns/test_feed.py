"""A challenge has an Atom feed, which programs read: well formed, with stable names, for those who
may open its page."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, CampaignChange, CampaignKind, Phase
from ideahub.questions.announcing import announce
from ideahub.questions.answering import change_answer, written_answer
from tests.conftest import Browse, Browser
from tests.questions.faq import DATES, a_challenge, answered, asked
from tests.support.cast import HOUR, Cast, make_campaign, viewer_of

ATOM = "{http://www.w3.org/2005/Atom}"


async def feed(browser: Browser, url: str) -> ET.Element:
    answer = await browser.get(f"{url}/feed.atom")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    # The site's own answer, parsed with the standard library.
    return ET.fromstring(answer.content)  # noqa: S314


def texts(root: ET.Element, name: str) -> list[str]:
    return [entry.findtext(f"{ATOM}{name}") or "" for entry in root.findall(f"{ATOM}entry")]


async def test_it_tells_what_happened_the_newest_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    published = datetime.now(UTC) - 2 * HOUR
    campaign = await a_challenge(db, cast, published_at=published, closes=-HOUR / 2)
    phase = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    phase.name = "Ideas & more"
    mia = await viewer_of(db, cast.mia)
    entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
    news = await announce(db, mia, campaign, "We meet", "In the hall.", "<p>In the hall.</p>")
    old = {"name": "Ideas & more", "closes_at": "2027-03-01T12:00:00+00:00", "timezone": "UTC"}
    new = old | {"closes_at": "2027-03-08T12:00:00+00:00"}
    db.add_all(
        CampaignChange(campaign_id=campaign.id, **values)
        for values in (
            {"field": "prize", "old": "", "new": "A <b>cake</b>"},
            {"field": "phase", "old": old, "new": new, "reason": "Snow <everywhere>"},
            {"field": "phase", "old": new, "new": old, "reason": "The snow is gone"},
        )
    )
    await db.commit()
    root = await feed(await browse(None), campaign.url)
    site = "http://127.0.0.1:8000"
    page = f"{site}{campaign.url}"
    assert root.findtext(f"{ATOM}id") == page
    assert root.findtext(f"{ATOM}title") == campaign.question
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "City of Brookfield"
    assert sorted(texts(root, "title")) == [
        "Changed: Phase “Ideas & more”",
        "Changed: Prize or reward",
        "Extended: “Ideas & more”",
        f"Published: {campaign.question}",
        "Until when can ideas be posted?",
        "We meet",
        "“Ideas & more” is closed",
        "“Ideas & more” is open",
    ]
    moments = [datetime.fromisoformat(one) for one in texts(root, "updated")]
    assert moments == sorted(moments, reverse=True)
    assert root.findtext(f"{ATOM}updated") == texts(root, "updated")[0]
    names = texts(root, "id")
    assert len(set(names)) == len(names)
    assert {f"{page}#answer-{entry.id}", f"{page}#announcement-{news}"} <= set(names)
    links = {one.attrib["href"] for one in root.iter(f"{ATOM}link")}
    assert {f"{page}/questions/{entry.id}", f"{page}/announcements/{news}"} <= links
    content = " ".join(texts(root, "content"))
    assert "<p>In the hall.</p>" in content and "<strong>Friday</strong>" in content
    # As HTML it is text: nobody's angle brackets become elements.
    assert "A &lt;b&gt;cake&lt;/b&gt;" in content and "Snow &lt;everywhere&gt;" in content


async def test_what_closed_with_a_grace_is_told_after_it_and_what_was_removed_as_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    published = datetime.now(UTC) - 2 * HOUR
    campaign = await a_challenge(db, cast, published_at=published, closes=-HOUR / 2)
    phase = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    phase.name, phase.grace_seconds = "Ideas", 3600
    old = {"name": "Vote", "closes_at": "2027-03-01T12:00:00+00:00", "timezone": "UTC"}
    db.add(CampaignChange(campaign_id=campaign.id, field="phase", old=old, new=None))
    await db.commit()
    stranger = await browse(None)
    assert "“Ideas” is closed" not in texts(await feed(stranger, campaign.url), "title")
    removed = texts(await feed(stranger, campaign.url), "content")[0]
    assert "Before: 1 Mar 2027" in removed
    assert "Now: nothing" not in removed
    phase.grace_seconds = 60
    await db.commit()
    assert "“Ideas” is closed" in texts(await feed(stranger, campaign.url), "title")


async def test_names_stay_the_same_while_what_they_name_changes(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    entry = await answered(db, campaign, cast.mia, [])
    await db.commit()
    guest = await browse(None)
    before = await feed(guest, campaign.url)
    again = await written_answer(campaign, DATES, "Until when at all?", "Until Monday.", "")
    await change_answer(db, await viewer_of(db, cast.mia), campaign, entry.id, again, 1)
    campaign.title = "Another title"
    await db.commit()
    after = await feed(guest, campaign.url)
    assert sorted(texts(before, "id")) == sorted(texts(after, "id"))
    assert "Until when at all?" in texts(after, "title")


async def test_whatever_stands_in_it_it_can_be_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    evil = "]]> & <script>\x0b\x0c\x1f\ufffe</script> \u202e \N{PILE OF POO} \"'"
    campaign = await a_challenge(db, cast, question=evil, tagline="\x01 &amp; ]]>")
    mia = await viewer_of(db, cast.mia)
    await announce(db, mia, campaign, "<title> & \x0c", "So.", "<p>a &amp; b ]]&gt;</p>")
    await db.commit()
    root = await feed(await browse(None), campaign.url)
    assert "]]> & <script>" in (root.findtext(f"{ATOM}title") or "")
    assert any(title.startswith("<title> &") for title in texts(root, "title"))


async def test_it_is_there_for_those_who_may_open_the_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    for campaign, sees, not_seen in (
        (await a_challenge(db, cast, audience=Audience.INTERNAL), cast.ada, (None, cast.zed)),
        (await a_challenge(db, cast, published=False), cast.mia, (None, cast.ada)),
    ):
        await db.commit()
        await feed(await browse(sees), campaign.url)
        for person in not_seen:
            assert (
                await (await browse(person)).get(f"{campaign.url}/feed.atom")
            ).status_code == 404


async def test_the_page_leads_to_it_and_a_reader_that_has_it_gets_nothing_new(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, kind=CampaignKind.IDEA_BOX)
    await db.commit()
    guest = await browse(None)
    page = (await guest.get(box.url)).text
    head, body = page.split("</head>")
    assert f'type="application/atom+xml" href="{box.url}/feed.atom"' in head
    assert f'href="{box.url}/feed.atom"' in body
    first = await guest.get(f"{box.url}/feed.atom")
    again = await guest.get(
        f"{box.url}/feed.atom", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    box.title = "Another title"
    box.question = ""
    await db.commit()
    changed = await guest.get(
        f"{box.url}/feed.atom", headers={"If-None-Match": first.headers["etag"]}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize("when", [datetime(2020, 1, 1, tzinfo=UTC)])
async def test_an_empty_one_is_well_formed(
    db: AsyncSession, cast: Cast, browse: Browse, when: datetime
) -> None:
    draft = await a_challenge(db, cast, published=False, created_at=when)
    await db.commit()
    root = await feed(await browse(cast.mia), draft.url)
    assert texts(root, "id") == []
    assert root.findtext(f"{ATOM}updated") == when.isoformat()

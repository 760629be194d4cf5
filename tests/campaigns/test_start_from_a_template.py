"""A manager starts from a template: a draft with everything in it, which can be published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.travelling import TRAVELS
from ideahub.core.setting_up import Travel
from tests.campaigns.setting_up import QUESTION, only, phases
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.dom import Node, tree

SOON = datetime.now(UTC) + timedelta(days=3)
DATES = {"opens": f"{SOON:%Y-%m-%d}T09:00", "closes": f"{SOON + timedelta(days=40):%Y-%m-%d}T18:00"}


def text_of(node: Node) -> str:
    """The words in an element."""
    return " ".join(child for child in node.children if isinstance(child, str))


def fields_on(page: str, action: str) -> dict[str, str]:
    """What the form with this address holds when nobody has touched it."""
    (form,) = [
        one
        for one in tree(page).walk()
        if one.tag == "form" and one.attributes.get("action") == action
    ]
    found: dict[str, str] = {}
    for one in form.walk():
        name = one.attributes.get("name", "")
        if name and one.tag == "input":
            found[name] = one.attributes.get("value", "")
        if name and one.tag == "textarea":
            found[name] = text_of(one)
        if name and one.tag == "select":
            options = [each for each in one.walk() if each.tag == "option"]
            chosen = [each for each in options if "selected" in each.attributes] or options[:1]
            found[name] = chosen[0].attributes.get("value", text_of(chosen[0]))
    return found


async def begin(browser: Browser, key: str, fields: dict[str, Any]) -> httpx.Response:
    """Opens the page of a template and sends its form with these fields changed."""
    at = f"/management/new/{key}"
    shown = fields_on((await browser.get(at)).text, at)
    return await browser.post(at, shown | fields)


async def test_the_simplest_call_takes_no_more_than_a_form_elsewhere(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """A Google Form with one question takes, from its start page: the click on "Blank form", the
    typing of title and question, the click on "Publish", and the click on "Publish" in the window
    that asks again: three clicks, and it has no closing time yet. Here: the click on a template,
    the typing of the question, "Make the draft", "Publish"."""
    mia = await browse(cast.mia)
    clicks = 0
    start = (await mia.get("/management/new")).text
    assert 'href="/management/new/service-track"' in start
    clicks += 1
    answer = await begin(
        mia, "service-track", {"question": QUESTION, "organisation_id": str(cast.city.id)}
    )
    clicks += 1
    assert answer.status_code == 303
    check = (await mia.get(answer.headers["location"])).text
    assert "Everything is there" in check
    campaign = await only(db)
    assert f'action="/management/{campaign.id}/publication"' in check
    answer = await mia.post(f"/management/{campaign.id}/publication")
    clicks += 1
    assert (answer.status_code, clicks) == (303, 3)
    assert (await only(db)).published_at is not None
    assert (await (await browse(None)).get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("chosen", TEMPLATES.values(), ids=list(TEMPLATES))
async def test_each_fills_everything(
    db: AsyncSession, cast: Cast, browse: Browse, chosen: CampaignTemplate
) -> None:
    mia = await browse(cast.mia)
    start = (await mia.get("/management/new")).text
    assert f'href="/management/new/{chosen.key}"' in start
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    answer = await begin(mia, chosen.key, typed)
    campaign = await only(db)
    assert answer.headers["location"] == f"/management/{campaign.id}/check"
    assert (campaign.kind, campaign.audience) == (chosen.kind, chosen.audience)
    assert campaign.title == "Make the ring road quiet at night"
    assert campaign.template == chosen.key
    assert campaign.tagline == chosen.tagline
    assert "<p>" in campaign.description_html
    made = await phases(db)
    if chosen.kind is CampaignKind.CHALLENGE:
        assert [one.name for one in made] == [one.name for one in chosen.phases]
        assert [one.accepts for one in made] == [list(one.accepts) for one in chosen.phases]
    else:
        assert [one.name for one in made] == ["Always open"]
    assert "Everything is there" in (await mia.get(answer.headers["location"])).text
    assert campaign.published_at is None


async def test_dates_are_local_to_the_zone(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id), **DATES}
    await begin(mia, "policy-track", typed | {"timezone": "Asia/Tokyo"})
    first, second, *_others = await phases(db)
    assert first.opens_at and first.closes_at
    assert (first.opens_at.hour, first.closes_at.hour) == (0, 9)
    assert first.opens_at.date() == SOON.date()
    assert second.opens_at == first.closes_at
    assert first.timezone == "Asia/Tokyo"


async def test_made_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    first = await begin(mia, "service-track", typed)
    assert (
        first.headers["location"] == (await begin(mia, "service-track", typed)).headers["location"]
    )
    assert await db.scalar(select(func.count(Campaign.id))) == 1
    await begin(mia, "service-track", typed | {"question": "How might we do another?"})
    assert await db.scalar(select(func.count(Campaign.id))) == 2


async def test_what_cannot_be_used_is_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    good = {"question": QUESTION, "organisation_id": str(cast.city.id), **DATES}
    cases: list[tuple[str, dict[str, str], str]] = [
        ("service-track", {"question": ""}, "Ask the question that ideas are to answer."),
        ("service-track", {"question": "How might we make …"}, "only its beginning"),
        ("service-track", {"question": "q" * 301}, "300 characters"),
        ("service-track", {"organisation_id": str(cast.ministry.id)}, "a role that you do not"),
        ("service-track", {"organisation_id": "x"}, "whole number"),
        ("service-track", {"opens": ""}, "Say when it opens."),
        ("service-track", {"closes": ""}, "Say when it closes."),
        ("service-track", {"closes": DATES["opens"]}, "It must close after it opens."),
        ("service-track", {"opens": "2020-01-01T09:00", "closes": "2020-02-01T09:00"}, "from now"),
        ("service-track", {"closes": "2190-01-01T09:00"}, "2000 to 2099"),
        ("service-track", {"opens": "soon"}, "Enter a date and time"),
        ("service-track", {"timezone": "Mars/Olympus"}, "time zone from the list"),
        (
            "hackathon-weekend",
            {"closes": f"{SOON + timedelta(days=1):%Y-%m-%d}T18:00"},
            "at least 4 days",
        ),
    ]
    for key, wrong, sentence in cases:
        answer = await begin(mia, key, good | wrong)
        assert answer.status_code == 422, (key, wrong)
        assert sentence in answer.text, (key, wrong)
        for typed in wrong.values():
            assert typed in answer.text
    assert await db.scalar(select(func.count(Campaign.id))) == 0


async def test_a_time_in_the_gap_is_said(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    year = datetime.now(UTC).year + 1
    sunday = max(day for day in range(25, 32) if datetime(year, 3, day, tzinfo=UTC).weekday() == 6)
    typed = {
        "question": QUESTION,
        "organisation_id": str(cast.city.id),
        "opens": f"{year}-03-{sunday}T02:30",
        "closes": f"{year}-05-01T18:00",
        "timezone": "Europe/Berlin",
    }
    answer = await begin(mia, "service-track", typed)
    assert "clocks are put forward" in (await mia.get(answer.headers["location"])).text
    (first, *_others) = await phases(db)
    assert first.opens_at and first.opens_at.hour == 1


async def test_who_may_and_what_there_is(cast: Cast, browse: Browse) -> None:
    for person, status in ((None, 303), (cast.ada, 403), (cast.mia, 200)):
        assert (await (await browse(person)).get("/management/new/service-track")).status_code == (
            status
        )
    mia = await browse(cast.mia)
    assert (await mia.get("/management/new/no-such")).status_code == 404
    assert (await mia.post("/management/new/no-such")).status_code == 404
    ada = await browse(cast.ada)
    assert (await ada.post("/management/new/service-track", {})).status_code == 403


async def test_other_features_fill_the_draft_as_well(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: list[tuple[int, list[str]]] = []

    async def fill(_db: AsyncSession, campaign: Campaign, template: CampaignTemplate) -> None:
        names = await _db.scalars(select(func.count()).select_from(Campaign))
        assert names.one() == 1
        filled.append((campaign.id, [one.key for one in template.form]))

    async def copy(*_anything: object) -> None:
        raise AssertionError

    travel = Travel(fill_from_template=fill, copy_from=copy)
    monkeypatch.setattr("ideahub.campaigns.travelling.TRAVELS", [*TRAVELS, travel])
    mia = await browse(cast.mia)
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    await begin(mia, "innovation-award", typed)
    campaign = await only(db)
    form = [one.key for one in TEMPLATES["innovation-award"].form]
    assert filled == [(campaign.id, form)]
    assert campaign.audience == Audience.PUBLIC

"""A manager starts from a copy of last year's challenge: texts and phases travel, dates move."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.copying import usual_opening
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase, Purpose
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.terms_models import (
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
)
from ideahub.campaigns.travelling import TRAVELS, Shift
from ideahub.campaigns.writing_rules import WrittenRules, put_draft, rules_state
from ideahub.core.setting_up import Travel
from tests.campaigns.setting_up import QUESTION
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, make_idea

DUE_ON = date(2025, 8, 1)
NEXT_YEAR = datetime.now(UTC).year + 1


async def last_years(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    """A challenge with two phases, one on each side of a change of clocks."""
    columns = {
        "kind": CampaignKind.CHALLENGE,
        "question": QUESTION,
        "description": "Why we **ask**",
        "description_html": "<p>Why we <strong>ask</strong></p>",
        "topics": ["noise"],
        "prize": "A pilot",
        "whys": ["Lorries"],
        "hopes": "Sleep",
        "timezone": "Europe/Berlin",
        **columns,
    }
    source = await make_campaign(db, cast.city, **columns)
    (first,) = (await db.scalars(select(Phase).where(Phase.campaign_id == source.id))).all()
    # 09:00 in winter, 18:00 in summer.
    first.opens_at = datetime(2025, 3, 3, 8, tzinfo=UTC)
    first.closes_at = datetime(2025, 5, 5, 16, tzinfo=UTC)
    first.timezone = "Europe/Berlin"
    await add(
        db,
        Phase(
            campaign_id=source.id,
            position=2,
            name="Jury",
            opens_at=datetime(2025, 5, 5, 16, tzinfo=UTC),
            closes_at=datetime(2025, 6, 30, 16, tzinfo=UTC),
            timezone="Europe/Berlin",
            purpose=Purpose.JUDGING,
            accepts=[Accepts.SCORING],
        ),
    )
    await db.commit()
    return source


async def the_copy(db: AsyncSession, source: Campaign) -> tuple[Campaign, list[Phase]]:
    made = select(Campaign).where(Campaign.copied_from_id == source.id)
    copy = (await db.scalars(made.execution_options(populate_existing=True))).one()
    found = select(Phase).where(Phase.campaign_id == copy.id).order_by(Phase.position)
    return copy, list((await db.scalars(found)).all())


async def test_texts_and_phases_travel_and_dates_move(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast)
    mia = await browse(cast.mia)
    start = (await mia.get("/management/new")).text
    assert f'href="/management/{source.id}/copy"' in start
    page = (await mia.get(f"/management/{source.id}/copy")).text
    assert source.title in page
    # Twenty days later than the Monday of then, in the winter as in the source.
    opens_on = date(NEXT_YEAR, 3, 3)
    fields = {"title": "Quiet nights again", "organisation_id": str(cast.city.id)}
    answer = await mia.post(
        f"/management/{source.id}/copy", fields | {"opens_on": opens_on.isoformat()}
    )
    copy, phases = await the_copy(db, source)
    assert answer.headers["location"] == f"/management/{copy.id}/check"
    assert (copy.title, copy.question) == ("Quiet nights again", QUESTION)
    for column in ("description", "description_html", "topics", "prize", "whys", "hopes"):
        assert getattr(copy, column) == getattr(source, column)
    assert (copy.published_at, copy.ideas_count) == (None, 0)
    assert (copy.created_by, copy.organisation_id) == (cast.mia.id, cast.city.id)
    assert [(one.name, one.accepts, one.purpose) for one in phases] == [
        ("Ideas", ["ideas", "votes", "contributions"], "other"),
        ("Jury", ["scoring"], "judging"),
    ]
    days = opens_on - date(2025, 3, 3)
    opens, closes = phases[0].opens_at, phases[0].closes_at
    assert opens and closes
    # The time of day stays, in winter and in summer.
    assert opens == datetime(NEXT_YEAR, 3, 3, 8, tzinfo=UTC)
    assert closes == datetime.combine(date(2025, 5, 5) + days, closes.timetz())
    assert closes.hour == 16
    assert phases[1].opens_at == closes
    check = (await mia.get(f"/management/{copy.id}/check")).text
    assert "Everything is there" in check


async def test_its_source_is_shown_to_managers_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast)
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    await mia.post(f"/management/{source.id}/copy", fields | {"opens_on": f"{NEXT_YEAR}-03-03"})
    copy, _phases = await the_copy(db, source)
    check = (await mia.get(f"/management/{copy.id}/check")).text
    assert f'href="{source.url}"' in check
    await mia.post(f"/management/{copy.id}/publication")
    shown = (await (await browse(None)).get(copy.url)).text
    assert source.url not in shown


async def test_ideas_do_not_travel(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    source = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR)
    await make_idea(db, source, cast.ada)
    await db.commit()
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    await mia.post(f"/management/{source.id}/copy", fields | {"opens_on": f"{NEXT_YEAR}-03-03"})
    copy, _phases = await the_copy(db, source)
    assert copy.ideas_count == 0
    assert "A walking bus" not in (await mia.get(copy.url)).text


async def test_copied_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast)
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    for day in ("03", "03", "10"):
        at = f"/management/{source.id}/copy"
        await mia.post(at, fields | {"opens_on": f"{NEXT_YEAR}-03-{day}"})
    made = select(func.count()).where(Campaign.copied_from_id == source.id)
    assert await db.scalar(made) == 2


async def test_an_idea_box_is_copied_without_dates(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await make_campaign(db, cast.city)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{source.id}/copy"
    answer = await mia.post(
        at, {"title": "Another box", "organisation_id": str(cast.transport.id), "opens_on": ""}
    )
    assert answer.status_code == 303
    copy, phases = await the_copy(db, source)
    assert copy.organisation_id == cast.transport.id
    assert [(one.name, one.opens_at, one.closes_at) for one in phases] == [
        ("Always open", None, None)
    ]


async def test_what_cannot_be_used_is_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast)
    mia = await browse(cast.mia)
    good = {
        "title": "Again",
        "organisation_id": str(cast.city.id),
        "opens_on": f"{NEXT_YEAR}-03-03",
    }
    for wrong, sentence in (
        ({"title": ""}, "Give it a title."),
        ({"title": "t" * 201}, "200 characters"),
        ({"opens_on": ""}, "Say on which day it opens."),
        ({"opens_on": "2020-03-03"}, "all phases would be over"),
        ({"opens_on": "2090-03-03"}, "2000 to 2089"),
        ({"opens_on": "soon"}, "Enter a date"),
        ({"organisation_id": str(cast.ministry.id)}, "a role that you do not hold"),
    ):
        answer = await mia.post(f"/management/{source.id}/copy", good | wrong)
        assert answer.status_code == 422, wrong
        assert sentence in answer.text
        assert all(typed in answer.text for typed in wrong.values())
    assert not await db.scalar(select(func.count()).where(Campaign.copied_from_id.is_not(None)))


async def test_only_its_managers_copy_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    public = await last_years(db, cast)
    draft = await make_campaign(db, cast.city, published=False)
    await db.commit()
    for person, at_public, at_draft in (
        (None, 303, 303),
        (cast.ada, 403, 404),
        (cast.zed, 403, 404),
    ):
        browser = await browse(person)
        for campaign, status in ((public, at_public), (draft, at_draft)):
            at = f"/management/{campaign.id}/copy"
            assert (await browser.get(at)).status_code == status
            assert (await browser.post(at, {"title": "Mine"})).status_code == status


async def test_the_start_page_is_searched(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    for number in range(9):
        await make_campaign(db, cast.city, title=f"Benches {number}", question="")
    await make_campaign(db, cast.city, title="Night buses", question="")
    await make_campaign(db, cast.ministry, title="Night trains", question="")
    await db.commit()
    mia = await browse(cast.mia)
    page = (await mia.get("/management/new")).text
    assert page.count("/copy") == 8
    assert "Search what you manage" in page
    found = (await mia.get("/management/new?q=night")).text
    assert "Night buses" in found
    assert "Night trains" not in found
    assert "Benches" not in found
    assert "Nothing that you manage" in (await mia.get("/management/new?q=zebra")).text
    assert "Nothing that you manage" in (await mia.get("/management/new?q=%2B")).text


async def test_other_features_take_theirs_along(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await last_years(db, cast)
    moved: list[tuple[int, int, int]] = []

    async def fill(_db: AsyncSession, _campaign: Campaign, _template: CampaignTemplate) -> None:
        raise AssertionError

    async def copy(_db: AsyncSession, one: Campaign, other: Campaign, shift: Shift) -> None:
        moved.append((one.id, other.id, shift.days))

    travel = Travel(fill_from_template=fill, copy_from=copy)
    monkeypatch.setattr("ideahub.campaigns.travelling.TRAVELS", [*TRAVELS, travel])
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    await mia.post(f"/management/{source.id}/copy", fields | {"opens_on": f"{NEXT_YEAR}-03-03"})
    made, _phases = await the_copy(db, source)
    days = (date(NEXT_YEAR, 3, 3) - date(2025, 3, 3)).days
    assert moved == [(source.id, made.id, days)]


def one_phase(opens: datetime | None) -> PhaseNow:
    now = datetime.now(UTC)
    return PhaseNow(
        id=1,
        position=1,
        name="Ideas",
        opens_at=opens,
        closes_at=None,
        timezone="UTC",
        accepts=["ideas"],
        purpose=Purpose.IDEAS,
        grace_seconds=0,
        state=PhaseState.PAST,
        now=now,
        opens_local=None,
        closes_local=None,
    )


def test_a_copy_opens_on_the_same_weekday() -> None:
    opened = datetime(2025, 3, 3, 8, tzinfo=UTC)
    for today, expected in (
        (date(2025, 6, 1), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 3), date(2026, 3, 9)),
        (date(2030, 1, 1), date(2030, 1, 7)),
    ):
        found = usual_opening([one_phase(opened)], today)
        assert found == expected
        assert found.weekday() == opened.weekday()
        assert found >= today
        assert found - today < timedelta(days=7) or found == date(2026, 3, 2)
    assert usual_opening([one_phase(None)], date(2026, 1, 1)) is None


async def test_terms_travel_and_their_days_move(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast, legal_authority="Prize Act", fiscal_year="2025")
    prize = await add(
        db,
        Prize(
            campaign_id=source.id,
            position=1,
            title="First",
            amount=Decimal("900.50"),
            currency="EUR",
            paid_on=date(2025, 7, 1),
        ),
    )
    part = {"title": "Half way", "amount": Decimal("400.25"), "due_on": DUE_ON}
    await add(db, PrizeMilestone(prize_id=prize.id, position=1, **part))
    await add(db, EligibilityQuestion(campaign_id=source.id, position=1, text="Do you live here?"))
    await add(db, CampaignPartner(campaign_id=source.id, position=1, name="A bank", role="Pays"))
    await db.commit()
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    answer = await mia.post(
        f"/management/{source.id}/copy", fields | {"opens_on": f"{NEXT_YEAR}-03-03"}
    )
    assert answer.status_code == 303
    copy, _phases = await the_copy(db, source)
    later = date(NEXT_YEAR, 3, 3) - date(2025, 3, 3)
    (again,) = (await db.scalars(select(Prize).where(Prize.campaign_id == copy.id))).all()
    assert (again.title, again.amount, again.paid_on) == (
        "First",
        Decimal("900.50"),
        date(2025, 7, 1) + later,
    )
    own = PrizeMilestone.prize_id == again.id
    (milestone,) = (await db.scalars(select(PrizeMilestone).where(own))).all()
    assert (milestone.amount, milestone.due_on) == (Decimal("400.25"), DUE_ON + later)
    for table in (EligibilityQuestion, CampaignPartner):
        counted = select(func.count()).select_from(table).where(table.campaign_id == copy.id)
        assert await db.scalar(counted) == 1
    assert (copy.legal_authority, copy.fiscal_year) == ("Prize Act", "")


async def test_rules_travel_as_something_to_publish(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await last_years(db, cast)
    await put_draft(db, source.id, WrittenRules("Be kind.", "<p>Be kind.</p>"), cast.mia.id)
    await db.commit()
    mia = await browse(cast.mia)
    fields = {"title": "Again", "organisation_id": str(cast.city.id)}
    await mia.post(f"/management/{source.id}/copy", fields | {"opens_on": f"{NEXT_YEAR}-03-03"})
    copy, _phases = await the_copy(db, source)
    assert (await rules_state(db, copy.id)).text == "Be kind."
    assert "Be kind." in (await mia.get(f"/management/{copy.id}/review")).text

"""What has closed is fixed, except by a correction with a reason that everyone can read; and an
extension is an event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignChange, CampaignKind, Phase
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.scheduling import plan_phases
from ideahub.campaigns.web.phase_rows import phase_fingerprint
from ideahub.core.events import Kind
from ideahub.core.refusals import Invalid
from tests.campaigns.setting_up import events, phases, stored_phase
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, viewer_of

WHY = "The server was down for two hours."
NEW_END = "2099-01-01T12:00"


async def with_a_past_phase(db: AsyncSession, cast: Cast) -> tuple[Campaign, Phase, Phase]:
    """A published challenge with a phase that is over, and one that is open."""
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        opens=-9 * HOUR,
        closes=-HOUR,
        description="What we know.",
    )
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="More ideas",
            opens_at=now - HOUR,
            closes_at=now + 48 * HOUR,
            accepts=[Accepts.IDEAS],
        ),
    )
    await db.commit()
    past, running = await phases(db)
    return campaign, past, running


def correction(one: Phase, **typed: Any) -> dict[str, Any]:
    """What the form of a phase that is over sends."""
    fields = {"id": one.id, "seen": phase_fingerprint(one), "closes": "", "reason": ""}
    return {f"phase-0-{name}": value for name, value in (fields | typed).items()}


async def test_the_end_of_what_has_closed_is_corrected_with_a_reason(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    assert 'name="phase-0-reason"' in (await mia.get(at)).text
    row = correction(past, closes=NEW_END)
    answer = await mia.post(at, row | stored_phase(1, running))
    assert answer.status_code == 422
    assert "This phase closed on" in answer.text
    assert f'value="{NEW_END}"' in answer.text
    assert (await db.scalars(select(CampaignChange))).all() == []
    answer = await mia.post(at, {**row, "phase-0-reason": WHY} | stored_phase(1, running))
    assert answer.status_code == 303
    corrected = (await phases(db))[0]
    assert corrected.closes_at == datetime(2099, 1, 1, 12, tzinfo=UTC)
    assert corrected.closing_announced_at is None
    (change,) = (await db.scalars(select(CampaignChange))).all()
    assert (change.reason, change.changed_by) == (WHY, cast.mia.id)
    (event,) = await events(db, Kind.PHASE_EXTENDED)
    assert event.data["reason"] == WHY
    stranger = await browse(None)
    for url in (campaign.url, f"{campaign.url}/changes"):
        page = (await stranger.get(url)).text
        assert WHY in page
        assert "It was over when this was corrected." in page
        assert "1 Jan 2099, 12:00" in page


async def test_a_closed_phase_is_removed_with_a_reason_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    rows = correction(past) | stored_phase(1, running) | {"do": "remove-0"}
    answer = await mia.post(at, rows)
    assert answer.status_code == 422
    assert "This phase closed on" in answer.text
    assert len(await phases(db)) == 2
    assert (await mia.post(at, {**rows, "phase-0-reason": WHY})).status_code == 303
    assert [one.name for one in await phases(db)] == ["More ideas"]
    page = (await (await browse(None)).get(campaign.url)).text
    assert "was removed" in page
    assert WHY in page


@pytest.mark.parametrize(
    "changed",
    [{"name": "Another"}, {"accepts": ["votes"]}, {"opens": "2026-01-01T00:00"}, {"closes": ""}],
)
async def test_nothing_but_its_end_is_corrected(
    db: AsyncSession, cast: Cast, browse: Browse, changed: dict[str, Any]
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    before = phase_fingerprint(past)
    mia = await browse(cast.mia)
    rows = stored_phase(0, past, reason=WHY, **changed) | stored_phase(1, running)
    assert (await mia.post(f"/management/{campaign.id}/phases", rows)).status_code == 422
    assert phase_fingerprint((await phases(db))[0]) == before


async def test_the_rule_itself_refuses_more_than_the_end(db: AsyncSession, cast: Cast) -> None:
    campaign, past, _running = await with_a_past_phase(db, cast)
    viewer = await viewer_of(db, cast.mia)

    def plan(**changed: Any) -> PhasePlan:
        names = ("id", "name", "opens_at", "closes_at", "timezone", "accepts", "purpose")
        return PhasePlan(**{name: getattr(past, name) for name in names} | changed)

    later = datetime(2099, 1, 1, tzinfo=UTC)
    for wrong in (
        plan(closes_at=later),
        plan(closes_at=later, name="Another", reason=WHY),
        plan(closes_at=None, reason=WHY),
        plan(closes_at=past.opens_at, reason=WHY),
    ):
        with pytest.raises(Invalid):
            await plan_phases(db, viewer, campaign, [wrong])
    await plan_phases(db, viewer, campaign, [plan(closes_at=later, reason=WHY)])
    assert (await phases(db))[0].closes_at == later


async def test_a_reason_alone_is_not_lost(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    rows = correction(past, reason=WHY) | stored_phase(1, running)
    answer = await mia.post(f"/management/{campaign.id}/phases", rows)
    assert answer.status_code == 422
    assert WHY in answer.text
    assert "Say when it should have closed, or remove the phase." in answer.text


async def test_a_reason_for_no_change_is_not_lost_either(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    rows = correction(past) | stored_phase(1, running, reason=WHY)
    answer = await mia.post(f"/management/{campaign.id}/phases", rows)
    assert answer.status_code == 422
    assert WHY in answer.text


@pytest.mark.parametrize("reason", ["", WHY])
async def test_an_open_phase_is_extended_and_that_is_an_event(
    db: AsyncSession, cast: Cast, browse: Browse, reason: str
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    was = running.closes_at
    rows = correction(past) | stored_phase(1, running, closes=NEW_END, reason=reason)
    assert (await mia.post(f"/management/{campaign.id}/phases", rows)).status_code == 303
    (event,) = await events(db, Kind.PHASE_EXTENDED)
    assert was
    assert event.data == {
        "phase": "More ideas",
        "old": was.isoformat(),
        "new": "2099-01-01T12:00:00+00:00",
        "timezone": "UTC",
        "reason": reason,
    }
    assert (event.actor_id, event.campaign_id) == (cast.mia.id, campaign.id)
    assert (event.subject_type, event.subject_id) == ("phase", running.id)
    page = (await (await browse(None)).get(campaign.url)).text
    assert (WHY in page) == bool(reason)
    assert "It was over when this was corrected." not in page


async def test_an_open_phase_ends_earlier_only_with_a_reason(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    earlier = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    at = f"/management/{campaign.id}/phases"
    rows = correction(past) | stored_phase(1, running, closes=earlier)
    answer = await mia.post(at, rows)
    assert answer.status_code == 422
    assert "people rely on the time that is left" in answer.text
    assert f'value="{earlier}"' in answer.text
    assert (await mia.post(at, {**rows, "phase-1-reason": WHY})).status_code == 303
    assert WHY in (await (await browse(None)).get(campaign.url)).text
    assert not await events(db, Kind.PHASE_EXTENDED)


async def test_an_open_phase_takes_less_only_with_a_reason(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    running.accepts = ["ideas", "entries"]
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    rows = correction(past) | stored_phase(1, running, accepts=["ideas"])
    answer = await mia.post(at, rows)
    assert answer.status_code == 422
    assert "people rely on what they can do in it" in answer.text
    assert (await phases(db))[1].accepts == [Accepts.IDEAS, Accepts.ENTRIES]
    assert (await mia.post(at, {**rows, "phase-1-reason": WHY})).status_code == 303
    assert (await phases(db))[1].accepts == [Accepts.IDEAS]
    assert WHY in (await (await browse(None)).get(campaign.url)).text


async def test_an_open_phase_takes_more_without_a_reason(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, past, running = await with_a_past_phase(db, cast)
    mia = await browse(cast.mia)
    rows = correction(past) | stored_phase(1, running, accepts=["ideas", "votes"])
    assert (await mia.post(f"/management/{campaign.id}/phases", rows)).status_code == 303
    assert (await phases(db))[1].accepts == [Accepts.IDEAS, Accepts.VOTES]


async def test_a_draft_needs_no_reason(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, closes=-HOUR, opens=-9 * HOUR, published=False
    )
    await db.commit()
    (one,) = await phases(db)
    mia = await browse(cast.mia)
    row = stored_phase(0, one, closes=NEW_END)
    assert (await mia.post(f"/management/{draft.id}/phases", row)).status_code == 303
    assert (await phases(db))[0].closes_at == datetime(2099, 1, 1, 12, tzinfo=UTC)
    assert not await events(db, Kind.PHASE_EXTENDED)

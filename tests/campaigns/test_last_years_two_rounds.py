"""A copy of last year's award: both rounds travel with their forms and criteria, and days on which
clocks change are said."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, Phase
from ideahub.campaigns.writing_rules import rules_state
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel, PanelCriterion, PanelJudge
from tests.campaigns.setting_up import QUESTION
from tests.campaigns.test_start_from_a_template import begin
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign
from tests.support.letters import notice_of

Set = tuple[str, list[str], str | None, list[str], list[tuple[str, str]]]


async def set_up(db: AsyncSession, campaign: Campaign) -> list[Set]:
    """Of each phase: its name, what it takes, from where entries are invited, what they are asked,
    and by which criteria they are scored then."""
    found = select(Phase).where(Phase.campaign_id == campaign.id).order_by(Phase.position)
    phases = (await db.scalars(found)).all()
    names = {phase.id: phase.name for phase in phases}
    return [
        (
            phase.name,
            list(phase.accepts),
            names.get(phase.invited_from_id or 0),
            await questions(db, phase),
            await criteria(db, phase, names),
        )
        for phase in phases
    ]


async def questions(db: AsyncSession, phase: Phase) -> list[str]:
    form = await form_in_use(db, phase.id)
    return [one.label for one in form.fields] if form else []


async def criteria(db: AsyncSession, phase: Phase, names: dict[int, str]) -> list[tuple[str, str]]:
    found = await db.execute(
        select(PanelCriterion.name, PanelCriterion.weight, Panel.entries_phase_id)
        .join(Panel, Panel.id == PanelCriterion.panel_id)
        .where(Panel.phase_id == phase.id)
        .order_by(PanelCriterion.position)
    )
    return [(name, f"{weight} of {names[entered]}") for name, weight, entered in found]


async def test_everything_of_both_rounds_travels_and_nobody_does(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    await begin(mia, "innovation-award", typed)
    source = (await db.scalars(select(Campaign))).one()
    for panel in (await db.scalars(select(Panel))).all():
        at = f"/management/{source.id}/judging/{panel.id}/judges"
        assert (await mia.post(at, {"addresses": "jo@judges.example"})).status_code == 303
    opens_on = (datetime.now(UTC) + timedelta(weeks=52)).date().isoformat()
    sent = {"title": "Next year", "organisation_id": str(cast.city.id), "opens_on": opens_on}
    assert (await mia.post(f"/management/{source.id}/copy", sent)).status_code == 303
    copy = (await db.scalars(select(Campaign).where(Campaign.title == "Next year"))).one()
    there, here = await set_up(db, source), await set_up(db, copy)
    assert here == there
    assert [one[2] for one in here] == [None, None, "Entries", None, None]
    assert (await rules_state(db, copy.id)).text == (await rules_state(db, source.id)).text
    judges = select(func.count(PanelJudge.id)).join(Panel, Panel.id == PanelJudge.panel_id)
    assert await db.scalar(judges.where(Panel.campaign_id == source.id)) == 2
    assert await db.scalar(judges.where(Panel.campaign_id == copy.id)) == 0
    assert await db.scalar(select(func.count(Entry.id))) == 0


async def test_a_time_that_clocks_leave_out_is_said(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, timezone="Europe/Berlin", question=QUESTION
    )
    (phase,) = (await db.scalars(select(Phase))).all()
    phase.timezone = "Europe/Berlin"
    # Half past two in the night, which is left out on the last Sunday in March.
    phase.opens_at = datetime(2026, 1, 4, 1, 30, tzinfo=UTC)
    phase.closes_at = datetime(2026, 2, 4, 1, 30, tzinfo=UTC)
    await db.commit()
    mia = await browse(cast.mia)
    sunday = last_sunday_of_march(datetime.now(UTC).year + 1)
    sent = {"title": "By night", "organisation_id": str(cast.city.id)}
    answer = await mia.post(
        f"/management/{source.id}/copy", sent | {"opens_on": sunday.isoformat()}
    )
    assert answer.status_code == 303, answer.text
    assert "02:30" in notice_of(answer)
    copy = (await db.scalars(select(Campaign).where(Campaign.title == "By night"))).one()
    made = (await db.scalars(select(Phase).where(Phase.campaign_id == copy.id))).one()
    assert made.opens_at == datetime(sunday.year, 3, sunday.day, 1, 30, tzinfo=UTC)


def last_sunday_of_march(year: int) -> date:
    last = date(year, 3, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)

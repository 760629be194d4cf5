"""An entry can be reported wherever everyone reads of it: on a ballot, and once it has won."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.entries.entering import begin_entry
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import Panel
from ideahub.results.models import Award, PanelResult, ScoreRun
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.support.cast import EVERYTHING, Cast, add, make_campaign, viewer_of


async def publish_a_result(db: AsyncSession, cast: Cast, campaign: int, phase: int) -> None:
    """Of a panel that gave no place."""
    by, mia = {"campaign_id": campaign, "phase_id": phase, "entries_phase_id": phase}, cast.mia.id
    panel = (await add(db, Panel(**by, name="Panel", created_by=mia))).id
    output = {"inputs": "{}", "output": "{}", "inputs_hash": "0" * 64, "output_hash": "0" * 64}
    run = await add(db, ScoreRun(panel_id=panel, number=1, rule={}, run_by=mia, **output))
    until = datetime.now(UTC)
    result = PanelResult(panel_id=panel, run_id=run.id, published_by=mia, appeals_until=until)
    await add(db, result)


async def test_one_that_won_is_reported_as_it_was_submitted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, accepts=[*EVERYTHING, Accepts.ENTRIES])
    phase = (await db.scalars(select(Phase.id).where(Phase.campaign_id == campaign.id))).first()
    assert phase
    number = await begin_entry(db, await viewer_of(db, cast.ada), campaign.id, phase)
    entry = await db.get_one(Entry, number)
    submitted = EntryRevision(
        entry_id=number, number=1, form_id=entry.form_id, title="As submitted", answers={},
        people=[], content_hash="0" * 64, submitted_by=cast.ada.id,
    )  # fmt: skip
    entry.submitted_id, entry.title = (await add(db, submitted)).id, "Not yet shown"
    await publish_a_result(db, cast, campaign.id, phase)
    award = await add(
        db, Award(campaign_id=campaign.id, entry_id=number, title="First", decided_by=cast.mia.id)
    )
    cem, mo = await browse(cast.cem), await browse(cast.mo)
    at = f"/reports/entry/{number}"
    assert (await cem.get(at)).status_code == 404
    award.confirmed_at, award.confirmed_by = datetime.now(UTC), cast.mia.id
    await db.flush()
    page = (await cem.get(at)).text
    assert "As submitted" in page
    assert "Not yet shown" not in page
    assert (await cem.post(at, {"rule": "hate"})).status_code == 303
    case = (await mo.get(f"/moderation/cases/{(await newest_case(db)).id}")).text
    assert "take it off the ballot or revoke its award" in case
    assert 'value="hide"' not in case
    award.revoked_at = datetime.now(UTC)
    await db.flush()
    assert (await cem.get(at)).status_code == 404

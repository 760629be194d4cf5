"""Rules for preparing a summary, and for counting its figures again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import zone
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.you_said.collecting import collect
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.scope import Quarter, now_in, scope_of
from ideahub.you_said.sentences import MOVABLE, stored


async def prepare_for_campaign(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> int:
    """Makes the draft of the campaign's summary, and returns its number; only that where there is
    one. The viewer manages the campaign. Raises Conflict for a draft of a campaign."""
    if not campaign.is_published:
        raise Conflict(_("This is not published yet: nobody could say anything."))
    of = {"campaign_id": campaign.id, "timezone": campaign.timezone}
    return await _prepare(db, viewer, of, on=campaign)


async def prepare_for_quarter(
    db: AsyncSession, viewer: Viewer, organisation_id: int, quarter: Quarter, timezone: str
) -> int:
    """Makes the draft of the summary of a quarter, and returns its number; only that where there
    is one. The viewer manages the organisation. Raises Invalid for a quarter that has not begun,
    and for a zone that is not known."""
    if zone(timezone).key != timezone:
        raise Invalid(_("Choose a time zone from the list."), field="timezone")
    begins, _ends = quarter.bounds(timezone)
    if begins > await now_in(db):
        raise Invalid(_("This quarter has not begun yet."), field="quarter")
    of = {
        "organisation_id": organisation_id,
        "starts_on": quarter.starts_on,
        "timezone": timezone,
    }
    return await _prepare(db, viewer, of)


async def _prepare(
    db: AsyncSession, viewer: Viewer, of: Mapping[str, Any], on: Campaign | None = None
) -> int:
    first = {"sentences": [], "section_order": list(MOVABLE), "prepared_by": viewer.person_id}
    added = insert(OutcomeSummary).values(**of, **first).on_conflict_do_nothing()
    number: int | None = await db.scalar(added.returning(OutcomeSummary.id))
    if number is None:
        return await _prepared_before(db, of)
    summary = await locked(db, OutcomeSummary, number)
    await _count(db, summary)
    await record(db, Kind.SUMMARY_PREPARED, viewer, on=on, subject=summary)
    return number


async def _prepared_before(db: AsyncSession, of: Mapping[str, Any]) -> int:
    named = {name: value for name, value in of.items() if name != "timezone"}
    found = await db.scalars(select(OutcomeSummary.id).filter_by(**named))
    return found.one()


async def count_again(db: AsyncSession, viewer: Viewer, summary: OutcomeSummary) -> None:
    """Counts the figures of a summary whose row is locked as they are now: what was written, moved
    and left out stays."""
    await _count(db, summary)
    summary.saved += 1
    summary.changed_by = viewer.person_id


async def _count(db: AsyncSession, summary: OutcomeSummary) -> None:
    summary.sentences = stored(await collect(db, await scope_of(db, summary)))
    summary.figures_at = func.statement_timestamp()
    await db.flush()
    await db.refresh(summary)

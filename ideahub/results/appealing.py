"""Rules for appealing against a preliminary result, and for deciding an appeal."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked, unchanged
from ideahub.core.refusals import Conflict, Forbidden, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.results.entrants import RankedEntry
from ideahub.results.managing_people import managers_of
from ideahub.results.models import Appeal, PanelResult, RunPlace, ScoreRun
from ideahub.results.standing_apart import people_apart

PANEL_ID = bindparam("panel_id", type_=BigInteger)
# Whoever published the panel's first result, and ran its scores. Later runs and results follow from
# corrections: whoever makes these decides about somebody else's result, and goes on.
DECIDED_FIRST = (
    select(PanelResult.published_by, ScoreRun.run_by)
    .join(ScoreRun, ScoreRun.id == PanelResult.run_id)
    .where(PanelResult.panel_id == PANEL_ID)
    .order_by(PanelResult.id)
    .limit(1)
)


async def appeal(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    entry: RankedEntry,
    result: PanelResult,
    text: str,
) -> Appeal:
    """Appeals against a result in the name of an entry that the viewer belongs to; returns the
    appeal that there is already where its text is the same.

    Raises Conflict once the time for appeals is over, where the result was replaced, and where
    the entry has appealed against it already.
    """
    await db.execute(unchanged(select(PanelResult.id).where(PanelResult.id == result.id)))
    await db.refresh(result)
    before = await appeal_of(db, result.id, entry.id)
    if before and before.text == text:
        return before
    if before:
        raise Conflict(_("Your team has appealed against this result already."))
    await _must_be_open(db, result)
    made = Appeal(
        result_id=result.id,
        entry_id=entry.id,
        made_by=viewer.person_id,
        text=text,
        text_html=await markdown_html(text),
    )
    db.add(made)
    await record(db, Kind.APPEAL_MADE, viewer, on=campaign, subject=made)
    return made


async def appeal_of(db: AsyncSession, result_id: int, entry_id: int) -> Appeal | None:
    """The appeal of an entry against a result."""
    found: Appeal | None = await db.scalar(
        select(Appeal).where(Appeal.result_id == result_id, Appeal.entry_id == entry_id)
    )
    return found


async def _must_be_open(db: AsyncSession, result: PanelResult) -> None:
    # A statement of its own: its moment is after the wait for the row.
    now = await db.scalar(select(func.clock_timestamp()))
    if result.replaced_at:
        raise Conflict(_("A newer result is published. Read it, then appeal against that one."))
    if result.final_at or now is None or now >= result.appeals_until:
        until = moment_words(result.appeals_until, result.timezone)
        raise Conflict(_("Appeals could be made until %(moment)s.", moment=until))


async def may_appeal(db: AsyncSession, result: PanelResult, entry_id: int) -> bool:
    """Whether the time for appeals still runs, and the entry was ranked and has not appealed."""
    if result.replaced_at or result.final_at:
        return False
    still = await db.scalar(select(result.appeals_until > func.clock_timestamp()))
    ranked = await db.scalar(
        select(RunPlace.run_id).where(
            RunPlace.run_id == result.run_id, RunPlace.entry_id == entry_id
        )
    )
    return bool(still and ranked) and await appeal_of(db, result.id, entry_id) is None


async def find_appeal(db: AsyncSession, panel: Panel, appeal_id: int) -> Appeal:
    """An appeal against a result of the panel, locked; raises NotFound."""
    found = await locked(db, Appeal, appeal_id)
    result = await db.get(PanelResult, found.result_id)
    if result is None or result.panel_id != panel.id:
        raise NotFound
    return found


async def decide_appeal(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    appeal_id: int,
    *,
    is_upheld: bool,
    reason: str,
) -> Appeal:
    """Decides an appeal, once, with a reason that is published.

    Raises what `must_decide` raises, and Conflict where somebody has decided it otherwise.
    """
    found = await find_appeal(db, panel, appeal_id)
    await must_decide(db, viewer, campaign, panel, found.entry_id)
    if found.decided_at:
        if (found.decided_by, found.is_upheld, found.reason) == (viewer.id, is_upheld, reason):
            return found
        raise Conflict(_("This appeal is decided already. The decision and its reason stay."))
    found.is_upheld, found.reason = is_upheld, reason
    found.decided_at = func.clock_timestamp()
    found.decided_by = viewer.person_id
    await record(db, Kind.APPEAL_DECIDED, viewer, on=campaign, subject=found)
    await db.refresh(found)
    return found


async def must_decide(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, entry_id: int
) -> None:
    """Raises Forbidden for whoever scored the entry, has a conflict of interest about it or is
    behind it; and for whoever decided first, by running or publishing the panel's first result,
    where somebody else could decide."""
    apart = await people_apart(db, entry_id)
    if viewer.person_id in apart:
        raise Forbidden(
            _(
                "You scored this entry, have a conflict of interest about it, or are behind it. "
                "Somebody else has to decide this."
            )
        )
    rows = await rows_of(db, DECIDED_FIRST, {PANEL_ID.key: panel.id})
    first = {person for row in rows for person in row}
    if viewer.id in first and await _others(db, campaign, apart | first):
        raise Forbidden(
            _(
                "You ran or published this result. Another manager of your organisation, who "
                "did not, has to decide this."
            )
        )


async def _others(db: AsyncSession, campaign: Campaign, apart: set[int]) -> Sequence[int]:
    """Managers of the campaign who are none of these."""
    found = await db.scalars(managers_of(campaign.organisation_id))
    return [person for person in found if person not in apart]

"""The rule for making a preliminary result final."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _, ngettext
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.models import Appeal, PanelResult
from ideahub.results.publishing import current_result
from ideahub.results.running_scores import newest_run
from ideahub.results.still_counting import must_be_up_to_date

OPEN_APPEALS = (
    select(Appeal.id)
    .join(PanelResult, PanelResult.id == Appeal.result_id)
    .where(
        PanelResult.panel_id == bindparam("panel_id", type_=BigInteger),
        Appeal.decided_at.is_(None),
    )
)


async def open_appeals(db: AsyncSession, panel_id: int) -> Sequence[int]:
    """The numbers of the appeals against results of a panel that nobody has decided yet."""
    return (await db.scalars(OPEN_APPEALS, {"panel_id": panel_id})).all()


async def make_final(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel
) -> PanelResult:
    """Makes the published result final; does nothing where it is.

    Raises Conflict where none is published, while it can be appealed against, while an appeal is
    not decided, and where a newer run waits for its publication or something has changed since.
    """
    panel = await lock_panel(db, panel.id)
    result = await current_result(db, panel.id)
    if result is None:
        raise Conflict(_("No result is published yet that could be made final."))
    # Whoever appeals right now holds it: their appeal is seen then.
    result = await locked(db, PanelResult, result.id)
    if result.final_at:
        return result
    await _must_be_ready(db, panel, result)
    result.final_at = func.clock_timestamp()
    result.final_by = viewer.person_id
    await record(db, Kind.RESULT_MADE_FINAL, viewer, on=campaign, subject=result)
    await db.refresh(result)
    return result


async def _must_be_ready(db: AsyncSession, panel: Panel, result: PanelResult) -> None:
    now = await db.scalar(select(func.clock_timestamp()))
    if now is None or now < result.appeals_until:
        until = moment_words(result.appeals_until, result.timezone)
        raise Conflict(_("Entrants can appeal until %(moment)s. Come back then.", moment=until))
    if waiting := await open_appeals(db, panel.id):
        raise Conflict(
            ngettext(
                "%(num)s appeal is not decided yet. Decide it first.",
                "%(num)s appeals are not decided yet. Decide them first.",
                len(waiting),
            )
        )
    run = await newest_run(db, panel.id)
    if run and run.id != result.run_id:
        raise Conflict(
            _(
                "Score run %(number)s is newer than the published result. Publish it first.",
                number=run.number,
            )
        )
    if run:
        await must_be_up_to_date(db, panel, run)

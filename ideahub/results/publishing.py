"""Rules for publishing a result: preliminary at first, and open to appeal for a set time."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.judging.unblinding import record_unblinding
from ideahub.organisations.models import Person
from ideahub.results.models import PanelResult, ScoreRun
from ideahub.results.running_scores import newest_run
from ideahub.results.still_counting import must_be_up_to_date
from ideahub.results.third_reading import must_wait_for_no_reading

CURRENT = select(PanelResult).where(
    PanelResult.panel_id == bindparam("panel_id", type_=BigInteger),
    PanelResult.replaced_at.is_(None),
)


class Publication(NamedTuple):
    """What is published with a run: until when it can be appealed against, in which zone that is
    shown, and a text on how it was scored."""

    run_id: int
    appeals_until: datetime
    timezone: str
    note: str = ""


async def current_result(db: AsyncSession, panel_id: int) -> PanelResult | None:
    """The result of a panel that is published now; None before the first."""
    found: PanelResult | None = await db.scalar(CURRENT, {"panel_id": panel_id})
    return found


async def publish_result(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    publication: Publication,
    *,
    seen: int,
) -> PanelResult:
    """Publishes the newest run as the preliminary result, in the place of the one before, and tells
    the entrants.

    `seen` is the number of the result that the page showed, 0 for none. Raises Conflict where
    somebody else has published meanwhile, where the run is not the newest or would read something
    else now, for a final result, and while a third reading is open; Invalid for a time for appeals
    that is over.
    """
    panel = await lock_panel(db, panel.id)
    now = await current_result(db, panel.id)
    await _must_be_as_seen(db, viewer, now, publication.run_id, seen)
    run = await newest_run(db, panel.id)
    if run is None or run.id != publication.run_id:
        raise Conflict(_("There is a newer score run. Look at it, and publish that one."))
    if now and now.run_id == run.id:
        return now
    await must_wait_for_no_reading(db, panel)
    await must_be_up_to_date(db, panel, run)
    await _must_leave_time(db, publication, now)
    made = await _publish(db, viewer, panel, publication, now)
    await record(db, Kind.RESULT_PUBLISHED, viewer, on=campaign, subject=made, run=run.number)
    if panel.blind and now is None:
        await record_unblinding(db, viewer, panel, _("The results were published."))
    return made


async def _must_be_as_seen(
    db: AsyncSession, viewer: Viewer, now: PanelResult | None, run_id: int, seen: int
) -> None:
    if now is None or now.id == seen:
        if now and now.final_at:
            raise Conflict(_("This result is final; nothing takes its place any more."))
        return
    if viewer.is_person(now.published_by) and now.run_id == run_id:
        # The same button, pressed twice.
        return
    name = await db.scalar(select(Person.name).where(Person.id == now.published_by))
    number = await db.scalar(select(ScoreRun.number).where(ScoreRun.id == now.run_id))
    raise Conflict(
        _(
            "%(name)s has published score run %(number)s on %(moment)s, while you were here. "
            "Nothing of yours was published. Look at what is published now.",
            name=name,
            number=number,
            moment=moment_words(now.created_at, now.timezone),
        )
    )


async def _must_leave_time(
    db: AsyncSession, publication: Publication, now: PanelResult | None
) -> None:
    at = await db.scalar(select(func.clock_timestamp()))
    if at is None or publication.appeals_until <= at:
        raise Invalid(_("The time for appeals has to end later than now."), field="appeals_until")
    if now and at < now.appeals_until > publication.appeals_until:
        raise Invalid(
            _(
                "Entrants were told that they can appeal until %(moment)s. End the time for "
                "appeals then or later.",
                moment=moment_words(now.appeals_until, now.timezone),
            ),
            field="appeals_until",
        )


async def _publish(
    db: AsyncSession,
    viewer: Viewer,
    panel: Panel,
    publication: Publication,
    now: PanelResult | None,
) -> PanelResult:
    if now:
        now.replaced_at = func.clock_timestamp()
        await db.flush()
    made = PanelResult(
        panel_id=panel.id,
        run_id=publication.run_id,
        published_by=viewer.person_id,
        note=publication.note,
        note_html=await markdown_html(publication.note),
        appeals_until=publication.appeals_until,
        timezone=publication.timezone,
    )
    db.add(made)
    await db.flush()
    await db.refresh(made)
    return made

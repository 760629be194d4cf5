"""Reminds judges who have something left to do: when a manager says so, and by the clock three days
and one day before scoring closes. Each gets one mail a day at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import is_running
from ideahub.core.dates import moment_words
from ideahub.core.db import constants
from ideahub.core.events import Kind, Ref, record
from ideahub.core.languages import in_language
from ideahub.core.locking import held
from ideahub.core.outbox import send_later
from ideahub.core.site import site_of
from ideahub.core.viewer import Viewer
from ideahub.judging.letters import declaring_letter, reminder_letter
from ideahub.judging.models import Assignment, Panel, PanelJudge
from ideahub.judging.panels import PanelView, lock_panel, panel_by_id
from ideahub.judging.visibility import IS_FINAL, STANDS
from ideahub.organisations.models import Person

MOST_AT_ONCE = 100
ONCE_IN = timedelta(days=1)
FIRST, LAST = timedelta(days=3), timedelta(days=1)
_left = (
    select(func.count())
    .where(Assignment.judge_id == PanelJudge.id, STANDS, ~IS_FINAL)
    .correlate(PanelJudge)
    .scalar_subquery()
)
# They judge, and have conflicts to declare or entries to score.
IS_BEHIND = and_(
    PanelJudge.accepted_at.is_not(None),
    PanelJudge.removed_at.is_(None),
    or_(PanelJudge.declared_at.is_(None), _left > 0),
)
NOT_TOLD_TODAY = or_(
    PanelJudge.reminded_at.is_(None), PanelJudge.reminded_at < func.now() - ONCE_IN
)


async def remind_judges(db: AsyncSession, viewer: Viewer, campaign: Campaign, panel_id: int) -> int:
    """Sends a mail to each judge of the panel who has something left to do and was not reminded
    within a day; returns to how many."""
    panel = await lock_panel(db, panel_id)
    if panel.closed_at is not None:
        return 0
    reminded = await _remind(db, await panel_by_id(db, panel.id), [])
    if reminded:
        await record(db, Kind.JUDGES_REMINDED, viewer, on=campaign, subject=panel)
    return reminded


async def remind_in_time(db: AsyncSession) -> None:
    """Reminds judges three days and one day before scoring closes; for the clock."""
    mark = case(
        (Phase.closes_at - LAST <= func.now(), Phase.closes_at - LAST),
        else_=Phase.closes_at - FIRST,
    )
    due = (
        select(Panel.id, mark.label("mark"))
        .join(Phase, Phase.id == Panel.phase_id)
        .join(Campaign, Campaign.id == Panel.campaign_id)
        .where(
            Panel.closed_at.is_(None),
            Campaign.is_published,
            Phase.accepts.overlap(constants(Accepts.SCORING)),
            is_running(),
            Phase.closes_at - FIRST <= func.now(),
            exists().where(PanelJudge.panel_id == Panel.id, IS_BEHIND, NOT_TOLD_TODAY),
        )
        .order_by(Panel.id)
    )
    for panel_id, told_from in (await db.execute(due)).all():
        since = or_(PanelJudge.reminded_at.is_(None), PanelJudge.reminded_at < told_from)
        panel = await panel_by_id(db, panel_id)
        if await _remind(db, panel, [since]):
            on = Ref(Campaign, panel.campaign_id)
            await record(db, Kind.JUDGES_REMINDED, None, on=on, subject=Ref(Panel, panel.id))


async def _remind(
    db: AsyncSession, panel: PanelView, conditions: Sequence[ColumnElement[bool]]
) -> int:
    rows = select(PanelJudge.id).where(
        PanelJudge.panel_id == panel.id, IS_BEHIND, NOT_TOLD_TODAY, *conditions
    )
    # Held, so that two processes never write to one judge for the same reason.
    found = await db.scalars(held(rows.order_by(PanelJudge.id).limit(MOST_AT_ONCE)))
    numbers = found.all()
    letters = (
        select(
            PanelJudge.declared_at,
            _left.label("left"),
            Person.id.label("person_id"),
            Person.email,
            Person.language,
        )
        .join(Person, Person.id == PanelJudge.person_id)
        .where(PanelJudge.id.in_(numbers), Person.email.is_not(None))
        .order_by(PanelJudge.id)
    )
    for row in (await db.execute(letters)).all():
        await _send(db, panel, row)
    told = update(PanelJudge).where(PanelJudge.id.in_(numbers)).values(reminded_at=func.now())
    await db.execute(told.execution_options(synchronize_session=False))
    return len(numbers)


async def _send(db: AsyncSession, panel: PanelView, row: Any) -> None:
    site = site_of(db)
    with in_language(row.language or site.language):
        if row.declared_at is None:
            letter = declaring_letter(panel.heading, f"{site.url}/judging/{panel.id}/conflicts")
        else:
            closes: datetime | None = panel.closes_at
            due = moment_words(closes, panel.timezone) if closes else ""
            url = f"{site.url}/judging/{panel.id}"
            letter = reminder_letter(panel.heading, row.left, due, url)
    await send_later(
        db, to=row.email, subject=letter.subject, text=letter.text, person_id=row.person_id
    )

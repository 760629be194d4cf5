"""Rules for third readings: after a panel was closed, one more judge scores an entry, in a time of
its own.

Only that assignment is open again. Whoever reads learns nothing of what others gave, and none of
the others can change anything.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.dates import moment_words
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.languages import in_language
from ideahub.core.locking import held, locked, unchanged
from ideahub.core.outbox import send_later
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.site import site_of
from ideahub.core.viewer import Viewer
from ideahub.judging.letters import third_reading_letter
from ideahub.judging.models import Assignment, Panel, PanelJudge, Scorecard, ThirdReading
from ideahub.judging.panels import panel_by_id
from ideahub.judging.visibility import IS_FINAL, READS_ON, STANDS
from ideahub.organisations.models import Person

ASSIGNMENT_ID = bindparam("assignment_id", type_=BigInteger)
_window: Any = select(
    ThirdReading.closes_at > NOW,
    ThirdReading.withdrawn_at,
    ThirdReading.closes_at,
    ThirdReading.timezone,
).where(ThirdReading.assignment_id == ASSIGNMENT_ID)
WINDOW: Any = unchanged(_window)
LAST = timedelta(days=1)


class ReadingPlan(msgspec.Struct, frozen=True):
    """Who is to read which entry, and until when; `timezone` is that in which it is shown."""

    entry_id: int
    judge_id: int
    closes_at: datetime
    timezone: str


async def is_third_reading(db: AsyncSession, assignment_id: int) -> bool:
    """Whether an assignment is a third reading whose time is not over; it is held as it is until
    the transaction ends. False for any other assignment.

    Raises NotFound where it was taken back, and Conflict where its time is over.
    """
    found = await rows_of(db, WINDOW, {ASSIGNMENT_ID.key: assignment_id})
    if not found:
        return False
    is_open, withdrawn_at, closes_at, timezone = found[0]
    if withdrawn_at is not None:
        raise NotFound
    if not is_open:
        when = moment_words(closes_at, timezone)
        raise Conflict(_("The time for this reading ended on %(moment)s.", moment=when))
    return True


async def give_reading(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, plan: ReadingPlan
) -> ThirdReading:
    """Gives an entry of a closed panel, whose row is locked, to one more judge, and tells them by
    mail. Who can be asked is for the caller to check.

    Raises Invalid for a time that is over, and Conflict while the panel is open.
    """
    if panel.closed_at is None:
        raise Conflict(_("Scoring is still open, so the entry is given to another judge there."))
    if plan.closes_at <= (await db.execute(select(func.clock_timestamp()))).scalar_one():
        raise Invalid(_("The time for reading has to end later than now."), field="until")
    place = select(func.coalesce(func.max(Assignment.reading_order), 0) + 1)
    assignment = Assignment(
        panel_id=panel.id,
        judge_id=plan.judge_id,
        entry_id=plan.entry_id,
        reading_order=await db.scalar(place.where(Assignment.judge_id == plan.judge_id)),
    )
    db.add(assignment)
    await db.flush()
    reading = ThirdReading(
        assignment_id=assignment.id,
        asked_by=viewer.person_id,
        closes_at=plan.closes_at,
        timezone=plan.timezone,
    )
    db.add(reading)
    await _write_to(db, reading, assignment)
    await record(db, Kind.THIRD_READING_ASKED, viewer, on=campaign, subject=reading)
    return reading


async def take_back_reading(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, reading_id: int
) -> bool:
    """Takes back a third reading that is not finished; returns False where it was before. What was
    scored is sealed: kept, and never counted.

    Raises NotFound for one of another panel, and Conflict where the judge has finished.
    """
    reading = await locked(db, ThirdReading, reading_id)
    assignment = await db.get_one(Assignment, reading.assignment_id)
    if assignment.panel_id != panel.id:
        raise NotFound
    if reading.withdrawn_at is not None:
        return False
    card = await db.scalar(held(select(Scorecard).where(Scorecard.assignment_id == assignment.id)))
    if card is not None and card.final_at is not None:
        raise Conflict(_("The judge has finished, so it stays. Run the scores again."))
    if card is not None and card.sealed_at is None:
        card.sealed_at = func.now()
    reading.withdrawn_at, reading.withdrawn_by = func.now(), viewer.person_id
    assignment.ended_at = func.now()
    await record(db, Kind.THIRD_READING_TAKEN_BACK, viewer, on=campaign, subject=reading)
    return True


async def remind_readers(db: AsyncSession) -> None:
    """Reminds once, on the last day, whoever has a third reading to finish; for the clock."""
    due: Any = (
        select(ThirdReading, Assignment)
        .join(Assignment, Assignment.id == ThirdReading.assignment_id)
        .where(READS_ON, ThirdReading.reminded_at.is_(None), ThirdReading.closes_at - LAST <= NOW)
        .order_by(ThirdReading.id)
    )
    for reading, assignment in (await db.execute(held(due, of=ThirdReading))).all():
        reading.reminded_at = func.now()
        # Asked on the last day, they have just been told.
        if reading.closes_at - reading.created_at > LAST:
            await _write_to(db, reading, assignment)


async def end_readings(db: AsyncSession) -> None:
    """Notes that the time of a third reading is over, so that open pages show it; for the clock."""
    over: Any = (
        select(ThirdReading, Assignment.panel_id)
        .join(Assignment, Assignment.id == ThirdReading.assignment_id)
        .where(ThirdReading.closes_at <= NOW, ThirdReading.ended_at.is_(None), STANDS, ~IS_FINAL)
        .order_by(ThirdReading.id)
    )
    for reading, panel_id in (await db.execute(held(over, of=ThirdReading))).all():
        reading.ended_at = func.now()
        panel = await db.get_one(Panel, panel_id)
        on = Ref(Campaign, panel.campaign_id)
        await record(db, Kind.THIRD_READING_ENDED, None, on=on, subject=reading)


async def _write_to(db: AsyncSession, reading: ThirdReading, assignment: Assignment) -> None:
    panel = await panel_by_id(db, assignment.panel_id)
    judge = (
        select(Person.id, Person.email, Person.language)
        .join(PanelJudge, PanelJudge.person_id == Person.id)
        .where(PanelJudge.id == assignment.judge_id)
    )
    person = (await db.execute(judge)).one()
    if person.email is None:
        return
    with in_language(person.language or site_of(db).language):
        due = moment_words(reading.closes_at, reading.timezone)
        url = f"{site_of(db).url}/assignments/{assignment.id}"
        letter = third_reading_letter(panel.heading, due, url)
    await send_later(
        db, to=person.email, subject=letter.subject, text=letter.text, person_id=person.id
    )

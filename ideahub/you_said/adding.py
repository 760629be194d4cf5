"""Adds to published summaries what became of their ideas since: the clock's job, every minute.

It reads events and writes a row for each, so that one that is read again is added once.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.events import OLDEST_OPEN, Event, Kind, record
from ideahub.core.locking import taken_by_nobody
from ideahub.responses.models import ResponseVersion
from ideahub.you_said.added_sentences import KINDS, sentence_of
from ideahub.you_said.models import OutcomeSummary, SummaryAddition, SummaryVersion
from ideahub.you_said.sentences import Sentence, stored

# Summaries at once; the others are a minute later.
AT_ONCE = 500
READ_TO = bindparam("read_to", type_=BigInteger)
SUMMARIES = any_(bindparam("summaries", type_=ARRAY(BigInteger)))
BEHIND = taken_by_nobody(
    select(OutcomeSummary.id)
    .where(OutcomeSummary.read_to < READ_TO)
    .order_by(OutcomeSummary.read_to, OutcomeSummary.id)
    .limit(constant(AT_ONCE))
)
_shown = and_(
    SummaryVersion.summary_id == OutcomeSummary.id,
    SummaryVersion.number == OutcomeSummary.version,
)


_is_answer = Event.kind == any_(constants(Kind.RESPONSE_GIVEN, Kind.RESPONSE_CHANGED))
_number = cast(Event.data["version"].astext, Integer)


def _said(column: Any, number: ColumnElement[int]) -> ScalarSelect[Any]:
    """What a version of the answer says that the event is about."""
    of = ResponseVersion.response_id == Event.subject_id, ResponseVersion.version == number
    return select(column).where(_is_answer, *of).correlate(Event).scalar_subquery()


# An answer that parked it, or that turned and woke it, is told as an answer.
_change = aliased(Event, name="change")
BY_ANSWER = and_(
    Event.data.has_key("response"),
    or_(
        Event.kind == constant(Kind.IDEA_PARKED),
        exists().where(
            Event.kind == constant(Kind.IDEA_WOKEN),
            _change.idea_id == Event.idea_id,
            _change.xact_id == Event.xact_id,
            _change.kind == constant(Kind.RESPONSE_CHANGED),
        ),
    ),
)


def _events(of: ColumnElement[bool]) -> Select[Any]:
    """The events that the summaries have not read yet, after the figures that they tell."""
    return (
        select(
            OutcomeSummary.id.label("summary_id"),
            Event.id,
            Event.kind,
            Event.idea_id,
            Event.campaign_id,
            Event.subject_type,
            Event.subject_id,
            Event.created_at,
            Event.data["to_stage"].astext.label("to_stage"),
            _said(ResponseVersion.verdict, _number).label("verdict"),
            _said(ResponseVersion.reason, _number).label("reason"),
            _said(ResponseVersion.verdict, _number - constant(1)).label("verdict_before"),
        )
        .join(SummaryVersion, _shown)
        .join(Event, of)
        .where(
            OutcomeSummary.id == SUMMARIES,
            Event.kind == any_(constants(*KINDS)),
            Event.xact_id >= OutcomeSummary.read_to,
            Event.xact_id < READ_TO,
            Event.created_at > SummaryVersion.figures_at,
            ~BY_ANSWER,
        )
    )


OF_CAMPAIGNS = _events(Event.campaign_id == OutcomeSummary.campaign_id)
# Of a quarter only the ideas that it names.
OF_QUARTERS = _events(Event.idea_id == any_(SummaryVersion.idea_ids)).where(
    OutcomeSummary.organisation_id.is_not(None)
)


async def add_outcomes(db: AsyncSession) -> None:
    """Adds what happened since the last time to the summaries that are shown."""
    until = (await db.execute(select(OLDEST_OPEN))).scalar_one()
    behind = [row.id for row in await rows_of(db, BEHIND, {READ_TO.key: until})]
    if not behind:
        return
    asked = {READ_TO.key: until, "summaries": behind}
    rows = [*await rows_of(db, OF_CAMPAIGNS, asked), *await rows_of(db, OF_QUARTERS, asked)]
    told = [(row, sentence) for row in rows if (sentence := sentence_of(row))]
    if told:
        await _add(db, told)
    await db.execute(
        update(OutcomeSummary).where(OutcomeSummary.id.in_(behind)).values(read_to=until)
    )


async def _add(db: AsyncSession, told: Sequence[tuple[Any, Sentence]]) -> None:
    values = [
        {
            "summary_id": row.summary_id,
            "event_id": row.id,
            "kind": row.kind,
            "happened_at": row.created_at,
            "sentence": stored([sentence])[0],
        }
        for row, sentence in told
    ]
    added = insert(SummaryAddition).on_conflict_do_nothing().returning(SummaryAddition.summary_id)
    for number in sorted(set(await db.scalars(added, values))):
        summary = await db.get_one(OutcomeSummary, number)
        campaign = await db.get(Campaign, summary.campaign_id) if summary.campaign_id else None
        await record(db, Kind.SUMMARY_ADDED_TO, None, on=campaign, subject=summary)

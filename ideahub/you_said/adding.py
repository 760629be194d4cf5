"""Adds to published summaries what became of their ideas since: the clock's job, every minute.

It reads events and writes a row for each, so that one that is read again is added once.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.events import OLDEST_OPEN, Event, Kind, record
from ideahub.core.locking import taken_by_nobody
from ideahub.ideas.models import Stage
from ideahub.responses.models import Response
from ideahub.you_said.collecting.answers import SAYS_YES
from ideahub.you_said.models import OutcomeSummary, SummaryAddition, SummaryVersion
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, stored

# Summaries at once; the others are a minute later.
AT_ONCE = 500
KIND_OF_STAGE = {
    Stage.PROTOTYPE: SentenceKind.PROTOTYPED,
    Stage.PILOT: SentenceKind.PILOTED,
    Stage.ADOPTED: SentenceKind.ADOPTED,
}
KINDS = {
    Kind.RESPONSE_GIVEN: SentenceKind.ANSWERED_YES,
    Kind.PLEDGE_ACCEPTED: SentenceKind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT: SentenceKind.PLEDGE_KEPT,
    Kind.PLEDGE_LAPSED: SentenceKind.PLEDGE_LAPSED,
    Kind.STAGE_ADVANCED: SentenceKind.ADOPTED,
    Kind.IDEA_STOPPED: SentenceKind.STOPPED,
    Kind.IDEA_PARKED: SentenceKind.PARKED,
    Kind.IDEA_WOKEN: SentenceKind.WOKEN,
    Kind.EXPERIMENT_PLANNED: SentenceKind.EXPERIMENT_PLANNED,
    Kind.EXPERIMENT_CONCLUDED: SentenceKind.TRIED,
    Kind.AWARD_CONFIRMED: SentenceKind.AWARDED,
}
# What of an event's rows the sentence leads to, by the kind of its subject.
ANCHORS = {"pledge": "#pledge-{}", "review": "#review-{}"}
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


VERDICT = (
    select(Response.verdict)
    .where(Response.id == Event.subject_id, Event.kind == constant(Kind.RESPONSE_GIVEN))
    .correlate(Event)
    .scalar_subquery()
)
REASON = (
    select(Response.reason)
    .where(Response.id == Event.subject_id, Event.kind == constant(Kind.RESPONSE_GIVEN))
    .correlate(Event)
    .scalar_subquery()
)
# An answer that parked it is told as an answer.
BY_ANSWER = exists().where(
    Event.kind == constant(Kind.IDEA_PARKED), Response.review_id == Event.subject_id
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
            VERDICT.label("verdict"),
            REASON.label("reason"),
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


def sentence_of(event: Any) -> Sentence | None:
    """What the event adds; None for one that changes nothing that is told. `event` has the columns
    of `_events`."""
    if event.kind == Kind.AWARD_CONFIRMED:
        return _award(event)
    if event.kind == Kind.RESPONSE_GIVEN:
        return _answer(event)
    kind: SentenceKind | None = KINDS[event.kind]
    if event.kind == Kind.STAGE_ADVANCED:
        kind = KIND_OF_STAGE.get(event.to_stage)
    if kind is None:
        return None
    anchor = ANCHORS.get(event.subject_type or "", "").format(event.subject_id)
    at = f"/ideas/{event.idea_id}{anchor}"
    if event.subject_type == "experiment":
        at = f"/experiments/{event.subject_id}"
    parked = event.subject_id if event.kind == Kind.IDEA_PARKED else None
    return Sentence(section=Section.DONE, kind=kind, path=at, idea=event.idea_id, review=parked)


def _award(event: Any) -> Sentence:
    return Sentence(
        section=Section.DONE,
        kind=SentenceKind.AWARDED,
        path=f"/challenges/{event.campaign_id}/results",
        campaign=event.campaign_id,
        numbers={"awards": 1},
    )


def _answer(event: Any) -> Sentence:
    says_yes = event.verdict in SAYS_YES
    return Sentence(
        section=Section.DONE if says_yes else Section.NOT_DONE,
        kind=SentenceKind.ANSWERED_YES if says_yes else SentenceKind.ANSWERED_NO,
        path=f"/ideas/{event.idea_id}#idea-{event.idea_id}-response",
        idea=event.idea_id,
        response=event.subject_id,
        words=[word for word in (event.verdict, event.reason) if word],
    )

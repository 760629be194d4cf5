"""Queries for what led to an answer and came after it: versions, who opened it, who handed it over,
and who pointed out that its condition has come true."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.ideas.queries import IDEA_ID
from ideahub.organisations.models import Person
from ideahub.responses.models import (
    ConditionReport,
    OwedResponse,
    ReasonKind,
    ResponseVersion,
    Verdict,
)
from ideahub.responses.owner_models import Handover, ResponseOpening

MOST = 100
To, Decider = aliased(Person, name="handed_to"), aliased(Person, name="decider")


class AnswerVersion(msgspec.Struct, frozen=True):
    """What an answer said in one version, and who wrote it."""

    response_id: int
    version: int
    at: datetime
    name: str
    verdict: Verdict
    reason: ReasonKind | None
    body_html: str
    conditions: str
    would_change: str
    why: str


class OpeningView(msgspec.Struct, frozen=True):
    """Who opened the page on which the answer is written, and when first."""

    name: str
    at: datetime


class HandoverView(msgspec.Struct, frozen=True):
    """That a leader asked another to take over an answer, and what became of it."""

    id: int
    owed_id: int
    to_id: int
    from_name: str
    to_name: str
    reason: str
    at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    declined_why: str
    lapsed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for the one who was asked."""
        return not (self.accepted_at or self.declined_at or self.lapsed_at)


class ConditionReportView(msgspec.Struct, frozen=True):
    """That somebody says a condition has come true, and what was said to it."""

    id: int
    response_id: int
    person_id: int
    name: str
    evidence: str
    at: datetime
    confirmed_at: datetime | None
    refused_at: datetime | None
    decider: str | None
    answer: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has confirmed or refused it yet."""
        return not (self.confirmed_at or self.refused_at)


class Trail(msgspec.Struct, frozen=True):
    """All of these of one idea; the newest first."""

    versions: list[AnswerVersion]
    openings: list[OpeningView]
    handovers: list[HandoverView]
    reports: list[ConditionReportView]


RESPONSE_IDS = any_(bindparam("ids", type_=ARRAY(BigInteger)))
VERSIONS = (
    select(
        ResponseVersion.response_id,
        ResponseVersion.version,
        ResponseVersion.created_at,
        Person.name,
        ResponseVersion.verdict,
        ResponseVersion.reason,
        ResponseVersion.body_html,
        ResponseVersion.conditions,
        ResponseVersion.would_change,
        ResponseVersion.why,
    )
    .join(Person, Person.id == ResponseVersion.made_by)
    .where(ResponseVersion.response_id == RESPONSE_IDS)
    .order_by(ResponseVersion.id.desc())
    .limit(constant(MOST))
)
OPENINGS = (
    select(Person.name, ResponseOpening.created_at)
    .join(OwedResponse, OwedResponse.id == ResponseOpening.owed_id)
    .join(Person, Person.id == ResponseOpening.person_id)
    .where(OwedResponse.idea_id == IDEA_ID, OwedResponse.is_open)
    .order_by(ResponseOpening.created_at)
    .limit(constant(MOST))
)
HANDOVERS = (
    select(
        Handover.id,
        Handover.owed_id,
        Handover.to_id,
        Person.name,
        To.name,
        Handover.reason,
        Handover.created_at,
        Handover.accepted_at,
        Handover.declined_at,
        Handover.declined_why,
        Handover.lapsed_at,
    )
    .join(OwedResponse, OwedResponse.id == Handover.owed_id)
    .join(Person, Person.id == Handover.from_id)
    .join(To, To.id == Handover.to_id)
    .where(OwedResponse.idea_id == IDEA_ID)
    .order_by(Handover.id.desc())
    .limit(constant(MOST))
)
REPORTS = (
    select(
        ConditionReport.id,
        ConditionReport.response_id,
        ConditionReport.person_id,
        Person.name,
        ConditionReport.evidence,
        ConditionReport.created_at,
        ConditionReport.confirmed_at,
        ConditionReport.refused_at,
        Decider.name,
        ConditionReport.answer,
    )
    .join(Person, Person.id == ConditionReport.person_id)
    .outerjoin(Decider, Decider.id == ConditionReport.decided_by)
    .where(ConditionReport.response_id == RESPONSE_IDS)
    .order_by(ConditionReport.id.desc())
    .limit(constant(MOST))
)


async def trail_of(db: AsyncSession, idea_id: int, responses: Sequence[int]) -> Trail:
    """The trail of an idea with these answers, which the caller has found through the viewer."""
    of_idea, of_responses = {"idea_id": idea_id}, {"ids": list(responses)}
    versions = await rows_of(db, VERSIONS, of_responses) if responses else []
    reports = await rows_of(db, REPORTS, of_responses) if responses else []
    return Trail(
        versions=[AnswerVersion(*row) for row in versions],
        openings=[OpeningView(*row) for row in await rows_of(db, OPENINGS, of_idea)],
        handovers=[HandoverView(*row) for row in await rows_of(db, HANDOVERS, of_idea)],
        reports=[ConditionReportView(*row) for row in reports],
    )

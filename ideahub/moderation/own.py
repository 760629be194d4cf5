"""Queries for decisions about the viewer's own texts, and about what they reported."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.moderation.measures import APPEAL_WITHIN
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Suspension,
    TextKind,
    TextReport,
)
from ideahub.moderation.moderators import MODERATES
from ideahub.organisations.models import Organisation

MOST = 50
Undone = aliased(ModerationDecision, name="undone_by")
# Where the text stands, whose clocks its moments are told by.
Place = aliased(Campaign, name="place")


class MeasureView(msgspec.Struct, frozen=True):
    """A decision as its author and moderators read it; it names no moderator."""

    id: int
    case_id: int
    created_at: datetime
    measure: Measure
    rule_name: str
    rule_text: str
    words: str
    text: str
    decided_by: int
    author_id: int
    text_kind: TextKind
    text_id: int
    returned_at: datetime | None
    undone_at: datetime | None
    undone_why: str
    suspended_until: datetime | None
    # Where: the name of a campaign or an organisation; with neither the whole site.
    suspended_from: str | None
    appeal_id: int | None
    appeal_text: str | None
    appealed_at: datetime | None
    appeal_decided_at: datetime | None
    appeal_upheld: bool | None
    appeal_reason: str | None
    timezone: str

    @property
    def stands(self) -> bool:
        """Whether it was not undone."""
        return self.undone_at is None

    @property
    def appeal_until(self) -> datetime:
        """Until when its author can appeal, where one can against such a decision."""
        return self.created_at + APPEAL_WITHIN.get(self.measure, timedelta())

    @property
    def may_be_appealed(self) -> bool:
        """Whether its author can still appeal against it, and has not."""
        return self.stands and self.appeal_id is None and datetime.now(UTC) < self.appeal_until


DECISIONS = (
    select(
        ModerationDecision.id,
        ModerationDecision.case_id,
        ModerationDecision.created_at,
        ModerationDecision.measure,
        ModerationDecision.rule_name,
        ModerationDecision.rule_text,
        ModerationDecision.words,
        ModerationDecision.text,
        ModerationDecision.decided_by,
        ModerationCase.author_id,
        ModerationCase.text_kind,
        ModerationCase.text_id,
        ModerationCase.returned_at,
        Undone.created_at.label("undone_at"),
        Undone.words.label("undone_why"),
        Suspension.until.label("suspended_until"),
        func.coalesce(func.nullif(Campaign.title, ""), Campaign.question, Organisation.name).label(
            "suspended_from"
        ),
        ModerationAppeal.id.label("appeal_id"),
        ModerationAppeal.text.label("appeal_text"),
        ModerationAppeal.created_at.label("appealed_at"),
        ModerationAppeal.decided_at.label("appeal_decided_at"),
        ModerationAppeal.is_upheld.label("appeal_upheld"),
        ModerationAppeal.reason.label("appeal_reason"),
        func.coalesce(Place.timezone, "UTC").label("timezone"),
    )
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .outerjoin(Place, Place.id == ModerationCase.campaign_id)
    .outerjoin(Undone, Undone.undoes_id == ModerationDecision.id)
    .outerjoin(Suspension, Suspension.decision_id == ModerationDecision.id)
    .outerjoin(Campaign, Campaign.id == Suspension.campaign_id)
    .outerjoin(Organisation, Organisation.id == Suspension.organisation_id)
    .outerjoin(ModerationAppeal, ModerationAppeal.decision_id == ModerationDecision.id)
    .where(ModerationDecision.measure != constant(Measure.UNDO))
)
ONE = DECISIONS.where(
    ModerationDecision.id == bindparam("decision_id", type_=BigInteger),
    or_(ModerationCase.author_id == VIEWER_ID, MODERATES),
)
_latest = DECISIONS.order_by(ModerationDecision.id.desc()).limit(constant(MOST))
OWN = _latest.where(
    ModerationCase.author_id == VIEWER_ID, ModerationDecision.measure != constant(Measure.NONE)
)
OF_CASE = _latest.where(ModerationCase.id == bindparam("case_id", type_=BigInteger))
WAITING = (
    select(
        ModerationCase.id, ModerationCase.text_kind, ModerationCase.text_id, ModerationCase.held_at
    )
    .where(
        ModerationCase.author_id == VIEWER_ID,
        ModerationCase.held_at.is_not(None),
        ModerationCase.closed_at.is_(None),
    )
    .order_by(ModerationCase.id.desc())
    .limit(constant(MOST))
)
REPORTED = (
    select(
        ModerationCase.id,
        ModerationCase.text_kind,
        ModerationCase.text_id,
        TextReport.rule_name,
        TextReport.words,
        TextReport.created_at,
        ModerationCase.closed_at,
        select(ModerationDecision.measure)
        .where(ModerationDecision.case_id == ModerationCase.id)
        .order_by(ModerationDecision.id)
        .limit(constant(1))
        .scalar_subquery()
        .label("measure"),
    )
    .join(ModerationCase, ModerationCase.id == TextReport.case_id)
    .where(TextReport.reporter_id == VIEWER_ID)
    .order_by(TextReport.id.desc())
    .limit(constant(MOST))
)
# Of the texts with these numbers, the decision that hides each, or that its case waits.
OF_TEXTS = _latest.where(
    ModerationCase.text_kind == bindparam("kind"),
    ModerationCase.text_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
)


async def find_decision_view(db: AsyncSession, viewer: Viewer, decision_id: int) -> MeasureView:
    """The decision, for the author of its text and for moderators; raises SignInNeeded and
    NotFound."""
    viewer.must_sign_in()
    found = await rows_of(db, ONE, {"decision_id": decision_id, **viewer.bound})
    if not found:
        raise NotFound
    return _view(found[0])


async def own_decisions(db: AsyncSession, viewer: Viewer) -> list[MeasureView]:
    """The latest decisions about the viewer's texts."""
    return [_view(row) for row in await rows_of(db, OWN, viewer.bound)]


async def decisions_of_case(db: AsyncSession, case_id: int) -> list[MeasureView]:
    """The decisions in a case, which the caller has found through the viewer."""
    return [_view(row) for row in await rows_of(db, OF_CASE, {"case_id": case_id})]


async def own_waiting(db: AsyncSession, viewer: Viewer) -> list[Any]:
    """The viewer's texts that are held."""
    return list(await rows_of(db, WAITING, viewer.bound))


async def own_reports(db: AsyncSession, viewer: Viewer) -> list[Any]:
    """What the viewer reported, with what became of it."""
    return list(await rows_of(db, REPORTED, viewer.bound))


async def decisions_of_text(db: AsyncSession, kind: TextKind, number: int) -> list[MeasureView]:
    """The latest decisions about a text, the last first. Checks no permission."""
    return [_view(row) for row in await rows_of(db, OF_TEXTS, {"kind": kind, "ids": [number]})]


def _view(row: Any) -> MeasureView:
    values = row._asdict()
    values["measure"], values["text_kind"] = Measure(row.measure), TextKind(row.text_kind)
    values["undone_why"] = row.undone_why or ""
    return MeasureView(**values)

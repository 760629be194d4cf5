"""The public log of moderation: how often what was decided, by which rule, in which month. It names
no people and shows no texts."""

from collections import defaultdict
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Date, bindparam, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
)

MOST = 5_000
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)


def _month(column: Any) -> Any:
    return cast(func.date_trunc("month", func.timezone("UTC", column)), Date)


class LogLine(msgspec.Struct, frozen=True):
    """How often something was decided in a month; `rule` is empty where none was needed."""

    month: date
    measure: Measure
    rule: str
    count: int


class AppealCount(msgspec.Struct, frozen=True):
    """The appeals of a month: how many were made, and what became of them."""

    month: date
    made: int
    upheld: int
    rejected: int
    open: int


class ModerationLog(msgspec.Struct, frozen=True):
    """The log of the site or of a campaign, the newest month first."""

    lines: list[LogLine]
    appeals: list[AppealCount]

    @property
    def by_month(self) -> dict[date, list[LogLine]]:
        """The lines of each month."""
        months: dict[date, list[LogLine]] = defaultdict(list)
        for line in self.lines:
            months[line.month].append(line)
        return dict(months)


_decided = _month(ModerationDecision.created_at).label("month")
_rule = ModerationDecision.rule_name.label("rule")
LINES = (
    select(_decided, ModerationDecision.measure, _rule, func.count())
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .group_by(_decided, ModerationDecision.measure, _rule)
    .order_by(_decided.desc(), ModerationDecision.measure, _rule)
    .limit(constant(MOST))
)
_made = _month(ModerationAppeal.created_at).label("month")
APPEALS = (
    select(
        _made,
        func.count().label("made"),
        func.count().filter(ModerationAppeal.is_upheld.is_(True)).label("upheld"),
        func.count().filter(ModerationAppeal.is_upheld.is_(False)).label("rejected"),
        func.count().filter(ModerationAppeal.decided_at.is_(None)).label("open"),
    )
    .join(ModerationDecision, ModerationDecision.id == ModerationAppeal.decision_id)
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .group_by(_made)
    .order_by(_made.desc())
    .limit(constant(MOST))
)
IN_CAMPAIGN = ModerationCase.campaign_id == CAMPAIGN_ID
# Of the site: not of what only staff may read, whose rules may have names of their own.
IS_OPEN_TO_ALL = or_(
    ModerationCase.campaign_id.is_(None),
    ModerationCase.campaign_id.in_(select(Campaign.id).where(Campaign.is_public)),
)
STATEMENTS = {
    False: (LINES.where(IS_OPEN_TO_ALL), APPEALS.where(IS_OPEN_TO_ALL)),
    True: (LINES.where(IN_CAMPAIGN), APPEALS.where(IN_CAMPAIGN)),
}


async def moderation_log(db: AsyncSession, campaign_id: int | None = None) -> ModerationLog:
    """The log of a campaign, which the caller has found through the viewer; None: of the site."""
    lines, appeals = STATEMENTS[campaign_id is not None]
    asked = {"campaign_id": campaign_id} if campaign_id is not None else {}
    found = await rows_of(db, lines, asked)
    return ModerationLog(
        [LogLine(month, Measure(measure), rule, count) for month, measure, rule, count in found],
        [AppealCount(*row) for row in await rows_of(db, appeals, asked)],
    )

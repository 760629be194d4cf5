"""What everyone sees of results: those that were published, awards, and appeals decided."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import rows_of
from ideahub.core.money import money
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import Panel
from ideahub.results.models import Appeal, Award, PanelResult, ScoreRun

PANEL_IDS = any_(bindparam("panel_ids", type_=ARRAY(BigInteger)))


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """A published result of a panel."""

    id: int
    panel_id: int
    panel_name: str
    run_id: int
    run_number: int
    published_at: datetime
    appeals_until: datetime
    timezone: str
    answers_from: datetime | None
    final_at: datetime | None
    replaced_at: datetime | None
    note_html: str
    now: datetime

    @property
    def is_final(self) -> bool:
        """Whether nothing takes its place any more."""
        return self.final_at is not None

    @property
    def is_open_to_appeal(self) -> bool:
        """Whether entrants can appeal against it now."""
        return not self.is_final and self.now < self.appeals_until and self.replaced_at is None


class AwardView(msgspec.Struct, frozen=True):
    """A confirmed award, as everyone sees it."""

    id: int
    entry_id: int
    number: int | None
    entry_title: str
    team_name: str
    people: list[dict[str, Any]]
    title: str
    amount: Decimal | None
    currency: str
    reason: str
    confirmed_at: datetime
    panel_id: int | None

    @property
    def money(self) -> str:
        """The amount with its currency; empty where it is no money."""
        return money(self.amount, self.currency) if self.amount and self.currency else ""


class DecidedAppeal(msgspec.Struct, frozen=True):
    """A decided appeal, as everyone sees it: of which entry, how it was decided, and why."""

    number: int | None
    is_upheld: bool
    reason: str
    decided_at: datetime


RESULTS = (
    select(
        PanelResult.id,
        PanelResult.panel_id,
        Panel.name.label("panel_name"),
        PanelResult.run_id,
        ScoreRun.number.label("run_number"),
        PanelResult.created_at.label("published_at"),
        PanelResult.appeals_until,
        PanelResult.timezone,
        PanelResult.answers_from,
        PanelResult.final_at,
        PanelResult.replaced_at,
        PanelResult.note_html,
        func.statement_timestamp().label("now"),
    )
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(ScoreRun, ScoreRun.id == PanelResult.run_id)
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(PanelResult.panel_id, PanelResult.id.desc())
)
PUBLISHED = (
    select(PanelResult.panel_id)
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(Campaign, Campaign.id == Panel.campaign_id)
    .where(PanelResult.panel_id == PANEL_IDS, VISIBLE_CAMPAIGNS)
    .distinct()
)
AWARDS = (
    select(
        Award.id,
        Award.entry_id,
        Entry.number,
        EntryRevision.title.label("entry_title"),
        EntryRevision.team_name,
        EntryRevision.people,
        Award.title,
        Award.amount,
        Award.currency,
        Award.reason,
        Award.confirmed_at,
        PanelResult.panel_id,
    )
    .join(Entry, Entry.id == Award.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .outerjoin(PanelResult, PanelResult.id == Award.result_id)
    .where(
        Award.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Award.confirmed_at.is_not(None),
        Award.revoked_at.is_(None),
    )
    .order_by(Award.amount.desc().nulls_last(), Award.id)
)
DECIDED = (
    select(Entry.number, Appeal.is_upheld, Appeal.reason, Appeal.decided_at, PanelResult.panel_id)
    .join(PanelResult, PanelResult.id == Appeal.result_id)
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(Entry, Entry.id == Appeal.entry_id)
    .where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Appeal.decided_at.is_not(None),
    )
    .order_by(Appeal.decided_at)
)


async def published_results(db: AsyncSession, campaign_id: int) -> list[ResultView]:
    """Every result that was published, by panel and the newest first; those that were replaced
    are among them."""
    found = await rows_of(db, RESULTS, {"campaign_id": campaign_id})
    return [ResultView(**row._mapping) for row in found]


async def published_of(db: AsyncSession, viewer: Viewer, panel_ids: Sequence[int]) -> set[int]:
    """The numbers of those of these panels that have a published result which the viewer sees:
    judges of an internal challenge may come from elsewhere."""
    found = await rows_of(db, PUBLISHED, {"panel_ids": list(panel_ids), **viewer.bound})
    return {panel_id for (panel_id,) in found}


async def confirmed_awards(db: AsyncSession, campaign_id: int) -> list[AwardView]:
    """The awards that everyone sees."""
    return [AwardView(*row) for row in await rows_of(db, AWARDS, {"campaign_id": campaign_id})]


async def decided_appeals(db: AsyncSession, campaign_id: int) -> dict[int, list[DecidedAppeal]]:
    """The decided appeals of each panel, in the order of the decisions."""
    found: dict[int, list[DecidedAppeal]] = {}
    rows: Sequence[Any] = await rows_of(db, DECIDED, {"campaign_id": campaign_id})
    for *decided, panel_id in rows:
        found.setdefault(panel_id, []).append(DecidedAppeal(*decided))
    return found

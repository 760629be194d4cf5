"""Roles that a person has besides those that were granted to them: in one campaign, or for one
leader."""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Date, Select, String, cast, func, null, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, page_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.dates import day_words
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.judging.models import Panel, PanelJudge
from ideahub.judging.queries import JUDGES_NOW
from ideahub.organisations.models import Person
from ideahub.responses.owner_models import StandIn
from ideahub.safe_space.facilitating import STANDS
from ideahub.safe_space.models import Facilitator


class OwnRoleKind(StrEnum):
    """What somebody is in one campaign, or for one leader."""

    FACILITATOR = "facilitator"
    JUDGE = "judge"
    STAND_IN = "stand-in"


class OwnRole(msgspec.Struct, frozen=True):
    """Such a role of the viewer's: in the campaign with this title, or for the leader with this
    name and between these days."""

    kind: OwnRoleKind
    name: str
    campaign_id: int | None
    campaign_kind: CampaignKind | None
    from_on: date | None
    until_on: date | None

    @property
    def words(self) -> str:
        """The name of the role, in the current language."""
        if self.kind == OwnRoleKind.FACILITATOR:
            return _("Facilitator: speaks for people who cannot be named")
        return _("Judge") if self.kind == OwnRoleKind.JUDGE else _("Stand-in for a leader")

    @property
    def url(self) -> str:
        """The campaign's page; empty where it is in none."""
        kind, number = self.campaign_kind, self.campaign_id
        return page_of(kind, number) if kind and number else ""

    @property
    def days(self) -> str:
        """From which day until which it is held; empty where it has no end."""
        if self.from_on is None or self.until_on is None:
            return ""
        first, last = day_words(self.from_on), day_words(self.until_on)
        return _("%(start)s – %(end)s", start=first, end=last)


_no_day = cast(null(), Date)


def _in_campaign(role: OwnRoleKind) -> Select[Any]:
    of_campaign = Campaign.title.label("name"), Campaign.id, Campaign.kind.label("campaign_kind")
    days = _no_day.label("from_on"), _no_day.label("until_on")
    return select(constant(role).label("role"), *of_campaign, *days)


_facilitates = (
    _in_campaign(OwnRoleKind.FACILITATOR)
    .join(Facilitator, Facilitator.campaign_id == Campaign.id)
    .where(Facilitator.person_id == VIEWER_ID, STANDS, VISIBLE_CAMPAIGNS)
)
_judges = (
    _in_campaign(OwnRoleKind.JUDGE)
    .join(Panel, Panel.campaign_id == Campaign.id)
    .join(PanelJudge, PanelJudge.panel_id == Panel.id)
    .where(*JUDGES_NOW, Panel.closed_at.is_(None), VISIBLE_CAMPAIGNS)
)
# Also one that is to begin.
_stands_in = (
    select(
        constant(OwnRoleKind.STAND_IN),
        Person.name,
        cast(null(), BigInteger),
        cast(null(), String),
        StandIn.from_on,
        StandIn.until_on,
    )
    .join(Person, Person.id == StandIn.leader_id)
    .where(
        StandIn.person_id == VIEWER_ID,
        StandIn.ended_at.is_(None),
        StandIn.until_on >= cast(func.timezone(StandIn.timezone, func.now()), Date),
    )
)
_all = union(_facilitates, _judges, _stands_in).subquery("own_role")
OWN_ROLES = select(*_all.c).order_by(_all.c.role, _all.c.name, _all.c.from_on)


async def own_roles(db: AsyncSession, viewer: Viewer) -> list[OwnRole]:
    """What the viewer is in single campaigns and for single leaders, now or soon."""
    return [OwnRole(*row) for row in await rows_of(db, OWN_ROLES, viewer.bound)]

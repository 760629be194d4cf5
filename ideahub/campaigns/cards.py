"""How challenges and idea boxes stand, as lists and pages show it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase, page_of
from ideahub.campaigns.phases import PhaseState, phase_state
from ideahub.organisations.models import Organisation

ONE: ColumnElement[int] = literal_column("1")
SOON_DAYS = 7


class CampaignStatus(StrEnum):
    """How a challenge stands: the group of the list it belongs to."""

    OPEN = "open"
    COMING = "coming"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class CampaignCard(msgspec.Struct, frozen=True):
    """A challenge or idea box as lists show it, by one phase that tells how it stands.

    `moment` is when that phase closes (open), opens (coming) or closed; None: open-ended.
    """

    id: int
    kind: CampaignKind
    audience: Audience
    title: str
    question: str
    tagline: str
    prize: str
    topics: list[str]
    ideas_count: int
    published_at: datetime | None
    organisation_id: int
    organisation_name: str
    standing: CampaignStatus
    moment: datetime | None
    timezone: str
    takes_ideas: bool

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)

    @property
    def heading(self) -> str:
        """What stands over it: the question, or the title where there is no question."""
        return self.question or self.title

    @property
    def is_public(self) -> bool:
        """Whether everyone may know of it."""
        return self.published_at is not None and self.audience == Audience.PUBLIC

    def is_soon(self, now: datetime) -> bool:
        """Whether it closes within a week."""
        if self.standing is not CampaignStatus.OPEN or self.moment is None:
            return False
        return (self.moment - now).days < SOON_DAYS


# Of all phases of a campaign, the one that says how it stands: ideas are welcome; something
# else is; that comes; that is over; judges are at work; nobody knows.
_joins = Phase.accepts != [Accepts.SCORING]
_open, _coming, _past = (
    phase_state() == state.value for state in (PhaseState.OPEN, PhaseState.COMING, PhaseState.PAST)
)
_rank = case(
    (and_(_open, Phase.accepts.contains([Accepts.IDEAS])), 1),
    (and_(_open, _joins), 2),
    (and_(_coming, _joins), 3),
    (_past, 4),
    (_open, 5),
    (_coming, 6),
    else_=7,
)
_moment = case((_coming, Phase.opens_at), else_=Phase.closes_at)
_nearest = case((_coming, func.extract("epoch", Phase.opens_at))).asc().nulls_last()
telling = (
    select(_rank.label("rank"), _moment.label("moment"), Phase.timezone)
    .where(Phase.campaign_id == Campaign.id)
    .order_by(_rank, _nearest, Phase.closes_at.desc().nulls_first())
    .limit(ONE)
    .lateral("telling")
)
standing_column = case(
    (telling.c.rank.in_([1, 2, 5]), CampaignStatus.OPEN.value),
    (telling.c.rank.in_([3, 6]), CampaignStatus.COMING.value),
    (telling.c.rank == 4, CampaignStatus.CLOSED.value),
    else_=CampaignStatus.UNKNOWN.value,
)


async def card_of(db: AsyncSession, campaign_id: int) -> CampaignCard | None:
    """The card whatever its visibility: for what was found through the viewer before, and
    for pushes, whose rooms are checked at the door."""
    row = (await db.execute(card_columns().where(Campaign.id == campaign_id))).one_or_none()
    return read_card(row) if row else None


async def managed_cards(db: AsyncSession, managed: ColumnElement[bool]) -> list[CampaignCard]:
    """Everything under this condition, drafts too: drafts first, then the newest."""
    newest = Campaign.published_at.desc().nulls_first(), Campaign.id.desc()
    found = await db.execute(card_columns().where(managed).order_by(*newest).limit(500))
    return [read_card(row) for row in found]


def card_columns() -> Select[Any]:
    """What a Card is read from; more conditions and an order may be added."""
    names = CampaignCard.__struct_fields__[:11]
    return (
        select(
            *(getattr(Campaign, name) for name in names),
            Organisation.name.label("organisation_name"),
            standing_column.label("standing"),
            telling.c.moment,
            func.coalesce(telling.c.timezone, Campaign.timezone).label("timezone"),
            func.coalesce(telling.c.rank == 1, False).label("takes_ideas"),
        )
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .outerjoin(telling, literal(True))
    )


def read_card(row: Row[Any]) -> CampaignCard:
    """A row of `card_columns` as a Card."""
    values = dict(row._mapping)
    return CampaignCard(**values | {"standing": CampaignStatus(row.standing)})

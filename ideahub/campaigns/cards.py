"""Cards: challenges and idea boxes as lists show them, each with its status."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase, page_of
from ideahub.campaigns.phases import NOW, PhaseState, end_of, phase_state
from ideahub.campaigns.prizes import prizes_in_words
from ideahub.campaigns.purposes import FOR_PEOPLE
from ideahub.campaigns.terms_models import Prize
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation, Person

SOON_DAYS = 7
MOST_MANAGED = 500


class CampaignStatus(StrEnum):
    """The status of a campaign, by which the list of challenges is grouped."""

    OPEN = "open"
    COMING = "coming"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    ARCHIVED = "archived"


class CampaignCard(msgspec.Struct, frozen=True):
    """A challenge or idea box as lists show it.

    `status`, `moment` and `timezone` are those of its deciding phase, see `deciding` below.
    `moment` is when that phase closes (open), opens (coming) or closed; None: open-ended. While
    it takes ideas, `moment` is when it stops to, also where another phase goes on taking them.
    `phase` is the name of the deciding phase.
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
    entries_elsewhere: bool
    organisation_id: int
    organisation_name: str
    status: CampaignStatus
    moment: datetime | None
    timezone: str
    takes_ideas: bool
    phase: str
    prizes: int
    # The sum of its prizes in each currency.
    prize_sums: dict[str, str]

    @property
    def prize_words(self) -> str:
        """What can be won, in one line; empty where nothing is said of it."""
        sums = {currency: Decimal(amount) for currency, amount in self.prize_sums.items()}
        return prizes_in_words(self.prizes, sums, self.prize)

    @property
    def url(self) -> str:
        """The address of the campaign's page."""
        return page_of(self.kind, self.id)

    @property
    def heading(self) -> str:
        """The heading of the card: the question, or the title where there is no question."""
        return self.question or self.title

    @property
    def seen_by(self) -> str:
        """The sentence that says who sees it, and what is written in it."""
        return seen_by(self.audience, self.organisation_name)

    @property
    def is_public(self) -> bool:
        """Whether everyone may see the campaign."""
        return self.published_at is not None and self.audience == Audience.PUBLIC

    def is_soon(self, now: datetime) -> bool:
        """Whether it is open and closes in less than SOON_DAYS."""
        if self.status is not CampaignStatus.OPEN or self.moment is None:
            return False
        return (self.moment - now).days < SOON_DAYS


# The deciding phase of a campaign, which gives it its status, is the phase with the lowest rank:
# open for ideas; open for something else that people can do; such a phase is coming; over; one in
# which only the organiser works is open; such a one is coming; dates unknown.
_joins = Phase.accepts.overlap(constants(*FOR_PEOPLE))
_takes_ideas = Phase.accepts.contains(constants(Accepts.IDEAS))
_open, _coming, _past = (
    phase_state() == constant(state)
    for state in (PhaseState.OPEN, PhaseState.COMING, PhaseState.PAST)
)
_rank = case(
    (and_(_open, _takes_ideas), constant(1)),
    (and_(_open, _joins), constant(2)),
    (and_(_coming, _joins), constant(3)),
    (_past, constant(4)),
    (_open, constant(5)),
    (_coming, constant(6)),
    else_=constant(7),
)
# When ideas stop to be taken: the first coming end after which no other phase takes them; NULL
# where they are taken for ever.
_Ending, _Next = aliased(Phase, name="ending"), aliased(Phase, name="next_phase")
_goes_on = exists().where(
    _Next.campaign_id == _Ending.campaign_id,
    _Next.dates_known,
    _Next.accepts.contains(constants(Accepts.IDEAS)),
    or_(_Next.opens_at.is_(None), _Next.opens_at <= _Ending.closes_at),
    or_(_Next.closes_at.is_(None), _Next.closes_at > _Ending.closes_at),
)
_ideas_end = (
    select(func.min(_Ending.closes_at))
    .where(
        _Ending.campaign_id == Campaign.id,
        _Ending.dates_known,
        _Ending.accepts.contains(constants(Accepts.IDEAS)),
        end_of(_Ending) > NOW,
        not_(_goes_on),
    )
    .correlate(Campaign)
    .scalar_subquery()
)
_moment = case(
    (_coming, Phase.opens_at), (and_(_open, _takes_ideas), _ideas_end), else_=Phase.closes_at
)
_nearest = case((_coming, func.extract("epoch", Phase.opens_at))).asc().nulls_last()
deciding = (
    select(_rank.label("rank"), _moment.label("moment"), Phase.timezone, Phase.name)
    .where(Phase.campaign_id == Campaign.id)
    .order_by(_rank, _nearest, Phase.closes_at.desc().nulls_first())
    .limit(constant(1))
    .lateral("deciding")
)
status_column = case(
    (Campaign.archived_at.is_not(None), constant(CampaignStatus.ARCHIVED)),
    (deciding.c.rank.in_([constant(1), constant(2), constant(5)]), constant(CampaignStatus.OPEN)),
    (deciding.c.rank.in_([constant(3), constant(6)]), constant(CampaignStatus.COMING)),
    (deciding.c.rank == constant(4), constant(CampaignStatus.CLOSED)),
    else_=constant(CampaignStatus.UNKNOWN),
)
_prizes = select(func.count()).select_from(Prize).where(Prize.campaign_id == Campaign.id)
_sums = (
    select(Prize.currency, func.sum(Prize.amount * Prize.winners).label("amount"))
    .where(Prize.campaign_id == Campaign.id, Prize.amount.is_not(None))
    .group_by(Prize.currency)
    .correlate(Campaign)
    .subquery()
)
# Each amount as a text: a number in JSON would be read as a float.
_prize_sums = select(func.jsonb_object_agg(_sums.c.currency, cast(_sums.c.amount, String)))


class Publisher(msgspec.Struct, frozen=True):
    """The person who published a campaign, shown as the one to ask."""

    id: int
    name: str
    title: str


# The select of cards, to which conditions and an order are added.
CARDS: Select[Any] = (
    select(
        *(getattr(Campaign, name) for name in CampaignCard.__struct_fields__[:12]),
        Organisation.name.label("organisation_name"),
        status_column.label("status"),
        deciding.c.moment,
        func.coalesce(deciding.c.timezone, Campaign.timezone).label("timezone"),
        func.coalesce(deciding.c.rank == constant(1), false()).label("takes_ideas"),
        func.coalesce(deciding.c.name, literal_column("''")).label("phase"),
        _prizes.correlate(Campaign).scalar_subquery().label("prizes"),
        func.coalesce(_prize_sums.scalar_subquery(), func.jsonb_build_object()).label("prize_sums"),
    )
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .outerjoin(deciding, true())
)
CARD = CARDS.where(Campaign.id == bindparam("campaign_id", type_=BigInteger))
_publisher = (Person.id, Person.name, Person.title)
CARD_AND_PUBLISHER = CARD.add_columns(
    *(column.label(f"publisher_{column.key}") for column in _publisher)
).outerjoin(Person, Person.id == Campaign.published_by)
MANAGED = (
    CARDS.where(
        viewer_holds(Role.MANAGER, Campaign.organisation_id), Campaign.discarded_at.is_(None)
    )
    .order_by(Campaign.published_at.desc().nulls_first(), Campaign.id.desc())
    .limit(constant(MOST_MANAGED))
)


async def card_of(db: AsyncSession, campaign_id: int) -> CampaignCard | None:
    """The campaign's card, None where there is none.

    It does not check who may see it: for campaigns that were found through the viewer before, and
    for pushes to rooms, which were checked when a page joined.
    """
    found = await rows_of(db, CARD, {"campaign_id": campaign_id})
    return read_card(found[0]) if found else None


async def card_and_publisher(
    db: AsyncSession, campaign_id: int
) -> tuple[CampaignCard, Publisher | None]:
    """The card of a campaign that was found before, and who published it; None for an imported one,
    or a draft."""
    (found,) = await rows_of(db, CARD_AND_PUBLISHER, {"campaign_id": campaign_id})
    values = dict(found._mapping)
    publisher = Publisher(*(values.pop(f"publisher_{column.key}") for column in _publisher))
    return _card(values), publisher if found.publisher_id else None


async def managed_cards(db: AsyncSession, viewer: Viewer) -> list[CampaignCard]:
    """At most MOST_MANAGED campaigns that the viewer manages: drafts first, then the newest."""
    return [read_card(row) for row in await rows_of(db, MANAGED, viewer.bound)]


def read_card(row: Row[Any]) -> CampaignCard:
    """The card in a row of CARDS."""
    return _card(dict(row._mapping))


def _card(values: dict[str, Any]) -> CampaignCard:
    return CampaignCard(**values | {"status": CampaignStatus(values["status"])})

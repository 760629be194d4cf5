"""Lists of challenges and idea boxes: by where they stand, narrowed, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import (
    CampaignCard,
    CampaignStatus,
    card_columns,
    read_card,
    standing_column,
    telling,
)
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import LARGEST, HostOrganisation, visible_campaigns
from ideahub.core.text.cleaning import searchable
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Organisation

PAGE = 24
# A bound LIMIT makes PostgreSQL plan anew each time; a literal one does not.
PAGE_AND_ONE: ColumnElement[int] = literal_column(str(PAGE + 1))
MOST_CHOICES: ColumnElement[int] = literal_column("30")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CampaignFilters:
    """What a list is narrowed to; the empty ones do not narrow."""

    kind: CampaignKind
    standing: CampaignStatus | None = None
    words: str = ""
    topic: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignCardPage:
    """One page of a list; `after` is where the next one begins, empty at the end."""

    cards: list[CampaignCard]
    after: str


_key = func.coalesce(telling.c.moment, literal(NEVER))


async def browse_campaigns(
    db: AsyncSession, viewer: Viewer, wanted: CampaignFilters, after: str = ""
) -> CampaignCardPage:
    """A page of what the viewer may know of: what closes or opens first comes first, of what
    is over the latest. An `after` that cannot be read begins at the start."""
    soonest = wanted.standing in {CampaignStatus.OPEN, CampaignStatus.COMING}
    query = card_columns().where(*_narrowed(viewer, wanted))
    if place := _place(after):
        beyond = tuple_(_key, Campaign.id), tuple_(literal(place[0]), literal(place[1]))
        query = query.where(beyond[0] > beyond[1] if soonest else beyond[0] < beyond[1])
    order = (_key, Campaign.id) if soonest else (_key.desc(), Campaign.id.desc())
    rows = (await db.execute(query.order_by(*order).limit(PAGE_AND_ONE))).all()
    cards = [read_card(row) for row in rows[:PAGE]]
    return CampaignCardPage(cards, _after(cards[-1]) if len(rows) > PAGE else "")


async def count_by_standing(
    db: AsyncSession, viewer: Viewer, wanted: CampaignFilters
) -> dict[CampaignStatus, int]:
    """How many there are in each group, narrowed in the same way."""
    conditions = _narrowed(viewer, replace(wanted, standing=None))
    found = await db.execute(
        select(standing_column, func.count())
        .select_from(Campaign)
        .outerjoin(telling, literal(True))
        .where(*conditions)
        .group_by(literal_column("1"))
    )
    return dict.fromkeys(CampaignStatus, 0) | {CampaignStatus(name): count for name, count in found}


async def topics_of(db: AsyncSession, viewer: Viewer, kind: CampaignKind) -> list[str]:
    """The topics of what the viewer may know of, the most frequent ones, by name."""
    topic = func.unnest(Campaign.topics).label("topic")
    inner = select(topic).where(*_narrowed(viewer, CampaignFilters(kind))).subquery()
    found = await db.scalars(
        select(inner.c.topic)
        .group_by(inner.c.topic)
        .order_by(func.count().desc(), inner.c.topic)
        .limit(MOST_CHOICES)
    )
    return sorted(found, key=str.casefold)


async def hosts_of(db: AsyncSession, viewer: Viewer, kind: CampaignKind) -> list[HostOrganisation]:
    """The organisations that ask, in what the viewer may know of, by name."""
    asking = select(Campaign.organisation_id).where(*_narrowed(viewer, CampaignFilters(kind)))
    found = await db.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(asking))
        .order_by(Organisation.name, Organisation.id)
    )
    return [HostOrganisation(*row) for row in found]


def _narrowed(viewer: Viewer, wanted: CampaignFilters) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        and_(visible_campaigns(viewer), Campaign.is_published),
        Campaign.kind == wanted.kind,
    ]
    if wanted.standing:
        conditions.append(standing_column == wanted.standing.value)
    if wanted.words:
        asked = func.websearch_to_tsquery("english", searchable(wanted.words))
        topics = func.array_to_string(Campaign.topics, " ")
        conditions.append(
            or_(
                Campaign.searched.bool_op("@@")(asked),
                topics.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.topic:
        conditions.append(Campaign.topics.contains([wanted.topic]))
    if wanted.organisation_id is not None and wanted.organisation_id <= LARGEST:
        conditions.append(Campaign.organisation_id == wanted.organisation_id)
    return conditions


def _after(card: CampaignCard) -> str:
    return f"{(card.moment or NEVER).isoformat()}_{card.id}"


def _place(after: str) -> tuple[datetime, int] | None:
    moment, _, number = after.partition("_")
    try:
        place = datetime.fromisoformat(moment), int(number)
    except ValueError:
        return None
    return place if place[0].tzinfo and 0 <= place[1] <= LARGEST else None

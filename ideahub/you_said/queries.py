"""Look-ups of summaries: what everyone reads, and what managers see of drafts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Date, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import MANAGES, VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.locking import locked
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Person
from ideahub.you_said.models import OutcomeSummary, SummaryAddition, SummaryVersion
from ideahub.you_said.sentences import Sentence, read

MOST_ADDITIONS = 100


class ShownVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it was published; `latest` is the number of the last one."""

    summary_id: int
    number: int
    latest: int
    published_at: datetime
    published_by: int
    publisher: str
    so_far: bool
    introduction_html: str
    words_html: dict[str, str]
    section_order: list[str]
    sentences: list[dict[str, Any]]
    figures_at: datetime
    timezone: str
    starts_on: date | None


class Addition(msgspec.Struct, frozen=True):
    """What was added since, and when it happened."""

    happened_at: datetime
    sentence: Sentence


VERSION = (
    select(
        SummaryVersion.summary_id,
        SummaryVersion.number,
        OutcomeSummary.version.label("latest"),
        SummaryVersion.created_at.label("published_at"),
        SummaryVersion.published_by,
        Person.name.label("publisher"),
        SummaryVersion.so_far,
        SummaryVersion.introduction_html,
        SummaryVersion.words_html,
        SummaryVersion.section_order,
        SummaryVersion.sentences,
        SummaryVersion.figures_at,
        OutcomeSummary.timezone,
        OutcomeSummary.starts_on,
    )
    .join(OutcomeSummary, OutcomeSummary.id == SummaryVersion.summary_id)
    .join(Person, Person.id == SummaryVersion.published_by)
)
NUMBER = bindparam("number", type_=BigInteger)
_wanted = or_(
    SummaryVersion.number == NUMBER,
    and_(constant(0) == NUMBER, SummaryVersion.number == OutcomeSummary.version),
)
OF_CAMPAIGN = VERSION.where(
    OutcomeSummary.campaign_id == bindparam("campaign_id", type_=BigInteger), _wanted
)
OF_QUARTER = VERSION.where(
    OutcomeSummary.organisation_id == bindparam("organisation_id", type_=BigInteger),
    OutcomeSummary.starts_on == bindparam("starts_on", type_=Date),
    _wanted,
)
ADDITIONS = (
    select(SummaryAddition.happened_at, SummaryAddition.sentence)
    .where(
        SummaryAddition.summary_id == bindparam("summary_id", type_=BigInteger),
        SummaryAddition.happened_at
        > bindparam("figures_at", type_=SummaryAddition.happened_at.type),
    )
    .order_by(SummaryAddition.happened_at.desc(), SummaryAddition.id.desc())
    .limit(constant(MOST_ADDITIONS))
)
PUBLISHED = select(
    exists().where(
        OutcomeSummary.campaign_id == bindparam("campaign_id", type_=BigInteger),
        OutcomeSummary.version > constant(0),
    )
)


async def version_of_campaign(db: AsyncSession, campaign_id: int, number: int = 0) -> ShownVersion:
    """The version with this number of the campaign's summary, the last one for 0; raises NotFound.
    The caller has found the campaign through the viewer."""
    asked = {"campaign_id": campaign_id, NUMBER.key: min(number, HIGHEST)}
    return _only(await rows_of(db, OF_CAMPAIGN, asked))


async def latest_of_campaign(db: AsyncSession, campaign_id: int) -> ShownVersion | None:
    """The last version of the campaign's summary; None before the first."""
    rows = await rows_of(db, OF_CAMPAIGN, {"campaign_id": campaign_id, NUMBER.key: 0})
    return _only(rows) if rows else None


async def version_of_quarter(
    db: AsyncSession, organisation_id: int, starts_on: date, number: int = 0
) -> ShownVersion:
    """The same of the summary of a quarter, which everyone can see."""
    asked = {
        "organisation_id": min(organisation_id, HIGHEST),
        "starts_on": starts_on,
        NUMBER.key: min(number, HIGHEST),
    }
    return _only(await rows_of(db, OF_QUARTER, asked))


def _only(rows: Sequence[Any]) -> ShownVersion:
    if not rows:
        raise NotFound
    return ShownVersion(**rows[0]._mapping)


async def additions_to(db: AsyncSession, shown: ShownVersion) -> list[Addition]:
    """What happened since the figures of this version, the latest first."""
    asked = {"summary_id": shown.summary_id, "figures_at": shown.figures_at}
    rows = await rows_of(db, ADDITIONS, asked)
    return [Addition(row.happened_at, read([row.sentence])[0]) for row in rows]


async def is_published_for(db: AsyncSession, campaign_id: int) -> bool:
    """Whether a summary of the campaign can be read."""
    ((found,),) = await rows_of(db, PUBLISHED, {"campaign_id": campaign_id})
    return bool(found)


# One statement, so that a summary that somebody may not know of takes as long as none.
FIND = (
    select(OutcomeSummary)
    .outerjoin(Campaign, Campaign.id == OutcomeSummary.campaign_id)
    .where(
        OutcomeSummary.id == bindparam("summary_id", type_=BigInteger),
        or_(
            viewer_holds(Role.MANAGER, OutcomeSummary.organisation_id),
            and_(VISIBLE_CAMPAIGNS, MANAGES),
        ),
    )
)


async def find_summary(
    db: AsyncSession, viewer: Viewer, number: int, *, lock: bool = False
) -> OutcomeSummary:
    """The summary, for those who manage what it is about; with `lock` its row is locked until the
    transaction ends. To all others it is unknown. Raises SignInNeeded, NotFound."""
    viewer.must_sign_in()
    asked = {"summary_id": min(number, HIGHEST), **viewer.bound}
    summary = await db.scalar(FIND, asked)
    if summary is None:
        raise NotFound
    return await locked(db, OutcomeSummary, summary.id) if lock else summary


OF_ORGANISATION = OutcomeSummary.organisation_id == bindparam("organisation_id", type_=BigInteger)
QUARTERS = (
    select(OutcomeSummary.starts_on, OutcomeSummary.version, OutcomeSummary.id)
    .where(OF_ORGANISATION)
    .order_by(OutcomeSummary.starts_on.desc())
)


async def quarters_of(db: AsyncSession, organisation_id: int) -> Sequence[Any]:
    """The first day, the shown version (0 for a draft) and the number of each summary of the
    organisation, the latest first: four a year."""
    return await rows_of(db, QUARTERS, {"organisation_id": organisation_id})


_zone_used = func.count().desc()
ZONE = (
    select(Campaign.timezone)
    .where(Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger))
    .group_by(Campaign.timezone)
    .order_by(_zone_used, Campaign.timezone)
    .limit(constant(1))
)


async def zone_of(db: AsyncSession, organisation_id: int) -> str:
    """The time zone of most of the organisation's campaigns; UTC where it has none."""
    rows = await rows_of(db, ZONE, {"organisation_id": organisation_id})
    return str(rows[0].timezone) if rows else "UTC"

"""Queries for the rules of a campaign and its versions."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import RulesVersion
from ideahub.core.asked_once import asked_once
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.organisations.models import Person

CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
NUMBER = bindparam("number", type_=BigInteger)
_VERSIONS = select(RulesVersion).where(RulesVersion.campaign_id == CAMPAIGN_ID)
CURRENT = _VERSIONS.order_by(RulesVersion.number.desc()).limit(constant(1))
ONE = _VERSIONS.where(RulesVersion.number == NUMBER)
LISTED = (
    select(
        RulesVersion.number,
        RulesVersion.material,
        RulesVersion.note,
        RulesVersion.published_at,
        Person.id.label("person_id"),
        Person.name.label("person_name"),
    )
    .outerjoin(Person, Person.id == RulesVersion.published_by)
    .where(RulesVersion.campaign_id == CAMPAIGN_ID)
    .order_by(RulesVersion.number.desc())
)


class ListedVersion(msgspec.Struct, frozen=True):
    """A version of the rules without its text: what was changed, and who published it when; the
    person is None for an imported one."""

    number: int
    material: bool
    note: str
    published_at: datetime
    person_id: int | None
    person_name: str | None


@asked_once
async def current_rules(db: AsyncSession, campaign_id: int) -> RulesVersion | None:
    """The newest version of a campaign's rules; None where it has none.

    It does not check who may see the campaign: the caller has found it through the viewer.
    """
    return await db.scalar(CURRENT, {"campaign_id": campaign_id})


async def rules_version(db: AsyncSession, campaign_id: int, number: int) -> RulesVersion | None:
    """The version with this number; None where there is none."""
    asked = {"campaign_id": campaign_id, "number": number}
    return await db.scalar(ONE, asked) if number <= MOST else None


async def listed_versions(db: AsyncSession, campaign_id: int) -> Sequence[ListedVersion]:
    """All versions of a campaign's rules, the newest first."""
    return [ListedVersion(*row) for row in await rows_of(db, LISTED, {"campaign_id": campaign_id})]

"""Queries for the versions of rules of conduct, each as it read."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.moderation.conduct import Conduct, Rule
from ideahub.moderation.models import ConductVersion

LISTED = 50


class ConductVersionView(msgspec.Struct, frozen=True):
    """A version in the list of them: since when it held, and what its author says of it."""

    id: int
    created_at: datetime
    note: str


VERSIONS = (
    select(ConductVersion.id, ConductVersion.created_at, ConductVersion.note)
    .where(
        ConductVersion.campaign_id.is_not_distinct_from(bindparam("campaign_id", type_=BigInteger)),
        ConductVersion.organisation_id.is_not_distinct_from(
            bindparam("organisation_id", type_=BigInteger)
        ),
    )
    .order_by(ConductVersion.id.desc())
    .limit(constant(LISTED))
)


async def versions_of(db: AsyncSession, conduct: Conduct) -> list[ConductVersionView]:
    """The versions of the place whose rules these are, the newest first; none for the rules that
    the site begins with."""
    if not conduct.version:
        return []
    place = {"campaign_id": conduct.campaign_id, "organisation_id": conduct.organisation_id}
    return [ConductVersionView(*row) for row in await rows_of(db, VERSIONS, place)]


async def find_version(db: AsyncSession, version_id: int) -> tuple[ConductVersion, Conduct]:
    """A version and its rules; raises NotFound. The caller checks who may see its campaign."""
    version = await db.get(ConductVersion, version_id) if version_id <= MOST else None
    if version is None:
        raise NotFound
    rules = [Rule(**rule) for rule in version.rules]
    return version, Conduct(rules, version.id, version.campaign_id, version.organisation_id)

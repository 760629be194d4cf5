"""Rules for accepting the rules of a campaign, in the version that one has read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.rules_versions import CAMPAIGN_ID, current_rules, rules_version
from ideahub.campaigns.terms_models import RulesAcceptance, RulesVersion
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer

__all__ = [
    "accept_rules",
    "accepted_version",
    "current_rules",
    "has_accepted",
    "must_have_accepted",
    "still_to_accept",
    "who_accepted",
]

PERSON_ID = bindparam("person_id", type_=BigInteger)
ACCEPTED = (
    select(RulesVersion)
    .join(RulesAcceptance, RulesAcceptance.rules_version_id == RulesVersion.id)
    .where(RulesVersion.campaign_id == CAMPAIGN_ID, RulesAcceptance.person_id == PERSON_ID)
    .order_by(RulesVersion.number.desc())
    .limit(constant(1))
)
# The last version that changed something material, or the first: whoever has accepted this one or a
# later one need not accept again.
_Binding = aliased(RulesVersion, name="binding")


def _binding(campaign_id: Any) -> ColumnElement[int]:
    newest = func.coalesce(func.max(_Binding.number), literal(1, BigInteger))
    asked = select(newest).where(_Binding.campaign_id == campaign_id, _Binding.material)
    return asked.scalar_subquery().correlate_except(_Binding)


def _accepted(campaign_id: Any) -> ColumnElement[bool]:
    """Whether the person need not accept the rules of this campaign: it has none, or they did."""
    here = RulesVersion.campaign_id == campaign_id
    accepted = exists().where(
        RulesAcceptance.person_id == PERSON_ID,
        RulesAcceptance.rules_version_id == RulesVersion.id,
        here,
        RulesVersion.number >= _binding(campaign_id),
    )
    has_rules = exists().where(here)
    of_them = RulesVersion, RulesAcceptance
    return ~has_rules.correlate_except(*of_them) | accepted.correlate_except(*of_them)


HAS_ACCEPTED = select(_accepted(CAMPAIGN_ID))
STILL_TO_ACCEPT = select(Campaign.id).where(
    Campaign.id == any_(bindparam("campaign_ids", type_=ARRAY(BigInteger))),
    ~_accepted(Campaign.id),
)
WHO_ACCEPTED = (
    select(RulesAcceptance.person_id)
    .join(RulesVersion, RulesVersion.id == RulesAcceptance.rules_version_id)
    .where(
        RulesAcceptance.person_id == any_(bindparam("person_ids", type_=ARRAY(BigInteger))),
        RulesVersion.campaign_id == CAMPAIGN_ID,
        RulesVersion.number >= _binding(CAMPAIGN_ID),
    )
)


async def accept_rules(db: AsyncSession, viewer: Viewer, campaign_id: int, number: int) -> None:
    """Keeps that the viewer accepts this version of a campaign that they may see; does nothing
    where they have accepted it already.

    Raises SignInNeeded, NotFound where there is no such version, and Conflict where there is a
    newer one: nobody accepts what does not hold any more.
    """
    person_id = viewer.person_id
    wanted = await rules_version(db, campaign_id, number)
    if wanted is None:
        raise NotFound
    newest = await current_rules(db, campaign_id)
    if newest and newest.number > number:
        raise Conflict(
            _(
                "The rules have changed meanwhile: version %(number)s holds now. Read what was "
                "changed, and accept that one.",
                number=newest.number,
            )
        )
    added = await db.scalar(
        insert(RulesAcceptance)
        .values(rules_version_id=wanted.id, person_id=person_id)
        .on_conflict_do_nothing(index_elements=["rules_version_id", "person_id"])
        .returning(RulesAcceptance.id)
    )
    if added is not None:
        on, subject = Ref(Campaign, campaign_id), Ref(RulesVersion, wanted.id)
        await record(db, Kind.RULES_ACCEPTED, viewer, on=on, subject=subject, number=number)


async def accepted_version(
    db: AsyncSession, person_id: int, campaign_id: int
) -> RulesVersion | None:
    """The newest version of the campaign's rules that the person has accepted; None where they
    have accepted none."""
    asked = {"person_id": person_id, "campaign_id": campaign_id}
    return await db.scalar(ACCEPTED, asked)


async def has_accepted(db: AsyncSession, person_id: int, campaign_id: int) -> bool:
    """Whether the person has accepted a version after which nothing material was changed; true
    where the campaign has no rules."""
    asked = {"person_id": person_id, "campaign_id": campaign_id}
    return bool(await db.scalar(HAS_ACCEPTED, asked))


async def still_to_accept(
    db: AsyncSession, person_id: int, campaign_ids: Sequence[int]
) -> set[int]:
    """Those of these campaigns whose rules the person has not accepted, or not since they changed
    in substance. One query for all of them."""
    asked = {"person_id": person_id, "campaign_ids": list(campaign_ids)}
    return {campaign_id for (campaign_id,) in await rows_of(db, STILL_TO_ACCEPT, asked)}


async def who_accepted(db: AsyncSession, person_ids: Sequence[int], campaign_id: int) -> set[int]:
    """Those of these people who have accepted a version of the campaign's rules after which nothing
    material was changed; nobody where it has no rules. One query for all of them."""
    asked = {"person_ids": list(person_ids), "campaign_id": campaign_id}
    return {person_id for (person_id,) in await rows_of(db, WHO_ACCEPTED, asked)}


async def must_have_accepted(db: AsyncSession, person_id: int, campaign_id: int) -> None:
    """Raises Conflict where the person has to accept the rules before they go on."""
    if await has_accepted(db, person_id, campaign_id):
        return
    if await accepted_version(db, person_id, campaign_id) is None:
        raise Conflict(_("Accept the rules first. What you wrote is kept."))
    raise Conflict(
        _(
            "The rules have changed in substance since you accepted them. Read what was changed "
            "and accept them again. What you wrote is kept."
        )
    )

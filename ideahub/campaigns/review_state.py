"""Whether a draft has to be approved before it is published, and how far that is."""

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.changing import PHASE_COLUMNS
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.publication_models import CampaignReview, ReviewDecision
from ideahub.campaigns.travelling import TRAVELS
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.setting_up import Travel
from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation, RoleGrant

# What a reviewer looks at.
LOOKED_AT = (
    "audience",
    "title",
    "tagline",
    "question",
    "description",
    "whys",
    "hopes",
    "fears",
    "beneficiaries",
    "prize",
    "topics",
    "external_url",
    "entries_elsewhere",
    "legal_authority",
    "fiscal_year",
    "allows_pseudonyms",
    "timezone",
)
HOST = bindparam("organisation_id", type_=BigInteger)
_host = (
    select(Organisation.id, Organisation.parent_id, Organisation.reviews_before_publishing)
    .where(Organisation.id == HOST)
    .cte("host", recursive=True)
)
# The organisation and all above it: what holds above holds below, as roles do.
ABOVE = _host.union(
    select(Organisation.id, Organisation.parent_id, Organisation.reviews_before_publishing).join(
        _host, Organisation.id == _host.c.parent_id
    )
)
IS_REVIEWED = select(func.bool_or(ABOVE.c.reviews_before_publishing))
LATEST = (
    select(CampaignReview)
    .where(CampaignReview.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(CampaignReview.id.desc())
    .limit(1)
)


class ReviewState(StrEnum):
    """How far the approval of a draft is."""

    NOT_NEEDED = "not needed"
    NOT_ASKED = "not asked"
    WAITING = "waiting"
    EDITS_ASKED = "edits asked"
    APPROVED = "approved"
    CHANGED_SINCE = "changed since"


class ReviewNow(msgspec.Struct, frozen=True):
    """The state, and the latest request; None where there was none."""

    state: ReviewState
    latest: CampaignReview | None

    @property
    def lets_publish(self) -> bool:
        """Whether it may be published as it is."""
        return self.state in {ReviewState.NOT_NEEDED, ReviewState.APPROVED}


async def review_now(db: AsyncSession, campaign: Campaign) -> ReviewNow:
    """How far the approval of the draft is, as it reads now."""
    found = await db.scalars(
        LATEST.execution_options(populate_existing=True), {"campaign_id": campaign.id}
    )
    latest = found.first()
    if not await db.scalar(IS_REVIEWED, {"organisation_id": campaign.organisation_id}):
        return ReviewNow(ReviewState.NOT_NEEDED, latest)
    if latest is None:
        return ReviewNow(ReviewState.NOT_ASKED, None)
    if latest.decision is None:
        return ReviewNow(ReviewState.WAITING, latest)
    if latest.decision == ReviewDecision.EDITS_ASKED:
        return ReviewNow(ReviewState.EDITS_ASKED, latest)
    same = latest.fingerprint == await content_fingerprint(db, campaign)
    return ReviewNow(ReviewState.APPROVED if same else ReviewState.CHANGED_SINCE, latest)


async def must_be_approved(db: AsyncSession, campaign: Campaign) -> None:
    """Raises Conflict where an admin has to approve the draft, as it reads now, and none has."""
    now = await review_now(db, campaign)
    if now.lets_publish:
        return
    if now.state is ReviewState.CHANGED_SINCE:
        raise Conflict(
            _("It was changed after it was approved. Send it to review again, then it can go out.")
        )
    if now.state is ReviewState.WAITING:
        raise Conflict(_("An admin has not answered yet. It can be published after that."))
    raise Conflict(_("An admin has to look at it before it is published. Send it to review."))


async def content_fingerprint(db: AsyncSession, campaign: Campaign) -> str:
    """The fingerprint of all that a reviewer looks at: texts, phases, and what other features
    have of it."""
    values: list[Any] = [getattr(campaign, name) for name in LOOKED_AT]
    for phase in await phases_now(db, campaign.id):
        values += [getattr(phase, name) for name in PHASE_COLUMNS]
    return fingerprint([*values, *await further_contents(db, campaign)])


async def further_contents(
    db: AsyncSession, campaign: Campaign, *, without: Travel | None = None
) -> list[Any]:
    """What features have of it for a reviewer to look at, but for that of `without`."""
    found: list[Any] = []
    for travel in TRAVELS:
        if travel.contents and travel is not without:
            found += await travel.contents(db, campaign)
    return found


async def admins_of(db: AsyncSession, organisation_id: int) -> set[int]:
    """The people who are admins of the organisation, of one above it, or of the whole site."""
    found = await db.scalars(ADMINS, {"organisation_id": organisation_id})
    return set(found.all())


ADMINS = select(RoleGrant.person_id).where(
    RoleGrant.role == Role.ADMIN,
    RoleGrant.revoked_at.is_(None),
    RoleGrant.organisation_id.is_(None) | RoleGrant.organisation_id.in_(select(ABOVE.c.id)),
)

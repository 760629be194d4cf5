"""Queries for campaigns, as far as the viewer may see or manage them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, and_, any_, bindparam, column, exists, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import must_sign_in_for
from ideahub.core.asked_once import asked_once
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.paging import MOST
from ideahub.core.refusals import Forbidden, NotFound
from ideahub.core.viewer import VIEWER_ID, VIEWER_ORGANISATIONS, Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation


class HostOrganisation(msgspec.Struct, frozen=True):
    """An organisation with campaigns, or with the right to start one."""

    id: int
    name: str


# The only condition for who may see a campaign; every page, list, count and socket uses it.
# Whoever runs a statement with it passes `Viewer.bound`.
# Published and public: everyone. Published and internal: the staff of the organisation and of all
# below it. Managers of the organisation also see its drafts, until they are discarded.
VISIBLE_CAMPAIGNS = or_(
    Campaign.is_public,
    and_(Campaign.is_published, Campaign.organisation_id == any_(VIEWER_ORGANISATIONS)),
    and_(viewer_holds(Role.MANAGER, Campaign.organisation_id), Campaign.discarded_at.is_(None)),
)
FIND = select(Campaign).where(
    Campaign.id == bindparam("campaign_id", type_=BigInteger), VISIBLE_CAMPAIGNS
)
# Who judges entries of a campaign without names, and is not through with it. It is a view, which
# the migration of judging makes: so nobody is missing in it, whatever they became meanwhile.
blind_reader = table(
    "blind_reader", column("campaign_id", BigInteger), column("person_id", BigInteger)
)
READS_BLIND = exists().where(
    blind_reader.c.campaign_id == Campaign.id, blind_reader.c.person_id == VIEWER_ID
)
# Who manages a campaign: with the role, and without judging its entries blind.
MANAGES = and_(viewer_holds(Role.MANAGER, Campaign.organisation_id), ~READS_BLIND)
FIND_MANAGED = FIND.add_columns(READS_BLIND.label("reads_blind"))
MANAGED = (
    select(Organisation.id, Organisation.name)
    .where(viewer_holds(Role.MANAGER, Organisation.id))
    .order_by(Organisation.name, Organisation.id)
)


@asked_once
async def find_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """The campaign; raises NotFound where there is none that the viewer may see."""
    asked = {"campaign_id": campaign_id, **viewer.bound}
    found = await db.scalar(FIND, asked) if campaign_id <= MOST else None
    if found is None:
        raise NotFound
    return found


async def find_and_manages(
    db: AsyncSession, viewer: Viewer, campaign_id: int
) -> tuple[Campaign, bool]:
    """The campaign as `find_campaign` has it, and whether `find_managed` would let the viewer
    manage it, so that no page shows a way that is closed. One query."""
    campaign, reads_blind = await _with_blindness(db, viewer, campaign_id)
    return campaign, viewer.holds(Role.MANAGER, campaign.organisation_id) and not reads_blind


async def _with_blindness(
    db: AsyncSession, viewer: Viewer, campaign_id: int
) -> tuple[Campaign, bool]:
    """The campaign, and whether the viewer judges entries of it without names."""
    asked = {"campaign_id": campaign_id, **viewer.bound}
    found = (await db.execute(FIND_MANAGED, asked)).one_or_none() if campaign_id <= MOST else None
    if found is None:
        raise NotFound
    return found[0], bool(found.reads_blind)


async def must_sign_in_to_post(db: AsyncSession, viewer: Viewer, campaign_id: int | None) -> None:
    """Raises SignInNeeded for a stranger, but Conflict where the campaign is one that they may see
    and takes no ideas now: nobody signs in for nothing."""
    if campaign_id and not viewer.signed_in:
        asked = {"campaign_id": campaign_id, **viewer.bound}
        if campaign_id <= MOST and await db.scalar(FIND, asked):
            await must_sign_in_for(db, viewer, campaign_id, Accepts.IDEAS)
    viewer.must_sign_in()


async def find_managed(
    db: AsyncSession, viewer: Viewer, campaign_id: int, *, lock: bool = False
) -> Campaign:
    """The campaign, for its managers; with `lock` its row is locked until the transaction ends.

    Raises SignInNeeded, NotFound, and Forbidden where the viewer does not manage its organisation,
    or judges entries of it without names.
    """
    viewer.must_sign_in()
    campaign, reads_blind = await _with_blindness(db, viewer, campaign_id)
    if not viewer.holds(Role.MANAGER, campaign.organisation_id):
        raise Forbidden(_("Only managers of the organisation that asks can change this."))
    if reads_blind:
        raise Forbidden(
            _(
                "You judge entries of this challenge without names, and its managers see them. So "
                "you can manage it once you have nothing left to score and scoring is closed, or "
                "once you are out of the panel; until then somebody else does."
            )
        )
    if lock:
        await lock_campaign(db, campaign)
    return campaign


async def find_managed_challenge(
    db: AsyncSession, viewer: Viewer, campaign_id: int, *, lock: bool = False
) -> Campaign:
    """The challenge, for its managers; see `find_managed`. An idea box is NotFound: it has no
    phases, entries, panels or results."""
    campaign = await find_managed(db, viewer, campaign_id, lock=lock)
    if campaign.kind != CampaignKind.CHALLENGE:
        raise NotFound
    return campaign


async def lock_campaign(db: AsyncSession, campaign: Campaign) -> None:
    """Reads the campaign's row again and locks it until the transaction ends; raises NotFound
    where it was discarded meanwhile."""
    if (await locked(db, Campaign, campaign.id)).discarded_at:
        raise NotFound


@asked_once
async def managed_organisations(db: AsyncSession, viewer: Viewer) -> Sequence[HostOrganisation]:
    """The organisations that the viewer manages, by name."""
    return [HostOrganisation(*row) for row in await rows_of(db, MANAGED, viewer.bound)]

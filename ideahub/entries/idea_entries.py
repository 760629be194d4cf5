"""What an idea's page says of entries: where its authors can enter it, and where it was entered."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Select,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import deadline_of, is_running
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry
from ideahub.entries.queries import VISIBLE_ENTRIES
from ideahub.ideas.queries import IdeaView
from ideahub.organisations.models import Organisation

MOST_OFFERED = 20


class OpenPhase(msgspec.Struct, frozen=True):
    """A phase that takes entries now, in a challenge in which an idea can be entered."""

    campaign_id: int
    title: str
    organisation: str
    phase_id: int
    phase: str
    closes_at: datetime | None
    timezone: str


# By the rule in from_idea.py for ideas that only staff sees.
OPEN_PHASES = (
    select(
        Campaign.id,
        Campaign.title,
        Organisation.name,
        Phase.id,
        Phase.name,
        deadline_of(),
        Phase.timezone,
    )
    .join(Phase, Phase.campaign_id == Campaign.id)
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .where(
        Campaign.kind == constant(CampaignKind.CHALLENGE),
        Campaign.is_published,
        VISIBLE_CAMPAIGNS,
        Phase.accepts.overlap(constants(Accepts.ENTRIES)),
        Phase.invited_from_id.is_(None),
        is_running(),
        or_(
            Campaign.id == bindparam("campaign_id", type_=BigInteger),
            bindparam("is_public", type_=Boolean),
            and_(
                Campaign.audience == constant(Audience.INTERNAL),
                Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
            ),
        ),
    )
    .order_by(
        Campaign.id != bindparam("campaign_id", type_=BigInteger),
        Phase.closes_at.asc().nulls_last(),
        Phase.id,
    )
    .limit(constant(MOST_OFFERED))
)


async def phases_open_for(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> list[OpenPhase]:
    """Where this idea can be entered now: in its own challenge first, then what closes next."""
    asked = {
        "campaign_id": idea.campaign_id,
        "is_public": idea.in_public_campaign,
        "organisation_id": idea.organisation_id,
    }
    return [OpenPhase(*row) for row in await rows_of(db, OPEN_PHASES, asked | viewer.bound)]


class IdeaEntry(msgspec.Struct, frozen=True):
    """An entry that was made of an idea; it has no address for whoever may not open it."""

    challenge: str
    challenge_url: str
    url: str
    is_submitted: bool


_ENTRIES: Select[int, int, str, int | None, bool] = (
    select(
        Entry.id,
        Campaign.id,
        Campaign.title,
        Entry.submitted_id,
        VISIBLE_ENTRIES.label("may_open"),
    )
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .where(
        Entry.idea_id == bindparam("idea_id", type_=BigInteger),
        Entry.withdrawn_at.is_(None),
        VISIBLE_CAMPAIGNS,
    )
    .order_by(Entry.id)
)
SEEN = _ENTRIES.where(VISIBLE_ENTRIES)
# The authors of an idea are told once it was submitted, though only its team reads the entry.
SEEN_BY_AUTHORS = _ENTRIES.where(or_(VISIBLE_ENTRIES, Entry.submitted_id.is_not(None)))


async def entries_of_idea(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, *, is_author: bool
) -> Sequence[IdeaEntry]:
    """The entries that were made of this idea, as far as the viewer may know of them."""
    statement = SEEN_BY_AUTHORS if is_author else SEEN
    found = await rows_of(db, statement, {"idea_id": idea.id, **viewer.bound})
    return [
        IdeaEntry(
            title,
            f"/challenges/{campaign_id}",
            f"/entries/{entry_id}" if may_open else "",
            submitted_id is not None,
        )
        for entry_id, campaign_id, title, submitted_id, may_open in found
    ]

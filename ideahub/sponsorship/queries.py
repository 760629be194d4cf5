"""Pledges that a viewer may know of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import IdeaView, find_idea, is_author, visible_ideas
from ideahub.sponsorship.models import Pledge, PledgeKind, PledgeState
from ideahub.sponsorship.offering import may_offer
from ideahub.sponsorship.reading import CardPledge, PledgeView, Sponsor, pledge_columns, shown

MOST_LISTED = 200


async def idea_pledges(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> dict[str, Any]:
    """What the idea page shows of its sponsors, and what this viewer may do there."""
    pledges = await pledges_of(db, idea)
    author = await is_author(db, viewer, idea)
    offers = may_offer(viewer) and viewer.id != idea.author_id
    own = [one for one in pledges if one.sponsor_id == viewer.id]
    return {
        "pledges": shared(pledges),
        "own": own,
        "may_offer": offers,
        "can": {"accept"} if author else set(),
    }


async def card_pledges(
    db: AsyncSession, viewer: Viewer, idea_ids: Sequence[int]
) -> dict[int, list[CardPledge]]:
    """The standing pledges of these ideas, which the caller has found through the viewer."""
    found: dict[int, list[CardPledge]] = {one: [] for one in idea_ids}
    if not found:
        return found
    rows = await db.execute(
        select(
            Pledge.idea_id,
            Sponsor.name,
            Sponsor.title,
            Pledge.kind,
            Pledge.amount,
            Pledge.currency,
            Pledge.expires_on,
            Pledge.kept_at.is_not(None),
        )
        .join(Sponsor, Sponsor.id == Pledge.sponsor_id)
        .where(Pledge.idea_id.in_(idea_ids), Pledge.is_standing)
        .order_by(Pledge.accepted_at, Pledge.id)
    )
    for idea_id, name, title, kind, amount, currency, expires_on, is_kept in rows:
        found[idea_id].append(
            CardPledge(name, title, PledgeKind(kind), amount, currency, expires_on, is_kept)
        )
    return found


def shared(pledges: Sequence[PledgeView]) -> list[PledgeView]:
    """Those that everyone who sees the idea sees: what stands first, what is over last."""
    order = [PledgeState.OFFERED, PledgeState.ACCEPTED, PledgeState.KEPT]
    return sorted(
        (one for one in pledges if one.is_shared),
        key=lambda one: order.index(one.state) if one.state in order else len(order),
    )


async def pledges_of(db: AsyncSession, idea: IdeaView) -> list[PledgeView]:
    """Every pledge to the idea, oldest first, with the sponsors' track records."""
    kept, lapsed = _record(idea)
    found = await db.execute(
        pledge_columns()
        .add_columns(kept.label("kept_before"), lapsed.label("lapsed_before"))
        .where(Pledge.idea_id == idea.id)
        .order_by(Pledge.offered_at, Pledge.id)
        .limit(MOST_LISTED)
    )
    return [
        shown(row, kept_before=row.kept_before, lapsed_before=row.lapsed_before) for row in found
    ]


def _record(idea: IdeaView) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many promises of the same sponsor were kept and have lapsed.

    Only those count that whoever sees this idea may know of.
    """
    other, its_idea, its_campaign = aliased(Pledge), aliased(Idea), aliased(Campaign)
    known = and_(its_campaign.is_public)
    if not idea.in_public_campaign:
        same_body = its_campaign.organisation_id == idea.organisation_id
        known = or_(known, and_(its_campaign.is_published, same_body))
    every = (
        select(func.count())
        .select_from(other)
        .join(its_idea, its_idea.id == other.idea_id)
        .join(its_campaign, its_campaign.id == its_idea.campaign_id)
        .where(
            other.sponsor_id == Pledge.sponsor_id,
            its_idea.is_listed,
            known,
        )
    )
    kept = every.where(other.kept_at.is_not(None))
    lapsed = every.where(other.lapsed_at.is_not(None), other.accepted_at.is_not(None))
    return kept.scalar_subquery(), lapsed.scalar_subquery()


async def find_pledge(
    db: AsyncSession, viewer: Viewer, pledge_id: int
) -> tuple[IdeaView, PledgeView]:
    """The pledge and its idea; raises NotFound where this viewer may not know of it.

    An offer that was declined, taken back or ran out is known to its two sides only.
    """
    row = (
        await db.execute(
            pledge_columns()
            .join(Campaign, Campaign.id == Idea.campaign_id)
            .where(Pledge.id == pledge_id, visible_ideas(viewer), _visible(viewer))
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    pledge = shown(row)
    return await find_idea(db, viewer, pledge.idea_id), pledge


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    still_open = and_(
        Pledge.declined_at.is_(None), Pledge.withdrawn_at.is_(None), Pledge.lapsed_at.is_(None)
    )
    public = or_(Pledge.accepted_at.is_not(None), still_open)
    if not viewer.signed_in:
        return public
    return or_(public, Pledge.sponsor_id == viewer.id, written_by(viewer))


def written_by(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that the viewer is an author or co-author of the joined idea."""
    co_author = exists().where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == viewer.id)
    return or_(Idea.author_id == viewer.id, co_author)


async def own_pledges(db: AsyncSession, viewer: Viewer) -> list[PledgeView]:
    """What the viewer has pledged, what is due soonest first."""
    return await _listed(db, viewer, Pledge.sponsor_id == viewer.person_id)


async def offers_to_answer(db: AsyncSession, viewer: Viewer) -> list[PledgeView]:
    """Offers to the viewer's own ideas that wait for an answer."""
    others = Pledge.sponsor_id != viewer.person_id
    return await _listed(db, viewer, and_(Pledge.is_unanswered, others, written_by(viewer)))


async def _listed(
    db: AsyncSession, viewer: Viewer, condition: ColumnElement[bool]
) -> list[PledgeView]:
    found = await db.execute(
        pledge_columns()
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(condition, visible_ideas(viewer))
        .order_by(Pledge.expires_on, Pledge.id)
        .limit(MOST_LISTED)
    )
    return [shown(row) for row in found]

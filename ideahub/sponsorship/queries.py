"""Queries for pledges, as far as the viewer may see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import IDEA_ID, VISIBLE_IDEAS, IdeaView, find_idea, is_author
from ideahub.sponsorship.models import Pledge, PledgeKind, PledgeState
from ideahub.sponsorship.offering import may_offer
from ideahub.sponsorship.rows import PLEDGES, CardPledge, PledgeView, Sponsor, pledge_view

MOST_LISTED = 200
# Of what waits for somebody; their desk shows it by pages.
MOST_WAITING = 500

Other, ItsIdea, ItsCampaign = aliased(Pledge), aliased(Idea), aliased(Campaign)
OwnIdea = aliased(Idea)

OF_CARDS = (
    select(
        Pledge.idea_id,
        Sponsor.name,
        Sponsor.title,
        Pledge.kind,
        Pledge.amount,
        Pledge.currency,
        Pledge.expires_on,
        Pledge.kept_at.is_not(None),
        Pledge.part_why != "",
    )
    .join(Sponsor, Sponsor.id == Pledge.sponsor_id)
    .where(Pledge.idea_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), Pledge.is_standing)
    .order_by(Pledge.accepted_at, Pledge.id)
)


def _before(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """The number of other pledges of the same sponsor that meet these conditions.

    Only pledges to ideas that every viewer of this idea may see are counted.
    """
    same_body = and_(
        ItsCampaign.is_published,
        ItsCampaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
        bindparam("is_internal", type_=Boolean),
    )
    return (
        select(func.count())
        .select_from(Other)
        .join(ItsIdea, ItsIdea.id == Other.idea_id)
        .join(ItsCampaign, ItsCampaign.id == ItsIdea.campaign_id)
        .where(
            Other.sponsor_id == Pledge.sponsor_id,
            ItsIdea.is_listed,
            or_(ItsCampaign.is_public, same_body),
            *conditions,
        )
        .scalar_subquery()
    )


OF_IDEA = (
    PLEDGES.add_columns(
        _before(Other.kept_at.is_not(None), Other.part_why == "").label("kept_before"),
        _before(Other.kept_at.is_not(None), Other.part_why != "").label("part_kept_before"),
        _before(
            Other.lapsed_at.is_not(None), Other.accepted_at.is_not(None), Other.kept_at.is_(None)
        ).label("lapsed_before"),
    )
    .where(Pledge.idea_id == IDEA_ID)
    .order_by(Pledge.offered_at, Pledge.id)
    .limit(constant(MOST_LISTED))
)
# The SQL condition that the viewer is an author or co-author of the joined idea.
IS_AUTHOR = or_(
    Idea.author_id == VIEWER_ID,
    exists().where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == VIEWER_ID),
)
_still_open = and_(
    Pledge.declined_at.is_(None), Pledge.withdrawn_at.is_(None), Pledge.lapsed_at.is_(None)
)
# An offer that was declined, withdrawn or lapsed is visible only to its sponsor and the authors.
IS_VISIBLE = or_(
    Pledge.accepted_at.is_not(None), _still_open, Pledge.sponsor_id == VIEWER_ID, IS_AUTHOR
)
_on_visible_ideas = PLEDGES.join(Campaign, Campaign.id == Idea.campaign_id).where(VISIBLE_IDEAS)
FIND = _on_visible_ideas.where(Pledge.id == bindparam("pledge_id", type_=BigInteger), IS_VISIBLE)
_due_first: Select[Any] = _on_visible_ideas.order_by(Pledge.expires_on, Pledge.id).limit(
    constant(MOST_WAITING)
)
# What is over comes last, so that it leaves nothing out that is still to do.
OWN = (
    _on_visible_ideas.where(Pledge.sponsor_id == VIEWER_ID)
    .order_by(
        case((Pledge.is_open, Pledge.expires_on)).nulls_last(),
        Pledge.expires_on.desc(),
        Pledge.id.desc(),
    )
    .limit(constant(MOST_LISTED))
)
# Found by two indexes; with IS_AUTHOR, PostgreSQL reads every pledge instead.
_own_ideas = union(
    select(OwnIdea.id).where(OwnIdea.author_id == VIEWER_ID),
    select(CoAuthor.idea_id).where(CoAuthor.person_id == VIEWER_ID),
)
TO_ANSWER = _due_first.where(
    Pledge.is_unanswered, Pledge.sponsor_id != VIEWER_ID, Pledge.idea_id.in_(_own_ideas)
)

TO_KEEP = _due_first.where(
    Pledge.sponsor_id == VIEWER_ID, Pledge.is_open, Pledge.accepted_at.is_not(None)
)


def _named(some: Select[Any], is_due: ColumnElement[bool]) -> Select[Any]:
    return select(some.subquery(), is_due.label("is_due"))


# Both in one query, as the home page asks for them each time.
WAITING = union_all(_named(TO_ANSWER, false()), _named(TO_KEEP, true()))


async def idea_pledges(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> dict[str, Any]:
    """The pledges for the idea's page: those that all see, the viewer's own, and what the viewer
    may do."""
    pledges = await pledges_of(db, idea)
    author = await is_author(db, viewer, idea)
    offers = may_offer(viewer) and not viewer.is_person(idea.author_id)
    own = [pledge for pledge in pledges if viewer.is_person(pledge.sponsor_id)]
    # Nobody accepts a pledge of their own; others' are then accepted on the pledge's page.
    accepts = author and all(pledge.state is not PledgeState.OFFERED for pledge in own)
    return {
        "pledges": shared(pledges),
        "own": own,
        "may_offer": offers,
        "can": {"accept"} if accepts else set(),
        "apart": {pledge.sponsor_id for pledge in pledges},
    }


async def card_pledges(
    db: AsyncSession, viewer: Viewer, idea_ids: Sequence[int]
) -> dict[int, list[CardPledge]]:
    """The standing pledges of each of these ideas, which were found through the viewer."""
    found: dict[int, list[CardPledge]] = {idea_id: [] for idea_id in idea_ids}
    if not found:
        return found
    rows = await rows_of(db, OF_CARDS, {"ids": list(idea_ids)})
    for idea_id, name, title, kind, *others in rows:
        found[idea_id].append(CardPledge(name, title, PledgeKind(kind), *others))
    return found


def shared(pledges: Sequence[PledgeView]) -> list[PledgeView]:
    """The pledges that every viewer of the idea sees: offered, then accepted, kept, others."""
    order = [PledgeState.OFFERED, PledgeState.ACCEPTED, PledgeState.KEPT, PledgeState.PART_KEPT]
    return sorted(
        (pledge for pledge in pledges if pledge.is_shared),
        key=lambda pledge: order.index(pledge.state) if pledge.state in order else len(order),
    )


async def pledges_of(db: AsyncSession, idea: IdeaView) -> list[PledgeView]:
    """At most MOST_LISTED pledges to the idea, the oldest first, with the sponsors' numbers of kept
    and lapsed pledges. It does not check who may see each; see `shared`."""
    asked = {
        "idea_id": idea.id,
        "is_internal": not idea.in_public_campaign,
        "organisation_id": idea.organisation_id,
    }
    return [pledge_view(row) for row in await rows_of(db, OF_IDEA, asked)]


async def find_pledge(
    db: AsyncSession, viewer: Viewer, pledge_id: int
) -> tuple[IdeaView, PledgeView]:
    """The pledge's idea and the pledge; raises NotFound where there is none that the viewer may
    see."""
    found = await rows_of(db, FIND, {"pledge_id": pledge_id, **viewer.bound})
    if not found:
        raise NotFound
    pledge = pledge_view(found[0])
    return await find_idea(db, viewer, pledge.idea_id), pledge


async def own_pledges(db: AsyncSession, viewer: Viewer) -> list[PledgeView]:
    """The viewer's own pledges, at most MOST_LISTED: those that are open, the soonest last day
    first, then what is over, the latest first. Raises SignInNeeded."""
    viewer.must_sign_in()
    return [pledge_view(row) for row in await rows_of(db, OWN, viewer.bound)]


async def offers_to_answer(db: AsyncSession, viewer: Viewer) -> list[PledgeView]:
    """The offers to the viewer's own ideas that wait for an answer, the soonest last day first;
    raises SignInNeeded."""
    viewer.must_sign_in()
    return [pledge_view(row) for row in await rows_of(db, TO_ANSWER, viewer.bound)]


async def waiting_pledges(
    db: AsyncSession, viewer: Viewer
) -> tuple[list[PledgeView], list[PledgeView]]:
    """`offers_to_answer`, and the accepted pledges that the viewer has to keep, the soonest last
    day first, at most MOST_WAITING of each; raises SignInNeeded."""
    viewer.must_sign_in()
    found = await rows_of(db, WAITING, viewer.bound)
    in_order = sorted(found, key=lambda row: (row.expires_on, row.id))
    offers = [pledge_view(row) for row in in_order if not row.is_due]
    return offers, [pledge_view(row) for row in in_order if row.is_due]

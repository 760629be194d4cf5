"""Pushes the news to open home pages, and tells people that their own home page has changed."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import NEWS, TOLD, Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.following.models import idea_follower
from ideahub.front.concerned import concerned_by
from ideahub.front.happenings import TO_FOLLOWERS
from ideahub.front.news import ENDINGS, public_news
from ideahub.http.pages import render
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import idea_for_room
from ideahub.ideas.stages import stage_choice
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import NOTHING, Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage
from ideahub.sponsorship.models import Pledge

# Deeds that are no news themselves, but change or remove news.
CORRECTIONS = (
    Kind.IDEA_REVISED,
    Kind.IDEA_WITHDRAWN,
    Kind.IDEA_HIDDEN,
    Kind.IDEA_SHOWN,
    Kind.TEXT_HIDDEN,
    Kind.TEXT_SHOWN,
    *ENDINGS,
)
# Deeds that change what somebody's own home page tells of, without being told of one by one.
COUNTED = (
    Kind.VOTE_CAST,
    Kind.VOTE_WITHDRAWN,
    Kind.IDEA_WITHDRAWN,
    Kind.IDEA_HIDDEN,
    Kind.IDEA_SHOWN,
    Kind.TEXT_HIDDEN,
    Kind.TEXT_SHOWN,
    Kind.CONTRIBUTION_WITHDRAWN,
    Kind.READING_TAKEN,
    Kind.EXPERIMENT_CHANGED,
    Kind.CAMPAIGN_PUBLISHED,
    Kind.CAMPAIGN_CHANGED,
    Kind.CAMPAIGN_UNPUBLISHED,
    Kind.CAMPAIGN_ARCHIVED,
    Kind.CAMPAIGN_UNARCHIVED,
    Kind.PUBLICATION_REVIEW_ASKED,
    Kind.PUBLICATION_APPROVED,
    Kind.PUBLICATION_EDITS_ASKED,
    Kind.PUBLICATION_PLANNED,
    Kind.PUBLICATION_PREVENTED,
    Kind.PHASE_OPENED,
    Kind.PHASE_CLOSED,
    Kind.RESPONSE_OWED,
    Kind.RESPONSE_HANDED_OVER,
    Kind.RESPONSE_OWNER_NAMED,
    Kind.CONDITION_REPORTED,
    Kind.CONDITION_REFUSED,
)
OF_NEWS, OF_OWN = frozenset((*NEWS, *CORRECTIONS)), frozenset((*TOLD, *COUNTED))
PUBLIC_NEWS = Concern(
    kinds=OF_NEWS, where=Event.campaign_id.in_(select(Campaign.id).where(Campaign.is_public))
)
REVIEWERS = frozenset({Role.MANAGER, Role.LEADER, Role.ADMIN})


async def show_news(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The news on the home page. Everyone gets the same, so of an internal idea only the staff of
    its organisation are told, and fetch what they may see."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    if not idea.in_public_campaign:
        return [Refresh(f"staff:{idea.organisation_id}")]
    happenings = await public_news(db)
    html = render(
        "front/_happenings.html", id="happenings", happenings=happenings, stage_choice=stage_choice
    )
    return [Push("home", "happenings", html)]


async def show_own(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Refreshes the home pages of those whom it concerns, as each sees something else."""
    return [Refresh(f"own:{person_id}") for person_id in await concerned_by(db, event)]


async def home_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the home page: open to everyone, for public events only."""
    return PUBLIC_NEWS if number == 0 else NOTHING


async def staff_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of what an organisation does among its staff, for them only; raises NotFound."""
    if number not in viewer.organisations:
        raise NotFound
    internal = select(Campaign.id).where(
        Campaign.organisation_id == number, Campaign.is_published, ~Campaign.is_public
    )
    return Concern(kinds=OF_NEWS, where=Event.campaign_id.in_(internal))


async def own_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a person's own home page, for themselves only; raises NotFound."""
    if number != viewer.id:
        raise NotFound
    together = select(CoAuthor.idea_id).where(CoAuthor.person_id == number)
    own = select(Idea.id).where(or_(Idea.author_id == number, Idea.id.in_(together)))
    sponsored = select(Pledge.idea_id).where(Pledge.sponsor_id == number)
    followed = select(idea_follower.c.idea_id).where(idea_follower.c.person_id == number)
    return Concern(
        kinds=OF_OWN,
        where=or_(
            Event.idea_id.in_(own),
            Event.idea_id.in_(sponsored),
            and_(Event.kind.in_(TO_FOLLOWERS), Event.idea_id.in_(followed)),
            Event.campaign_id.in_(_reviewed(viewer)),
        ),
    )


def _reviewed(viewer: Viewer) -> Select[int]:
    """The campaigns in which the viewer manages or decides, as a select of their numbers."""
    reaches = [grant.within for grant in viewer.grants if grant.role in REVIEWERS]
    campaigns = select(Campaign.id)
    if None in reaches:
        return campaigns
    within = frozenset[int]().union(*(reach for reach in reaches if reach is not None))
    return campaigns.where(Campaign.organisation_id.in_(within))


def _shows() -> dict[Kind, Sequence[Show]]:
    found: dict[Kind, list[Show]] = defaultdict(list)
    for kind in (*NEWS, *CORRECTIONS):
        found[kind] = [show_news]
    for kind in (*TOLD, *COUNTED):
        found[kind].append(show_own)
    return dict(found)


SHOWS: dict[Kind, Sequence[Show]] = _shows()
CHANGES: dict[Kind, Sequence[str]] = dict.fromkeys((*NEWS, *CORRECTIONS), ("home",))
ROOMS: dict[str, Room] = {"home": home_room, "staff": staff_room, "own": own_room}

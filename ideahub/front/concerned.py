"""Query for the people whose own home page an event changes."""

from sqlalchemy import BigInteger, bindparam, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event
from ideahub.core.viewer import Role
from ideahub.entries.models import Entry, EntryMember
from ideahub.following.models import idea_follower
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.organisations.models import Organisation, RoleGrant
from ideahub.responses.models import OwedResponse, Response, ResponseOwner
from ideahub.sponsorship.models import Pledge

IDEA, FOLLOWED, ENTERED, CAMPAIGN, CONTRIBUTION, PLEDGE = (
    bindparam(name, type_=BigInteger)
    for name in ("idea", "followed", "entered", "campaign", "contribution", "pledge")
)
REVIEWERS = [constant(role) for role in (Role.MANAGER, Role.LEADER, Role.ADMIN)]
_host = select(Organisation.id, Organisation.parent_id).join(
    Campaign, Campaign.organisation_id == Organisation.id
)
_above = _host.where(Campaign.id == CAMPAIGN).cte("above", recursive=True)
_above = _above.union(
    select(Organisation.id, Organisation.parent_id).join(
        _above, Organisation.id == _above.c.parent_id
    )
)
_subject = select(Contribution.parent_id).where(Contribution.id == CONTRIBUTION).scalar_subquery()
CONCERNED = union(
    select(Idea.author_id).where(Idea.id == IDEA),
    select(CoAuthor.person_id).where(CoAuthor.idea_id == IDEA),
    # Who wrote the contribution, and whom it answers.
    select(Contribution.author_id).where(
        or_(Contribution.id == CONTRIBUTION, Contribution.id == _subject)
    ),
    select(Pledge.sponsor_id).where(Pledge.id == PLEDGE),
    select(Pledge.sponsor_id).where(Pledge.idea_id == IDEA, Pledge.is_standing),
    select(idea_follower.c.person_id).where(idea_follower.c.idea_id == FOLLOWED),
    select(EntryMember.person_id)
    .join(Entry, Entry.id == EntryMember.entry_id)
    .where(Entry.campaign_id == ENTERED, EntryMember.left_at.is_(None)),
    # Who owes an answer, and who gave one.
    select(ResponseOwner.person_id)
    .join(OwedResponse, OwedResponse.id == ResponseOwner.owed_id)
    .where(OwedResponse.idea_id == IDEA),
    select(Response.author_id).where(Response.idea_id == IDEA),
    select(RoleGrant.person_id).where(
        RoleGrant.revoked_at.is_(None),
        RoleGrant.role.in_(REVIEWERS),
        or_(
            RoleGrant.organisation_id.is_(None), RoleGrant.organisation_id.in_(select(_above.c.id))
        ),
    ),
)


async def concerned_by(
    db: AsyncSession, event: Event, *, to_followers: bool, to_entrants: bool
) -> list[int]:
    """The numbers of the people whose own pages may show something else after the event: authors,
    sponsors, whoever the contribution or pledge is of, who owes or gave an answer, and those who
    manage or decide there; where it concerns them, too, followers of the idea, and those behind
    entries to the challenge."""
    about = {event.subject_type: event.subject_id}
    values = {
        "idea": event.idea_id,
        "followed": event.idea_id if to_followers else None,
        "entered": event.campaign_id if to_entrants else None,
        "campaign": event.campaign_id,
        "contribution": about.get(Contribution.__tablename__),
        "pledge": about.get(Pledge.__tablename__),
    }
    return [person_id for (person_id,) in await rows_of(db, CONCERNED, values)]

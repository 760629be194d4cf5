"""Tells those who follow a thing what happens to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.telling import tells_of_campaign
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _, ngettext
from ideahub.core.telling import (
    WHO,
    Addressee,
    AnnouncementGroup,
    Message,
    MessageKind,
    Tell,
    Words,
)
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.following.models import (
    CampaignFollow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
    idea_follower,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import is_concealed, name_on_idea
from ideahub.organisations.models import Organisation, Person
from ideahub.public_voting.telling import tells_of_vote
from ideahub.questions.announcement_groups import FOLLOWERS as KEY
from ideahub.questions.telling import tells_of_news
from ideahub.sponsorship.models import Pledge

LONGEST = 600
# See Message.thing.
Followed = tuple[str, str]


def followers(event: Event) -> Select[int]:
    """Those who followed the campaign as the deed was done, and still do."""
    return select(CampaignFollow.person_id).where(
        CampaignFollow.campaign_id == event.campaign_id,
        CampaignFollow.created_at <= event.created_at,
    )


def followers_of_idea(event: Event) -> Select[int]:
    """Those who followed the idea as the deed was done, and still do, also by themselves."""
    return select(idea_follower.c.person_id).where(
        idea_follower.c.idea_id == event.idea_id, idea_follower.c.since <= event.created_at
    )


def _of_person(event: Event, person_id: int) -> Select[int]:
    return select(PersonFollow.person_id).where(
        PersonFollow.followed_id == person_id, PersonFollow.created_at <= event.created_at
    )


def _of_organisation(event: Event, organisation_id: int) -> Select[int]:
    return select(OrganisationFollow.person_id).where(
        OrganisationFollow.organisation_id == organisation_id,
        OrganisationFollow.created_at <= event.created_at,
    )


def _of_tag(event: Event, tag: str) -> Select[int]:
    return select(TagFollow.person_id).where(
        TagFollow.tag == tag, TagFollow.created_at <= event.created_at
    )


async def tell_new_idea(db: AsyncSession, event: Event) -> Sequence[Message]:
    """A new idea, for those who follow its challenge, its tags, the organisation that asks, or,
    without a pseudonym, its author. Its author is not named, so the words are the same for all."""
    idea = await db.get(Idea, event.idea_id)
    campaign = await db.get(Campaign, event.campaign_id)
    if idea is None or campaign is None:
        return []
    # For each what they follow: how they get mail is chosen for that.
    ways: dict[Followed, Select[int]] = {("campaign", str(campaign.id)): followers(event)}
    if not is_concealed(idea, idea.author_id):
        ways["person", str(idea.author_id)] = _of_person(event, idea.author_id)
    ways |= {("tag", tag): _of_tag(event, tag) for tag in idea.tags}
    if campaign.is_public:
        asker = campaign.organisation_id
        ways["organisation", str(asker)] = _of_organisation(event, asker)

    def write(_to: Addressee) -> Words:
        subject = _("New idea: “%(title)s”", title=idea.title)
        where = _("It was posted in “%(challenge)s”.", challenge=campaign.title or campaign.heading)
        return Words(subject, f"{idea.excerpt}\n\n{where}".strip())

    path = f"/ideas/{idea.id}"
    return [_activity(to, write, path, thing) for thing, to in ways.items()]


async def tell_contribution(db: AsyncSession, event: Event) -> Sequence[Message]:
    """What somebody added to an idea, for those who follow it."""
    found = await _contribution_on(db, event)
    if found is None:
        return []
    idea, contribution = found
    person = await db.get_one(Person, contribution.author_id)
    who = name_on_idea(idea, person.id, person.name)
    text = await markdown_excerpt(contribution.body, LONGEST)

    def write(_to: Addressee) -> Words:
        subject = _("%(who)s added to “%(idea)s”", who=who, idea=idea.title)
        did = _("%(who)s added to “%(idea)s”", who=WHO, idea=idea.title)
        return Words(subject, text, done_by=who, did=did)

    return [_activity(followers_of_idea(event), write, f"/contributions/{contribution.id}")]


async def tell_adopted_of_person(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That a build of a person was adopted, for those who follow this person."""
    found = await _contribution_on(db, event)
    if found is None or is_concealed(found[0], found[1].author_id):
        return []
    idea, contribution = found
    person = await db.get_one(Person, contribution.author_id)

    def write(_to: Addressee) -> Words:
        subject = _(
            "What %(who)s added was taken into “%(idea)s”", who=person.name, idea=idea.title
        )
        return Words(subject, _("You follow what %(who)s does.", who=person.name))

    path = f"/contributions/{contribution.id}"
    return [_activity(_of_person(event, person.id), write, path, ("person", str(person.id)))]


async def tell_pledge_of_person(db: AsyncSession, event: Event) -> Sequence[Message]:
    """That a pledge of a leader was accepted or kept, for those who follow this person."""
    pledge = await db.get(Pledge, event.subject_id)
    idea = await db.get(Idea, event.idea_id)
    if pledge is None or idea is None or is_concealed(idea, pledge.sponsor_id):
        return []
    person = await db.get_one(Person, pledge.sponsor_id)

    def write(_to: Addressee) -> Words:
        subject = _("%(who)s sponsors “%(idea)s”", who=person.name, idea=idea.title)
        if event.kind == Kind.PLEDGE_KEPT:
            subject = _("%(who)s kept a pledge for “%(idea)s”", who=person.name, idea=idea.title)
        return Words(subject, pledge.promise)

    path, thing = f"/pledges/{pledge.id}", ("person", str(person.id))
    return [_activity(_of_person(event, person.id), write, path, thing)]


async def tell_published(db: AsyncSession, event: Event) -> Sequence[Message]:
    """A new challenge or idea box, for those who follow the organisation that asks."""
    campaign = await db.get(Campaign, event.campaign_id)
    if campaign is None or not campaign.is_published:
        return []
    host = await db.get_one(Organisation, campaign.organisation_id)

    def write(_to: Addressee) -> Words:
        heading = campaign.heading
        asks = _("%(organisation)s asks: %(heading)s", organisation=host.name, heading=heading)
        return Words(asks, campaign.tagline)

    to = _of_organisation(event, host.id)
    thing = ("organisation", str(host.id))
    new = Message(about=MessageKind.NEWS, to=to, write=write, path=campaign.url, thing=thing)
    # Who followed it before is told that it is there again.
    return [*await _OF_CAMPAIGN[Kind.CAMPAIGN_PUBLISHED](db, event), new]


async def _contribution_on(db: AsyncSession, event: Event) -> tuple[Idea, Contribution] | None:
    """The idea and the contribution that the event is about; None where nobody can read it."""
    contribution = await db.get(Contribution, event.subject_id)
    idea = await db.get(Idea, event.idea_id)
    if contribution is None or idea is None or not contribution.is_listed:
        return None
    return idea, contribution


def _activity(to: Select[Any], write: Any, path: str, thing: Followed | None = None) -> Message:
    return Message(about=MessageKind.ACTIVITY, to=to, write=write, path=path, thing=thing)


FOLLOWERS = AnnouncementGroup(
    KEY,
    lambda many: ngettext("Followers: %(num)s person", "Followers: %(num)s people", many),
    lambda: _("followers"),
    followers,
)
_OF_CAMPAIGN = tells_of_campaign(followers)
TELLS: dict[Kind, Tell] = {
    **_OF_CAMPAIGN,
    **tells_of_news(followers),
    **tells_of_vote(followers),
    Kind.IDEA_POSTED: tell_new_idea,
    Kind.CONTRIBUTION_MADE: tell_contribution,
    Kind.CONTRIBUTION_ADOPTED: tell_adopted_of_person,
    Kind.PLEDGE_ACCEPTED: tell_pledge_of_person,
    Kind.PLEDGE_KEPT: tell_pledge_of_person,
    Kind.CAMPAIGN_PUBLISHED: tell_published,
}

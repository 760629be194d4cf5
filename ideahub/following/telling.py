"""Tells those who follow a thing what happens to it."""

from collections.abc import Callable, Sequence

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
from ideahub.following.audiences import (
    Following,
    followers,
    of_campaign,
    of_idea,
    of_organisation,
    of_person,
    of_tags,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import is_concealed, name_on_idea
from ideahub.organisations.models import Organisation, Person
from ideahub.public_voting.telling import tells_of_vote
from ideahub.questions.announcement_groups import FOLLOWERS as KEY
from ideahub.questions.telling import tells_of_news

LONGEST = 600


async def tell_new_idea(db: AsyncSession, event: Event) -> Sequence[Message]:
    """A new idea, for those who follow its challenge, its tags, the organisation that asks, or,
    without a pseudonym, its author. Its author is not named, so the words are the same for all."""
    idea = await db.get(Idea, event.idea_id)
    campaign = await db.get(Campaign, event.campaign_id)
    if idea is None or campaign is None:
        return []
    ways = [of_campaign(event), *of_tags(event, idea.tags)]
    if campaign.is_public:
        ways.append(of_organisation(event, campaign.organisation_id))
    if not is_concealed(idea, idea.author_id):
        ways.append(of_person(event, idea.author_id))

    def write(_to: Addressee) -> Words:
        subject = _("New idea: “%(title)s”", title=idea.title)
        where = _("It was posted in “%(challenge)s”.", challenge=campaign.title or campaign.heading)
        return Words(subject, f"{idea.excerpt}\n\n{where}".strip())

    return [_activity(way, write, f"/ideas/{idea.id}") for way in ways]


async def tell_contribution(db: AsyncSession, event: Event) -> Sequence[Message]:
    """What somebody added to an idea, for those who follow it."""
    contribution = await db.get(Contribution, event.subject_id)
    idea = await db.get(Idea, event.idea_id)
    if contribution is None or idea is None or not contribution.is_listed:
        return []
    person = await db.get_one(Person, contribution.author_id)
    who = name_on_idea(idea, person.id, person.name)
    text = await markdown_excerpt(contribution.body, LONGEST)

    def write(_to: Addressee) -> Words:
        subject = _("%(who)s added to “%(idea)s”", who=who, idea=idea.title)
        did = _("%(who)s added to “%(idea)s”", who=WHO, idea=idea.title)
        return Words(subject, text, done_by=who, did=did)

    return [_activity(of_idea(event), write, f"/contributions/{contribution.id}")]


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

    to, thing = of_organisation(event, host.id)
    new = Message(about=MessageKind.NEWS, to=to, write=write, path=campaign.url, thing=thing)
    # Who followed it before is told that it is there again.
    return [*await _OF_CAMPAIGN[Kind.CAMPAIGN_PUBLISHED](db, event), new]


def _activity(way: Following, write: Callable[[Addressee], Words], path: str) -> Message:
    about = MessageKind.ACTIVITY
    return Message(about=about, to=way.to, write=write, path=path, thing=way.thing)


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
    Kind.CAMPAIGN_PUBLISHED: tell_published,
}

"""Tells of what a person does in public, for those who follow them; and of a leader's answer, for
those who follow the challenge, the organisation that asks or a tag of the idea.

What can be followed and is told, by kind of deed, is a table in the tests:
tests/following/test_public_deeds.py.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import N_, _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.following.audiences import (
    Following,
    of_campaign,
    of_organisation,
    of_person,
    of_tags,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import is_concealed
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Review
from ideahub.responses.models import Response
from ideahub.sponsorship.models import Pledge

LONGEST = 600


class PublicDeed(NamedTuple):
    """What a person did on an idea: a sentence with %(who)s and %(idea)s, the text, and its
    page."""

    person: int
    sentence: str
    text: str
    path: str


# What a person did by the event; None where it is told by another, or nobody can read it.
Find = Callable[[AsyncSession, Event], Awaitable[PublicDeed | None]]
# Who else follows something by which they hear of it.
Others = Callable[[AsyncSession, Event, Idea], Awaitable[Sequence[Following]]]


async def nobody_else(_db: AsyncSession, _event: Event, _idea: Idea) -> Sequence[Following]:
    """Only those who follow the person."""
    return []


def _tell(find: Find, others: Others = nobody_else) -> Tell:
    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        idea = await db.get(Idea, event.idea_id)
        deed = await find(db, event) if idea else None
        if idea is None or deed is None or is_concealed(idea, deed.person):
            return []
        person = await db.get_one(Person, deed.person)

        def write(_to: Addressee) -> Words:
            return Words(_(deed.sentence, who=person.name, idea=idea.title), deed.text)

        ways = [of_person(event, person.id), *await others(db, event, idea)]
        about = MessageKind.ACTIVITY
        return [
            Message(about=about, to=way.to, write=write, path=deed.path, thing=way.thing)
            for way in ways
        ]

    return tell


async def _contribution(db: AsyncSession, event: Event) -> Contribution | None:
    found = await db.get(Contribution, event.subject_id)
    return found if found and found.is_listed else None


async def _added(db: AsyncSession, event: Event) -> PublicDeed | None:
    found = await _contribution(db, event)
    if found is None:
        return None
    text = await markdown_excerpt(found.body, LONGEST)
    sentence = N_("%(who)s added to “%(idea)s”")
    return PublicDeed(found.author_id, sentence, text, f"/contributions/{found.id}")


async def _adopted(db: AsyncSession, event: Event) -> PublicDeed | None:
    found = await _contribution(db, event)
    if found is None or not found.adopted_at:
        return None
    text = await markdown_excerpt(found.body, LONGEST)
    sentence = N_("What %(who)s added was taken into “%(idea)s”")
    return PublicDeed(found.author_id, sentence, text, f"/contributions/{found.id}")


def _pledged(sentence: str) -> Find:
    async def find(db: AsyncSession, event: Event) -> PublicDeed | None:
        pledge = await db.get(Pledge, event.subject_id)
        if pledge is None:
            return None
        return PublicDeed(pledge.sponsor_id, sentence, pledge.promise, f"/pledges/{pledge.id}")

    return find


def _decided(sentence: str) -> Find:
    async def find(db: AsyncSession, event: Event) -> PublicDeed | None:
        review = await db.get(Review, event.subject_id)
        # What the clock did is nobody's deed.
        if review is None or event.actor_id is None:
            return None
        path = f"/ideas/{review.idea_id}#review-{review.id}"
        return PublicDeed(review.reviewer_id, sentence, review.reason, path)

    return find


async def _answered(db: AsyncSession, event: Event) -> PublicDeed | None:
    given = await db.get(Response, event.subject_id)
    if given is None:
        return None
    text = await markdown_excerpt(given.body, LONGEST)
    path = f"/ideas/{given.idea_id}#idea-{given.idea_id}-response"
    return PublicDeed(given.author_id, N_("%(who)s answered “%(idea)s”"), text, path)


async def _around(db: AsyncSession, event: Event, idea: Idea) -> Sequence[Following]:
    campaign = await db.get_one(Campaign, idea.campaign_id)
    ways = [of_campaign(event), *of_tags(event, idea.tags)]
    # Whoever follows an organisation hears of what everyone may see.
    return [*ways, of_organisation(event, campaign.organisation_id)] if campaign.is_public else ways


TELLS: Mapping[Kind, Tell] = {
    Kind.CONTRIBUTION_MADE: _tell(_added),
    Kind.CONTRIBUTION_ADOPTED: _tell(_adopted),
    Kind.PLEDGE_ACCEPTED: _tell(_pledged(N_("%(who)s sponsors “%(idea)s”"))),
    Kind.PLEDGE_KEPT: _tell(_pledged(N_("%(who)s kept a pledge for “%(idea)s”"))),
    Kind.PLEDGE_PART_KEPT: _tell(_pledged(N_("%(who)s kept a pledge for “%(idea)s” in part"))),
    Kind.RESPONSE_GIVEN: _tell(_answered, _around),
    Kind.STAGE_ADVANCED: _tell(_decided(N_("%(who)s let “%(idea)s” pass a gate"))),
    Kind.STAGE_HELD: _tell(_decided(N_("%(who)s held “%(idea)s” where it is"))),
    Kind.STAGE_SENT_BACK: _tell(_decided(N_("%(who)s sent “%(idea)s” back"))),
    Kind.IDEA_STOPPED: _tell(_decided(N_("%(who)s stopped “%(idea)s”"))),
    Kind.IDEA_PARKED: _tell(_decided(N_("%(who)s parked “%(idea)s”"))),
    Kind.IDEA_WOKEN: _tell(_decided(N_("%(who)s woke “%(idea)s” up"))),
}

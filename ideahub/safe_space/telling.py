"""What people are told of the safe space. No message says who somebody is."""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.viewer import Role
from ideahub.ideas.models import Idea
from ideahub.moderation.appealing import appeal_against
from ideahub.moderation.measures import APPEALABLE, measure_done
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
)
from ideahub.moderation.moderators import moderators_of
from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.facilitating import STANDS
from ideahub.safe_space.models import Facilitator, Voice

Answered = aliased(Contribution, name="answered")


async def tell_named(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Whoever became a facilitator, what that is."""
    campaign = await db.get_one(Campaign, event.campaign_id)

    def write(_to: Addressee) -> Words:
        subject = _("You are a facilitator of “%(title)s”", title=campaign.title)
        text = _(
            "You can speak there for people who cannot be named. Your own name is shown beside "
            "what you say for them."
        )
        return Words(subject, text)

    to = select(Person.id).where(Person.id == event.subject_id)
    path = f"/safe-space/{campaign.id}"
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=path)]


async def tell_look(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Managers, and of those who are spoken for facilitators, that somebody looked at who a person
    is; not why, as a mail is no place for that. Each is led to a page that they can open."""
    voice = await db.get_one(Voice, event.subject_id)
    campaign = await db.get_one(Campaign, voice.campaign_id)
    named = await db.get_one(Person, voice.person_id)
    looker = (await db.get_one(Person, event.actor_id)).name

    def write(_to: Addressee) -> Words:
        subject = _("%(looker)s looked at who “%(name)s” is", looker=looker, name=named.name)
        text = _("Why they did stands on the page. Each look is listed there.")
        return Words(subject, text)

    manages = Person.id.in_(moderators_of(campaign.organisation_id, Role.MANAGER))
    managers = select(Person.id).where(manages)
    path = f"/management/{campaign.id}/safe-space"
    messages = [Message(about=MessageKind.OWN, to=managers, write=write, path=path)]
    if named.unnamed == Unnamed.SPOKEN_FOR:
        speaks = Person.id.in_(
            select(Facilitator.person_id).where(Facilitator.campaign_id == campaign.id, STANDS)
        )
        others, path = select(Person.id).where(speaks, ~manages), f"/safe-space/names/{voice.id}"
        messages.append(Message(about=MessageKind.OWN, to=others, write=write, path=path))
    return messages


async def tell_speaker_of_decision(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Who speaks for somebody, what a moderator decided about what was said. Of an appeal that was
    right they are told by itself."""
    decision = await db.get(ModerationDecision, event.data.get("decision", 0))
    if decision is None or decision.measure == Measure.NONE:
        return []
    appealed = decision.undoes_id and await appeal_against(db, decision.undoes_id)
    if appealed and appealed.is_upheld:
        return []
    case = await db.get_one(ModerationCase, decision.case_id)
    voice = await db.scalar(select(Voice).where(Voice.person_id == case.author_id))
    if voice is None:
        return []

    def write(_to: Addressee) -> Words:
        subject = _("A moderator decided about what you said for somebody")
        done = measure_done(Measure(decision.measure))
        appeal = (
            _("You can appeal once: open the page, and say why. Somebody else decides then.")
            if decision.measure in APPEALABLE
            else ""
        )
        return Words(subject, "\n\n".join(filter(None, (done, decision.words, appeal))))

    path = f"/safe-space/names/{voice.id}"
    return [_to_speaker(select(Person.id).where(Person.id == case.author_id), write, path)]


async def tell_speaker_of_appeal(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Who speaks for somebody, what was decided about the appeal for them, and why."""
    made = await db.get(ModerationAppeal, event.subject_id)
    if made is None:
        return []
    voice = await db.scalar(select(Voice).where(Voice.person_id == made.made_by))
    if voice is None:
        return []

    def write(_to: Addressee) -> Words:
        subject = (
            _("Your appeal for somebody was right: the decision is undone")
            if made.is_upheld
            else _("Your appeal for somebody was looked at: the decision stands")
        )
        return Words(subject, made.reason or "")

    people = select(Person.id).where(Person.id == voice.person_id)
    return [_to_speaker(people, write, f"/safe-space/names/{voice.id}")]


async def tell_speaker_of_answer(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Who speaks for somebody, that others added something to what was said."""
    said = await db.get(Contribution, event.subject_id)
    if said is None:
        return []
    idea = await db.get_one(Idea, said.idea_id)

    def write(_to: Addressee) -> Words:
        subject = _("Somebody answered what you said for another on “%(title)s”", title=idea.title)
        return Words(subject, _("Pass it on to them, and answer for them if they wish."))

    behind = union(
        select(Idea.author_id).where(Idea.id == said.idea_id, Idea.author_id != said.author_id),
        select(Answered.author_id).where(
            Answered.id == said.parent_id, Answered.author_id != said.author_id
        ),
    ).subquery()
    people = select(behind.c.author_id)
    return [_to_speaker(people, write, f"/contributions/{said.id}")]


def _to_speaker(people: Select[int], write: Callable[[Addressee], Words], path: str) -> Message:
    """A message to those who speak for these people, if they are facilitators still."""
    to = (
        select(Facilitator.person_id)
        .join(Person, Person.through_id == Facilitator.person_id)
        .join(Voice, Voice.person_id == Person.id)
        .where(Person.id.in_(people), Facilitator.campaign_id == Voice.campaign_id, STANDS)
    )
    return Message(about=MessageKind.OWN, to=to, write=write, path=path)


DECIDED = (
    *(Kind.IDEA_HIDDEN, Kind.IDEA_SHOWN, Kind.TEXT_HIDDEN, Kind.TEXT_SHOWN),
    *(Kind.TEXT_RELEASED, Kind.TEXT_REDACTED, Kind.TEXT_RESTORED),
    *(Kind.PERSON_WARNED, Kind.PERSON_SUSPENDED),
)
TELLS: dict[Kind, Tell] = {
    Kind.FACILITATOR_NAMED: tell_named,
    Kind.LINK_LOOKED_AT: tell_look,
    Kind.MODERATION_APPEAL_DECIDED: tell_speaker_of_appeal,
    Kind.CONTRIBUTION_MADE: tell_speaker_of_answer,
    **dict.fromkeys(DECIDED, tell_speaker_of_decision),
}

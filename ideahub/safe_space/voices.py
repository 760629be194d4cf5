"""Rules for choosing a name for somebody who takes part in a campaign without their own."""

import re
from datetime import timedelta

from sqlalchemy import BigInteger, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.barring import must_not_be_barred
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked, one_at_a_time
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.barring_names import must_be_free_to_choose
from ideahub.safe_space.finding import SpaceStanding, VoiceStanding, own_voice
from ideahub.safe_space.identity import RealPerson, seal, signatures_of
from ideahub.safe_space.models import Voice, VoiceLink
from ideahub.safe_space.names import VoiceView

MOST, MOST_NAMES, PER = 60, 5, timedelta(hours=1)
# Shorter parts of a name are in too many words.
PART_OF_NAME = 3
_TAKEN = exists().where(
    Person.name == bindparam("name"),
    or_(
        # Nobody gets the name of somebody who has an account.
        Person.email.is_not(None),
        Person.id.in_(
            select(Voice.person_id).where(
                Voice.campaign_id == bindparam("campaign_id", type_=BigInteger)
            )
        ),
    ),
)


async def speak_for(
    db: AsyncSession, viewer: Viewer, standing: SpaceStanding, name: str, identity: RealPerson
) -> int:
    """Chooses a name for somebody for whom the viewer speaks from now on, and seals who they are;
    returns the number of the voice. Sent twice, it is the same one.

    Raises Forbidden for who is no facilitator or is suspended here, Conflict where the campaign
    does not allow it, Invalid for a name that is taken or tells who they are.
    """
    if not standing.facilitates:
        raise Forbidden(_("Only the facilitators of this place can speak for somebody."))
    if not standing.space.lets_speak_for:
        raise Conflict(_("Here nobody can speak for somebody else at the moment."))
    await must_not_be_barred(db, viewer, standing.campaign.id)
    _must_not_tell(name, identity)
    await one_at_a_time(db, f"voices of {standing.campaign.id}")
    before = await db.scalar(
        select(Voice.id)
        .join(Person, Person.id == Voice.person_id)
        .where(
            Voice.campaign_id == standing.campaign.id,
            Person.name == name,
            Person.through_id == viewer.person_id,
            Voice.created_at > func.now() - timedelta(minutes=1),
        )
    )
    if before is not None:
        return int(before)
    await limit(db, attempt_key("speak for", str(viewer.person_id)), MOST, PER)
    person = Person(
        # Named where they support an idea: by the chosen name alone.
        name=name,
        unnamed=Unnamed.SPOKEN_FOR,
        through_id=viewer.person_id,
        shows_support=True,
    )
    voice = await _make(db, standing, person, None)
    await _keep_link(db, voice, identity, standing.space.days, written_by=viewer.person_id)
    await record(db, Kind.VOICE_MADE, viewer, on=standing.campaign, subject=voice)
    return voice.id


async def hide_behind(
    db: AsyncSession, viewer: Viewer, standing: SpaceStanding, name: str
) -> VoiceView:
    """Chooses the name behind which the viewer takes part; where they have one, returns that.

    The event names nobody. Raises Conflict where the campaign does not allow it, or the viewer
    deleted whose a suspended name was; Forbidden for who is suspended here, Invalid for a name that
    is taken or has a part of the viewer's own.
    """
    if not standing.space.lets_hide:
        raise Conflict(_("Here everyone writes under their own name at the moment."))
    # The event names nobody, so it does not ask for this.
    await must_not_be_barred(db, viewer, standing.campaign.id)
    await one_at_a_time(db, f"voices of {standing.campaign.id}")
    if before := await own_voice(db, viewer, standing.campaign.id):
        return before
    await must_be_free_to_choose(db, viewer, standing.campaign)
    _must_not_tell(name, RealPerson(name=viewer.name))
    signature, *_older = signatures_of(db, standing.campaign.id, viewer.person_id)
    await limit(db, attempt_key("hide behind", signature), MOST_NAMES, PER)
    person = Person(name=name, unnamed=Unnamed.HIDDEN, shows_support=False)
    voice = await _make(db, standing, person, signature)
    identity = RealPerson(account=viewer.person_id)
    await _keep_link(db, voice, identity, standing.space.days, written_by=None)
    await record(db, Kind.VOICE_MADE, None, on=standing.campaign, subject=voice)
    made = await own_voice(db, viewer, standing.campaign.id)
    assert made is not None
    return made


async def take_over(db: AsyncSession, viewer: Viewer, found: VoiceStanding) -> None:
    """Makes the viewer, a facilitator, the one who speaks for somebody whose facilitator has ended;
    not who may look at who they are. Raises Forbidden, and Conflict where somebody speaks."""
    if not (found.standing.facilitates and found.standing.space.lets_speak_for):
        raise Forbidden(_("Only the facilitators of this place can speak for somebody."))
    person = await locked(db, Person, found.voice.person_id)
    if viewer.is_person(person.through_id):
        return
    if person.through_id != found.voice.through_id or found.voice.has_speaker:
        raise Conflict(_("Another facilitator speaks for them."))
    await db.execute(
        update(Person).where(Person.id == person.id).values(through_id=viewer.person_id)
    )
    subject = Ref(Voice, found.voice.id)
    await record(db, Kind.VOICE_TAKEN_OVER, viewer, on=found.standing.campaign, subject=subject)


def _must_not_tell(name: str, identity: RealPerson) -> None:
    parts = {part for part in _words(identity.name) if len(part) >= PART_OF_NAME}
    if parts & _words(name):
        raise Invalid(
            _("This name has a part of the real one. Choose one that says nothing about it."),
            field="name",
        )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


async def _make(
    db: AsyncSession, standing: SpaceStanding, person: Person, signature: str | None
) -> Voice:
    asked = {"name": person.name, "campaign_id": standing.campaign.id}
    if await db.scalar(select(_TAKEN), asked):
        raise Invalid(_("Somebody has this name already. Choose another."), field="name")
    db.add(person)
    await db.flush()
    voice = Voice(campaign_id=standing.campaign.id, person_id=person.id, signature=signature)
    db.add(voice)
    await db.flush()
    return voice


async def _keep_link(
    db: AsyncSession, voice: Voice, identity: RealPerson, days: int, *, written_by: int | None
) -> None:
    now = (await db.execute(select(func.now()))).scalar_one()
    link = VoiceLink(
        voice_id=voice.id, written_by=written_by, kept_until=now + timedelta(days=days)
    )
    db.add(link)
    # It is sealed for its number.
    await db.flush()
    link.sealed = seal(db, link, identity)
    await db.flush()

"""Rules for looking at who somebody is, and for deleting that."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, taken_by_nobody
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person
from ideahub.safe_space.barring_names import keep_suspension
from ideahub.safe_space.finding import VoiceStanding
from ideahub.safe_space.identity import RealPerson, unseal
from ideahub.safe_space.models import LinkEnd, LinkLook, Voice, VoiceLink
from ideahub.safe_space.names import VoiceView

# How long the same press shows the same again.
SAME_LOOK = timedelta(minutes=10)
AT_ONCE = 100


async def look(
    db: AsyncSession, viewer: Viewer, found: VoiceStanding, reason: str, press: str
) -> RealPerson:
    """Who the person behind the voice is; records who looked, and why. `press` is of the form that
    was sent: pressed twice, it is one look.

    Raises Forbidden for who may not look, Invalid without a reason, and Conflict where it was
    deleted, sealed with another key, or where the form was used before.
    """
    if not found.looks:
        raise Forbidden(_("Only who wrote it, and the managers, may look at who this is."))
    if not reason or not press:
        raise Invalid(_("Say why you have to know who this is."), field="reason")
    link = await _held_link(db, found.voice)
    identity = await _with_name(db, unseal(db, link))
    before = await db.scalar(
        select(LinkLook).where(LinkLook.looked_by == viewer.person_id, LinkLook.press == press)
    )
    if before is not None:
        now = (await db.execute(select(func.now()))).scalar_one()
        if before.voice_id != found.voice.id or before.created_at < now - SAME_LOOK:
            raise Conflict(_("This form was used before. Open the page again."), field="reason")
        return identity
    made = LinkLook(voice_id=found.voice.id, looked_by=viewer.person_id, reason=reason, press=press)
    db.add(made)
    subject = Ref(Voice, found.voice.id)
    await record(db, Kind.LINK_LOOKED_AT, viewer, on=found.standing.campaign, subject=subject)
    return identity


async def delete_link(db: AsyncSession, viewer: Viewer, found: VoiceStanding) -> None:
    """Deletes for good who it is; what was said stays. Does nothing where it is deleted already.

    Raises Forbidden for anyone but whoever is behind the voice, speaks for it or manages the
    campaign.
    """
    if not (found.is_own or found.speaks or found.standing.manages):
        raise Forbidden(_("Only who speaks for them, and the managers, can delete this."))
    link = await _held_link(db, found.voice)
    if link.sealed is None:
        return
    await _delete(db, link, LinkEnd.ASKED)
    # Of somebody's own name the event does not say who asked.
    by = None if found.is_own else viewer
    subject = Ref(Voice, found.voice.id)
    await record(db, Kind.LINK_DELETED, by, on=found.standing.campaign, subject=subject)


async def delete_past_links(db: AsyncSession) -> None:
    """Deletes what was to be kept until now, at most AT_ONCE; for the clock."""
    over = (
        select(VoiceLink)
        .where(VoiceLink.sealed.is_not(None), VoiceLink.kept_until <= func.now())
        .order_by(VoiceLink.id)
        .limit(AT_ONCE)
    )
    for link in (await db.scalars(taken_by_nobody(over))).all():
        await _delete(db, link, LinkEnd.TIME)
        voice = await db.get_one(Voice, link.voice_id)
        subject = Ref(Voice, voice.id)
        place = Ref(Campaign, voice.campaign_id)
        await record(db, Kind.LINK_DELETED, None, on=place, subject=subject)


async def _delete(db: AsyncSession, link: VoiceLink, why: LinkEnd) -> None:
    await keep_suspension(db, await db.get_one(Voice, link.voice_id))
    link.sealed, link.deleted_why = None, why
    link.deleted_at = await db.scalar(select(func.now()))
    await db.flush()
    # It would lead to the account, for whoever has the site's key.
    await db.execute(update(Voice).where(Voice.id == link.voice_id).values(signature=None))


async def _held_link(db: AsyncSession, voice: VoiceView) -> VoiceLink:
    found: VoiceLink = (
        await db.scalars(held(select(VoiceLink).where(VoiceLink.voice_id == voice.id)))
    ).one()
    return found


async def _with_name(db: AsyncSession, identity: RealPerson) -> RealPerson:
    if not identity.account:
        return identity
    person = await db.get_one(Person, identity.account)
    return RealPerson(account=person.id, name=person.name, contact=person.email or "")

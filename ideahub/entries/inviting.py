"""Invitations to the team of an entry, or to confirm one that was made for somebody."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import LargeBinary, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.accepting_rules import must_have_accepted
from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import deadline_of, must_accept_in
from ideahub.campaigns.queries import find_campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.entering import record_on
from ideahub.entries.letters import send_invitation
from ideahub.entries.models import (
    Entry,
    EntryInvitation,
    EntryMember,
    EntryRevision,
    MemberRole,
)
from ideahub.entries.outcomes import must_be_free_to_join
from ideahub.entries.queries import EntryView, find_own_entry
from ideahub.entries.team import members_of, open_invitations
from ideahub.organisations.addresses import clean_address
from ideahub.organisations.models import Person

VALID = timedelta(days=14)
# Of members and invitations together.
MOST_IN_TEAM = 20
MOST_INVITED, PER = 40, timedelta(hours=1)


class Invitation(msgspec.Struct, frozen=True):
    """An invitation as whoever it was sent to reads it."""

    id: int
    entry_id: int
    campaign_id: int
    phase_id: int
    address: str
    role: str
    invited_by: str
    challenge: str
    title: str
    submitted_id: int | None
    closes_at: datetime | None
    timezone: str
    expires_at: datetime
    is_expired: bool
    accepted_by: int | None
    is_over: bool
    is_withdrawn: bool

    @property
    def confirms(self) -> bool:
        """Whether it asks to confirm an entry that was made on one's behalf."""
        return self.role == MemberRole.CAPTAIN


Inviter = aliased(Person)
FIND = (
    select(
        EntryInvitation.id,
        EntryInvitation.entry_id,
        Entry.campaign_id,
        Entry.phase_id,
        EntryInvitation.address,
        EntryInvitation.role,
        Inviter.name,
        Campaign.title,
        func.coalesce(EntryRevision.title, Entry.title),
        Entry.submitted_id,
        deadline_of(),
        Phase.timezone,
        EntryInvitation.expires_at,
        EntryInvitation.expires_at <= func.statement_timestamp(),
        EntryInvitation.accepted_by,
        EntryInvitation.declined_at.is_not(None) | EntryInvitation.withdrawn_at.is_not(None),
        Entry.withdrawn_at.is_not(None),
    )
    .join(Entry, Entry.id == EntryInvitation.entry_id)
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .join(Phase, Phase.id == Entry.phase_id)
    .join(Inviter, Inviter.id == EntryInvitation.invited_by)
    .outerjoin(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(EntryInvitation.secret_hash == bindparam("secret_hash", type_=LargeBinary))
)
ADDRESS = select(Person.email).where(Person.id == bindparam("person_id"))


async def invite(
    db: AsyncSession,
    viewer: Viewer,
    entry_id: int,
    typed: str,
    *,
    site: str,
    person_id: int | None = None,
) -> str:
    """Invites an address to the team and returns it as it was understood; the mail has a link that
    works for VALID, once, and only for whoever has this address here. With `person_id` the address
    is that of this person, whom the captain knows by name only.

    Raises NotFound, Forbidden for members who are not the captain, Invalid for what is no address,
    TooMany, and Conflict where the address belongs to the team or was invited, where the team is
    full, and where the phase takes no entries now.
    """
    entry = await _captains_entry(db, viewer, entry_id)
    row = await locked(db, Entry, entry.id)
    address = _address(typed)
    await _must_be_new(db, entry, address)
    await limit(db, attempt_key("invite", str(viewer.person_id)), MOST_INVITED, PER)
    await must_accept_in(db, row.phase_id, Accepts.ENTRIES)
    await _add_invitation(db, viewer, row, address, person_id, site=site)
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, row)
    return address


def _address(typed: str) -> str:
    try:
        return clean_address(typed)
    except Invalid as problem:
        raise Invalid(problem.reason, field="address") from None


async def _must_be_new(db: AsyncSession, entry: EntryView, address: str) -> None:
    members, invited = await members_of(db, entry.id), await open_invitations(db, entry.id)
    if any((one.email or "").lower() == address.lower() for one in members):
        raise Conflict(_("This address belongs to your team already."), field="address")
    standing = [one for one in invited if not one.is_expired]
    if any(one.address.lower() == address.lower() for one in standing):
        raise Conflict(
            _("This address is invited already. Take the invitation back to send a new one."),
            field="address",
        )
    if len(members) + len(standing) >= MOST_IN_TEAM:
        raise Conflict(_("A team has at most %(most)s people.", most=MOST_IN_TEAM), field="address")


async def _add_invitation(
    db: AsyncSession,
    viewer: Viewer,
    row: Entry,
    address: str,
    person_id: int | None,
    *,
    site: str,
) -> None:
    """Stores an invitation and sends its letter. Only the hash of its secret is stored."""
    secret = secrets.token_urlsafe(24)
    expires_at = (await db.execute(select(func.now() + VALID))).scalar_one()
    db.add(
        EntryInvitation(
            entry_id=row.id,
            address=address,
            person_id=person_id,
            secret_hash=hash_of(secret),
            invited_by=viewer.person_id,
            expires_at=expires_at,
        )
    )
    await db.flush()
    link = f"{site}/invitations/{secret}"
    await send_invitation(db, row.id, address, viewer.name, link, expires_at, MemberRole.MEMBER)


def hash_of(secret: str) -> bytes:
    """What is stored of the secret in an invitation's link."""
    return sha256(secret.encode()).digest()


async def take_invitation_back(
    db: AsyncSession, viewer: Viewer, entry_id: int, invitation_id: int
) -> None:
    """Makes an invitation's link useless; does nothing where it was answered. Raises NotFound, and
    Forbidden for members who are not the captain."""
    entry = await _captains_entry(db, viewer, entry_id)
    row = await locked(db, EntryInvitation, invitation_id)
    if row.entry_id != entry.id:
        raise NotFound
    if row.accepted_at is None and row.withdrawn_at is None:
        row.withdrawn_at = await db.scalar(select(func.now()))
        await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)


async def find_invitation(db: AsyncSession, viewer: Viewer, secret: str) -> Invitation:
    """The invitation with this secret, for the person to whose address it was sent.

    Raises SignInNeeded, NotFound where there is none, and Forbidden where it was sent to another
    address, or where the challenge is not open to the viewer; it tells nothing of the entry then.
    """
    viewer.must_sign_in()
    found = await rows_of(db, FIND, {"secret_hash": hash_of(secret)})
    if not found:
        raise NotFound
    invitation = Invitation(*found[0])
    address = await db.scalar(ADDRESS, {"person_id": viewer.person_id})
    if (address or "").lower() != invitation.address.lower():
        raise Forbidden(
            _(
                "This invitation was sent to another address than yours. Sign in with the address "
                "that got it, or ask for an invitation to yours."
            )
        )
    await _must_see(db, viewer, invitation)
    return invitation


async def _must_see(db: AsyncSession, viewer: Viewer, invitation: Invitation) -> None:
    try:
        await find_campaign(db, viewer, invitation.campaign_id)
    except NotFound:
        raise Forbidden(
            _("This challenge is only for staff of the organisation that asks.")
        ) from None


def why_not_standing(invitation: Invitation) -> str:
    """Why an invitation can be answered no more, and what to do; empty where it can."""
    if invitation.accepted_by is not None:
        return _("This invitation was used before. Your entries show what became of it.")
    if invitation.is_over or invitation.is_withdrawn:
        return _("This invitation was taken back. Ask whoever invited you for a new one.")
    if invitation.is_expired:
        name = invitation.invited_by
        return _("This invitation has expired. Ask %(name)s for a new one.", name=name)
    return ""


async def join_team(db: AsyncSession, viewer: Viewer, secret: str) -> EntryView:
    """Makes the viewer a member of the team that invited them, and returns its entry.

    Raises what `held_invitation` raises, and Conflict where the viewer has not accepted the rules,
    where they judge the entry, and where the phase takes no entries now.
    """
    invitation = await held_invitation(db, viewer, secret)
    if invitation.confirms:
        raise NotFound
    await must_have_accepted(db, viewer.person_id, invitation.campaign_id)
    await must_be_free_to_join(db, invitation.entry_id, viewer.person_id)
    await must_accept_in(db, invitation.phase_id, Accepts.ENTRIES)
    await note_accepted(db, viewer, invitation)
    if not any(
        viewer.is_person(one.person_id) for one in await members_of(db, invitation.entry_id)
    ):
        db.add(EntryMember(entry_id=invitation.entry_id, person_id=viewer.person_id))
        await db.flush()
    entry = await find_own_entry(db, viewer, invitation.entry_id)
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)
    return entry


async def held_invitation(db: AsyncSession, viewer: Viewer, secret: str) -> Invitation:
    """The invitation, with it and its entry locked, so that of two who use it one is told that it
    was used. Raises what `find_invitation` raises, and Conflict where it cannot be answered."""
    found = await find_invitation(db, viewer, secret)
    await locked(db, Entry, found.entry_id)
    await locked(db, EntryInvitation, found.id)
    found = await find_invitation(db, viewer, secret)
    if why := why_not_standing(found):
        raise Conflict(why)
    return found


async def note_accepted(db: AsyncSession, viewer: Viewer, invitation: Invitation) -> None:
    """Notes that an invitation is used."""
    row = await locked(db, EntryInvitation, invitation.id)
    row.accepted_at, row.accepted_by = await db.scalar(select(func.now())), viewer.person_id
    await db.flush()


async def decline_invitation(db: AsyncSession, viewer: Viewer, secret: str) -> None:
    """Notes that the viewer does not want to. Raises as `held_invitation` does."""
    invitation = await held_invitation(db, viewer, secret)
    row = await locked(db, EntryInvitation, invitation.id)
    row.declined_at = await db.scalar(select(func.now()))
    entry = await locked(db, Entry, invitation.entry_id)
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)


async def _captains_entry(db: AsyncSession, viewer: Viewer, entry_id: int) -> EntryView:
    entry = await find_own_entry(db, viewer, entry_id)
    if not entry.is_captain:
        raise Forbidden(_("Only the captain changes who belongs to the team."))
    return entry

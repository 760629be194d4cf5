"""Entries that a manager makes for somebody else. They count once that person has confirmed."""

import secrets

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import must_have_accepted
from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.entering import add_entry, freeze_revision, record_on
from ideahub.entries.form_versions import form_by_id
from ideahub.entries.inviting import (
    VALID,
    hash_of,
    held_invitation,
    note_accepted,
)
from ideahub.entries.letters import send_invitation
from ideahub.entries.models import (
    Entry,
    EntryInvitation,
    EntryMember,
    EntryRevision,
    MemberRole,
)
from ideahub.entries.team import members_of
from ideahub.organisations.addresses import clean_address


async def begin_for(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int, typed: str
) -> int:
    """Begins an entry for whoever has this address, and returns its number. The caller has found
    that the viewer manages the campaign.

    Raises Invalid for what is no address, and Conflict where the phase takes no entries now.
    """
    try:
        address = clean_address(typed)
    except Invalid as problem:
        raise Invalid(problem.reason, field="address") from None
    entry = await add_entry(db, viewer, campaign.id, phase_id, on_behalf_by=viewer.person_id)
    # Its link is made and sent when the entry is submitted.
    await _new_invitation(db, entry.id, address, viewer)
    await record_on(db, Kind.ENTRY_BEGUN, viewer, entry)
    return entry.id


async def ask_to_confirm(db: AsyncSession, viewer: Viewer, entry_id: int, *, site: str) -> None:
    """Sends the person for whom an entry was made a link to confirm it; an earlier link of it does
    not work any more. Whoever has declined is asked anew. Does nothing where it is confirmed, or
    not submitted."""
    row = await locked(db, Entry, entry_id)
    waiting = row.on_behalf_by is not None and row.confirmed_at is None and row.submitted_id
    if not waiting:
        return
    invitation = await _invitation(db, entry_id)
    if invitation.declined_at is not None:
        # That they said no stays in the record.
        invitation = await _new_invitation(db, entry_id, invitation.address, viewer)
    secret = secrets.token_urlsafe(24)
    invitation.secret_hash = hash_of(secret)
    invitation.expires_at = (await db.execute(select(func.now() + VALID))).scalar_one()
    await db.flush()
    await send_invitation(
        db,
        entry_id,
        invitation.address,
        viewer.name,
        f"{site}/invitations/{secret}",
        invitation.expires_at,
        MemberRole.CAPTAIN,
    )


async def _invitation(db: AsyncSession, entry_id: int) -> EntryInvitation:
    """The last one that was sent to whom the entry was made for."""
    wanted = select(EntryInvitation).where(
        EntryInvitation.entry_id == entry_id, EntryInvitation.role == MemberRole.CAPTAIN
    )
    newest = wanted.order_by(EntryInvitation.id.desc()).limit(1)
    return (await db.scalars(held(newest))).one()


async def _new_invitation(
    db: AsyncSession, entry_id: int, address: str, viewer: Viewer
) -> EntryInvitation:
    """One whose secret nobody knows, until its link is made and sent."""
    invitation = EntryInvitation(
        entry_id=entry_id,
        address=address,
        role=MemberRole.CAPTAIN,
        secret_hash=hash_of(secrets.token_urlsafe(24)),
        invited_by=viewer.person_id,
        expires_at=(await db.execute(select(func.now() + VALID))).scalar_one(),
    )
    db.add(invitation)
    await db.flush()
    return invitation


async def confirm_entry(
    db: AsyncSession, viewer: Viewer, secret: str, *, site: str
) -> EntryRevision:
    """The viewer takes over an entry that was made for them: they are its captain, and it is frozen
    anew in their name. From then on it counts.

    Raises what `held_invitation` raises, and Conflict where the viewer has not accepted the rules,
    and where the phase takes no entries at this moment.
    """
    invitation = await held_invitation(db, viewer, secret)
    if not invitation.confirms:
        raise NotFound
    await must_have_accepted(db, viewer.person_id, invitation.campaign_id)
    row = await locked(db, Entry, invitation.entry_id)
    await note_accepted(db, viewer, invitation)
    captain = {"person_id": viewer.person_id, "role": MemberRole.CAPTAIN}
    db.add(EntryMember(entry_id=row.id, **captain))
    row.confirmed_at = await db.scalar(select(func.now()))
    await db.flush()
    # What is confirmed is what they have read: the revision, not what was written since.
    assert row.submitted_id is not None
    frozen = await db.get_one(EntryRevision, row.submitted_id)
    form = await form_by_id(db, frozen.form_id)
    others = {key: value for key, value in row.answers.items() if form.field(key) is None}
    row.form_id, row.answers = form.id, others | frozen.answers
    row.title, row.team_name = frozen.title, frozen.team_name
    await record_on(db, Kind.ENTRY_CONFIRMED, viewer, row)
    members = await members_of(db, row.id)
    return await freeze_revision(db, viewer, row, form, members, site=site)

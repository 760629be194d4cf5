"""Leaving the team of an entry, removing somebody from it, and handing it over."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_accept_in
from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Forbidden, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.entering import record_on
from ideahub.entries.models import Entry, EntryMember, MemberRole
from ideahub.entries.queries import EntryView, find_own_entry


async def leave_team(db: AsyncSession, viewer: Viewer, entry_id: int) -> None:
    """Ends the viewer's membership; what they were part of stays in the record.

    Raises NotFound, and Conflict for the captain, who hands over first, or withdraws the entry.
    """
    entry = await find_own_entry(db, viewer, entry_id)
    members = await _held(db, entry)
    if viewer.person_id not in members:
        raise NotFound
    own = members[viewer.person_id]
    if own.role == MemberRole.CAPTAIN:
        raise Conflict(
            _("You are the captain: hand the entry over to somebody first, or withdraw it."),
            field="team",
        )
    own.left_at = await db.scalar(select(func.now()))
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)


async def remove_member(db: AsyncSession, viewer: Viewer, entry_id: int, person_id: int) -> None:
    """Ends somebody else's membership. Raises NotFound, Forbidden for members who are not the
    captain, and Conflict where it would be the captain themselves, and once the phase is closed:
    what was won together is not taken from a member afterwards."""
    entry, members = await _captains_team(db, viewer, entry_id)
    if person_id not in members:
        raise NotFound
    if viewer.is_person(person_id):
        raise Conflict(_("Hand the entry over before you leave it."), field="team")
    await must_accept_in(db, entry.phase_id, Accepts.ENTRIES)
    gone = members[person_id]
    gone.left_at, gone.removed_by = await db.scalar(select(func.now())), viewer.person_id
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)


async def hand_over(db: AsyncSession, viewer: Viewer, entry_id: int, person_id: int) -> None:
    """Makes another member the captain. Raises NotFound, and Forbidden for members who are not the
    captain."""
    entry, members = await _captains_team(db, viewer, entry_id)
    if person_id not in members:
        raise NotFound
    members[viewer.person_id].role = MemberRole.MEMBER
    members[person_id].role = MemberRole.CAPTAIN
    await record_on(db, Kind.ENTRY_TEAM_CHANGED, viewer, entry)


async def _captains_team(
    db: AsyncSession, viewer: Viewer, entry_id: int
) -> tuple[EntryView, dict[int, EntryMember]]:
    entry = await find_own_entry(db, viewer, entry_id)
    members = await _held(db, entry)
    own = members.get(viewer.person_id)
    if own is None or own.role != MemberRole.CAPTAIN:
        raise Forbidden(_("Only the captain changes who belongs to the team."))
    return entry, members


async def _held(db: AsyncSession, entry: EntryView) -> dict[int, EntryMember]:
    await locked(db, Entry, entry.id)
    now = EntryMember.entry_id == entry.id, EntryMember.left_at.is_(None)
    found = await db.scalars(held(select(EntryMember).where(*now).order_by(EntryMember.id)))
    return {one.person_id: one for one in found}

"""Rules for inviting entries into a later phase, and for accepting that. It is not an award."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.paging import MOST
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.entering import add_entry
from ideahub.entries.models import (
    Entry,
    EntryContributor,
    EntryMember,
    EntryRevision,
)
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.carrying_on import answers_carried_on
from ideahub.results.entrants import find_own_entry
from ideahub.results.models import Advancement, PanelResult, RunPlace
from ideahub.results.publishing import current_result
from ideahub.results.standing_apart import must_not_be_behind
from ideahub.results.still_counting import must_still_count

OWN_INVITATION = (
    select(Advancement.entry_id)
    .join(EntryMember, EntryMember.entry_id == Advancement.entry_id)
    .where(
        Advancement.id == bindparam("advancement_id", type_=BigInteger),
        EntryMember.person_id == VIEWER_ID,
        EntryMember.left_at.is_(None),
    )
)


async def later_phases(db: AsyncSession, panel: Panel) -> Sequence[Phase]:
    """The phases into which entries that the panel scored can be invited: those that take entries
    invited from their phase, and the later ones that everyone can enter."""
    scored = await db.get_one(Phase, panel.entries_phase_id)
    found = await db.scalars(
        select(Phase)
        .where(
            Phase.campaign_id == panel.campaign_id,
            Phase.position > scored.position,
            Phase.accepts.contains([Accepts.ENTRIES]),
            or_(Phase.invited_from_id.is_(None), Phase.invited_from_id == scored.id),
        )
        .order_by(Phase.invited_from_id, Phase.position)
    )
    return found.all()


async def advance(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    entry_ids: Sequence[int],
    to_phase_id: int,
    reason: str,
) -> int:
    """Invites entries into a later phase and returns how many; those that were invited before are
    left out.

    Raises Conflict where no result is published and for an entry that counts no longer; Forbidden
    for whoever is behind one; Invalid for no entry, for one that was not ranked and for a phase
    that is none of `later_phases`.
    """
    panel = await lock_panel(db, panel.id)
    result = await current_result(db, panel.id)
    if result is None:
        raise Conflict(_("Publish the result first: entries advance by a published result."))
    if to_phase_id not in {phase.id for phase in await later_phases(db, panel)}:
        raise Invalid(_("Choose a later phase that takes entries."), field="to_phase")
    await _must_be_ranked(db, result, entry_ids)
    await must_not_be_behind(db, viewer, entry_ids)
    await must_still_count(db, entry_ids)
    made = 0
    for entry_id in sorted(set(entry_ids)):
        made += await _invite(db, viewer, campaign, result, (entry_id, to_phase_id), reason)
    return made


async def _must_be_ranked(db: AsyncSession, result: PanelResult, entry_ids: Sequence[int]) -> None:
    if not entry_ids:
        raise Invalid(_("Choose at least one entry."), field="entries")
    ranked = await db.scalars(
        select(RunPlace.entry_id).where(
            RunPlace.run_id == result.run_id, RunPlace.entry_id.in_(entry_ids)
        )
    )
    if set(entry_ids) - set(ranked):
        raise Invalid(_("Choose entries that this panel ranked."), field="entries")


async def _invite(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    result: PanelResult,
    where: tuple[int, int],
    reason: str,
) -> bool:
    entry_id, to_phase_id = where
    made = await db.scalar(
        insert(Advancement)
        .values(
            result_id=result.id,
            entry_id=entry_id,
            to_phase_id=to_phase_id,
            reason=reason,
            decided_by=viewer.person_id,
        )
        .on_conflict_do_nothing()
        .returning(Advancement.id)
    )
    if made is None:
        return False
    invited = await db.get_one(Advancement, made)
    await record(db, Kind.ENTRY_ADVANCED, viewer, on=campaign, subject=invited)
    return True


async def find_invitation(
    db: AsyncSession, viewer: Viewer, advancement_id: int
) -> tuple[Campaign, Advancement]:
    """An invitation into a later phase, locked, for those whose entry it is about; only its captain
    may answer it. Raises SignInNeeded, NotFound and Forbidden."""
    viewer.must_sign_in()
    asked = {"advancement_id": advancement_id, VIEWER_ID.key: viewer.id}
    found = await rows_of(db, OWN_INVITATION, asked) if advancement_id <= MOST else ()
    if not found:
        raise NotFound
    campaign, entry = await find_own_entry(db, viewer, found[0].entry_id)
    if not entry.is_captain:
        raise Forbidden(_("The captain of your team answers this invitation."))
    return campaign, await locked(db, Advancement, advancement_id)


async def accept_invitation(db: AsyncSession, viewer: Viewer, advancement_id: int) -> int:
    """Accepts an invitation: makes the entry of the later phase, a draft with the answers that its
    form asks for again; returns its number, also where it was accepted before.

    Raises Conflict where it was declined, and where the phase takes no entries now.
    """
    campaign, invited = await find_invitation(db, viewer, advancement_id)
    if invited.next_entry_id:
        return invited.next_entry_id
    if invited.declined_at:
        raise Conflict(_("Your team has declined this invitation."))
    made = await _carry_on(db, viewer, invited)
    invited.accepted_at = func.clock_timestamp()
    invited.accepted_by = viewer.person_id
    invited.next_entry_id = made.id
    await record(db, Kind.ADVANCEMENT_ACCEPTED, viewer, on=campaign, subject=invited)
    return made.id


async def decline_invitation(db: AsyncSession, viewer: Viewer, advancement_id: int) -> None:
    """Declines an invitation; does nothing where it was declined. Raises Conflict where it was
    accepted."""
    campaign, invited = await find_invitation(db, viewer, advancement_id)
    if invited.declined_at:
        return
    if invited.accepted_at:
        raise Conflict(_("Your team has accepted this invitation already."))
    invited.declined_at = func.clock_timestamp()
    await record(db, Kind.ADVANCEMENT_DECLINED, viewer, on=campaign, subject=invited)


async def _carry_on(db: AsyncSession, viewer: Viewer, invited: Advancement) -> Entry:
    old = await db.get_one(Entry, invited.entry_id)
    frozen = await db.get(EntryRevision, old.submitted_id)
    if frozen is None:
        raise NotFound
    made = await add_entry(
        db,
        viewer,
        old.campaign_id,
        invited.to_phase_id,
        title=frozen.title,
        team_name=frozen.team_name,
        idea_id=old.idea_id,
        idea_revision=old.idea_revision,
        carried_from_id=old.id,
    )
    made.answers = await answers_carried_on(db, frozen, made.form_id)
    await db.flush()
    await _take_people_along(db, old, made)
    return made


async def _take_people_along(db: AsyncSession, old: Entry, made: Entry) -> None:
    number = literal(made.id, BigInteger)
    members = select(number, EntryMember.person_id, EntryMember.role).where(
        EntryMember.entry_id == old.id, EntryMember.left_at.is_(None)
    )
    await db.execute(insert(EntryMember).from_select(["entry_id", "person_id", "role"], members))
    contributors = select(number, EntryContributor.person_id, EntryContributor.role).where(
        EntryContributor.entry_id == old.id
    )
    await db.execute(
        insert(EntryContributor).from_select(["entry_id", "person_id", "role"], contributors)
    )

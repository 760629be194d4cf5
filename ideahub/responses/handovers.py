"""Rules for who owes an answer: handing it over, and naming others."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.responses.crossing import open_owed, standing_owners
from ideahub.responses.leaders import is_leader, leaders_of
from ideahub.responses.models import OwedResponse, OwnerSource, ResponseOwner
from ideahub.responses.owner_models import Handover


async def ask_to_take_over(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, to_id: int, reason: str
) -> Handover:
    """Asks another leader, of this organisation or another, to take over an answer that the viewer
    owes; until they accept, the viewer owes it. Returns the one that is open already, where it is
    the same.

    Raises SignInNeeded, Forbidden for anyone who does not owe it, Invalid for somebody who cannot
    take it over, and Conflict where nothing is owed or somebody was asked already.
    """
    owed = await _lock_owed(db, idea)
    if viewer.person_id not in await standing_owners(db, owed.id):
        raise Forbidden(_("Only who owes this answer can hand it over."))
    if not reason:
        raise Invalid(_("Say why. Everyone who sees the idea can read it."), field="reason")
    await _must_take_over(db, idea, to_id, field="to")
    before = await db.scalar(
        select(Handover).where(
            Handover.owed_id == owed.id, Handover.from_id == viewer.id, Handover.is_open
        )
    )
    if before and (before.to_id, before.reason) == (to_id, reason):
        return before
    if before:
        raise Conflict(_("You have asked somebody already. Wait for what they say."), field="to")
    if to_id in await standing_owners(db, owed.id):
        raise Invalid(_("They owe this answer as well."), field="to")
    handover = Handover(owed_id=owed.id, from_id=viewer.person_id, to_id=to_id, reason=reason)
    db.add(handover)
    await record(db, Kind.RESPONSE_HANDOVER_ASKED, viewer, on=idea, subject=handover)
    return handover


async def accept_handover(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, handover_id: int
) -> bool:
    """Takes over an owed answer; returns False where the viewer has already. Raises SignInNeeded,
    NotFound, Forbidden for anyone but the one who was asked, and Conflict where it lapsed."""
    handover = await _lock_handover(db, viewer, idea, handover_id)
    if handover.accepted_at:
        return False
    if not handover.is_open:
        raise Conflict(_("This is not open any more: it was answered, or you declined."))
    await _must_take_over(db, idea, viewer.person_id)
    handover.accepted_at = func.now()
    await _end(db, handover.owed_id, handover.from_id)
    if handover.to_id not in await standing_owners(db, handover.owed_id):
        await _add(db, handover.owed_id, handover.to_id, OwnerSource.HANDED_OVER, handover.from_id)
    await record(db, Kind.RESPONSE_HANDED_OVER, viewer, on=idea, subject=handover)
    return True


async def decline_handover(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, handover_id: int, why: str
) -> bool:
    """Declines to take over an owed answer, with the reason; returns False where the viewer has
    already. Raises as `accept_handover` does, and Invalid without a reason."""
    handover = await _lock_handover(db, viewer, idea, handover_id)
    if handover.declined_at:
        return False
    if not why:
        raise Invalid(_("Say why, so that they can ask somebody else."), field="why")
    if not handover.is_open:
        raise Conflict(_("This is not open any more: it was answered, or you accepted."))
    handover.declined_at, handover.declined_why = func.now(), why
    await record(db, Kind.RESPONSE_HANDOVER_DECLINED, viewer, on=idea, subject=handover)
    return True


async def lapse_handovers(db: AsyncSession, owed_id: int) -> None:
    """Ends the questions to take over an answer that was given."""
    await db.execute(
        update(Handover)
        .where(Handover.owed_id == owed_id, Handover.is_open)
        .values(lapsed_at=func.now())
        .execution_options(synchronize_session=False)
    )


async def name_owner(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    person_id: int,
    reason: str,
    *,
    instead: bool = False,
) -> bool:
    """Names a leader who owes the answer as well, or `instead` of those who do; returns False where
    they owe it already and nobody else has to go.

    Raises SignInNeeded, Forbidden for anyone but managers and those who owe it (who may not leave
    others out), Invalid for somebody who leads nothing here, Conflict where nothing is owed.
    """
    number = viewer.person_id
    owed = await _lock_owed(db, idea)
    before = await standing_owners(db, owed.id)
    manages = viewer.holds(Role.MANAGER, idea.organisation_id)
    if not manages and (instead or number not in before):
        raise Forbidden(_("Only managers, or who owes this answer, can name others."))
    await _must_lead(db, idea, person_id, field="person")
    ended = [one for one in before if one != person_id] if instead else []
    if person_id in before and not ended:
        return False
    if person_id not in before:
        await _add(db, owed.id, person_id, OwnerSource.NAMED, number, reason)
    for one in ended:
        await _end(db, owed.id, one)
    if ended:
        await lapse_handovers(db, owed.id)
    owed.vacant_since = None
    await record(
        db, Kind.RESPONSE_OWNER_NAMED, viewer, on=idea, subject=owed, person=person_id, ended=ended
    )
    return True


async def _lock_owed(db: AsyncSession, idea: IdeaView) -> OwedResponse:
    # The idea is always locked first, so that two requests never wait for each other.
    await lock_open_idea(db, idea.id)
    owed = await open_owed(db, idea.id)
    if owed is None:
        raise Conflict(_("No answer is owed here any more."))
    return await locked(db, OwedResponse, owed.id)


async def _lock_handover(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, handover_id: int
) -> Handover:
    person_id = viewer.person_id
    await lock_open_idea(db, idea.id)
    handover = await locked(db, Handover, handover_id)
    owed = await db.get_one(OwedResponse, handover.owed_id)
    if owed.idea_id != idea.id:
        raise NotFound
    if handover.to_id != person_id:
        raise Forbidden(_("Only the leader who was asked can say this."))
    return handover


async def _must_lead(db: AsyncSession, idea: IdeaView, person_id: int, *, field: str = "") -> None:
    leaders = {leader.id for leader in await leaders_of(db, idea.organisation_id)}
    if person_id not in leaders:
        raise Invalid(_("Choose a leader of this organisation."), field=field)


async def _must_take_over(
    db: AsyncSession, idea: IdeaView, person_id: int, *, field: str = ""
) -> None:
    """A leader of this organisation or, as it may not be ours to decide, of another one; who must
    see the idea."""
    if person_id in {leader.id for leader in await leaders_of(db, idea.organisation_id)}:
        return
    if not idea.is_public:
        raise Invalid(_("Leaders of other organisations cannot see this idea."), field=field)
    if not await is_leader(db, person_id):
        raise Invalid(_("Choose a leader."), field=field)


async def _add(
    db: AsyncSession,
    owed_id: int,
    person_id: int,
    source: OwnerSource,
    named_by: int,
    reason: str = "",
) -> None:
    db.add(
        ResponseOwner(
            owed_id=owed_id, person_id=person_id, source=source, named_by=named_by, reason=reason
        )
    )
    await db.flush()


async def _end(db: AsyncSession, owed_id: int, person_id: int) -> None:
    await db.execute(
        update(ResponseOwner)
        .where(
            ResponseOwner.owed_id == owed_id,
            ResponseOwner.person_id == person_id,
            ResponseOwner.ended_at.is_(None),
        )
        .values(ended_at=func.now())
        .execution_options(synchronize_session=False)
    )

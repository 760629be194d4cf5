"""What authors say about a pledge: whether its conditions are met, and whether they got it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.sponsorship.models import GIVEN_STATES, MarkKind, Pledge, PledgeMark, PledgeState

ON_CONDITIONS = (MarkKind.CONDITIONS_MET, MarkKind.CONDITIONS_UNMET)
ON_RECEIPT = (MarkKind.CONFIRMED, MarkKind.DISPUTED)
KINDS = {
    MarkKind.CONDITIONS_MET: Kind.PLEDGE_CONDITIONS_MARKED,
    MarkKind.CONDITIONS_UNMET: Kind.PLEDGE_CONDITIONS_MARKED,
    MarkKind.CONFIRMED: Kind.PLEDGE_CONFIRMED,
    MarkKind.DISPUTED: Kind.PLEDGE_DISPUTED,
}
NEEDS_REASON = {MarkKind.DISPUTED, MarkKind.CONDITIONS_UNMET}


async def mark_pledge(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    pledge_id: int,
    kind: MarkKind,
    reason: str = "",
) -> bool:
    """Adds what an author says about a pledge; returns False where the last to say something of
    this was the viewer, with the same words. What was said before stays to be read.

    Raises SignInNeeded; Forbidden for anyone but the idea's authors, and for the sponsor, who may
    be a co-author; Conflict where the pledge is not there yet, and where the idea was withdrawn or
    hidden; Invalid where a reason is missing.
    """
    person_id = viewer.person_id
    author = await is_author(db, viewer, idea)
    await lock_open_idea(db, idea.id)
    pledge = await locked(db, Pledge, pledge_id)
    if not author or pledge.sponsor_id == person_id:
        raise Forbidden(_("Only the authors of the idea can say this, and not the sponsor."))
    _must_be_there(pledge, kind)
    if kind in NEEDS_REASON and not reason:
        raise Invalid(_("Say what is missing: the sponsor and others read it."), field="reason")
    last = await _last(db, pledge_id, kind)
    if last and (last.kind, last.author_id, last.reason) == (kind, person_id, reason):
        return False
    mark = PledgeMark(pledge_id=pledge_id, author_id=person_id, kind=kind, reason=reason)
    db.add(mark)
    await record(db, KINDS[kind], viewer, on=idea, subject=pledge, said=kind)
    return True


def may_be_confirmed(state: PledgeState) -> bool:
    """Whether authors can say that they got it, or did not: once somebody said it was kept."""
    return state in GIVEN_STATES


def has_open_conditions(pledge: Pledge) -> bool:
    """Whether authors can say that the conditions are met: while the pledge is still to be kept."""
    return bool(pledge.conditions) and pledge.state is PledgeState.ACCEPTED


def _must_be_there(pledge: Pledge, kind: MarkKind) -> None:
    if kind in ON_RECEIPT and not may_be_confirmed(pledge.state):
        raise Conflict(_("Nobody has said yet that this pledge was kept. What you typed is kept."))
    if kind in ON_CONDITIONS and not has_open_conditions(pledge):
        raise Conflict(
            _("This pledge has no condition that is still open. What you typed is kept.")
        )


async def _last(db: AsyncSession, pledge_id: int, kind: MarkKind) -> PledgeMark | None:
    alike = ON_RECEIPT if kind in ON_RECEIPT else ON_CONDITIONS
    of_pledge = PledgeMark.pledge_id == pledge_id, PledgeMark.kind.in_(alike)
    newest = select(PledgeMark).where(*of_pledge).order_by(PledgeMark.id.desc()).limit(1)
    return await db.scalar(newest)

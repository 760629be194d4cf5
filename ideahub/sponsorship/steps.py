"""What the steps of a pledge have in common: from which state each comes, and why one cannot."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.crediting import find_name_on_idea
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.models import Pledge, PledgeState
from ideahub.sponsorship.offering import count_sponsors

# For each state, the states from which a pledge can come to it.
STATES_BEFORE = {
    PledgeState.ACCEPTED: {PledgeState.OFFERED},
    PledgeState.DECLINED: {PledgeState.OFFERED},
    PledgeState.WITHDRAWN: {PledgeState.OFFERED, PledgeState.ACCEPTED},
}
SAID_BEFORE = {
    PledgeState.WITHDRAWN: N_(
        "%(name)s has taken this pledge back already, for another reason. What you typed is kept: "
        "if others should read it, add it below the idea."
    ),
    PledgeState.DECLINED: N_(
        "%(name)s has declined this pledge already, for another reason. What you typed is kept: "
        "if others should read it, add it below the idea."
    ),
}
WHY_NOT = {
    PledgeState.OFFERED: N_("This pledge has to be accepted first. What you typed is kept."),
    PledgeState.ACCEPTED: N_("This pledge has been accepted already. What you typed is kept."),
    PledgeState.DECLINED: N_(
        "The authors have declined this pledge. A new one can be offered. What you typed is kept."
    ),
    PledgeState.KEPT: N_("This pledge has been kept already. What you typed is kept."),
    PledgeState.PART_KEPT: N_("This pledge has been kept in part already. What you typed is kept."),
    PledgeState.LAPSED: N_("This pledge has lapsed: its last day is over. What you typed is kept."),
    PledgeState.WITHDRAWN: N_("The sponsor has taken this pledge back. What you typed is kept."),
}


def is_new_step(pledge: Pledge, to: PledgeState) -> bool:
    """Whether the step is still to be taken; raises Conflict where it cannot be."""
    if pledge.state is to:
        return False
    if pledge.state not in STATES_BEFORE[to]:
        raise Conflict(_(WHY_NOT[pledge.state]))
    return True


async def said_before(db: AsyncSession, idea: IdeaView, pledge: Pledge, sent: str) -> bool:
    """Returns False where the step was taken with these words; raises Conflict where it was with
    others."""
    steps = {
        PledgeState.WITHDRAWN: (pledge.withdrawn_reason, pledge.sponsor_id),
        PledgeState.DECLINED: (pledge.declined_reason, pledge.declined_by),
    }
    reason, person_id = steps[pledge.state]
    if reason == sent:
        return False
    raise Conflict(_(SAID_BEFORE[pledge.state], name=await find_name_on_idea(db, idea, person_id)))


async def finish_step(
    db: AsyncSession, kind: Kind, viewer: Viewer, idea: IdeaView, pledge: Pledge
) -> None:
    """Counts the idea's sponsors again, and records the step."""
    await count_sponsors(db, idea.id)
    await record(db, kind, viewer, on=idea, subject=pledge)

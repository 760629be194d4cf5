"""Rules for voting: a person has one vote for an idea, and votes are counted exactly."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_accept
from ideahub.core.barring import must_not_be_barred
from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.own_names import is_own
from ideahub.core.refusals import VERY_MANY, Busy, Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.ballots import Ballot, count_together
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new
from ideahub.organisations.models import Unnamed


async def must_take_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView | Idea) -> None:
    """Raises SignInNeeded, and Conflict where no phase accepts votes now, for the viewer's own
    idea, and for a withdrawn, hidden or stopped one."""
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    await must_not_be_barred(db, viewer, idea.campaign_id)
    person_id = viewer.person_id
    must_take_new(idea)
    if idea.is_stopped:
        raise Conflict(_("This idea was stopped. Its lesson stays, but it takes no more support."))
    if person_id == idea.author_id or await _hides_behind_author(db, viewer, idea):
        raise Conflict(_("This is your own idea: its support is what others give it."))


async def _hides_behind_author(db: AsyncSession, viewer: Viewer, idea: IdeaView | Idea) -> bool:
    # The row has not changed in that since the view was read.
    hidden = isinstance(idea, IdeaView) and idea.author_unnamed is Unnamed.HIDDEN
    return hidden and await is_own(db, viewer, idea.author_id)


async def must_give_back(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    """Raises SignInNeeded, and Conflict where no phase accepts votes now."""
    await must_accept(db, idea.campaign_id, Accepts.VOTES)
    await must_not_be_barred(db, viewer, idea.campaign_id)
    viewer.must_sign_in()


async def vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Casts the viewer's vote in the caller's transaction; returns False where they have voted
    already. Raises what `must_take_vote` raises."""
    await must_take_vote(db, viewer, idea)
    ballot = Ballot(Kind.VOTE_CAST, viewer.person_id, idea.id, may_see=True)
    (counted,) = await count_together(db, [ballot])
    if counted is None:
        # It was withdrawn, hidden or stopped in between, or the phase has closed.
        await must_take_vote(db, viewer, await lock_open_idea(db, idea.id))
        raise Busy(_(VERY_MANY))
    return counted.changed


async def withdraw_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Withdraws the viewer's vote in the caller's transaction; returns False where there is none.
    Raises what `must_give_back` raises."""
    await must_give_back(db, viewer, idea)
    ballot = Ballot(Kind.VOTE_WITHDRAWN, viewer.person_id, idea.id, may_see=True)
    (counted,) = await count_together(db, [ballot])
    if counted is None:
        await must_give_back(db, viewer, idea)
        raise Busy(_(VERY_MANY))
    return counted.changed

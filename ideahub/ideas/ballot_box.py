"""Votes as they come in by the web: those that come at once are counted in one transaction.

A storm of votes for one idea would otherwise wait for the lock of its row, one after the other,
each through a commit. A vote is acknowledged after the commit of the transaction that has it.
"""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.grouping import Group
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import VERY_MANY, Busy, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.ballots import Ballot, Counted, count_together
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.voting import must_give_back, must_take_vote

# Each is at most one connection; an idea whose row somebody holds delays only those of its lane.
LANES = 2
MOST_WAITING, MOST_TOGETHER = 2_000, 250
TRIES = 3

Must = Callable[[AsyncSession, Viewer, IdeaView], Awaitable[None]]


class BallotBox:
    """Counts the ballots of many people together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lanes = [
            Group(self._count, most_waiting=MOST_WAITING, most_together=MOST_TOGETHER)
            for _lane in range(LANES)
        ]

    async def vote(self, viewer: Viewer, idea_id: int) -> Counted:
        """Casts the viewer's vote, and returns after the commit.

        Raises NotFound for an idea that the viewer may not see, what `must_take_vote` raises, and
        Busy.
        """
        return await self._ask(Kind.VOTE_CAST, viewer, idea_id, must_take_vote)

    async def withdraw_vote(self, viewer: Viewer, idea_id: int) -> Counted:
        """Withdraws the viewer's vote, and returns after the commit.

        Raises NotFound for an idea that the viewer may not see, what `must_give_back` raises, and
        Busy.
        """
        return await self._ask(Kind.VOTE_WITHDRAWN, viewer, idea_id, must_give_back)

    async def finish(self) -> None:
        """Waits until all ballots are counted."""
        for lane in self._lanes:
            await lane.finish()

    async def _ask(self, kind: Kind, viewer: Viewer, idea_id: int, must: Must) -> Counted:
        if idea_id > MOST:
            raise NotFound
        lane = self._lanes[idea_id % LANES]
        # Most ideas are there for everyone, and take votes: that is looked at where it is counted.
        # For the others one asks as this viewer, which also finds the reason why not.
        may_see = False
        for _time in range(TRIES):
            if viewer.id is not None and (may_see or not viewer.is_partly_suspended):
                counted = await lane.ask(Ballot(kind, viewer.id, idea_id, may_see))
                if counted is not None:
                    return counted
            async with self._database.reading() as db:
                await must(db, viewer, await find_idea(db, viewer, idea_id))
            may_see = True
        raise Busy(_(VERY_MANY))

    async def _count(self, ballots: Sequence[Ballot]) -> Sequence[Counted | None]:
        # Bounded by the lanes themselves, so that votes are the last that are refused.
        async with self._database.transaction(most_waiting=None) as db:
            return await count_together(db, ballots)

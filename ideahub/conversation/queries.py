"""Queries for contributions and replies, as far as the viewer may see them."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import PhaseState, deciding_phase, phases_now
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.rows import ContributionView, as_thread, contribution_view
from ideahub.conversation.statements import (
    BY_ID,
    EARLIER_REPLIES_TO,
    FIND,
    FIND_OWN,
    FOR_ROOM,
    KINDS,
    LATEST_REPLIES,
    NEWEST,
    OWN_DEEDS,
    PAGE,
    REPLIES_TO,
)
from ideahub.core import dates
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.queries import IdeaView, find_idea


class OwnDeed(StrEnum):
    """What a viewer has done with a contribution."""

    WROTE = "wrote"
    THANKED = "thanked"


class ConversationPage(msgspec.Struct, frozen=True):
    """A page of the contributions to an idea, the oldest first.

    `earlier` is the `before` of the page with earlier ones, None if there are none; `later` says
    whether there are later ones. `counts` are the numbers of each kind. `closed` is the reason
    why nothing can be added now, empty where it can.
    """

    threads: list[ContributionView]
    counts: dict[str, int]
    earlier: int | None
    later: bool
    kind: ContributionKind | None
    closed: str

    @property
    def total(self) -> int:
        """The number of all contributions that are not withdrawn or hidden, without replies."""
        return sum(self.counts.values())


def conversation_controls(viewer: Viewer, idea: IdeaView, closed: str) -> set[str]:
    """The names of the controls that the viewer may use; `closed` as in ConversationPage.

    A stranger's press is kept until they have signed in.
    """
    own: set[str] = {"signed-in"} if viewer.signed_in else set()
    if not idea.is_listed:
        return own
    return {"thank"} | own | (set() if closed else {"build"})


def draft_key(idea_id: int) -> str:
    """The name of the form under which a draft of a contribution to this idea is kept."""
    return f"contribution-{idea_id}"


async def conversation_on(
    db: AsyncSession,
    idea: IdeaView,
    *,
    kind: ContributionKind | None = None,
    before: int | None = None,
) -> ConversationPage:
    """The latest PAGE contributions to an idea, with their latest replies; of one kind, or before
    the number `before`, where these are given. The caller has found the idea through the viewer."""
    asked = {"idea_id": idea.id, "kind": kind, "before": before}
    rows = await rows_of(db, NEWEST[bool(kind), bool(before)], asked)
    page = rows[:PAGE][::-1]
    replies = await _replies_to(db, [row.id for row in page if row.replies_count])
    threads = [as_thread(row, replies) for row in page]
    # Those that one stands for are counted, too, and not on this page.
    has_letters = any(row.letters for row in rows)
    is_all = len(rows) <= PAGE and not (kind or before or has_letters)
    return ConversationPage(
        threads=threads,
        counts=_count(threads) if is_all else await count_kinds(db, idea.id),
        earlier=page[0].id if len(rows) > PAGE else None,
        later=before is not None,
        kind=kind,
        closed=await why_closed(db, idea),
    )


async def find_contribution(
    db: AsyncSession, viewer: Viewer, contribution_id: int
) -> tuple[ContributionView, IdeaView]:
    """The contribution and its idea; raises NotFound where the viewer may not see the idea, and
    where the contribution was withdrawn or hidden and has no replies."""
    return await _find(db, viewer, contribution_id, FIND)


async def find_own_contribution(
    db: AsyncSession, viewer: Viewer, contribution_id: int
) -> tuple[ContributionView, IdeaView]:
    """As `find_contribution`, but also finds what the viewer has withdrawn, for a second press of
    that button."""
    return await _find(db, viewer, contribution_id, FIND_OWN)


async def _find(
    db: AsyncSession, viewer: Viewer, contribution_id: int, statement: Select[Any]
) -> tuple[ContributionView, IdeaView]:
    found = await rows_of(db, statement, {"contribution_id": contribution_id, **viewer.bound})
    if not found:
        raise NotFound
    return contribution_view(found[0]), await find_idea(db, viewer, found[0].idea_id)


async def thread_of(
    db: AsyncSession, contribution: ContributionView, *, before: int | None = None
) -> tuple[ContributionView, bool]:
    """A contribution (of a reply the one that it answers) with a page of its replies, and whether
    there are earlier replies."""
    top = contribution.parent_id or contribution.id
    asked = {"contribution_id": top, "before": before}
    (row,) = await rows_of(db, BY_ID, asked)
    replies = await rows_of(db, EARLIER_REPLIES_TO if before else REPLIES_TO, asked)
    page = replies[:PAGE][::-1]
    return as_thread(row, page), len(replies) > PAGE


async def contribution_for_room(db: AsyncSession, contribution_id: int) -> ContributionView | None:
    """The contribution with its latest replies, None where it is gone. It does not check who may
    see it: for pushes to rooms, which were checked when a page joined."""
    found = await rows_of(db, FOR_ROOM, {"contribution_id": contribution_id})
    if not found:
        return None
    return as_thread(found[0], await _replies_to(db, [contribution_id]))


async def count_kinds(db: AsyncSession, idea_id: int) -> dict[str, int]:
    """The number of listed contributions of each kind, without replies."""
    found = await rows_of(db, KINDS, {"idea_id": idea_id})
    counted: dict[str, int] = {str(kind): number for kind, number in found}
    return {kind.value: counted.get(kind, 0) for kind in ContributionKind}


def _count(threads: Sequence[ContributionView]) -> dict[str, int]:
    counted = Counter(thread.kind for thread in threads if thread.is_listed)
    return {kind.value: counted[kind] for kind in ContributionKind}


async def _replies_to(db: AsyncSession, thread_ids: Sequence[int]) -> Sequence[Row[Any]]:
    if not thread_ids:
        return []
    return await rows_of(db, LATEST_REPLIES, {"ids": list(thread_ids)})


async def own_among(db: AsyncSession, viewer: Viewer, numbers: Sequence[int]) -> dict[int, OwnDeed]:
    """Of the contributions with these numbers, those that the viewer, who is signed in, wrote or
    gave thanks for."""
    found = await rows_of(db, OWN_DEEDS, {"ids": list(numbers), VIEWER_ID.key: viewer.id})
    return {number: OwnDeed(deed) for number, deed in found}


async def why_closed(db: AsyncSession, idea: IdeaView) -> str:
    """A sentence that says why nothing can be added to the idea now; empty where it can."""
    if not idea.is_listed:
        return _("Nothing can be added to this idea any more.")
    deciding = deciding_phase(await phases_now(db, idea.campaign_id), Accepts.CONTRIBUTIONS)
    if deciding and deciding.state is PhaseState.OPEN:
        return ""
    if deciding and deciding.state is PhaseState.COMING and deciding.opens_at:
        when = dates.moment_words(deciding.opens_at, deciding.timezone)
        return _("The conversation opens on %(moment)s.", moment=when)
    if deciding and deciding.state is PhaseState.PAST and deciding.closes_at:
        when = dates.moment_words(deciding.closes_at, deciding.timezone)
        return _(
            "The conversation closed on %(moment)s. What was said stays readable.", moment=when
        )
    return _("Nothing can be added here at the moment.")

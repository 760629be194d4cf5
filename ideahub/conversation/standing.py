"""Where a contribution stands among very many: the address that opens there."""

from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.rows import HAS_PLACE, REPLIES, ContributionView
from ideahub.conversation.statements import CONTRIBUTION_ID, PAGE
from ideahub.core.db import constant, rows_of
from ideahub.ideas.queries import IDEA_ID

_soonest: Select[Any] = (
    select(Contribution.id)
    .where(Contribution.id > CONTRIBUTION_ID)
    .order_by(Contribution.id)
    .limit(constant(PAGE))
)
LATER = _soonest.where(Contribution.idea_id == IDEA_ID, Contribution.parent_id.is_(None), HAS_PLACE)
LATER_REPLIES = _soonest.where(
    Contribution.parent_id == bindparam("parent_id", type_=BigInteger), Contribution.is_listed
)


async def place_of(db: AsyncSession, contribution: ContributionView) -> str:
    """The address where it stands among the others, so that a browser moves there: on its idea's
    page; where there are many later ones, on the page with those around it. An early reply stands
    on the page of what it answers."""
    thread = contribution.parent_id or contribution.id
    later_replies = await _later_replies(db, contribution)
    if len(later_replies) >= REPLIES:
        return _on_page(f"/contributions/{thread}", later_replies, contribution.id)
    asked = {"idea_id": contribution.idea_id, "contribution_id": thread}
    later = [number for (number,) in await rows_of(db, LATER, asked)]
    all_of_them = f"/ideas/{contribution.idea_id}/contributions"
    page = all_of_them if len(later) >= PAGE else f"/ideas/{contribution.idea_id}"
    return _on_page(page, later, contribution.id)


async def _later_replies(db: AsyncSession, contribution: ContributionView) -> list[int]:
    if contribution.parent_id is None:
        return []
    asked = {"parent_id": contribution.parent_id, "contribution_id": contribution.id}
    return [number for (number,) in await rows_of(db, LATER_REPLIES, asked)]


def _on_page(page: str, later: list[int], number: int) -> str:
    # In the middle of its page, as far as there are enough on both sides.
    asked = f"?before={later[PAGE // 2 - 1]}" if len(later) >= PAGE else ""
    return f"{page}{asked}#contribution-{number}"

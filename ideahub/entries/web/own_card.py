"""On the page of a challenge: the way to enter it, or one's own entries in it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.entries.queries import own_entries_in
from ideahub.entries.statuses import EntryStatus, statuses_of
from ideahub.http.own_parts import OwnPart, one_by_one


class OwnEntry(NamedTuple):
    """An entry of the viewer, as their card on the page of its challenge shows it."""

    url: str
    title: str
    status: EntryStatus


async def _own(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Sequence[OwnEntry]:
    found = await own_entries_in(db, viewer, campaign_id)
    status = await statuses_of(db, viewer, found)
    return tuple(OwnEntry(one.url, one.title, status[one.id]) for one in found)


def _values(own: Sequence[OwnEntry]) -> Mapping[str, Any]:
    return {"own": own}


OWN_PARTS = (
    OwnPart(
        key="entries",
        template="entries/_own_on_campaign.html",
        find=one_by_one(_own),
        values=_values,
        otherwise=(),
        few=False,
    ),
)

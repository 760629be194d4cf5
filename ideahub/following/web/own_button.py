"""The viewer's own button for following a thing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.following import (
    CAMPAIGNS,
    IDEAS,
    ORGANISATIONS,
    PEOPLE,
    TAGS,
    Followed,
    follows,
)
from ideahub.http.own_parts import FindOwn, OwnContext, OwnPart, OwnPlace, one_by_one


def _button(followed: Followed, find: FindOwn) -> OwnPart:
    return OwnPart(
        key=f"follow {followed.key}",
        template="following/_button.html",
        find=find,
        values=lambda follows: {"follows": follows},
        otherwise=False,
    )


def _of_number(followed: Followed) -> OwnPart:
    async def find(db: AsyncSession, viewer: Viewer, number: int) -> bool:
        return await follows(db, viewer, followed, number)

    return _button(followed, one_by_one(find))


async def _follows_tag(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, Any]:
    """A tag has no number, and is alone on its page."""
    tag = places[0].given["tag"]
    return {places[0].number: await follows(context.db, context.viewer, TAGS, tag)}


OWN_PARTS = (
    *(_of_number(followed) for followed in (IDEAS, CAMPAIGNS, ORGANISATIONS, PEOPLE)),
    _button(TAGS, _follows_tag),
)

"""The viewer's own button for following a thing, and what has changed on an idea since they were
there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.changes import IdeaChange, changes_on
from ideahub.following.following import (
    CAMPAIGNS,
    IDEAS,
    ORGANISATIONS,
    PEOPLE,
    TAGS,
    Followed,
    follows,
)
from ideahub.following.visiting import OF_IDEAS
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


async def _changes(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, Any]:
    """What others did on the idea since the viewer was there; nothing on a first visit."""
    number = places[0].number
    since = await OF_IDEAS.since(context.db, context.viewer, number, arrives=context.arrives)
    if since is None:
        return {}
    changes = await changes_on(context.db, context.viewer, number, since)
    return {number: (since, changes)} if changes else {}


def _since(state: tuple[datetime, Sequence[IdeaChange]] | None) -> Mapping[str, Any]:
    since, changes = state or (None, ())
    return {"since": since, "changes": changes}


OWN_PARTS = (
    OwnPart(
        key="changes since",
        template="following/_changes.html",
        find=_changes,
        values=_since,
        few=False,
    ),
    *(_of_number(followed) for followed in (IDEAS, CAMPAIGNS, ORGANISATIONS, PEOPLE)),
    _button(TAGS, _follows_tag),
)

"""The parts of the desk: on one's own home page, and on the pages of people and ideas."""

from datetime import datetime
from typing import Any

from ideahub.desk.gathering import home_of
from ideahub.desk.opened import opened_for
from ideahub.desk.web.records import RECORD_PART
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView


async def desk_on_own_home(context: PartContext, _since: datetime) -> dict[str, Any]:
    """The first of what waits for the viewer."""
    return {"sections": await home_of(context.db, context.viewer)}


async def opened_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """For the idea's authors: who has opened it to decide on it or answer it."""
    return {"opened": await opened_for(context.db, context.viewer, idea)}


PARTS = (
    RECORD_PART,
    Part(
        page="idea",
        key="desk",
        find=opened_on_idea,
        templates={"status": "desk/_opened_on_idea.html"},
        queries=2,
    ),
    Part(
        page="own home",
        key="desk",
        find=desk_on_own_home,
        templates={"waits": "desk/_on_home.html"},
        queries=3,
    ),
)

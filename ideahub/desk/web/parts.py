"""The parts of the desk: on one's own home page, and on the pages of people."""

from datetime import datetime
from typing import Any

from ideahub.desk.gathering import home_of
from ideahub.desk.web.records import RECORD_PART
from ideahub.http.slots import Part, PartContext


async def desk_on_own_home(context: PartContext, _since: datetime) -> dict[str, Any]:
    """The first of what waits for the viewer."""
    return {"sections": await home_of(context.db, context.viewer)}


PARTS = (
    RECORD_PART,
    Part(
        page="own home",
        key="desk",
        find=desk_on_own_home,
        templates={"waits": "desk/_on_home.html"},
        queries=3,
    ),
)

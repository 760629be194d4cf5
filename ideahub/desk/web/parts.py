"""The part of the desk on one's own home page: what cannot wait."""

from datetime import datetime
from typing import Any

from ideahub.desk.gathering import home_of
from ideahub.http.slots import Part, PartContext


async def desk_on_own_home(context: PartContext, _since: datetime) -> dict[str, Any]:
    """The first of what waits for the viewer."""
    return {"sections": await home_of(context.db, context.viewer)}


PARTS = (
    Part(
        page="own home",
        key="desk",
        find=desk_on_own_home,
        templates={"waits": "desk/_on_home.html"},
        queries=3,
    ),
)

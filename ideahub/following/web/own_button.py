"""The viewer's own button for following an idea."""

from collections.abc import Mapping, Sequence

from ideahub.following.queries import follows
from ideahub.http.own_parts import OwnContext, OwnPart, OwnPlace


async def _followed(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, bool]:
    numbers = {place.number for place in places}
    return {number: await follows(context.db, context.viewer, number) for number in numbers}


OWN_PARTS = (
    OwnPart(
        key="follow",
        template="following/_own_button.html",
        find=_followed,
        values=lambda follows: {"follows": follows},
        otherwise=False,
    ),
)

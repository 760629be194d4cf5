"""The viewer's own button for following an idea or a campaign."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.following import CAMPAIGNS, IDEAS, Followed, follows
from ideahub.http.own_parts import OwnPart, one_by_one


def _button(followed: Followed) -> OwnPart:
    async def find(db: AsyncSession, viewer: Viewer, number: int) -> bool:
        return await follows(db, viewer, followed, number)

    return OwnPart(
        key=f"follow {followed.key}",
        template="following/_button.html",
        find=one_by_one(find),
        values=lambda follows: {"follows": follows},
        otherwise=False,
    )


OWN_PARTS = (_button(IDEAS), _button(CAMPAIGNS))

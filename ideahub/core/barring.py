"""Whether somebody may do a deed: moderators may have suspended them, in a campaign or everywhere.

`record` asks here for every deed in a campaign, so no rule can forget it; whoever is not suspended
anywhere costs no query. A later feature answers.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import moment_words
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import Viewer

# Until when the person with this number is suspended in a campaign; None where they are not.
FindBar = Callable[[AsyncSession, int, int], Awaitable[datetime | None]]
# features.py fills it.
BARS: list[FindBar] = []


def must_not_be_suspended(viewer: Viewer) -> None:
    """Raises Forbidden where moderators have suspended this viewer from the whole site."""
    if viewer.is_suspended:
        assert viewer.suspended_until
        raise Forbidden(
            _(
                "A moderator has suspended you until %(moment)s: till then you can read, but not "
                "write or vote. Under “Moderators and your texts” you read why, and can appeal.",
                moment=moment_words(viewer.suspended_until),
            )
        )


async def must_not_be_barred(db: AsyncSession, by: Any, campaign_id: int | None) -> None:
    """Raises Forbidden where moderators have suspended this viewer in the campaign. Whoever else
    acts, such as the clock, may."""
    until: datetime | None = getattr(by, "partly_suspended_until", None)
    if campaign_id is None or until is None or until <= datetime.now(UTC):
        return
    for find in BARS:
        if ends := await find(db, by.id, campaign_id):
            raise Forbidden(
                _(
                    "A moderator has suspended you here until %(moment)s: till then you can read, "
                    "but not write or vote here. Under “Moderators and your texts” you read why, "
                    "and can appeal.",
                    moment=moment_words(ends),
                )
            )

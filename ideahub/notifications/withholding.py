"""Keeps mail from being sent that tells of what its reader may not read any more: it was hidden,
withdrawn or closed while the mail waited for the mail server."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.core.db import rows_of
from ideahub.core.events import Event
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.notifications.folding import into_digests
from ideahub.notifications.models import Notification
from ideahub.notifications.seeing import SEES_EVENT

UNSEEN = (
    select(Notification.mail_id, Notification.person_id)
    .join(Event, Event.id == Notification.event_id)
    .where(
        Notification.mail_id == any_(bindparam("mails", type_=ARRAY(BigInteger))),
        SEES_EVENT.is_not(True),
    )
    .distinct()
)


async def withhold_unseen(db: AsyncSession, mails: Sequence[int]) -> Collection[int]:
    """Gives up those of the mails that tell of something which their reader may not read now; what
    else they tell of comes in a digest. Returns their numbers."""
    doubtful: dict[int, list[int]] = defaultdict(list)
    for mail, person in await _unseen(db, STRANGER, mails):
        doubtful[person].append(mail)
    withheld: list[int] = []
    for person, some in doubtful.items():
        found = await _unseen(db, await somebody(db, person), some)
        withheld += [mail for mail, _person in found]
    if withheld:
        await into_digests(db, withheld, "its reader may not read it any more")
    return withheld


async def _unseen(
    db: AsyncSession, viewer: Viewer, mails: Sequence[int]
) -> Sequence[tuple[int, int]]:
    rows = await rows_of(db, UNSEEN, {**viewer.bound, "mails": list(mails)})
    return [(row.mail_id, row.person_id) for row in rows]

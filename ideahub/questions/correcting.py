"""The rule for correcting an announcement, and what it said before."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.questions.models import Announcement, EarlierAnnouncement

MOST = 40
EARLIER = (
    select(EarlierAnnouncement.title, EarlierAnnouncement.text, EarlierAnnouncement.created_at)
    .where(EarlierAnnouncement.announcement_id == bindparam("number", type_=BigInteger))
    .order_by(EarlierAnnouncement.id.desc())
    .limit(constant(MOST))
)


class EarlierView(msgspec.Struct, frozen=True):
    """What an announcement said until `until`."""

    title: str
    text: str
    until: datetime


async def earlier_of(db: AsyncSession, number: int) -> Sequence[EarlierView]:
    """What the announcement said before, the latest first."""
    return [EarlierView(*row) for row in await rows_of(db, EARLIER, {"number": number})]


async def find_to_correct(db: AsyncSession, campaign: Campaign, number: int) -> Announcement:
    """The campaign's announcement, locked; raises NotFound, also for one that was taken back."""
    found = await locked(db, Announcement, number)
    if found.campaign_id != campaign.id or found.taken_back_at:
        raise NotFound
    return found


def seen_as(announcement: Announcement) -> str:
    """The fingerprint of what it says."""
    return fingerprint((announcement.title, announcement.text))


async def correct_announcement(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    number: int,
    words: tuple[str, str, str],
    *,
    seen: str,
) -> None:
    """Makes an announcement say this, by its title, text and rendered text; what it said before is
    kept, and shown to everyone. Nobody is told again. Does nothing where it says this already.

    Raises NotFound, and Conflict where somebody else has changed it since `seen`.
    """
    found = await find_to_correct(db, campaign, number)
    title, text, html = words
    if (found.title, found.text) == (title, text):
        return
    if seen_as(found) != seen:
        raise Conflict(
            _(
                "Somebody else changed it after you opened it. It reads now: “%(text)s” Send it "
                "again to replace theirs.",
                text=found.text,
            ),
            field="text",
        )
    before = EarlierAnnouncement(
        announcement_id=found.id, title=found.title, text=found.text, replaced_by=viewer.person_id
    )
    db.add(before)
    found.title, found.text, found.html = title, text, html
    found.changed_at = func.now()
    await db.flush()
    await record(db, Kind.ANNOUNCEMENT_CHANGED, viewer, on=campaign, subject=found)

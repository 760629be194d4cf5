"""Rules and look-ups for announcements: news of a challenge, written by those who manage it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person
from ideahub.questions.announcement_groups import FOLLOWERS, GROUPS, is_addressed
from ideahub.questions.models import Announcement

PAGE = 20
# Each of them is told to everyone who follows the challenge.
MOST, PER = 20, timedelta(days=1)


class AnnouncementView(msgspec.Struct, frozen=True):
    """An announcement as pages show it; `changed_at` is when it was corrected last;
    `taken_back_at` is there only where a manager looks."""

    id: int
    title: str
    text: str
    html: str
    at: datetime
    made_by: int | None
    made_by_name: str | None
    changed_at: datetime | None
    taken_back_at: datetime | None
    taken_back_why: str
    groups: list[str]

    @property
    def is_for_all(self) -> bool:
        """Whether everyone who may see the campaign can read it."""
        return FOLLOWERS in self.groups


OF_CAMPAIGN = Announcement.campaign_id == bindparam("campaign_id", type_=BigInteger)
ALL = (
    select(
        Announcement.id,
        Announcement.title,
        Announcement.text,
        Announcement.html,
        Announcement.created_at,
        Announcement.made_by,
        Person.name,
        Announcement.changed_at,
        Announcement.taken_back_at,
        Announcement.taken_back_why,
        Announcement.groups,
    )
    .outerjoin(Person, Person.id == Announcement.made_by)
    .where(OF_CAMPAIGN, Announcement.id < bindparam("before", type_=BigInteger))
    .order_by(Announcement.id.desc())
    .limit(constant(PAGE + 1))
)
_standing = ALL.where(Announcement.taken_back_at.is_(None))
# What everyone who may see the campaign can read.
PUBLIC = _standing.where(Announcement.groups.contains([FOLLOWERS]))
ONE = _standing.where(Announcement.id == bindparam("number", type_=BigInteger))


class AnnouncementPage(msgspec.Struct, frozen=True):
    """The latest first; `before` is where the next page begins, None on the last."""

    announcements: list[AnnouncementView]
    before: int | None


async def announcements_of(
    db: AsyncSession, campaign_id: int, *, before: int | None = None, all_of_them: bool = False
) -> AnnouncementPage:
    """The latest PAGE announcements, or those before the one with the number `before`; with
    `all_of_them` also what was taken back and what is not for everyone. The caller has found the
    campaign through the viewer."""
    asked = {"campaign_id": campaign_id, "before": HIGHEST if before is None else before}
    rows = await rows_of(db, ALL if all_of_them else PUBLIC, asked)
    found = [AnnouncementView(*row) for row in rows[:PAGE]]
    return AnnouncementPage(found, found[-1].id if len(rows) > PAGE else None)


async def find_announcement(
    db: AsyncSession, viewer: Viewer, campaign_id: int, number: int, *, manages: bool
) -> AnnouncementView:
    """The announcement of this campaign; raises NotFound, also for one that was taken back, and for
    one that was made for groups to which the viewer, who does not manage it, does not belong."""
    asked = {"campaign_id": campaign_id, "before": HIGHEST, "number": min(number, HIGHEST)}
    rows = await rows_of(db, ONE, asked)
    if not rows:
        raise NotFound
    found = AnnouncementView(*rows[0])
    may_read = found.is_for_all or manages
    if not may_read and not await is_addressed(db, viewer, campaign_id, found.groups):
        raise NotFound
    return found


def announced_to(campaign: Campaign, groups: Sequence[str] | None) -> list[str]:
    """The keys of the groups, all for None, that an announcement to them would be for. Raises
    Invalid for none, Conflict for a draft, which nobody can read."""
    if not campaign.is_published:
        raise Conflict(_("Nobody can read it before this is published. Publish it first."))
    chosen = [group.key for group in GROUPS if groups is None or group.key in groups]
    if not chosen:
        raise Invalid(_("Choose who is told of it."), field="groups")
    return chosen


async def announce(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    title: str,
    text: str,
    html: str,
    *,
    groups: Sequence[str] | None = None,
) -> int:
    """Adds an announcement to a campaign whose row is locked, and returns its number; for the same
    as the last one, as a button pressed twice sends it, only returns that.

    `groups` are the keys of those whom it is for; None for all. Raises what `announced_to` raises,
    TooMany after MOST announcements in PER.
    """
    chosen = announced_to(campaign, groups)
    last = await db.scalar(
        select(Announcement).where(OF_CAMPAIGN).order_by(Announcement.id.desc()).limit(1),
        {"campaign_id": campaign.id},
    )
    said = last and (last.title, last.text, last.groups, last.taken_back_at)
    if last and said == (title, text, chosen, None):
        return last.id
    await limit(db, attempt_key("announce", str(campaign.id)), MOST, PER)
    added = Announcement(
        campaign_id=campaign.id,
        groups=chosen,
        title=title,
        text=text,
        html=html,
        made_by=viewer.person_id,
    )
    db.add(added)
    await record(db, Kind.ANNOUNCEMENT_MADE, viewer, on=campaign, subject=added)
    return added.id


async def take_back(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, number: int, why: str
) -> None:
    """Takes an announcement back, which keeps it with the reason for those who manage it; does
    nothing for one that was taken back. Raises NotFound, and Invalid without a reason."""
    found = await locked(db, Announcement, number)
    if found.campaign_id != campaign.id:
        raise NotFound
    if found.taken_back_at:
        return
    if not why:
        raise Invalid(_("Say why: it stays beside the announcement, for those who manage it."))
    found.taken_back_at, found.taken_back_by = func.now(), viewer.person_id
    found.taken_back_why = why
    await record(db, Kind.ANNOUNCEMENT_TAKEN_BACK, viewer, on=campaign, subject=found, why=why)

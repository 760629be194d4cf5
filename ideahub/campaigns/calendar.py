"""The dates of a challenge as a calendar file (RFC 5545), for people's own calendars."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.changing import PHASE
from ideahub.campaigns.labels import accepts_words
from ideahub.campaigns.models import Campaign, CampaignChange
from ideahub.campaigns.phases import PhaseNow, late_words, phases_now
from ideahub.core.calendar_dates import CALENDAR_DATES, CalendarDate
from ideahub.core.dates import moment_words
from ideahub.core.i18n import _, side_by_side
from ideahub.core.languages import language

if TYPE_CHECKING:
    from icalendar import Event


async def phase_dates(db: AsyncSession, campaign_id: int) -> Sequence[CalendarDate]:
    """The openings and closings of the campaign's phases."""
    phases = await phases_now(db, campaign_id)
    return [date for phase in phases for date in _dates_of(phase)]


async def cancelled_dates(
    db: AsyncSession, campaign_id: int, known: Collection[str]
) -> Sequence[CalendarDate]:
    """The openings and closings that were public, and that no phase has any more; `known` are the
    keys of those that it has."""
    of_phases = CampaignChange.campaign_id == campaign_id, CampaignChange.field == PHASE
    olds = select(CampaignChange.old).where(*of_phases).order_by(CampaignChange.id)
    found = {}
    for old in await db.scalars(olds):
        for end in ("opens", "closes"):
            at = old.get(f"{end}_at") if old else None
            # Of changes that were kept before, nobody knows which phase they were made to.
            if not at or "id" not in old:
                continue
            key = f"phase-{old['id']}-{end}"
            words = _end_words(end, old["name"])
            if key not in known:
                moment = datetime.fromisoformat(at)
                found[key] = CalendarDate(key, moment, words, cancelled=True)
    return list(found.values())


async def calendar_file(db: AsyncSession, campaign: Campaign, site: str) -> bytes:
    """The calendar of a campaign, in the current language; `site` is the address of this site.

    A date keeps its number whatever changes in it, and the file's `SEQUENCE` rises with each change
    after publication: so a calendar that has a date already moves it.
    """
    # Imported late: its library takes nine megabytes, and few ask for a calendar.
    from icalendar import Calendar

    found = [date for dates_of in CALENDAR_DATES for date in await dates_of(db, campaign.id)]
    found += await cancelled_dates(db, campaign.id, {date.key for date in found})
    sequence, changed_at = await _edition(db, campaign)
    calendar = Calendar()
    calendar.add("prodid", "-//IdeaHub//Dates of a challenge//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", campaign.title or campaign.heading)
    for date in sorted(found, key=lambda date: (date.at, date.key)):
        event = _event(date, campaign, site)
        event.add("sequence", sequence)
        event.add("dtstamp", changed_at)
        event.add("last-modified", changed_at)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(date: CalendarDate, campaign: Campaign, site: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"campaign-{campaign.id}-{date.key}@{urlsplit(site).hostname}")
    # In UTC, which every calendar shows on its owner's clock; the words say the local time. With a
    # zone of its own, the second of two equal hours could not be written (RFC 5545, 3.3.5).
    event.add("dtstart", date.at.astimezone(UTC).replace(microsecond=0))
    in_language = {"language": language()}
    summary = _("%(challenge)s: %(what)s", challenge=campaign.title, what=date.summary)
    event.add("summary", summary if campaign.title else date.summary, in_language)
    event.add("description", date.details, in_language)
    event.add("url", f"{site}{campaign.url}")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if date.cancelled else "CONFIRMED")
    return event


async def _edition(db: AsyncSession, campaign: Campaign) -> tuple[int, datetime]:
    """How often the campaign was changed after its publication, and when it was last."""
    since = campaign.published_at or campaign.created_at
    latest = func.coalesce(func.max(CampaignChange.created_at), since)
    changes = select(func.count(), latest).where(CampaignChange.campaign_id == campaign.id)
    count, changed_at = (await db.execute(changes)).one()
    return count, changed_at


def _dates_of(phase: PhaseNow) -> Iterator[CalendarDate]:
    if phase.opens_at:
        yield CalendarDate(
            f"phase-{phase.id}-opens",
            phase.opens_at,
            _end_words("opens", phase.name),
            _details(phase, phase.opens_at, accepts_words(phase.accepts)),
        )
    if phase.closes_at:
        late = late_words(phase)
        yield CalendarDate(
            f"phase-{phase.id}-closes",
            phase.closes_at,
            _end_words("closes", phase.name),
            _details(phase, phase.closes_at, late),
        )


def _end_words(end: str, phase: str) -> str:
    if end == "opens":
        return _("“%(phase)s” opens", phase=phase)
    return _("“%(phase)s” closes", phase=phase)


def _details(phase: PhaseNow, at: datetime, more: str) -> str:
    return side_by_side(text for text in (moment_words(at, phase.timezone), more) if text)

"""What a campaign's feed tells of the campaign itself: publication, changes, phases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import escape
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import ChangeWords, in_words
from ideahub.campaigns.changes import changes_of
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.telling import extension_words
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.http.feeds import MOST_ENTRIES, FeedEntry

PHASES = (
    select(Event.id, Event.kind, Event.created_at, Event.data)
    .where(
        Event.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Event.kind.in_(
            [constant(kind) for kind in (Kind.PHASE_OPENED, Kind.PHASE_CLOSED, Kind.PHASE_EXTENDED)]
        ),
    )
    .order_by(Event.id.desc())
    .limit(constant(MOST_ENTRIES))
)


async def publication_entry(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """That it was published."""
    if campaign.published_at is None:
        return []
    title = _("Published: %(title)s", title=campaign.heading)
    html = campaign.description_html or _paragraphs(campaign.tagline)
    return [FeedEntry("publication", campaign.url, title, html, campaign.published_at)]


async def change_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """What was changed since."""
    found = await changes_of(db, campaign.id)
    return [_change(campaign, in_words(change)) for change in found.changes]


async def phase_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """Which phases opened, closed, and were extended."""
    found = await rows_of(db, PHASES, {"campaign_id": campaign.id})
    return [_phase(campaign, *row) for row in found]


def _change(campaign: Campaign, change: ChangeWords) -> FeedEntry:
    path = f"{campaign.url}/changes#change-{change.id}"
    told = []
    for part in change.parts:
        if part.label:
            told.append(part.label)
        if part.old:
            told.append(_("Before: %(text)s", text=part.old))
        told.append(_("Now: %(text)s", text=part.new) if part.new else _("Now: nothing"))
    told += filter(None, (change.note, change.reason))
    title = _("Changed: %(what)s", what=change.heading)
    return FeedEntry(f"change-{change.id}", path, title, _paragraphs(*told), change.at)


def _phase(
    campaign: Campaign, number: int, kind: str, at: datetime, data: dict[str, Any]
) -> FeedEntry:
    if kind == Kind.PHASE_EXTENDED:
        words = extension_words(data)
        return FeedEntry(
            f"phase-{number}", campaign.url, words.subject, _paragraphs(words.text), at
        )
    name = data.get("phase", "")
    title = _("“%(name)s” is closed", name=name)
    if kind == Kind.PHASE_OPENED:
        title = _("“%(name)s” is open", name=name)
    return FeedEntry(f"phase-{number}", campaign.url, title, "", at)


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


FEEDS = (publication_entry, change_entries, phase_entries)

"""What a campaign's feed tells of the campaign itself: publication, changes, phases."""

from collections.abc import Sequence

from markupsafe import escape
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import in_words
from ideahub.campaigns.changes import Change, changes_of
from ideahub.campaigns.changing import is_extension
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseState, phases_now
from ideahub.campaigns.telling import extension_words
from ideahub.core.i18n import _
from ideahub.core.telling import Words
from ideahub.http.feeds import FeedEntry


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
    return [_change(campaign, change) for change in found.changes]


async def phase_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """Which phases have opened and closed since the publication."""
    since = campaign.published_at
    found = []
    for phase in await phases_now(db, campaign.id) if since else ():
        if phase.state is PhaseState.UNKNOWN or not phase.name:
            continue
        ends = (
            ("open", phase.opens_at, _("“%(name)s” is open", name=phase.name)),
            # What comes late is taken until then.
            ("closed", phase.ends_at, _("“%(name)s” is closed", name=phase.name)),
        )
        found += [
            FeedEntry(f"phase-{phase.id}-{end}", campaign.url, title, "", at)
            for end, at, title in ends
            if at and since and since < at <= phase.now
        ]
    return found


def _change(campaign: Campaign, stored: Change) -> FeedEntry:
    change = in_words(stored)
    name, path = f"change-{change.id}", f"{campaign.url}/changes#change-{change.id}"
    if extension := _extension(stored):
        html = _paragraphs(*extension.text.split("\n\n"))
        return FeedEntry(name, path, extension.subject, html, change.at)
    told = []
    for part in change.parts:
        if part.label:
            told.append(part.label)
        if part.old:
            told.append(_("Before: %(text)s", text=part.old))
        if not change.is_removal:
            told.append(_("Now: %(text)s", text=part.new) if part.new else _("Now: nothing"))
    told += filter(None, (change.note, change.reason))
    title = _("Changed: %(what)s", what=change.heading)
    return FeedEntry(name, path, title, _paragraphs(*told), change.at)


def _extension(change: Change) -> Words | None:
    """The words for a change after which a phase closes later; None for any other."""
    old, new = change.old, change.new
    if not is_extension(change.field, old, new):
        return None
    data = {"phase": new["name"], "old": old["closes_at"], "new": new["closes_at"]}
    return extension_words({**data, "timezone": new["timezone"], "reason": change.reason})


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


FEEDS = (publication_entry, change_entries, phase_entries)

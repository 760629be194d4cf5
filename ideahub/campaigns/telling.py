"""What people are told of deeds on a campaign: those who follow it, and those who take part.

Features after this one say who they are: `tells_of_campaign(followers_of)`.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import headings
from ideahub.campaigns.changing import is_extension
from ideahub.campaigns.models import Campaign, CampaignChange
from ideahub.campaigns.terms_models import RulesVersion
from ideahub.core.dates import moment_words
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _, listed, sentences
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words

# Of a deed on a campaign: the numbers of people who are told.
People = Callable[[Event], Select[int]]
# Makes the words of a deed for each person; it is called in their language.
Write = Callable[[Addressee], Words]


def tells_of_campaign(people: People) -> dict[Kind, Tell]:
    """Tells these people of what happens to the campaign itself, by kind of deed."""
    return {kind: _tell(people, find) for kind, find in _MESSAGES.items()}


def extension_words(data: Mapping[str, Any]) -> Words:
    """That a phase closes later, and why: in the current language. `data` is the event's."""
    zone = data.get("timezone") or "UTC"
    told = _("It closes later.")
    if data.get("old") and data.get("new"):
        old, new = (datetime.fromisoformat(data[end]) for end in ("old", "new"))
        told = _(
            "It closes on %(new)s, not on %(old)s.",
            new=moment_words(new, zone),
            old=moment_words(old, zone),
        )
    elif data.get("old"):
        told = _("It has no closing date any more.")
    subject = _("Extended: “%(phase)s”", phase=data.get("phase", ""))
    return Words(subject, "\n\n".join(filter(None, (told, _why(data)))))


def _why(data: Mapping[str, Any]) -> str:
    """The reason in an event's data as a sentence; empty where there is none."""
    return _("The reason: %(why)s", why=data["reason"]) if data.get("reason") else ""


Found = tuple[Write, str] | None
Find = Callable[[AsyncSession, Event, Campaign], Awaitable[Found]]


def _tell(people: People, find: Find) -> Tell:
    async def tell(db: AsyncSession, event: Event) -> list[Message]:
        campaign = await db.get(Campaign, event.campaign_id)
        found = await find(db, event, campaign) if campaign else None
        if not campaign or not found:
            return []
        write, path = found
        gone = event.kind == Kind.CAMPAIGN_UNPUBLISHED
        return [
            Message(
                about=MessageKind.NEWS,
                to=people(event),
                write=write,
                path=path,
                by_mail=event.kind != Kind.CAMPAIGN_CHANGED or _is_pressing(event),
                although_gone=gone,
            )
        ]

    return tell


# What people plan by, so that it is worth a mail.
PRESSING = frozenset({"phases", "criteria"})


def _is_pressing(event: Event) -> bool:
    return not PRESSING.isdisjoint(event.data.get("changed", ()))


async def _extended(_db: AsyncSession, event: Event, campaign: Campaign) -> Found:
    def write(_to: Addressee) -> Words:
        words = extension_words(event.data)
        about = _("In “%(title)s”: %(subject)s", title=campaign.title, subject=words.subject)
        return Words(about, words.text)

    return write, campaign.url


async def _changed(db: AsyncSession, event: Event, campaign: Campaign) -> Found:
    names = event.data.get("changed", [])
    if names == ["phases"] and await _is_only_extended(db, event):
        return None

    def write(_to: Addressee) -> Words:
        known = headings()
        changed = [known[name] for name in names if name in known]
        text = _("What was changed: %(what)s.", what=listed(changed)) if changed else ""
        more = _("The page of changes has what it was before, and what it is now.")
        subject = _("“%(title)s” was changed", title=campaign.title)
        return Words(subject, sentences(text, more))

    return write, f"{campaign.url}/changes"


async def _is_only_extended(db: AsyncSession, event: Event) -> bool:
    """Whether everything in a deed is told as the extension of a phase: nothing else of it was
    changed, and no other phase."""
    same_deed = Event.xact_id == event.xact_id, Event.campaign_id == event.campaign_id
    extended = exists().where(*same_deed, Event.kind == Kind.PHASE_EXTENDED)
    # A deed's rows have the moment at which its transaction began.
    changed = (
        CampaignChange.campaign_id == event.campaign_id,
        CampaignChange.created_at == event.created_at,
    )
    changes = (await db.scalars(select(CampaignChange).where(*changed))).all()
    only = all(is_extension(one.field, one.old, one.new) for one in changes)
    return only and bool(await db.scalar(select(extended)))


async def _rules_changed(db: AsyncSession, event: Event, campaign: Campaign) -> Found:
    version = await db.get(RulesVersion, event.subject_id)
    if version is None:
        return None

    def write(_to: Addressee) -> Words:
        holds = _("Version %(number)s of the rules holds now.", number=version.number)
        again = _("The change is material: whoever takes part is asked to accept the rules again.")
        compare = _("Their page shows the change word by word.")
        told = sentences(holds, again if version.material else "", compare)
        subject = _("The rules of “%(title)s” were changed", title=campaign.title)
        if version.number == 1:
            subject, told = _("“%(title)s” has rules now", title=campaign.title), holds
        return Words(subject, "\n\n".join(filter(None, (version.note, told))))

    return write, f"{campaign.url}/rules/{version.number}"


async def _unpublished(_db: AsyncSession, event: Event, campaign: Campaign) -> Found:
    def write(_to: Addressee) -> Words:
        text = _("Those who run it took it off this site, so its page cannot be opened any more.")
        subject = _("“%(title)s” is not published any more", title=campaign.title)
        return Words(subject, "\n\n".join(filter(None, (text, _why(event.data)))))

    return write, ""


async def _archived(_db: AsyncSession, event: Event, campaign: Campaign) -> Found:
    def write(_to: Addressee) -> Words:
        means = _("Nothing can be sent in any more: no ideas, votes, entries or questions.")
        stays = _("All its pages can still be read, and so can what you sent in.")
        subject = _("“%(title)s” is archived", title=campaign.title)
        text = sentences(means, stays)
        return Words(subject, "\n\n".join(filter(None, (text, _why(event.data)))))

    return write, campaign.url


async def _unarchived(_db: AsyncSession, _event: Event, campaign: Campaign) -> Found:
    def write(_to: Addressee) -> Words:
        text = _("It takes again whatever its dates say: its page shows what is open now.")
        return Words(_("“%(title)s” is out of the archive again", title=campaign.title), text)

    return write, campaign.url


async def _published(_db: AsyncSession, _event: Event, campaign: Campaign) -> Found:
    # Whoever followed it before its publication did so before it was taken off the site.
    def write(_to: Addressee) -> Words:
        text = _("Its page can be opened again, and you still follow it.")
        return Words(_("“%(title)s” is published again", title=campaign.title), text)

    return write, campaign.url


_MESSAGES: dict[Kind, Find] = {
    Kind.CAMPAIGN_PUBLISHED: _published,
    Kind.PHASE_EXTENDED: _extended,
    Kind.CAMPAIGN_CHANGED: _changed,
    Kind.RULES_CHANGED: _rules_changed,
    Kind.CAMPAIGN_UNPUBLISHED: _unpublished,
    Kind.CAMPAIGN_ARCHIVED: _archived,
    Kind.CAMPAIGN_UNARCHIVED: _unarchived,
}

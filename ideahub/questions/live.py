"""Updates open pages when a question is asked or answered, and after an announcement."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.questions.announcing import announcements_of
from ideahub.questions.open_questions import count_waiting
from ideahub.questions.queries import FaqEntryView, count_entries, find_entry
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage

MANAGERS = "asked"
SHOWN = 2


async def show_asked(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """To those who manage it: "1 new" above the list of open questions, and how many wait."""
    room = f"{MANAGERS}:{event.campaign_id}"
    return [NewItem(room, MANAGERS, event.subject_id or 0), await _waiting(db, event)]


async def show_new_entry(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """A new entry at the end of its category, and how many there are."""
    entry = await _entry(db, event)
    if entry is None:
        return []
    room = f"campaign:{entry.campaign_id}"
    if event.data.get("version") != 1:
        return [*_changed(entry), await _waiting(db, event)]
    html = render("questions/_entry.html", entry=entry, asked=None)
    return [
        Push(room, f"campaign-{entry.campaign_id}-{entry.category}", html, "beforeend"),
        await _count(db, entry.campaign_id),
        await _waiting(db, event),
    ]


async def show_entry(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """What the entry says now, and how many asked it."""
    entry = await _entry(db, event)
    return [*_changed(entry), await _waiting(db, event)] if entry else []


async def show_merge(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The entry in its new words, and that the other one is part of it."""
    kept, gone = await _entry(db, event), int(event.data.get("merged", 0))
    if kept is None:
        return []
    other = await _found(db, kept.campaign_id, gone)
    return [*_changed(kept), *(await _gone(db, other) if other else ())]


async def show_hidden(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """That an entry is listed no more, or listed again."""
    entry = await _found(db, event.campaign_id, event.subject_id)
    if entry is None:
        return []
    if not entry.is_listed:
        return await _gone(db, entry)
    # Where it stands in the list, and in which of the open pages, is found by loading them again.
    room = f"campaign:{entry.campaign_id}"
    return [*_changed(entry), await _count(db, entry.campaign_id), Refresh(room)]


async def show_dealt_with(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """To those who manage it: how many questions wait."""
    return [await _waiting(db, event)]


async def show_announcements(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The latest announcements, on the campaign's page."""
    campaign = await db.get(Campaign, event.campaign_id)
    if campaign is None:
        return []
    found = await announcements_of(db, campaign.id)
    html = render(
        "questions/_announcements.html", campaign=campaign, latest=found.announcements[:SHOWN]
    )
    return [Push(f"campaign:{campaign.id}", f"campaign-{campaign.id}-announcements", html)]


async def _entry(db: AsyncSession, event: Event) -> FaqEntryView | None:
    """The entry of the event; None where it is not listed, so that nobody is shown it."""
    entry = await _found(db, event.campaign_id, event.subject_id)
    return entry if entry and entry.is_listed else None


async def _found(
    db: AsyncSession, campaign_id: int | None, number: int | None
) -> FaqEntryView | None:
    try:
        return await find_entry(db, campaign_id or 0, number or 0)
    except NotFound:
        return None


def _changed(entry: FaqEntryView) -> list[RoomMessage]:
    room = f"campaign:{entry.campaign_id}"
    listed = render("questions/_entry.html", entry=entry, asked=None)
    alone = render("questions/_alone.html", entry=entry)
    return [
        Push(room, f"answer-{entry.id}", listed),
        Push(room, f"answer-{entry.id}-alone", alone),
    ]


async def _gone(db: AsyncSession, entry: FaqEntryView) -> list[RoomMessage]:
    room = f"campaign:{entry.campaign_id}"
    return [
        Push(room, f"answer-{entry.id}", "", "delete"),
        Push(room, f"answer-{entry.id}-alone", render("questions/_alone.html", entry=entry)),
        await _count(db, entry.campaign_id),
    ]


async def _count(db: AsyncSession, campaign_id: int) -> Push:
    count = await count_entries(db, campaign_id)
    html = render("questions/_count.html", campaign_id=campaign_id, count=count)
    return Push(f"campaign:{campaign_id}", f"campaign-{campaign_id}-answers", html)


async def _waiting(db: AsyncSession, event: Event) -> Push:
    number = event.campaign_id or 0
    waiting = await count_waiting(db, number)
    html = render("questions/_waiting.html", campaign_id=number, waiting=waiting)
    return Push(f"{MANAGERS}:{number}", f"campaign-{number}-waiting", html)


async def asked_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the pages on which questions are answered, for those who manage the campaign."""
    await find_managed(db, viewer, number)
    return Concern(campaign=number, kinds=frozenset(SHOWS))


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.QUESTION_ASKED: (show_asked,),
    Kind.QUESTION_PUBLISHED: (show_new_entry,),
    Kind.QUESTION_ANSWERED: (show_new_entry,),
    Kind.QUESTION_JOINED: (show_entry,),
    Kind.QUESTION_SET_ASIDE: (show_dealt_with,),
    Kind.QUESTION_REOPENED: (show_dealt_with,),
    Kind.ANSWER_CHANGED: (show_entry,),
    Kind.ANSWERS_MERGED: (show_merge,),
    Kind.ANSWERS_SEPARATED: (show_hidden,),
    Kind.ANSWER_HIDDEN: (show_hidden,),
    Kind.ANSWER_SHOWN: (show_hidden,),
    Kind.ANNOUNCEMENT_MADE: (show_announcements,),
    Kind.ANNOUNCEMENT_CHANGED: (show_announcements,),
    Kind.ANNOUNCEMENT_TAKEN_BACK: (show_announcements,),
}
ROOMS: dict[str, Room] = {MANAGERS: asked_room}

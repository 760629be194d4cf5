"""What the teams of entries are told: news of the challenge, decisions, and changes of the team."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.telling import tells_of_campaign
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _, ngettext
from ideahub.core.telling import Addressee, AnnouncementGroup, Message, MessageKind, Tell, Words
from ideahub.entries.models import Entry, EntryMember
from ideahub.questions.telling import tells_of_news


def entrants(event: Event) -> Select[int]:
    """Those who belonged to an entry that is not withdrawn, as the deed was done, and still do."""
    return (
        select(EntryMember.person_id)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .where(
            Entry.campaign_id == event.campaign_id,
            Entry.withdrawn_at.is_(None),
            EntryMember.left_at.is_(None),
            EntryMember.joined_at <= event.created_at,
        )
    )


def _team(event: Event) -> Select[int]:
    own = EntryMember.entry_id == event.subject_id, EntryMember.left_at.is_(None)
    return select(EntryMember.person_id).where(*own)


async def _title(db: AsyncSession, event: Event) -> str:
    return await db.scalar(select(Campaign.title).where(Campaign.id == event.campaign_id)) or ""


def _message(
    to: Select[int],
    path: str,
    say: Callable[[], tuple[str, str]],
    about: MessageKind = MessageKind.OWN,
    **more: Any,
) -> Sequence[Message]:
    def write(_person: Addressee) -> Words:
        return Words(*say())

    return [Message(about=about, to=to, write=write, path=path, **more)]


async def tell_decision(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells the team that it was decided whether their entry may be judged."""
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("A decision about your entry: %(title)s", title=title), _(
            "It was checked whether your entry to “%(title)s” meets the conditions of the "
            "challenge. You can read the decision and its reason.",
            title=title,
        )

    return _message(_team(event), f"/entries/{event.subject_id}", say)


async def tell_team(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells the team on their pages that somebody joined, left, or took it over."""
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Your team has changed: %(title)s", title=title), _(
            "Who belongs to the team of your entry to “%(title)s” has changed.", title=title
        )

    return _message(_team(event), f"/entries/{event.subject_id}", say, by_mail=False)


async def tell_new_form(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those who enter that a new version of the form is in use."""
    if not event.data.get("taken_up"):
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("The questions have changed: %(title)s", title=title), _(
            "The organiser of “%(title)s” has changed the questions to entrants. Your answers to "
            "the same questions are kept. What you have submitted stays as it is, unless you "
            "submit it again.",
            title=title,
        )

    return _message(entrants(event), "/entries", say, MessageKind.NEWS)


ENTRANTS = AnnouncementGroup(
    "entrants",
    lambda many: ngettext(
        "Those who enter: %(num)s person", "Those who enter: %(num)s people", many
    ),
    lambda: _("those who enter"),
    entrants,
)
TELLS: dict[Kind, Tell] = {
    **tells_of_campaign(entrants),
    **tells_of_news(entrants),
    Kind.ENTRY_TRIAGED: tell_decision,
    Kind.ENTRY_TEAM_CHANGED: tell_team,
    Kind.ENTRY_FORM_CHANGED: tell_new_form,
}

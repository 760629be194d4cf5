"""What people are told of a public vote: that an entry of theirs is on the ballot or off it, and
that the counts are there."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.telling import People
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _, sentences
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.entries.models import EntryMember
from ideahub.public_voting.models import BallotEntry

# The subject and the text, in the language of whoever reads them.
Say = Callable[[], tuple[str, str]]


def _members(entry_ids: Any) -> Select[int]:
    return select(EntryMember.person_id).where(
        EntryMember.entry_id.in_(entry_ids), EntryMember.left_at.is_(None)
    )


def _message(to: Select[int], event: Event, say: Say, *, of_own: bool = True) -> Message:
    def write(_person: Addressee) -> Words:
        return Words(*say())

    path = f"/challenges/{event.campaign_id}/vote"
    about = MessageKind.OWN if of_own else MessageKind.NEWS
    return Message(about=about, to=to, write=write, path=path, by_mail=of_own)


async def _title(db: AsyncSession, event: Event) -> str:
    return await db.scalar(select(Campaign.title).where(Campaign.id == event.campaign_id)) or ""


async def tell_on_ballot(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells the teams whose entries were put on the ballot."""
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Your entry is put to the vote: %(title)s", title=title), _(
            "Your entry to “%(title)s” is on the ballot of a public vote. Everyone who can see the "
            "challenge reads its title and the answers that were marked so in the form. Your team "
            "cannot vote for it.",
            title=title,
        )

    return [_message(_members(event.data.get("entries", [])), event, say)]


async def tell_off_ballot(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells the team whose entry was taken off, with the reason where there is one."""
    removed = await db.get(BallotEntry, event.subject_id)
    if removed is None:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        off = _("Your entry to “%(title)s” was taken off the ballot.", title=title)
        reason = removed.removal_reason
        why = _("The reason: %(why)s", why=reason) if reason else ""
        return _("Your entry is off the ballot: %(title)s", title=title), sentences(off, why)

    return [_message(_members([removed.entry_id]), event, say)]


async def tell_counted(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells everyone whose entry is on the ballot of a phase that is over that the votes are
    counted."""
    if not await _had_vote(db, event):
        return []
    on_ballot = select(BallotEntry.entry_id).where(
        BallotEntry.phase_id == event.subject_id, BallotEntry.removed_at.is_(None)
    )
    return [_counted(_members(on_ballot), event, await _title(db, event))]


def tells_of_vote(people: People) -> dict[Kind, Tell]:
    """Tells these people, too, that the votes are counted, on their page only."""

    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        if not await _had_vote(db, event):
            return []
        return [_counted(people(event), event, await _title(db, event), of_own=False)]

    return {Kind.PHASE_CLOSED: tell}


def _counted(to: Select[int], event: Event, title: str, *, of_own: bool = True) -> Message:
    def say() -> tuple[str, str]:
        return _("The votes are counted: %(title)s", title=title), _(
            "The public vote of “%(title)s” is over. You can read how many votes each entry has.",
            title=title,
        )

    return _message(to, event, say, of_own=of_own)


async def _had_vote(db: AsyncSession, event: Event) -> bool:
    phase = await db.get(Phase, event.subject_id)
    if phase is None or Accepts.PUBLIC_VOTING not in phase.accepts:
        return False
    return await db.scalar(select(BallotEntry.id).filter_by(phase_id=phase.id).limit(1)) is not None


TELLS: dict[Kind, Tell] = {
    Kind.BALLOT_FILLED: tell_on_ballot,
    Kind.BALLOT_ENTRY_REMOVED: tell_off_ballot,
    Kind.PHASE_CLOSED: tell_counted,
}

"""What those behind entries are told: a result is out, reasons can be read, an appeal is decided;
and managers, of a new appeal.

A message says that there is something to read, and where; what it says stands on the page.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import blind_reader
from ideahub.core.dates import moment_words
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.entries.models import EntryMember
from ideahub.organisations.models import RoleGrant
from ideahub.results.managing_people import managers_of
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    EntrantAnswer,
    PanelResult,
    RunPlace,
)

# The subject and the text, in the language of whoever reads them.
Say = Callable[[], tuple[str, str]]


def _members(entry_ids: Any) -> Select[int]:
    return select(EntryMember.person_id).where(
        EntryMember.entry_id.in_(entry_ids), EntryMember.left_at.is_(None)
    )


def _message(
    to: Select[int], path: str, say: Say, about: MessageKind = MessageKind.OWN
) -> Sequence[Message]:
    def write(_person: Addressee) -> Words:
        return Words(*say())

    return [Message(about=about, to=to, write=write, path=path)]


async def _title(db: AsyncSession, event: Event) -> str:
    return await db.scalar(select(Campaign.title).where(Campaign.id == event.campaign_id)) or ""


async def tell_result(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells everyone whose entry was ranked that a preliminary result is published."""
    result = await db.get(PanelResult, event.subject_id)
    if result is None or result.replaced_at:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        until = moment_words(result.appeals_until, result.timezone)
        return _("Preliminary result: %(title)s", title=title), _(
            "A preliminary result of “%(title)s” is published. You can appeal against it until "
            "%(moment)s; then it becomes final.",
            title=title,
            moment=until,
        )

    ranked = select(RunPlace.entry_id).where(RunPlace.run_id == result.run_id)
    return _message(_members(ranked), f"/challenges/{event.campaign_id}/results", say)


async def tell_final(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells everyone whose entry was ranked that the result is final."""
    result = await db.get(PanelResult, event.subject_id)
    if result is None:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Final result: %(title)s", title=title), _(
            "The result of “%(title)s” is final.", title=title
        )

    ranked = select(RunPlace.entry_id).where(RunPlace.run_id == result.run_id)
    return _message(_members(ranked), f"/challenges/{event.campaign_id}/results", say)


async def tell_reasons(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those whose reasons are signed off that they can read them."""
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("The reasons for your result: %(title)s", title=title), _(
            "You can now read why your entry for “%(title)s” has its result, and what it would "
            "have taken. You find it with your entries.",
            title=title,
        )

    answered = select(EntrantAnswer.entry_id).where(
        EntrantAnswer.result_id == event.subject_id, EntrantAnswer.signed_at.is_not(None)
    )
    return _message(_members(answered), "/entries", say)


async def tell_appeal(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those who manage the challenge that an appeal waits for a decision; not those who read
    its entries without names meanwhile, to whom its pages are closed."""
    found = await db.get(Appeal, event.subject_id)
    if found is None or found.decided_at:
        return []
    result = await db.get_one(PanelResult, found.result_id)
    campaign = await db.get_one(Campaign, event.campaign_id)
    title = campaign.title or campaign.heading

    def say() -> tuple[str, str]:
        return _("An appeal to decide: %(title)s", title=title), _(
            "There is an appeal against the result of “%(title)s”. Somebody who did not score the "
            "entry has to decide it before the result can be final.",
            title=title,
        )

    blind = select(blind_reader.c.person_id).where(blind_reader.c.campaign_id == campaign.id)
    people = managers_of(campaign.organisation_id).where(RoleGrant.person_id.not_in(blind))
    path = f"/management/{campaign.id}/results/{result.panel_id}/appeals"
    return _message(people, path, say, MessageKind.DUTY)


async def tell_appeal_decided(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those behind an entry that their appeal is decided."""
    appeal = await db.get(Appeal, event.subject_id)
    if appeal is None:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Your appeal is decided: %(title)s", title=title), _(
            "Your appeal against the result of “%(title)s” is decided. You can read the reason.",
            title=title,
        )

    return _of_entry(appeal.entry_id, say)


async def tell_advancement(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Invites those behind an entry into a later phase."""
    made = await db.get(Advancement, event.subject_id)
    if made is None:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Invited into the next phase: %(title)s", title=title), _(
            "Your entry for “%(title)s” is invited into the next phase. Whoever leads your team "
            "can accept the invitation. It is not an award.",
            title=title,
        )

    return _of_entry(made.entry_id, say)


async def tell_award(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those behind an entry that its award is confirmed."""
    award = await db.get(Award, event.subject_id)
    if award is None or award.revoked_at:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Your entry has won: %(title)s", title=title), _(
            "Your entry for “%(title)s” has won: %(award)s.", title=title, award=award.title
        )

    return _of_entry(award.entry_id, say)


async def tell_award_revoked(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells those behind an entry that its award was taken back, and why."""
    award = await db.get(Award, event.subject_id)
    if award is None:
        return []
    title = await _title(db, event)

    def say() -> tuple[str, str]:
        return _("Your award was taken back: %(title)s", title=title), _(
            "The award “%(award)s” of “%(title)s” was taken back. The reason: %(reason)s",
            title=title,
            award=award.title,
            reason=award.revocation_reason,
        )

    return _of_entry(award.entry_id, say)


def _of_entry(entry_id: int, say: Say) -> Sequence[Message]:
    return _message(_members([entry_id]), f"/entries/{entry_id}/result", say)


TELLS: dict[Kind, Tell] = {
    Kind.RESULT_PUBLISHED: tell_result,
    Kind.RESULT_MADE_FINAL: tell_final,
    Kind.REASONS_RELEASED: tell_reasons,
    Kind.APPEAL_MADE: tell_appeal,
    Kind.APPEAL_DECIDED: tell_appeal_decided,
    Kind.ENTRY_ADVANCED: tell_advancement,
    Kind.AWARD_CONFIRMED: tell_award,
    Kind.AWARD_REVOKED: tell_award_revoked,
}

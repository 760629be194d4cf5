"""The mails about entries, each in the language of whoever gets it. Of what others typed they
repeat only the title of the challenge and people's names."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.letters import Letter
from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.i18n import _
from ideahub.core.languages import in_language, language
from ideahub.core.outbox import send_later
from ideahub.entries.models import Entry
from ideahub.entries.queries import EntryView, MemberView
from ideahub.entries.receipts import Receipt


async def send_receipt(
    db: AsyncSession,
    entry: EntryView,
    receipt: Receipt,
    members: Sequence[MemberView],
    *,
    site: str,
) -> None:
    """Sends the receipt of a submission to everyone in the team."""
    await send_to_team(db, members, lambda: receipt_letter(entry, receipt, site))


async def send_to_team(
    db: AsyncSession, members: Sequence[MemberView], write: Callable[[], Letter]
) -> None:
    """Sends a letter to each of these people, written in their language."""
    for member in members:
        if member.email is None:
            continue
        with in_language(member.language or language()):
            letter = write()
        await send_later(
            db,
            to=member.email,
            subject=letter.subject,
            text=letter.text,
            person_id=member.person_id,
        )


def receipt_letter(entry: EntryView, receipt: Receipt, site: str) -> Letter:
    """The mail that says that an entry is in."""
    text = _(
        "Your entry to “%(challenge)s” is in.\n"
        "\n"
        "Receipt:     %(code)s\n"
        "Received:    %(moment)s\n"
        "Version:     %(version)s\n"
        "Fingerprint: %(hash)s\n"
        "\n"
        "Read it, and change it until the phase closes: %(site)s%(url)s\n"
        "\n"
        "The fingerprint is the SHA-256 of what you sent. The page of the receipt says how to "
        "compute it yourself: %(site)s%(url)s/receipts/%(version)s\n",
        challenge=entry.campaign_title,
        code=receipt.code,
        moment=moment_words(receipt.submitted_at, entry.timezone),
        version=str(receipt.revision),
        hash=receipt.content_hash,
        site=site,
        url=entry.url,
    )
    return Letter(_("Receipt %(code)s: your entry is in", code=receipt.code), text)


async def send_decision(
    db: AsyncSession, entry_id: int, members: Sequence[MemberView], *, site: str
) -> None:
    """Tells the team that it was decided whether their entry may be judged."""
    title = await challenge_of(db, entry_id)
    await send_to_team(db, members, lambda: decision_letter(title, entry_id, site))


async def challenge_of(db: AsyncSession, entry_id: int) -> str:
    """The title of the challenge to which an entry was sent."""
    of_entry = select(Campaign.title).join(Entry, Entry.campaign_id == Campaign.id)
    title: str = (await db.execute(of_entry.where(Entry.id == entry_id))).scalar_one()
    return title


def decision_letter(challenge: str, entry_id: int, site: str) -> Letter:
    """The mail after a decision; what was decided, and why, is on the page of the entry."""
    text = _(
        "It was checked whether your entry to “%(challenge)s” meets the conditions of the "
        "challenge.\n"
        "\n"
        "Read the decision and its reason: %(site)s/entries/%(number)s\n",
        challenge=challenge,
        site=site,
        number=str(entry_id),
    )
    return Letter(_("A decision about your entry"), text)

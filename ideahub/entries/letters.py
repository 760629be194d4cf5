"""The mails about entries, each in the language of whoever gets it. Of what others typed they
repeat only the title of the challenge and people's names."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.letters import Letter
from ideahub.campaigns.models import Campaign, Phase
from ideahub.core.dates import moment_words
from ideahub.core.i18n import _
from ideahub.core.languages import in_language, language
from ideahub.core.outbox import send_later
from ideahub.entries.models import Entry, MemberRole
from ideahub.entries.queries import EntryView
from ideahub.entries.receipts import Receipt
from ideahub.entries.team import MemberView
from ideahub.organisations.models import Person


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


async def send_invitation(
    db: AsyncSession,
    entry_id: int,
    address: str,
    inviter: str,
    link: str,
    expires_at: datetime,
    role: MemberRole,
) -> None:
    """Invites an address to a team, or to confirm an entry that was made for its owner; in their
    language where they have an account."""
    about = (
        select(Campaign.title, Phase.timezone)
        .join(Entry, Entry.campaign_id == Campaign.id)
        .join(Phase, Phase.id == Entry.phase_id)
        .where(Entry.id == entry_id)
    )
    challenge, timezone = (await db.execute(about)).one()
    owner = select(Person.id, Person.language).where(Person.email == address)
    found = (await db.execute(owner)).one_or_none()
    write = confirmation_letter if role is MemberRole.CAPTAIN else invitation_letter
    with in_language((found.language if found else None) or language()):
        letter = write(challenge, inviter, link, moment_words(expires_at, timezone))
    await send_later(
        db,
        to=address,
        subject=letter.subject,
        text=letter.text,
        person_id=found.id if found else None,
    )


def invitation_letter(challenge: str, inviter: str, link: str, until: str) -> Letter:
    """The mail that invites to a team."""
    text = _(
        "%(name)s invites you to the team of an entry to “%(challenge)s”.\n"
        "\n"
        "Read what it is, and join or decline: %(link)s\n"
        "\n"
        "The link works until %(until)s, once, and for this address only. If you have no account, "
        "you can make one with this address.\n",
        name=inviter,
        challenge=challenge,
        link=link,
        until=until,
    )
    return Letter(_("You are invited to a team"), text)


def confirmation_letter(challenge: str, inviter: str, link: str, until: str) -> Letter:
    """The mail that asks somebody to confirm an entry that was made for them."""
    text = _(
        "%(name)s has made an entry to “%(challenge)s” for you. It counts once you confirm it.\n"
        "\n"
        "Read it, and confirm or decline it: %(link)s\n"
        "\n"
        "The link works until %(until)s, once, and for this address only; the phase may close "
        "before. If you have no account, you can make one with this address.\n",
        name=inviter,
        challenge=challenge,
        link=link,
        until=until,
    )
    return Letter(_("Please confirm the entry that was made for you"), text)

"""Sends mail through the configured server or, in development, keeps it in a folder."""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

import aiosmtplib

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.core.languages import direction, language
from ideahub.core.mail_content import MailContent, of_text
from ideahub.core.mail_layout import html_of
from ideahub.core.mail_server import FAULTS, mail_server
from ideahub.core.refusals import Invalid, Refused

log = logging.getLogger(__name__)

# For one answer of the server, and for handing over a message.
SECONDS, MOST_SECONDS = 10.0, 60.0
# What a server answers that takes no mail at all just now (RFC 5321, 3.8).
CLOSING = 421
MOST_KEPT = 200
# What servers answer where not the person's address is at fault, but what we may send.
_POLICY = re.compile(r"\A5\.7\.|\brelay", re.IGNORECASE)
# Domains that RFC 2606 keeps for examples and tests: nobody has an address there.
_RESERVED = re.compile(r"(?:^|\.)(?:example|invalid|test|example\.(?:com|net|org))\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class MailFailed(Refused):
    """The message could not be handed to a mail server; what was typed is not at fault."""

    status = 503

    def __init__(self, reason: str = "") -> None:
        super().__init__(
            reason
            or _(
                "We cannot send mail just now, so nothing was sent. What you typed is right; "
                "try again in a few minutes."
            )
        )


class ServerAway(MailFailed):
    """There is no mail server to be reached just now: no mail can be sent, whatever it is."""


class AddressRefused(MailFailed):
    """The mail server takes no mail for this address, and will not later either; `answer` is what
    it said."""

    status = 422

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        super().__init__(
            _(
                "The mail server takes no mail for this address, so nothing was sent. Check how it "
                "is written; if it is right, use another one."
            )
        )


class AddressReserved(AddressRefused):
    """The address has a domain that is nobody's, such as those of the demo's people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """What a mail has besides its subject and text: what its HTML is made of (without it, of the
    text), headers, its number among all mails, and the address to which it comes back."""

    content: MailContent | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    message_id: str = ""
    return_path: str = ""


class Mailer:
    """Sends one message to one person, as plain text and as HTML."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._server = mail_server(config.smtp_url) if config.smtp_url else None

    @property
    def keeps(self) -> bool:
        """Whether mail is not sent but kept in a folder, as in development without a server."""
        return self._server is None and self._config.development

    @property
    def per_minute(self) -> int:
        """How many mails that can wait are sent in a minute at most, by all processes together."""
        return self._config.mails_per_minute

    @property
    def bounce_address(self) -> str | None:
        """Where mail comes back that cannot be delivered."""
        return self._config.bounce_address

    async def send(self, to: str, subject: str, text: str, wrapping: Wrapping = Wrapping()) -> None:
        """Sends a text, and waits until the mail server has taken it.

        Raises Invalid for an address that cannot be written to, AddressRefused where the server
        takes no mail for it, AddressReserved where it cannot be anybody's, ServerAway where none is
        there, MailFailed where it did not take this one. Call it after the transaction that the
        mail tells of has committed.
        """
        # In a thread: a digest takes some milliseconds.
        message = await asyncio.to_thread(
            compose, self._config.mail_from, to, subject, text, wrapping
        )
        if self._server is not None:
            if _is_reserved(to):
                raise AddressReserved
            await self._hand_over(message, wrapping.return_path or None)
        elif self.keeps:
            await asyncio.to_thread(_keep, mail_folder(self._config), message)
        else:
            log.error("Mail cannot be sent: set IDEAHUB_SMTP_URL")
            raise MailFailed

    async def _hand_over(self, message: EmailMessage, return_path: str | None) -> None:
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await aiosmtplib.send(
                    message, sender=return_path, timeout=SECONDS, **(self._server or {})
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            log.warning("Mail could not be sent: the server refused its address")
            if answer := next(filter(_is_for_good, refused.recipients), None):
                raise AddressRefused(f"{answer.code} {answer.message}") from refused
            raise MailFailed from refused
        except FAULTS as fault:
            # Not the server's answer: it may tell whether an address exists.
            log.warning("Mail could not be sent: %s", type(fault).__name__)
            raise (ServerAway if _is_away(fault) else MailFailed) from fault


def _is_reserved(address: str) -> bool:
    return bool(_RESERVED.search(address.rpartition("@")[2].lower()))


def _is_away(fault: Exception) -> bool:
    if isinstance(fault, aiosmtplib.SMTPResponseException) and fault.code == CLOSING:
        return True
    ours = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPAuthenticationError)
    return isinstance(fault, ours) or not isinstance(
        fault, (aiosmtplib.SMTPException, TimeoutError, ValueError)
    )


def _is_for_good(refused: aiosmtplib.SMTPRecipientRefused) -> bool:
    return refused.code >= 500 and not _POLICY.search(refused.message)


def compose(
    sender: str, to: str, subject: str, text: str, wrapping: Wrapping = Wrapping()
) -> EmailMessage:
    """The message to send, as plain text and as HTML; raises Invalid for an address that cannot be
    used, and for control characters in a header."""
    if any(_CONTROL.search(header) for header in (sender, to, subject, *wrapping.headers.values())):
        raise Invalid(_("This address cannot be written to."))
    message = EmailMessage(policy=POLICY)
    name, address = parseaddr(sender)
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
    except (MessageError, ValueError, IndexError) as fault:
        raise Invalid(_("This address cannot be written to.")) from fault
    message["Date"] = formatdate()
    domain = address.rpartition("@")[2] or "localhost"
    message["Message-ID"] = (
        f"<{wrapping.message_id}@{domain}>" if wrapping.message_id else make_msgid(domain=domain)
    )
    message["Auto-Submitted"] = "auto-generated"
    for name, value in wrapping.headers.items():
        message[name] = value
    message.set_content(text)
    content = wrapping.content or of_text(subject, text, language=language(), direction=direction())
    message.add_alternative(html_of(content), subtype="html")
    return message


def mail_folder(config: Config) -> Path:
    """Where messages are kept in development."""
    return config.var / "mail"


def kept_mail(config: Config) -> list[Path]:
    """The messages kept in development, newest first."""
    return sorted(mail_folder(config).glob("*.eml"), reverse=True)


def _keep(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
    path.write_bytes(message.as_bytes())
    for old in sorted(folder.glob("*.eml"), reverse=True)[MOST_KEPT:]:
        old.unlink(missing_ok=True)

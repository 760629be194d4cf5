"""Reads mail that came back: where it could not be delivered for good, the address gets none until
its owner proves it again.

A mail server hands each message to `ideahub bounces`. Which mail came back is said by the address
that it came back to, which is signed; what else the message says, anybody could have written.
"""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default as policy
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.bounce_addresses import mail_in
from ideahub.core.mail_refusals import note_refusal
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site_keys import SiteKeys

# Headers in which servers name the address that a message was delivered to.
DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
# Never delivered (RFC 3463), but the address is not at fault: the mailbox is full, the message is
# too large, or the other side does not want what we send.
FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")
NOT_ITS_FAULT = re.compile(r"5\.(2\.[23]|3\.4|7\.\d{1,3})")
MOST_BYTES = 5_000_000


class Bounce(NamedTuple):
    """What a message that came back tells: the status of the delivery, and what the server said."""

    status: str
    said: str

    @property
    def is_hard(self) -> bool:
        """Whether the address will take no mail later either."""
        return bool(FOR_GOOD.fullmatch(self.status)) and not NOT_ITS_FAULT.fullmatch(self.status)


async def note_bounce(
    db: AsyncSession, keys: SiteKeys, sent: bytes, recipient: str = ""
) -> str | None:
    """Notes what came back, and returns the address that gets no mail any more; None where nothing
    follows from the message. `recipient` is where it came back to, if the mail server says it."""
    message = message_from_bytes(sent[:MOST_BYTES], policy=policy)
    numbers = {mail_in(keys, one) for one in (recipient, *_addresses(message))} - {None}
    bounce = read_bounce(message)
    if len(numbers) != 1 or bounce is None or not bounce.is_hard:
        return None
    mail = await db.get(OutgoingMail, numbers.pop())
    if mail is None:
        return None
    await note_refusal(db, mail.to, f"{bounce.status} {bounce.said}".strip())
    return mail.to


def read_bounce(message: EmailMessage) -> Bounce | None:
    """The first failure that a delivery status notification (RFC 3464) tells of; None where it is
    none, or tells of a delay only."""
    if message.get_content_type() != "multipart/report":
        return None
    for group in _groups(message):
        if str(group.get("Action", "")).strip().lower() == "failed":
            status = str(group.get("Status", "")).split()
            said = str(group.get("Diagnostic-Code", "")).partition(";")[2]
            return Bounce(status[0] if status else "", " ".join(said.split()))
    return None


def _groups(message: EmailMessage) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            groups = part.get_payload()
            if isinstance(groups, list):
                yield from (group for group in groups if isinstance(group, Message))


def _addresses(message: EmailMessage) -> Iterable[str]:
    return [str(one) for name in DELIVERED_TO for one in message.get_all(name, [])]

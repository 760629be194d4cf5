"""Addresses in mails by which their reader ends such mails without signing in.

They are signed for one person and for what they end: a kind of messages ("kind:news"), mail about
one thing ("idea:7"), or digests.
"""

from urllib.parse import quote

from ideahub.core.site_keys import SiteKeys
from ideahub.core.telling import MessageKind
from ideahub.notifications.rhythms import BY_FOLLOWING, Subject

PURPOSE = "unsubscribe"
DIGESTS = "digests"
OF_KIND = "kind:"


def what_ends(subject: Subject) -> str:
    """What the link in a mail about this ends: mail about the thing that its reader follows, else
    mail of the kind."""
    if subject.about in BY_FOLLOWING and subject.followed:
        return subject.followed
    return f"{OF_KIND}{subject.about}"


def link_that_ends(keys: SiteKeys, person: int, what: str) -> str:
    """The path of the page on which the person ends it; a POST to it ends it at once."""
    signature = keys.signature(PURPOSE, f"{person}:{what}")
    return f"/mail-choices/{person}/{signature}?of={quote(what, safe='')}"


def is_right(keys: SiteKeys, person: int, what: str, signature: str) -> bool:
    """Whether the link was made for this person and this."""
    return keys.is_signature(PURPOSE, f"{person}:{what}", signature)


def kind_in(what: str) -> MessageKind | None:
    """The kind that it names; None for things and digests."""
    named = what.removeprefix(OF_KIND)
    return MessageKind(named) if what.startswith(OF_KIND) else None

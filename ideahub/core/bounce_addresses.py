"""Addresses to which mail comes back that cannot be delivered: each mail has its own (VERP).

It is signed, so that nobody can make us believe that an address of somebody else takes no mail."""

import re

from ideahub.core.site_keys import SiteKeys

PURPOSE = "bounce"
RETURN_PATH = re.compile(r"[\w.-]+\+(\d{1,18})-([\w-]{22})@", re.ASCII)


def return_path_of(keys: SiteKeys, bounces: str, mail_id: int) -> str:
    """The address at which a bounce of this mail is read; `bounces` is that of all of them. At most
    64 characters stand before its @ (RFC 5321)."""
    name, _at, domain = bounces.partition("@")
    return f"{name}+{mail_id}-{keys.signature(PURPOSE, str(mail_id))}@{domain}"


def mail_in(keys: SiteKeys, address: str) -> int | None:
    """The number of the mail that comes back to this address; None where it is none of ours."""
    found = RETURN_PATH.search(address)
    if found is None or not keys.is_signature(PURPOSE, found[1], found[2]):
        return None
    return int(found[1])

"""Mail addresses: what counts as one, and whose staff it makes its holder."""

import re

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.organisations.models import Organisation

MAX_ADDRESS = 254
MAX_DOMAIN = 253
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def clean_address(typed: str) -> str:
    """The address as mail servers write it; raises Invalid where it cannot be one.

    The domain is turned into ASCII, so that two that look alike are never taken for one.
    """
    # First of all: turning endless labels into ASCII takes time that grows with their square.
    if len(typed) > MAX_ADDRESS:
        raise _too_long()
    local, at, domain = typed.strip().rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise Invalid(_("Enter a mail address, such as name@city.example."))
    address = f"{local}@{clean_domain(domain)}"
    if len(address) > MAX_ADDRESS:
        raise _too_long()
    return address


def _too_long() -> Invalid:
    return Invalid(_("This address is too long for mail servers."))


def clean_domain(typed: str) -> str:
    """A mail domain in ASCII and small letters; raises Invalid where it cannot be one."""
    if len(typed) > MAX_DOMAIN:
        raise _no_domain()
    try:
        domain = typed.strip().encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdecimal() or not all(map(_LABEL.fullmatch, labels)):
        raise _no_domain()
    return domain


def _no_domain() -> Invalid:
    return Invalid(_("Enter a domain, such as city.example."))


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2].lower()


async def staff_organisation(db: AsyncSession, address: str) -> Organisation | None:
    """The organisation whose verified mail domain this address belongs to, the closest one.

    `ada@roads.city.example` belongs to `roads.city.example`, else to `city.example`.
    """
    labels = domain_of(address).split(".")
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    found: Organisation | None = await db.scalar(
        select(Organisation)
        .where(Organisation.mail_domain.in_(domains))
        .order_by(func.length(Organisation.mail_domain).desc())
        .limit(1)
    )
    return found

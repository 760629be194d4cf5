"""Checks mail addresses and domains, and finds the organisation whose staff an address belongs to.

Parsing is done by `email-validator`, whose domains follow IDNA 2008: the older rules of Python's
own codec turn `straße.example` into `strasse.example`, which may be somebody else's. It is imported
at the first address: its patterns take long to compile.
"""

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.organisations.models import Organisation

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

MAX_ADDRESS = 254
MAX_DOMAIN = 253
# Reserved domains that `email-validator` refuses, but an organisation's own mail server may use.
_INSIDE = {"local", "localhost", "test"}


def clean_address(typed: str) -> str:
    """The address in ASCII, as every mail server accepts it; raises Invalid where it is none.

    The domain is turned into its ASCII form (`xn--…`), in small letters; the part before the @
    keeps its capitals. Names beside the address, quotes and numeric hosts are refused.
    """
    # Before parsing: converting a very long domain takes quadratic time.
    if len(typed) > MAX_ADDRESS:
        raise Invalid(_("This address is too long for mail servers."))
    address = typed.strip()
    if not address.isprintable():
        raise Invalid(_("There is an invisible character in this address. Type it by hand."))
    found = _parsed(address)
    if found is None:
        raise Invalid(_("Enter a mail address, such as name@city.example."))
    # Such mail needs SMTPUTF8 on every server on its way, which cannot be known beforehand.
    if found.smtputf8:
        raise Invalid(_("We can write only to addresses with plain letters before the @."))
    return f"{found.local_part}@{found.ascii_domain}"


def clean_domain(typed: str) -> str:
    """A mail domain as `clean_address` writes it; raises Invalid where it cannot be one."""
    # Parsed as the domain of an address, so that it always equals that of `clean_address`.
    found = _parsed(f"a@{typed.strip()}") if len(typed) <= MAX_DOMAIN else None
    if found is None:
        raise Invalid(_("Enter a domain, such as city.example."))
    return found.ascii_domain


def _parsed(address: str) -> "ValidatedEmail | None":
    """Without a DNS query, which can take seconds or fail. None where it is no address."""
    import email_validator

    reserved = email_validator.SPECIAL_USE_DOMAIN_NAMES
    reserved[:] = [name for name in reserved if name not in _INSIDE]
    try:
        return email_validator.validate_email(address, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return None


def domain_of(address: str) -> str:
    """The domain of an address, in small letters."""
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

"""Makes somebody an admin, for the command line."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.joining import NewAccount, add_person, new_hash
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line
from ideahub.organisations.addresses import clean_address
from ideahub.organisations.granting import make_admin
from ideahub.organisations.models import Person


async def create_admin(
    db: AsyncSession, email: str, name: str, password: str | None = None
) -> Person:
    """Makes the person with this address an admin of the whole site, and adds them if needed.

    The address needs no proof, as the operator gives it. A password replaces the present one.
    Raises Invalid for an address, a name or a password that cannot be used.
    """
    address = clean_address(email)
    newcomer = NewAccount(clean_line(name), password=password or "")
    if not newcomer.name:
        raise Invalid(_("Enter a name."))
    kept = await new_hash(newcomer, address)
    person = await add_person(db, newcomer, address, kept)
    if kept:
        person.password_hash = kept
    await make_admin(db, person.id)
    return person

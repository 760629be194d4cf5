"""Who a person is, for anyone who may know of something that they gave."""

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import rows_of
from ideahub.organisations.labels import unnamed_words
from ideahub.organisations.models import Organisation, Person, Unnamed

Through = aliased(Person, name="through")
PROFILE = (
    select(
        Person.id,
        Person.name,
        Person.title,
        Organisation.name.label("organisation"),
        Person.unnamed,
        Through.name.label("through"),
    )
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(Through, Through.id == Person.through_id)
    .where(Person.id == bindparam("person_id", type_=BigInteger))
)


class Profile(msgspec.Struct, frozen=True):
    """What stands beside everything that a person gives here."""

    id: int
    name: str
    title: str
    organisation: str | None
    unnamed: Unnamed | None = None
    through: str | None = None

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"/profiles/{self.id}"

    @property
    def words(self) -> str:
        """Why no account has this name, in the current language; empty where one has."""
        return unnamed_words(self.unnamed, self.through)


async def profile_of(db: AsyncSession, person_id: int) -> Profile:
    """The profile; of nobody, one without a name. Whoever shows it checks that the viewer may know
    of something that this person gave, at the same cost whether there is such a person or not."""
    found = await rows_of(db, PROFILE, {"person_id": person_id})
    return Profile(*found[0]) if found else Profile(person_id, "", "", None)

"""One person of every role, here and elsewhere; nobody has two."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation, Person, RoleGrant
from tests.support.cast import Cast, add, make_person

# The roles of those who belong to no organisation themselves: it is the role alone that counts.
ROLES = (Role.MANAGER, Role.LEADER, Role.JUDGE, Role.MODERATOR, Role.ADMIN)


@dataclass
class Everyone:
    """People by what they are: "manager" in the city, "manager elsewhere" in the ministry, …"""

    people: dict[str, Person]
    parent: Organisation

    def who(self, name: str) -> Person | None:
        """The person; None for a stranger."""
        return self.people.get(name)


async def make_everyone(db: AsyncSession, cast: Cast) -> Everyone:
    """Everybody beside the cast; the city is below a region, the department below the city."""
    region = await add(db, Organisation(name="Region"))
    cast.city.parent_id = region.id
    people = {
        "citizen": await make_person(db, "Citizen"),
        "staff": await make_person(db, "Staff", cast.city),
        "staff below": await make_person(db, "Below", cast.transport),
        "staff above": await make_person(db, "Above", region),
        "staff elsewhere": await make_person(db, "Elsewhere", cast.ministry),
        "author": cast.ada,
        "co-author": await make_person(db, "Coauthor", cast.city),
        "co-author elsewhere": await make_person(db, "Outsider", cast.ministry),
    }
    for role in ROLES:
        people[role] = await _outsider(db, role, cast.city)
        people[f"{role} elsewhere"] = await _outsider(db, role, cast.ministry)
    people["admin everywhere"] = cast.ann
    await db.flush()
    return Everyone(people, region)


async def _outsider(db: AsyncSession, role: Role, where: Organisation) -> Person:
    person = await make_person(db, f"{role.capitalize()}{where.id} Guest")
    await add(db, RoleGrant(person_id=person.id, role=role, organisation_id=where.id))
    return person

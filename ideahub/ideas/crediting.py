"""The people named on an idea: its author, and co-authors whose builds were adopted."""

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.pseudonyms import is_concealed, name_on_idea
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.organisations.models import Organisation, Person


class Credit(msgspec.Struct, frozen=True):
    """A co-author who is named on an idea."""

    id: int
    name: str
    organisation: str | None


CREDITS = (
    select(Person.id, Person.name, Organisation.name.label("organisation"))
    .join(CoAuthor, CoAuthor.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(CoAuthor.idea_id == IDEA_ID)
    .order_by(CoAuthor.created_at, Person.id)
)
NAME = select(Person.name).where(Person.id == bindparam("person_id", type_=BigInteger))


async def credits_of(db: AsyncSession, idea: IdeaView) -> list[Credit]:
    """The co-authors of an idea, in the order in which they were added."""
    return [Credit(*row) for row in await rows_of(db, CREDITS, {"idea_id": idea.id})]


async def find_name_on_idea(db: AsyncSession, idea: IdeaView, person_id: int | None) -> str:
    """A person's name to show on this idea: the pseudonym for an author who uses one; empty where
    there is no such person."""
    if is_concealed(idea, person_id):
        return name_on_idea(idea, person_id, "")
    found = await rows_of(db, NAME, {"person_id": person_id})
    return str(found[0].name) if found else ""


async def name_co_author(db: AsyncSession, idea: IdeaView | Idea, person_id: int) -> None:
    """Adds a co-author; does nothing for the author, and for one who is named already."""
    if person_id == idea.author_id:
        return
    row = {"idea_id": idea.id, "person_id": person_id}
    await db.execute(insert(CoAuthor).values(row).on_conflict_do_nothing())

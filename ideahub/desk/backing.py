"""Queries for who supports an idea: from which organisations, and how sure it is who they are."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, case, desc, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import in_a_row, isolated, listed, ngettext, number
from ideahub.ideas.models import IdeaSupport, Vote
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.organisations.models import Organisation, Person

# An organisation is named only where it does not tell of single people whether they support it.
MOST_NAMED, LEAST_SUPPORTERS = 3, 3
_is_staff = and_(Person.organisation_id.is_not(None), Person.email_proved_at.is_not(None))
_assurance = case(
    (_is_staff, "staff"), (Person.email_proved_at.is_not(None), "proved"), else_="unproved"
)
ASSURANCE = (
    select(_assurance.label("assurance"), func.count().label("people"))
    .select_from(Vote)
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.idea_id == IDEA_ID)
    .group_by(_assurance)
)
BREADTH = (
    select(Organisation.name, IdeaSupport.votes)
    .join(Organisation, Organisation.id == IdeaSupport.organisation_id)
    .where(IdeaSupport.idea_id == IDEA_ID, IdeaSupport.votes >= constant(LEAST_SUPPORTERS))
    .order_by(desc(IdeaSupport.votes), Organisation.name)
    .limit(constant(MOST_NAMED))
)


class Backing(msgspec.Struct, frozen=True):
    """Who supports an idea: the organisations with most supporters, and how many people are staff
    by their mail address, have proved another address, or have proved none."""

    organisations: Sequence[tuple[str, int]]
    staff: int = 0
    proved: int = 0
    unproved: int = 0

    @property
    def words(self) -> str:
        """How many people of each assurance, in one line; empty without any."""
        staff = ngettext("%(num)s member of staff", "%(num)s members of staff", self.staff)
        proved = ngettext(
            "%(num)s person with a proved mail address",
            "%(num)s people with a proved mail address",
            self.proved,
        )
        unproved = ngettext(
            "%(num)s person who proved no address",
            "%(num)s people who proved no address",
            self.unproved,
        )
        each = ((self.staff, staff), (self.proved, proved), (self.unproved, unproved))
        return listed([words for people, words in each if people])

    @property
    def where(self) -> str:
        """The organisations with most supporters, each with their number; empty without any."""
        return in_a_row([f"{isolated(name)} {number(votes)}" for name, votes in self.organisations])


async def backing_of(db: AsyncSession, idea: IdeaView) -> Backing:
    """Who supports an idea, which the caller has found through the viewer."""
    asked = {"idea_id": idea.id}
    counted = {row.assurance: row.people for row in await rows_of(db, ASSURANCE, asked)}
    named = [(name, votes) for name, votes in await rows_of(db, BREADTH, asked)]
    return Backing(named, **counted)

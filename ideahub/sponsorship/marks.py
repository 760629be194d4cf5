"""Query for what authors said about a pledge."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import N_, _
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import shown_name
from ideahub.organisations.models import Person
from ideahub.sponsorship.models import MarkKind, Pledge, PledgeMark

MOST = 50
OF_PLEDGE = (
    select(
        PledgeMark.kind,
        PledgeMark.reason,
        PledgeMark.created_at,
        shown_name(PledgeMark.author_id, Person.name).label("author"),
    )
    .join(Pledge, Pledge.id == PledgeMark.pledge_id)
    .join(Idea, Idea.id == Pledge.idea_id)
    .join(Person, Person.id == PledgeMark.author_id)
    .where(PledgeMark.pledge_id == bindparam("pledge_id", type_=BigInteger))
    .order_by(PledgeMark.id.desc())
    .limit(constant(MOST))
)
SENTENCES = {
    MarkKind.CONDITIONS_MET: N_("%(who)s: the condition is met"),
    MarkKind.CONDITIONS_UNMET: N_("%(who)s: the condition is not met"),
    MarkKind.CONFIRMED: N_("%(who)s: we got it"),
    MarkKind.DISPUTED: N_("%(who)s: we did not get it"),
}


class Mark(msgspec.Struct, frozen=True):
    """What an author said about a pledge."""

    kind: MarkKind
    reason: str
    created_at: datetime
    author: str

    @property
    def sentence(self) -> str:
        """Who said what, in the words of the pledge's page."""
        return _(SENTENCES[self.kind], who=self.author)


async def marks_of(db: AsyncSession, pledge_id: int) -> list[Mark]:
    """What authors said about a pledge that the caller has found through the viewer, the newest
    first; at most MOST."""
    rows = await rows_of(db, OF_PLEDGE, {"pledge_id": pledge_id})
    return [Mark(MarkKind(row.kind), *list(row)[1:]) for row in rows]

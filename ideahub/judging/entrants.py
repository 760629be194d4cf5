"""Who is behind the entries of a panel, as its judges see them before they read: a page at a time,
those of whom a judge has not declared anything yet before all others."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, and_, any_, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.hints import Hint, hints_about
from ideahub.judging.judged_entries import BEHIND, PHASE_ID
from ideahub.judging.models import ConflictDeclaration, PanelJudge
from ideahub.judging.queries import OwnPanel
from ideahub.organisations.models import Organisation, Person

PAGE = 200
JUDGE_ID = bindparam("judge_id", type_=BigInteger)
VIEWER = bindparam("viewer", type_=BigInteger)
PERSON_ID = bindparam("person_id", type_=BigInteger)
# Those of whom the judge was asked when they declared.
_told = Person.id.in_(select(func.unnest(PanelJudge.declared_for)).where(PanelJudge.id == JUDGE_ID))
_enters = Person.id.in_(select(BEHIND.c.person_id).where(BEHIND.c.phase_id == PHASE_ID))
ENTRANTS: Any = (
    select(
        Person.id,
        Person.name,
        func.coalesce(Organisation.name, "").label("organisation"),
        func.coalesce(ConflictDeclaration.category, "").label("category"),
        func.coalesce(ConflictDeclaration.reason, "").label("reason"),
        (~_told).label("is_new"),
    )
    .select_from(Person)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(
        ConflictDeclaration,
        and_(
            ConflictDeclaration.judge_id == JUDGE_ID,
            ConflictDeclaration.person_id == Person.id,
        ),
    )
    .where(_enters, Person.id != VIEWER)
)
_in_order = (Person.name, Person.id)
NEW = ENTRANTS.where(~_told).order_by(*_in_order).limit(constant(PAGE))
_before = aliased(Person)
_name_before = select(_before.name).where(_before.id == PERSON_ID).scalar_subquery()
KNOWN = ENTRANTS.where(_told).order_by(*_in_order).limit(constant(PAGE + 1))
KNOWN_AFTER = KNOWN.where(tuple_(*_in_order) > tuple_(_name_before, PERSON_ID))
ONE = ENTRANTS.where(Person.id == PERSON_ID)
COUNT_NEW = select(func.count(Person.id)).where(_enters, Person.id != VIEWER, ~_told)
AMONG = select(Person.id).where(
    _enters, Person.id == any_(bindparam("people", type_=ARRAY(BigInteger)))
)


class Entrant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is behind an entry of the panel: who they are, not what they entered. `category`
    is what the judge has declared, or empty; `is_new`: they were not asked about them yet."""

    id: int
    name: str
    organisation: str
    hints: list[Hint]
    category: str
    reason: str
    is_new: bool


class EntrantsPage(NamedTuple):
    """Some of them by name, those that are new first. `new` is how many of all are new, `left` how
    many of these are not on this page; `after` is whom the next page begins after."""

    entrants: list[Entrant]
    new: int
    left: int
    after: int | None


async def entrants_of(
    db: AsyncSession, viewer: Viewer, own: OwnPanel, after: int | None = None
) -> EntrantsPage:
    """A page of everybody behind an entry of the panel but the judge. As long as some are new, the
    first page has these, and pages of the others follow; `after` is the number of a person."""
    asked = _asked(viewer, own) | {PERSON_ID.key: after or 0}
    ((new,),) = await rows_of(db, COUNT_NEW, asked)
    rows = list(await rows_of(db, NEW, asked)) if new and after is None else []
    room, left = PAGE - len(rows), 0 if after else new - len(rows)
    known = await rows_of(db, KNOWN_AFTER if after else KNOWN, asked) if room else []
    more = len(known) > room
    rows += known[:room]
    found = await _entrants(db, viewer, rows)
    return EntrantsPage(found, new, left, found[-1].id if more else None)


async def find_entrant(db: AsyncSession, viewer: Viewer, own: OwnPanel, person_id: int) -> Entrant:
    """One of them; raises NotFound for anybody else."""
    asked = _asked(viewer, own) | {PERSON_ID.key: person_id}
    rows = await rows_of(db, ONE, asked) if person_id <= MOST else ()
    for entrant in await _entrants(db, viewer, rows):
        return entrant
    raise NotFound


async def those_who_entered(db: AsyncSession, own: OwnPanel, people: Sequence[int]) -> set[int]:
    """Those of these people who are behind an entry of the panel."""
    numbers = [person_id for person_id in people if person_id <= MOST]
    asked = {PHASE_ID.key: own.panel.entries_phase_id, "people": numbers}
    return {row.id for row in await rows_of(db, AMONG, asked)}


def _asked(viewer: Viewer, own: OwnPanel) -> dict[str, Any]:
    return {
        PHASE_ID.key: own.panel.entries_phase_id,
        JUDGE_ID.key: own.judge_id,
        VIEWER.key: viewer.person_id,
    }


async def _entrants(db: AsyncSession, viewer: Viewer, rows: Sequence[Any]) -> list[Entrant]:
    hints = await hints_about(db, viewer.person_id, [row.id for row in rows])
    return [Entrant(**row._mapping, hints=hints.get(row.id, [])) for row in rows]

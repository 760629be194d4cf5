"""The check that `idea_support` has the votes of each idea by organisation."""

from typing import Any

from sqlalchemy import Select, any_, func, select, union_all
from sqlalchemy.dialects.postgresql import insert

from ideahub.core.db import table_of
from ideahub.core.kept_counts import NUMBERS, ONE, ZERO, AnyRow, KeptCount, WrongCount, adding
from ideahub.ideas.models import IdeaSupport, Vote
from ideahub.organisations.models import Person

NAME = "votes by organisation"
SUPPORT, VOTE, PERSON = table_of(IdeaSupport), table_of(Vote), table_of(Person)
PLACE = ["idea_id", "organisation_id"]


def _differences(*, some: bool) -> Select[*tuple[Any, ...]]:
    """The ideas and organisations whose kept number is not that of the votes: of all ideas, or of
    those in NUMBERS."""
    keeping = select(*SUPPORT.c[*PLACE], SUPPORT.c.votes.label("kept"), ZERO.label("counted"))
    organisation = func.coalesce(PERSON.c.organisation_id, ZERO).label("organisation_id")
    counting = select(VOTE.c.idea_id, organisation, ZERO.label("kept"), ONE.label("counted"))
    counting = counting.join(PERSON, PERSON.c.id == VOTE.c.person_id)
    if some:
        keeping = keeping.where(SUPPORT.c.idea_id == any_(NUMBERS))
        counting = counting.where(VOTE.c.idea_id == any_(NUMBERS))
    both = union_all(keeping, counting).subquery()
    kept, counted = func.sum(both.c.kept), func.sum(both.c.counted)
    return (
        select(*both.c[*PLACE], kept.label("kept"), counted.label("counted"))
        .group_by(*both.c[*PLACE])
        .having(kept != counted)
        .order_by(*both.c[*PLACE])
    )


_off = _differences(some=True).cte("off")
_missing = insert(SUPPORT).from_select(
    [*PLACE, "votes"],
    select(*_off.c[*PLACE], _off.c.counted - _off.c.kept).order_by(*_off.c[*PLACE]),
)
_added = _missing.on_conflict_do_update(
    index_elements=PLACE, set_={"votes": SUPPORT.c.votes + _missing.excluded.votes}
).cte("added")


def _described(row: AnyRow) -> WrongCount:
    whose = f"organisation {row.organisation_id}" if row.organisation_id else "citizens"
    return WrongCount(f"votes of {whose} for idea {row.idea_id}", str(row.kept), str(row.counted))


SUPPORT_KEPT = KeptCount(
    NAME, "", _differences(some=False), adding(select(_off).add_cte(_added)), _described
)

"""Which pledges were kept, kept in part, or not kept in time."""

from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import Idea
from ideahub.sponsorship.models import Pledge
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST = 8
_kept = and_(Pledge.kept_at.is_not(None), in_time(Pledge.kept_at))
# An offer that nobody had accepted runs out: nobody relied on it.
_lapsed = and_(
    Pledge.kept_at.is_(None),
    Pledge.accepted_at.is_not(None),
    Pledge.withdrawn_at.is_(None),
    in_time(Pledge.lapsed_at),
)
_kind = case(
    (Pledge.kept_at.is_(None), constant(SentenceKind.PLEDGE_LAPSED)),
    (func.length(Pledge.part_why) > constant(0), constant(SentenceKind.PLEDGE_PART_KEPT)),
    else_=constant(SentenceKind.PLEDGE_KEPT),
)
_ended = (
    select(Pledge.id, Idea.id.label("idea"), Idea.votes_count, _kind.label("kind"))
    .join(Idea, Idea.id == Pledge.idea_id)
    .where(HERE)
)
_counted = func.count().over().label("in_all")
_order = Idea.votes_count.desc(), Pledge.id
KEPT = _ended.add_columns(_counted).where(_kept).order_by(*_order).limit(constant(MOST))
LAPSED = _ended.add_columns(_counted).where(_lapsed).order_by(*_order).limit(constant(MOST))


async def promises(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """What was given of what leaders had promised, and what was not."""
    return [
        *_of(await rows_of(db, KEPT, scope.bound), scope, Section.DONE),
        *_of(await rows_of(db, LAPSED, scope.bound), scope, Section.NOT_DONE),
    ]


def _of(rows: Any, scope: Scope, section: Section) -> list[Sentence]:
    found = [
        Sentence(
            section=section,
            kind=SentenceKind(row.kind),
            path=f"/ideas/{row.idea}#pledge-{row.id}",
            idea=row.idea,
            row=row.id,
        )
        for row in rows
    ]
    if rows and rows[0].in_all > MOST:
        kind = SentenceKind.MORE_KEPT if section is Section.DONE else SentenceKind.MORE_LAPSED
        more = {"more": rows[0].in_all - MOST}
        found.append(Sentence(section=section, kind=kind, path=scope.place, numbers=more))
    return found

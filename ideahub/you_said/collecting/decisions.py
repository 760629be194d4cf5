"""What was taken up of ideas, and what was not and why."""

from collections import Counter
from typing import Any

from sqlalchemy import exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, constants, rows_of
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.models import Decision, Experiment, Review
from ideahub.responses.models import Response
from ideahub.sponsorship.models import Pledge
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import COUNTED, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

# Of each kind, those with most support; the others are counted.
MOST = 8
KIND_OF_STAGE = {
    Stage.ADOPTED: SentenceKind.ADOPTED,
    Stage.PILOT: SentenceKind.PILOTED,
    Stage.PROTOTYPE: SentenceKind.PROTOTYPED,
    Stage.LEARNED: SentenceKind.STOPPED,
    Stage.PARKED: SentenceKind.PARKED,
}
NOT_DONE = frozenset({SentenceKind.STOPPED, SentenceKind.PARKED})
# What an answer parked is told as an answer.
_by_answer = exists().where(
    Idea.stage == constant(Stage.PARKED),
    Response.idea_id == Idea.id,
    Response.review_id.is_not(None),
    Response.woken_at.is_(None),
)
_place = func.row_number().over(
    partition_by=Idea.stage, order_by=(Idea.votes_count.desc(), Idea.id)
)
_came = (
    select(
        Idea.id,
        Idea.stage,
        _place.label("place"),
        func.count().over(partition_by=Idea.stage).label("in_all"),
    )
    .where(
        HERE,
        Idea.stage == func.any(constants(*KIND_OF_STAGE)),
        in_time(Idea.stage_since),
        ~_by_answer,
    )
    .subquery("came")
)
_parked = (
    select(Review.id)
    .where(Review.idea_id == _came.c.id, Review.decision == constant(Decision.PARK))
    .order_by(Review.id.desc())
    .limit(constant(1))
    .lateral("parked")
)
CAME_TO = (
    select(_came, _parked.c.id.label("review"))
    .outerjoin(_parked, true())
    .where(_came.c.place <= constant(MOST))
    .order_by(_came.c.place)
)
SPONSORED = (
    select(Idea.id, func.count().label("pledges"), func.count().over().label("in_all"))
    .join(Pledge, Pledge.idea_id == Idea.id)
    .where(HERE, Pledge.is_standing, in_time(Pledge.accepted_at))
    .group_by(Idea.id)
    .order_by(Idea.votes_count.desc(), Idea.id)
    .limit(constant(MOST))
)
TRIED = (
    select(Experiment.id, Idea.id.label("idea"), func.count().over().label("in_all"))
    .join(Idea, Idea.id == Experiment.idea_id)
    .where(HERE, in_time(Experiment.concluded_at))
    .order_by(Idea.votes_count.desc(), Experiment.id)
    .limit(constant(MOST))
)
BUILDS = (
    select(func.count().label("builds"), func.count(Idea.id.distinct()).label("ideas"))
    .join(Contribution, Contribution.idea_id == Idea.id)
    .where(HERE, Contribution.is_listed, in_time(Contribution.adopted_at))
)


async def decisions(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """The ideas that came to a stage at which something is done, or that were stopped or parked;
    pledges, experiments, and builds that were taken into the text."""
    came = [
        (KIND_OF_STAGE[Stage(row.stage)], row) for row in await rows_of(db, CAME_TO, scope.bound)
    ]
    order = list(KIND_OF_STAGE.values())
    came.sort(key=lambda pair: (order.index(pair[0]), pair[1].place))
    found = [_came_to(kind, row) for kind, row in came]
    left = Counter({kind: row.in_all - MOST for kind, row in came if row.in_all > MOST})
    sponsored = await rows_of(db, SPONSORED, scope.bound)
    tried = await rows_of(db, TRIED, scope.bound)
    found += [_sponsored(row) for row in sponsored]
    found += [_tried(row) for row in tried]
    for kind, rows in ((SentenceKind.SPONSORED, sponsored), (SentenceKind.TRIED, tried)):
        left[kind] += rows[0].in_all - len(rows) if rows else 0
    found += _builds((await rows_of(db, BUILDS, scope.bound))[0])
    return [*found, *_others(left, scope)]


def _came_to(kind: SentenceKind, row: Any) -> Sentence:
    anchor = f"#idea-{row.id}-lessons" if kind is SentenceKind.STOPPED else ""
    if kind is SentenceKind.PARKED and row.review:
        anchor = f"#review-{row.review}"
    return Sentence(
        section=Section.NOT_DONE if kind in NOT_DONE else Section.DONE,
        kind=kind,
        path=f"/ideas/{row.id}{anchor}",
        idea=row.id,
        review=row.review if kind is SentenceKind.PARKED else None,
    )


def _sponsored(row: Any) -> Sentence:
    return Sentence(
        section=Section.DONE,
        kind=SentenceKind.SPONSORED,
        path=f"/ideas/{row.id}#idea-{row.id}-pledges",
        idea=row.id,
        numbers={"pledges": row.pledges},
    )


def _tried(row: Any) -> Sentence:
    return Sentence(
        section=Section.DONE,
        kind=SentenceKind.TRIED,
        path=f"/experiments/{row.id}",
        idea=row.idea,
        row=row.id,
    )


def _builds(row: Any) -> list[Sentence]:
    if not row.builds:
        return []
    numbers = {"builds_adopted": row.builds, "ideas": row.ideas}
    kind = SentenceKind.BUILDS_ADOPTED
    return [Sentence(section=Section.DONE, kind=kind, path=COUNTED, numbers=numbers)]


def _others(left: Counter[SentenceKind], scope: Scope) -> list[Sentence]:
    """How many more there are in each of the two sections than are named."""
    found = []
    for section, kind in (
        (Section.DONE, SentenceKind.MORE_DONE),
        (Section.NOT_DONE, SentenceKind.MORE_NOT_DONE),
    ):
        more = sum(
            count for of, count in left.items() if (of in NOT_DONE) == (section is Section.NOT_DONE)
        )
        if more:
            numbers = {"more": more}
            found.append(Sentence(section=section, kind=kind, path=scope.place, numbers=numbers))
    return found

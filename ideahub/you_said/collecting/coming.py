"""What happens next and when, and what is still open."""

from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase, page_of
from ideahub.core.db import constant, constants, rows_of
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.models import Experiment, Review
from ideahub.responses.models import OwedResponse, Response
from ideahub.sponsorship.models import Pledge
from ideahub.you_said.collecting.listed import HERE
from ideahub.you_said.scope import CAMPAIGNS, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST = 8
NOW = func.statement_timestamp()
RUNNING = (
    select(Experiment.id, Experiment.ends_on, Idea.id.label("idea"))
    .join(Idea, Idea.id == Experiment.idea_id)
    .where(
        HERE,
        Experiment.concluded_at.is_(None),
        Idea.stage == func.any(constants(Stage.PROTOTYPE, Stage.PILOT, Stage.SPONSORED)),
    )
    .order_by(Experiment.ends_on.nulls_last(), Experiment.id)
    .limit(constant(MOST))
)
PROMISES = (
    select(Pledge.id, Pledge.expires_on, Idea.id.label("idea"))
    .join(Idea, Idea.id == Pledge.idea_id)
    .where(HERE, Pledge.is_standing, Pledge.kept_at.is_(None))
    .order_by(Pledge.expires_on, Pledge.id)
    .limit(constant(MOST))
)
PHASES = (
    select(
        Phase.id,
        Phase.campaign_id,
        Phase.opens_at,
        Phase.closes_at,
        Campaign.kind,
        (Phase.opens_at > NOW).label("is_coming"),
    )
    .join(Campaign, Campaign.id == Phase.campaign_id)
    .where(
        Phase.campaign_id == CAMPAIGNS,
        Phase.dates_known,
        Campaign.archived_at.is_(None),
        or_(Phase.opens_at > NOW, Phase.closes_at > NOW),
    )
    .order_by(func.least(func.greatest(Phase.opens_at, NOW), Phase.closes_at), Phase.id)
    .limit(constant(MOST))
)


async def coming(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """Experiments under way, promises that are due, and phases that open or close."""
    running = await rows_of(db, RUNNING, scope.bound)
    promises = await rows_of(db, PROMISES, scope.bound)
    phases = await rows_of(db, PHASES, scope.bound)
    return [
        *(
            _of_idea(SentenceKind.PILOT_ENDS, row, f"/experiments/{row.id}", row.ends_on)
            for row in running
        ),
        *(
            _of_idea(
                SentenceKind.PROMISE_DUE, row, f"/ideas/{row.idea}#pledge-{row.id}", row.expires_on
            )
            for row in promises
        ),
        *(_of_phase(row) for row in phases),
    ]


def _of_idea(kind: SentenceKind, row: Any, at: str, day: Any) -> Sentence:
    times = {"on": day.isoformat()} if day else {}
    return Sentence(
        section=Section.NEXT, kind=kind, path=at, idea=row.idea, row=row.id, times=times
    )


def _of_phase(row: Any) -> Sentence:
    kind = SentenceKind.PHASE_OPENS if row.is_coming else SentenceKind.PHASE_CLOSES
    at = row.opens_at if row.is_coming else row.closes_at
    return Sentence(
        section=Section.NEXT,
        kind=kind,
        path=page_of(row.kind, row.campaign_id),
        campaign=row.campaign_id,
        phase=row.id,
        row=row.id,
        times={"at": at.isoformat()},
    )


# Without a decision of anybody: those with most support first, as they wait with most people.
LEAST_SUPPORT = 5
_undecided = and_(
    HERE,
    Idea.stage == func.any(constants(Stage.SPARK, Stage.CONCEPT)),
    Idea.votes_count >= constant(LEAST_SUPPORT),
    ~exists().where(Review.idea_id == Idea.id),
    # What was answered, or where it is owed, is told as that.
    ~exists().where(Response.idea_id == Idea.id),
    ~exists().where(OwedResponse.idea_id == Idea.id, OwedResponse.is_open),
)
UNDECIDED = (
    select(Idea.id, Idea.votes_count, func.count().over().label("in_all"))
    .where(_undecided)
    .order_by(Idea.votes_count.desc(), Idea.id)
    .limit(constant(MOST))
)


async def still_open(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """Ideas that many support and on which nobody has decided yet."""
    rows = await rows_of(db, UNDECIDED, scope.bound)
    found = [
        Sentence(
            section=Section.OPEN,
            kind=SentenceKind.UNDECIDED,
            path=f"/ideas/{row.id}",
            idea=row.id,
            numbers={"people": row.votes_count},
        )
        for row in rows
    ]
    if rows and rows[0].in_all > MOST:
        numbers = {"more": rows[0].in_all - MOST}
        at = scope.place
        kind = SentenceKind.MORE_UNDECIDED
        found.append(Sentence(section=Section.OPEN, kind=kind, path=at, numbers=numbers))
    return found

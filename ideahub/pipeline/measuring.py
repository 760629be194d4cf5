"""What the next gate asks of an idea, and how far the idea has come: counted from the rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.models import PATH, Stage
from ideahub.pipeline.models import Measure

STUCK_DAYS = 30

CONCERNS = """
    select count(*) from contribution concern
    where concern.idea_id = idea.id and concern.kind = 'concern' and concern.parent_id is null
        and concern.withdrawn_at is null and concern.hidden_at is null"""
# One of the authors has replied.
ANSWERED = """exists (
    select from contribution reply
    where reply.parent_id = concern.id and reply.withdrawn_at is null and reply.hidden_at is null
        and (reply.author_id = idea.author_id or exists (
            select from co_author
            where co_author.idea_id = idea.id and co_author.person_id = reply.author_id)))"""
# Each measure counts for the row `idea`; an experiment counts in the stage it was made for.
COUNTED = {
    Measure.SUPPORTERS: "idea.votes_count",
    # All citizens together are one, so that breadth means breadth across the public sector too.
    Measure.ORGANISATIONS: """
        select count(distinct coalesce(person.organisation_id, 0))
        from vote join person on person.id = vote.person_id where vote.idea_id = idea.id""",
    Measure.ADOPTED_BUILDS: """
        select count(*) from contribution
        where idea_id = idea.id and adopted_at is not null and hidden_at is null
            and author_id <> idea.author_id""",
    Measure.CONTRIBUTIONS: """
        select count(*) from contribution
        where idea_id = idea.id and parent_id is null and author_id <> idea.author_id
            and withdrawn_at is null and hidden_at is null""",
    Measure.CONCERNS_ANSWERED: f"{CONCERNS} and {ANSWERED}",
    Measure.SPONSORS: """
        select count(distinct sponsor_id) from pledge
        where idea_id = idea.id and accepted_at is not null
            and withdrawn_at is null and lapsed_at is null
            and (kept_at is not null or expires_on >= current_date)""",
    Measure.FRAMED: "(idea.why <> '')::int",
    Measure.EXPERIMENT_PLANNED: """
        select count(*) from experiment where idea_id = idea.id and stage = gate.to_stage""",
    Measure.READINGS: """
        select count(*) from reading join experiment on experiment.id = experiment_id
        where idea_id = idea.id and stage = idea.stage""",
    Measure.RESULT: """
        select count(*) from experiment
        where idea_id = idea.id and stage = idea.stage and concluded_at is not null""",
    Measure.TARGET_REACHED: """
        select count(*) from experiment join lateral (
            select value from reading where experiment_id = experiment.id
            order by taken_on desc, reading.id desc limit 1) latest on true
        where idea_id = idea.id and stage = idea.stage
            and case when higher_is_better then value >= target else value <= target end""",
    Measure.LESSON: "select count(*) from lesson where idea_id = idea.id",
}
CASES = " ".join(f"when '{measure}' then ({sql})" for measure, sql in COUNTED.items())
# A campaign that has gates of its own uses only those. All concerns want an answer, however many.
ASK = f"""
    select idea.id, idea.stage, idea.path_stage, idea.stage_since,
        extract(day from statement_timestamp() - idea.stage_since)::int as days,
        gate.to_stage, criterion.measure,
        case criterion.measure {CASES} end as reached,
        case criterion.measure when 'concerns_answered' then ({CONCERNS})
            else criterion.threshold end as wanted
    from idea
    left join gate on gate.from_stage = idea.stage and gate.campaign_id is not distinct from (
        select own.campaign_id from gate own where own.campaign_id = idea.campaign_id limit 1)
    left join gate_criterion criterion on criterion.gate_id = gate.id
    where idea.id = any(cast(:ids as bigint[]))
    order by idea.id, criterion.position
"""  # noqa: S608  made of the constants above
MEASURE = text(ASK)


class Criterion(msgspec.Struct, frozen=True):
    """One thing the gate asks for, and how much of it there is."""

    measure: Measure
    reached: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether there is enough of it."""
        return self.reached >= self.wanted

    @property
    def lacking(self) -> int:
        """How many more it takes."""
        return max(self.wanted - self.reached, 0)


class GateStatus(msgspec.Struct, frozen=True):
    """Where an idea stands, since when, and what the gate before it asks for."""

    idea_id: int
    stage: Stage
    # Where on the path it is, or was when it left the path.
    path_stage: Stage
    since: datetime
    days: int
    next_stage: Stage | None
    criteria: tuple[Criterion, ...]

    @property
    def unmet(self) -> tuple[Criterion, ...]:
        """What is still missing."""
        return tuple(one for one in self.criteria if not one.met)

    @property
    def on_path(self) -> bool:
        """Whether it is neither parked nor stopped."""
        return self.stage in PATH

    @property
    def stuck(self) -> bool:
        """Whether it has been before the same gate for too long."""
        return self.next_stage is not None and self.days > STUCK_DAYS

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The figures as a review keeps them."""
        return [
            {
                "measure": one.measure.value,
                "threshold": one.wanted,
                "reached": one.reached,
                "met": one.met,
            }
            for one in self.criteria
        ]


async def measure(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, GateStatus]:
    """How each of the ideas stands before its next gate, in one query."""
    if not idea_ids:
        return {}
    rows = (await db.execute(MEASURE, {"ids": list(idea_ids)})).all()
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return {idea_id: _standing(some) for idea_id, some in grouped.items()}


async def measure_one(db: AsyncSession, idea_id: int) -> GateStatus:
    """How the idea stands before its next gate; the idea must exist."""
    return (await measure(db, [idea_id]))[idea_id]


def _standing(rows: list[Row[Any]]) -> GateStatus:
    first = rows[0]
    return GateStatus(
        idea_id=first.id,
        stage=Stage(first.stage),
        path_stage=Stage(first.path_stage),
        since=first.stage_since,
        days=first.days,
        next_stage=Stage(first.to_stage) if first.to_stage else None,
        criteria=tuple(
            Criterion(Measure(row.measure), row.reached, row.wanted) for row in rows if row.measure
        ),
    )

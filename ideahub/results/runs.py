"""Queries for score runs, and for what they read and gave."""

import asyncio
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.asked_once import asked_once
from ideahub.core.db import rows_of
from ideahub.core.refusals import NotFound
from ideahub.organisations.models import Person
from ideahub.results.computing import ScoreOutput, export
from ideahub.results.models import ScoreRun
from ideahub.results.score_inputs import ScoreInputs
from ideahub.results.scoring_rule import ScoringRule

PANEL_ID = bindparam("panel_id", type_=BigInteger)
RUN_ID = bindparam("run_id", type_=BigInteger)
RUNS = (
    select(
        ScoreRun.id,
        ScoreRun.number,
        ScoreRun.created_at,
        ScoreRun.reason,
        ScoreRun.rule,
        ScoreRun.inputs_hash,
        ScoreRun.output_hash,
        Person.name,
    )
    .join(Person, Person.id == ScoreRun.run_by)
    .where(ScoreRun.panel_id == PANEL_ID)
    .order_by(ScoreRun.number.desc())
)
BODY = select(ScoreRun.rule, ScoreRun.inputs, ScoreRun.output).where(ScoreRun.id == RUN_ID)


class ScoreRunView(msgspec.Struct, frozen=True):
    """A run, without what it read and gave."""

    id: int
    number: int
    created_at: datetime
    reason: str
    rule: ScoringRule
    inputs_hash: str
    output_hash: str
    run_by: str


class RunBody(msgspec.Struct, frozen=True):
    """What a run followed, read and gave."""

    rule: ScoringRule
    inputs: ScoreInputs
    output: ScoreOutput

    @property
    def export(self) -> bytes:
        """The file with which anybody can compute it again."""
        return export(self.rule, self.inputs, self.output)


@asked_once
async def runs_of(db: AsyncSession, panel_id: int) -> list[ScoreRunView]:
    """The runs of a panel, the newest first."""
    return [_run(row) for row in await rows_of(db, RUNS, {PANEL_ID.key: panel_id})]


async def find_run(db: AsyncSession, panel_id: int, number: int) -> ScoreRunView:
    """The run of a panel with this number; raises NotFound."""
    for run in await runs_of(db, panel_id):
        if run.number == number:
            return run
    raise NotFound


async def body_of(db: AsyncSession, run_id: int) -> RunBody:
    """What a run followed, read and gave; raises NotFound."""
    found = await rows_of(db, BODY, {RUN_ID.key: run_id})
    if not found:
        raise NotFound
    return await asyncio.to_thread(read_body, *found[0])


def read_body(rule: Any, inputs: str, output: str) -> RunBody:
    """The same from what is stored; a quarter of a second for ten thousand entries."""
    return RunBody(
        msgspec.convert(rule, ScoringRule, strict=False),
        msgspec.json.decode(inputs, type=ScoreInputs),
        msgspec.json.decode(output, type=ScoreOutput),
    )


def _run(row: Any) -> ScoreRunView:
    columns = dict(row._mapping)
    rule = msgspec.convert(columns.pop("rule"), ScoringRule, strict=False)
    return ScoreRunView(rule=rule, run_by=columns.pop("name"), **columns)

"""What became of an idea, as a short line of dated steps, each with the place that says it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import N_, _
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IDEA_ID
from ideahub.pipeline.models import Decision, Experiment, Review
from ideahub.responses.models import Response
from ideahub.sponsorship.models import Pledge

# The latest; a line with more is read by nobody.
MOST = 8


class Step(StrEnum):
    """What a step can be."""

    ANSWERED = "answered"
    SPONSORED = "sponsored"
    TRIED = "tried"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    ADOPTED = "adopted"
    STOPPED = "stopped"
    PARKED = "parked"
    WOKEN = "woken"


WORDS = {
    Step.ANSWERED: N_("Answered"),
    Step.SPONSORED: N_("Sponsored"),
    Step.TRIED: N_("Tried out"),
    Step.PROTOTYPE: N_("Prototype"),
    Step.PILOT: N_("Pilot"),
    Step.ADOPTED: N_("Everyday practice"),
    Step.STOPPED: N_("Stopped"),
    Step.PARKED: N_("Parked"),
    Step.WOKEN: N_("Woken up"),
}


class OutcomeStep(msgspec.Struct, frozen=True):
    """A step of an idea: what it was, the number of the row that says it, and when."""

    idea_id: int
    what: Step
    row: int
    at: datetime

    @property
    def words(self) -> str:
        """The step in the current language."""
        return _(WORDS[self.what])

    @property
    def place(self) -> str:
        """Where it is told."""
        here = f"/ideas/{self.idea_id}"
        match self.what:
            case Step.TRIED:
                return f"/experiments/{self.row}"
            case Step.ANSWERED:
                return f"{here}#idea-{self.idea_id}-response"
            case Step.SPONSORED:
                return f"{here}#pledge-{self.row}"
        return f"{here}#review-{self.row}"


def _steps(what: Step, table: Any, at: Any, *where: Any) -> Select[Any]:
    said = table.id.label("row"), at.label("at")
    columns = table.idea_id.label("idea_id"), constant(what).label("what"), *said
    return select(*columns).where(table.idea_id == IDEA_ID, *where)


def _decided(what: Step, decision: Decision, *where: Any) -> Select[Any]:
    here = Review.decision == constant(decision)
    return _steps(what, Review, Review.created_at, here, *where)


def _reached(what: Step, stage: Stage) -> Select[Any]:
    return _decided(what, Decision.ADVANCE, Review.to_stage == constant(stage))


_all = union_all(
    _steps(Step.ANSWERED, Response, Response.given_at),
    _steps(Step.SPONSORED, Pledge, Pledge.accepted_at, Pledge.is_standing),
    _steps(Step.TRIED, Experiment, Experiment.concluded_at, Experiment.concluded_at.is_not(None)),
    _reached(Step.PROTOTYPE, Stage.PROTOTYPE),
    _reached(Step.PILOT, Stage.PILOT),
    _reached(Step.ADOPTED, Stage.ADOPTED),
    _decided(Step.STOPPED, Decision.STOP),
    _decided(Step.PARKED, Decision.PARK),
    _decided(Step.WOKEN, Decision.WAKE),
).subquery("step")
STEPS = select(_all).order_by(_all.c.at.desc(), _all.c.row.desc()).limit(constant(MOST))


async def outcome_steps(db: AsyncSession, idea_id: int) -> Sequence[OutcomeStep]:
    """The latest MOST steps, the first of them first. The caller has found the idea through the
    viewer."""
    rows = await rows_of(db, STEPS, {IDEA_ID.key: idea_id})
    return [OutcomeStep(row.idea_id, Step(row.what), row.row, row.at) for row in reversed(rows)]

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


class OutcomeKind(StrEnum):
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
    OutcomeKind.ANSWERED: N_("Answered"),
    OutcomeKind.SPONSORED: N_("Sponsored"),
    OutcomeKind.TRIED: N_("Tried out"),
    OutcomeKind.PROTOTYPE: N_("Prototype"),
    OutcomeKind.PILOT: N_("Pilot"),
    OutcomeKind.ADOPTED: N_("Everyday practice"),
    OutcomeKind.STOPPED: N_("Stopped"),
    OutcomeKind.PARKED: N_("Parked"),
    OutcomeKind.WOKEN: N_("Woken up"),
}


class OutcomeStep(msgspec.Struct, frozen=True):
    """A step of an idea: what it was, the number of the row that says it, and when."""

    idea_id: int
    what: OutcomeKind
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
            case OutcomeKind.TRIED:
                return f"/experiments/{self.row}"
            case OutcomeKind.ANSWERED:
                return f"{here}#idea-{self.idea_id}-response"
            case OutcomeKind.SPONSORED:
                return f"{here}#pledge-{self.row}"
        return f"{here}#review-{self.row}"


def _steps(what: OutcomeKind, table: Any, at: Any, *where: Any) -> Select[Any]:
    said = table.id.label("row"), at.label("at")
    columns = table.idea_id.label("idea_id"), constant(what).label("what"), *said
    return select(*columns).where(table.idea_id == IDEA_ID, *where)


def _decided(what: OutcomeKind, decision: Decision, *where: Any) -> Select[Any]:
    here = Review.decision == constant(decision)
    return _steps(what, Review, Review.created_at, here, *where)


def _reached(what: OutcomeKind, stage: Stage) -> Select[Any]:
    return _decided(what, Decision.ADVANCE, Review.to_stage == constant(stage))


_all = union_all(
    _steps(OutcomeKind.ANSWERED, Response, Response.given_at),
    _steps(OutcomeKind.SPONSORED, Pledge, Pledge.accepted_at, Pledge.is_standing),
    _steps(
        OutcomeKind.TRIED, Experiment, Experiment.concluded_at, Experiment.concluded_at.is_not(None)
    ),
    _reached(OutcomeKind.PROTOTYPE, Stage.PROTOTYPE),
    _reached(OutcomeKind.PILOT, Stage.PILOT),
    _reached(OutcomeKind.ADOPTED, Stage.ADOPTED),
    _decided(OutcomeKind.STOPPED, Decision.STOP),
    _decided(OutcomeKind.PARKED, Decision.PARK),
    _decided(OutcomeKind.WOKEN, Decision.WAKE),
).subquery("step")
STEPS = select(_all).order_by(_all.c.at.desc(), _all.c.row.desc()).limit(constant(MOST))


async def outcome_steps(db: AsyncSession, idea_id: int) -> Sequence[OutcomeStep]:
    """The latest MOST steps, the first of them first. The caller has found the idea through the
    viewer."""
    rows = await rows_of(db, STEPS, {IDEA_ID.key: idea_id})
    return [
        OutcomeStep(row.idea_id, OutcomeKind(row.what), row.row, row.at) for row in reversed(rows)
    ]

"""Rules for running scores: from what the judges gave to the ranks, stored with what they follow
from."""

import asyncio
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.results.canonical import canonical, digest
from ideahub.results.collecting import collect_inputs, criteria_of, rule_of
from ideahub.results.computing import ScoreOutput, run
from ideahub.results.exact_numbers import Rounding, rounded
from ideahub.results.models import RunPlace, ScoreRun
from ideahub.results.panels import lock_panel
from ideahub.results.score_inputs import ScoreInputs
from ideahub.results.scoring_rule import ScoringRule

# Decimals that the table of places keeps of a value.
KEPT_DECIMALS = 10
NEWEST = (
    select(ScoreRun)
    .where(ScoreRun.panel_id == bindparam("panel_id", type_=BigInteger))
    .order_by(ScoreRun.number.desc())
    .limit(1)
)


class Ran(NamedTuple):
    """A run, and whether it is new: where nothing has changed, the last one gave the same bytes."""

    run: ScoreRun
    is_new: bool


async def newest_run(db: AsyncSession, panel_id: int) -> ScoreRun | None:
    """The last run of a panel; None before the first."""
    found: ScoreRun | None = await db.scalar(NEWEST, {"panel_id": panel_id})
    return found


async def run_scores(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, *, reason: str = ""
) -> Ran:
    """Computes the ranks and stores them as a new run; where the last run read the same, only
    compares its bytes.

    Raises Conflict while scoring is open and where the rule gives no result without scores that
    are missing; Invalid where there is nothing to compute, or it cannot be computed with.
    """
    panel = await lock_panel(db, panel)
    if panel.closed_at is None:
        raise Conflict(_("Scoring is still open. Scores are run once the panel is closed."))
    criteria = await criteria_of(db, panel.id)
    collected = await collect_inputs(db, panel, criteria)
    if not collected.inputs.entries:
        raise Invalid(_("There is no entry that this panel could rank."))
    # Seconds for ten thousand entries, in which this process serves others.
    computed = await asyncio.to_thread(_compute, rule_of(panel, criteria), collected.inputs)
    last = await newest_run(db, panel.id)
    if last and _is_same(last, computed):
        return Ran(last, False)
    made = await _store(db, viewer, panel, computed, collected.entry_ids, (last, reason))
    await record(db, Kind.SCORES_RUN, viewer, on=campaign, subject=made, panel_id=panel.id)
    return Ran(made, True)


class Computed(NamedTuple):
    """A run before it is stored: its output, and the bytes of what was read and given."""

    rule: ScoringRule
    output: ScoreOutput
    inputs: bytes
    given: bytes
    output_hash: str


def _compute(rule: ScoringRule, inputs: ScoreInputs) -> Computed:
    output = run(rule, inputs)
    given = canonical(output)
    return Computed(rule, output, canonical(inputs), given, sha256(given).hexdigest())


def _is_same(last: ScoreRun, computed: Computed) -> bool:
    """Whether the last run had this rule and read and gave the same, byte by byte."""
    return (
        digest(last.rule) == digest(computed.rule)
        and last.inputs_hash == computed.output.inputs_sha256
        and last.output_hash == computed.output_hash
    )


async def _store(
    db: AsyncSession,
    viewer: Viewer,
    panel: Panel,
    computed: Computed,
    entry_ids: dict[str, int],
    after: tuple[ScoreRun | None, str],
) -> ScoreRun:
    last, reason = after
    made = ScoreRun(
        panel_id=panel.id,
        number=last.number + 1 if last else 1,
        rule=msgspec.to_builtins(computed.rule),
        inputs=computed.inputs.decode(),
        inputs_hash=computed.output.inputs_sha256,
        output=computed.given.decode(),
        output_hash=computed.output_hash,
        run_by=viewer.person_id,
        reason=reason,
    )
    db.add(made)
    await db.flush()
    places = [
        {
            "run_id": made.id,
            "entry_id": entry_ids[one.entry],
            "rank": one.rank,
            "value": _kept(one.panel.value) if one.panel else None,
            "is_shared": one.shared_by > 0,
        }
        for one in computed.output.entries
    ]
    await db.execute(insert(table_of(RunPlace)), places)
    return made


def _kept(value: Fraction) -> Decimal:
    return Decimal(rounded(value, KEPT_DECIMALS, Rounding.HALF_EVEN))

"""Rules for running scores: from what the judges gave to the ranks, stored with what they follow
from."""

import asyncio
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.many_rows import ManyRows
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.panels import lock_panel
from ideahub.results.canonical import canonical, digest
from ideahub.results.collecting import Collected, collect_inputs, criteria_of, rule_of
from ideahub.results.computing import run
from ideahub.results.exact_numbers import Rounding, rounded
from ideahub.results.models import RunPlace, ScoreRun
from ideahub.results.scoring_rule import ScoringRule

# Decimals that the table of places keeps of a value.
KEPT_DECIMALS = 10
_places = ManyRows(RunPlace, "entry_id", "rank", "value", "is_shared")
PLACES = insert(table_of(RunPlace)).from_select(
    ["run_id", *_places.names],
    select(bindparam("run_id", type_=BigInteger), *_places.rows.c),
)
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
    panel = await lock_panel(db, panel.id)
    if panel.closed_at is None:
        raise Conflict(_("Scoring is still open. Scores are run once the panel is closed."))
    criteria = await criteria_of(db, panel.id)
    rule = rule_of(panel, criteria)
    collected = await collect_inputs(db, panel, criteria)
    if not collected.inputs.entries:
        raise Invalid(_("There is no entry that this panel could rank."))
    # A second for ten thousand entries, in which this process serves others.
    computed = await asyncio.to_thread(_compute, rule, collected)
    last = await newest_run(db, panel.id)
    if last and _is_same(last, computed):
        return Ran(last, False)
    made = await _store(db, viewer, panel, computed, (last, reason))
    await record(db, Kind.SCORES_RUN, viewer, on=campaign, subject=made, panel_id=panel.id)
    return Ran(made, True)


class Computed(NamedTuple):
    """A run before it is stored: the text of what was read and given, and the places: each with its
    entry, rank, value, and whether the rank is shared."""

    rule: ScoringRule
    inputs: str
    inputs_hash: str
    output: str
    output_hash: str
    places: list[tuple[Any, ...]]


def _compute(rule: ScoringRule, collected: Collected) -> Computed:
    output = run(rule, collected.inputs)
    read, given = canonical(collected.inputs), canonical(output)
    places = [
        (
            collected.entry_ids[one.entry],
            one.rank,
            _kept(one.panel.value) if one.panel else None,
            one.shared_by > 0,
        )
        for one in output.entries
    ]
    return Computed(
        rule,
        read.decode(),
        output.inputs_sha256,
        given.decode(),
        sha256(given).hexdigest(),
        places,
    )


def _is_same(last: ScoreRun, computed: Computed) -> bool:
    """Whether the last run had this rule and read and gave the same, byte by byte."""
    return (
        digest(last.rule) == digest(computed.rule)
        and last.inputs_hash == computed.inputs_hash
        and last.output_hash == computed.output_hash
    )


async def _store(
    db: AsyncSession,
    viewer: Viewer,
    panel: Panel,
    computed: Computed,
    after: tuple[ScoreRun | None, str],
) -> ScoreRun:
    last, reason = after
    made = ScoreRun(
        panel_id=panel.id,
        number=last.number + 1 if last else 1,
        rule=msgspec.to_builtins(computed.rule),
        inputs=computed.inputs,
        inputs_hash=computed.inputs_hash,
        output=computed.output,
        output_hash=computed.output_hash,
        run_by=viewer.person_id,
        reason=reason,
    )
    db.add(made)
    await db.flush()
    for rows in _places.in_portions(computed.places):
        await db.execute(PLACES, {"run_id": made.id} | rows)
    return made


def _kept(value: Fraction) -> Decimal:
    return Decimal(rounded(value, KEPT_DECIMALS, Rounding.HALF_EVEN))

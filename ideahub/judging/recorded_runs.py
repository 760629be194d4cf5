"""Calculations of who scores what, recorded with all they read, so that they can be repeated."""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ideahub.judging.balancing import Assigned, assign, rebalance

# Changes with the rules of balancing.py, so that an older run says by which it was made.
RULES = 1
# In the place of a judge who gives entries back.
NOBODY = 0
Pair = tuple[int, int]


def new_seed() -> str:
    """A seed that nobody could choose or foresee."""
    return secrets.token_hex(16)


def run_inputs(
    entries: Collection[int],
    judges: Collection[int],
    wanted: int | None,
    conflicts: Collection[Pair],
    expertise: Collection[Pair],
    existing: Collection[Pair],
) -> dict[str, Any]:
    """All that a run reads beside its seed, in one order."""
    here = set(entries)
    return {
        "rules": RULES,
        "entries": sorted(here),
        "judges": sorted(judges),
        "judges_per_entry": wanted,
        "conflicts": _sorted(pair for pair in conflicts if pair[0] in here),
        "expertise": _sorted(expertise),
        "existing": _sorted(existing),
    }


def passing_on(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same inputs for passing on the entries that NOBODY has now."""
    return {**inputs, "judges_per_entry": None, "passed_on": True}


def hash_inputs(inputs: Mapping[str, Any]) -> str:
    """The SHA-256 of the inputs in their one way of writing, in hexadecimal."""
    written = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(written.encode()).hexdigest()


def calculate(inputs: Mapping[str, Any], seed: str) -> Assigned[int, int]:
    """Who scores what, from the inputs of a run and its seed alone."""
    pairs = {name: _pairs(inputs[name]) for name in ("conflicts", "expertise")}
    existing = _pairs(inputs["existing"])
    if inputs.get("passed_on"):
        return rebalance(existing, NOBODY, judges=inputs["judges"], seed=seed, **pairs)
    wanted = inputs["judges_per_entry"]
    return assign(
        inputs["entries"], inputs["judges"], wanted, existing=existing, seed=seed, **pairs
    )


def uncovered_record(done: Assigned[int, int]) -> list[dict[str, Any]]:
    """The entries with too few judges, as they are kept with a run."""
    return [
        {
            "entry": gap.entry,
            "wanted": gap.wanted,
            "covered": gap.covered,
            "in_conflict": gap.in_conflict,
            "why": gap.why.value,
        }
        for gap in done.gaps
    ]


def _sorted(pairs: Any) -> list[list[int]]:
    return [list(pair) for pair in sorted(set(pairs))]


def _pairs(stored: Sequence[Sequence[int]]) -> set[Pair]:
    return {(entry, judge) for entry, judge in stored}

"""Checks of the counts that are stored with ideas and campaigns."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    any_,
    func,
    insert,
    or_,
    select,
    union_all,
)

from ideahub.campaigns.models import Campaign
from ideahub.core.db import table_of
from ideahub.core.kept_counts import (
    NUMBERS,
    ONE,
    ZERO,
    AnyRow,
    KeptCount,
    WrongCount,
    adding,
    kept_count,
)
from ideahub.ideas.models import Idea, IdeaTally, Vote
from ideahub.ideas.rising import rising
from ideahub.ideas.support_kept import SUPPORT_KEPT
from ideahub.ideas.tags_kept import TAGS_KEPT
from ideahub.ideas.words_kept import WORDS_KEPT

NAME = "figures of challenges and idea boxes"
IDEA, TALLY = table_of(Idea), table_of(IdeaTally)
FIGURES: dict[str, ColumnElement[int]] = {
    "ideas": ONE,
    "votes": IDEA.c.votes_count,
    "contributions": IDEA.c.contributions_count,
    "adopted": IDEA.c.adopted_count,
    "pledges": IDEA.c.pledges_count,
}


def _differences(*, some: bool) -> Select[*tuple[Any, ...]]:
    """The campaigns and stages whose tally is not the sum of their ideas: of all campaigns, or of
    those in NUMBERS."""
    kept = select(
        TALLY.c.campaign_id,
        TALLY.c.stage,
        *(TALLY.c[name].label(f"kept_{name}") for name in FIGURES),
        *(ZERO.label(f"counted_{name}") for name in FIGURES),
    )
    counted = select(
        IDEA.c.campaign_id,
        IDEA.c.stage,
        *(ZERO.label(f"kept_{name}") for name in FIGURES),
        *(figure.label(f"counted_{name}") for name, figure in FIGURES.items()),
    ).where(Idea.is_listed)
    if some:
        kept = kept.where(TALLY.c.campaign_id == any_(NUMBERS))
        counted = counted.where(IDEA.c.campaign_id == any_(NUMBERS))
    both = union_all(kept, counted).subquery()
    sums = {
        f"{side}_{name}": func.sum(both.c[f"{side}_{name}"])
        for side in ("kept", "counted")
        for name in FIGURES
    }
    return (
        select(both.c.campaign_id, both.c.stage, *(total.label(key) for key, total in sums.items()))
        .group_by(both.c.campaign_id, both.c.stage)
        .having(or_(*(sums[f"kept_{name}"] != sums[f"counted_{name}"] for name in FIGURES)))
        .order_by(both.c.campaign_id, both.c.stage)
    )


_off = _differences(some=True).cte("off")
# A row with what is missing: no row is changed, so nobody who votes has to wait. In one statement,
# as a trigger adds a row with each change of an idea, and both are seen or neither.
_added = (
    insert(TALLY)
    .from_select(
        ["campaign_id", "stage", *FIGURES],
        select(
            _off.c.campaign_id,
            _off.c.stage,
            *(_off.c[f"counted_{name}"] - _off.c[f"kept_{name}"] for name in FIGURES),
        ),
    )
    .cte("added")
)
MEND = select(_off).add_cte(_added)


def _described(row: AnyRow) -> WrongCount:
    figures = row._mapping
    off = [name for name in FIGURES if figures[f"kept_{name}"] != figures[f"counted_{name}"]]
    kept, counted = (
        ", ".join(f"{figures[f'{side}_{name}']} {name}" for name in off)
        for side in ("kept", "counted")
    )
    return WrongCount(f"challenge or idea box {row.campaign_id} at {row.stage}", kept, counted)


COUNTS = (
    kept_count(
        "votes",
        Idea.votes_count,
        select(Vote.idea_id),
        also=lambda votes: {"rising": rising(votes)},
    ),
    kept_count("ideas", Campaign.ideas_count, select(Idea.campaign_id).where(Idea.is_listed)),
    KeptCount(NAME, "", _differences(some=False), adding(MEND), _described),
    WORDS_KEPT,
    TAGS_KEPT,
    SUPPORT_KEPT,
)

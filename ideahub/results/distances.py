"""What it would have taken, computed for each entry of a run, as it is kept with its answer."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import Prize
from ideahub.core.db import rows_of
from ideahub.core.i18n import _, ngettext
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.results.collecting import entry_key
from ideahub.results.distance import WayMissed, ways_missed
from ideahub.results.models import Advancement, Award, PanelResult, RunPlace, ScoreRun
from ideahub.results.runs import RunBody, body_of

RUN_ID = bindparam("run_id", type_=BigInteger)
NUMBERS = (
    select(RunPlace.entry_id, Entry.number)
    .join(Entry, Entry.id == RunPlace.entry_id)
    .where(
        RunPlace.run_id == RUN_ID,
        RunPlace.entry_id == any_(bindparam("entry_ids", type_=ARRAY(BigInteger))),
    )
)
_by_result = (
    select(PanelResult.id)
    .join(ScoreRun, ScoreRun.panel_id == PanelResult.panel_id)
    .where(ScoreRun.id == RUN_ID)
)
# The entries that advance by the panel's results, those that have won by them, and how many winners
# the prizes have.
ADVANCING = select(Advancement.entry_id).where(Advancement.result_id.in_(_by_result)).distinct()
AWARDED = (
    select(Award.entry_id)
    .where(Award.result_id.in_(_by_result), Award.revoked_at.is_(None))
    .distinct()
)
WINNERS = (
    select(func.coalesce(func.sum(Prize.winners), 0))
    .join(Panel, Panel.campaign_id == Prize.campaign_id)
    .join(ScoreRun, ScoreRun.panel_id == Panel.id)
    .where(ScoreRun.id == RUN_ID)
)


async def winning_places(db: AsyncSession, run_id: int) -> int:
    """How many places win or advance: as many as were invited into a later phase, else as the
    prizes have winners, else one."""
    asked = {RUN_ID.key: run_id}
    advanced, winners = await rows_of(db, ADVANCING, asked), await db.scalar(WINNERS, asked)
    return int(len(advanced) or winners or 1)


async def distances_of(
    db: AsyncSession, run_id: int, entry_ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """By the entry's number in its table: what it would have taken, of these entries. Those that
    win or advance, whatever their place, and those without one are left out. Once all are chosen,
    one that has a place for it and was not chosen is `passed_over`. Ten milliseconds for each."""
    if not entry_ids:
        return {}
    body = await body_of(db, run_id)
    places = await winning_places(db, run_id)
    chosen = {
        one
        for every in (ADVANCING, AWARDED)
        for (one,) in await rows_of(db, every, {"run_id": run_id})
    }
    asked = {RUN_ID.key: run_id, "entry_ids": [one for one in entry_ids if one not in chosen]}
    ids = {entry_key(number): entry_id for entry_id, number in await rows_of(db, NUMBERS, asked)}
    # In a thread, so that this process serves others meanwhile.
    ways = await asyncio.to_thread(_ways, body, places, list(ids))
    names = {one.key: one.label for one in body.inputs.criteria}
    found = {ids[way.entry]: _as_kept(way, places, names) for way in ways}
    if len(chosen) < places:
        return found
    return found | {
        ids[one.entry]: {"places": places, "rank": one.rank, "passed_over": True}
        for one in body.output.entries
        if one.entry in ids and one.rank is not None and one.rank <= places
    }


def _ways(body: RunBody, places: int, entries: Sequence[str]) -> list[WayMissed]:
    return ways_missed(body.rule, body.inputs, body.output, places, entries)


def _as_kept(way: WayMissed, places: int, names: dict[str, str]) -> dict[str, Any]:
    return {
        "places": places,
        "rank": way.rank,
        "gap": way.gap.shown,
        "tie": names[way.by_tie_break] if way.by_tie_break else None,
        "criteria": [
            {
                "criterion": names[one.criterion],
                "steps": one.steps,
                "gain": one.gain.shown if one.gain else None,
            }
            for one in way.criteria
        ],
    }


def distance_words(distance: dict[str, Any] | None) -> list[str]:
    """What it would have taken, in sentences; nothing for an entry that wins or has no place."""
    if not distance:
        return []
    if distance.get("passed_over"):
        return [
            _(
                "By its points your entry is in place %(rank)s, among the first %(places)s. It was "
                "not for a lack of points that others were chosen.",
                rank=distance["rank"],
                places=distance["places"],
            )
        ]
    return [_first_words(distance), *(_criterion_words(one) for one in distance["criteria"])]


def _first_words(distance: dict[str, Any]) -> str:
    if distance["tie"]:
        return _(
            "Your entry has as many points as the last place that wins or advances. Between equal "
            "entries, “%(criterion)s” decided.",
            criterion=distance["tie"],
        )
    return ngettext(
        "%(num)s place wins or advances. Its entry has %(gap)s points of 100 more than yours.",
        "%(num)s places win or advance. The last of them has %(gap)s points of 100 more than "
        "yours.",
        distance["places"],
        gap=distance["gap"],
    )


def _criterion_words(one: dict[str, Any]) -> str:
    if one["steps"] is None:
        return _(
            "On “%(criterion)s” alone it could not have been reached, not even with the highest "
            "score from each judge who scored it.",
            criterion=one["criterion"],
        )
    return ngettext(
        "On “%(criterion)s” alone: %(num)s step of the scale more from each judge, which is "
        "%(gain)s points of 100.",
        "On “%(criterion)s” alone: %(num)s steps of the scale more from each judge, which is "
        "%(gain)s points of 100.",
        one["steps"],
        criterion=one["criterion"],
        gain=one["gain"],
    )

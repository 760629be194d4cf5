"""Rounds: a phase can take only entries that were invited from an earlier phase."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.i18n import _, side_by_side
from ideahub.core.refusals import Conflict, Invalid

# Says in a sentence why others than those invited from its source must be able to enter the phase
# with this number; empty where they need not; features.py fills it.
WhyOpenToAll = Callable[[AsyncSession, int], Awaitable[str]]
WHY_OPEN_TO_ALL: list[WhyOpenToAll] = []


def round_problems(plans: Sequence[PhasePlan]) -> dict[int, str]:
    """What is wrong with the rounds that are planned in this order: sentences by the place of the
    phase that is by invitation, counted from 0.

    Entries are invited from a phase of the same plan that stands before it, takes entries and ends
    before it opens. So no two phases can wait for each other.
    """
    found = {}
    for place, plan in enumerate(plans):
        if plan.invited_from_id is not None and (problem := _problem(plan, plans[:place])):
            found[place] = problem
    return found


def _problem(plan: PhasePlan, earlier: Sequence[PhasePlan]) -> str:
    if Accepts.ENTRIES not in plan.accepts:
        return _("It takes no entries: tick “Entries to be judged” above, or choose “Everyone”.")
    source = next((one for one in earlier if one.id == plan.invited_from_id), None)
    if source is None or Accepts.ENTRIES not in source.accepts:
        return _("Choose a phase that takes entries and stands before this one.")
    end = _end(source)
    if plan.opens_at and end and plan.opens_at < end:
        return _(
            "It opens before “%(name)s” is over: nobody can be invited by then. Let it open later.",
            name=source.name,
        )
    return ""


def _end(source: PhasePlan) -> datetime | None:
    return source.closes_at and source.closes_at + timedelta(seconds=source.grace_seconds)


def must_be_sound_rounds(plans: Sequence[PhasePlan]) -> None:
    """Raises Invalid where there is something that `round_problems` finds."""
    problems = round_problems(plans)
    if problems:
        raise Invalid(
            " ".join(
                _("“%(name)s”: %(problem)s", name=plans[place].name or "…", problem=problem)
                for place, problem in problems.items()
            )
        )


async def must_keep_entrants(
    db: AsyncSession, before: Sequence[PhaseNow], after: Sequence[PhaseNow]
) -> None:
    """Raises Conflict where a phase would be by invitation from another phase now, or for the first
    time, although others have entered it or were invited there. To be called once it is stored."""
    sources = {phase.id: phase.invited_from_id for phase in before}
    for phase in after:
        if phase.invited_from_id in (None, sources.get(phase.id, phase.invited_from_id)):
            continue
        for ask in WHY_OPEN_TO_ALL:
            if reason := await ask(db, phase.id):
                raise Conflict(reason)


async def invite_by_place(
    db: AsyncSession, phases: Sequence[PhaseNow], sources: Mapping[int, int]
) -> None:
    """Makes phases of a new draft by invitation: `sources` has for their places in `phases`,
    counted from 0, the places of those from which entries are invited."""
    for place, source in sources.items():
        await db.execute(
            update(Phase)
            .where(Phase.id == phases[place].id)
            .values(invited_from_id=phases[source].id, by_invitation=True)
        )


def sources_by_place(phases: Sequence[PhaseNow]) -> dict[int, int]:
    """The places of those phases that are by invitation, each with the place of the phase from
    which entries are invited; as `invite_by_place` takes them."""
    places = {phase.id: place for place, phase in enumerate(phases)}
    return {
        place: places[phase.invited_from_id]
        for place, phase in enumerate(phases)
        if phase.invited_from_id in places
    }


def invited_words(phase: PhaseNow, phases: Sequence[PhaseNow]) -> str:
    """That only invited entries are taken, and from which of these phases; empty where everyone can
    enter."""
    if phase.invited_from_id is None:
        return ""
    source = next((one.name for one in phases if one.id == phase.invited_from_id), "")
    return _("By invitation, from “%(phase)s”", phase=source)


def accepted_words(phase: PhaseNow, phases: Sequence[PhaseNow], accepts: str) -> str:
    """What a phase accepts, in these words, and that it does so by invitation where it does."""
    return side_by_side(filter(None, [accepts, invited_words(phase, phases)]))

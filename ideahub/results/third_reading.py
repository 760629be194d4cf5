"""Rules for asking for third readings of entries about which judges are far apart.

While scoring is open they are given to other judges as all entries are; whoever manages the panel
learns which entries these are, and nothing of the scores. Once the panel is closed, one judge is
asked for each, in a time of their own, until a result is published.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import must_accept_in
from ideahub.core.dates import moment_words
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel, ThirdReading
from ideahub.judging.panels import lock_panel
from ideahub.judging.reading_again import ReadingPlan, give_reading
from ideahub.judging.recorded_runs import NOBODY
from ideahub.judging.replacing import pass_on
from ideahub.judging.third_readings import readings_of
from ideahub.judging.visibility import is_judge_of
from ideahub.results.collecting import collect_inputs, criteria_of, rule_of
from ideahub.results.computing import run
from ideahub.results.divergence import diverging
from ideahub.results.models import PanelResult
from ideahub.results.scoring_rule import MissingScores
from ideahub.results.wanted_readings import find_wanted, possible_readers


class FarApart(msgspec.Struct, frozen=True):
    """An entry on which judges are further apart than the panel's bound."""

    id: int
    number: int


async def far_apart(db: AsyncSession, panel: Panel) -> list[FarApart]:
    """The entries whose judges have all finished and differ more than the panel's bound; none
    where it has no bound. Entries that wait for another judge are not among them."""
    criteria = await criteria_of(db, panel.id)
    if panel.divergence_bound is None or not criteria:
        return []
    inputs, ids = await collect_inputs(db, panel, criteria)
    # Of those who have not finished nothing is known yet, whatever the rule makes of it later.
    rule = msgspec.structs.replace(rule_of(panel, criteria), missing=MissingScores.LEAVE_OUT_JUDGE)
    output = await asyncio.to_thread(run, rule, inputs)
    finished = {one.entry for one in output.entries if one.counted + one.recused == one.assigned}
    found = diverging(rule, output, f"{panel.divergence_bound:f}")
    keys = sorted(one.entry for one in found if one.entry in finished)
    return [FarApart(ids[key], int(key[1:])) for key in keys]


async def offers_readings(db: AsyncSession, viewer: Viewer, panel: Panel) -> bool:
    """Whether the viewer, who manages the panel, can give entries to another judge while it is
    open. Not a manager who judges as well: that judges are far apart tells of what others gave."""
    if panel.closed_at is not None or panel.divergence_bound is None:
        return False
    return not await is_judge_of(db, viewer, panel.id)


async def offered_readings(db: AsyncSession, viewer: Viewer, panel: Panel) -> list[FarApart]:
    """These entries. Computes as a score run does, so it is asked only where they are shown."""
    return await far_apart(db, panel) if await offers_readings(db, viewer, panel) else []


async def ask_third_readings(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel
) -> Sequence[int]:
    """Gives each of these entries to another judge, as evenly as can be, and returns the numbers of
    those for which there was one.

    Raises Forbidden for a judge of the panel; Conflict where it is closed or its phase takes no
    scores now, and where there is no such entry.
    """
    await _must_not_judge(db, viewer, panel)
    panel = await lock_panel(db, panel.id)
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."))
    entries = await far_apart(db, panel)
    if not entries:
        raise Conflict(_("There is no entry now on which the judges are so far apart."))
    await must_accept_in(db, panel.phase_id, Accepts.SCORING)
    taken = await pass_on(db, viewer, panel, [(one.id, NOBODY) for one in entries])
    numbers = [one.number for one in entries if one.id in taken]
    await record(db, Kind.THIRD_READING_ASKED, viewer, on=campaign, subject=panel, entries=numbers)
    return numbers


async def ask_third_reading(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, plan: ReadingPlan
) -> ThirdReading:
    """Asks a judge of a closed panel to read one entry more; what they score counts in the next
    run. Pressed twice it is done once.

    Raises Forbidden for a judge of the panel; NotFound for an entry that is not to be read once
    more; Invalid, of the fields `reader` and `until`; and Conflict while the panel is open, once a
    result is published, and while somebody reads the entry.
    """
    await _must_not_judge(db, viewer, panel)
    panel = await lock_panel(db, panel.id)
    await must_not_be_published(db, panel)
    await find_wanted(db, panel, plan.entry_id)
    for reading in await readings_of(db, panel.id):
        if reading.entry_id == plan.entry_id and reading.is_open:
            if reading.judge_id == plan.judge_id:
                return await db.get_one(ThirdReading, reading.id)
            raise Conflict(_("%(name)s reads this entry already.", name=reading.judge))
    able = await possible_readers(db, campaign, panel, plan.entry_id)
    if plan.judge_id not in {reader.id for reader in able}:
        raise Invalid(_("Choose one of the judges who can read this entry."), field="reader")
    return await give_reading(db, viewer, campaign, panel, plan)


async def must_not_be_published(db: AsyncSession, panel: Panel) -> None:
    """Raises Conflict once a result of the panel is published."""
    if await db.scalar(select(exists().where(PanelResult.panel_id == panel.id))):
        raise Conflict(
            _("The result is published, so nothing is read once more. Entrants can appeal.")
        )


async def must_wait_for_no_reading(db: AsyncSession, panel: Panel) -> None:
    """Raises Conflict while a third reading of the panel is open."""
    for reading in await readings_of(db, panel.id):
        if reading.is_open:
            raise Conflict(
                _(
                    "%(name)s reads an entry once more, until %(moment)s. Wait for it, or take it "
                    "back.",
                    name=reading.judge,
                    moment=moment_words(reading.closes_at, reading.timezone),
                )
            )


async def _must_not_judge(db: AsyncSession, viewer: Viewer, panel: Panel) -> None:
    if await is_judge_of(db, viewer, panel.id):
        raise Forbidden(_("You judge in this panel, so somebody else has to ask for this."))

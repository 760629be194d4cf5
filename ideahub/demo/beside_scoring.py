"""Fills in what stands beside the scores in the demo: the rule that was declared, samples that the
judges score first, a judge who stepped back, and letters."""

from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes_judged import DemoJudged, DemoRecusal
from ideahub.judging.calibrating import (
    SamplePlan,
    TypedSample,
    samples_of,
    score_sample,
    set_samples,
)
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.models import Assignment, Panel, Scorecard
from ideahub.judging.queries import find_own_assignment, find_own_panel
from ideahub.judging.recusing import recuse
from ideahub.results.declaring_rule import declare_rule
from ideahub.results.letters import letters_to_see, send_seen, write_letters


async def prepare_scoring(
    db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel, planned: DemoJudged
) -> None:
    """Declares the rule and sets the samples, before anything is assigned."""
    if planned.rule:
        await declare_rule(db, manager, campaign, panel, planned.rule)
    if planned.samples:
        samples = [SamplePlan(one.title, one.text) for one in planned.samples]
        await set_samples(db, manager, campaign, panel.id, samples)


async def score_samples(
    db: AsyncSession, panel: Panel, planned: DemoJudged, judges: Mapping[str, Viewer]
) -> None:
    """Scores the samples, as far as the judges have done so."""
    criteria = await criteria_of(db, panel.id)
    for stored, sample in zip(await samples_of(db, panel.id), planned.samples, strict=True):
        for key, given in sample.scores.items():
            typed = {
                criterion.id: TypedSample(one.value, one.for_entrant)
                for criterion, one in zip(criteria, given, strict=True)
            }
            own = await find_own_panel(db, judges[key], panel.id)
            await score_sample(db, judges[key], own, stored.id, typed)


async def step_back(db: AsyncSession, judge: Viewer, panel: Panel, planned: DemoRecusal) -> None:
    """The judge steps back from the first entry that they have not scored."""
    own = await find_own_panel(db, judge, panel.id)
    scored = exists().where(Scorecard.assignment_id == Assignment.id)
    open_one = (
        select(Assignment.id)
        .where(Assignment.judge_id == own.judge_id, Assignment.ended_at.is_(None), ~scored)
        .order_by(Assignment.reading_order, Assignment.id)
        .limit(1)
    )
    number = (await db.execute(open_one)).scalar_one()
    _panel, assigned = await find_own_assignment(db, judge, number)
    await recuse(db, judge, assigned, planned.category, planned.reason)


async def write_all(
    db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel, planned: DemoJudged
) -> None:
    """Writes the letters, and sends those that were sent."""
    for letters in planned.letters:
        batch = await write_letters(
            db,
            manager,
            campaign,
            panel,
            recipients=letters.recipients,
            subject=letters.subject,
            text=letters.text,
        )
        while letters.is_sent and (waiting := await letters_to_see(db, batch.id)):
            seen = [one.id for one in waiting]
            await send_seen(db, manager, campaign, panel, batch.id, seen, [])

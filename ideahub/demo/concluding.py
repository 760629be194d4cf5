"""Fills in how a challenge of the demo came to its final result, by the rules of results."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.terms_models import Prize
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes_judged import DemoAppeal, DemoEntry, DemoJudged
from ideahub.judging.closing import close_panel
from ideahub.judging.models import Assignment, Panel, PanelCriterion, PanelJudge, Scorecard
from ideahub.results.answering_entrants import (
    announce_answers,
    answer_fingerprint,
    draft_answers,
    release_answers,
    sign_answers,
)
from ideahub.results.answers import answers_of
from ideahub.results.appealing import appeal, decide_appeal
from ideahub.results.awarding import PlannedAward, checks_of, confirm_award, give_award, note_check
from ideahub.results.correcting import Correction, correct_score
from ideahub.results.entrants import find_own_entry
from ideahub.results.finishing import make_final
from ideahub.results.models import PanelResult, RunPlace
from ideahub.results.paying import payments_of, record_payment
from ideahub.results.publishing import Publication, current_result, publish_result
from ideahub.results.running_scores import run_scores

NOTE = (
    "Three judges read all entries without names. Each scored on their own, and saw no other score before the "
    "panel was closed."
)


async def conclude(
    db: AsyncSession,
    manager: Viewer,
    decides: Viewer,
    campaign: Campaign,
    panel: Panel,
    planned: DemoJudged,
    entries: Mapping[int, tuple[DemoEntry, Viewer]],
) -> None:
    """From the closing of the panel to the last payment. `entries` are those that were planned, by
    number, each with its captain."""
    await close_panel(db, manager, campaign, panel.id)
    await _publish(db, manager, campaign, panel)
    for entry_id, (entry, captain) in entries.items():
        if entry.appeal:
            await _appeal(db, (captain, decides), campaign, panel, entry_id, entry.appeal)
    await _publish(db, manager, campaign, panel)
    await _answer(db, manager, campaign, panel)
    over = {"appeals_until": _now() - timedelta(minutes=1)}
    await db.execute(update(PanelResult).where(PanelResult.panel_id == panel.id).values(over))
    await make_final(db, manager, campaign, panel)
    await _award(db, manager, campaign, panel, planned)


async def publish_with_reasons(
    db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel
) -> None:
    """Closes the panel, and publishes a preliminary result with its reasons."""
    await close_panel(db, manager, campaign, panel.id)
    await _publish(db, manager, campaign, panel)
    await _answer(db, manager, campaign, panel)


def _now() -> datetime:
    return datetime.now(UTC)


async def _publish(db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel) -> None:
    run, _is_new = await run_scores(db, manager, campaign, panel)
    before = await current_result(db, panel.id)
    until = _now().replace(minute=0, second=0, microsecond=0) + timedelta(days=14)
    publication = Publication(run.id, until, campaign.timezone, NOTE)
    seen = before.id if before else 0
    await publish_result(db, manager, campaign, panel, publication, seen=seen)


async def _appeal(
    db: AsyncSession,
    people: tuple[Viewer, Viewer],
    campaign: Campaign,
    panel: Panel,
    entry_id: int,
    planned: DemoAppeal,
) -> None:
    captain, decides = people
    result = await current_result(db, panel.id)
    assert result is not None
    _campaign, own = await find_own_entry(db, captain, entry_id)
    made = await appeal(db, captain, campaign, own, result, planned.text)
    await db.flush()
    await decide_appeal(
        db, decides, campaign, panel, made.id, is_upheld=True, reason=planned.reason
    )
    card, criterion = await _scored(db, panel, entry_id, planned)
    correction = Correction(card, criterion, planned.value, planned.reason, made.id)
    await correct_score(db, decides, campaign, panel, correction)


async def _scored(
    db: AsyncSession, panel: Panel, entry_id: int, planned: DemoAppeal
) -> tuple[int, int]:
    """The numbers of the scorecard and of the criterion that the appeal is about."""
    card = await db.scalar(
        select(Scorecard.id)
        .join(Assignment, Assignment.id == Scorecard.assignment_id)
        .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
        .where(Assignment.entry_id == entry_id, PanelJudge.address.startswith(planned.judge))
    )
    criterion = await db.scalar(
        select(PanelCriterion.id).where(
            PanelCriterion.panel_id == panel.id, PanelCriterion.name == planned.criterion
        )
    )
    assert card is not None
    assert criterion is not None
    return card, criterion


async def _answer(db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel) -> None:
    await draft_answers(db, manager, campaign, panel)
    result = await current_result(db, panel.id)
    assert result is not None
    more = 1
    while more:
        answers, more = await answers_of(db, result.id, result.run_id, unsigned=True)
        seen = {one.id: answer_fingerprint(one) for one in answers}
        await sign_answers(db, manager, campaign, panel, seen)
    await release_answers(db, manager, campaign, panel, _now() - timedelta(minutes=1))
    await announce_answers(db)


async def _award(
    db: AsyncSession, manager: Viewer, campaign: Campaign, panel: Panel, planned: DemoJudged
) -> None:
    """The prizes in the order of the ranks; the first is confirmed and paid, the others wait for
    something to be verified."""
    result = await current_result(db, panel.id)
    assert result is not None
    places = select(RunPlace.entry_id, RunPlace.rank).where(RunPlace.run_id == result.run_id)
    entries = {row.rank: row.entry_id for row in await db.execute(places)}
    prizes = select(Prize).where(Prize.campaign_id == campaign.id).order_by(Prize.position)
    for prize in await db.scalars(prizes):
        award = PlannedAward(entries[prize.rank], "", prize_id=prize.id)
        given = await give_award(db, manager, campaign, panel, award)
        checks = await checks_of(db, given.id)
        for check in checks if prize.rank == 1 else checks[:2]:
            await note_check(db, manager, campaign, given.id, check.id, passed=True, note="")
        if prize.rank == 1:
            await confirm_award(db, manager, campaign, given.id)
            for payment in await payments_of(db, given.id):
                day = _now().date()
                await record_payment(db, manager, campaign, payment.id, paid_on=day, note="")

"""Fills in the demo's challenges with entries: one in judging, one with final results."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.terms_models import RulesVersion
from ideahub.core.outbox import OutgoingMail
from ideahub.core.viewer import Viewer
from ideahub.demo.beside_scoring import (
    prepare_scoring,
    score_samples,
    step_back,
    write_all,
)
from ideahub.demo.concluding import conclude
from ideahub.demo.dating_judged import (
    CONCLUDED,
    ENTERED,
    JUDGED,
    date_conclusion,
    move_back,
    move_events_back,
)
from ideahub.demo.entering import add_rules_and_prizes, enter, make_form
from ideahub.demo.judging import assign, make_panel, score
from ideahub.demo.public_vote import fill_vote
from ideahub.demo.shapes_judged import DemoEntry, DemoJudged
from ideahub.demo.telling import DemoContext
from ideahub.entries.triage import decide_eligibility
from ideahub.judging.models import Panel

# The viewer of somebody among the residents, by the place in the crowd.
FindResident = Callable[[int], Awaitable[Viewer]]


async def fill_judged(
    db: AsyncSession,
    context: DemoContext,
    campaign: Campaign,
    planned: DemoJudged,
    resident: FindResident,
) -> None:
    """Does everything that is on record for a challenge whose phases take entries and scores now;
    its real phases come at the end."""
    manager = context.viewers[planned.campaign.manager]
    entries_phase, judging_phase = await _open_phases(db, campaign, planned)
    await add_rules_and_prizes(db, manager, campaign, planned)
    form = await make_form(db, manager, campaign, entries_phase, planned.form)
    entries: dict[int, tuple[DemoEntry, Viewer]] = {}
    for place, entry in enumerate(planned.entries):
        people = await _people_of(context, entry, place, resident)
        number = await enter(db, people, campaign, form, entry, planned.form)
        entries[number] = (entry, people[0])
    await decide_eligibility(db, manager, campaign, list(entries), is_eligible=True, reason="")
    panel = await make_panel(db, manager, campaign, planned, (entries_phase, judging_phase))
    await prepare_scoring(db, manager, campaign, panel, planned)
    judges = {
        key: (context.viewers[key], context.people[key].email or "") for key in planned.judges
    }
    await assign(db, manager, campaign, panel, planned, judges)
    stories = {number: entry for number, (entry, _captain) in entries.items()}
    for key, (viewer, _address) in judges.items():
        await score(db, viewer, key, panel, stories)
    await _do_beside(db, context, campaign, panel, planned)
    if planned.final is not None:
        decides = context.viewers[planned.decides]
        await conclude(db, manager, decides, campaign, panel, planned, entries)
        await write_all(db, manager, campaign, panel, planned)
    await _date(db, campaign, planned)
    # They tell of deeds of long ago, and lead to nowhere else than here.
    await db.execute(delete(OutgoingMail))


async def _do_beside(
    db: AsyncSession, context: DemoContext, campaign: Campaign, panel: Panel, planned: DemoJudged
) -> None:
    """What is done while judges score: people vote, samples are scored, a judge steps back."""
    if planned.vote:
        manager, named = context.viewers[planned.campaign.manager], planned.campaign.phases[2]
        await fill_vote(db, manager, campaign, named, planned.vote, context.crowd)
    await score_samples(db, panel, planned, context.viewers)
    if planned.recusal:
        await step_back(db, context.viewers[planned.recusal.judge], panel, planned.recusal)


async def _people_of(
    context: DemoContext, entry: DemoEntry, place: int, resident: FindResident
) -> list[Viewer]:
    """The captain first; whoever has no account to sign in as is one of the residents."""
    captain = context.viewers[entry.captain] if entry.captain else await resident(place * 7)
    return [captain, *[await resident(place * 7 + 1 + more) for more in range(entry.others)]]


async def _open_phases(
    db: AsyncSession, campaign: Campaign, planned: DemoJudged
) -> tuple[int, int]:
    await db.execute(delete(Phase).where(Phase.campaign_id == campaign.id))
    made = []
    for position, accepts in enumerate((Accepts.ENTRIES, Accepts.SCORING), 1):
        named = planned.campaign.phases[position - 1].name
        phase = Phase(campaign_id=campaign.id, position=position, name=named, accepts=[accepts])
        db.add(phase)
        await db.flush()
        made.append(phase.id)
    return made[0], made[1]


async def _date(db: AsyncSession, campaign: Campaign, planned: DemoJudged) -> None:
    judged = planned.final + timedelta(days=28) if planned.final else timedelta(days=2)
    await move_back(db, campaign.id, ENTERED, planned.entered_ago)
    await move_back(db, campaign.id, JUDGED, judged)
    ago = {"entered": planned.entered_ago, "judged": judged}
    await move_events_back(db, campaign.id, planned.final or judged, **ago)
    if planned.final:
        await move_back(db, campaign.id, CONCLUDED, planned.final)
        await date_conclusion(db, campaign.id, planned.final)
    now = datetime.now(UTC)
    opened = now + planned.campaign.phases[0].opens
    await db.execute(update(Campaign).where(Campaign.id == campaign.id).values(published_at=opened))
    rules = RulesVersion.campaign_id == campaign.id
    await db.execute(update(RulesVersion).where(rules).values(published_at=opened))

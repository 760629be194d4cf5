"""Fills in one of the demo's ideas, from its post to the last decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.contributing import contribute, reply
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes import DemoContribution, DemoDecision, DemoExperiment, DemoIdea, DemoPledge
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.rising import rising
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.organisations.models import Person
from ideahub.pipeline.advancing import decide, last_review
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.experimenting import ExperimentPlan, plan_experiment
from ideahub.pipeline.models import Decision
from ideahub.pipeline.observing import take_reading
from ideahub.sponsorship.keeping import Fulfilment, keep_pledge
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge

OVERRIDE = "Strong enough to go on; what is missing is on the list for the next gate."


@dataclass(frozen=True)
class DemoContext:
    """The people and campaigns of the demo, by their keys; `crowd` are people who only vote."""

    viewers: dict[str, Viewer]
    people: dict[str, Person]
    crowd: Sequence[int]
    campaigns: dict[str, Campaign]


async def tell_story(db: AsyncSession, context: DemoContext, story: DemoIdea) -> int:
    """Posts the idea and does everything that is on record for it; returns its number."""
    author = context.viewers[story.author]
    posted = await post_idea(
        db,
        author,
        context.campaigns[story.campaign],
        IdeaText(
            title=story.title,
            body=story.body,
            why=story.why,
            tags=list(story.tags),
            innovation_type=story.kind,
        ),
    )
    await _support(db, context, posted, story.votes)
    for contribution in story.contributions:
        await _contribute(db, context, await find_idea(db, author, posted.id), author, contribution)
    for pledge in story.pledges:
        await _pledge(db, context, await find_idea(db, author, posted.id), author, pledge)
    experiment_id = 0
    for decision in story.decisions:
        idea = await find_idea(db, author, posted.id)
        if story.experiment and idea.stage is Stage.SPONSORED and decision.decision == "advance":
            experiment_id = await _plan(db, context, idea, story.experiment)
        if story.experiment and idea.stage is Stage.PROTOTYPE and decision.decision == "advance":
            await _run(db, context, idea, experiment_id, story.experiment)
        await _decide(db, context, idea, decision)
    idea = await find_idea(db, author, posted.id)
    if story.experiment and experiment_id and idea.stage is Stage.PROTOTYPE:
        await _run(db, context, idea, experiment_id, story.experiment)
    return posted.id


async def _support(db: AsyncSession, context: DemoContext, idea: Idea, votes: int) -> None:
    known = [person.id for person in context.people.values() if person.id != idea.author_id]
    start = idea.id * 13 % len(context.crowd)
    crowd = [*context.crowd[start:], *context.crowd[:start]]
    # Some of the people with accounts, and many of the others.
    voters = [*known[idea.id % 3 :: 2], *crowd][:votes]
    await db.execute(
        insert(Vote), [{"idea_id": idea.id, "person_id": person_id} for person_id in voters]
    )
    await db.execute(
        update(Idea)
        .where(Idea.id == idea.id)
        .values(votes_count=len(voters), rising=rising(literal(len(voters))))
    )


async def _contribute(
    db: AsyncSession,
    context: DemoContext,
    idea: IdeaView,
    author: Viewer,
    planned: DemoContribution,
) -> None:
    viewer = context.viewers[planned.author]
    number = await contribute(db, viewer, idea, planned.kind, planned.body, planned.remedy)
    contribution, _idea = await find_contribution(db, author, number)
    for answer in planned.replies:
        await reply(db, context.viewers[answer.author], idea, contribution, answer.body)
    thankful = [reader for key, reader in context.viewers.items() if key != planned.author]
    for reader in thankful[: planned.thanks]:
        await thank(db, reader, idea, contribution)
    if planned.adopted:
        adoption = Adoption(idea.title, planned.adopted, idea.why, "", idea.revision)
        await adopt(db, author, idea, contribution, adoption)


async def _pledge(
    db: AsyncSession, context: DemoContext, idea: IdeaView, author: Viewer, pledge: DemoPledge
) -> None:
    until = datetime.now(UTC).date() + timedelta(days=pledge.days)
    offer = PledgeOffer(
        kind=pledge.kind,
        promise=pledge.promise,
        expires_on=until,
        amount=pledge.amount,
        currency="EUR" if pledge.kind is PledgeKind.MONEY else "",
        conditions=pledge.conditions,
    )
    number = await offer_pledge(db, context.viewers[pledge.sponsor], idea, offer)
    if pledge.accepted:
        await accept_pledge(db, author, idea, number)
    if pledge.kept:
        await keep_pledge(db, author, idea, number, Fulfilment(pledge.kept, pledge.amount))


async def _plan(
    db: AsyncSession, context: DemoContext, idea: IdeaView, experiment: DemoExperiment
) -> int:
    plan = ExperimentPlan(
        hypothesis=experiment.hypothesis,
        measure=experiment.measure,
        target=experiment.target,
        method=experiment.method,
        unit=experiment.unit,
        baseline=experiment.baseline,
        higher_is_better=experiment.higher_is_better,
        stop_rule=experiment.stop_rule,
        starts_on=_day(max(ago for ago, _value, _note in experiment.readings) + 2),
    )
    return await plan_experiment(db, context.viewers[experiment.author], idea, plan)


async def _run(
    db: AsyncSession,
    context: DemoContext,
    idea: IdeaView,
    experiment_id: int,
    experiment: DemoExperiment,
) -> None:
    viewer = context.viewers[experiment.author]
    for ago, value, note in experiment.readings:
        await take_reading(
            db, viewer, idea, experiment_id, value=Decimal(value), taken_on=_day(ago), note=note
        )
    if experiment.result:
        await conclude_experiment(db, viewer, idea, experiment_id, result=experiment.result)


async def _decide(
    db: AsyncSession, context: DemoContext, idea: IdeaView, planned: DemoDecision
) -> None:
    last = await last_review(db, idea.id)
    decision_input = DecisionInput(
        decision=Decision(planned.decision),
        reason=planned.reason,
        seen_stage=idea.stage,
        seen_review=last.id if last else 0,
        override_reason=planned.override,
        lesson=planned.lesson,
        wakes_when=planned.wakes_when,
    )
    viewer = context.viewers[planned.reviewer]
    try:
        await decide(db, viewer, idea, decision_input)
    except Invalid as refused:
        if set(refused.errors) != {"override_reason"}:
            raise
        await decide(db, viewer, idea, _with_override(decision_input))


def _with_override(decision_input: DecisionInput) -> DecisionInput:
    return DecisionInput(
        decision=decision_input.decision,
        reason=decision_input.reason,
        seen_stage=decision_input.seen_stage,
        seen_review=decision_input.seen_review,
        override_reason=OVERRIDE,
    )


def _day(days_ago: int) -> date:
    return (datetime.now(UTC) - timedelta(days=days_ago)).date()

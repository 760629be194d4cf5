"""Tells the story of one demo idea: posted, supported, built on, sponsored, decided on."""

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
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.ideas.voting import rising
from ideahub.organisations.models import Person
from ideahub.pipeline.advancing import decide, last_review
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.experimenting import ExperimentPlan, plan_experiment
from ideahub.pipeline.models import Decision
from ideahub.pipeline.observing import take_reading
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge, keep_pledge

OVERRIDE = "Strong enough to go on; what is missing is on the list for the next gate."


@dataclass(frozen=True)
class DemoStage:
    """Everyone and everything the stories need."""

    viewers: dict[str, Viewer]
    people: dict[str, Person]
    crowd: Sequence[int]
    campaigns: dict[str, Campaign]


async def tell_story(db: AsyncSession, scene: DemoStage, story: DemoIdea) -> int:
    """Tells it from the post to the last decision; returns the idea's number."""
    author = scene.viewers[story.author]
    posted = await post_idea(
        db,
        author,
        scene.campaigns[story.campaign],
        IdeaText(
            title=story.title,
            body=story.body,
            why=story.why,
            tags=list(story.tags),
            innovation_type=story.kind,
        ),
    )
    await _support(db, scene, posted, story.votes)
    for talk in story.talk:
        await _talk(db, scene, await find_idea(db, author, posted.id), author, talk)
    for promise in story.promises:
        await _promise(db, scene, await find_idea(db, author, posted.id), author, promise)
    experiment = 0
    for step in story.steps:
        idea = await find_idea(db, author, posted.id)
        if story.trial and idea.stage is Stage.SPONSORED and step.decision == "advance":
            experiment = await _plan(db, scene, idea, story.trial)
        if story.trial and idea.stage is Stage.PROTOTYPE and step.decision == "advance":
            await _try(db, scene, idea, experiment, story.trial)
        await _decide(db, scene, idea, step)
    idea = await find_idea(db, author, posted.id)
    if story.trial and experiment and idea.stage is Stage.PROTOTYPE:
        await _try(db, scene, idea, experiment, story.trial)
    return posted.id


async def _support(db: AsyncSession, scene: DemoStage, idea: Idea, votes: int) -> None:
    known = [person.id for person in scene.people.values() if person.id != idea.author_id]
    start = idea.id * 13 % len(scene.crowd)
    crowd = [*scene.crowd[start:], *scene.crowd[:start]]
    # Some of those one knows, and many one does not.
    voters = [*known[idea.id % 3 :: 2], *crowd][:votes]
    await db.execute(
        insert(Vote), [{"idea_id": idea.id, "person_id": person_id} for person_id in voters]
    )
    await db.execute(
        update(Idea)
        .where(Idea.id == idea.id)
        .values(votes_count=len(voters), rising=rising(literal(len(voters))))
    )


async def _talk(
    db: AsyncSession, scene: DemoStage, idea: IdeaView, author: Viewer, talk: DemoContribution
) -> None:
    viewer = scene.viewers[talk.author]
    number = await contribute(db, viewer, idea, talk.kind, talk.body, talk.remedy)
    contribution, _idea = await find_contribution(db, author, number)
    for answer in talk.replies:
        await reply(db, scene.viewers[answer.author], idea, contribution, answer.body)
    thankful = [reader for key, reader in scene.viewers.items() if key != talk.author]
    for reader in thankful[: talk.thanks]:
        await thank(db, reader, idea, contribution)
    if talk.adopted:
        adoption = Adoption(idea.title, talk.adopted, idea.why, "", idea.revision)
        await adopt(db, author, idea, contribution, adoption)


async def _promise(
    db: AsyncSession, scene: DemoStage, idea: IdeaView, author: Viewer, promise: DemoPledge
) -> None:
    until = datetime.now(UTC).date() + timedelta(days=promise.days)
    offer = PledgeOffer(
        kind=promise.kind,
        promise=promise.promise,
        expires_on=until,
        amount=promise.amount,
        currency="EUR" if promise.kind is PledgeKind.MONEY else "",
        conditions=promise.conditions,
    )
    number = await offer_pledge(db, scene.viewers[promise.sponsor], idea, offer)
    if promise.accepted:
        await accept_pledge(db, author, idea, number)
    if promise.kept:
        await keep_pledge(db, author, idea, number, promise.kept)


async def _plan(db: AsyncSession, scene: DemoStage, idea: IdeaView, trial: DemoExperiment) -> int:
    plan = ExperimentPlan(
        hypothesis=trial.hypothesis,
        measure=trial.measure,
        target=trial.target,
        method=trial.method,
        unit=trial.unit,
        baseline=trial.baseline,
        higher_is_better=trial.higher_is_better,
        stop_rule=trial.stop_rule,
        starts_on=_day(max(ago for ago, _value, _note in trial.readings) + 2),
    )
    return await plan_experiment(db, scene.viewers[trial.author], idea, plan)


async def _try(
    db: AsyncSession, scene: DemoStage, idea: IdeaView, experiment: int, trial: DemoExperiment
) -> None:
    viewer = scene.viewers[trial.author]
    for ago, value, note in trial.readings:
        await take_reading(
            db, viewer, idea, experiment, value=Decimal(value), taken_on=_day(ago), note=note
        )
    if trial.result:
        await conclude_experiment(db, viewer, idea, experiment, result=trial.result)


async def _decide(db: AsyncSession, scene: DemoStage, idea: IdeaView, step: DemoDecision) -> None:
    last = await last_review(db, idea.id)
    decision_input = DecisionInput(
        decision=Decision(step.decision),
        reason=step.reason,
        seen_stage=idea.stage,
        seen_review=last.id if last else 0,
        override_reason=step.override,
        lesson=step.lesson,
        wakes_when=step.wakes_when,
    )
    viewer = scene.viewers[step.reviewer]
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

"""Ideas for which an answer is owed, and answers, for tests."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Role
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Person, RoleGrant
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.models import OwedResponse, ReasonKind, Verdict
from ideahub.responses.reply_rules import RulePlan, set_rule
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of


async def with_clock(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    """A campaign in which Sam owes an answer within ten days to what two people support."""
    campaign = await make_campaign(db, cast.city, **columns)
    plan = RulePlan(supporters=2, organisations=1, days=10, leaders=(cast.sam.id,))
    await set_rule(db, await viewer_of(db, cast.mia), campaign, plan)
    return campaign


async def back(db: AsyncSession, idea: Idea, *people: Person) -> None:
    """These people support the idea."""
    db.add_all(Vote(idea_id=idea.id, person_id=person.id) for person in people)
    more = {"votes_count": Idea.votes_count + len(people)}
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**more))
    await db.flush()


async def owed_idea(db: AsyncSession, cast: Cast, **columns: Any) -> Idea:
    """Ada's idea, for which Sam owes an answer."""
    idea = await make_idea(db, await with_clock(db, cast, **columns), cast.ada)
    await back(db, idea, cast.ben, cast.cem)
    await owe_for_crossings(db)
    return idea


async def owed_for(db: AsyncSession, idea: Idea) -> list[OwedResponse]:
    """What is or was owed for an idea, who came first first."""
    found = select(OwedResponse).where(OwedResponse.idea_id == idea.id)
    fresh = {"populate_existing": True}
    return list(await db.scalars(found.order_by(OwedResponse.round), execution_options=fresh))


async def grow_older(db: AsyncSession, idea: Idea, **age: float) -> None:
    """Makes the reply clock of an idea begin so much earlier."""
    earlier = timedelta(**age)
    for owed in await owed_for(db, idea):
        owed.owed_since -= earlier
        owed.due_at -= earlier
        owed.due_on -= timedelta(days=earlier.days)
        owed.remind_at = owed.remind_at and owed.remind_at - earlier
    await db.flush()


def an_answer(**columns: Any) -> AnswerInput:
    """A yes, or other."""
    return AnswerInput(**{"verdict": Verdict.YES, "body": "We will do it in May.", **columns})


def a_no(**columns: Any) -> AnswerInput:
    """A no for its cost, or other."""
    values = {
        "verdict": Verdict.NO,
        "reason_kind": ReasonKind.COST,
        "body": "It costs more than we have.",
        "would_change": "A cheaper way.",
    }
    return AnswerInput(**{**values, **columns})


async def make_leader(db: AsyncSession, cast: Cast, person: Person) -> Person:
    """Lets a person lead the city."""
    await add(db, RoleGrant(person_id=person.id, role=Role.LEADER, organisation_id=cast.city.id))
    return person


async def kinds_on(db: AsyncSession, idea: Idea) -> list[Kind]:
    """The kinds of all events on an idea, in their order."""
    found = select(Event.kind).where(Event.idea_id == idea.id).order_by(Event.id)
    return [Kind(kind) for kind in await db.scalars(found)]

"""Leaders’ answers in the demo: on time, late, overdue, owed, a “not now” that would wake by itself,
and a “no” of which somebody says that what would change it has come true."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import CampaignChange
from ideahub.core.events import Event, Kind
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import lock_idea
from ideahub.pipeline.models import Review
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateText, keep_template
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.condition_reports import report_condition
from ideahub.responses.crossing import begin_clock
from ideahub.responses.models import (
    OwedResponse,
    OwnerSource,
    ReasonKind,
    Response,
    ResponseVersion,
    Verdict,
)
from ideahub.responses.reply_rules import RulePlan, rule_of, set_rule
from ideahub.responses.responding import answer_idea

FOR_IDEAS = TemplateUse.IDEAS
CAMPAIGN, MANAGER, LEADER, DAYS, SUPPORTERS = "schools", "ines", "greta", 10, 10


@dataclass(frozen=True)
class StoryAnswer:
    """An idea, how many days ago its answer was owed, the answer if there is one and after how many
    days it was given, and who pointed out what."""

    title: str
    owed_days: int
    answer: AnswerInput | None = None
    after: int = 0
    pointed_out: tuple[str, str] | None = None


ANSWERS = (
    StoryAnswer(
        "Longer green at five crossings between 7:30 and 8:00",
        16,
        AnswerInput(
            verdict=Verdict.YES_AND,
            body="We set the five crossings in the autumn break. Three of them first, as their "
            "boxes are new; the other two follow with the next order.",
            conditions="Buses on line 4 lose no more than a minute.",
        ),
        after=6,
    ),
    StoryAnswer(
        "Close school streets to cars for 30 minutes, twice a day",
        20,
        AnswerInput(
            verdict=Verdict.YES,
            body="We begin with two streets after Easter. This answer comes late: the police had "
            "to be asked first, and we should have said so.",
        ),
        after=14,
    ),
    # One overdue; and with two that are not yet, they can be answered together.
    StoryAnswer("Let the crossing guards be grandparents", 13),
    StoryAnswer("Draw the way to school as the children see it", 8),
    StoryAnswer("A drop-off place 300 metres away, with a painted path", 4),
    StoryAnswer(
        "Send the school-route map with the enrolment letter",
        8,
        AnswerInput(
            verdict=Verdict.NOT_NOW,
            reason_kind=ReasonKind.PRIORITY,
            body="The letters for next year are printed already. The map comes with those of the "
            "year after if more people want it.",
            would_change="More people say that they need it.",
            wake_measure="supporters",
            wake_threshold=40,
        ),
        after=4,
    ),
    StoryAnswer(
        "Bright bands for dark mornings, at the library desk",
        3,
        AnswerInput(
            verdict=Verdict.NO,
            reason_kind=ReasonKind.COST,
            body="Bands for all pupils cost 14,000 euros, which this budget does not have.",
            would_change="Somebody pays for the bands, or they become much cheaper.",
        ),
        after=1,
        pointed_out=("clara", "The insurers’ association gives bands to schools for nothing now."),
    ),
)
# The reason, and what would change the answer, are shown beside the text.
TEMPLATES = (
    TemplateText(
        "Thank you, and not now",
        "Thank you, {name}, for “{title}”. {supporters} people support it, and we have read all of "
        "it. We cannot do it this year.",
        verdict=Verdict.NOT_NOW,
        reason=ReasonKind.PRIORITY,
    ),
    TemplateText(
        "Thank you, we do it",
        "Thank you for “{title}”. We do it, and say here when it begins.",
        verdict=Verdict.YES,
    ),
)


async def fill_answers(db: AsyncSession, context: DemoContext) -> None:
    """Sets the reply clock of the schools' challenge, and tells these stories."""
    leader, campaign = context.people[LEADER], context.campaigns[CAMPAIGN]
    plan = RulePlan(supporters=SUPPORTERS, organisations=2, days=DAYS, leaders=(leader.id,))
    await set_rule(db, context.viewers[MANAGER], campaign, plan)
    earlier = CampaignChange.created_at - timedelta(days=25)
    here = CampaignChange.campaign_id == campaign.id, CampaignChange.field == "reply_rule"
    await db.execute(update(CampaignChange).where(*here).values(created_at=earlier))
    for text in TEMPLATES:
        await keep_template(db, context.viewers[MANAGER], campaign, text, use=FOR_IDEAS)
    for planned in ANSWERS:
        await _tell(db, context, planned)


async def _tell(db: AsyncSession, context: DemoContext, planned: StoryAnswer) -> None:
    campaign = context.campaigns[CAMPAIGN]
    found = select(Idea.id).where(Idea.title == planned.title, Idea.campaign_id == campaign.id)
    idea_id = (await db.scalars(found)).one()
    rule = await rule_of(db, campaign.id)
    await begin_clock(
        db,
        await lock_idea(db, idea_id),
        [context.people[LEADER].id],
        days=DAYS,
        timezone=campaign.timezone,
        source=OwnerSource.RULE,
        rule_id=rule.id if rule else None,
    )
    viewer = context.viewers[LEADER]
    if planned.answer:
        await answer_idea(db, viewer, await find_idea(db, viewer, idea_id), planned.answer)
    if planned.pointed_out:
        key, evidence = planned.pointed_out
        idea = await find_idea(db, context.viewers[key], idea_id)
        await report_condition(db, context.viewers[key], idea, evidence)
    await _date_back(db, idea_id, planned)


async def _date_back(db: AsyncSession, idea_id: int, planned: StoryAnswer) -> None:
    """Moves what was owed and answered to the days of the story."""
    owed_ago = timedelta(days=planned.owed_days)
    answered_ago = owed_ago - timedelta(days=planned.after)
    moved = {
        "owed_since": OwedResponse.owed_since - owed_ago,
        "due_on": OwedResponse.due_on - planned.owed_days,
        "due_at": OwedResponse.due_at - owed_ago,
    }
    quietly = {"synchronize_session": False}
    of_idea = OwedResponse.idea_id == idea_id
    await db.execute(update(OwedResponse).where(of_idea).values(moved), execution_options=quietly)
    given = update(Response).where(Response.idea_id == idea_id)
    at = Response.given_at - answered_ago
    await db.execute(given.values(given_at=at), execution_options=quietly)
    own = select(Response.id).where(Response.idea_id == idea_id).scalar_subquery()
    versions = update(ResponseVersion).where(ResponseVersion.response_id == own)
    written = ResponseVersion.created_at - answered_ago
    await db.execute(versions.values(created_at=written), execution_options=quietly)
    await _support_before(db, idea_id)
    await _follow(db, idea_id, select(OwedResponse.owed_since).where(of_idea), Kind.RESPONSE_OWED)
    answered = select(Response.given_at).where(Response.idea_id == idea_id)
    await _follow(db, idea_id, answered, Kind.RESPONSE_GIVEN, Kind.IDEA_PARKED)
    owed = update(OwedResponse).where(of_idea)
    await db.execute(owed.values(answered_at=answered.scalar_subquery()))
    parked = {"created_at": answered.scalar_subquery()}
    by_answer = select(Response.review_id).where(Response.idea_id == idea_id).scalar_subquery()
    await db.execute(update(Review).where(Review.id == by_answer).values(parked))
    since = {"stage_since": answered.scalar_subquery()}
    is_parked = Idea.id == idea_id, Idea.stage == Stage.PARKED
    await db.execute(update(Idea).where(*is_parked).values(since), execution_options=quietly)


async def _support_before(db: AsyncSession, idea_id: int) -> None:
    """As many supported it before its answer was owed as are needed: where it was fewer, the next
    ones did so at that moment."""
    owed = select(OwedResponse.owed_since).where(OwedResponse.idea_id == idea_id)
    since = owed.scalar_subquery()
    first = select(Vote.person_id).where(Vote.idea_id == idea_id).order_by(Vote.created_at)
    early = Vote.person_id.in_(first.limit(SUPPORTERS))
    earlier = update(Vote).where(Vote.idea_id == idea_id, early, Vote.created_at > since)
    await db.execute(earlier.values(created_at=since))
    before = select(func.count()).where(Vote.idea_id == idea_id, Vote.created_at <= since)
    counted = {"supporters": before.scalar_subquery()}
    await db.execute(update(OwedResponse).where(OwedResponse.idea_id == idea_id).values(counted))


async def _follow(db: AsyncSession, idea_id: int, moment: Select[Any], *kinds: Kind) -> None:
    told = update(Event).where(Event.idea_id == idea_id, Event.kind.in_(kinds))
    await db.execute(told.values(created_at=moment.scalar_subquery()))

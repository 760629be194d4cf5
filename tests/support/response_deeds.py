"""What can be done about answers that are owed, answers that wait, and summaries; and who may."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.batches.filling_in import as_seen
from ideahub.responses.condition_reports import report_condition
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.handovers import ask_to_take_over
from ideahub.responses.reply_rules import RulePlan, set_rule
from ideahub.responses.responding import answer_idea
from ideahub.you_said.editing import leave_out, omissions_of
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.preparing import prepare_for_campaign
from ideahub.you_said.sentences import read
from tests.support.answering import a_no, an_answer, back
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of
from tests.support.deed import Deed

ADMINS = {"admin", "admin everywhere"}
LEADERS = {"leader"} | ADMINS
OVERSEERS = {"manager"} | ADMINS
HERE, SUMMARY = "/ideas/{idea_id}/response", "/summaries/{summary_id}"
MANY = "/batches-of-answers/{answer_batch_id}"
CLOCK = "/management/{campaign_id}/response-clock"
RULE: dict[str, str | list[str]] = {"supporters": "9", "organisations": "1", "days": "10"}
OWED, ASKED, ASLEEP = {"idea_id": "owed"}, {"idea_id": "asked"}, {"idea_id": "asleep"}
DEEDS_OF_RESPONSES = (
    Deed(HERE, LEADERS, {"verdict": "yes", "body": "We will."}, named=OWED),
    Deed(HERE + "/brief", LEADERS, {"verdict": "yes", "body": "We will."}, named=OWED),
    Deed(HERE + "/handovers", {"leader"}, {"to": "{sam}", "reason": "So."}, named=OWED),
    Deed(HERE + "/owners", OVERSEERS | {"leader"}, {"person": "{sam}"}, named=OWED),
    Deed(HERE + "/handovers/{handover_id}/acceptance", {"leader"}, named=ASKED),
    Deed(HERE + "/handovers/{handover_id}/refusal", {"leader"}, {"why": "So."}, named=ASKED),
    Deed(HERE + "/reports/{report_id}/confirmation", LEADERS, named=ASLEEP),
    Deed(HERE + "/reports/{report_id}/refusal", LEADERS, {"answer": "So."}, named=ASLEEP),
)
DEEDS_OF_CLOCKS = (
    Deed(
        "/management/{campaign_id}/leaders-answers/templates",
        OVERSEERS,
        {"name": "Thanks", "answer": "Thank you."},
    ),
    Deed("/management/{campaign_id}/leaders-answers/templates/{template_id}/removal", OVERSEERS),
    Deed(CLOCK, OVERSEERS, RULE | {"leaders": ["{sam}"]}),
    Deed(CLOCK + "/ending", OVERSEERS, named={"campaign_id": "clocked"}),
)
DEEDS_OF_BATCHES = (
    Deed(MANY, {"leader"}, {"verdict": "yes", "body": "We may."}),
    Deed(MANY + "/answers", {"leader"}, {"looked": "{batched_id}-{seal}"}),
    Deed(MANY + "/answers/{batched_id}", {"leader"}, {"verdict": "yes", "body": "We may."}),
    Deed(MANY + "/answers/{batched_id}/omission", {"leader"}),
    Deed(MANY + "/publication", {"leader"}, named={"answer_batch_id": "looked_at"}),
    Deed(MANY + "/request", {"leader"}),
    Deed(MANY + "/discarding", {"leader"}),
)
DEEDS_OF_SUMMARIES = (
    Deed("/management/{campaign_id}/you-said", OVERSEERS),
    Deed("/organisations/{body_id}/quarters", OVERSEERS, {"quarter": "2026-1", "timezone": "UTC"},
         named={"body_id": "city"}),
    Deed(SUMMARY, OVERSEERS, {"introduction": "Mine.", "seen": "{saved}"}),
    Deed(SUMMARY + "/figures", OVERSEERS),
    Deed(SUMMARY + "/omissions", OVERSEERS, {"sentence": "{sentence}", "reason": "So."}),
    Deed(SUMMARY + "/omissions/{omission_id}/withdrawal", OVERSEERS),
    Deed(SUMMARY + "/publication", OVERSEERS, {"seen": "{saved}"}),
)  # fmt: skip


async def make_answered(db: AsyncSession, cast: Cast, leader: Person) -> dict[str, Any]:
    """Ideas of Ada's: one for which this leader owes an answer, one for which they are asked to
    take it over, and one whose answer waits for something; and a summary with their answers."""
    sam = await viewer_of(db, cast.sam)
    box = await make_campaign(db, cast.city)
    owed = await _owed(db, cast, box, leader.id)
    asked = await _owed(db, cast, box, cast.sam.id)
    handover = await ask_to_take_over(db, sam, await find_idea(db, sam, asked.id), leader.id, "So.")
    asleep = await make_idea(db, box, cast.ada, "An idea that waits")
    await answer_idea(db, sam, await find_idea(db, sam, asleep.id), a_no())
    ben = await viewer_of(db, cast.ben)
    report = await report_condition(db, ben, await find_idea(db, ben, asleep.id), "It is cheaper.")
    await db.flush()
    return {
        "sam": cast.sam.id,
        "clocked": box.id,
        "owed": owed.id,
        "asked": asked.id,
        "handover_id": handover.id,
        "asleep": asleep.id,
        "report_id": report.id,
        **await _many(db, cast, box, leader),
        **await _summed_up(db, await viewer_of(db, cast.mia), box),
    }


async def _many(db: AsyncSession, cast: Cast, box: Campaign, leader: Person) -> dict[str, Any]:
    """Two batches of answers that the leader has prepared for themselves; of the second they have
    looked at all."""
    seal = as_seen(an_answer(body="We will."))
    found: dict[str, Any] = {}
    for name, looked in (("answer_batch_id", ""), ("looked_at", seal)):
        idea = await make_idea(db, box, cast.ada, f"One of many, {name}")
        said = {"verdict": "yes", "body": "We will."}
        batch = AnswerBatch(person_id=leader.id, prepared_by=leader.id, said=said)
        batch.written_at = datetime.now(UTC)
        await add(db, batch)
        row = await add(db, BatchAnswer(batch_id=batch.id, idea_id=idea.id, looked=looked))
        found |= {name: batch.id, "batched_id": found.get("batched_id", row.id)}
    return {**found, "seal": seal}


async def _owed(db: AsyncSession, cast: Cast, box: Campaign, leader: int) -> Idea:
    plan = RulePlan(supporters=2, organisations=1, days=10, leaders=(leader,))
    await set_rule(db, await viewer_of(db, cast.mia), box, plan)
    # Titles of their own: what is sent twice is one idea.
    idea = await make_idea(db, box, cast.ada, f"An idea for {leader}")
    await back(db, idea, cast.ben, cast.cem)
    await owe_for_crossings(db)
    return idea


async def _summed_up(db: AsyncSession, mia: Viewer, box: Campaign) -> dict[str, Any]:
    summary = await db.get_one(OutcomeSummary, await prepare_for_campaign(db, mia, box))
    free = [one.key for one in read(summary.sentences) if not one.must_stay]
    await leave_out(db, mia, summary, free[0], "So.")
    await db.flush()
    (omission,) = await omissions_of(db, summary.id)
    left = {"sentence": free[1], "omission_id": omission.id}
    return {"summary_id": summary.id, "saved": summary.saved, **left}

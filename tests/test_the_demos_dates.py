"""What the demo tells happened in an order in which it can have happened."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import DateTime, func, select, text

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.features import metadata
from tests.support.databases import own_database

pytestmark = pytest.mark.slow

# Each finds rows whose dates do not fit one another.
WRONG = {
    "an idea before its challenge": """
        select idea.id from idea join campaign on campaign.id = campaign_id
        where idea.created_at < published_at""",
    "posted at another moment than its event": """
        select idea.id from idea join event on event.idea_id = idea.id
        where event.kind = 'idea posted' and event.created_at <> idea.created_at""",
    "a first text at another moment than the idea": """
        select idea_id from revision join idea on idea.id = idea_id
        where number = 1 and revision.created_at <> idea.created_at""",
    "a stage before the idea": "select id from idea where stage_since < created_at",
    "support before the idea": """
        select vote.person_id from vote join idea on idea.id = idea_id
        where vote.created_at < idea.created_at""",
    "a contribution before the idea": """
        select contribution.id from contribution join idea on idea.id = idea_id
        where contribution.created_at < idea.created_at or adopted_at < contribution.created_at""",
    "a pledge before the idea, or accepted before it was offered": """
        select pledge.id from pledge join idea on idea.id = idea_id
        where offered_at < idea.created_at or accepted_at < offered_at
        or least(kept_at, lapsed_at) < accepted_at""",
    "a sponsored stage before the pledge": """
        select review.id from review where to_stage = 'sponsored' and not exists (
            select from pledge where pledge.idea_id = review.idea_id
            and pledge.accepted_at <= review.created_at)""",
    "a gate before the idea, or before the gate before it": """
        select one.id from review one join idea on idea.id = one.idea_id
        where one.created_at < idea.created_at or exists (
            select from review earlier where earlier.idea_id = one.idea_id
            and earlier.id < one.id and earlier.created_at > one.created_at)""",
    "a stage since another moment than its gate": """
        select idea.id from idea join lateral (
            select created_at from review where idea_id = idea.id and from_stage <> to_stage
            order by id desc limit 1
        ) moved on true where moved.created_at <> stage_since""",
    "an answer owed before the idea, or before as many supported it": """
        select owed.id from owed_response owed join idea on idea.id = owed.idea_id
        where owed.owed_since < idea.created_at or owed.supporters > (
            select count(*) from vote where vote.idea_id = idea.id
            and vote.created_at <= owed.owed_since)""",
    "an answer before it was owed, or at another moment than its event": """
        select answer.id from response answer join owed_response owed on owed.id = owed_id
        join event on event.kind = 'response given' and event.subject_id = answer.id
        where given_at < owed_since or given_at <> answered_at
        or event.created_at <> given_at""",
    "parked at another moment than the answer that parks": """
        select answer.id from response answer join review on review.id = review_id
        join idea on idea.id = answer.idea_id join event on event.kind = 'idea parked'
        and event.idea_id = idea.id
        where given_at <> review.created_at or stage_since < given_at
        or event.created_at <> review.created_at""",
    "a condition that came true before the answer": """
        select event.id from event join response on response.idea_id = event.idea_id
        where event.kind = 'condition reported' and event.created_at < given_at""",
    "a trial that ended before it began, or was read before": """
        select experiment.id from experiment join reading on experiment_id = experiment.id
        join idea on idea.id = experiment.idea_id
        where starts_on < idea.created_at::date or taken_on < starts_on
        or experiment.created_at::date > starts_on or reading.created_at::date < taken_on
        or concluded_at < experiment.created_at or taken_on > concluded_at::date""",
    "a ballot outside the days of the vote": """
        select paper.id from ballot_paper paper join phase on phase.id = phase_id
        where paper.created_at < opens_at or paper.created_at > closes_at""",
    "an entry sent outside its phase": """
        select sent.id from entry_revision sent join entry on entry.id = entry_id
        join phase on phase.id = entry.phase_id
        where submitted_at < opens_at or submitted_at > closes_at""",
    "an entry sent at another moment than its event": """
        select event.id from event where kind = 'entry submitted' and not exists (
            select from entry_revision sent join entry on entry.id = entry_id
            where entry.campaign_id = event.campaign_id
            and abs(extract(epoch from submitted_at - event.created_at)) < 3600)""",
    "a result before the close, or final before appeals could be made": """
        select result.id from panel_result result join panel on panel.id = panel_id
        join phase on phase.id = panel.phase_id
        where result.created_at < phase.closes_at or appeals_until <= result.created_at
        or final_at < appeals_until""",
    "an appeal before its result, or decided before it was made": """
        select appeal.id from appeal join panel_result result on result.id = result_id
        where appeal.created_at < result.created_at or decided_at <= appeal.created_at
        or appeal.created_at > appeals_until""",
    "an award before the result is final, or at another moment than its event": """
        select award.id from award join panel_result result on result.id = result_id
        where award.created_at < final_at or confirmed_at < award.created_at or exists (
            select from event where kind = 'award confirmed' and subject_id = award.id
            and event.created_at <> confirmed_at)""",
    "moderated before it was written or reported": """
        select taken.id from moderation_decision taken
        join moderation_case on moderation_case.id = case_id
        join text_report report on report.case_id = moderation_case.id
        join contribution on contribution.id = text_id
        where report.created_at <= contribution.created_at
        or taken.created_at <= report.created_at""",
    "an appeal against moderation before the decision": """
        select appeal.id from moderation_appeal appeal
        join moderation_decision taken on taken.id = decision_id
        where appeal.created_at <= taken.created_at""",
    "a summary before its figures, or at another moment than its event": """
        select version.id from outcome_summary_version version
        join event on event.kind = 'summary published' and event.subject_id = summary_id
        where version.created_at < figures_at or version.created_at <> event.created_at""",
    "a summary of a challenge before it was over": """
        select version.id from outcome_summary_version version
        join outcome_summary summary on summary.id = summary_id
        join phase on phase.campaign_id = summary.campaign_id
        where phase.accepts && array['entries', 'scoring', 'public_voting']::varchar[]
        and version.created_at < closes_at""",
    "an addition before the figures": """
        select added.id from outcome_summary_addition added
        join outcome_summary_version version on version.summary_id = added.summary_id
        where happened_at <= figures_at""",
    "told before it happened": """
        select notification.id from notification join event on event.id = event_id
        where notification.created_at < event.created_at""",
}
# What is said to be still to come.
AHEAD = {
    *("digest.due_at", "entry_invitation.expires_at", "owed_response.due_at"),
    *("owed_response.remind_at", "panel_judge.expires_at", "phase.opens_at", "phase.closes_at"),
    *("panel_result.appeals_until", "phase.opens_local", "phase.closes_local"),
    "voice_link.kept_until",
}


@pytest.fixture(scope="module")
async def demo(database_url: str, demo_template: str, config: Config) -> AsyncIterator[Database]:
    async with own_database(database_url, f"t_{os.getpid()}_dates", demo_template) as database:
        yield database


@pytest.mark.parametrize("what", WRONG)
async def test_nothing_is_dated(demo: Database, what: str) -> None:
    async with demo.reading() as db:
        assert (await db.execute(text(WRONG[what]))).scalars().all() == []


async def test_nothing_is_dated_after_now(demo: Database) -> None:
    found = []
    async with demo.reading() as db:
        for table in metadata.sorted_tables:
            for column in table.c:
                place = f"{table.name}.{column.name}"
                if isinstance(column.type, DateTime) and place not in AHEAD:
                    later = select(func.count()).where(column > func.statement_timestamp())
                    if await db.scalar(later.select_from(table)):
                        found.append(place)
    assert found == []

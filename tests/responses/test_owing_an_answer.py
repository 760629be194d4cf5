"""At the threshold a leader owes an answer, exactly once, until a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import in_words
from ideahub.campaigns.changes import changes_of
from ideahub.core.events import Kind
from ideahub.core.refusals import Invalid
from ideahub.ideas.models import Idea, Stage
from ideahub.organisations.models import RoleGrant
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.due_dates import due_after, next_reminder
from ideahub.responses.queries import clocks_of, owed_by
from ideahub.responses.reminding import note_vacancies, remind_leaders
from ideahub.responses.reply_rules import RulePlan, end_rule, set_rule
from tests.support.answering import (
    back,
    grow_older,
    kinds_on,
    make_leader,
    owed_for,
    owed_idea,
    with_clock,
)
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


async def test_at_the_threshold_an_answer_is_owed_once(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await with_clock(db, cast), cast.ada)
    await back(db, idea, cast.ben)
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []
    await back(db, idea, cast.cem)
    for _ in range(3):
        await owe_for_crossings(db)
    (owed,) = await owed_for(db, idea)
    assert (owed.supporters, owed.organisations) == (2, 2)
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_OWED) == 1
    (mine,) = await owed_by(db, await viewer_of(db, cast.sam))
    assert (mine.idea_id, mine.for_name) == (idea.id, None)
    assert await owed_by(db, await viewer_of(db, cast.ada)) == []


async def test_a_vote_taken_back_undoes_nothing(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(votes_count=0))
    await owe_for_crossings(db)
    assert len(await owed_for(db, idea)) == 1
    assert (await clocks_of(db, [idea.id]))[idea.id].supporters == 2


async def test_breadth_is_asked_for_as_well(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    mia = await viewer_of(db, cast.mia)
    await set_rule(db, mia, campaign, RulePlan(1, 2, 10, (cast.sam.id,)))
    idea = await make_idea(db, campaign, cast.ada)
    await back(db, idea, cast.ben, cast.mia)
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []
    await back(db, idea, cast.cem)
    await owe_for_crossings(db)
    assert len(await owed_for(db, idea)) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"withdrawn_at": func.now()},
        {"hidden_at": func.now()},
        {"source_ref": "elsewhere:1"},
        {"stage": Stage.LEARNED},
    ],
)
async def test_what_is_gone_or_imported_owes_nothing(
    db: AsyncSession, cast: Cast, columns: dict[str, object]
) -> None:
    idea = await make_idea(db, await with_clock(db, cast), cast.ada)
    await back(db, idea, cast.ben, cast.cem)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**columns))
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []


async def test_a_new_threshold_holds_for_later_crossings_and_is_public(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await with_clock(db, cast)
    mia = await viewer_of(db, cast.mia)
    early = await make_idea(db, campaign, cast.ada)
    late = await make_idea(db, campaign, cast.ada, "A later one")
    await back(db, early, cast.ben)
    await set_rule(db, mia, campaign, RulePlan(1, 1, 5, (cast.sam.id,)))
    await back(db, late, cast.ben)
    await owe_for_crossings(db)
    assert await owed_for(db, early) == []
    assert len(await owed_for(db, late)) == 1
    newest = in_words((await changes_of(db, campaign.id)).changes[0])
    assert "From 2 supporters" in newest.parts[0].old
    assert "within 5 days" in newest.parts[0].new
    await end_rule(db, mia, campaign)
    assert "Nobody owes" in in_words((await changes_of(db, campaign.id)).changes[0]).parts[0].new
    assert len(await owed_for(db, late)) == 1


async def test_a_manager_can_ask_for_those_that_passed_before(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    await back(db, idea, cast.ben)
    plan = RulePlan(1, 1, 5, (cast.sam.id,), also_passed=True)
    await set_rule(db, await viewer_of(db, cast.mia), campaign, plan)
    await owe_for_crossings(db)
    assert len(await owed_for(db, idea)) == 1


@pytest.mark.parametrize(
    ("numbers", "field"),
    [((0, 1, 5), "supporters"), ((1_000_001, 1, 5), "supporters"), ((1, 1, 0), "days")],
)
async def test_numbers_out_of_bounds_are_refused(
    db: AsyncSession, cast: Cast, numbers: tuple[int, int, int], field: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    mia, plan = await viewer_of(db, cast.mia), RulePlan(*numbers, leaders=(cast.sam.id,))
    with pytest.raises(Invalid) as refused:
        await set_rule(db, mia, campaign, plan)
    assert set(refused.value.errors) == {field}


async def test_only_leaders_can_owe(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    mia, plan = await viewer_of(db, cast.mia), RulePlan(1, 1, 5, (cast.ben.id,))
    with pytest.raises(Invalid) as refused:
        await set_rule(db, mia, campaign, plan)
    assert "no leader" in refused.value.errors["leaders"]


def test_it_is_due_at_the_end_of_a_day_of_the_zone_also_where_clocks_change() -> None:
    since = datetime(2027, 3, 20, 23, 30, tzinfo=UTC)
    # In Berlin it is the 21st already; clocks are put forward on the 28th.
    due = due_after(since, 10, "Europe/Berlin")
    assert (due.on, due.at) == (date(2027, 3, 31), datetime(2027, 3, 31, 22, tzinfo=UTC))
    due = due_after(since, 5, "Europe/Berlin")
    assert due.at == datetime(2027, 3, 26, 23, tzinfo=UTC)


@given(st.integers(1, 365), st.integers(0, 400 * 24 * 60))
def test_the_next_reminder_is_later_and_comes_within_time(days: int, minutes: int) -> None:
    since = datetime(2027, 3, 20, 23, 30, tzinfo=UTC)
    due = due_after(since, days, "Europe/Berlin")
    now = since + timedelta(minutes=minutes)
    following = next_reminder(due.at, now)
    assert following > now
    assert now < due.at - timedelta(hours=16) or following - now <= timedelta(days=8)


async def test_reminders_come_once_each(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    reminded = []
    # Not yet; some days ahead; still; on the day; a week after it; for a month that was missed.
    for days in (0, 7, 1, 2.9, 7.5, 30):
        await grow_older(db, idea, days=days)
        await remind_leaders(db)
        await remind_leaders(db)
        reminded.append((await kinds_on(db, idea)).count(Kind.RESPONSE_REMINDED))
    assert reminded == [0, 1, 1, 2, 3, 4]


async def test_managers_hear_once_that_nobody_owes_it_any_more(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await owed_idea(db, cast)
    grants = update(RoleGrant).where(RoleGrant.person_id == cast.sam.id)
    await db.execute(grants.values(revoked_at=func.now()))
    for _ in range(2):
        await note_vacancies(db)
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_VACANT) == 1
    await make_leader(db, cast, cast.sam)
    await note_vacancies(db)
    (owed,) = await owed_for(db, idea)
    assert owed.vacant_since is None

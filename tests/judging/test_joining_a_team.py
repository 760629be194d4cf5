"""Nobody joins the team of an entry that they judge, or have scored."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import Conflict
from ideahub.entries.inviting import hash_of, join_team
from ideahub.entries.models import EntryInvitation, EntryMember
from ideahub.judging.models import Assignment, ConflictCategory, Panel
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.recusing import recuse
from tests.judging.panels_made import enter_some, make_judging, seat, share_out
from tests.support.cast import Cast, add, viewer_of


async def invited_to_what_they_judge(db: AsyncSession, cast: Cast) -> Assignment:
    """Jo judges an entry, and is invited into its team; the assignment."""
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 1)
    await seat(db, judging, cast.jo)
    [one] = await share_out(db, judging, cast)
    # Entries are still taken beside the scoring.
    judging.entries_phase.closes_at = datetime.now(UTC) + timedelta(days=1)
    entry = judging.entries[0]
    await add(
        db,
        EntryInvitation(
            entry_id=entry.id,
            address=cast.jo.email or "",
            secret_hash=hash_of("secret"),
            invited_by=entry.created_by,
            expires_at=datetime.now(UTC) + timedelta(days=1),
        ),
    )
    return one


async def test_a_judge_joins_no_team_of_theirs_before_they_step_back(
    db: AsyncSession, cast: Cast
) -> None:
    one = await invited_to_what_they_judge(db, cast)
    jo = await viewer_of(db, cast.jo)
    joined = select(EntryMember.id).where(EntryMember.person_id == cast.jo.id)
    with pytest.raises(Conflict, match="first step back"):
        await join_team(db, jo, "secret")
    assert await db.scalar(joined) is None
    own = (await find_own_assignment(db, jo, one.id))[1]
    await recuse(db, jo, own, ConflictCategory.COLLABORATION, "We work on it together.")
    await join_team(db, jo, "secret")
    assert await db.scalar(joined) is not None


async def test_once_the_panel_is_closed_nobody_is_told_to_step_back(
    db: AsyncSession, cast: Cast
) -> None:
    await invited_to_what_they_judge(db, cast)
    await db.execute(update(Panel).values(closed_at=datetime.now(UTC), closed_by=cast.mia.id))
    with pytest.raises(Conflict, match="You have judged this entry") as refused:
        await join_team(db, await viewer_of(db, cast.jo), "secret")
    assert "step back" not in refused.value.reason

"""The files of an entry open to its judges, and only to them, once they have declared."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.files import MAY_READ_ENTRY
from ideahub.judging.models import ConflictCategory
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.reading import judge_may_read
from ideahub.judging.recusing import recuse
from tests.judging.panels_made import (
    assignments,
    declare_none,
    enter,
    make_judging,
    seat,
    share_out,
)
from tests.support.cast import Cast, make_person, viewer_of


async def test_who_may_open_them_as_a_judge(db: AsyncSession, cast: Cast) -> None:
    assert judge_may_read in MAY_READ_ENTRY
    judging = await make_judging(db, cast)
    entry = await enter(db, judging, cast.cem)
    other = await enter(db, judging, cast.ada)
    await seat(db, judging, cast.jo)
    jo = await viewer_of(db, cast.jo)
    assert not await judge_may_read(db, jo, entry.id)
    await share_out(db, judging, cast)
    for number in (entry.id, other.id):
        assert await judge_may_read(db, jo, number)
    assert not await judge_may_read(db, jo, 999_999)
    for person in (cast.sam, cast.zed, None):
        assert not await judge_may_read(db, await viewer_of(db, person), entry.id)
    # Somebody new has entered, so conflicts are asked about first.
    await enter(db, judging, await make_person(db, "Lara Late"))
    assert not await judge_may_read(db, jo, entry.id)
    await declare_none(db, judging, cast.jo)
    assert await judge_may_read(db, jo, entry.id)
    given = next(one for one in await assignments(db, judging) if one.entry_id == entry.id)
    own = (await find_own_assignment(db, jo, given.id))[1]
    await recuse(db, jo, own, ConflictCategory.FAMILY, "My brother.")
    assert not await judge_may_read(db, jo, entry.id)
    assert await judge_may_read(db, jo, other.id)

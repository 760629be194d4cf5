"""A manager shares out the entries: tried first, recorded so that it can be repeated."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.core.refusals import Conflict
from ideahub.entries.models import EntryField, EntryRevision, FieldKind
from ideahub.judging.assigning import assign_entries, plan_assignment
from ideahub.judging.models import Assignment, AssignmentRun
from ideahub.judging.recorded_runs import calculate, hash_inputs
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    declare_none,
    enter_some,
    make_judging,
    seat,
    share_out,
)
from tests.support.cast import Cast, add, viewer_of


async def ready(db: AsyncSession, cast: Cast, entries: int = 6) -> Judging:
    """So many entries, and three judges who have declared no conflict."""
    judging = await make_judging(db, cast)
    await enter_some(db, judging, entries)
    for person in (cast.jo, cast.sam, cast.zed):
        await seat(db, judging, person)
    return judging


async def runs(db: AsyncSession) -> list[AssignmentRun]:
    return list(await db.scalars(select(AssignmentRun).order_by(AssignmentRun.id)))


async def test_trying_out_stores_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await ready(db, cast)
    await db.commit()
    mia = await browse(cast.mia)
    url = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/assignment"
    page = (await mia.get(f"{url}?k=2&seed=chance")).text
    assert "What would come of it" in page
    assert re.search(r"12</span>\s*<span[^>]*>new scorecards", page)
    assert (await mia.get(f"{url}?k=none&seed=")).status_code == 422
    assert (await mia.get(f"{url}?k=0")).status_code == 422
    assert (await mia.get(f"{url}?seed={'s' * 65}")).status_code == 422
    assert await assignments(db, judging) == []
    assert await runs(db) == []
    await db.refresh(judging.panel)
    assert judging.panel.fixed_at is None


async def test_what_is_recorded_can_be_repeated(db: AsyncSession, cast: Cast) -> None:
    judging = await ready(db, cast)
    given = await share_out(db, judging, cast, 2, seed="chance")
    assert len(given) == 12
    loads = [len(await assignments(db, judging, judge)) for judge in judging.judges]
    assert loads == [4, 4, 4]
    (run,) = await runs(db)
    assert hash_inputs(run.inputs) == run.inputs_hash
    again = calculate(run.inputs, run.seed)
    assert set(again.added) == {(one.entry_id, one.judge_id) for one in given}
    assert hash_inputs({**run.inputs, "judges_per_entry": 3}) != run.inputs_hash
    events = await db.scalars(select(Event.data).where(Event.kind == Kind.ENTRIES_ASSIGNED))
    assert events.all() == [{}]


async def test_each_judge_reads_in_an_order_of_their_own(db: AsyncSession, cast: Cast) -> None:
    judging = await ready(db, cast, 8)
    await share_out(db, judging, cast)
    orders = [
        [one.entry_id for one in await assignments(db, judging, judge)] for judge in judging.judges
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(orders[2])
    assert orders[0] != orders[1] != orders[2] != orders[0]
    # What comes later changes no other's order.
    await enter_some(db, judging, 2)
    for person in (cast.jo, cast.sam, cast.zed):
        await declare_none(db, judging, person)
    await share_out(db, judging, cast, seed="later")
    for judge, before in zip(judging.judges, orders, strict=True):
        after = [one.entry_id for one in await assignments(db, judging, judge)]
        assert [entry for entry in after if entry in before] == before
        assert len(after) == 10


async def test_late_entries_are_added_and_the_rest_stays(db: AsyncSession, cast: Cast) -> None:
    judging = await ready(db, cast)
    before = {(one.entry_id, one.judge_id) for one in await share_out(db, judging, cast, 2)}
    await enter_some(db, judging, 1)
    after = {(one.entry_id, one.judge_id) for one in await share_out(db, judging, cast, 2, "x")}
    assert before < after
    assert len(after - before) == 2
    assert len(await runs(db)) == 2


async def test_what_was_seen_is_what_is_done(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await ready(db, cast)
    planned = await plan_assignment(db, judging.panel, 2, "chance")
    await enter_some(db, judging, 1)
    mia = await viewer_of(db, cast.mia)
    with pytest.raises(Conflict, match="have changed meanwhile"):
        await assign_entries(db, mia, judging.panel.id, 2, seed="chance", seen=planned.inputs_hash)
    await db.commit()
    url = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/assignment"
    browser = await browse(cast.mia)
    answer = await browser.post(url, {"k": "2", "seed": "chance", "seen": planned.inputs_hash})
    assert answer.status_code == 409
    assert "Look at the new table first" in answer.text
    assert "14</span>" in answer.text


async def test_pressed_twice_it_is_done_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await ready(db, cast)
    planned = await plan_assignment(db, judging.panel, 2, "chance")
    await db.commit()
    url = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/assignment"
    browser = await browse(cast.mia)
    sent = {"k": "2", "seed": "chance", "seen": planned.inputs_hash}
    assert [(await browser.post(url, sent)).status_code for _press in range(2)] == [303, 409]
    assert len(await assignments(db, judging)) == 12


async def test_nobody_is_given_anything_before_they_have_declared(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 2)
    await seat(db, judging, cast.jo, declared=False)
    with pytest.raises(Conflict, match="No judge has accepted and declared"):
        await share_out(db, judging, cast)
    await db.refresh(judging.panel)
    assert judging.panel.fixed_at is None


async def test_judges_are_told_by_mail_how_many(db: AsyncSession, cast: Cast) -> None:
    judging = await ready(db, cast)
    await share_out(db, judging, cast, 2)
    mails = (await db.execute(select(OutgoingMail.to, OutgoingMail.subject))).all()
    assert {one.to for one in mails} == {cast.jo.email, cast.sam.email, cast.zed.email}
    assert all(one.subject.startswith("4 entries to score") for one in mails)


async def test_declared_expertise_is_respected(db: AsyncSession, cast: Cast) -> None:
    judging = await ready(db, cast)
    await add(
        db,
        EntryField(
            form_id=judging.form.id,
            position=2,
            key="field",
            kind=FieldKind.CHOICE,
            label="Field",
            options=["Roads", "Schools", "Buses"],
        ),
    )
    words = ("Roads", "Schools", "Buses")
    for judge, word in zip(judging.judges, words, strict=True):
        judge.expertise = [word.lower()]
    revisions = (await db.scalars(select(EntryRevision).order_by(EntryRevision.id))).all()
    for at, revision in enumerate(revisions):
        revision.answers = {**revision.answers, "field": words[at % 3]}
    await db.flush()
    await share_out(db, judging, cast, 1)
    found = await db.execute(
        select(EntryRevision.answers, Assignment.judge_id).join(
            Assignment, Assignment.entry_id == EntryRevision.entry_id
        )
    )
    by_word = dict(zip(words, (judge.id for judge in judging.judges), strict=True))
    assert all(by_word[answers["field"]] == judge for answers, judge in found)

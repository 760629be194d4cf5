"""Entries at the boundary of their phase, and several people at the same moment."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from ideahub.campaigns.models import Phase
from ideahub.core.db import Database
from ideahub.core.refusals import Conflict
from ideahub.entries.entering import Written, begin_entry, save_entry, submit_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.inviting import hash_of, join_team
from ideahub.entries.models import Entry, EntryInvitation, EntryMember, EntryRevision, MemberRole
from ideahub.organisations.models import Person
from tests.entries.entering import SITE, begin, make_contest, write
from tests.support.cast import make_cast, make_person, viewer_of


async def drafts(database: Database, number: int) -> tuple[Phase, list[tuple[Person, int]]]:
    """An open phase, and so many people with a complete draft."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        _campaign, phase = await make_contest(db, cast.city)
        made = []
        for place in range(number):
            person = await make_person(db, f"Person{place} Lind")
            entry_id = await begin(db, person, phase)
            form = await form_in_use(db, phase.id)
            assert form
            await write(db, person, entry_id, {form.fields[0].key: "Plant trees."})
            made.append((person, entry_id))
    return phase, made


async def submit(database: Database, person: Person, entry_id: int) -> EntryRevision | None:
    """Submits in a transaction of its own; None where it is refused."""
    async with database.transaction() as db:
        viewer = await viewer_of(db, person)
        try:
            async with db.begin_nested():
                return await submit_entry(db, viewer, entry_id, site=SITE)
        except Conflict:
            return None


async def together(*deeds: Awaitable[Any]) -> Sequence[Any]:
    """What they return, done at the same time."""
    return await asyncio.gather(*deeds)


async def test_of_two_entries_before_and_after_closing_exactly_the_first_is_in(
    committing: Database,
) -> None:
    phase, ((early, first), (late, second)) = await drafts(committing, 2)
    closes = select(func.clock_timestamp() + timedelta(seconds=0.5)).scalar_subquery()
    async with committing.transaction() as db:
        await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=closes))
    assert await submit(committing, early, first)
    await asyncio.sleep(1.0)
    assert await submit(committing, late, second) is None
    async with committing.reading() as db:
        stored = (await db.scalars(select(EntryRevision))).all()
        assert [one.entry_id for one in stored] == [first]
        numbers = (await db.scalars(select(Entry.number).order_by(Entry.id))).all()
        assert numbers == [1, None]
        one = (await db.scalars(select(Phase))).one()
        assert one.closes_at
        assert stored[0].submitted_at < one.closes_at


async def test_a_storm_at_the_deadline_is_decided_by_the_databases_clock(
    committing: Database,
) -> None:
    """Many send while the phase closes: what is in came before its end by the time that its receipt
    tells, what is not has no trace, and the numbers have no gap."""
    phase, made = await drafts(committing, 24)
    closes = select(func.clock_timestamp() + timedelta(seconds=0.5)).scalar_subquery()
    async with committing.transaction() as db:
        await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=closes))

    async def after(wait: float, person: Person, entry_id: int) -> EntryRevision | None:
        await asyncio.sleep(wait)
        return await submit(committing, person, entry_id)

    spread = (after(0.04 * place, *one) for place, one in enumerate(made))
    accepted = [one for one in await together(*spread) if one]
    assert await submit(committing, *made[-1]) is None
    async with committing.reading() as db:
        (ends,) = (await db.scalars(select(Phase.closes_at))).all()
        assert ends
        stored = (await db.scalars(select(EntryRevision))).all()
        assert {one.id for one in stored} == {one.id for one in accepted}
        assert all(one.submitted_at < ends for one in stored)
        numbers = await db.scalars(select(Entry.number).where(Entry.number.is_not(None)))
        assert sorted(number or 0 for number in numbers) == list(range(1, len(stored) + 1))
        drafts_left = await db.scalars(select(Entry.id).where(Entry.submitted_id.is_(None)))
        assert len(drafts_left.all()) == len(made) - len(stored)


async def test_all_at_once_get_numbers_without_gaps(committing: Database) -> None:
    _phase, made = await drafts(committing, 12)
    done = await together(*(submit(committing, *one) for one in made))
    assert all(done)
    async with committing.reading() as db:
        numbers = await db.scalars(select(Entry.number))
        assert sorted(number or 0 for number in numbers) == list(range(1, 13))


async def test_pressed_twice_it_is_submitted_once(committing: Database) -> None:
    _phase, ((person, entry_id),) = await drafts(committing, 1)
    one, two = await together(*(submit(committing, person, entry_id) for _press in range(2)))
    assert one
    assert two
    assert one.id == two.id
    async with committing.reading() as db:
        assert len((await db.scalars(select(EntryRevision))).all()) == 1


async def test_begun_twice_it_is_one_draft(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _campaign, phase = await make_contest(db, cast.city)

    async def once() -> int:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, cast.cem)
            return await begin_entry(db, viewer, phase.campaign_id, phase.id)

    first, second = await together(once(), once())
    assert first == second
    async with committing.reading() as db:
        members = (await db.scalars(select(EntryMember))).all()
        assert [one.role for one in members] == [MemberRole.CAPTAIN]


async def test_two_members_who_save_at_once_overwrite_nothing(committing: Database) -> None:
    _phase, ((person, entry_id),) = await drafts(committing, 1)
    async with committing.transaction() as db:
        other = await make_person(db, "Other Lind")
        db.add(EntryMember(entry_id=entry_id, person_id=other.id))
        row = await db.get_one(Entry, entry_id)
        form = await form_in_use(db, row.phase_id)
        seen = row.saved
    assert form
    key = form.fields[0].key

    async def save(who: Person, text: str) -> bool:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, who)
            try:
                async with db.begin_nested():
                    written = Written("Lanes", "", {key: text})
                    await save_entry(db, viewer, entry_id, form, written, seen)
            except Conflict:
                return False
            return True

    saved = await together(save(person, "Mine."), save(other, "Theirs."))
    assert sorted(saved) == [False, True]
    async with committing.reading() as db:
        row = await db.get_one(Entry, entry_id)
        assert (row.answers[key], row.saved) == (["Mine.", "Theirs."][saved.index(True)], seen + 1)


async def test_of_two_who_use_an_invitation_at_once_one_joins(committing: Database) -> None:
    _phase, ((person, entry_id),) = await drafts(committing, 1)
    async with committing.transaction() as db:
        guest = await make_person(db, "Guest Lind")
        db.add(
            EntryInvitation(
                entry_id=entry_id,
                address=guest.email or "",
                secret_hash=hash_of("word"),
                invited_by=person.id,
                expires_at=datetime.now(UTC) + timedelta(days=1),
            )
        )

    async def join() -> bool:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, guest)
            try:
                async with db.begin_nested():
                    await join_team(db, viewer, "word")
            except Conflict:
                return False
            return True

    assert sorted(await together(join(), join())) == [False, True]
    async with committing.reading() as db:
        members = await db.scalars(select(EntryMember.person_id).order_by(EntryMember.id))
        assert members.all() == [person.id, guest.id]

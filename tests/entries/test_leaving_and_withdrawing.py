"""Somebody is removed from a team, and an entry is withdrawn and comes back; what was frozen
stays."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.entries.entering import submit_entry
from ideahub.entries.models import Entry, EntryMember, EntryRevision
from ideahub.entries.reading import frozen_entry
from ideahub.judging.judged_entries import judged_entries
from tests.conftest import Browse
from tests.entries.entering import SITE, enter, hidden, make_contest
from tests.support.cast import Cast, add, viewer_of


async def test_a_removed_member_sees_it_no_longer_and_stays_in_what_was_submitted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    first = await enter(db, cast.cem, phase)
    await add(db, EntryMember(entry_id=first.entry_id, person_id=cast.ada.id))
    both = await submit_entry(db, await viewer_of(db, cast.cem), first.entry_id, site=SITE)
    assert both.number == 2
    cem, ada, at = await browse(cast.cem), await browse(cast.ada), f"/entries/{first.entry_id}"
    assert (await ada.get(at)).status_code == 200
    own = await cem.post(f"{at}/members/{cast.cem.id}/removal")
    assert own.status_code == 409
    assert "Hand the entry over before you leave it." in own.text
    assert (await ada.post(f"{at}/members/{cast.cem.id}/removal")).status_code == 403
    assert (await cem.post(f"{at}/members/{cast.ben.id}/removal")).status_code == 404
    assert (await cem.post(f"{at}/members/{cast.ada.id}/removal")).status_code == 303
    for path in ("", "/draft", "/receipts/2"):
        assert (await ada.get(f"{at}{path}")).status_code == 404, path
    frozen = await frozen_entry(db, both.id, blind=False)
    assert [one.name for one in frozen.people] == ["Cem Aydin", "Ada Lind"]
    gone = await db.scalar(select(EntryMember).where(EntryMember.person_id == cast.ada.id))
    assert gone
    assert (gone.left_at is not None, gone.removed_by) == (True, cast.cem.id)


async def test_nobody_is_removed_once_the_phase_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    first = await enter(db, cast.cem, phase)
    await add(db, EntryMember(entry_id=first.entry_id, person_id=cast.ada.id))
    cem, at = await browse(cast.cem), f"/entries/{first.entry_id}"
    removal = f"{at}/members/{cast.ada.id}/removal"
    assert f'action="{removal}"' in (await cem.get(at)).text
    await db.execute(update(Phase).values(closes_at=func.now()))
    await db.commit()
    refused = await cem.post(removal)
    assert refused.status_code == 409
    assert "This closed on" in refused.text
    assert f'action="{removal}"' not in refused.text
    # Whoever wants to leaves, and the entry can be handed over.
    assert (await cem.post(f"{at}/captain", {"person": str(cast.ada.id)})).status_code == 303
    assert (await cem.post(f"{at}/departure")).status_code == 303


async def test_a_withdrawn_entry_comes_back_before_the_end_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    revision = await enter(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{revision.entry_id}"
    for _press in range(2):
        assert (await cem.post(f"{at}/withdrawal")).status_code == 303
    assert await judged_entries(db, phase.id) == []
    mia = await browse(cast.mia)
    listed = (await mia.get(f"/management/{campaign.id}/entries?show=withdrawn")).text
    assert "Lanes" in listed
    page = (await cem.get(f"{at}/draft")).text
    sent = hidden(page) | {"title": "Lanes", "q1": "Paint the lanes green.", "do": "submit"}
    assert (await cem.post(f"{at}/draft", sent)).status_code == 303
    [counts] = await judged_entries(db, phase.id)
    assert (counts.id, counts.number) == (revision.entry_id, 1)
    await cem.post(f"{at}/withdrawal")
    await db.execute(update(Phase).values(closes_at=func.now()))
    await db.commit()
    late = await cem.post(f"{at}/draft", sent)
    assert late.status_code == 409
    assert "This closed on" in late.text
    assert "Paint the lanes green." in late.text
    row = await db.get_one(Entry, revision.entry_id, populate_existing=True)
    assert row.withdrawn_at is not None
    assert len((await db.scalars(select(EntryRevision))).all()) == 2

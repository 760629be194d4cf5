"""Managers decide which entries may be judged, with a reason; a decision can be made anew."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.entries.entering import submit_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.models import EntryRevision, TriageDecision
from ideahub.judging.judged_entries import judged_entries
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.entries.entering import SITE, enter, make_contest, write
from tests.support.cast import Cast, make_person, viewer_of


async def submit_again(
    db: AsyncSession, person: Person, phase: Phase, entry_id: int
) -> EntryRevision:
    """Changes an entry, and submits it once more."""
    form = await form_in_use(db, phase.id)
    assert form
    await write(db, person, entry_id, {form.fields[0].key: "Much longer."})
    return await submit_entry(db, await viewer_of(db, person), entry_id, site=SITE)


async def test_the_last_decision_counts_and_none_is_overwritten(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    one = await enter(db, cast.cem, phase, title="Lanes")
    two = await enter(db, cast.ada, phase, title="Benches")
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/entries"
    page = (await mia.get(at)).text
    assert "Lanes" in page
    assert "Benches" in page
    both = {"entries": [str(one.entry_id), str(two.entry_id)]}
    refused = await mia.post(f"{at}/triage", both | {"eligible": "no", "reason": ""})
    assert refused.status_code == 422
    assert "Say why: the entrant reads this reason." in refused.text
    why = "It is for another county."
    done = await mia.post(f"{at}/triage", both | {"eligible": "no", "reason": why})
    assert done.status_code == 303
    assert await judged_entries(db, phase.id) == []
    cem = await browse(cast.cem)
    assert why in (await cem.get(f"/entries/{one.entry_id}")).text
    assert "Not eligible" in (await cem.get("/entries")).text
    again = {"entries": [str(one.entry_id)], "eligible": "yes", "reason": "We were wrong."}
    for _press in range(2):
        await mia.post(f"{at}/triage", again | {"back": str(one.entry_id)})
    [counts] = await judged_entries(db, phase.id)
    assert (counts.title, counts.people) == ("Lanes", [cast.cem.id])
    made = await db.scalars(
        select(TriageDecision.is_eligible)
        .where(TriageDecision.entry_id == one.entry_id)
        .order_by(TriageDecision.id)
    )
    assert list(made) == [False, True]
    assert "Lanes" in (await mia.get(f"{at}?show=eligible")).text
    assert "Lanes" not in (await mia.get(f"{at}?show=ineligible")).text


async def test_a_decision_about_an_earlier_version_says_nothing_of_this_one(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    one = await enter(db, cast.cem, phase)
    mia = await browse(cast.mia)
    no = {"entries": [str(one.entry_id)], "eligible": "no", "reason": "Too short."}
    await mia.post(f"/management/{campaign.id}/entries/triage", no)
    second = await submit_again(db, cast.cem, phase, one.entry_id)
    assert second.number == 2
    assert [found.revision_id for found in await judged_entries(db, phase.id)] == [second.id]
    assert "Lanes" in (await mia.get(f"/management/{campaign.id}/entries?show=undecided")).text


async def test_nobody_decides_about_a_version_that_they_have_not_seen(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    one = await enter(db, cast.cem, phase)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/entries"
    shown = f'name="seen" value="{one.entry_id}-1"'
    for address in (at, f"/entries/{one.entry_id}"):
        assert shown in " ".join((await mia.get(address)).text.split())
    await submit_again(db, cast.cem, phase, one.entry_id)
    sent = {"entries": [str(one.entry_id)], "eligible": "yes", "reason": "Fine as it is."}
    answer = await mia.post(f"{at}/triage", sent | {"seen": [f"{one.entry_id}-1"]})
    assert answer.status_code == 409
    assert "Entry no. 1 was submitted again after you opened this page." in answer.text
    assert "Fine as it is." in answer.text
    assert (await db.scalars(select(TriageDecision))).all() == []
    again = await mia.post(f"{at}/triage", sent | {"seen": [f"{one.entry_id}-2"]})
    assert again.status_code == 303
    assert len((await db.scalars(select(TriageDecision))).all()) == 1


async def test_only_managers_decide_and_not_about_their_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    own = await enter(db, cast.mia, phase)
    at = f"/management/{campaign.id}/entries"
    form = {"entries": [str(own.entry_id)], "eligible": "yes"}
    refused = await (await browse(cast.mia)).post(f"{at}/triage", form)
    assert refused.status_code == 409
    assert "You belong to the team of entry no. 1" in refused.text
    for person, status in ((cast.ada, 403), (cast.zed, 403), (None, 303)):
        browser = await browse(person)
        assert (await browser.get(at)).status_code == status
    elsewhere, _phase = await make_contest(db, cast.ministry)
    chief = await make_person(db, "Nia Chief", cast.ministry)
    await db.commit()
    # Entries of another challenge are not decided about, whatever the form says.
    ann = await browse(cast.ann)
    other = f"/management/{elsewhere.id}/entries/triage"
    assert (await ann.post(other, form)).status_code == 303
    assert list(await db.scalars(select(TriageDecision))) == []
    assert (await (await browse(chief)).get(at)).status_code == 403

"""Entries are invited into a later phase, where they go on with what they answered."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.rounds import must_keep_entrants
from ideahub.core.refusals import Conflict
from ideahub.entries.entering import add_entry, submit_entry
from ideahub.entries.models import Entry, EntryField, EntryForm, EntryMember, FieldKind
from ideahub.results.advancing import accept_invitation, later_phases
from ideahub.results.models import Advancement, Award
from tests.conftest import Browse
from tests.entries.entering import SITE, begin, write
from tests.results.judged import Judged, judged
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, add, viewer_of


async def invited(db: AsyncSession, cast: Cast, browse: Browse, made: Judged) -> Advancement:
    """The first entry is invited into the second round."""
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    sent = {"to_phase": str(made.later.id), "entries": [str(made.entries[0].id)]}
    answer = await mia.post(f"{made.at}/advancements", sent)
    assert answer.status_code == 303, answer.text
    found: Advancement | None = await db.scalar(select(Advancement))
    assert found
    return found


async def later_form(db: AsyncSession, made: Judged) -> EntryForm:
    """The form of the second round: the old question, and a new one."""
    form = await add(db, EntryForm(phase_id=made.later.id))
    for at, key in enumerate(("what", "how"), 1):
        await add(
            db,
            EntryField(
                form_id=form.id, position=at, key=key, kind=FieldKind.LONG_TEXT, label=f"{key}?"
            ),
        )
    await db.commit()
    return form


async def test_the_captain_accepts_and_the_answers_are_taken_along(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    form = await later_form(db, made)
    invitation = await invited(db, cast, browse, made)
    captain = await browse(made.captains[0])
    own = f"/entries/{made.entries[0].id}/result"
    assert "Invited into “" in (await captain.get(own)).text
    at = f"/advancements/{invitation.id}/acceptance"
    answer = await captain.post(at)
    assert answer.status_code == 303
    entry = await db.scalar(select(Entry).where(Entry.carried_from_id == made.entries[0].id))
    assert entry
    assert (entry.phase_id, entry.form_id) == (made.later.id, form.id)
    assert entry.answers == {"what": "A bench."}
    assert entry.submitted_id is None
    members = await db.scalars(select(EntryMember.person_id).filter_by(entry_id=entry.id))
    assert members.all() == [made.captains[0].id]
    # Pressed again, it makes no second entry.
    assert (await captain.post(at)).headers["location"] == f"/entries/{entry.id}"
    assert len((await db.scalars(select(Entry.id).filter_by(phase_id=made.later.id))).all()) == 1
    # To advance is not to win.
    assert await db.scalar(select(Award.id)) is None


async def test_nobody_else_accepts(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    invitation = await invited(db, cast, browse, made)
    at = f"/advancements/{invitation.id}/acceptance"
    for person in (None, cast.zed, cast.mia, made.captains[1]):
        assert (await (await browse(person)).post(at)).status_code in (303, 401, 404)
    assert await db.scalar(select(Entry.id).filter_by(phase_id=made.later.id)) is None


async def test_an_invitation_is_declined_for_good(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    invitation = await invited(db, cast, browse, made)
    captain, at = await browse(made.captains[0]), f"/advancements/{invitation.id}"
    assert (await captain.post(f"{at}/refusal")).status_code == 303
    assert (await captain.post(f"{at}/acceptance")).status_code == 409


async def test_entries_advance_by_a_published_result_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    sent = {"to_phase": str(made.later.id), "entries": [str(made.entries[0].id)]}
    answer = await mia.post(f"{made.at}/advancements", sent)
    assert answer.status_code == 409
    await publish(db, mia, made)
    bad = await mia.post(f"{made.at}/advancements", sent | {"to_phase": str(made.phase.id)})
    assert bad.status_code == 422
    assert await db.scalar(select(Advancement.id)) is None


async def test_places_of_a_run_that_is_not_published_are_not_offered(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Two scores of the first entry are corrected: in the newer run the third is before it."""
    made = await judged(db, cast)
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    await publish(db, mia, made)
    scores = f"{made.at}/entries/{made.entries[0].id}/scores"
    for judge in (0, 1):
        at = f"{scores}/{made.scorecards[0, judge].id}/{made.criteria[0].id}"
        answer = await ann.post(at, {"new_value": "0", "reason": "A slip."})
        assert answer.status_code == 303, answer.text
    for page in ("advancements", "awards"):
        shown = (await mia.get(f"{made.at}/{page}")).text
        first = re.search(r"Place 1\W+entry (\d)", shown)
        assert first and first[1] == "1", page


async def test_a_phase_by_invitation_takes_no_other_entries(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    made.later.invited_from_id = made.phase.id
    await db.commit()
    ada, guest = await browse(cast.ada), await browse(None)
    # What the others see, and what a forged form does.
    at = f"/challenges/{made.campaign.id}/entries"
    page = (await ada.get(f"{at}/new?phase={made.later.id}")).text
    assert "By invitation, from “" in page and "Begin your entry" not in page
    assert "By invitation, from “" in (await guest.get(f"/challenges/{made.campaign.id}")).text
    begun = await ada.post(at, {"phase": str(made.later.id)})
    assert begun.status_code == 409
    assert await db.scalar(select(Entry.id).filter_by(phase_id=made.later.id)) is None
    invitation = await invited(db, cast, browse, made)
    captain = await browse(made.captains[0])
    answer = await captain.post(f"/advancements/{invitation.id}/acceptance")
    assert answer.status_code == 303
    assert await db.scalar(select(Entry.id).filter_by(phase_id=made.later.id))


async def test_a_draft_from_before_does_not_slip_into_a_phase_by_invitation(
    db: AsyncSession, cast: Cast
) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    entry_id = await begin(db, cast.ada, made.later)
    await write(db, cast.ada, entry_id, {"what": "A bench.", "how": "Slowly."})
    made.later.invited_from_id = made.phase.id
    await db.flush()
    with pytest.raises(Conflict, match="invited from"):
        await submit_entry(db, await viewer_of(db, cast.ada), entry_id, site=SITE)


async def test_entries_of_another_phase_are_not_carried_on(db: AsyncSession, cast: Cast) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    other = await add(
        db,
        Phase(campaign_id=made.campaign.id, position=4, name="Aside", accepts=[Accepts.ENTRIES]),
    )
    made.later.invited_from_id = other.id
    await db.flush()
    viewer = await viewer_of(db, made.captains[0])
    carried = {"carried_from_id": made.entries[0].id}
    with pytest.raises(Conflict, match="Aside"):
        await add_entry(db, viewer, made.campaign.id, made.later.id, **carried)
    # So the manager is not offered to invite them there.
    assert await later_phases(db, made.panel) == [other]


async def test_who_was_invited_is_not_shut_out_by_another_source(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await later_form(db, made)
    made.later.invited_from_id = made.phase.id
    await db.commit()
    invitation = await invited(db, cast, browse, made)
    before = await phases_now(db, made.campaign.id)
    await must_keep_entrants(db, before, before)
    other = await add(
        db,
        Phase(campaign_id=made.campaign.id, position=9, name="Aside", accepts=[Accepts.ENTRIES]),
    )

    async def from_there() -> None:
        made.later.invited_from_id = other.id
        await db.flush()
        try:
            await must_keep_entrants(db, before, await phases_now(db, made.campaign.id))
        finally:
            made.later.invited_from_id = made.phase.id
            await db.flush()

    with pytest.raises(Conflict, match="were invited to this one"):
        await from_there()
    captain = await viewer_of(db, made.captains[0])
    await accept_invitation(db, captain, invitation.id)
    await db.flush()
    with pytest.raises(Conflict, match="Others have entered"):
        await from_there()
    made_of_it = await db.scalar(select(Entry).where(Entry.phase_id == made.later.id))
    assert made_of_it
    made_of_it.withdrawn_at = func.now()
    await from_there()

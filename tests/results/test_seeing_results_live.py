"""Open pages fetch themselves again after each deed about results, and only those who may look."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Refused
from ideahub.core.viewer import STRANGER
from ideahub.judging.live import RESULT_KINDS
from ideahub.judging.live import ROOMS as JUDGING_ROOMS
from ideahub.judging.models import Panel, PanelJudge, ThirdReading
from ideahub.judging.scoring import ENTRANT, VALUE
from ideahub.realtime.push import Refresh
from ideahub.results.live import (
    MEETING_KINDS,
    OWN_KINDS,
    READING_KINDS,
    ROOMS,
    SHOWS,
)
from tests.conftest import Browse
from tests.results.judged import DAY, Judged, judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast, add, viewer_of

RECUSAL = {"category": "family", "reason": "My aunt."}


async def told(db: AsyncSession, kind: Kind) -> set[str]:
    """The rooms that are told of the latest deed of this kind."""
    latest = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    event = (await db.scalars(latest)).one()
    messages = [one for show in SHOWS[kind] for one in await show(db, event)]
    assert all(isinstance(one, Refresh) for one in messages)
    return {one.room for one in messages}


async def another_panel(db: AsyncSession, made: Judged) -> None:
    """A second panel for the same entries."""
    of = {"campaign_id": made.campaign.id, "created_by": made.panel.created_by, "name": "Experts"}
    await add(db, Panel(phase_id=made.panel.phase_id, entries_phase_id=made.phase.id, **of))


async def test_everyone_is_told_what_everyone_sees(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    managers, everyone = f"results:{made.campaign.id}", f"campaign:{made.campaign.id}"
    meeting, judges = f"deliberation:{made.panel.id}", f"judges:{made.campaign.id}"
    assert await told(db, Kind.SCORES_RUN) == {managers, meeting}
    assert await told(db, Kind.RESULT_PUBLISHED) == {managers, everyone, judges}
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    assert await told(db, Kind.RESULT_MADE_FINAL) == {managers, everyone, judges}
    # Only the meeting of this panel: the challenge has another one.
    await another_panel(db, made)
    await mia.post(f"/deliberation/{made.panel.id}/entries", {"number": "1"})
    assert await told(db, Kind.DELIBERATION_RAISED) == {managers, meeting}


async def test_whoever_may_open_the_page_may_listen_and_nobody_else(
    db: AsyncSession, cast: Cast
) -> None:
    made = await judged(db, cast)
    for name, number, who in (
        ("results", made.campaign.id, {cast.mia.id, cast.ann.id}),
        ("deliberation", made.panel.id, {cast.mia.id, cast.ann.id, cast.jo.id}),
    ):
        for person in (None, cast.mia, cast.ann, cast.jo, cast.ada, made.captains[0]):
            viewer = await viewer_of(db, person) if person else STRANGER
            if person and person.id in who:
                assert (await ROOMS[name](db, viewer, number)).campaign == made.campaign.id
            else:
                with pytest.raises(Refused):
                    await ROOMS[name](db, viewer, number)


async def test_of_scorecards_only_third_readings_are_shown_to_managers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False, blind=False)
    people = [entry.created_by for entry in made.entries]
    await db.execute(update(PanelJudge).values(declared_for=people))
    await db.commit()
    at = f"/assignments/{made.assignments[0, 0].id}"
    jo, managers = await browse(cast.jo), {f"results:{made.campaign.id}"}
    recusal = f"/assignments/{made.assignments[1, 0].id}/recusal", RECUSAL
    assert (await jo.post(f"{at}/reopening")).status_code == 303
    given = {f"{name}-{one.id}": "8" for one in made.criteria for name in (VALUE, ENTRANT)}
    assert (await jo.post(at, {"do": "finish", **given})).status_code == 303
    assert await told(db, Kind.SCORECARD_FINISHED) == set()
    assert (await jo.post(*recusal)).status_code == 303
    assert await told(db, Kind.JUDGE_RECUSED) == set()
    for key in ((0, 0), (1, 0)):
        await add(
            db,
            ThirdReading(
                assignment_id=made.assignments[key].id,
                asked_by=cast.mia.id,
                closes_at=datetime.now(UTC) + DAY,
                timezone="UTC",
            ),
        )
    assert await told(db, Kind.SCORECARD_FINISHED) == managers
    assert await told(db, Kind.JUDGE_RECUSED) == managers


async def test_judges_who_come_back_catch_up_with_what_their_rooms_are_told(
    db: AsyncSession, cast: Cast
) -> None:
    """An open page that was away reads the room's kinds since, so none of them may be missing."""
    made = await judged(db, cast)
    jo = await viewer_of(db, cast.jo)
    concern = await JUDGING_ROOMS["judges"](db, jo, made.campaign.id)
    assert all(concern.has_kind(kind) for kind in RESULT_KINDS)


def test_each_deed_about_results_is_shown_to_somebody() -> None:
    assert set(SHOWS) == MEETING_KINDS | OWN_KINDS | READING_KINDS | RESULT_KINDS
    assert not OWN_KINDS & RESULT_KINDS


async def test_no_score_is_in_an_event_that_others_can_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await publish(db, await browse(cast.mia), made)
    for data in await db.scalars(select(Event.data).where(Event.campaign_id == made.campaign.id)):
        assert "82.67" not in str(data)
        assert "Secret" not in str(data)


async def test_judges_find_the_result_and_the_meeting_from_their_queue_and_panel(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    meeting = f'href="/deliberation/{made.panel.id}"'
    jo = await browse(cast.jo)
    for page in ("/judging", f"/judging/{made.panel.id}"):
        shown = (await jo.get(page)).text
        assert meeting in shown
        assert f'href="{made.public}"' not in shown
    await publish(db, await browse(cast.mia), made)
    for page in ("/judging", f"/judging/{made.panel.id}"):
        answer = await jo.get(page)
        assert answer.status_code == 200
        assert f'href="{made.public}"' in answer.text
    assert "Finished panels" in (await jo.get("/judging")).text

"""After a panel is closed, one more judge reads an entry on which the others differ: only that
entry is open, only for them, only in its time; and they learn nothing of what others gave."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Role
from ideahub.judging.inviting import hash_invitation
from ideahub.judging.models import (
    Assignment,
    ConflictDeclaration,
    Panel,
    PanelJudge,
    Recusal,
    Scorecard,
    ThirdReading,
)
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.reading_again import (
    ReadingPlan,
    end_readings,
    remind_readers,
)
from ideahub.judging.scoring import (
    OpenedPage,
    TypedScore,
    finish_scorecard,
    reopen_scorecard,
    save_scores,
)
from ideahub.judging.visibility import may_see_panel_scores
from ideahub.organisations.models import Person, RoleGrant
from ideahub.results.models import (
    DecisionKind,
    DeliberationDecision,
    DeliberationItem,
    DeliberationNote,
    ScoreRun,
)
from ideahub.results.running_scores import run_scores
from ideahub.results.third_reading import ask_third_reading
from ideahub.results.wanted_readings import possible_readers, wanted_readings
from tests.conftest import Browse
from tests.results.judged import Judged, judged
from tests.results.test_the_rule import add_judge
from tests.support.cast import Cast, add, make_person, viewer_of

# Jo and another judge: far apart about the second entry only.
TWO = [[(9, 8), (8, 8)], [(7, 7), (2, 3)], [(5, 5), (5, 6)]]
SOON = timedelta(days=3)


async def with_a_reader(
    db: AsyncSession, cast: Cast, *, bound: int | None = 30
) -> tuple[Judged, Person, int]:
    """A closed panel whose scores were run; one more judge, who has read nothing, and the number
    of their seat."""
    made = await judged(db, cast, TWO, divergence_bound=bound and Decimal(bound))
    reader = await make_person(db, "Third Reader")
    await add_judge(db, made.panel, reader.id)
    people = [entry.created_by for entry in made.entries]
    seat = (await db.scalars(select(PanelJudge).filter_by(person_id=reader.id))).one()
    await db.execute(update(PanelJudge).where(PanelJudge.id == seat.id).values(declared_for=people))
    await run_scores(db, await viewer_of(db, cast.mia), made.campaign, made.panel)
    await db.commit()
    return made, reader, seat.id


async def join_late(db: AsyncSession, seat: int) -> None:
    """As if this judge had been invited after the panel was closed."""
    late = datetime.now(UTC) + timedelta(minutes=1)
    await db.execute(update(PanelJudge).where(PanelJudge.id == seat).values(created_at=late))


async def asked(
    db: AsyncSession, cast: Cast, made: Judged, seat: int, entry: int = 1, **of: timedelta
) -> Assignment:
    """Mia asks this judge to read an entry once more."""
    until = datetime.now(UTC) + of.get("ends_in", SOON)
    plan = ReadingPlan(made.entries[entry].id, seat, until, "Europe/Oslo")
    mia = await viewer_of(db, cast.mia)
    reading = await ask_third_reading(db, mia, made.campaign, made.panel, plan)
    await db.commit()
    return await db.get_one(Assignment, reading.assignment_id)


async def score_it(
    db: AsyncSession, made: Judged, reader: Person, assignment: Assignment, *values: str
) -> None:
    """The reader scores and finishes."""
    viewer = await viewer_of(db, reader)
    _own, one = await find_own_assignment(db, viewer, assignment.id)
    typed = {
        criterion.id: TypedScore(value, "A reason.", "")
        for criterion, value in zip(made.criteria, values, strict=True)
    }
    assert await save_scores(db, viewer, one, typed, OpenedPage("p", one.saved)) == {}
    _own, one = await find_own_assignment(db, viewer, assignment.id)
    assert await finish_scorecard(db, viewer, one)
    await db.commit()


async def end_its_time(db: AsyncSession) -> None:
    """Its time is over."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    await db.execute(update(ThirdReading).values(closes_at=past))
    await db.commit()


async def test_from_asking_to_the_new_run_and_the_published_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    mia, reads = await browse(cast.mia), await browse(reader)
    steps = f"/management/{made.campaign.id}/results"
    assert "Third readings" in (await mia.get(steps)).text
    listed = (await mia.get(f"{made.at}/readings")).text
    assert "Secret title 2" in listed
    assert "Secret title 1" not in listed
    form = f"{made.at}/entries/{made.entries[1].id}/readings"
    opened = (await mia.get(form)).text
    assert "Third Reader" in opened
    until = (datetime.now(UTC) + SOON).strftime("%Y-%m-%dT%H:%M")
    sent = {"reader": str(seat), "until": until, "timezone": "UTC"}
    assert (await mia.post(form, sent)).status_code == 303
    # Pressed twice it is done once.
    assert (await mia.post(form, sent)).status_code == 303
    (reading,) = (await db.scalars(select(ThirdReading))).all()
    # Nothing is published while it is open.
    run = (await db.scalars(select(ScoreRun))).one()
    publish = {"run": str(run.id), "seen": "0", "appeals_until": until, "timezone": "UTC"}
    refused = await mia.post(f"{made.at}/publication", publish)
    assert "reads an entry once more" in refused.text
    # The reader finds it from their queue, and scores.
    at = f"/assignments/{reading.assignment_id}"
    assert at in (await reads.get("/judging")).text
    panel = (await reads.get(f"/judging/{made.panel.id}")).text
    assert "One more reading, due by" in panel
    assert "Scoring is over." not in panel
    card = (await reads.get(at)).text
    assert "open for you alone" in card
    assert 'id="card"' in card
    await score_it(db, made, reader, await db.get_one(Assignment, reading.assignment_id), "8", "8")
    refused = await mia.post(f"{made.at}/publication", publish)
    assert "Run the scores again, and publish that run" in refused.text
    assert "has come in" in (await mia.get(f"{made.at}/readings")).text
    assert (await mia.post(f"{made.at}/runs")).headers["location"] == f"{made.at}/runs/2"
    # By the rule, the mean of all three: (70 + 24 + 80) / 3.
    page = (await mia.get(f"{made.at}/runs/2")).text
    assert "58.00" in page
    newest = await db.scalar(select(ScoreRun.id).order_by(ScoreRun.id.desc()).limit(1))
    published = await mia.post(f"{made.at}/publication", publish | {"run": str(newest)})
    assert published.status_code == 303
    # And once it is, nothing is read any more.
    assert "nothing is read once more" in (await mia.post(form, sent)).text


async def test_only_this_entry_opens_only_for_this_judge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    assignment = await asked(db, cast, made, seat)
    others = [made.assignments[1, 0].id, made.assignments[0, 0].id]
    jo, reads = await browse(cast.jo), await browse(reader)
    for number in others:
        answer = await jo.post(f"/assignments/{number}/reopening")
        assert answer.status_code == 409
        assert (await reads.get(f"/assignments/{number}")).status_code == 404
    assert (await jo.get(f"/assignments/{assignment.id}")).status_code == 404
    assert (await jo.post(f"/assignments/{assignment.id}")).status_code == 404


async def test_after_its_time_it_takes_nothing_and_counts_as_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    assignment = await asked(db, cast, made, seat)
    viewer = await viewer_of(db, reader)
    _own, one = await find_own_assignment(db, viewer, assignment.id)
    typed = {criterion.id: TypedScore("1", "", "") for criterion in made.criteria}
    await save_scores(db, viewer, one, typed, OpenedPage("p", 0))
    await end_its_time(db)
    _own, one = await find_own_assignment(db, viewer, assignment.id)
    for deed in (finish_scorecard, reopen_scorecard):
        with pytest.raises(Conflict, match="The time for this reading ended"):
            await deed(db, viewer, one)
    with pytest.raises(Conflict, match="The time for this reading ended"):
        await save_scores(db, viewer, one, typed, OpenedPage("p", 9))
    page = (await (await browse(reader)).get(f"/assignments/{assignment.id}")).text
    assert "data-stopped" in page
    assert 'id="card"' not in page
    # No score is missing by it: the last run would read the same.
    mia = await viewer_of(db, cast.mia)
    assert not (await run_scores(db, mia, made.campaign, made.panel)).is_new
    # Somebody else could be asked now, and there is nobody.
    assert not await possible_readers(db, made.campaign, made.panel, made.entries[1].id)


async def test_the_clock_tells_once_that_it_ends_and_reminds_before(
    db: AsyncSession, cast: Cast
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    await asked(db, cast, made, seat)
    await remind_readers(db)
    told = select(OutgoingMail).where(OutgoingMail.person_id == reader.id)
    assert len((await db.scalars(told)).all()) == 1
    tomorrow = datetime.now(UTC) + timedelta(hours=20)
    await db.execute(update(ThirdReading).values(closes_at=tomorrow))
    await db.execute(update(ThirdReading).values(created_at=datetime.now(UTC) - timedelta(days=2)))
    for _again in range(2):
        db.expire_all()
        await remind_readers(db)
    mails = (await db.scalars(told)).all()
    assert len(mails) == 2
    assert all("one more entry" in mail.body for mail in mails)
    await end_its_time(db)
    for _again in range(2):
        db.expire_all()
        await end_readings(db)
    ended = await db.scalars(select(Event).where(Event.kind == Kind.THIRD_READING_ENDED))
    assert len(ended.all()) == 1


async def test_who_cannot_read_is_not_offered_and_is_refused(db: AsyncSession, cast: Cast) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    captain = made.captains[1]
    conflicted = await make_person(db, "In Conflict")
    manager = await make_person(db, "Manages Too")
    looked = await make_person(db, "Looked Before")
    met = await make_person(db, "Met Before")
    seats = {}
    for at, person in enumerate((captain, conflicted, manager, looked, met), 10):
        one = await add(
            db,
            PanelJudge(
                panel_id=made.panel.id,
                label=at,
                address=f"{at}@mail.example",
                person_id=person.id,
                invited_by=cast.mia.id,
                secret_hash=str(at).encode(),
                expires_at=datetime.now(UTC),
                accepted_at=datetime.now(UTC),
                declared_at=datetime.now(UTC),
                scores_opened_at=datetime.now(UTC) if person is looked else None,
            ),
        )
        seats[person.name] = one.id
    await add(
        db,
        ConflictDeclaration(judge_id=seats["In Conflict"], person_id=captain.id, category="family"),
    )
    await add(db, RoleGrant(person_id=manager.id, role=Role.MANAGER, organisation_id=cast.city.id))
    await add(
        db,
        DeliberationItem(panel_id=made.panel.id, entry_id=made.entries[1].id, raised_by=met.id),
    )
    found = await possible_readers(db, made.campaign, made.panel, made.entries[1].id)
    assert [one.id for one in found] == [seat]
    for number in (*seats.values(), made.judges[0].id, 999_999):
        with pytest.raises(Invalid):
            await asked(db, cast, made, number)


async def test_the_one_to_suggest_has_fewest_entries(db: AsyncSession, cast: Cast) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    busy = await make_person(db, "Very Busy")
    await add_judge(db, made.panel, busy.id, label=20)
    other = (await db.scalars(select(PanelJudge).filter_by(person_id=busy.id))).one()
    await add(
        db,
        Assignment(
            panel_id=made.panel.id, judge_id=seat, entry_id=made.entries[2].id, reading_order=1
        ),
    )
    found = await possible_readers(db, made.campaign, made.panel, made.entries[1].id)
    assert [(one.id, one.load) for one in found] == [(other.id, 0), (seat, 1)]


async def test_an_entry_on_which_judges_agree_is_offered_only_by_a_decision(
    db: AsyncSession, cast: Cast
) -> None:
    made, _reader, seat = await with_a_reader(db, cast, bound=None)
    assert not await wanted_readings(db, made.panel)
    with pytest.raises(NotFound):
        await asked(db, cast, made, seat, 0)
    entry_id = made.entries[0].id
    item = await add(
        db, DeliberationItem(panel_id=made.panel.id, entry_id=entry_id, raised_by=cast.jo.id)
    )
    await add(
        db,
        DeliberationDecision(
            item_id=item.id,
            kind=DecisionKind.THIRD_READING,
            reason="So.",
            decided_by=cast.jo.id,
        ),
    )
    assert [one.entry_id for one in await wanted_readings(db, made.panel)] == [entry_id]
    # Whoever can open the meeting may have read there what it is about.
    with pytest.raises(Invalid):
        await asked(db, cast, made, seat, 0)
    await join_late(db, seat)
    assert (await asked(db, cast, made, seat, 0)).entry_id == entry_id


@pytest.mark.parametrize("said", ["a note", "a decision"])
async def test_once_the_meeting_has_discussed_it_only_judges_invited_since_are_offered(
    db: AsyncSession, cast: Cast, said: str
) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    entry_id = made.entries[1].id
    item = await add(
        db, DeliberationItem(panel_id=made.panel.id, entry_id=entry_id, raised_by=cast.jo.id)
    )
    assert [one.id for one in await possible_readers(db, made.campaign, made.panel, entry_id)]
    if said == "a note":
        of = {"said_by": cast.jo.id, "text": "One gave 24.", "text_html": ""}
        await add(db, DeliberationNote(item_id=item.id, **of))
    else:
        kind = DecisionKind.CONFIRM
        decided = {"kind": kind, "reason": "One gave 24.", "decided_by": cast.jo.id}
        await add(db, DeliberationDecision(item_id=item.id, **decided))
    assert not await possible_readers(db, made.campaign, made.panel, entry_id)
    await join_late(db, seat)
    found = await possible_readers(db, made.campaign, made.panel, entry_id)
    assert [one.id for one in found] == [seat]


async def test_a_judge_of_the_panel_asks_for_none(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    await add(db, RoleGrant(person_id=cast.jo.id, role=Role.MANAGER, organisation_id=cast.city.id))
    await db.commit()
    sent = {"reader": str(seat), "until": "2035-01-01T09:00", "timezone": "UTC"}
    answer = await (await browse(cast.jo)).post(
        f"{made.at}/entries/{made.entries[1].id}/readings", sent
    )
    assert "somebody else has to ask" in answer.text
    assert not (await db.scalars(select(ThirdReading))).all()


async def test_a_time_that_is_over_is_refused_and_nothing_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    sent = {"reader": str(seat), "until": "2020-01-01T09:00", "timezone": "Europe/Oslo"}
    answer = await (await browse(cast.mia)).post(
        f"{made.at}/entries/{made.entries[1].id}/readings", sent
    )
    assert answer.status_code == 422
    assert "has to end later than now" in answer.text
    assert "2020-01-01T09:00" in answer.text


async def test_taken_back_it_is_gone_and_what_was_scored_never_counts(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    assignment = await asked(db, cast, made, seat)
    (reading,) = (await db.scalars(select(ThirdReading))).all()
    mia = await browse(cast.mia)
    at = f"{made.at}/readings/{reading.id}/withdrawal"
    assert (await mia.post(at)).status_code == 303
    assert (await mia.post(at)).status_code == 303
    taken = await db.scalars(select(Event).where(Event.kind == Kind.THIRD_READING_TAKEN_BACK))
    assert len(taken.all()) == 1
    page = (await (await browse(reader)).get(f"/assignments/{assignment.id}")).text
    assert "You have this entry no longer" in page
    assert "A bench." not in page
    answer = await (await browse(reader)).post(f"/assignments/{assignment.id}")
    assert answer.status_code == 404


async def test_what_is_finished_is_not_taken_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    await score_it(db, made, reader, await asked(db, cast, made, seat), "5", "5")
    (reading,) = (await db.scalars(select(ThirdReading))).all()
    answer = await (await browse(cast.mia)).post(f"{made.at}/readings/{reading.id}/withdrawal")
    assert answer.status_code == 409


async def test_who_steps_back_leaves_it_sealed_and_another_is_asked(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    assignment = await asked(db, cast, made, seat)
    answer = await (await browse(reader)).post(
        f"/assignments/{assignment.id}/recusal", {"category": "family", "reason": "My aunt."}
    )
    assert answer.status_code == 303
    assert (await db.scalars(select(Recusal))).one().assignment_id == assignment.id
    listed = (await (await browse(cast.mia)).get(f"{made.at}/readings")).text
    assert "Stepped back" in listed
    mia = await viewer_of(db, cast.mia)
    assert not (await run_scores(db, mia, made.campaign, made.panel)).is_new


async def test_what_is_finished_stays_as_it_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Its judge has joined the meeting since: nothing of it follows what they heard there."""
    made, reader, seat = await with_a_reader(db, cast)
    assignment = await asked(db, cast, made, seat)
    await score_it(db, made, reader, assignment, "5", "5")
    reads, at = await browse(reader), f"/assignments/{assignment.id}"
    page = (await reads.get(at)).text
    for deed in ("reopening", "recusal"):
        assert f"{at}/{deed}" not in page
        answer = await reads.post(f"{at}/{deed}", {"category": "family", "reason": "My aunt."})
        assert answer.status_code == 409, deed
        assert "stays as it was finished" in answer.text
    card = (await db.scalars(select(Scorecard).filter_by(assignment_id=assignment.id))).one()
    assert card.final_at
    assert card.sealed_at is None
    assert not (await db.scalars(select(Recusal))).all()


SCORES = re.compile(r"70\.00|24\.00|47\.00|For \d by|Between us|Place \d|far apart")


async def test_the_reader_learns_nothing_of_other_scores_before_they_have_finished(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    await db.execute(update(PanelJudge).values(scores_opened_at=None))
    made.panel.shares_scores = True
    assignment = await asked(db, cast, made, seat)
    item = await add(
        db,
        DeliberationItem(
            panel_id=made.panel.id,
            entry_id=made.entries[1].id,
            raised_by=cast.jo.id,
            why="One gave 70.00, one 24.00",
        ),
    )
    await add(db, RoleGrant(person_id=reader.id, role=Role.MANAGER, organisation_id=cast.city.id))
    await db.commit()
    reads = await browse(reader)
    panel = made.panel.id
    for address in (
        "/judging",
        f"/judging/{panel}",
        f"/judging/{panel}/scores",
        f"/assignments/{assignment.id}",
        f"/deliberation/{panel}",
        f"/deliberation/{panel}/minutes",
        f"/challenges/{made.campaign.id}",
        made.public,
        *(f"{made.at}/{page}" for page in (
            "runs/1", "readings", "publication", "answers", "exports", "exports/scores.csv",
            f"entries/{made.entries[1].id}/scores", "exports/runs.json",
        )),
        f"/management/{made.campaign.id}/results",
        f"/management/{made.campaign.id}/judging/{panel}",
    ):  # fmt: skip
        answer = await reads.get(address)
        assert not SCORES.search(answer.text), address
    viewer = await viewer_of(db, reader)
    assert not await may_see_panel_scores(db, viewer, made.panel)
    assert (await reads.post(f"/judging/{panel}/scores")).status_code == 409
    said = await reads.post(f"/deliberation/{panel}/entries/{item.id}/notes", {"text": "So."})
    assert "have still to score it" in said.text
    # Once they have finished, they take part as all do.
    await score_it(db, made, reader, assignment, "5", "5")
    assert "One gave 70.00" in (await reads.get(f"/deliberation/{panel}")).text


async def test_the_mail_says_nothing_of_what_others_gave(db: AsyncSession, cast: Cast) -> None:
    made, reader, seat = await with_a_reader(db, cast)
    await asked(db, cast, made, seat)
    (mail,) = await db.scalars(select(OutgoingMail).where(OutgoingMail.person_id == reader.id))
    assert "differ" not in mail.body
    assert "apart" not in mail.body
    assert "/assignments/" in mail.body


async def test_what_was_asked_is_an_event_without_scores(db: AsyncSession, cast: Cast) -> None:
    made, _reader, seat = await with_a_reader(db, cast)
    await asked(db, cast, made, seat)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.THIRD_READING_ASKED))).one()
    assert event.data == {}
    assert event.actor_id == cast.mia.id


async def test_where_all_have_read_it_another_judge_is_invited(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, TWO, divergence_bound=Decimal(30))
    earlier = datetime.now(UTC) - timedelta(hours=1)
    await db.execute(update(PanelJudge).values(created_at=earlier))
    await db.execute(update(Panel).values(closed_at=earlier + timedelta(minutes=1)))
    await run_scores(db, await viewer_of(db, cast.mia), made.campaign, made.panel)
    await db.commit()
    mia = await browse(cast.mia)
    form = f"{made.at}/entries/{made.entries[1].id}/readings"
    assert "no judge who could read it" in (await mia.get(form)).text
    answer = await mia.post(f"{made.at}/judges", {"addresses": "new@mail.example"})
    assert answer.status_code == 303
    invited = select(OutgoingMail.body).where(OutgoingMail.to == "new@mail.example")
    link = re.search(r"/judging/invitations/\S+", (await db.scalars(invited)).one())
    assert link
    reader = await make_person(db, "Invited Later")
    await db.commit()
    reads = await browse(reader)
    assert (await reads.post(link[0], {"accepts": "yes"})).status_code == 303
    at = f"/judging/{made.panel.id}"
    assert f"{at}/conflicts" in (await reads.get("/judging")).text
    shown = {"shown": [str(one.id) for one in made.captains]}
    assert (await reads.post(f"{at}/declaration", shown)).status_code == 303
    # They take no part in the meeting, and are missed in no minutes.
    assert (await reads.get(f"/deliberation/{made.panel.id}")).status_code == 404
    assert "Invited Later" not in (await mia.get(f"/deliberation/{made.panel.id}/minutes")).text
    seat = (await db.scalars(select(PanelJudge).filter_by(person_id=reader.id))).one()
    assignment = await asked(db, cast, made, seat.id)
    assert (await reads.get(f"/assignments/{assignment.id}")).status_code == 200
    await score_it(db, made, reader, assignment, "8", "8")
    ran = await run_scores(db, await viewer_of(db, cast.mia), made.campaign, made.panel)
    assert ran.is_new


async def test_who_was_invited_before_cannot_join_a_closed_panel(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, _reader, _seat = await with_a_reader(db, cast)
    late = await make_person(db, "Too Late")
    soon = datetime.now(UTC) + timedelta(days=2)
    await add(
        db,
        PanelJudge(
            panel_id=made.panel.id,
            label=30,
            address="late@mail.example",
            invited_by=cast.mia.id,
            secret_hash=hash_invitation("late-secret"),
            expires_at=soon,
            created_at=datetime.now(UTC) - timedelta(days=9),
        ),
    )
    await db.commit()
    answer = await (await browse(late)).post("/judging/invitations/late-secret", {"accepts": "yes"})
    assert "nobody can join it any more" in answer.text

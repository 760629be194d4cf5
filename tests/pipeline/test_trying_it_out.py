"""Experiments: planned, measured day by day, adjusted on the record, concluded."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.pipeline.charting import draw
from ideahub.pipeline.experimenting import plan_experiment
from ideahub.pipeline.models import Experiment, ExperimentAdjustment, Lesson, Reading
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_cast, viewer_of
from tests.support.ripening import PLAN, at_stage, found, posted

PLANNED = {
    "hypothesis": "If two adults walk along, fewer children are driven.",
    "measure": "children driven",
    "unit": "a day",
    "baseline": "40",
    "target": "25,5",
    "direction": "lower",
    "stop_rule": "An accident.",
    "starts_on": "2026-09-01",
    "ends_on": "2026-12-01",
}


async def planned(db: AsyncSession, cast: Cast, **campaign: object) -> tuple[Idea, int]:
    _, idea = await posted(db, cast, **campaign)
    await at_stage(db, idea, Stage.PROTOTYPE)
    viewer = await viewer_of(db, cast.ada)
    number = await plan_experiment(db, viewer, await found(db, cast.ada, idea), PLAN)
    await db.commit()
    return idea, number


async def events(db: AsyncSession, idea: Idea, *kinds: Kind) -> list[Event]:
    rows = await db.scalars(
        select(Event).where(Event.idea_id == idea.id, Event.kind.in_(kinds)).order_by(Event.id)
    )
    return list(rows)


async def adjustments(db: AsyncSession, experiment_id: int) -> list[ExperimentAdjustment]:
    rows = await db.scalars(
        select(ExperimentAdjustment)
        .where(ExperimentAdjustment.experiment_id == experiment_id)
        .order_by(ExperimentAdjustment.id)
    )
    return list(rows)


async def readings(db: AsyncSession, experiment_id: int) -> list[tuple[Decimal, date]]:
    rows = await db.execute(
        select(Reading.value, Reading.taken_on)
        .where(Reading.experiment_id == experiment_id)
        .order_by(Reading.id)
    )
    return [(value, day) for value, day in rows.all()]


@pytest.mark.parametrize("who", ["ada", "jo", "mia", "sam"])
async def test_authors_co_authors_and_reviewers_plan(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    _, idea = await posted(db, cast)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.jo.id))
    browser = await browse(getattr(cast, who))
    for _again in range(2):
        answer = await browser.post(f"/ideas/{idea.id}/experiments/new", PLANNED)
        assert answer.status_code == 303
    made = (await db.scalars(select(Experiment))).one()
    assert answer.headers["location"] == f"/experiments/{made.id}"
    assert (made.stage, made.target) == (Stage.PROTOTYPE, Decimal("25.5"))
    assert made.baseline == 40
    assert not made.higher_is_better
    (event,) = await events(db, idea, Kind.EXPERIMENT_PLANNED)
    assert event.subject_id == made.id
    assert (await browser.get(f"/experiments/{made.id}")).status_code == 200


async def test_in_the_pilot_one_plans_the_pilot(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PILOT)
    viewer = await viewer_of(db, cast.ada)
    number = await plan_experiment(db, viewer, await found(db, cast.ada, idea), PLAN)
    assert await db.scalar(select(Experiment.stage).where(Experiment.id == number)) == "pilot"


async def test_two_presses_at_once_plan_one_experiment(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _, idea = await posted(db, cast)
        viewer, known = await viewer_of(db, cast.ada), await found(db, cast.ada, idea)

    async def press() -> int:
        async with committing.transaction() as own:
            return await plan_experiment(own, viewer, known, PLAN)

    assert len(set(await asyncio.gather(press(), press(), press()))) == 1


@pytest.mark.parametrize("stage", [Stage.ADOPTED, Stage.LEARNED, Stage.PARKED])
async def test_nothing_is_planned_for_what_left_the_path(
    db: AsyncSession, cast: Cast, browse: Browse, stage: Stage
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, stage)
    await db.commit()
    browser = await browse(cast.ada)
    answer = await browser.post(f"/ideas/{idea.id}/experiments/new", PLANNED)
    assert answer.status_code == 409
    assert PLANNED["hypothesis"] in answer.text


@pytest.mark.parametrize("who", ["ben", "cem", "jo", "mo"])
async def test_others_watch(db: AsyncSession, cast: Cast, browse: Browse, who: str) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(getattr(cast, who))
    assert (await browser.get(f"/experiments/{number}")).status_code == 200
    for url in (
        f"/ideas/{idea.id}/experiments/new",
        f"/experiments/{number}/readings",
        f"/experiments/{number}/adjustment",
        f"/experiments/{number}/conclusion",
    ):
        assert (await browser.post(url, {"value": "3"})).status_code == 403
    assert await readings(db, number) == []


async def test_a_stranger_reads_and_is_asked_to_sign_in(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(None)
    shown = await browser.get(f"/experiments/{number}")
    assert shown.status_code == 200
    assert "/readings" not in shown.text
    for answer in (
        await browser.get(f"/ideas/{idea.id}/experiments/new"),
        await browser.post(f"/experiments/{number}/readings", {"value": "3"}),
    ):
        assert answer.headers["location"].startswith("/sign-in")


async def test_zed_finds_nothing_of_an_internal_experiment(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast, audience=Audience.INTERNAL)
    for person in (cast.zed, cast.cem, None):
        browser = await browse(person)
        assert (await browser.get(f"/experiments/{number}")).status_code == 404
        assert (await browser.get(f"/experiments/{number}/adjustment")).status_code == 404
        answer = await browser.post(f"/experiments/{number}/readings", {"value": "3"})
        assert answer.status_code == 404
    browser = await browse(cast.ada)
    assert (await browser.get("/experiments/999999")).status_code == 404
    assert (await browser.get(f"/ideas/{idea.id}/experiments/new")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        (" -3.25 ", "-3.25"),
        ("0", "0"),
        ("99999999999", "99999999999"),
        ("1.23456", "1.2346"),
    ],
)
async def test_figures_are_read_as_people_write_them(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str, kept: str
) -> None:
    _, number = await planned(db, cast)
    browser = await browse(cast.ada)
    sent = {"value": typed, "taken_on": "2026-01-05", "note": "Rain"}
    assert (await browser.post(f"/experiments/{number}/readings", sent)).status_code == 303
    assert await readings(db, number) == [(Decimal(kept), date(2026, 1, 5))]


@pytest.mark.parametrize(
    "typed", ["", "many", "1.234,5", "NaN", "Infinity", "1e99", "99999999999999", "1 2"]
)
async def test_nonsense_is_no_reading(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str
) -> None:
    _, number = await planned(db, cast)
    browser = await browse(cast.ada)
    sent = {"value": typed, "taken_on": "2026-01-05", "note": "What I saw today"}
    answer = await browser.post(f"/experiments/{number}/readings", sent)
    assert answer.status_code == 422
    assert "What I saw today" in answer.text
    assert await readings(db, number) == []


@pytest.mark.parametrize("day", ["2999-01-01", "1066-10-14", "soon", "2026-02-30"])
async def test_a_reading_is_of_a_day_that_was(
    db: AsyncSession, cast: Cast, browse: Browse, day: str
) -> None:
    _, number = await planned(db, cast)
    browser = await browse(cast.ada)
    sent = {"value": "31", "taken_on": day}
    answer = await browser.post(f"/experiments/{number}/readings", sent)
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    assert await readings(db, number) == []


async def test_today_is_today_where_the_challenge_is_at_home(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, number = await planned(db, cast, timezone="Pacific/Kiritimati")
    there = await db.scalar(select(func.timezone("Pacific/Kiritimati", func.now())))
    assert there
    browser = await browse(cast.ada)
    sent = {"value": "31", "taken_on": there.date().isoformat()}
    assert (await browser.post(f"/experiments/{number}/readings", sent)).status_code == 303
    sent["taken_on"] = (there.date() + timedelta(days=1)).isoformat()
    assert (await browser.post(f"/experiments/{number}/readings", sent)).status_code == 422


async def test_a_reading_is_noted_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.ada)
    for _again in range(3):
        sent = {"value": "31", "taken_on": "2026-01-05"}
        await browser.post(f"/experiments/{number}/readings", sent)
    assert len(await readings(db, number)) == 1
    assert len(await events(db, idea, Kind.READING_TAKEN)) == 1


async def test_a_wrong_reading_is_struck_out_on_the_record(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.ada)
    await browser.post(
        f"/experiments/{number}/readings", {"value": "310", "taken_on": "2026-01-05"}
    )
    reading = await db.scalar(select(Reading.id))
    url = f"/experiments/{number}/readings/{reading}/removal"
    assert (await (await browse(cast.ben)).post(url)).status_code == 403
    first, second = [await browser.post(url) for _press in range(2)]
    assert first.status_code == 303
    assert first.headers.multi_items() == second.headers.multi_items()
    never = f"/experiments/{number}/readings/{(reading or 0) + 1}/removal"
    assert (await browser.post(never)).status_code == 404
    assert await readings(db, number) == []
    (event,) = await events(db, idea, Kind.EXPERIMENT_CHANGED)
    (kept,) = await adjustments(db, number)
    assert (event.subject_type, event.subject_id) == ("experiment", number)
    assert kept.changes == [{"field": "reading", "before": "310 (2026-01-05)", "after": None}]
    assert (kept.author_id, kept.why, kept.struck_reading_id) == (cast.ada.id, "", reading)
    shown = (await browser.get(f"/experiments/{number}")).text
    assert "A reading was struck out" in shown
    assert "310 (2026-01-05)" in shown


async def test_an_adjustment_keeps_what_was(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.mia)
    form = (await browser.get(f"/experiments/{number}/adjustment")).text
    seen = form.split('name="seen" value="')[1].split('"')[0]
    assert 'value="25"' in form.replace("25.0000", "25")
    same = {
        "hypothesis": PLAN.hypothesis,
        "measure": PLAN.measure,
        "unit": PLAN.unit,
        "baseline": "40",
        "target": "25",
        "direction": "lower",
        "seen": seen,
        "why": "Typo",
    }
    unchanged = await browser.post(f"/experiments/{number}/adjustment", same)
    assert unchanged.status_code == 422
    assert "Nothing in the plan has changed" in unchanged.text
    assert "Typo</textarea>" in unchanged.text
    assert await events(db, idea, Kind.EXPERIMENT_CHANGED) == []
    assert await adjustments(db, number) == []
    changed = same | {"target": "30", "why": "", "direction": "higher"}
    answer = await browser.post(f"/experiments/{number}/adjustment", changed)
    assert answer.status_code == 422
    assert "Say what made you adjust it" in answer.text
    changed["why"] = "25 would need a third adult."
    for _press in range(2):
        answer = await browser.post(f"/experiments/{number}/adjustment", changed)
        assert answer.status_code == 303
    other = changed | {"why": "Cheaper."}
    answer = await browser.post(f"/experiments/{number}/adjustment", other)
    assert answer.status_code == 409
    assert "adjusted for another reason" in answer.text
    assert "Cheaper.</textarea>" in answer.text
    (event,) = await events(db, idea, Kind.EXPERIMENT_CHANGED)
    (kept,) = await adjustments(db, number)
    assert (event.actor_id, kept.author_id) == (cast.mia.id, cast.mia.id)
    assert kept.changes == [
        {"field": "target", "before": "25", "after": "30"},
        {"field": "higher_is_better", "before": False, "after": True},
    ]
    assert kept.why == "25 would need a third adult."
    shown = (await browser.get(f"/experiments/{number}")).text
    assert '<del dir="auto">25</del> → <ins dir="auto">30</ins>' in shown
    assert "25 would need a third adult." in shown


async def test_two_who_adjust_at_once_do_not_undo_each_other(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, number = await planned(db, cast)
    ada, mia = await browse(cast.ada), await browse(cast.mia)
    form = (await ada.get(f"/experiments/{number}/adjustment")).text
    seen = form.split('name="seen" value="')[1].split('"')[0]
    sent = {
        "hypothesis": PLAN.hypothesis,
        "measure": PLAN.measure,
        "target": "20",
        "seen": seen,
        "why": "Because.",
    }
    assert (await ada.post(f"/experiments/{number}/adjustment", sent)).status_code == 303
    late = sent | {"target": "35", "hypothesis": "Something else entirely"}
    answer = await mia.post(f"/experiments/{number}/adjustment", late)
    assert answer.status_code == 409
    assert "Something else entirely" in answer.text
    newer = answer.text.split('name="seen" value="')[1].split('"')[0]
    answer = await mia.post(f"/experiments/{number}/adjustment", late | {"seen": newer})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends_on": "2026-08-01"}, "It cannot end before it begins."),
        ({"hypothesis": ""}, "Fill this in."),
        ({"target": "lots"}, "Enter a number"),
        ({"measure": "x" * 201}, "Shorten this"),
        ({"direction": "sideways"}, "Choose one of the options."),
    ],
)
async def test_a_plan_that_cannot_be_used_comes_back(
    db: AsyncSession, cast: Cast, browse: Browse, changed: dict[str, str], said: str
) -> None:
    _, idea = await posted(db, cast)
    browser = await browse(cast.ada)
    answer = await browser.post(f"/ideas/{idea.id}/experiments/new", PLANNED | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "An accident." in answer.text


async def test_it_ends_with_a_result_and_a_lesson(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.ada)
    url = f"/experiments/{number}/conclusion"
    assert (await browser.get(url)).status_code == 200
    assert (await browser.post(url, {"result": ""})).status_code == 422
    sent = {"result": "Half as many cars.", "lesson": "Start with **one** street."}
    for _again in range(2):
        assert (await browser.post(url, sent)).status_code == 303
    assert len(await events(db, idea, Kind.EXPERIMENT_CONCLUDED)) == 1
    assert await db.scalar(select(func.count()).select_from(Lesson)) == 1
    answer = await browser.post(url, {"result": "Another truth."})
    assert answer.status_code == 409
    assert "Another truth." in answer.text
    late = await browser.post(f"/experiments/{number}/readings", {"value": "3"})
    assert late.status_code == 409
    shown = (await browser.get(f"/experiments/{number}")).text
    assert "Half as many cars." in shown
    assert "Add this reading" not in shown


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("first", "later"), [("", "Ask."), ("Ask.", "Ask twice.")])
async def test_a_later_lesson_is_not_lost(
    db: AsyncSession, cast: Cast, browse: Browse, first: str, later: str, htmx: bool
) -> None:
    _, number = await planned(db, cast)
    ada, mia = await browse(cast.ada), await browse(cast.mia)
    url, sent = f"/experiments/{number}/conclusion", {"result": "Half.", "lesson": first}
    await ada.post(url, sent, htmx=htmx)
    # The same words by another lose nothing.
    assert (await mia.post(url, sent, htmx=htmx)).status_code in {200, 303}
    answer = await mia.post(url, sent | {"lesson": later}, htmx=htmx)
    assert answer.status_code == 409
    assert "Ada Lind has concluded this experiment already" in answer.text
    assert f"{later}</textarea>" in answer.text
    lessons = (await db.scalars(select(Lesson.body))).all()
    assert lessons == ([first] if first else [])


async def test_a_figure_with_more_decimals_than_are_kept_is_sent_twice(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.ada)
    for value in ("3.00001", "4." + "0" * 40 + "1", "5.1234000"):
        form = (await browser.get(f"/experiments/{number}/adjustment")).text
        seen = form.split('name="seen" value="')[1].split('"')[0]
        sent = PLANNED | {"target": value, "seen": seen, "why": f"Rather {value}"}
        for _press in range(2):
            answer = await browser.post(f"/experiments/{number}/adjustment", sent)
            assert answer.status_code == 303
    assert len(await events(db, idea, Kind.EXPERIMENT_CHANGED)) == 3
    targets = [
        change["after"]
        for kept in await adjustments(db, number)
        for change in kept.changes
        if change["field"] == "target"
    ]
    assert targets == ["3", "4", "5.1234"]


async def test_who_posts_under_another_name_stays_under_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(pseudonym="Night owl"))
    await db.commit()
    ada = await browse(cast.ada)
    await ada.post(f"/experiments/{number}/readings", {"value": "31"})
    reading = await db.scalar(select(Reading.id))
    await ada.post(f"/experiments/{number}/readings/{reading}/removal")
    await ada.post(f"/experiments/{number}/readings", {"value": "30"})
    lesson = {"result": "It works.", "lesson": "Ask first."}
    await ada.post(f"/experiments/{number}/conclusion", lesson)
    stranger = await browse(None)
    for url in (f"/experiments/{number}", "/lessons", f"/ideas/{idea.id}"):
        shown = (await stranger.get(url)).text
        assert "Night owl" in shown
        assert "Ada" not in shown


async def test_the_picture_shows_every_reading(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, number = await planned(db, cast)
    browser = await browse(cast.ada)
    for value, day in (("38", "2026-01-05"), ("31", "2026-02-05"), ("24", "2026-03-05")):
        await browser.post(f"/experiments/{number}/readings", {"value": value, "taken_on": day})
    shown = (await browser.get(f"/experiments/{number}")).text
    assert shown.count('<circle class="point"') == 3
    assert "3 readings: newest 24 a day on 5 Mar 2026, target 25 a day, start 40 a day." in shown
    assert "Target reached" in shown
    assert 'class="num">31</td>' in shown
    assert "style=" not in shown.split("<main")[1].split("</main>")[0]


def test_points_lie_in_order_of_time_within_the_picture() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 1)
    chart = draw([(first, Decimal(40)), (last, Decimal(-5))], Decimal(25), Decimal(44))
    assert chart
    assert chart.points[0].x < chart.points[1].x
    assert chart.points[0].y < chart.target_y < chart.points[1].y
    assert all(0 < point.y < 250 and 0 < point.x < 640 for point in chart.points)
    assert draw([], Decimal(1), None) is None
    assert draw([(first, Decimal(0))], Decimal(0), None)


@pytest.mark.parametrize("size", ["1e-4", "1e10", "5"])
def test_ticks_are_within_and_apart(size: str) -> None:
    value = Decimal(size)
    chart = draw([(date(2026, 1, 1), value), (date(2026, 1, 2), value * 3)], value * 2, None)
    assert chart
    heights = [y for y, _value in chart.ticks]
    assert heights == sorted(heights, reverse=True)
    assert len({tick for _y, tick in chart.ticks}) == 3


async def test_a_plan_typed_and_not_sent_is_there_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, number = await planned(db, cast)
    browser = await browse(cast.ada)
    for form, url, field in (
        (f"experiment-new-{idea.id}", f"/ideas/{idea.id}/experiments/new", "hypothesis"),
        (f"experiment-edit-{number}", f"/experiments/{number}/adjustment", "method"),
        (f"conclusion-{number}", f"/experiments/{number}/conclusion", "result"),
    ):
        await browser.post(f"/drafts/{form}", {field: "Half a thought"})
        assert "Half a thought" in (await browser.get(url)).text
    shown = (await browser.get(f"/experiments/{number}/adjustment")).text
    assert PLAN.hypothesis in shown
    await browser.post(f"/experiments/{number}/conclusion", {"result": "Done."})
    shown = (await browser.get(f"/experiments/{number}/conclusion")).text
    assert "Half a thought" not in shown

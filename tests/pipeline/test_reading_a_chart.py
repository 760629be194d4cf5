"""A chart's marks are round numbers around all values, and its numbers have their unit."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.models import Stage
from ideahub.pipeline.charting import round_ticks
from ideahub.pipeline.experimenting import plan_experiment
from ideahub.pipeline.models import Experiment, Reading
from tests.conftest import Browse
from tests.support.cast import Cast, add, viewer_of
from tests.support.ripening import PLAN, at_stage, found, posted

values = st.decimals(-(10**10), 10**10, places=4)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        ("28", "63", "0 50 100"),
        ("38", "63", "25 50 75"),
        ("24", "44", "20 40 60"),
        ("0", "100", "0 50 100"),
        ("3", "4", "3 3.5 4"),
        ("12", "90", "0 50 100"),
        ("-5", "44", "-50 0 50"),
        ("7", "7", "0 5 10"),
        ("0", "0", "0 0.1 0.2"),
        ("0.0001", "0.0003", "0 0.0002 0.0004"),
        ("1990", "2010", "1990 2000 2010"),
    ],
)
def test_marks_are_numbers_that_people_count_with(low: str, high: str, ticks: str) -> None:
    found_ones = round_ticks(Decimal(low), Decimal(high))
    assert [Decimal(tick) for tick in ticks.split()] == list(found_ones)


@given(values, values)
def test_marks_are_around_all_values_and_evenly_apart(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    bottom, middle, top = round_ticks(low, high)
    step = middle - bottom
    assert bottom <= low and high <= top and step > 0
    assert top - middle == step and bottom % step == 0
    assert step.normalize().as_tuple().digits in {(1,), (2,), (2, 5), (5,)}


@pytest.mark.parametrize(("unit", "beside"), [("%", True), ("children a day", False)])
async def test_the_unit_stands_beside_numbers_and_in_the_caption(
    db: AsyncSession, cast: Cast, browse: Browse, unit: str, beside: bool
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PROTOTYPE)
    number = await plan_experiment(
        db, await viewer_of(db, cast.ada), await found(db, cast.ada, idea), PLAN
    )
    await db.execute(update(Experiment).values(unit=unit))
    await add(db, Reading(experiment_id=number, value=Decimal(31), author_id=cast.ada.id))
    await db.commit()
    shown = (await (await browse(None)).get(f"/experiments/{number}")).text
    chart = shown.split('<svg class="chart"')[1].split("</svg>")[0].partition(">")[2]
    assert f"({unit})</figcaption>" in shown
    for value in ("31", "25", "40"):
        assert re.search(rf">{value} <small[^>]*>{unit}</small>", shown), value
    # The start is at a mark of the axis, so its bare number is there in any case.
    for value, is_mark in (("31", False), ("25", False), ("40", True)):
        assert (f">{value} {unit}<" in chart) is beside
        assert (f">{value}<" in chart) is (is_mark or not beside)


async def test_the_marks_beside_a_chart_are_round(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PROTOTYPE)
    number = await plan_experiment(
        db, await viewer_of(db, cast.ada), await found(db, cast.ada, idea), PLAN
    )
    await db.execute(update(Experiment).values(baseline=Decimal(28), target=Decimal(63)))
    await add(db, Reading(experiment_id=number, value=Decimal(31), author_id=cast.ada.id))
    await db.commit()
    shown = (await (await browse(None)).get(f"/experiments/{number}")).text
    chart = shown.split('<svg class="chart"')[1].split("</svg>")[0]
    texts = re.findall(r"<text.*?</text>", chart, re.DOTALL)
    marks = [re.sub(r"<[^>]+>", " ", one) for one in texts]
    numbers = {float(one) for mark in marks for one in re.findall(r"-?\d+(?:\.\d+)?", mark)}
    assert {0.0, 50.0, 100.0} <= numbers, marks

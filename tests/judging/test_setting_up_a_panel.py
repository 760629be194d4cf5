"""A manager sets up a panel: its phases, its criteria, and weights that sum to exactly 100 %."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import Invalid
from ideahub.judging.criterion_view import CriterionView
from ideahub.judging.models import Commenting, Panel, PanelCriterion, Scale
from ideahub.judging.scales import read_score
from ideahub.judging.weighing import missing_weight
from tests.conftest import Browse
from tests.judging.panels_made import Judging, enter, make_judging, seat, share_out
from tests.judging.test_the_way_of_a_panel import criterion
from tests.support.cast import Cast


def at(judging: Judging, more: str = "") -> str:
    return f"/management/{judging.campaign.id}/judging/{judging.panel.id}{more}"


def plain_text(page: str) -> str:
    return page.replace("\u2068", "").replace("\u2069", "")


def summary_of(page: str) -> str:
    """What the list of errors says that stands above the form."""
    return plain_text(page).partition("data-error-summary")[2].partition("</ul>")[0]


def below_summary(page: str) -> str:
    return plain_text(page).partition("data-error-summary")[2].partition("</ul>")[2]


async def names(db: AsyncSession) -> list[str]:
    found = select(PanelCriterion.name).order_by(PanelCriterion.position)
    return list(await db.scalars(found))


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{"weight": "50"}, {"weight": "49.99"}], "The weights sum to 99.99 %, not 100 %: 0.01 is"),
        ([{"weight": "50"}, {"weight": "50.0001"}], "100.0001 %, not 100 %: 0.0001 is too much"),
        ([{"weight": "100"}, {"weight": "0"}], "A weight has to be more than zero."),
        ([{"weight": ""}, {"weight": "100"}], "Give it a weight, such as 25."),
        ([{"weight": "half"}, {"weight": "50"}], "Enter a number, such as 12.5."),
        ([{"step": "10"}, {}], "This scale has one step only."),
        ([{"step": "0"}, {}], "The step has to be more than zero"),
        ([{"step": "3"}, {}], "From 0 to 10 is not a whole number of steps of 3."),
        ([{"least": "10", "most": "0"}, {}], "The highest score has to be above the lowest."),
        ([{"most": "5000"}, {}], "This scale has too many steps."),
        ([{"step": "0.001"}, {}], "Use at most two decimals."),
        ([{"scale": "rating", "labels": "Good"}, {}], "A rating with one label gives every entry"),
        ([{"scale": "rating", "labels": "Good\nGood"}, {}], "Two labels are the same."),
        ([{"name": ""}, {}], "Name the criterion."),
        ([{"name": "Same"}, {"name": "same"}], "Another criterion has this name."),
        ([{"name": "n" * 121}, {}], "Shorten this to 120 characters"),
    ],
)
async def test_criteria_that_cannot_be_used_are_shown_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse, rows: list[dict[str, str]], error: str
) -> None:
    judging = await make_judging(db, cast)
    before = await names(db)
    mia = await browse(cast.mia)
    sent: dict[str, Any] = {}
    for index, fields in enumerate(rows):
        sent |= criterion(index, description=f"Typed with care {index}", **fields)
    answer = await mia.post(at(judging, "/criteria"), {**sent, "do": "save"})
    assert answer.status_code == 422
    assert "Typed with care 0" in answer.text
    # Above the form, and at the very field.
    assert error in summary_of(answer.text) and error in below_summary(answer.text)
    assert await names(db) == before


async def test_rows_are_added_moved_and_removed_and_saved(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    mia = await browse(cast.mia)
    url = at(judging, "/criteria")
    first = criterion(0, id=judging.criteria[0].id, name="Safety", weight="33.3333")
    second = criterion(1, name="New", weight="66.6667")
    page = (await mia.post(url, {**first, **second, "do": "add"})).text
    assert 'name="criterion-2-name"' in page
    page = (await mia.post(url, {**first, **second, "do": "down-0"})).text
    assert page.index('value="New"') < page.index('value="Safety"')
    page = (await mia.post(url, {**first, **second, "do": "remove-1"})).text
    assert 'name="criterion-1-name"' not in page
    assert await names(db) == ["Safety", "Cost"]
    kept = judging.criteria[0].id
    answer = await mia.post(url, {**first, **second, "do": "save"})
    assert answer.status_code == 303, answer.text
    assert await names(db) == ["Safety", "New"]
    found = select(PanelCriterion.id, PanelCriterion.weight).order_by(PanelCriterion.position)
    stored = (await db.execute(found)).all()
    assert stored[0].id == kept
    assert [one.weight for one in stored] == [Decimal("33.3333"), Decimal("66.6667")]


async def test_criteria_are_fixed_from_the_first_assignment_on(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem)
    await seat(db, judging, cast.jo)
    await share_out(db, judging, cast)
    await db.commit()
    mia = await browse(cast.mia)
    page = (await mia.get(at(judging, "/criteria"))).text
    assert "Fixed since" in page
    assert 'name="criterion-0-name"' not in page
    sent = {**criterion(0, weight="100"), "do": "save"}
    answer = await mia.post(at(judging, "/criteria"), sent)
    assert answer.status_code == 409
    assert await names(db) == ["Safety", "Cost"]
    fields = {
        "name": "The jury",
        "entries_phase_id": judging.entries_phase.id,
        "phase_id": judging.scoring_phase.id,
        "reading": "named",
    }
    answer = await mia.post(at(judging, "/settings"), fields)
    assert answer.status_code == 409
    assert "blind reading stay as they are" in answer.text
    await db.refresh(judging.panel)
    assert judging.panel.blind


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "Name the panel"),
        ({"entries_phase_id": ""}, "Choose a phase that accepts entries."),
        ({"phase_id": "999999"}, "Choose a phase that accepts scoring."),
        ({"judges_per_entry": "0"}, "Enter a number from 1 to 100."),
        ({"judges_per_entry": "some"}, "Enter a whole number"),
        ({"reading": "sideways"}, "Choose one of the options."),
    ],
)
async def test_a_panel_that_cannot_be_set_up(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, str], error: str
) -> None:
    judging = await make_judging(db, cast)
    mia = await browse(cast.mia)
    sent = {
        "name": "Experts",
        "entries_phase_id": str(judging.entries_phase.id),
        "phase_id": str(judging.scoring_phase.id),
        "reading": "blind",
        "judges_per_entry": "2",
        "terms": "Kept as typed.",
    }
    url = f"/management/{judging.campaign.id}/judging/new"
    answer = await mia.post(url, sent | fields)
    assert answer.status_code == 422
    assert error in answer.text
    assert "Kept as typed." in answer.text
    assert len((await db.scalars(select(Panel.id))).all()) == 1


async def test_accepted_terms_stay(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    judging = await make_judging(db, cast, terms="Keep it secret.")
    await seat(db, judging, cast.jo)
    await db.commit()
    mia = await browse(cast.mia)
    sent = {
        "name": "The jury",
        "entries_phase_id": judging.entries_phase.id,
        "phase_id": judging.scoring_phase.id,
        "reading": "blind",
        "terms": "Tell everybody.",
    }
    answer = await mia.post(at(judging, "/settings"), sent)
    assert answer.status_code == 409
    assert "A judge has accepted these terms already" in answer.text


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_only_exactly_100_is_100(parts: list[int]) -> None:
    weights = [Decimal(part) / 10_000 for part in parts]
    assert (missing_weight(weights) == "") == (sum(parts) == 10**6)


@given(
    least=st.integers(-50, 50),
    steps=st.integers(2, 40),
    step=st.sampled_from(["0.25", "0.5", "1", "2", "7.5"]),
    at=st.integers(-3, 43),
    off=st.booleans(),
)
def test_what_is_on_the_scale_is_read_and_nothing_else(
    least: int, steps: int, step: str, at: int, off: bool
) -> None:
    one = Decimal(step)
    scale = CriterionView(
        1,
        1,
        "Safety",
        "",
        Decimal(100),
        Scale.POINTS,
        Decimal(least),
        least + steps * one,
        one,
        [],
        Commenting.NONE,
        Commenting.NONE,
    )
    value = least + at * one + (Decimal("0.01") if off else 0)
    if 0 <= at <= steps and not off:
        assert read_score(scale, f" {value} ".replace(".", ",")) == value
    else:
        with pytest.raises(Invalid):
            read_score(scale, str(value))

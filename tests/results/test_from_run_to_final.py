"""Closed panel → score run → preliminary result → final result, and who sees what of it when."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.judging.models import Panel, PanelCriterion
from ideahub.results.models import PanelResult, RunPlace, ScoreRun
from tests.conftest import Browse, Browser
from tests.results.judged import Judged, judged
from tests.support.cast import Cast, add

SOON = (datetime.now(UTC) + timedelta(days=14)).strftime("%Y-%m-%dT%H:%M")


async def publish(db: AsyncSession, browser: Browser, made: Judged) -> PanelResult:
    """Runs the scores and publishes them as that manager."""
    answer = await browser.post(f"{made.at}/runs")
    assert answer.status_code == 303, answer.text
    page = (await browser.get(f"{made.at}/publication")).text
    sent = dict(re.findall(r'name="(run|seen)" value="(\d+)"', page))
    answer = await browser.post(
        f"{made.at}/publication", sent | {"appeals_until": SOON, "timezone": "Europe/Oslo"}
    )
    assert answer.status_code == 303, answer.text
    found = await db.scalar(
        select(PanelResult).where(
            PanelResult.panel_id == made.panel.id, PanelResult.replaced_at.is_(None)
        )
    )
    assert found
    return found


async def end_appeals(db: AsyncSession, result: PanelResult) -> None:
    """As if the time for appeals were over."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    await db.execute(
        update(PanelResult).where(PanelResult.id == result.id).values(appeals_until=past)
    )
    await db.commit()


def suggested(page: str) -> datetime:
    """The end of the time for appeals that stands in the form."""
    field = re.search(r'<input[^>]*name="appeals_until"[^>]*>', page)
    assert field
    value = re.search(r'value="([^"]*)"', field[0])
    assert value
    return datetime.fromisoformat(value[1])


async def test_two_weeks_for_appeals_are_suggested_and_then_what_was_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await mia.post(f"{made.at}/runs")
    first = suggested((await mia.get(f"{made.at}/publication")).text)
    assert timedelta(days=13) < first.replace(tzinfo=UTC) - datetime.now(UTC) < timedelta(days=15)
    result = await publish(db, mia, made)
    again = (await mia.get(f"{made.at}/publication")).text
    assert suggested(again) == datetime.fromisoformat(SOON)
    assert "<option selected>Europe/Oslo</option>" in again
    await end_appeals(db, result)
    assert suggested((await mia.get(f"{made.at}/publication")).text) == first


async def test_the_whole_way(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    assert (await guest.get(made.public)).status_code == 404
    page = (await mia.get(f"/management/{made.campaign.id}/results")).text
    assert "Run the scores" in page
    result = await publish(db, mia, made)
    public = (await guest.get(made.public)).text
    assert "Preliminary" in public
    assert "Final" not in public
    answer = await mia.post(f"{made.at}/finality")
    assert answer.status_code == 409
    assert "Entrants can appeal until" in answer.text
    await end_appeals(db, result)
    assert (await mia.post(f"{made.at}/finality")).status_code == 303
    public = (await guest.get(made.public)).text
    assert "This result is final since" in public
    assert "Preliminary" not in public


async def test_ranks_follow_from_the_scores(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    await publish(db, await browse(cast.mia), made)
    places = await db.execute(
        select(RunPlace.entry_id, RunPlace.rank, RunPlace.value).order_by(RunPlace.rank)
    )
    numbers = {entry.id: entry.number for entry in made.entries}
    # Of three totals the mean: entry 1 has 86, 80 and 82, entry 3 has 70, 24 and 84.
    assert [(numbers[one], rank, round(value or 0, 2)) for one, rank, value in places] == [
        (1, 1, Decimal("82.67")),
        (3, 2, Decimal("59.33")),
        (2, 3, Decimal("54.67")),
    ]


async def test_a_second_run_gives_the_same_bytes_and_stores_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await mia.post(f"{made.at}/runs")
    answer = await mia.post(f"{made.at}/runs")
    assert answer.headers["location"].endswith("/runs/1")
    page = (await mia.get(answer.headers["location"])).text
    assert "the same bytes as run 1" in page
    assert len((await db.scalars(select(ScoreRun.id))).all()) == 1


async def test_nothing_is_run_while_scoring_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    mia = await browse(cast.mia)
    answer = await mia.post(f"{made.at}/runs")
    assert answer.status_code == 409
    assert "Scoring is still open" in answer.text
    assert not (await db.scalars(select(ScoreRun.id))).all()


async def test_before_publication_only_managers_see_ranks(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await mia.post(f"{made.at}/runs")
    assert "Secret title 1" in (await mia.get(f"{made.at}/runs/1")).text
    for person in (None, cast.ada, cast.jo, cast.zed, made.captains[0]):
        browser = await browse(person)
        for address in (f"{made.at}/runs/1", f"{made.at}/publication", made.public):
            answer = await browser.get(address)
            assert answer.status_code in (303, 403, 404), address
            assert "Secret" not in answer.text
        assert (await browser.post(f"{made.at}/runs")).status_code in (303, 403, 404)


async def test_the_public_page_names_no_entry_and_no_judge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    result = await publish(db, await browse(cast.mia), made)
    guest = await browse(None)
    file = await guest.get(f"{made.public}/{result.id}/scores.json")
    assert file.status_code == 200
    assert json.loads(file.text)["format"] == "ideahub-score-export-1"
    for text in (
        (await guest.get(made.public)).text,
        (await guest.get(f"{made.public}/{result.id}")).text,
        file.text,
    ):
        for private in ("Secret title", "Team 1", "Captain", "Jo Klein", "hopeless", "For 1 by"):
            assert private not in text


async def test_several_panels_have_a_page_each(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    first = await publish(db, await browse(cast.mia), made)
    second = await another_panel(db, made)
    mia, guest = await browse(cast.mia), await browse(None)
    result = await publish(db, mia, second)
    public = (await guest.get(made.public)).text
    for one in (first, result):
        assert f'href="{made.public}/{one.id}"' in public
        page = (await guest.get(f"{made.public}/{one.id}")).text
        assert "How far the judges agree" in page
        assert "Compute again in this browser" in page
    # Each has criteria of its own.
    assert "Beauty" in (await guest.get(f"{made.public}/{result.id}")).text
    assert "Beauty" not in (await guest.get(f"{made.public}/{first.id}")).text


async def another_panel(db: AsyncSession, made: Judged) -> Judged:
    """A second round of review of the same entries, with another panel and other criteria."""
    panel = await add(
        db,
        Panel(
            campaign_id=made.campaign.id,
            phase_id=made.later.id,
            entries_phase_id=made.phase.id,
            name="Second jury",
            created_by=made.panel.created_by,
            closed_at=made.panel.closed_at,
        ),
    )
    await add(db, PanelCriterion(panel_id=panel.id, position=1, name="Beauty", weight=Decimal(100)))
    await db.commit()
    return replace(made, panel=panel)

"""Exports: complete, pseudonymous, defused, for managers only, and of any size in little memory."""

import csv
import io
import json
import tracemalloc
import zipfile

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.results.exporting import run_file
from ideahub.results.exporting.defusing import defused
from ideahub.results.exporting.entries import entries_export
from ideahub.results.exporting.scores import scores_export
from ideahub.results.exporting.writing import FileFormat, written
from ideahub.results.models import ScoreRun
from ideahub.results.runs import body_of
from tests.conftest import Browse
from tests.results.judged import Judged, judged, recuse
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, make_cast

NAMES = ("entries", "scores", "decisions", "runs")


def table(answer: httpx.Response) -> list[list[str]]:
    """The rows of a CSV."""
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_scores_are_complete_and_name_no_judge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    answer = await mia.get(f"{made.at}/exports/scores.csv")
    assert answer.status_code == 200
    rows = table(answer)
    assert len(rows) == 1 + 3 * 3 * 2
    assert rows[1][:5] == ["1", "Judge 1", "Impact", "60.0000", "9.00"]
    assert "Jo Klein" not in answer.text
    assert "hopeless" not in answer.text


async def test_what_was_sealed_is_in_no_export(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await recuse(db, made, 2, 1)
    await db.commit()
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    rows = table(await mia.get(f"{made.at}/exports/scores.csv"))
    assert [row for row in rows if row[:2] == ["3", "Judge 2"]] == []
    assert len(rows) == 1 + 8 * 2


async def test_entries_have_their_answers_and_places(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    objects = json.loads((await mia.get(f"{made.at}/exports/entries.json")).text)
    first = next(one for one in objects if one["Entry"] == 1)
    assert first["What?"] == "A bench."
    assert first["Place"] == 1
    assert first["People"] == "Captain1 Smith"
    assert first["Points of 100"].startswith("82.66666")


async def test_decisions_and_runs(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await publish(db, mia, made)
    await mia.post(f"/deliberation/{made.panel.id}/entries", {"number": "2"})
    item = await db.scalar(text("select id from deliberation_item"))
    sent = {"kind": "not_advance", "reason": "Too early."}
    await mia.post(f"/deliberation/{made.panel.id}/entries/{item}/decisions", sent)
    rows = table(await mia.get(f"{made.at}/exports/decisions.csv"))
    assert [row[1:] for row in rows[1:]] == [
        ["It does not advance", "2", "", "Too early.", "Mia Sato"]
    ]
    runs = table(await mia.get(f"{made.at}/exports/runs.csv"))
    assert [row[6:9] for row in runs[1:]] == [["1", "1", "No"], ["2", "3", "No"], ["3", "2", "No"]]


async def test_each_download_is_for_managers_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    await publish(db, await browse(cast.mia), made)
    for person in (None, cast.ada, cast.zed, cast.jo, made.captains[0]):
        browser = await browse(person)
        for name in NAMES:
            for ending in FileFormat:
                answer = await browser.get(f"{made.at}/exports/{name}.{ending}")
                assert answer.status_code in (303, 403, 404), (name, ending)
                assert "Secret title" not in answer.text


async def test_no_score_is_exported_while_scoring_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    mia = await browse(cast.mia)
    assert (await mia.get(f"{made.at}/exports/entries.csv")).status_code == 200
    for name in NAMES[1:]:
        assert (await mia.get(f"{made.at}/exports/{name}.csv")).status_code == 404
    for name in ("entries.doc", "people.csv", "..csv"):
        assert (await mia.get(f"{made.at}/exports/{name}")).status_code == 404


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_begins_a_formula_is_defused(formula: str) -> None:
    assert defused(formula) == f"'{formula}"
    assert defused(f"a {formula}") == f"a {formula}"


async def test_formulas_are_texts_in_every_format(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    formula = '=HYPERLINK("https://city.example","x")'
    for entry in made.entries:
        await db.execute(
            text("update entry_revision set title = :title where entry_id = :id"),
            {"title": formula, "id": entry.id},
        )
    await db.commit()
    mia = await browse(cast.mia)
    rows = table(await mia.get(f"{made.at}/exports/entries.csv"))
    assert {row[1] for row in rows[1:]} == {f"'{formula}"}
    book = (await mia.get(f"{made.at}/exports/entries.xlsx")).content
    with zipfile.ZipFile(io.BytesIO(book)) as inside:
        sheet = inside.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "&apos;=HYPERLINK" in sheet or "'=HYPERLINK" in sheet


async def test_the_public_file_has_the_bytes_of_the_computation(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    result = await publish(db, await browse(cast.mia), made)
    file = await (await browse(None)).get(f"{made.public}/{result.id}/scores.json")
    assert file.content == (await body_of(db, result.run_id)).export


async def test_the_public_file_is_the_same_in_small_pieces(
    db: AsyncSession,
    database: Database,
    cast: Cast,
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = await judged(db, cast)
    result = await publish(db, await browse(cast.mia), made)
    monkeypatch.setattr(run_file, "PIECE", 7)
    for column in ("inputs", "output"):
        piece = func.substr(getattr(ScoreRun, column), run_file.START, 7)
        statement = select(piece).where(ScoreRun.id == run_file.RUN_ID)
        monkeypatch.setitem(run_file.PIECES, column, statement)
    pieces = [piece async for piece in run_file.run_file(database, result.run_id)]
    assert len(pieces) > 100
    assert b"".join(pieces) == (await body_of(db, result.run_id)).export


async def many(db: AsyncSession, made: Judged, first: int, last: int) -> None:
    """Entries with these numbers, each with one scorecard, made by the database."""
    values = {
        "campaign": made.campaign.id,
        "phase": made.phase.id,
        "form": made.form.id,
        "person": made.captains[0].id,
        "first": first,
        "last": last,
        "panel": made.panel.id,
        "judge": made.judges[0].id,
        "criterion": made.criteria[0].id,
    }
    for statement in BULK.split(";"):
        await db.execute(text(statement), values)


BULK = """
insert into entry (campaign_id, phase_id, form_id, number, created_by, title)
  select cast(:campaign as bigint), cast(:phase as bigint), cast(:form as bigint), n,
  cast(:person as bigint), 'Entry' from
  generate_series(cast(:first as bigint), cast(:last as bigint)) n;
insert into entry_revision
  (entry_id, number, form_id, title, answers, people, content_hash, submitted_by)
  select id, 1, form_id, title, jsonb_build_object('what', repeat('Words. ', 100)), '[]',
  repeat('0', 64), created_by from entry where number >= cast(:first as bigint);
update entry set submitted_id = r.id from entry_revision r
  where r.entry_id = entry.id and entry.number >= cast(:first as bigint);
insert into assignment (panel_id, judge_id, entry_id, reading_order)
  select cast(:panel as bigint), cast(:judge as bigint), id, 1 from entry
  where number >= cast(:first as bigint);
insert into scorecard (assignment_id, revision_id, final_at)
  select a.id, e.submitted_id, now() from assignment a join entry e on e.id = a.entry_id
  where e.number >= cast(:first as bigint);
insert into score (scorecard_id, criterion_id, value, comment_for_entrant)
  select s.id, cast(:criterion as bigint), 5, repeat('Good. ', 50) from scorecard s
  where not exists (select 1 from score where scorecard_id = s.id)
"""


async def test_each_score_is_exported_once_though_a_portion_has_none_that_counts(
    db: AsyncSession, database: Database, cast: Cast
) -> None:
    made = await judged(db, cast)
    await many(db, made, 4, 1300)
    sealed = "update scorecard set sealed_at = now() from assignment a join entry e on "
    sealed += "e.id = a.entry_id where a.id = assignment_id and e.number between 100 and 1200"
    await db.execute(text(sealed))
    await db.commit()
    pieces = [piece async for piece in written(database, scores_export(made.panel), FileFormat.CSV)]
    rows = csv.reader(io.StringIO(b"".join(pieces).decode()))
    once = [int(row[0]) for row in rows if row[2] == "Impact" and row[1] == "Judge 1"]
    assert once == [*range(1, 100), *range(1201, 1301)]


@pytest.mark.slow
async def test_ten_thousand_entries_need_no_more_memory_than_ten(committing: Database) -> None:
    """But for one portion of rows, which is a megabyte or two."""
    async with committing.transaction() as db:
        made = await judged(db, await make_cast(db))
        await many(db, made, 4, 10)
    few = {form: await peak(committing, made, form) for form in FileFormat}
    async with committing.transaction() as db:
        await many(db, made, 11, 10_000)
    lots = {form: await peak(committing, made, form) for form in FileFormat}
    # All at once, they would take more than twenty.
    assert {form: lots[form] - few[form] < 5_000_000 for form in FileFormat} == dict.fromkeys(
        FileFormat, True
    ), lots


async def peak(database: Database, made: Judged, form: FileFormat) -> int:
    """The most memory that the exports take while they are written, in bytes."""
    async with database.reading() as db:
        exports = [await entries_export(db, made.panel), scores_export(made.panel)]
    tracemalloc.start()
    written_bytes = 0
    for export in exports:
        async for piece in written(database, export, form):
            written_bytes += len(piece)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written_bytes
    return most

"""Which number is an agreement in a Polis export: recognised, or asked for, never assumed against
the evidence."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.__main__ import parser
from ideahub.campaigns.models import Campaign
from ideahub.core.config import Misconfigured
from ideahub.core.db import Database
from ideahub.ideas.models import Idea
from ideahub.importing.polis import import_polis
from ideahub.importing.report import Report
from ideahub.importing.sources import source
from tests.importing.test_polis import quiet, tallies

HEADER = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
NODE = "1772442900,Mon Mar 02 2026 09:15:00 GMT+0000 (Coordinated Universal Time)"
JAVA = "1772442900000,Mon Mar 02 09:15:00 UTC 2026"
# Three people agree on the first statement, and one on the second, if 1 is an agreement.
MATRIX = "participant,0,1\n5,1,-1\n6,1,-1\n7,1,1\n"


def statements(when: str, counts: tuple[str, str], texts: tuple[str, str]) -> str:
    rows = (f"{when},{at},5,{counts[at]},1,{texts[at]}\n" for at in (0, 1))
    return HEADER + "".join(rows)


AS_ONE, AS_MINUS_ONE = ("3,0", "1,2"), ("0,3", "2,1")
PLAIN, QUOTED = ("More trees", "Fewer cars"), ('"More trees"', '"Fewer cars"')
BARE = ("More trees, shade\nand water", '"Quiet" streets')


async def imported(
    database: Database,
    folder: Path,
    comments: str,
    *,
    matrix: str = MATRIX,
    summary: str = "topic,Trees\nurl,https://pol.is/abc\n",
    agreement: int | None = None,
) -> Report:
    (folder / "summary.csv").write_text(summary)
    (folder / "comments.csv").write_text(comments)
    (folder / "participants-votes.csv").write_text(matrix)
    return await import_polis(database, folder, quiet, agreement)


async def support(db: AsyncSession) -> list[int]:
    return list(await db.scalars(select(Idea.votes_count).order_by(Idea.source_ref)))


@pytest.mark.parametrize(
    ("when", "counts", "texts", "right", "why"),
    [
        (JAVA, AS_ONE, PLAIN, [3, 1], "the list counts 2 statements in the same way"),
        (NODE, AS_ONE, QUOTED, [3, 1], "the list counts 2 statements in the same way"),
        (JAVA, AS_MINUS_ONE, PLAIN, [0, 2], "on 2 statements that the votes have as -1"),
        (NODE, AS_MINUS_ONE, QUOTED, [0, 2], "on 2 statements that the votes have as -1"),
        (NODE, AS_MINUS_ONE, PLAIN, [0, 2], "on 2 statements that the votes have as -1"),
        # Its counts agree with its votes, and both are the wrong way round.
        (NODE, AS_ONE, BARE, [0, 2], "the first exporter in Node"),
        (JAVA, (",", ","), PLAIN, [3, 1], "the older exporter of Polis"),
        (NODE, (",", ","), QUOTED, [3, 1], "the present exporter"),
        (NODE, (",", ","), BARE, [0, 2], "the first exporter in Node"),
    ],
)
async def test_the_sign_is_recognised_and_said(
    database: Database,
    db: AsyncSession,
    tmp_path: Path,
    when: str,
    counts: tuple[str, str],
    texts: tuple[str, str],
    right: list[int],
    why: str,
) -> None:
    report = await imported(database, tmp_path, statements(when, counts, texts))
    assert report.refused == []
    assert await support(db) == right
    (reading,) = report.readings
    assert reading.startswith(f"In the votes {1 if right == [3, 1] else -1} was taken as agreement")
    assert why in reading
    assert reading in report.as_text()
    assert report.as_json()["readings"] == [reading]


async def test_texts_without_quotation_marks_are_whole(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    await imported(database, tmp_path, statements(NODE, AS_ONE, BARE))
    bodies = list(await db.scalars(select(Idea.body).order_by(Idea.source_ref)))
    assert bodies == list(BARE)


@pytest.mark.parametrize(
    ("comments", "reason"),
    [
        # What was written by which exporter cannot be seen any more, and the first one's counts
        # agree with its votes.
        (statements(NODE, AS_ONE, PLAIN), "perhaps saved again by another program"),
        (statements("1772442900,02.03.2026 09:15", AS_ONE, PLAIN), "saved again"),
        (statements(JAVA, ("3,0", "2,1"), PLAIN), "1 statements as if it were 1, 1 as -1"),
    ],
)
async def test_without_evidence_it_asks_and_takes_the_answer(
    database: Database, db: AsyncSession, tmp_path: Path, comments: str, reason: str
) -> None:
    report = await imported(database, tmp_path, comments)
    assert report.failed
    (refused,) = report.refused
    assert refused.where == "participants-votes.csv"
    assert refused.why.startswith("Is an agreement 1 or -1 in these votes?")
    assert reason in refused.why
    assert "--agreement 1 or --agreement=-1" in refused.why
    assert refused.why.endswith("Nothing was imported.")
    assert await db.scalar(select(func.count()).select_from(Campaign)) == 0

    answered = await imported(database, tmp_path, comments, agreement=-1)
    assert answered.refused == []
    assert answered.readings == [
        "In the votes -1 was taken as agreement: so it was said with --agreement."
    ]
    assert await support(db) == [0, 2]
    again = await imported(database, tmp_path, comments, agreement=-1)
    assert tallies(again) == [(0, 1), (0, 2), (0, 3), (0, 2)]


async def test_the_summary_of_new_exports_declares_it(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    declared = "vote-convention,agree=+1;disagree=-1;pass=0;format=polis-export/1\n"
    comments = statements(NODE, AS_ONE, PLAIN)
    report = await imported(database, tmp_path, comments, summary="topic,Trees\n" + declared)
    assert "the summary says so" in report.readings[0]
    assert await support(db) == [3, 1]


async def test_no_votes_no_question(database: Database, tmp_path: Path) -> None:
    comments = statements(NODE, AS_ONE, PLAIN)
    report = await imported(database, tmp_path, comments, matrix="participant,0,1\n5,0,\n")
    assert (report.refused, report.readings) == ([], [])
    assert report.ideas.created == 2


async def test_a_list_with_one_fault_is_not_taken_for_the_first_exporter(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    texts = ('"Trees, shade"', 'Quiet, "please')
    more = f'{NODE},2,5,,,1,"Two\nlines"\n'
    comments = statements(NODE, (",", ","), texts) + more
    report = await imported(database, tmp_path, comments, agreement=1)
    assert [refused.where for refused in report.refused if "comments" in refused.where] == [
        "comments.csv line 3"
    ]
    assert await db.scalar(select(func.count()).select_from(Idea)) == 2


async def test_a_column_that_stands_twice_is_named_as_that(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    comments = statements(JAVA, AS_ONE, PLAIN).replace("author-id", "agrees")
    matrix = "participant,0,1,0,participant\n5,1,-1,-1,x\n6,1,-1,,\n7,1,1,1,\n"
    report = await imported(database, tmp_path, comments, matrix=matrix, agreement=1)
    assert [(refused.where, refused.why) for refused in report.refused] == [
        (
            "participants-votes.csv column 0",
            (
                "Statement 0 has more than one column; only the first one was read, and 2 votes in "
                "the others were left out."
            ),
        )
    ]
    assert report.notes[:2] == [
        "comments.csv: the column agrees stands there 2 times; only the first one was read.",
        (
            "participants-votes.csv: the column participant stands there 2 times; only the first "
            "one was read."
        ),
    ]
    assert await support(db) == [3, 1]


async def test_a_number_that_a_spreadsheet_shortened_is_not_guessed(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    comments = statements("1.77244E+12,x", AS_ONE, PLAIN).replace(",1,5,", ",1E+01,5,")
    report = await imported(database, tmp_path, comments, agreement=1)
    assert next((refused.where, refused.why) for refused in report.refused) == (
        "comments.csv line 3",
        "A spreadsheet wrote a number as 1E+01; which one it was is lost.",
    )
    assert "1 statements have no readable time; they bear the time of the import." in report.notes


def test_the_answer_is_for_polis_only() -> None:
    with pytest.raises(Misconfigured, match="exports of Polis only"):
        source("challenge-gov", 1)


@pytest.mark.parametrize("typed", [["--agreement=-1"], ["--agreement", "-1"]])
def test_the_answer_can_be_typed_in_both_ways(typed: list[str]) -> None:
    assert parser().parse_args(["import", "polis", "x", *typed]).agreement == -1

"""A Polis export becomes a challenge with ideas and votes, exactly, however messy its files are."""

import csv
import math
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, Phase
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea, Revision, Vote
from ideahub.ideas.rising import MONTH
from ideahub.importing.polis import import_polis
from ideahub.importing.report import Report
from ideahub.organisations.models import Organisation, Person
from tests.conftest import Browse

SUMMARY = "topic,Better streets\nurl,https://pol.is/abc123\nconversation-description,What now?\n"
COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1518501496471,Tue Feb 13 12:58:16 WIB 2018,2,7,2,0,1,"More ""big"" trees"
1518400000000,whenever,0,5,9,9,1,*Less* cars #now
1518300000000,,5,7,0,0,-1,An insult
1518200000000,,9,5,0,0,0,Not moderated yet
"""
MATRIX = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,2,5,9
5,0,2,3,2,1,1,1,-1,
7,1,2,2,1,0,0,1,,
8,,0,0,0,0,,,,1
"""


def quiet(_doing: str, _done: int, _total: int) -> None:
    """A bar nobody looks at."""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    return folder


def write(folder: Path, encoding: str = "utf-8", **files: str | bytes | None) -> None:
    """The three usual files, or others: `participants_votes="…"`; None leaves one out."""
    usual: dict[str, Any] = {
        "summary": SUMMARY,
        "comments": COMMENTS,
        "participants_votes": MATRIX,
    }
    for name, content in (usual | files).items():
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode(encoding)
            (folder / f"{name.replace('_', '-')}.csv").write_bytes(raw)


async def imported(database: Database, folder: Path, **files: str | bytes | None) -> Report:
    write(folder, **files)  # type: ignore[arg-type]
    return await import_polis(database, folder, quiet)


async def number_of(db: AsyncSession, table: Any) -> int:
    return (await db.execute(select(func.count()).select_from(table))).scalar_one()


async def ideas(db: AsyncSession) -> dict[str, Idea]:
    found = (await db.scalars(select(Idea))).all()
    return {(one.source_ref or "").rpartition(":")[2]: one for one in found}


def tallies(report: Report) -> list[tuple[int, int]]:
    four = (report.campaigns, report.ideas, report.people, report.votes)
    return [(one.created, one.unchanged) for one in four]


COUNTS = {"0": 1, "2": 2, "5": 0, "9": 1}
# What else a column or line may look like.
RENAMED = COMMENTS.replace("comment-id", "comment_id").replace("comment-body", "Comment Body")
SHORT = COMMENTS.replace("comment-id", "tid").replace("comment-body", "txt")
WITH_XID = "\n".join(f"x,{line}" for line in MATRIX.splitlines())
WITH_POINTS = MATRIX.replace(",1,1,-1,", ",1.0,+1,-1.0,").replace("5,0,2", "5.0,0,2")


async def test_every_statement_becomes_an_idea_and_every_agreement_a_vote(
    database: Database, db: AsyncSession, export: Path, browse: Browse
) -> None:
    report = await imported(database, export)
    assert tallies(report) == [(1, 0), (4, 0), (3, 0), (4, 0)]
    assert report.refused == []
    assert report.notes == [
        "1 disagreements were left out: here people support, or they do not.",
        "1 passes were left out.",
        "1 statements that the moderators had rejected stay hidden.",
        "3 statements are counted otherwise in the list; the votes themselves count.",
    ]
    campaign = (await db.scalars(select(Campaign))).one()
    assert campaign.kind == CampaignKind.CHALLENGE
    assert (campaign.title, campaign.question) == ("Better streets", "What now?")
    assert campaign.source_ref == "polis:abc123"
    assert campaign.ideas_count == 3
    phase = (await db.scalars(select(Phase))).one()
    assert phase.opens_at == datetime.fromtimestamp(1518200000, UTC)
    assert phase.closes_at == datetime.fromtimestamp(1518501496.471, UTC)
    assert phase.opening_announced_at
    assert phase.closing_announced_at

    found = await ideas(db)
    assert {one: idea.votes_count for one, idea in found.items()} == COUNTS
    assert found["2"].title == 'More "big" trees'
    assert found["0"].title == "*Less* cars #now"
    assert found["0"].body_html == "<p>*Less* cars #now</p>"
    assert found["2"].created_at == datetime.fromtimestamp(1518501496.471, UTC)
    assert found["5"].hidden_at is not None
    assert "moderators" in found["5"].hidden_reason
    assert found["9"].hidden_at is None
    for idea in found.values():
        rising = math.log10(max(idea.votes_count, 1)) + idea.created_at.timestamp() / MONTH
        assert idea.rising == pytest.approx(rising)
    people = {one.source_ref: one for one in (await db.scalars(select(Person))).all()}
    author = people["polis:abc123:participant:7"]
    assert (author.name, author.email, author.id) == ("Participant 7", None, found["2"].author_id)
    assert await number_of(db, Revision) == 4
    event = (await db.scalars(select(Event))).one()
    assert (event.kind, event.campaign_id, event.data["votes"]) == (Kind.IMPORTED, campaign.id, 4)

    stranger = await browse(None)
    assert (await stranger.get(f"/ideas/{found['2'].id}")).status_code == 200
    assert (await stranger.get(f"/ideas/{found['5'].id}")).status_code == 404


async def test_a_second_run_creates_nothing(
    database: Database, db: AsyncSession, export: Path
) -> None:
    await imported(database, export)
    before = {one: idea.votes_count for one, idea in (await ideas(db)).items()}
    again = await import_polis(database, export, quiet)
    assert tallies(again) == [(0, 1), (0, 4), (0, 3), (0, 4)]
    db.expire_all()
    assert {one: idea.votes_count for one, idea in (await ideas(db)).items()} == before
    assert await number_of(db, Event) == 1
    assert await number_of(db, Revision) == 4


async def test_a_later_export_adds_what_is_new(
    database: Database, db: AsyncSession, export: Path
) -> None:
    await imported(database, export)
    more = COMMENTS + "1518600000000,,12,8,1,0,1,A new one\n"
    matrix = "participant,0,2,5,9,12\n5,1,1,-1,,1\n7,0,1,,,\n8,1,,,1,\n"
    report = await imported(database, export, comments=more, participants_votes=matrix)
    assert tallies(report) == [(0, 1), (1, 4), (0, 3), (2, 4)]
    db.expire_all()
    assert {one: idea.votes_count for one, idea in (await ideas(db)).items()} == {
        "0": 2,
        "2": 2,
        "5": 0,
        "9": 1,
        "12": 1,
    }
    assert (await db.scalars(select(Campaign.ideas_count))).one() == 4


async def test_votes_cast_here_are_kept_in_the_count(
    database: Database, db: AsyncSession, export: Path
) -> None:
    await imported(database, export)
    idea = (await ideas(db))["0"]
    person = Person(name="Ada")
    db.add(person)
    await db.flush()
    db.add(Vote(idea_id=idea.id, person_id=person.id))
    idea.votes_count += 1
    await db.commit()
    matrix = MATRIX.replace("8,,0,0,0,0,,,,1", "8,,0,0,0,0,1,,,1")
    await imported(database, export, participants_votes=matrix)
    await db.refresh(idea)
    assert idea.votes_count == 3


async def test_the_long_format_where_the_last_vote_of_each_counts(
    database: Database, db: AsyncSession, export: Path
) -> None:
    votes = (
        "timestamp,datetime,comment-id,voter-id,vote\n"
        "1518600000,x,0,5,1\n"
        "1518700000,x,0,7,-1\n"
        "1518600001,x,0,7,1\n"
        "1518600002,x,2,8,0\n"
        "1518600003,x,2,8,1\n"
        "1518600003,x,77,8,1\n"
        "1518600003,x,2,8,5\n"
        "1518600003,x,2\n"
    )
    report = await imported(database, export, participants_votes=None, votes=votes)
    assert tallies(report)[2:] == [(3, 0), (2, 0)]
    assert report.notes[0].startswith("1 disagreements")
    assert [(one.where, one.why) for one in report.refused] == [
        ("votes.csv line 7", "There is no usable statement 77."),
        ("votes.csv line 8", "The vote is neither 1, 0 nor -1."),
        ("votes.csv line 9", "The line has 3 cells; 5 were expected."),
    ]
    phase = (await db.scalars(select(Phase))).one()
    assert phase.closes_at == datetime.fromtimestamp(1518700000, UTC)
    cast_at = (await db.scalars(select(Vote.created_at).order_by(Vote.created_at))).all()
    assert cast_at[0] == datetime.fromtimestamp(1518600000, UTC)


async def test_the_matrix_wins_where_both_are_there(
    database: Database, db: AsyncSession, export: Path
) -> None:
    votes = "comment-id,voter-id,vote\n0,99,1\n"
    report = await imported(database, export, votes=votes)
    assert tallies(report)[3] == (4, 0)


@pytest.mark.parametrize(
    "files",
    [
        {"participants_votes": None, "participant_votes": MATRIX},
        {"participants_votes": None, "xy_participant_votes": MATRIX},
        {"comments": None, "2024_01_comments": COMMENTS},
        {"comments": COMMENTS.replace("\n", "\r\n")},
        {"participants_votes": MATRIX.replace("\n", "\r\n")},
        {"comments": COMMENTS.replace("\n", "\r")},
        {"comments": "\ufeff" + COMMENTS, "participants_votes": "\ufeff" + MATRIX},
        {"comments": RENAMED},
        {"comments": SHORT.replace("author-id", "pid")},
        {"participants_votes": WITH_XID},
        {"participants_votes": WITH_POINTS},
        {"comments": COMMENTS + "\n\n", "participants_votes": MATRIX + "\n  \n"},
        {"comments": COMMENTS.encode("utf-16"), "participants_votes": MATRIX.encode("utf-16")},
        {"comments": COMMENTS.replace("trees", "tr\x00ees")},
    ],
)
async def test_other_exports_of_the_format(
    database: Database, db: AsyncSession, export: Path, files: dict[str, Any]
) -> None:
    report = await imported(database, export, **files)
    assert report.refused == []
    assert tallies(report) == [(1, 0), (4, 0), (3, 0), (4, 0)]
    found = await ideas(db)
    assert found["2"].title == 'More "big" trees'
    assert {one: idea.votes_count for one, idea in found.items()} == COUNTS


async def test_semicolons_and_latin_letters(
    database: Database, db: AsyncSession, export: Path
) -> None:
    comments = "comment-id;author-id;comment-body\n1;4;Plus de vélos à l’école\n"
    report = await imported(
        database,
        export,
        comments=comments.encode("cp1252"),
        participants_votes="participant;1\n4;1\n",
    )
    assert (await ideas(db))["1"].title == "Plus de vélos à l’école"
    assert tallies(report)[3] == (1, 0)
    assert "comments.csv is not UTF-8; it was read as Windows-1252." in report.notes
    assert "1 statements have no readable time; they bear the time of the import." in report.notes
    assert not (await db.scalars(select(Phase))).one().dates_known


async def test_without_a_summary_it_is_known_by_its_first_statement(
    database: Database, db: AsyncSession, export: Path
) -> None:
    for _ in range(2):
        report = await imported(database, export, summary=None)
        assert report.refused == []
    assert tallies(report) == [(0, 1), (0, 4), (0, 3), (0, 4)]
    assert (await db.scalars(select(Campaign.title))).one() == "Conversation export"
    other = COMMENTS.replace("Less", "Fewer")
    report = await imported(database, export, summary=None, comments=other)
    assert report.campaigns.created == 1
    assert await number_of(db, Organisation) == 1


async def test_without_votes_only_the_statements_come(
    database: Database, db: AsyncSession, export: Path
) -> None:
    report = await imported(database, export, participants_votes=None)
    assert tallies(report) == [(1, 0), (4, 0), (2, 0), (0, 0)]
    assert "The folder holds no file of votes; only statements were read." in report.notes


async def test_bad_lines_are_named_and_the_rest_comes_in(
    database: Database, db: AsyncSession, export: Path
) -> None:
    comments = (
        "timestamp,comment-id,author-id,moderated,comment-body\n"
        "1518200000000,1,5,1,Good\n"
        "1518200000000,1,5,1,Good again\n"
        "1518200000000,,5,1,No number\n"
        "1518200000000,3,5,1,   \n"
        "1518200000000,4,5,1\n"
        f"1518200000000,5,5,1,{'x' * 20_001}\n"
        '1518200000000,6,5,1,"never closed\n'
        "soon,7,,maybe,No author and no time\n"
        f"1518200000000,{'9' * 80},5,1,Number too long\n"
        "9999999999999999,8,5,1,In the far future\n"
        '1518200000000,10,5,1,"two\nlines"\n'
        '1518200000000,11,5,1,"bad"quote\n'
        "1518200000000,12,5,1,Last\n"
    )
    report = await imported(database, export, comments=comments, participants_votes=None)
    assert [one.where for one in report.refused] == [
        f"comments.csv line {line}" for line in (3, 4, 5, 6, 7, 8, 10, 14)
    ]
    found = await ideas(db)
    assert set(found) == {"1", "7", "8", "10", "12"}
    # No permission to show it was given.
    assert found["7"].hidden_at is not None
    author = await db.get_one(Person, found["7"].author_id)
    assert author.name == "Unknown participant"
    assert found["10"].title == "two lines"
    assert "<br>" in found["10"].body_html
    assert found["8"].created_at > datetime(2026, 1, 1, tzinfo=UTC)
    assert report.campaigns.created == 1
    assert not report.failed


async def test_bad_votes_are_named_and_the_rest_counts(
    database: Database, db: AsyncSession, export: Path
) -> None:
    matrix = (
        "participant,note,0,2,2,77,5,9\n"
        "5,hello,1,1,1,1,yes,2\n"
        "5,again,1,1,1,1,1,1\n"
        ",nobody,1,1,1,1,1,1\n"
        "6,short,1\n"
        "7,long,1,1,1,1,1,1,1\n"
        '8,open",nan,NaN,,,,\n'
        "9,fine,1,,,,,\n"
    )
    report = await imported(database, export, participants_votes=matrix)
    assert [(one.where, one.why) for one in report.refused] == [
        ("participants-votes.csv line 2", "2 cells are neither 1, 0 nor -1 (statements 5, 9)."),
        ("participants-votes.csv line 3", "Participant 5 is listed already, in line 2."),
        ("participants-votes.csv line 4", "A number is missing or too long."),
        ("participants-votes.csv line 5", "The line has 3 cells; 8 were expected."),
        ("participants-votes.csv line 6", "The line has 9 cells; 8 were expected."),
        (
            "participants-votes.csv column 2",
            (
                "Statement 2 has more than one column; only the first one was read, and 1 votes in "
                "the others were left out."
            ),
        ),
        (
            "participants-votes.csv column 77",
            "There is no usable statement 77; 1 votes on it were left out.",
        ),
    ]
    assert {one: idea.votes_count for one, idea in (await ideas(db)).items()} == {
        "0": 2,
        "2": 1,
        "5": 0,
        "9": 0,
    }


@pytest.mark.parametrize(
    ("files", "where", "why"),
    [
        ({"comments": None}, "export", "no comments.csv"),
        ({"comments": ""}, "comments.csv", "is empty"),
        ({"comments": "a,b\n1,2\n"}, "comments.csv", "comment-id and the column comment-body"),
        ({"comments": "comment-id,comment-body\n"}, "comments.csv", "no usable statement"),
        ({"comments": '"'}, "comments.csv", "does not begin with a line of column names"),
        ({"comments": b"\x89PNG\r\n\x1a\n\x00\x00"}, "comments.csv", "is missing"),
    ],
)
async def test_a_folder_that_is_no_export(
    database: Database,
    db: AsyncSession,
    export: Path,
    files: dict[str, Any],
    where: str,
    why: str,
) -> None:
    report = await imported(database, export, **files)
    assert report.failed
    assert report.refused[-1].where == where
    assert why in report.refused[-1].why
    assert await number_of(db, Campaign) == 0


async def test_no_folder_and_a_file(database: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", Path(__file__)):
        report = await import_polis(database, path, quiet)
        assert report.failed
        assert "No such folder" in report.refused[0].why


@pytest.mark.parametrize(
    "matrix", ["", "a,b\n1,2\n", b"\xff\xfe\x00", "participant\n", '"open\n'], ids=range(5)
)
async def test_an_unusable_matrix_leaves_the_statements(
    database: Database, db: AsyncSession, export: Path, matrix: Any
) -> None:
    report = await imported(database, export, participants_votes=matrix)
    assert report.ideas.created == 4
    assert report.votes.created == 0
    assert len(report.refused) == (0 if matrix == "participant\n" else 1)


@pytest.mark.slow
async def test_the_real_conversation(
    database: Database, db: AsyncSession, shared_data: Path
) -> None:
    folder = shared_data / "polis" / "american-assembly.bowling-green"
    comments = _rows(folder / "comments.csv")
    header, *matrix = _lines(folder / "participants-votes.csv")
    agreed = Counter(
        header[at]
        for row in matrix
        for at, cell in enumerate(row)
        if cell == "1" and at >= header.index("0")
    )
    cells = Counter(cell for row in matrix for cell in row[header.index("0") :])
    assert (len(comments), len(matrix), agreed.total()) == (896, 2031, 109_752)
    assert cells["1"] + cells["-1"] + cells["0"] == 225_524

    began = time.monotonic()
    report = await import_polis(database, folder, quiet)
    assert time.monotonic() - began < 60
    assert tallies(report) == [(1, 0), (896, 0), (2031, 0), (109_752, 0)]
    assert report.refused == []
    said = " ".join(report.notes)
    assert f"{cells['-1']:,} disagreements" in said
    assert f"{cells['0']:,} passes" in said
    assert "289 statements that the moderators had rejected" in said
    assert "211 statements are counted otherwise" in said

    found = await ideas(db)
    assert {one: idea.votes_count for one, idea in found.items()} == {
        row["comment-id"]: agreed[row["comment-id"]] for row in comments
    }
    for row in comments:
        idea = found[row["comment-id"]]
        assert (idea.hidden_at is not None) is (row["moderated"] == "-1")
        assert round(idea.created_at.timestamp() * 1000) == int(row["timestamp"])
    counted = text("select count(*) from vote join idea on idea.id = vote.idea_id")
    assert (await db.execute(counted)).scalar_one() == 109_752
    assert (await db.scalars(select(Campaign.ideas_count))).one() == 607

    again = await import_polis(database, folder, quiet)
    assert tallies(again) == [(0, 1), (0, 896), (0, 2031), (0, 109_752)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))

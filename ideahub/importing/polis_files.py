"""Finds the files of a Polis export, and reads its summary, ids and times."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from ideahub.core.text.cleaning import clean_line, clean_text
from ideahub.importing.foreign_files import BadRecord, Row, Table, Unreadable, key_of, read_table
from ideahub.importing.polis_exporters import MILLISECONDS, Exporter
from ideahub.importing.report import Report

STATEMENTS = ("comments",)
MATRIX = ("participants-votes", "participant-votes")
VOTES = ("votes",)
SUMMARY = ("summary",)
LONGEST_ID = 60
LONGEST_URL = 2_000
# How a spreadsheet writes a long number in a narrow column: its other digits are lost.
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE | re.ASCII)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the export; `at` is None where its time cannot be read.

    `hidden` is why it must not be shown, "" where it may be.
    """

    where: str
    id: str
    author: str
    at: datetime | None
    body: str
    hidden: str
    agrees: str
    disagrees: str


@dataclass
class PolisConversation:
    """A conversation of an export: its statements, participants and votes.

    `agreements` and `disagreements` have the participant and the statement, with the time if known;
    which is which is only certain once `polis_signs` has settled it. `exporter` wrote the list.
    """

    key: str
    topic: str
    description: str
    url: str
    exporter: Exporter = Exporter.UNKNOWN
    statements: dict[str, Statement] = field(default_factory=dict)
    # A dict for its order, with each once: those who voted, then those who only wrote.
    participants: dict[str, None] = field(default_factory=dict)
    agreements: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    disagreements: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    passes: int = 0
    last_vote: datetime | None = None


def find_file(directory: Path, names: tuple[str, ...]) -> Path | None:
    """The CSV file with one of these names, in any case, or with one after a hyphen or full stop;
    None if there is none."""
    files = sorted(path for path in directory.iterdir() if path.suffix.lower() == ".csv")
    plain = [path for path in files if key_of(path.stem) in names]
    longer = [
        path
        for path in files
        if any(re.search(rf"[-.]{name}$", key_of(path.stem)) for name in names)
        and not _is_matrix(path, names)
    ]
    return next(iter(plain + longer), None)


def _is_matrix(path: Path, names: tuple[str, ...]) -> bool:
    # "x-participants-votes" ends with "-votes" as well.
    return names == VOTES and any(key_of(path.stem).endswith(ending) for ending in MATRIX)


def read_summary(directory: Path, report: Report) -> dict[str, str]:
    """The names and values in the summary's lines; empty where no summary can be read."""
    path = find_file(directory, SUMMARY)
    if path is None:
        return {}
    try:
        table, guessed = read_table(path)
    except Unreadable as fault:
        report.refuse(path.name, str(fault))
        return {}
    note_encoding(path, report, guessed=guessed)
    lines = [table.names, *(row.cells for row in table.rows)]
    return {key_of(line[0]): clean_text(line[1]) for line in lines if len(line) > 1}


def note_encoding(path: Path, report: Report, *, guessed: bool) -> None:
    """Notes that the encoding of a file was guessed."""
    if guessed:
        report.note(f"{path.name} is not UTF-8; it was read as Windows-1252.")


def note_twice(table: Table, columns: Iterable[int | None], path: Path, report: Report) -> None:
    """Notes the columns that stand in the table a second time; the first ones are read."""
    for at in columns:
        if at is not None and table.keys.count(table.keys[at]) > 1:
            report.note(
                f"{path.name}: the column {table.names[at]} stands there "
                f"{table.keys.count(table.keys[at])} times; only the first one was read."
            )


def check_row(row: Row, width: int) -> None:
    """Raises BadRecord for a row with a flaw, or with another number of cells than columns."""
    if row.flaw:
        raise BadRecord(row.flaw)
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        raise BadRecord(f"The line has {len(row.cells)} cells; {width} were expected.")


def id_of(text: str) -> str:
    """An id in one form, so that "7", " 7", "7.0" and "7,0" are equal. Raises BadRecord, also for
    "1E+01", of which a spreadsheet has kept the first digits only."""
    named = re.sub(r"\A([+-]?\d+)[.,]0+\Z", r"\1", clean_line(text))
    if re.fullmatch(r"\+?\d+", named):
        named = named.lstrip("+").lstrip("0") or "0"
    if not named or len(named) > LONGEST_ID:
        raise BadRecord("A number is missing or too long.")
    if _SHORTENED.fullmatch(named):
        raise BadRecord(f"A spreadsheet wrote a number as {named}; which one it was is lost.")
    return named


def moment_of(text: str) -> datetime | None:
    """The moment of a number of milliseconds or seconds since 1970; None where it is no number, or
    one shortened by a spreadsheet, or before EARLIEST or in the future."""
    try:
        number = float("nan" if _SHORTENED.fullmatch(text.strip()) else text)
        seconds = number / 1000 if abs(number) >= MILLISECONDS else number
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at <= datetime.now(UTC) + timedelta(days=1) else None


def key_of_conversation(summary: dict[str, str], statements: dict[str, Statement]) -> str:
    """The key of a conversation for its `source_ref`: the end of its address, else a hash of its
    first statement."""
    url = summary.get("url", "")
    try:
        path = urlsplit(url).path if len(url) <= LONGEST_URL else ""
        name = clean_line(path.rstrip("/").rpartition("/")[2])
    except ValueError:
        name = ""
    if re.fullmatch(r"[\w-]{1,100}", name):
        return name
    first = min(statements.values(), key=lambda statement: (len(statement.id), statement.id))
    return sha256(f"{first.id}\n{first.body}".encode()).hexdigest()[:24]

"""Finds the files of a Polis export, and reads its summary and statements."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from ideahub.core.text.cleaning import MAX_TEXT, clean_line, clean_text
from ideahub.importing.foreign_files import BadRecord, Row, Table, Unreadable, key_of, read_table
from ideahub.importing.report import Report

STATEMENTS = ("comments",)
MATRIX = ("participants-votes", "participant-votes")
VOTES = ("votes",)
SUMMARY = ("summary",)
LONGEST_ID = 60
LONGEST_URL = 2_000
# A larger number is in milliseconds, a smaller one in seconds (until the year 5138).
MILLISECONDS = 100_000_000_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the export; `at` is None where its time cannot be read."""

    where: str
    id: str
    author: str
    at: datetime | None
    body: str
    hidden: bool
    agrees: str
    disagrees: str


@dataclass
class PolisConversation:
    """A conversation of an export: its statements, participants and votes.

    `agreements` has the participant and the statement, with the time if known; `disagreements` the
    number for each statement.
    """

    key: str
    topic: str
    description: str
    url: str
    statements: dict[str, Statement] = field(default_factory=dict)
    # A dict for its order, with each once: those who voted, then those who only wrote.
    participants: dict[str, None] = field(default_factory=dict)
    agreements: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    disagreements: dict[str, int] = field(default_factory=dict)
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
        table, _guessed = read_table(path)
    except Unreadable as fault:
        report.refuse(path.name, str(fault))
        return {}
    lines = [table.names, *(row.cells for row in table.rows)]
    return {key_of(line[0]): clean_text(line[1]) for line in lines if len(line) > 1}


def read_statements(path: Path, report: Report) -> dict[str, Statement]:
    """Every usable statement by its id; the report has the others. Raises Unreadable, also where a
    needed column is missing."""
    table, guessed = read_table(path)
    if guessed:
        report.note(f"{path.name} is not UTF-8; it was read as Windows-1252.")
    columns = _columns(table)
    found: dict[str, Statement] = {}
    for row in table.rows:
        where = f"{path.name} line {row.line}"
        try:
            statement = _statement(where, row, columns, len(table.keys))
        except BadRecord as fault:
            report.refuse(where, str(fault))
            continue
        if found.setdefault(statement.id, statement) is not statement:
            first = found[statement.id].where
            report.refuse(where, f"Statement {statement.id} is there already: {first}.")
    return found


def _columns(table: Table) -> dict[str, int | None]:
    columns = {
        "id": table.column("comment-id", "tid", "statement-id", "id"),
        "body": table.column("comment-body", "txt", "body", "text", "comment", "statement"),
        "author": table.column("author-id", "pid", "participant-id", "author"),
        "timestamp": table.column("timestamp", "created"),
        "moderated": table.column("moderated", "mod"),
        "agrees": table.column("agrees", "agree"),
        "disagrees": table.column("disagrees", "disagree"),
    }
    needed = {"id": "comment-id", "body": "comment-body"}
    missing = [name for ours, name in needed.items() if columns[ours] is None]
    if missing:
        raise Unreadable(f"The column {' and the column '.join(missing)} is missing.")
    return columns


def _statement(where: str, row: Row, columns: dict[str, int | None], width: int) -> Statement:
    check_row(row, width)
    cell = {name: row.cells[at] if at is not None else "" for name, at in columns.items()}
    body = clean_text(cell["body"]).strip()
    if not clean_line(body):
        raise BadRecord("The statement has no text.")
    if len(body) > MAX_TEXT:
        raise BadRecord(f"The statement has {len(body):,} characters; at most {MAX_TEXT:,} fit.")
    return Statement(
        where=where,
        id=id_of(cell["id"]),
        author=id_of(cell["author"]) if cell["author"].strip() else "",
        at=moment_of(cell["timestamp"]),
        body=body,
        # 1 is accepted, 0 not moderated yet, which Polis shows too. With any other value it must
        # not be shown.
        hidden=id_of(cell["moderated"] or "0") not in {"0", "1"},
        agrees=cell["agrees"].strip(),
        disagrees=cell["disagrees"].strip(),
    )


def check_row(row: Row, width: int) -> None:
    """Raises BadRecord for a row with a flaw, or with another number of cells than columns."""
    if row.flaw:
        raise BadRecord(row.flaw)
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        raise BadRecord(f"The line has {len(row.cells)} cells; {width} were expected.")


def id_of(text: str) -> str:
    """An id in one form, so that "7", " 7" and "7.0" are equal. Raises BadRecord."""
    named = re.sub(r"\A([+-]?\d+)\.0+\Z", r"\1", clean_line(text))
    if re.fullmatch(r"\+?\d+", named):
        named = named.lstrip("+").lstrip("0") or "0"
    if not named or len(named) > LONGEST_ID:
        raise BadRecord("A number is missing or too long.")
    return named


def moment_of(text: str) -> datetime | None:
    """The moment of a number of milliseconds or seconds since 1970; None where it is no number, or
    before EARLIEST or in the future."""
    try:
        number = float(text)
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

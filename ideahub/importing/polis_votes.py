"""Reads the votes of a Polis export: a matrix of participants and statements, or a list."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from ideahub.importing.foreign_files import BadRecord, Row, Table, Unreadable, read_table
from ideahub.importing.polis_files import PolisConversation, check_row, id_of, moment_of
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

PEOPLE = ("participant", "participant-id", "pid", "voter-id", "voter")
UNSEEN = frozenset({"", "nan", "na", "null", "none"})
VALUES = {
    **dict.fromkeys(("1", "1.0", "+1"), 1),
    **dict.fromkeys(("-1", "-1.0"), -1),
    **dict.fromkeys(("0", "0.0", "-0", "-0.0"), 0),
}
ROWS_PER_PROGRESS = 50


def read_matrix(
    conversation: PolisConversation, path: Path, report: Report, progress: Progress
) -> None:
    """Reads votes from a matrix with a row for each participant and a column for each statement.

    Bad rows and cells are in the report. Raises Unreadable.
    """
    table, _guessed = read_table(path)
    person = table.column(*PEOPLE)
    if person is None:
        raise Unreadable("The column participant is missing.")
    columns, strange = _statement_columns(conversation, table)
    seen: dict[str, int] = {}
    unknown: Counter[str] = Counter()
    for number, row in enumerate(table.rows):
        if number % ROWS_PER_PROGRESS == 0:
            progress("Reading votes", row.line, table.lines)
        where = f"{path.name} line {row.line}"
        try:
            name = _participant(row, person, len(table.keys), seen)
        except BadRecord as fault:
            report.refuse(where, str(fault))
            continue
        conversation.participants.setdefault(name)
        _count_row(conversation, name, row, columns, report, where)
        unknown.update(column for at, column in strange if row.cells[at].strip() not in UNSEEN)
    for column, votes in unknown.items():
        why = f"There is no usable statement {column}; {votes:,} votes on it were left out."
        report.refuse(f"{path.name} column {column}", why)


def _statement_columns(
    conversation: PolisConversation, table: Table
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The columns of statements that are known, and of those that are not, with their ids."""
    known: dict[str, int] = {}
    strange = []
    for at, name in enumerate(table.names):
        try:
            statement = id_of(name)
        except BadRecord:
            continue
        if statement in conversation.statements and statement not in known:
            known[statement] = at
        elif statement.isdecimal():
            strange.append((at, statement))
    return [(at, entry) for entry, at in known.items()], strange


def _participant(row: Row, column: int, width: int, seen: dict[str, int]) -> str:
    check_row(row, width)
    name = id_of(row.cells[column])
    if name in seen:
        raise BadRecord(f"Participant {name} is listed already, in line {seen[name]}.")
    seen[name] = row.line
    return name


def _count_row(
    conversation: PolisConversation,
    name: str,
    row: Row,
    columns: list[tuple[int, str]],
    report: Report,
    where: str,
) -> None:
    wrong = []
    for at, statement in columns:
        cell = row.cells[at]
        if not cell:
            continue
        value = VALUES.get(cell.strip())
        if value is not None:
            _count(conversation, name, statement, value, None)
        elif cell.strip().lower() not in UNSEEN:
            wrong.append(statement)
    if wrong:
        some = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        report.refuse(where, f"{len(wrong)} cells are neither 1, 0 nor -1 (statements {some}).")


def _count(
    conversation: PolisConversation, name: str, statement: str, value: int, at: datetime | None
) -> None:
    if value == 1:
        conversation.agreements[name, statement] = at
    elif value == -1:
        conversation.disagreements[statement] = conversation.disagreements.get(statement, 0) + 1
    else:
        conversation.passes += 1


def read_votes(
    conversation: PolisConversation, path: Path, report: Report, progress: Progress
) -> None:
    """Reads votes from a list; of several by a participant on a statement the last one counts.

    Bad rows are in the report. Raises Unreadable.
    """
    table, _guessed = read_table(path)
    person, statement = table.column(*PEOPLE), table.column("comment-id", "tid", "statement-id")
    value = table.column("vote", "value")
    if person is None or statement is None or value is None:
        raise Unreadable("The columns voter-id, comment-id and vote are needed.")
    when = table.column("timestamp", "created", "modified")
    last: dict[tuple[str, str], tuple[float, int, datetime | None]] = {}
    for number, row in enumerate(table.rows):
        if number % (ROWS_PER_PROGRESS * 100) == 0:
            progress("Reading votes", row.line, table.lines)
        try:
            check_row(row, len(table.keys))
            key = id_of(row.cells[person]), id_of(row.cells[statement])
            vote = _vote(conversation, key, row.cells[value])
        except BadRecord as fault:
            report.refuse(f"{path.name} line {row.line}", str(fault))
            continue
        at = moment_of(row.cells[when]) if when is not None else None
        stamp = at.timestamp() if at else 0.0
        if key not in last or last[key][0] <= stamp:
            last[key] = stamp, vote, at
    for (name, voted), (_stamp, vote, at) in last.items():
        conversation.participants.setdefault(name)
        _count(conversation, name, voted, vote, at)
    conversation.last_vote = max((at for _, _, at in last.values() if at), default=None)


def _vote(conversation: PolisConversation, key: tuple[str, str], cell: str) -> int:
    if key[1] not in conversation.statements:
        raise BadRecord(f"There is no usable statement {key[1]}.")
    value = VALUES.get(cell.strip())
    if value is None:
        raise BadRecord("The vote is neither 1, 0 nor -1.")
    return value

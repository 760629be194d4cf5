"""Reads the votes of a Polis export: a matrix of participants and statements, or a list."""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

from ideahub.importing.foreign_files import BadRecord, Row, Table, Unreadable, read_table
from ideahub.importing.polis_files import (
    PolisConversation,
    check_row,
    id_of,
    moment_of,
    note_encoding,
    note_twice,
)
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

PEOPLE = ("participant", "participant-id", "pid", "voter-id", "voter")
UNSEEN = frozenset({"", "nan", "na", "null", "none"})
# Spreadsheets write 1 as 1.0, 1,0 or +1, and -1 with a minus sign instead of a hyphen.
_VALUE = re.compile(r"([+-]?[01])(?:[.,]0+)?", re.ASCII)
ROWS_PER_PROGRESS = 50


def read_matrix(
    conversation: PolisConversation, path: Path, report: Report, progress: Progress
) -> None:
    """Reads votes from a matrix with a row for each participant and a column for each statement.

    Bad rows and cells are in the report. Raises Unreadable.
    """
    table, guessed = read_table(path)
    note_encoding(path, report, guessed=guessed)
    person = table.column(*PEOPLE)
    if person is None:
        raise Unreadable("The column participant is missing.")
    note_twice(table, [person], path, report)
    columns, unread = _statement_columns(conversation, table)
    seen: dict[str, int] = {}
    lost: Counter[str] = Counter()
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
        lost.update(name for at, name in unread if not _is_unseen(row.cells[at]))
    _refuse_columns(conversation, path, lost, report)


def _refuse_columns(
    conversation: PolisConversation, path: Path, lost: Counter[str], report: Report
) -> None:
    for column, votes in lost.items():
        why = f"There is no usable statement {column}; {votes:,} votes on it were left out."
        if column in conversation.statements:
            why = (
                f"Statement {column} has more than one column; only the first one was read, and "
                f"{votes:,} votes in the others were left out."
            )
        report.refuse(f"{path.name} column {column}", why)


def _statement_columns(
    conversation: PolisConversation, table: Table
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The columns of statements with their ids, and those that are not read: of statements that
    are not known, or that have a column already."""
    known: dict[str, int] = {}
    unread = []
    for at, name in enumerate(table.names):
        try:
            statement = id_of(name)
        except BadRecord:
            continue
        if statement in conversation.statements and statement not in known:
            known[statement] = at
        elif statement.isdecimal():
            unread.append((at, statement))
    return [(at, entry) for entry, at in known.items()], unread


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
        value = _value_of(cell)
        if value is not None:
            _count(conversation, name, statement, value, None)
        elif not _is_unseen(cell):
            wrong.append(statement)
    if wrong:
        some = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        report.refuse(where, f"{len(wrong)} cells are neither 1, 0 nor -1 (statements {some}).")


def _value_of(cell: str) -> int | None:
    found = _VALUE.fullmatch(cell.strip().replace("\N{MINUS SIGN}", "-"))
    return int(found[1]) if found else None


def _is_unseen(cell: str) -> bool:
    return cell.strip().lower() in UNSEEN


def _count(
    conversation: PolisConversation, name: str, statement: str, value: int, at: datetime | None
) -> None:
    if value == 1:
        conversation.agreements[name, statement] = at
    elif value == -1:
        conversation.disagreements[name, statement] = at
    else:
        conversation.passes += 1


def read_votes(
    conversation: PolisConversation, path: Path, report: Report, progress: Progress
) -> None:
    """Reads votes from a list; of several by a participant on a statement the last one counts.

    Bad rows are in the report. Raises Unreadable.
    """
    table, guessed = read_table(path)
    note_encoding(path, report, guessed=guessed)
    person, statement = table.column(*PEOPLE), table.column("comment-id", "tid", "statement-id")
    value = table.column("vote", "value")
    if person is None or statement is None or value is None:
        raise Unreadable("The columns voter-id, comment-id and vote are needed.")
    when = table.column("timestamp", "created", "modified")
    note_twice(table, [person, statement, value, when], path, report)
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
    value = _value_of(cell)
    if value is None:
        raise BadRecord("The vote is neither 1, 0 nor -1.")
    return value

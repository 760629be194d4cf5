"""Reads the list of statements of a Polis export."""

from pathlib import Path

from ideahub.core.text.cleaning import MAX_TEXT, clean_line, clean_text
from ideahub.importing.foreign_files import BadRecord, Row, Table, Unreadable
from ideahub.importing.polis_exporters import Exporter, read_list
from ideahub.importing.polis_files import (
    Statement,
    check_row,
    id_of,
    moment_of,
    note_encoding,
    note_twice,
)
from ideahub.importing.report import Report

REJECTED = "The moderators of the conversation had rejected it."
UNCLEAR = "It is not clear whether the moderators of the conversation had accepted it."


def read_statements(path: Path, report: Report) -> tuple[dict[str, Statement], Exporter]:
    """Every usable statement by its id, and what wrote the list; the report has the others.

    Raises Unreadable, also where a needed column is missing.
    """
    table, exporter, guessed = read_list(path)
    note_encoding(path, report, guessed=guessed)
    columns = _columns(table, path, report)
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
    if exporter is Exporter.FIRST_NODE:
        report.note(f"{path.name} has texts without quotation marks; each was read to its end.")
    return found, exporter


def _columns(table: Table, path: Path, report: Report) -> dict[str, int | None]:
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
    note_twice(table, columns.values(), path, report)
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
        hidden=_why_hidden(id_of(cell["moderated"].strip() or "0")),
        agrees=cell["agrees"].strip(),
        disagrees=cell["disagrees"].strip(),
    )


def _why_hidden(moderated: str) -> str:
    # 1 is accepted, 0 not moderated yet, which Polis shows too.
    if moderated in {"0", "1"}:
        return ""
    return REJECTED if moderated == "-1" else UNCLEAR

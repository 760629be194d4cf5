"""Recognises which program wrote the list of statements of a Polis export, and reads the list.

Polis has had three exporters. They write the same columns, but the second one has faults of its
own: it writes texts without quotation marks, and an agreement as -1 (see `polis_signs`).
"""

import io
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from ideahub.importing.foreign_files import Row, Table, read_text, table_in

# A larger number is in milliseconds, a smaller one in seconds (until the year 5138).
MILLISECONDS = 100_000_000_000
COLUMNS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated"
TEXT = "comment-body"
# A time in seconds, the same as JavaScript writes it, then the columns of numbers.
_RECORD = (
    r"\d{{9,11}},\w{{3}} \w{{3}} \d\d \d{{4}} [\d:]{{8}} GMT[+-]\d{{4}}(?: \([^,)\n]*\))?"
    r"(?:,-?\d*){{{numbers}}},"
)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_NEEDS_QUOTES = re.compile(r'[,"\r\n]')


class Exporter(Enum):
    """What wrote a list of statements."""

    OLDER = "the older exporter of Polis (times in milliseconds)"
    FIRST_NODE = "the first exporter in Node (times in seconds, texts without quotation marks)"
    PRESENT = "the present exporter (times in seconds, each text in quotation marks)"
    RESAVED = "an exporter in Node (times in seconds), perhaps saved again by another program"
    UNKNOWN = "unknown"


class _Record(NamedTuple):
    """A record as it stands in the file: its line, its columns of numbers, and its text."""

    line: int
    cells: list[str]
    text: str

    @property
    def is_quoted(self) -> bool:
        return _QUOTED.fullmatch(self.text.strip()) is not None

    @property
    def needs_quotes(self) -> bool:
        bare = self.text.strip()
        return _NEEDS_QUOTES.search(bare[1:-1] if self.is_quoted else bare) is not None


def read_list(path: Path) -> tuple[Table, Exporter, bool]:
    """The table of statements, what wrote it, and whether its encoding was guessed.

    Raises Unreadable.
    """
    text, guessed = read_text(path)
    table = table_in(text)
    records = _records(list(io.StringIO(text, newline="")))
    if records and all(record.is_quoted for record in records):
        return table, Exporter.PRESENT, guessed
    if records and text.lstrip("\ufeff").startswith(f"{COLUMNS},{TEXT}") and _is_bare(records):
        bare = (Row(record.line, [*record.cells, record.text]) for record in records)
        return table._replace(rows=bare), Exporter.FIRST_NODE, guessed
    rows = list(table.rows)
    return table._replace(rows=iter(rows)), _exporter_by_its_times(table, rows), guessed


def _is_bare(records: list[_Record]) -> bool:
    """Whether the texts were written as they are: other programs put those in quotation marks that
    need them, so a few without are faults of a file, and many are a habit."""
    needing = [record.is_quoted for record in records if record.needs_quotes]
    return needing.count(False) > needing.count(True)


def _records(lines: list[str]) -> list[_Record]:
    """The records of a list with times as the exporters in Node write them; empty for others.

    A line that does not begin like a record belongs to the text of the one above it.
    """
    header = lines[0].lstrip("\ufeff").strip()
    if not (header.startswith(f"{COLUMNS},") and header.endswith(f",{TEXT}")):
        return []
    begins = re.compile(_RECORD.format(numbers=header.count(",") - 2))
    return list(_joined(lines[1:], begins))


def _joined(lines: list[str], begins: re.Pattern[str]) -> Iterator[_Record]:
    record: _Record | None = None
    for line, written in enumerate(lines, 2):
        if found := begins.match(written):
            if record:
                yield record
            record = _Record(line, found[0][:-1].split(","), written[found.end() :])
        elif record:
            record = record._replace(text=record.text + written)
        elif written.strip():
            return
    if record:
        yield record


def _exporter_by_its_times(table: Table, rows: list[Row]) -> Exporter:
    stamp, written = table.column("timestamp", "created"), table.column("datetime")
    digits = [_cell(row, stamp).strip() for row in rows]
    numbers = [float(cell) for cell in digits if cell.isdecimal() and len(cell) < 20]
    seconds = sum(number < MILLISECONDS for number in numbers)
    in_javascript = sum(" GMT" in _cell(row, written) for row in rows)
    if seconds > len(numbers) / 2 or in_javascript > len(rows) / 2:
        return Exporter.RESAVED
    return Exporter.OLDER if numbers else Exporter.UNKNOWN


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column] if column is not None and column < len(row.cells) else ""

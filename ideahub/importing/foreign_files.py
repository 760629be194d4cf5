"""Reads JSON and CSV files of other programs, with any encoding, line ends and flaws."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

MOST_BYTES = 500_000_000
MOST_FLAWS = 1_000
LONGEST_NUMBER = 18
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Unreadable(ValueError):
    """A file cannot be used at all; the message is a sentence that says why."""


class BadRecord(ValueError):
    """One record cannot be used; the message is a sentence that says why."""


class Row(NamedTuple):
    """A row of a table: its line in the file, and its cells, or in `flaw` what is wrong with it."""

    line: int
    cells: list[str]
    flaw: str = ""


class Table(NamedTuple):
    """A CSV table; `keys` are the names of its columns in the form of `key_of`."""

    names: list[str]
    keys: list[str]
    rows: Iterator[Row]
    # How many lines the file has, for the progress bar.
    lines: int

    def column(self, *names: str) -> int | None:
        """The index of the first of these columns that the table has; None if it has none."""
        return next((self.keys.index(name) for name in names if name in self.keys), None)


def read_text(path: Path) -> tuple[str, bool]:
    """The file's text, and whether it was not UTF-8 or UTF-16, so that its encoding was guessed.

    Raises Unreadable, also for an empty file and one of more than MOST_BYTES.
    """
    try:
        if path.is_dir():
            raise Unreadable("This is a folder; a file was expected.")
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        raw = path.read_bytes()
    except OSError as fault:
        raise Unreadable(_no_access(fault)) from None
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unreadable("The file is empty.")
    text, guessed = _decoded(raw)
    return text.replace("\x00", ""), guessed


def _no_access(fault: OSError) -> str:
    if isinstance(fault, FileNotFoundError):
        return "There is no such file."
    return f"The file cannot be read: {fault.strerror or fault}."


def _decoded(raw: bytes) -> tuple[str, bool]:
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding), False
    except UnicodeDecodeError:
        # The encoding that office programs in Western Europe and America use without UTF-8.
        return raw.decode("cp1252", errors="replace"), True


def read_json(path: Path) -> tuple[Any, bool]:
    """The value in a JSON file, and whether its encoding was guessed. Raises Unreadable.

    Very long numbers, which a database cannot store, come as text; NaN and Infinity as None.
    """
    text, guessed = read_text(path)
    try:
        value = json.loads(
            text,
            strict=False,
            parse_constant=lambda _name: None,
            parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else digits,
            parse_float=lambda digits: float(digits) if len(digits) <= LONGEST_NUMBER else digits,
        )
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise Unreadable(f"The file is not JSON: {fault.msg.lower()} at {place}.") from None
    except RecursionError:
        raise Unreadable("The file is nested too deeply to be a list of challenges.") from None
    return value, guessed


def read_table(path: Path) -> tuple[Table, bool]:
    """The table in a CSV file, and whether its encoding was guessed. Raises Unreadable.

    A line that cannot be parsed becomes a row with a flaw; reading goes on with the next line.
    """
    text, guessed = read_text(path)
    return table_in(text), guessed


def table_in(text: str) -> Table:
    """The table in the text of a CSV file; raises Unreadable."""
    # A cell may be longer than the reader's own limit; how long it may be is checked later.
    csv.field_size_limit(MOST_BYTES)
    lines = list(io.StringIO(text, newline=""))
    rows = _rows(lines, _delimiter(lines))
    header = next(rows, None)
    if header is None or header.flaw or not any(header.cells):
        raise Unreadable("The file does not begin with a line of column names.")
    names = [cell.strip() for cell in header.cells]
    return Table(names, [key_of(name) for name in names], rows, len(lines))


def key_of(name: str) -> str:
    """A field's or column's name in small letters, with hyphens for spaces and underscores, so that
    different ways to write it are equal."""
    return re.sub(r"[\s_-]+", "-", name.strip().lower())


def _delimiter(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t", key=first.count)


def _rows(lines: list[str], delimiter: str) -> Iterator[Row]:
    at, flaws = 0, 0
    while at < len(lines):
        below = map(lines.__getitem__, range(at, len(lines)))
        reader = csv.reader(below, delimiter=delimiter, strict=True)
        began = 0
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Row(at + began + 1, cells)
                began = reader.line_num
        except csv.Error as fault:
            # After a quotation mark that is never closed the rest would be one cell, so reading
            # begins again at the line below it.
            yield Row(at + began + 1, [], _flaw(fault))
            at += began + 1
            flaws += 1
        else:
            return
        if flaws > MOST_FLAWS:
            yield Row(at + 1, [], "Too many lines cannot be read; the rest was left out.")
            return


def _flaw(fault: csv.Error) -> str:
    if "unexpected end" in str(fault):
        return "A quotation mark is opened and never closed."
    return f"The line is no valid CSV: {fault}."

"""Writes exports as CSV and JSON while they are read, and as XLSX into a file beforehand."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from ideahub.core.db import Database
from ideahub.results.exporting.defusing import defused, plain
from ideahub.results.exporting.reading import Cell, Cells, Export

PIECE = 64 * 1024
# A cell of XLSX takes no more characters.
MOST_IN_A_CELL = 32_767


class FileFormat(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(database: Database, export: Export, as_format: FileFormat) -> AsyncIterator[bytes]:
    """The pieces of the file."""
    write = {FileFormat.CSV: as_csv, FileFormat.JSON: as_json, FileFormat.XLSX: as_xlsx}
    return write[as_format](database, export)


async def as_csv(database: Database, export: Export) -> AsyncIterator[bytes]:
    """A table with commas in UTF-8; the mark at its beginning tells that to programs for
    calculating."""
    yield b"\xef\xbb\xbf" + _lines([export.columns])
    async for rows in export.portions(database):
        # In a thread, here and below, so that this process serves others meanwhile.
        yield await asyncio.to_thread(_lines, rows)


def _lines(rows: Sequence[Cells]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([plain(defused(cell)) for cell in row] for row in rows)
    return text.getvalue().encode()


async def as_json(database: Database, export: Export) -> AsyncIterator[bytes]:
    """A list of objects, one on each line. Decimals are texts, so that no reader rounds them."""
    before = b"[\n"
    async for rows in export.portions(database):
        yield before + await asyncio.to_thread(_objects, export.columns, rows)
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _objects(columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    write = json.JSONEncoder(ensure_ascii=False).encode
    objects = [write(dict(zip(columns, map(_in_json, row), strict=True))) for row in rows]
    return ",\n".join(objects).encode()


def _in_json(cell: Cell) -> Any:
    return plain(cell) if isinstance(cell, Decimal) else cell


async def as_xlsx(database: Database, export: Export) -> AsyncIterator[bytes]:
    """A workbook with one sheet. It has to be complete before it can be sent, so it is written row
    by row into a file."""
    with tempfile.TemporaryDirectory(prefix="ideahub-export-") as folder:
        path = Path(folder) / "export.xlsx"
        book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": folder,
            },
        )
        sheet = book.add_worksheet()
        await asyncio.to_thread(_write_rows, sheet, [export.columns], 0)
        count = 1
        async for rows in export.portions(database):
            await asyncio.to_thread(_write_rows, sheet, rows, count)
            count += len(rows)
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece


def _write_rows(sheet: Any, rows: Sequence[Cells], start: int) -> None:
    for at, row in enumerate(rows, start):
        for column, cell in enumerate(row):
            if isinstance(cell, int | Decimal):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, str(defused(cell))[:MOST_IN_A_CELL])

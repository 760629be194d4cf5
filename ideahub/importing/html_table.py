"""Converts HTML tables to Markdown tables."""

import re
from collections.abc import Callable, Sequence

from ideahub.core.text.markdown import MAX_CELLS
from ideahub.importing.html_tree import Node

MAX_SPAN = 30

_BOLD = re.compile(r"(?:\*\*[^*]+\*\*(?:<br>| )?)+")
_OPEN_PIPE = re.compile(r"(?<!\\)\|")

CellText = Callable[[Node], str]


def rows_of(table: Node) -> list[Node]:
    """The rows of the table, without those of tables inside it."""
    rows = []
    for part in table.elements():
        rows += [part] if part.tag == "tr" else []
        rows += rows_of(part) if part.tag in ("thead", "tbody", "tfoot") else []
    return rows


def cells_of(row: Node) -> list[Node]:
    """The data and header cells of a row."""
    return [cell for cell in row.elements() if cell.tag in ("td", "th")]


def grid(table: Node, cell_text: CellText) -> list[list[str]]:
    """The texts of all cells, with the same number in every row; rows and columns without any text
    are left out.

    For a table with more than MAX_CELLS, only the cells with text of each row.
    """
    hanging: dict[int, int] = {}
    rows = [row for found in rows_of(table) if any(row := _row(found, hanging, cell_text))]
    used = sorted({column for row in rows for column, text in enumerate(row) if text})
    if len(rows) * len(used) > MAX_CELLS:
        return [[text for text in row if text] for row in rows]
    return [[row[column] if column < len(row) else "" for column in used] for row in rows]


def _row(row: Node, hanging: dict[int, int], cell_text: CellText) -> list[str]:
    texts: list[str] = []
    for cell in cells_of(row):
        _skip_hanging(texts, hanging)
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        for column in range(len(texts), len(texts) + wide):
            hanging[column] = high - 1
        texts += [_OPEN_PIPE.sub(r"\|", cell_text(cell)), *[""] * (wide - 1)]
    _skip_hanging(texts, hanging)
    return texts


def _skip_hanging(texts: list[str], hanging: dict[int, int]) -> None:
    while hanging.get(len(texts), 0) > 0:
        hanging[len(texts)] -= 1
        texts.append("")


def _span(cell: Node, name: str) -> int:
    digits = re.match(r"\s*(\d{1,4})", cell.attributes.get(name, ""), re.ASCII)
    return max(1, min(int(digits[1]), MAX_SPAN)) if digits else 1


def has_header(table: Node, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has the names of the columns: in <thead> or <th>, or all of it bold."""
    first = next((row for row in rows_of(table) if row.text().strip()), None)
    in_head = any(part.tag == "thead" and first in rows_of(part) for part in table.elements())
    named = first is not None and all(cell.tag == "th" for cell in cells_of(first))
    return in_head or named or all(_BOLD.fullmatch(text) for text in rows[0] if text)


def as_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The Markdown table. It always has a header, so the names of columns may be empty."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def without_bold(text: str) -> str:
    """The text without bold, if all of it is bold; for header cells, which are shown bold."""
    return text.replace("**", "") if _BOLD.fullmatch(text) else text

"""Cells of tables that programs for calculating would take for formulas."""

from decimal import Decimal

from ideahub.results.exporting.reading import Cell

# What a cell begins with that is calculated or loaded when a table is opened; a tab and line ends
# are skipped by such programs.
# The last are the same signs as wide characters, which some programs take for them.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def defused(cell: Cell) -> Cell:
    """The cell; a text that a program would calculate begins with an apostrophe, as people who
    mean the text write it. Numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0").startswith(BEGINS_A_FORMULA):
        return f"'{cell}"
    return cell


def plain(cell: Cell) -> str:
    """The cell as text, with a point before the decimals."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)

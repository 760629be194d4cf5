"""Deleting rows that are of no use any more, some at a time; for the clock."""

from typing import Any

from sqlalchemy import ColumnElement, Delete, delete, select

from ideahub.core.db import constant

SWEPT_AT_ONCE = 1_000


def old_rows_deleted(table: Any, is_old: ColumnElement[bool]) -> Delete:
    """The statement that looks at the oldest SWEPT_AT_ONCE rows of a table, those with the lowest
    numbers, and deletes those that are old. So it needs no index on a date, and reads no more where
    there is more."""
    oldest = select(table.id).order_by(table.id).limit(constant(SWEPT_AT_ONCE))
    return delete(table).where(table.id.in_(oldest), is_old)

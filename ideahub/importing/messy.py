"""Parses dates, prizes and lists as exports of other platforms write them."""

import re

from ideahub.importing.messy_dates import ParsedDate, line_of, parse_when
from ideahub.importing.messy_prizes import ParsedPrize, parse_prize

__all__ = ["ParsedDate", "ParsedPrize", "as_list", "parse_prize", "parse_when"]


def as_list(value: object) -> list[str]:
    """The values of a field with a list, a text with semicolons or line ends, a number or None.

    They are cleaned, each once, without empty ones, in order. Commas do not separate values, as
    names contain them. Raises ValueError for anything else.
    """
    if isinstance(value, list | tuple):
        values = [item for each in value for item in as_list(each)]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        values = [str(value)]
    elif value is None or isinstance(value, str):
        values = [line_of(part) for part in re.split(r"[;\n]", value or "")]
    else:
        raise ValueError(f"A list or text was expected, not {type(value).__name__}.")
    return list(dict.fromkeys(filter(None, values)))

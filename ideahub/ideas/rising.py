"""How ideas are ordered by what rises: by their votes, and by how new they are."""

from sqlalchemy import ColumnElement, extract, func, literal_column

from ideahub.core.db import constant, table_of
from ideahub.ideas.models import Idea

# Seconds: an idea that is a month newer ranks like one with ten times as many votes.
MONTH = 30 * 24 * 3600
IDEA = table_of(Idea)


def rising(votes: ColumnElement[int]) -> ColumnElement[float]:
    """The SQL expression of `Idea.rising` for a number of votes: log10(votes) plus the date of
    posting in MONTHs.

    The formula is that of Reddit's "hot" order, which uses 12.5 hours instead of a month.
    """
    age = extract("epoch", IDEA.c.created_at).op("/")(constant(MONTH))
    return func.log(func.greatest(votes, literal_column("1"))) + age

"""Which ideas a summary speaks of, and which moments."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from ideahub.ideas.models import Idea
from ideahub.you_said.scope import BEGINNING, CAMPAIGNS, END

# Neither withdrawn nor hidden.
HERE = and_(Idea.campaign_id == CAMPAIGNS, Idea.is_listed)


def in_time(column: Any) -> ColumnElement[bool]:
    """The SQL condition that the moment lies in the time that the summary tells of."""
    return and_(column >= BEGINNING, column < END)

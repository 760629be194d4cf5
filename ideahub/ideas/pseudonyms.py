"""What is shown of an author who uses a pseudonym: the only place for this rule, in SQL and Python.

Who posts an idea under a pseudonym is shown under it in everything they add to that idea: its
conversation, its history, its experiments. Their organisation is not shown either, nor anything
that leads to their account.
"""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, null, or_

from ideahub.core.viewer import VIEWER_ID
from ideahub.ideas.models import Idea


class Pseudonymous(Protocol):
    """An idea: its row, or a view of it."""

    @property
    def author_id(self) -> int:
        """The number of the person who posted it."""

    @property
    def pseudonym(self) -> str:
        """The pseudonym that it was posted under; empty for the author's own name."""


def conceals(person_id: Any) -> ColumnElement[bool]:
    """The SQL condition that the person in this column is the author of the joined idea and uses
    a pseudonym."""
    return and_(Idea.pseudonym != "", person_id == Idea.author_id)


def shown_name(person_id: Any, name: Any) -> ColumnElement[str]:
    """The SQL expression of the name to show for a person; for a query that joins the idea."""
    return case((conceals(person_id), Idea.pseudonym), else_=name)


def unless_concealed(person_id: Any, value: Any) -> ColumnElement[Any]:
    """The SQL expression of another value of a person; NULL where they use a pseudonym."""
    return case((conceals(person_id), null()), else_=value)


def is_concealed(idea: Pseudonymous, person_id: int | None) -> bool:
    """Whether this person is the idea's author and uses a pseudonym on it."""
    return bool(idea.pseudonym) and person_id == idea.author_id


def name_on_idea(idea: Pseudonymous, person_id: int | None, name: str) -> str:
    """The name to show on the idea for a person whose own name is `name`."""
    return idea.pseudonym if is_concealed(idea, person_id) else name


# The SQL condition that the viewer may find an idea by its author: it has no pseudonym, or the
# viewer is the author.
FOUND_BY_AUTHOR = or_(Idea.pseudonym == "", Idea.author_id == VIEWER_ID)

"""What is shown of an author who posted under another name: the one rule, in SQL and in Python.

Whoever posts an idea under another name bears it in everything they add to that idea: its
conversation, its history, its experiments. Their organisation is not shown either, nor anything
that leads to their account.
"""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, null, or_

from ideahub.core.viewer import VIEWER_ID
from ideahub.ideas.models import Idea


class Pseudonymous(Protocol):
    """An idea, as a row or as a page has it."""

    @property
    def author_id(self) -> int:
        """Who posted it."""

    @property
    def pseudonym(self) -> str:
        """The name it was posted under; empty where that is the author's own."""


def conceals(person_id: Any) -> ColumnElement[bool]:
    """The condition that this column's person is the joined idea's author, under another name."""
    return and_(Idea.pseudonym != "", person_id == Idea.author_id)


def shown_name(person_id: Any, name: Any) -> ColumnElement[str]:
    """The name to show for a person in a query that is joined with the idea."""
    return case((conceals(person_id), Idea.pseudonym), else_=name)


def unless_concealed(person_id: Any, value: Any) -> ColumnElement[Any]:
    """What may be shown of a person besides the name; NULL where they are concealed."""
    return case((conceals(person_id), null()), else_=value)


def is_concealed(idea: Pseudonymous, person_id: int | None) -> bool:
    """Whether this person's own name must not be shown on the idea."""
    return bool(idea.pseudonym) and person_id == idea.author_id


def name_on_idea(idea: Pseudonymous, person_id: int | None, name: str) -> str:
    """The name to show for a person whose own name is known."""
    return idea.pseudonym if is_concealed(idea, person_id) else name


# The condition that the viewer may find an idea by its author: it bears the author's own name,
# or the author looks.
FOUND_BY_AUTHOR = or_(Idea.pseudonym == "", Idea.author_id == VIEWER_ID)

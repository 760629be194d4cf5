"""What a summary says by itself: sections, and sentences as data, which name their source."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

# Counts of people below this are not told: they could say who it was.
FEWEST_PEOPLE = 5


class Section(StrEnum):
    """The sections of a summary, in the order that they have to begin with."""

    ASKED = "asked"
    PART = "part"
    SAID = "said"
    DONE = "done"
    NOT_DONE = "not_done"
    NEXT = "next"
    OPEN = "open"
    # A table, which stands at the end and is no place for words.
    COUNTED = "counted"


MOVABLE = tuple(section for section in Section if section is not Section.COUNTED)


class SentenceKind(StrEnum):
    """Every kind of sentence; its words are in wording.py."""

    QUESTION = "question"
    MORE_QUESTIONS = "more_questions"
    IDEAS = "ideas"
    SUPPORT = "support"
    BREADTH = "breadth"
    CONTRIBUTIONS = "contributions"
    ENTRIES = "entries"
    PUBLIC_VOTE = "public_vote"
    NOBODY = "nobody"
    ELSEWHERE = "elsewhere"
    SUPPORTED = "supported"
    BUILT_ON = "built_on"
    TAGS = "tags"
    MOST_VOTED = "most_voted"
    ADOPTED = "adopted"
    PILOTED = "piloted"
    PROTOTYPED = "prototyped"
    SPONSORED = "sponsored"
    BUILDS_ADOPTED = "builds_adopted"
    TRIED = "tried"
    AWARDED = "awarded"
    MORE_AWARDED = "more_awarded"
    PLEDGE_KEPT = "pledge_kept"
    PLEDGE_PART_KEPT = "pledge_part_kept"
    MORE_KEPT = "more_kept"
    ANSWERS = "answers"
    ANSWERED_YES = "answered_yes"
    MORE_YES = "more_yes"
    MORE_DONE = "more_done"
    STOPPED = "stopped"
    PARKED = "parked"
    PLEDGE_LAPSED = "pledge_lapsed"
    MORE_LAPSED = "more_lapsed"
    ANSWERED_NO = "answered_no"
    MORE_NO = "more_no"
    NOT_CHOSEN = "not_chosen"
    MORE_NOT_DONE = "more_not_done"
    ANSWER_DUE = "answer_due"
    MORE_DUE = "more_due"
    PILOT_ENDS = "pilot_ends"
    PROMISE_DUE = "promise_due"
    PHASE_OPENS = "phase_opens"
    PHASE_CLOSES = "phase_closes"
    OVERDUE = "overdue"
    MORE_OVERDUE = "more_overdue"
    UNDECIDED = "undecided"
    MORE_UNDECIDED = "more_undecided"
    # A row of the table of figures, and its end.
    COUNTED = "counted"
    TOTAL = "total"
    # These only as additions.
    WOKEN = "woken"
    ANSWER_CHANGED = "answer_changed"
    PLEDGE_ACCEPTED = "pledge_accepted"
    ANSWER_MISSED = "answer_missed"
    EXPERIMENT_PLANNED = "experiment_planned"


class Sentence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence as data. `path` is the page where what it says can be checked.

    Titles and texts of people are not kept here but read when it is shown, so that nothing that was
    hidden or masked meanwhile is told: `idea` and `campaign` are numbers, `review` and
    `response` are those of the decision and the answer of which the condition is told, `phase` is
    that of a phase, `award` and `ballot` are those of an award and of an entry on a ballot.
    """

    section: Section
    kind: SentenceKind
    path: str
    idea: int | None = None
    campaign: int | None = None
    review: int | None = None
    response: int | None = None
    phase: int | None = None
    award: int | None = None
    ballot: int | None = None
    # Where several of one kind are about the same idea.
    row: int | None = None
    numbers: dict[str, int] = {}
    # Dates and moments, in ISO format.
    times: dict[str, str] = {}
    words: list[str] = []

    @property
    def key(self) -> str:
        """Says which sentence it is, whatever its figures are."""
        parts = (self.kind, self.campaign, self.idea, self.award, self.ballot, self.row)
        return "-".join(str(part) for part in parts if part is not None)

    @property
    def must_stay(self) -> bool:
        """Whether nobody can leave it out: what is still open
        stays visible, and so do the figures."""
        return self.section in {Section.OPEN, Section.COUNTED}


def stored(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    """The sentences as JSON."""
    return [msgspec.to_builtins(one) for one in sentences]


def read(rows: Sequence[dict[str, Any]]) -> list[Sentence]:
    """The stored sentences."""
    return msgspec.convert(rows, list[Sentence])


def people_told(count: int) -> int:
    """The number of people to be told; 0 for fewer than FEWEST_PEOPLE."""
    return count if count >= FEWEST_PEOPLE else 0

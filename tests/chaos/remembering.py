"""What people were answered: the truth that everything is compared with afterwards."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Support(NamedTuple):
    """Whose vote for what, by their numbers."""

    person: int
    idea: int


@dataclass
class Memory:
    """What was acknowledged, and what was only sent."""

    # Whether each vote stands, as it was last acknowledged.
    votes: dict[Support, bool] = field(default_factory=dict)
    # Texts, none of which is sent for two things: whether they were acknowledged.
    words: dict[str, bool] = field(default_factory=dict)
    # The numbers of acknowledged contributions, to reply to.
    said: list[int] = field(default_factory=list)
    # What came back: a status, or 0 where no answer came.
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: int = 0

    def new_words(self, person: int) -> str:
        """A text that nobody has said, and now somebody tries to say."""
        words = f"Word {len(self.words)} of {person}"
        self.words[words] = False
        return words

    def answered(self, status: int) -> bool:
        """Notes an answer; returns whether it says that the deed is done."""
        self.statuses[status] += 1
        done = status == 303
        self.acknowledged += done
        return done

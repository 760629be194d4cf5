"""What people were answered: the truth that everything is compared with afterwards."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Support(NamedTuple):
    """Whose vote for what, by their numbers."""

    person: int
    idea: int


class Answer(NamedTuple):
    """A status, 0 where no answer came, and where it leads."""

    status: int
    location: str = ""

    @property
    def done(self) -> bool:
        """Whether it says that the deed is done."""
        return self.status == 303

    @property
    def is_final(self) -> bool:
        """Whether there is no sense in sending it again."""
        return self.done or self.status == 429


@dataclass
class Memory:
    """What was acknowledged, and what was only sent."""

    # Whether each vote stands, as it was last acknowledged.
    votes: dict[Support, bool] = field(default_factory=dict)
    # Texts, none of which is sent for two things: whether they were acknowledged.
    words: dict[str, bool] = field(default_factory=dict)
    # The numbers of acknowledged contributions, to reply to.
    said: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: int = 0

    def new_words(self, person: int) -> str:
        """A text that nobody has said, and now somebody tries to say."""
        words = f"Word {len(self.words)} of {person}"
        self.words[words] = False
        return words

    def answered(self, answer: Answer) -> Answer:
        """Notes an answer, and gives it back."""
        self.statuses[answer.status] += 1
        self.acknowledged += answer.done
        return answer

"""How much there is in a database that is measured."""

from typing import NamedTuple


class Size(NamedTuple):
    """So many rows of each kind."""

    ideas: int
    votes: int
    contributions: int
    people: int


USUAL = Size(ideas=50_000, votes=1_000_000, contributions=200_000, people=20_000)
SMALL = Size(ideas=1_000, votes=20_000, contributions=4_000, people=400)
# With fewer votes for each idea, as otherwise it takes half an hour to fill.
LARGE = Size(ideas=1_000_000, votes=4_000_000, contributions=1_000_000, people=100_000)
# So many ideas have texts of their own, others have them from these: to find the words of a text
# takes PostgreSQL 2 ms.
DISTINCT = 50_000

# Numbers of the first ideas, which are the same in a database of any size, so that their pages
# can be compared: one with many votes and a talk that fits on its page, and one with far more talk.
LIVELY, LONG = 1, 2
LIVELY_VOTES, LIVELY_TALK, LONG_TALK = 200, 20, 2_000
# Numbers of a challenge that takes everything now, and of the idea box with the most ideas.
CHALLENGE, BOX = 1, 2

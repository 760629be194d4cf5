"""The rows of a database that is measured: the same ones each time, skewed as real ones are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from math import log10
from random import Random
from typing import Any

from tests.bench import texts
from tests.bench.sizes import (
    BOX,
    CHALLENGE,
    DISTINCT,
    LIVELY,
    LIVELY_TALK,
    LIVELY_VOTES,
    LONG,
    LONG_TALK,
    Size,
)

Row = tuple[Any, ...]
NOW = datetime.now(UTC).replace(microsecond=0)
YEARS = timedelta(days=2 * 365)
ORGANISATIONS, CAMPAIGNS = 12, 60
STAGES = ("spark",) * 14 + ("concept",) * 3 + ("sponsored", "prototype", "pilot")
KINDS = ("build", "build", "question", "evidence", "concern", "offer")
# Of all people at most so many vote for one idea, and of all talk so much is about one.
MOST_OF_PEOPLE, MOST_TALK = 0.6, 400
# A prime that no number of people has as a factor: steps of it visit everyone once.
STEP = 7_919
NAMES = ("Ada", "Ben", "Çınar", "Jörg", "Noémie", "Łucja", "Olga", "Yusuf", "Maria", "Tom")


def skewed(total: int, things: int, most: int) -> list[int]:
    """Shares of a total, the largest first, with no share above `most`: the one at place n is about
    1/n of the largest, as is known of votes, visits and towns (Zipf's law)."""
    low, high = 0.0, float(total)
    for _halving in range(60):
        middle = (low + high) / 2
        many = sum(min(most, int(middle / place)) for place in range(1, things + 1))
        low, high = (low, middle) if many > total else (middle, high)
    shares = [min(most, int(low / place)) for place in range(1, things + 1)]
    left = total - sum(shares)
    for place in range(things):
        more = min(most - shares[place], -(-left // things))
        shares[place] += more
        left -= more
    return shares


class Rows:
    """The rows of each table, table by table; what is random is the same each time."""

    def __init__(self, size: Size) -> None:
        self.size = size
        chance = Random("who votes for what")
        self.votes = self._shares(chance, size.votes, int(size.people * MOST_OF_PEOPLE))
        self.talk = self._shares(chance, size.contributions, MOST_TALK)
        self._make_known()
        self.authors = [1 + chance.randrange(size.people) for _idea in range(size.ideas)]
        weights = list(accumulate(1 / place for place in range(1, CAMPAIGNS + 1)))
        self.campaigns = [BOX, CHALLENGE, *range(3, CAMPAIGNS + 1)]
        self.campaigns = chance.choices(self.campaigns, cum_weights=weights, k=size.ideas)
        self.campaigns[LIVELY - 1] = self.campaigns[LONG - 1] = CHALLENGE
        # Written down with the talk, as the first of it is made before the ideas are.
        self.builds = [0] * size.ideas

    def _shares(self, chance: Random, total: int, most: int) -> list[int]:
        shares = skewed(total, self.size.ideas, most)
        chance.shuffle(shares)
        return shares

    def _make_known(self) -> None:
        # The others give or take what these differ by, so that the totals stay.
        wanted = ((self.votes, LIVELY, LIVELY_VOTES), (self.talk, LIVELY, LIVELY_TALK))
        for shares, idea, many in (*wanted, (self.talk, LONG, LONG_TALK)):
            differs, shares[idea - 1] = shares[idea - 1] - many, many
            place = LONG
            while differs:
                given = max(differs, -shares[place]) if differs < 0 else min(differs, 5)
                shares[place] += given
                differs -= given
                place += 1

    def posted(self, idea: int) -> datetime:
        """When the idea was posted: evenly over two years, the last one an hour ago."""
        left = (self.size.ideas - idea) / self.size.ideas
        return NOW - timedelta(hours=1) - YEARS * left

    def organisations(self) -> Iterator[Row]:
        """id, name"""
        yield from ((n, f"Department {n}") for n in range(1, ORGANISATIONS + 1))

    def people(self) -> Iterator[Row]:
        """id, name, email, email_proved_at, organisation_id, created_at; one in three is staff"""
        for n in range(1, self.size.people + 1):
            works = 1 + n % ORGANISATIONS if n % 3 == 0 else None
            name = f"{NAMES[n % len(NAMES)]} {chr(65 + n % 26)}. {texts.STREETS[n % 12].split()[0]}"
            yield n, name, f"p{n}@bench.example", NOW, works, NOW - YEARS

    def calls(self) -> Iterator[Row]:
        """id, kind, audience, organisation_id, created_by, published_at, published_by, title,
        question, description, description_html, created_at; one in ten is for staff only"""
        chance = Random("calls")
        for n in range(1, CAMPAIGNS + 1):
            kind = "challenge" if n == CHALLENGE or (n != BOX and n % 2) else "idea_box"
            audience = "internal" if n > 2 and n % 10 == 0 else "public"
            told = texts.paragraphs(chance, 8)
            question = f"How might we make {texts.STREETS[n % 12]} a better place, part {n}?"
            yield (
                n, kind, audience, 1 + n % ORGANISATIONS, 3, NOW - YEARS, 3, f"Call {n}", question,
                texts.as_written(told), texts.as_html(told), NOW - YEARS,
            )  # fmt: skip

    def phases(self) -> Iterator[Row]:
        """campaign_id, position, name, opens_at, closes_at, accepts, purpose,
        opening_announced_at; one in four has closed for new ideas"""
        for n in range(1, CAMPAIGNS + 1):
            closes = NOW - timedelta(days=30) if n > 2 and n % 4 == 0 else None
            everything = ["ideas", "votes", "contributions"]
            yield n, 1, "Ideas", NOW - YEARS, closes, everything, "ideas", NOW - YEARS

    def ideas(self) -> Iterator[Row]:
        """See WITHOUT_TEXT and TEXT, of those with a text of their own; to be made after the
        contributions, which count builds."""
        chance = Random("texts")
        for row in islice(self.without_text(), DISTINCT):
            told, why = texts.paragraphs(chance, 4), texts.paragraphs(chance, 1.5)
            body = texts.as_written(told)
            html = texts.as_html(told), texts.as_html(why)
            excerpt, tags = body[:197] + "…", texts.tags(chance)
            yield (
                *row, texts.title(chance), body, html[0], texts.as_written(why), html[1], excerpt,
                tags,
            )  # fmt: skip

    def without_text(self) -> Iterator[Row]:
        """See WITHOUT_TEXT."""
        chance = Random("stages")
        for n in range(1, self.size.ideas + 1):
            posted, votes, stage = self.posted(n), self.votes[n - 1], chance.choice(STAGES)
            rising = log10(max(votes, 1)) + posted.timestamp() / 2_592_000
            yield (
                n, self.campaigns[n - 1], self.authors[n - 1], stage, stage, posted, posted, votes,
                self.talk[n - 1], self.builds[n - 1], rising,
            )  # fmt: skip

    def cast(self) -> Iterator[Row]:
        """idea_id, person_id, created_at: nobody twice, and not the author"""
        for idea, many in enumerate(self.votes, 1):
            first, author, posted = idea * 31, self.authors[idea - 1], self.posted(idea)
            gap = (NOW - posted) / (many + 1)
            place = 0
            for vote in range(many):
                person = 1 + (first + place * STEP) % self.size.people
                if person == author:
                    place += 1
                    person = 1 + (first + place * STEP) % self.size.people
                place += 1
                yield idea, person, posted + gap * (vote + 1)

    def contributions(self) -> Iterator[Row]:
        """id, idea_id, author_id, kind, body, body_html, created_at"""
        chance, number = Random("talk"), 0
        for idea, many in enumerate(self.talk, 1):
            gap = (NOW - self.posted(idea)) / (many + 1)
            for place in range(1, many + 1):
                number += 1
                kind, author = chance.choice(KINDS), 1 + chance.randrange(self.size.people)
                self.builds[idea - 1] += kind == "build"
                said = texts.paragraphs(chance, 1.5)
                body, html = texts.as_written(said), texts.as_html(said)
                yield number, idea, author, kind, body, html, self.posted(idea) + gap * place


def columns(names: str) -> Sequence[str]:
    """The names in a line of them."""
    return names.split(", ")


WITHOUT_TEXT = columns(
    "id, campaign_id, author_id, stage, path_stage, created_at, stage_since, votes_count, "
    "contributions_count, builds_count, rising"
)
TEXT = columns("title, body, body_html, why, why_html, excerpt, tags")

"""Takes the text about the prizes of a challenge apart, where it names each of them.

Only what is certain counts: every amount in the text has to be understood, and all of them together
have to be the amount that the feed gives for the whole challenge. Else it stays a text.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

MOST_PRIZES = 20
LONGEST_TITLE = 80
LONGEST_CLAUSE = 300


class SeparatePrize(NamedTuple):
    """One of several prizes, in the currency of the whole; `rank` where it is for a place."""

    title: str
    amount: Decimal
    winners: int = 1
    rank: int | None = None


COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
OF_PLACES = ("First place", "Second place", "Third place")
_AMOUNT = r"\$(?P<amount>\d{1,3}(?:,\d{3})*|\d+)(?:\.00)?(?![\d,.]*\d)"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})"
# The prize itself, and what people are called who get it.
_THINGS = r"(?P<thing>(?: place)?(?: cash)?(?: prizes?| awards?)*)(?: winners?| teams?)?"
_LABEL = r"(?P<label>[a-z0-9][a-z0-9’' -]{2,60}?)"
FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        # First place: $4,000.00
        rf"(?:{_COUNT} )?{_LABEL}{_THINGS} ?[:–-] ?{_AMOUNT}",
        # 1st ($700,000): The Boeing Company
        rf"{_LABEL}{_THINGS} \({_AMOUNT}\)(?::.*)?",
        # $10,000 for a runner-up
        rf"{_AMOUNT} (?:for|to) (?:(?:an?|the|{_COUNT}) )?{_LABEL}{_THINGS}",
        # The 2nd place winner will receive $75,000
        rf"(?:(?:the|an?|{_COUNT}) )?{_LABEL}{_THINGS} will receive {_AMOUNT}",
        # 12 first prize awards of $2,000 to be split evenly among the participants
        rf"{_COUNT} {_LABEL}{_THINGS} of {_AMOUNT}(?: to be split .*)?",
        # A $100,000 first place cash prize will be awarded to the winning entry
        rf"an? {_AMOUNT} {_LABEL}{_THINGS} will be awarded.*",
    )
]
ONLY_AMOUNT = re.compile(_AMOUNT)
# What is a limit, or says what all are together.
UNCERTAIN = re.compile(
    r"\b(up to|at least|maximum|as many as|no more than|per|each)\b", re.IGNORECASE
)
WHOLE = re.compile(r"\b(total\w*|pool|purse|in all)\b", re.IGNORECASE)
MARKUP = re.compile(r"[*_\\]+|^\s*(?:[-+•]|\d+[.)])\s+|^#+\s*")
CLAUSES = re.compile(r"(?<=[\w)])[.;] +(?=[A-Z0-9$])|,? and (?=the \w+ place)")


def separate_prizes(text: str, total: Decimal) -> list[SeparatePrize]:
    """The prizes that a text in Markdown names, if they are certainly all of them and come to
    `total`; none for any other text."""
    found: list[SeparatePrize] = []
    before = ""
    for clause in _clauses(text):
        if "$" in clause and not _is_whole(clause, before, total):
            prize = _prize(clause, before)
            if prize is None:
                return []
            found.append(prize)
        before = clause
    several = _together(found)
    sum_of_all = sum((one.amount * one.winners for one in several), Decimal(0))
    return several if len(several) <= MOST_PRIZES and sum_of_all == total else []


def _clauses(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for clause in CLAUSES.split(MARKUP.sub("", line).strip()):
            if tidy := " ".join(clause.split()).rstrip(". "):
                yield tidy


def _is_whole(clause: str, before: str, total: Decimal) -> bool:
    """Whether the clause says no more than what all prizes are together."""
    amounts = [_money(one["amount"]) for one in ONLY_AMOUNT.finditer(clause)]
    alone = ONLY_AMOUNT.fullmatch(clause)
    named = bool(WHOLE.search(before if alone else clause))
    return amounts == [total] and (named or (alone is not None and not _names_prize(before)))


def _names_prize(line: str) -> bool:
    return any(word in line.lower().split() for word in (*PLACES, "grand", "prize", "winner"))


def _prize(clause: str, before: str) -> SeparatePrize | None:
    if ONLY_AMOUNT.fullmatch(clause) and _names_prize(before):
        clause = f"{before.rstrip(':')}: {clause}"
    if len(clause) > LONGEST_CLAUSE or UNCERTAIN.search(clause) or WHOLE.search(clause):
        return None
    match = next(filter(None, (form.fullmatch(clause) for form in FORMS)), None)
    if match is None:
        return None
    parts = match.groupdict()
    count = (parts.get("count") or "1").lower()
    winners = COUNTS[count] if count in COUNTS else int(count)
    title, rank = _named(parts["label"].strip(" -"), parts["thing"], winners)
    return SeparatePrize(title, _money(parts["amount"]), winners, rank) if winners else None


def _named(label: str, thing: str, winners: int) -> tuple[str, int | None]:
    words = label.lower().removesuffix(" place")
    if rank := PLACES.get(words):
        return OF_PLACES[rank - 1], rank if winners == 1 else None
    if words in {"teams", "winners"}:
        return "Prize", None
    kind = next((one for one in ("prize", "award") if one in thing.lower()), "")
    return f"{label[:1].upper()}{label[1:]} {kind}".strip()[:LONGEST_TITLE], None


def _together(found: Sequence[SeparatePrize]) -> list[SeparatePrize]:
    """Prizes with the same name and amount as one for several winners."""
    winners: dict[tuple[str, Decimal, int | None], int] = {}
    for one in found:
        key = one.title, one.amount, one.rank
        winners[key] = winners.get(key, 0) + one.winners
    ranks = [rank for _title, _amount, rank in winners]
    return [
        SeparatePrize(title, amount, count, rank if count == ranks.count(rank) == 1 else None)
        for (title, amount, rank), count in winners.items()
    ]


def _money(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))

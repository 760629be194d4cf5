"""Finds out which number is an agreement in the votes of a Polis export: 1 or -1.

Polis itself stores an agreement as -1. Its exporters turn the sign, so that it is 1, except the
first one in Node, which forgot it, also where it counted the agreements on each statement: in its
exports the counts agree with the votes, and both are the wrong way round.
"""

import re
from collections import Counter
from typing import NamedTuple

from ideahub.importing.polis_exporters import Exporter
from ideahub.importing.polis_files import PolisConversation, Statement

# So many times as many statements have to say one thing as say the other.
CLEARLY = 3
_DECLARED = re.compile(r"agree=([+-]1)(?:;|$)")


class UnknownSign(ValueError):
    """The files do not show which number is an agreement; the message asks for it."""


class Sign(NamedTuple):
    """Which number is an agreement, 1 or -1, and a sentence that says why."""

    agreement: int
    why: str


def settle_sign(
    conversation: PolisConversation, summary: dict[str, str], answer: int | None
) -> str:
    """Exchanges agreements and disagreements where -1 is an agreement; returns the sentence that
    says what was taken and why, empty where there are neither.

    `answer` is the operator's, which counts before all evidence. Raises UnknownSign where there
    is no answer and not enough evidence.
    """
    if not (conversation.agreements or conversation.disagreements):
        return ""
    sign = _sign(conversation, summary, answer)
    if sign.agreement == -1:
        conversation.agreements, conversation.disagreements = (
            conversation.disagreements,
            conversation.agreements,
        )
    return f"In the votes {sign.agreement} was taken as agreement: {sign.why}."


def _sign(conversation: PolisConversation, summary: dict[str, str], answer: int | None) -> Sign:
    if answer is not None:
        return Sign(answer, "so it was said with --agreement")
    if declared := _DECLARED.match(summary.get("vote-convention", "").replace(" ", "")):
        return Sign(int(declared[1]), "the summary says so")
    straight, reversed_ = _counts(conversation)
    if reversed_ > CLEARLY * straight:
        return Sign(
            -1,
            f"the list counts agreements on {reversed_:,} statements that the votes have as -1",
        )
    if conversation.exporter is Exporter.FIRST_NODE:
        return Sign(-1, f"the list was written by {Exporter.FIRST_NODE.value}, which wrote it so")
    if straight <= CLEARLY * reversed_ and (straight or reversed_):
        raise UnknownSign(
            _question(
                f"the list counts {straight:,} statements as if it were 1, {reversed_:,} as -1"
            )
        )
    return _by_the_exporter(conversation.exporter, straight)


def _by_the_exporter(exporter: Exporter, straight: int) -> Sign:
    if exporter is Exporter.RESAVED:
        raise UnknownSign(_question(f"the list was written by {exporter.value}"))
    if straight:
        return Sign(1, f"the list counts {straight:,} statements in the same way")
    if exporter is Exporter.UNKNOWN:
        return Sign(1, "exports of Polis are documented so, and nothing here says otherwise")
    return Sign(1, f"the list was written by {exporter.value}, which wrote it so")


def _question(reason: str) -> str:
    return (
        f"Is an agreement 1 or -1 in these votes? The files do not show it: {reason}. Ask whoever "
        "exported them, or compare one vote with the report in Polis; then import with "
        "--agreement 1 or --agreement=-1. Nothing was imported."
    )


def _counts(conversation: PolisConversation) -> tuple[int, int]:
    """How many statements the list counts as if 1 were an agreement, and as if -1 were."""
    plus = Counter(statement for _person, statement in conversation.agreements)
    minus = Counter(statement for _person, statement in conversation.disagreements)
    told = [
        _nearer(statement, plus[statement.id], minus[statement.id])
        for statement in conversation.statements.values()
        if statement.agrees.isdecimal() and statement.disagrees.isdecimal()
    ]
    return told.count(1), told.count(-1)


def _nearer(statement: Statement, plus: int, minus: int) -> int:
    # The counts of the list can be old, so the nearer ones are compared, not only equal ones.
    agrees, disagrees = int(statement.agrees[:18]), int(statement.disagrees[:18])
    straight = abs(agrees - plus) + abs(disagrees - minus)
    reversed_ = abs(agrees - minus) + abs(disagrees - plus)
    return (reversed_ > straight) - (straight > reversed_)

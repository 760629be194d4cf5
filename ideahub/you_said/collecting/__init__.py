"""Finds what a summary says by itself, from rows and figures: a fixed number of queries."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.you_said.collecting.answers import answers
from ideahub.you_said.collecting.coming import coming, still_open
from ideahub.you_said.collecting.counted import counted, total_of
from ideahub.you_said.collecting.decisions import decisions
from ideahub.you_said.collecting.entries import entry_outcomes
from ideahub.you_said.collecting.entry_votes import entry_votes
from ideahub.you_said.collecting.promises import promises
from ideahub.you_said.collecting.questions import questions
from ideahub.you_said.collecting.said import said
from ideahub.you_said.collecting.taking_part import taking_part
from ideahub.you_said.scope import Scope
from ideahub.you_said.sentences import Section, Sentence

COLLECTING = (
    questions,
    taking_part,
    said,
    decisions,
    promises,
    answers,
    entry_outcomes,
    coming,
    still_open,
    counted,
    entry_votes,
)


async def collect(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """All sentences, in the order of the sections; within one as they were found, and what happens
    next by its day."""
    found = [sentence for find in COLLECTING for sentence in await find(db, scope)]
    found += total_of(found, scope)
    places = {section: place for place, section in enumerate(Section)}
    return sorted(found, key=lambda one: (places[one.section], _when(one)))


def _when(sentence: Sentence) -> str:
    """The day or moment of what happens next, in ISO format; what has none comes last."""
    if sentence.section is not Section.NEXT:
        return ""
    return next(iter(sentence.times.values()), "9")

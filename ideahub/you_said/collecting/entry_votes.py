"""What a challenge's public vote came to, once it is over: the votes of each entry."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import phases_now
from ideahub.public_voting.counting import CountedEntry, outcomes_of
from ideahub.public_voting.phases import voting_phases
from ideahub.you_said.scope import Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

# As many as ideas in the table, and as many that share the first place.
MOST_ENTRIES, MOST_FIRST = 20, 3


async def entry_votes(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """Which entries have most votes, and a row for each entry. Nothing of a quarter, and nothing
    before the end of the vote; of several votes that are over the last."""
    if scope.quarter:
        return []
    phases = voting_phases(await phases_now(db, scope.campaigns[0]))
    counted = await outcomes_of(db, phases)
    last = next((one for one in reversed(phases) if one.id in counted), None)
    if last is None:
        return []
    ranked = [one for one in counted[last.id].entries if one.rank is not None]
    in_all = sum(one.votes for one in ranked)
    at = f"/challenges/{scope.campaigns[0]}/vote?phase={last.id}"
    first = [one for one in ranked if one.rank == 1 and one.votes]
    return [
        *(_first(one, at, in_all) for one in first[:MOST_FIRST]),
        *(_row(one) for one in ranked[:MOST_ENTRIES]),
    ]


def _first(entry: CountedEntry, at: str, in_all: int) -> Sentence:
    return Sentence(
        section=Section.SAID,
        kind=SentenceKind.MOST_VOTED,
        path=at,
        ballot=entry.id,
        numbers={"votes": entry.votes, "entry_votes": in_all},
    )


def _row(entry: CountedEntry) -> Sentence:
    return Sentence(
        section=Section.COUNTED,
        kind=SentenceKind.COUNTED,
        path=entry.url,
        ballot=entry.id,
        numbers={"entry_votes": entry.votes},
    )

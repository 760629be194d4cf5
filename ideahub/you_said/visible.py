"""What somebody may see now of what a summary names: whoever reads it is told nothing of the
rest."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import end_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import rows_of
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryRevision
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.pipeline.models import Review
from ideahub.public_voting.models import BallotEntry
from ideahub.responses.models import Response
from ideahub.results.models import Award
from ideahub.you_said.sentences import Sentence
from ideahub.you_said.wording.told import Told

NUMBERS = any_(bindparam("numbers", type_=ARRAY(BigInteger)))
TITLES = (
    select(Idea.id, Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == NUMBERS, LISTED_IDEAS)
)
CAMPAIGN_TITLES = select(Campaign.id, Campaign.question, Campaign.title).where(
    Campaign.id == NUMBERS, VISIBLE_CAMPAIGNS
)
# Whoever may see the campaign sees its phases.
PHASES = select(Phase.id, Phase.name.label("text")).where(Phase.id == NUMBERS)
CONDITIONS = select(Review.id, Review.wakes_when.label("text")).where(Review.id == NUMBERS)
# As long as the vote is over, and the entry was neither taken off nor withdrawn.
ON_BALLOT = (
    select(BallotEntry.id, EntryRevision.title)
    .join(EntryRevision, EntryRevision.id == BallotEntry.revision_id)
    .join(Entry, Entry.id == BallotEntry.entry_id)
    .join(Phase, Phase.id == BallotEntry.phase_id)
    .join(Campaign, Campaign.id == Phase.campaign_id)
    .where(
        BallotEntry.id == NUMBERS,
        BallotEntry.removed_at.is_(None),
        Entry.withdrawn_at.is_(None),
        end_of() <= func.statement_timestamp(),
        VISIBLE_CAMPAIGNS,
    )
)
# Whoever may see the challenge sees who won, once the award is confirmed.
AWARDS = (
    select(
        Award.id,
        Award.title,
        EntryRevision.title.label("entry"),
        EntryRevision.team_name,
        EntryRevision.people,
    )
    .join(Entry, Entry.id == Award.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(Award.id == NUMBERS, Award.confirmed_at.is_not(None), Award.revoked_at.is_(None))
)
ANSWERS = select(Response.id, Response.would_change.label("text")).where(Response.id == NUMBERS)


async def tell(
    db: AsyncSession, viewer: Viewer, sentences: Sequence[Sentence], timezone: str
) -> list[Told]:
    """The sentences that the viewer may read, with the titles as they are now. A sentence about an
    idea, a campaign or an entry that they may not see any more is left out, and so is an award that
    was revoked. Seven queries at most."""
    ideas = await _titles(db, viewer, (one.idea for one in sentences))
    campaigns = await _campaigns(db, viewer, (one.campaign for one in sentences))
    ballot = await _ballot(db, viewer, (one.ballot for one in sentences))
    awards = await _awards(db, (one.award for one in sentences))
    reviews = await _texts(db, CONDITIONS, (one.review for one in sentences))
    answers = await _texts(db, ANSWERS, (one.response for one in sentences))
    phases = await _texts(db, PHASES, (one.phase for one in sentences))
    none = Won("", "", ())
    return [
        Told(
            one,
            timezone,
            idea=ideas.get(one.idea, ""),
            campaign=campaigns.get(one.campaign, ""),
            entry=ballot.get(one.ballot, "") or awards.get(one.award, none).entry,
            award=awards.get(one.award, none).award,
            winners=awards.get(one.award, none).winners,
            condition=reviews.get(one.review, "") or answers.get(one.response, ""),
            phase=phases.get(one.phase, ""),
        )
        for one in sentences
        if (one.idea is None or one.idea in ideas)
        and (one.campaign is None or one.campaign in campaigns)
        and (one.ballot is None or one.ballot in ballot)
        and (one.award is None or one.award in awards)
    ]


class Won(NamedTuple):
    """What an entry won, and its team or the people in it."""

    entry: str
    award: str
    winners: tuple[str, ...]


Found = dict[int | None, str]


def _wanted(numbers: Iterable[int | None]) -> list[int]:
    return sorted({number for number in numbers if number is not None})


async def _titles(db: AsyncSession, viewer: Viewer, numbers: Iterable[int | None]) -> Found:
    wanted = _wanted(numbers)
    rows = await rows_of(db, TITLES, {**viewer.bound, "numbers": wanted}) if wanted else ()
    return {row.id: row.title for row in rows}


async def _campaigns(db: AsyncSession, viewer: Viewer, numbers: Iterable[int | None]) -> Found:
    wanted = _wanted(numbers)
    asked = {**viewer.bound, "numbers": wanted}
    rows = await rows_of(db, CAMPAIGN_TITLES, asked) if wanted else ()
    return {number: question or title for number, question, title in rows}


async def _ballot(db: AsyncSession, viewer: Viewer, numbers: Iterable[int | None]) -> Found:
    wanted = _wanted(numbers)
    rows = await rows_of(db, ON_BALLOT, {**viewer.bound, "numbers": wanted}) if wanted else ()
    return {row.id: row.title for row in rows}


async def _awards(db: AsyncSession, numbers: Iterable[int | None]) -> dict[int | None, Won]:
    wanted = _wanted(numbers)
    rows = await rows_of(db, AWARDS, {"numbers": wanted}) if wanted else ()
    return {row.id: Won(row.entry, row.title, _winners(row)) for row in rows}


def _winners(row: Any) -> tuple[str, ...]:
    return (row.team_name,) if row.team_name else tuple(one["name"] for one in row.people)


async def _texts(
    db: AsyncSession, statement: Select[int, str], numbers: Iterable[int | None]
) -> Found:
    wanted = _wanted(numbers)
    rows = await rows_of(db, statement, {"numbers": wanted}) if wanted else ()
    return {row.id: row.text for row in rows}

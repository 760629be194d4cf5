"""What somebody may see now of what a summary names: whoever reads it is told nothing of the
rest."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Select, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.pipeline.models import Review
from ideahub.responses.models import Response
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
ANSWERS = select(Response.id, Response.would_change.label("text")).where(Response.id == NUMBERS)


async def tell(
    db: AsyncSession, viewer: Viewer, sentences: Sequence[Sentence], timezone: str
) -> list[Told]:
    """The sentences that the viewer may read, with the titles as they are now. A sentence about an
    idea or a campaign that they may not see any more is left out. Five queries at most."""
    ideas = await _titles(db, viewer, (one.idea for one in sentences))
    campaigns = await _campaigns(db, viewer, (one.campaign for one in sentences))
    reviews = await _texts(db, CONDITIONS, (one.review for one in sentences))
    answers = await _texts(db, ANSWERS, (one.response for one in sentences))
    phases = await _texts(db, PHASES, (one.phase for one in sentences))
    return [
        Told(
            one,
            timezone,
            idea=ideas.get(one.idea, ""),
            campaign=campaigns.get(one.campaign, ""),
            condition=reviews.get(one.review, "") or answers.get(one.response, ""),
            phase=phases.get(one.phase, ""),
        )
        for one in sentences
        if (one.idea is None or one.idea in ideas)
        and (one.campaign is None or one.campaign in campaigns)
    ]


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


async def _texts(
    db: AsyncSession, statement: Select[int, str], numbers: Iterable[int | None]
) -> Found:
    wanted = _wanted(numbers)
    rows = await rows_of(db, statement, {"numbers": wanted}) if wanted else ()
    return {row.id: row.text for row in rows}

"""Queries for what can be answered together: what the viewer owes or oversees, and letters with
nearly the same text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, and_, any_, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import MANAGES
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.responses.leaders import leads
from ideahub.responses.models import OwedResponse, Response
from ideahub.responses.owing import CAN_OWE, IS_OWED, VIEWER_ANSWERS

MOST_AT_ONCE = 200


class ToAnswer(msgspec.Struct, frozen=True):
    """An idea that waits for an answer; `letters` is how many sent nearly the same text. Without
    `due_on` nobody owes it."""

    idea_id: int
    title: str
    campaign_id: int
    campaign_title: str
    supporters: int
    letters: int
    due_on: date | None = None
    due_at: datetime | None = None
    is_own: bool = False


_shown = (
    Idea.id,
    Idea.title,
    Campaign.id.label("campaign_id"),
    Campaign.title.label("campaign_title"),
    Idea.votes_count,
    Idea.letters,
)
OWED: Select[*tuple[Any, ...]] = (
    select(*_shown, OwedResponse.due_on, OwedResponse.due_at, VIEWER_ANSWERS.label("is_own"))
    .select_from(OwedResponse)
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(IS_OWED, LISTED_IDEAS, or_(VIEWER_ANSWERS, MANAGES))
    .order_by(OwedResponse.due_at, OwedResponse.id)
    .limit(constant(MOST_AT_ONCE))
)
_unanswered = ~exists().where(Response.idea_id == Idea.id)
LETTERS: Select[*tuple[Any, ...]] = (
    select(*_shown)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        Idea.letters > constant(0),
        CAN_OWE,
        LISTED_IDEAS,
        or_(leads(VIEWER_ID, Campaign.organisation_id), MANAGES),
        _unanswered,
        ~exists().where(OwedResponse.idea_id == Idea.id, OwedResponse.is_open),
    )
    .order_by(Idea.letters.desc(), Idea.id)
    .limit(constant(50))
)
_ids = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_groups = any_(bindparam("groups", type_=ARRAY(BigInteger)))
CHOSEN = (
    select(Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        LISTED_IDEAS,
        CAN_OWE,
        or_(
            Idea.id == _ids,
            and_(or_(Idea.id == _groups, Idea.letter_of == _groups), _unanswered),
        ),
    )
    .order_by(Idea.letter_of.is_not(None), Idea.id)
    .limit(constant(MOST_AT_ONCE + 1))
)


async def to_answer(db: AsyncSession, viewer: Viewer) -> list[ToAnswer]:
    """What the viewer owes, or oversees as a manager; the soonest due first."""
    return [ToAnswer(*row) for row in await rows_of(db, OWED, viewer.bound)]


async def letters_to_answer(db: AsyncSession, viewer: Viewer) -> list[ToAnswer]:
    """The texts that many people sent where the viewer leads or manages, of which nobody owes an
    answer and none was given; those with most letters first."""
    return [ToAnswer(*row) for row in await rows_of(db, LETTERS, viewer.bound)]


async def chosen_ideas(
    db: AsyncSession, viewer: Viewer, ids: Sequence[int], groups: Sequence[int]
) -> list[int]:
    """The ideas with these numbers, and those of these groups of letters that have no answer, as
    far as the viewer sees them; at most one more than MOST_AT_ONCE."""
    asked = {"ids": list(ids), "groups": list(groups), **viewer.bound}
    return [row.id for row in await rows_of(db, CHOSEN, asked)]

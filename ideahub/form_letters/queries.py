"""Queries for the letters that are shown as one, as far as the viewer may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.form_letters.assurance import PeopleCount, assurance
from ideahub.form_letters.models import FormLetter
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import Author, IdeaView, author_name, find_idea
from ideahub.organisations.models import Person

PAGE = 50
STANDS = bindparam("stands", type_=BigInteger)
OF_GROUP = and_(Idea.is_listed, or_(Idea.id == STANDS, Idea.letter_of == STANDS))
LETTERS = (
    select(
        Idea.id,
        Idea.title,
        Idea.created_at,
        author_name.label("author_name"),
        (Idea.author_id == VIEWER_ID).label("is_own"),
    )
    .join(Author, Author.id == Idea.author_id)
    .where(OF_GROUP, Idea.id > bindparam("after", type_=BigInteger))
    .order_by(Idea.id)
    .limit(constant(PAGE + 1))
)
_assurance = assurance(Idea.source_ref.is_not(None))
PEOPLE = (
    select(_assurance, func.count(Person.id.distinct()), func.count())
    .select_from(Idea)
    .join(Person, Person.id == Idea.author_id)
    .where(OF_GROUP)
    .group_by(_assurance)
)
SPAN = select(func.min(Idea.created_at), func.max(Idea.created_at)).where(OF_GROUP)
SUPPORT = (
    select(func.count(Vote.person_id.distinct()))
    .join(Idea, Idea.id == Vote.idea_id)
    .where(OF_GROUP)
)
IN_CAMPAIGN = (
    select(Idea.id, Idea.title, Idea.letters)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        Idea.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Idea.letters > constant(0),
        Idea.is_listed,
    )
    .order_by(Idea.letters.desc(), Idea.id)
    .limit(constant(5))
)
APART = (
    select(Idea.id, Idea.title, FormLetter.set_apart_at, FormLetter.set_apart_reason)
    .join(FormLetter, FormLetter.idea_id == Idea.id)
    .where(
        FormLetter.group_id
        == select(FormLetter.group_id).where(FormLetter.idea_id == STANDS).scalar_subquery(),
        FormLetter.set_apart_at.is_not(None),
        Idea.is_listed,
    )
    .order_by(Idea.id)
    .limit(constant(PAGE))
)


class FormLetterView(msgspec.Struct, frozen=True):
    """A letter in its group."""

    id: int
    title: str
    created_at: datetime
    author_name: str
    is_own: bool | None


class LettersPage(msgspec.Struct, frozen=True):
    """A page of the letters that `stands` stands for, the oldest first; `after` is where the next
    page begins, None on the last. `supporters` counts each person once."""

    stands: IdeaView
    letters: list[FormLetterView]
    after: int | None
    people: list[PeopleCount]
    supporters: int
    first_at: datetime
    last_at: datetime
    apart: list[Any]


class CampaignLetters(msgspec.Struct, frozen=True):
    """A text that many people sent to a campaign."""

    id: int
    title: str
    letters: int


async def letters_of(
    db: AsyncSession, viewer: Viewer, idea_id: int, after: int | None = None
) -> LettersPage:
    """The letters with nearly the same text as this idea; raises NotFound where the viewer may not
    see it, and where there are none."""
    idea = await find_idea(db, viewer, idea_id)
    stands = await find_idea(db, viewer, idea.letter_of) if idea.letter_of else idea
    if not stands.letters:
        raise NotFound
    asked = {"stands": stands.id, "after": after or 0, **viewer.bound}
    rows = await rows_of(db, LETTERS, asked)
    letters = [FormLetterView(*row) for row in rows[:PAGE]]
    ((first_at, last_at),) = await rows_of(db, SPAN, asked)
    ((supporters,),) = await rows_of(db, SUPPORT, asked)
    return LettersPage(
        stands,
        letters,
        letters[-1].id if len(rows) > PAGE else None,
        [PeopleCount(*row) for row in await rows_of(db, PEOPLE, asked)],
        int(supporters),
        first_at,
        last_at,
        list(await rows_of(db, APART, asked)),
    )


async def letters_in(db: AsyncSession, campaign_id: int) -> Sequence[CampaignLetters]:
    """The five texts that most people sent to a campaign, which the caller found through the
    viewer."""
    rows = await rows_of(db, IN_CAMPAIGN, {"campaign_id": campaign_id})
    return [CampaignLetters(*row) for row in rows]

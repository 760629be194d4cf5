"""Cards: ideas as lists show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Row, Select, and_, any_, bindparam, case, not_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind
from ideahub.campaigns.phases import takes_now
from ideahub.core.db import rows_of
from ideahub.core.searching.asking import Asked
from ideahub.core.searching.marking import passage
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.pseudonyms import conceals
from ideahub.ideas.queries import (
    Author,
    AuthorOrganisation,
    Through,
    author_name,
    author_organisation,
)
from ideahub.organisations.labels import unnamed_mark
from ideahub.organisations.models import Unnamed


class IdeaCard(msgspec.Struct, frozen=True):
    """An idea as lists show it."""

    id: int
    title: str
    excerpt: str
    tags: list[str]
    stage: Stage
    path_stage: Stage
    stage_since: datetime
    created_at: datetime
    votes_count: int
    contributions_count: int
    builds_count: int
    adopted_count: int
    sponsors_count: int
    letters: int
    author_id: int
    author_name: str
    author_organisation: str | None
    author_unnamed: Unnamed | None
    author_through: str | None
    has_pseudonym: bool
    campaign_id: int
    campaign_title: str
    campaign_kind: CampaignKind
    campaign_audience: Audience
    accepts_votes: bool

    @property
    def url(self) -> str:
        """The address of the idea's page."""
        return f"/ideas/{self.id}"

    @property
    def author_mark(self) -> str:
        """That the author's name was chosen, and who speaks for them, in the current language;
        empty where it is that of an account."""
        unnamed = Unnamed.HIDDEN if self.has_pseudonym else self.author_unnamed
        return unnamed_mark(unnamed, self.author_through)


Standing = aliased(Idea, name="standing")
# How many letters have this text: a search also shows one that does not stand for the others.
LETTERS = case(
    (Idea.letter_of.is_(None), Idea.letters),
    else_=select(Standing.letters).where(Standing.id == Idea.letter_of).scalar_subquery(),
)

# Looked up for those few alone who have one.
THROUGH = select(Through.name).where(Through.id == Author.through_id).scalar_subquery()


def card_columns(key: Any) -> Select[Any]:
    """The select of cards; `key`, by which the caller orders them, is the column `order_key`."""
    voting = and_(not_(Idea.is_stopped), takes_now(Idea.campaign_id, Accepts.VOTES))
    return (
        select(
            *(getattr(Idea, name) for name in OF_IDEA),
            LETTERS.label("letters"),
            author_name.label("author_name"),
            author_organisation.label("author_organisation"),
            Author.unnamed.label("author_unnamed"),
            THROUGH.label("author_through"),
            conceals(Author.id).label("has_pseudonym"),
            Campaign.title.label("campaign_title"),
            Campaign.kind.label("campaign_kind"),
            Campaign.audience.label("campaign_audience"),
            voting.label("accepts_votes"),
            key.label("order_key"),
        )
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .join(Author, Author.id == Idea.author_id)
        .outerjoin(AuthorOrganisation, AuthorOrganisation.id == Author.organisation_id)
    )


OF_IDEA = [
    name
    for name in IdeaCard.__struct_fields__
    if name in Idea.__table__.columns and name != "letters"
]


def idea_card(row: Row[Any]) -> IdeaCard:
    """The card in a row of `card_columns`."""
    return msgspec.convert(row._asdict(), IdeaCard)


IDS = bindparam("ids", type_=ARRAY(BigInteger))
TEXTS = select(Idea.id, Idea.body, Idea.why).where(Idea.id == any_(IDS))
VOTED = select(Vote.idea_id).where(Vote.person_id == VIEWER_ID, Vote.idea_id == any_(IDS))


async def with_passages(
    db: AsyncSession, cards: Sequence[IdeaCard], asked: Asked
) -> list[IdeaCard]:
    """The cards; as excerpt, each has a passage with words that were searched for."""
    found = await rows_of(db, TEXTS, {"ids": [card.id for card in cards]})
    texts = {idea_id: f"{body}\n\n{why}" for idea_id, body, why in found}
    return [
        msgspec.structs.replace(card, excerpt=passage(card.excerpt, texts[card.id], asked))
        for card in cards
    ]


async def voted_among(db: AsyncSession, viewer: Viewer, idea_ids: Sequence[int]) -> set[int]:
    """Those of the ideas that the viewer, who is signed in, has voted for."""
    found = await rows_of(db, VOTED, {"ids": list(idea_ids), VIEWER_ID.key: viewer.id})
    return {idea_id for (idea_id,) in found}

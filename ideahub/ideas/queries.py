"""Queries for an idea, as far as the viewer may see it."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import BigInteger, Row, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.audience import name_seen_by, seen_by, show_name_to
from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.asked_once import asked_once
from ideahub.core.db import rows_of
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Role, SharedViewer, Viewer, viewer_holds
from ideahub.ideas.models import CoAuthor, Idea, InnovationType, Stage
from ideahub.ideas.pseudonyms import is_concealed, shown_name, unless_concealed
from ideahub.organisations.labels import unnamed_words
from ideahub.organisations.models import Organisation, Person, Unnamed

Author = aliased(Person, name="author")
AuthorOrganisation = aliased(Organisation, name="author_organisation")
Through = aliased(Person, name="through")
author_name = shown_name(Idea.author_id, Author.name)
author_organisation = unless_concealed(Idea.author_id, AuthorOrganisation.name)


OF_IDEA = frozenset(Idea.__table__.columns.keys())


class SupportView(msgspec.Struct, frozen=True):
    """How many people support an idea, and who sees it."""

    id: int
    votes_count: int
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    campaign_id: int
    campaign_audience: Audience

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it, in lists too."""
        return self.in_public_campaign and self.is_listed

    @property
    def in_public_campaign(self) -> bool:
        """Whether its campaign is for everyone; a campaign with ideas is always published."""
        return self.campaign_audience == Audience.PUBLIC

    @property
    def is_listed(self) -> bool:
        """Whether it is in lists and counts: neither withdrawn nor hidden."""
        return self.withdrawn_at is None and self.hidden_at is None


class IdeaView(SupportView, frozen=True):
    """An idea with what its page needs, including its author and campaign."""

    __tablename__: ClassVar[str] = Idea.__tablename__

    title: str
    body: str
    body_html: str
    why: str
    why_html: str
    tags: list[str]
    innovation_type: InnovationType | None
    stage: Stage
    path_stage: Stage
    stage_since: datetime
    revision: int
    created_at: datetime
    hidden_reason: str
    contributions_count: int
    builds_count: int
    adopted_count: int
    sponsors_count: int
    letter_of: int | None
    letters: int
    author_id: int
    pseudonym: str
    author_name: str
    author_organisation: str | None
    author_unnamed: Unnamed | None
    author_through: str | None
    from_experience: bool
    campaign_title: str
    campaign_question: str
    campaign_kind: CampaignKind
    organisation_id: int
    organisation_name: str

    @property
    def url(self) -> str:
        """The address of the idea's page."""
        return f"/ideas/{self.id}"

    @property
    def rooms(self) -> tuple[str, str]:
        """The rooms of its pages: its own, and that of its campaign's phases."""
        return f"idea:{self.id}", f"phases:{self.campaign_id}"

    @property
    def seen_by(self) -> str:
        """The sentence that says who sees it, and what is written about it."""
        return seen_by(self.campaign_audience, self.organisation_name)

    @property
    def name_seen_by(self) -> str:
        """The sentence that says who sees a name that is shown here."""
        return name_seen_by(self.campaign_audience, self.organisation_name)

    @property
    def show_name_to(self) -> str:
        """The words on the button that shows one's name here."""
        return show_name_to(self.campaign_audience, self.organisation_name)

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped, with its lesson kept: then nobody supports it any more."""
        return self.stage is Stage.LEARNED

    @property
    def author_is_concealed(self) -> bool:
        """Whether its author uses a pseudonym."""
        return is_concealed(self, self.author_id)

    @property
    def author_words(self) -> str:
        """Why no account has the author's name, in the current language; empty where one has."""
        return unnamed_words(self.author_unnamed, self.author_through)


# The condition for lists and counts: visible, and neither withdrawn nor hidden.
LISTED_IDEAS = and_(VISIBLE_CAMPAIGNS, Idea.is_listed)
# The only condition for who may see an idea; the statement joins Campaign, and whoever runs it
# passes `Viewer.bound`.
# Its campaign must be visible. A withdrawn or hidden idea stays visible to its author; a hidden
# one also to the moderators of its campaign's organisation.
VISIBLE_IDEAS = and_(
    VISIBLE_CAMPAIGNS,
    or_(
        Idea.is_listed,
        Idea.author_id == VIEWER_ID,
        and_(Idea.withdrawn_at.is_(None), viewer_holds(Role.MODERATOR, Campaign.organisation_id)),
    ),
)
IDEA_ID = bindparam("idea_id", type_=BigInteger)
FOR_ROOM = (
    select(
        *(getattr(Idea, name) for name in IdeaView.__struct_fields__ if name in OF_IDEA),
        author_name.label("author_name"),
        author_organisation.label("author_organisation"),
        Author.unnamed.label("author_unnamed"),
        Through.name.label("author_through"),
        Campaign.title.label("campaign_title"),
        Campaign.question.label("campaign_question"),
        Campaign.kind.label("campaign_kind"),
        Campaign.audience.label("campaign_audience"),
        Campaign.organisation_id,
        Organisation.name.label("organisation_name"),
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .join(Author, Author.id == Idea.author_id)
    .outerjoin(AuthorOrganisation, AuthorOrganisation.id == Author.organisation_id)
    .outerjoin(Through, Through.id == Author.through_id)
    .where(Idea.id == IDEA_ID)
)
FIND = with_one_plan(FOR_ROOM.where(VISIBLE_IDEAS))
SUPPORT = (
    select(
        *(getattr(Idea, name) for name in SupportView.__struct_fields__ if name in OF_IDEA),
        Campaign.audience.label("campaign_audience"),
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == IDEA_ID)
)
CO_AUTHORSHIP = select(CoAuthor.idea_id).where(
    CoAuthor.idea_id == IDEA_ID, CoAuthor.person_id == VIEWER_ID
)


async def find_idea(db: AsyncSession, viewer: Viewer, idea_id: int) -> IdeaView:
    """The idea; raises NotFound where there is none that the viewer may see."""
    found = await rows_of(db, FIND, {"idea_id": idea_id, **viewer.bound})
    if not found:
        raise NotFound
    return _idea(found[0])


async def idea_for_room(db: AsyncSession, idea_id: int) -> IdeaView | None:
    """The idea, None where there is none. It does not check who may see it: for pushes to rooms,
    which were checked when a page joined."""
    found = await rows_of(db, FOR_ROOM, {"idea_id": idea_id})
    return _idea(found[0]) if found else None


async def support_for_room(db: AsyncSession, idea_id: int) -> SupportView | None:
    """The same as far as a vote changes it: there are many, so little is read for each."""
    found = await rows_of(db, SUPPORT, {"idea_id": idea_id})
    return msgspec.convert(found[0]._asdict(), SupportView) if found else None


async def is_author(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Whether the viewer is the idea's author or a co-author."""
    if viewer.is_person(idea.author_id) or not viewer.signed_in:
        return viewer.signed_in
    if isinstance(viewer, SharedViewer):
        return False
    return await _is_co_author(db, viewer.person_id, idea.id)


@asked_once
async def _is_co_author(db: AsyncSession, person_id: int, idea_id: int) -> bool:
    asked = {VIEWER_ID.key: person_id, IDEA_ID.key: idea_id}
    return bool(await rows_of(db, CO_AUTHORSHIP, asked))


def _idea(row: Row[Any]) -> IdeaView:
    return msgspec.convert(row._asdict(), IdeaView)

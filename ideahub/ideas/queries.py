"""Ideas that a viewer may know of."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.queries import visible_campaigns
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import CoAuthor, Idea, InnovationType, Stage
from ideahub.ideas.pseudonyms import is_concealed, shown_name, unless_concealed
from ideahub.organisations.models import Organisation, Person

Author = aliased(Person, name="author")
AuthorOrganisation = aliased(Organisation, name="author_organisation")
author_name = shown_name(Idea.author_id, Author.name)
author_organisation = unless_concealed(Idea.author_id, AuthorOrganisation.name)


class IdeaView(msgspec.Struct, frozen=True):
    """An idea as its page needs it, with its author and the campaign it answers."""

    __tablename__: ClassVar[str] = Idea.__tablename__

    id: int
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
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    votes_count: int
    contributions_count: int
    builds_count: int
    adopted_count: int
    sponsors_count: int
    author_id: int
    pseudonym: str
    author_name: str
    author_organisation: str | None
    campaign_id: int
    campaign_title: str
    campaign_question: str
    campaign_kind: CampaignKind
    campaign_audience: Audience
    organisation_id: int
    organisation_name: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/ideas/{self.id}"

    @property
    def is_public(self) -> bool:
        """Whether everyone may know of it."""
        return self.in_public_campaign and self.is_listed

    @property
    def in_public_campaign(self) -> bool:
        """Whether its challenge or idea box is for everyone; it is published, as it has ideas."""
        return self.campaign_audience == Audience.PUBLIC

    @property
    def is_listed(self) -> bool:
        """Whether it stands in lists and counts: neither withdrawn nor hidden."""
        return self.withdrawn_at is None and self.hidden_at is None

    @property
    def author_is_concealed(self) -> bool:
        """Whether it was posted under another name than the author's own."""
        return is_concealed(self, self.author_id)


def visible_ideas(viewer: Viewer) -> ColumnElement[bool]:
    """The one condition of who may know of an idea (joined with Campaign).

    Its campaign must be visible. A withdrawn or hidden idea stays visible to its author; a
    hidden one to the moderators of its campaign's organisation too.
    """
    if not viewer.signed_in:
        return listed_ideas(viewer)
    moderated = and_(
        Idea.withdrawn_at.is_(None), viewer.covers(Role.MODERATOR, Campaign.organisation_id)
    )
    own = Idea.author_id == viewer.id
    return and_(visible_campaigns(viewer), or_(Idea.is_listed, own, moderated))


def listed_ideas(viewer: Viewer) -> ColumnElement[bool]:
    """The condition for lists and counts: visible, and neither withdrawn nor hidden."""
    return and_(visible_campaigns(viewer), Idea.is_listed)


async def find_idea(db: AsyncSession, viewer: Viewer, idea_id: int) -> IdeaView:
    """The idea; raises NotFound where there is none that this viewer may know of."""
    found = (
        await db.execute(_page_columns().where(Idea.id == idea_id, visible_ideas(viewer)))
    ).one_or_none()
    if found is None:
        raise NotFound
    return _idea(found)


async def idea_for_room(db: AsyncSession, idea_id: int) -> IdeaView | None:
    """The idea whatever its visibility: for pushes, whose rooms are checked at the door."""
    found = (await db.execute(_page_columns().where(Idea.id == idea_id))).one_or_none()
    return _idea(found) if found else None


async def is_author(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Whether the viewer wrote the idea or is a co-author of it."""
    if viewer.id is None or viewer.id == idea.author_id:
        return viewer.id is not None
    return await db.get(CoAuthor, (idea.id, viewer.id)) is not None


def _page_columns() -> Select[Any]:
    return (
        select(
            Idea,
            author_name.label("author_name"),
            author_organisation.label("author_organisation"),
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
    )


OF_IDEA = [name for name in IdeaView.__struct_fields__ if hasattr(Idea, name)]


def _idea(row: Row[Any]) -> IdeaView:
    idea: Idea = row.Idea
    return IdeaView(
        **{name: getattr(idea, name) for name in OF_IDEA},
        author_name=row.author_name,
        author_organisation=row.author_organisation,
        campaign_title=row.campaign_title,
        campaign_question=row.campaign_question,
        campaign_kind=CampaignKind(row.campaign_kind),
        campaign_audience=Audience(row.campaign_audience),
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
    )

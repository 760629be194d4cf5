"""The select and the view of contributions, with their authors' names as they may be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from ideahub.conversation.labels import KindChoice, added, kind_choice
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import shown_name, unless_concealed
from ideahub.organisations.labels import unnamed_words
from ideahub.organisations.models import Organisation, Person, Unnamed

# How many of the latest replies are shown under a contribution; its own page has the others.
REPLIES = 10

Writer = aliased(Person, name="writer")
WriterOrganisation = aliased(Organisation, name="writer_organisation")
Through = aliased(Person, name="through")
Adopter = aliased(Person, name="adopter")
Answer = aliased(Contribution, name="answer")

ANSWERED = and_(Answer.parent_id == Contribution.id, Answer.is_listed)


class ContributionView(msgspec.Struct, frozen=True):
    """A contribution or a reply, as every viewer of the idea sees it.

    `author_id` is None where the name shown is a pseudonym. One that was withdrawn or hidden has
    no texts and no author.
    """

    __tablename__: ClassVar[str] = Contribution.__tablename__

    id: int
    idea_id: int
    parent_id: int | None
    kind: ContributionKind
    body: str
    body_html: str
    remedy: str
    remedy_html: str
    created_at: datetime
    thanks_count: int
    author_id: int | None
    author_name: str
    author_organisation: str | None
    author_unnamed: Unnamed | None
    author_through: str | None
    from_experience: bool
    adopted_by: str | None
    adopted_revision: int | None
    withdrawn: bool
    hidden: bool
    replies_count: int
    replies: list["ContributionView"]

    @property
    def url(self) -> str:
        """The address of the contribution's own page."""
        return f"/contributions/{self.id}"

    @property
    def gone(self) -> bool:
        """Whether it was withdrawn or hidden; with replies it keeps an empty place."""
        return self.withdrawn or self.hidden

    @property
    def is_listed(self) -> bool:
        """Whether people can read it, as of its row."""
        return not self.gone

    @property
    def adoptable(self) -> bool:
        """Whether it is a build that can still be adopted."""
        return (
            self.kind is ContributionKind.BUILD
            and self.parent_id is None
            and self.adopted_revision is None
            and not self.gone
        )

    @property
    def told(self) -> str:
        """The sentence that says who added it; empty for what is gone."""
        if self.gone:
            return ""
        return added(self.kind, self.author_name, reply=self.parent_id is not None)

    @property
    def author_words(self) -> str:
        """Why no account has the author's name, in the current language; empty where one has."""
        return unnamed_words(self.author_unnamed, self.author_through)

    @property
    def words(self) -> KindChoice:
        """The words of its kind, in the current language."""
        return kind_choice(self.kind)


# The SQL condition that a contribution has a place on the page: it is listed, or has replies.
HAS_PLACE = or_(Contribution.is_listed, exists().where(ANSWERED))


DERIVED = {"author_id", "adopted_by"}
OF_CONTRIBUTION = [
    name
    for name in ContributionView.__struct_fields__
    if name in Contribution.__table__.columns and name not in DERIVED
]
_by = Contribution.author_id
# Contributions with the names of those who wrote and adopted them; the idea's author is shown under
# their pseudonym here, too.
CONTRIBUTIONS: Select[Any] = (
    select(
        *(getattr(Contribution, name) for name in OF_CONTRIBUTION),
        Contribution.author_id.label("writer_id"),
        Contribution.withdrawn_at.is_not(None).label("withdrawn"),
        Contribution.hidden_at.is_not(None).label("hidden"),
        unless_concealed(_by, _by).label("author_id"),
        shown_name(_by, Writer.name).label("author_name"),
        unless_concealed(_by, WriterOrganisation.name).label("author_organisation"),
        Writer.unnamed.label("author_unnamed"),
        Through.name.label("author_through"),
        shown_name(Contribution.adopted_by, Adopter.name).label("adopted_by"),
        select(func.count())
        .where(ANSWERED)
        .correlate(Contribution)
        .scalar_subquery()
        .label("replies_count"),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Writer, Writer.id == Contribution.author_id)
    .outerjoin(WriterOrganisation, WriterOrganisation.id == Writer.organisation_id)
    .outerjoin(Through, Through.id == Writer.through_id)
    .outerjoin(Adopter, Adopter.id == Contribution.adopted_by)
)


def contribution_view(row: Row[Any], replies: Iterable[Row[Any]] = ()) -> ContributionView:
    """The view of a row of CONTRIBUTIONS, with these replies."""
    values = row._asdict()
    del values["writer_id"]
    values["kind"] = ContributionKind(values["kind"])
    if values["withdrawn"] or values["hidden"]:
        values |= {"body": "", "body_html": "", "remedy": "", "remedy_html": ""}
        values |= {"author_id": None, "author_name": "", "author_organisation": None}
        values |= {"author_unnamed": None, "author_through": None, "from_experience": False}
    return ContributionView(**values, replies=[contribution_view(reply) for reply in replies])


def as_thread(row: Row[Any], replies: Iterable[Row[Any]]) -> ContributionView:
    """The view of a row of CONTRIBUTIONS, with those of the replies that belong to it."""
    return contribution_view(row, (reply for reply in replies if reply.parent_id == row.id))

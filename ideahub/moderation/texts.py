"""The texts that can be reported: what they say, who wrote them, and where they stand."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.conversation.models import Contribution
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import FOUND_BY_AUTHOR, conceals, shown_name
from ideahub.ideas.queries import LISTED_IDEAS, VISIBLE_IDEAS
from ideahub.moderation.models import TextKind
from ideahub.organisations.models import Person
from ideahub.public_voting.models import BallotEntry
from ideahub.questions.models import LISTED, FaqEntry, FaqVersion
from ideahub.sponsorship.models import Pledge

TEXT_ID = bindparam("text_id", type_=BigInteger)
IDS = bindparam("ids", type_=ARRAY(BigInteger))
Writer = aliased(Person, name="text_writer")
# Those that can be held, hidden, given back, and of which parts can be taken out.
HIDEABLE = frozenset({TextKind.IDEA, TextKind.CONTRIBUTION})


class TextView(msgspec.Struct, frozen=True):
    """A text as moderators read it, with the name of its author as everyone sees it."""

    kind: TextKind
    id: int
    title: str
    words: str
    author_id: int
    author_name: str
    idea_id: int | None
    campaign_id: int | None
    campaign_kind: CampaignKind | None
    campaign_title: str
    organisation_id: int | None
    is_hidden: bool
    is_withdrawn: bool

    @property
    def paragraphs(self) -> list[str]:
        """Its words in paragraphs, as they stand there."""
        return [part for part in self.words.split("\n\n") if part.strip()]

    @property
    def can_be_hidden(self) -> bool:
        """Whether moderators can keep it from others' sight."""
        return self.kind in HIDEABLE

    @property
    def path(self) -> str:
        """The page on which others read it."""
        return {
            TextKind.IDEA: f"/ideas/{self.id}",
            TextKind.CONTRIBUTION: f"/contributions/{self.id}",
            TextKind.QUESTION: f"{self._campaign_path}/questions/{self.id}",
            TextKind.PLEDGE: f"/pledges/{self.id}",
            TextKind.ENTRY: f"{self._campaign_path}",
            TextKind.PERSON: f"/profiles/{self.id}",
        }[self.kind]

    @property
    def _campaign_path(self) -> str:
        place = "challenges" if self.campaign_kind is CampaignKind.CHALLENGE else "idea-boxes"
        return f"/{place}/{self.campaign_id}"


def _words(*columns: Any) -> ColumnElement[str]:
    return func.concat_ws("\n\n", *(func.nullif(column, "") for column in columns))


def _select(
    number: Any, title: Any, words: Any, author: Any, *, idea: Any = None, hidden: Any = None,
    withdrawn: Any = None,
) -> Select[Any]:  # fmt: skip
    none = select(Campaign.id).where(Campaign.id.is_(None)).scalar_subquery()
    return select(
        number.label("id"),
        title.label("title"),
        words.label("words"),
        author.label("author_id"),
        (idea if idea is not None else none).label("idea_id"),
        Campaign.id.label("campaign_id"),
        Campaign.kind.label("campaign_kind"),
        func.coalesce(func.nullif(Campaign.title, ""), Campaign.question, "").label(
            "campaign_title"
        ),
        Campaign.organisation_id,
        (hidden.is_not(None) if hidden is not None else Writer.id.is_(None)).label("is_hidden"),
        (withdrawn.is_not(None) if withdrawn is not None else Writer.id.is_(None)).label(
            "is_withdrawn"
        ),
    )


_ideas = (
    _select(
        Idea.id, Idea.title, _words(Idea.body, Idea.why), Idea.author_id,
        idea=Idea.id, hidden=Idea.hidden_at, withdrawn=Idea.withdrawn_at,
    )
    .add_columns(shown_name(Idea.author_id, Writer.name).label("author_name"))
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == Idea.author_id)
)  # fmt: skip
_contributions = (
    _select(
        Contribution.id, Idea.title, _words(Contribution.body, Contribution.remedy),
        Contribution.author_id,
        idea=Idea.id, hidden=Contribution.hidden_at, withdrawn=Contribution.withdrawn_at,
    )
    .add_columns(shown_name(Contribution.author_id, Writer.name).label("author_name"))
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == Contribution.author_id)
)  # fmt: skip
_said = FaqVersion.entry_id == FaqEntry.id, FaqVersion.version == FaqEntry.version
_questions = (
    _select(FaqEntry.id, FaqVersion.question, FaqVersion.answer, FaqVersion.made_by)
    .add_columns(Writer.name.label("author_name"))
    .join(FaqVersion, and_(*_said))
    .join(Campaign, Campaign.id == FaqEntry.campaign_id)
    .join(Writer, Writer.id == FaqVersion.made_by)
)
_pledges = (
    _select(
        Pledge.id, Idea.title, _words(Pledge.promise, Pledge.conditions), Pledge.sponsor_id,
        idea=Idea.id, withdrawn=Pledge.withdrawn_at,
    )
    .add_columns(Writer.name.label("author_name"))
    .join(Idea, Idea.id == Pledge.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == Pledge.sponsor_id)
)  # fmt: skip
_entries = (
    _select(
        Entry.id, Entry.title, _words(Entry.title), Entry.created_by, withdrawn=Entry.withdrawn_at
    )
    .add_columns(Writer.name.label("author_name"))
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .join(Writer, Writer.id == Entry.created_by)
)
_people = (
    _select(Writer.id, Writer.name, _words(Writer.name, Writer.title), Writer.id)
    .add_columns(Writer.name.label("author_name"))
    .outerjoin(Campaign, Campaign.id.is_(None))
)
STATEMENTS: Mapping[TextKind, tuple[Select[Any], Any]] = {
    TextKind.IDEA: (_ideas, Idea.id),
    TextKind.CONTRIBUTION: (_contributions, Contribution.id),
    TextKind.QUESTION: (_questions, FaqEntry.id),
    TextKind.PLEDGE: (_pledges, Pledge.id),
    TextKind.ENTRY: (_entries, Entry.id),
    TextKind.PERSON: (_people, Writer.id),
}
_on_ballot = exists().where(BallotEntry.entry_id == Entry.id, BallotEntry.removed_at.is_(None))
_gave = or_(
    exists(
        select(Idea.id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.author_id == Writer.id, LISTED_IDEAS, FOUND_BY_AUTHOR)
        .correlate(Writer)
    ),
    exists(
        select(Contribution.id)
        .join(Idea, Idea.id == Contribution.idea_id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(Contribution.author_id == Writer.id, Contribution.is_listed, LISTED_IDEAS)
        .where(~conceals(Writer.id))
        .correlate(Writer)
    ),
)
# Who may read it, and so report it.
SEEN: Mapping[TextKind, ColumnElement[bool]] = {
    TextKind.IDEA: VISIBLE_IDEAS,
    TextKind.CONTRIBUTION: and_(VISIBLE_IDEAS, Contribution.is_listed),
    TextKind.QUESTION: and_(VISIBLE_CAMPAIGNS, LISTED),
    TextKind.PLEDGE: and_(VISIBLE_IDEAS, Pledge.accepted_at.is_not(None)),
    TextKind.ENTRY: and_(VISIBLE_CAMPAIGNS, _on_ballot),
    TextKind.PERSON: _gave,
}
FIND = {
    kind: statement.where(number == TEXT_ID, SEEN[kind])
    for kind, (statement, number) in STATEMENTS.items()
}
SEVERAL = {
    kind: statement.where(number == any_(IDS)) for kind, (statement, number) in STATEMENTS.items()
}


async def find_text(db: AsyncSession, viewer: Viewer, kind: TextKind, number: int) -> TextView:
    """The text; raises NotFound where there is none that the viewer may read."""
    found = await rows_of(db, FIND[kind], {"text_id": number, **viewer.bound})
    if not found:
        raise NotFound
    return _view(kind, found[0])


async def texts_of(db: AsyncSession, kind: TextKind, numbers: Sequence[int]) -> dict[int, TextView]:
    """The texts with these numbers, also hidden ones. Checks no permission."""
    found = await rows_of(db, SEVERAL[kind], {"ids": list(numbers)}) if numbers else ()
    return {row.id: _view(kind, row) for row in found}


async def text_of(db: AsyncSession, kind: TextKind, number: int) -> TextView:
    """One of them; raises NotFound. Checks no permission."""
    found = await texts_of(db, kind, [number])
    if number not in found:
        raise NotFound
    return found[number]


def kind_name(kind: TextKind) -> str:
    """What the text is, in the current language."""
    return {
        TextKind.IDEA: _("Idea"),
        TextKind.CONTRIBUTION: _("Contribution"),
        TextKind.QUESTION: _("Answer"),
        TextKind.PLEDGE: _("Pledge"),
        TextKind.ENTRY: _("Entry"),
        TextKind.PERSON: _("Profile"),
    }[kind]


def _view(kind: TextKind, row: Any) -> TextView:
    values = row._asdict()
    values["campaign_kind"] = values["campaign_kind"] and CampaignKind(values["campaign_kind"])
    return TextView(kind=kind, **values)

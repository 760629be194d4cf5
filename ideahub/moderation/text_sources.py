"""How each kind of text is read: what it says, who wrote it, where it stands, who may see it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.conversation.models import Contribution
from ideahub.entries.models import Entry, EntryRevision
from ideahub.ideas.models import Attachment, Idea
from ideahub.ideas.pseudonyms import FOUND_BY_AUTHOR, conceals, shown_name
from ideahub.ideas.queries import LISTED_IDEAS, VISIBLE_IDEAS
from ideahub.judging.models import Panel
from ideahub.moderation.models import HeldChange, Redaction, TextKind
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Experiment, Lesson
from ideahub.public_voting.models import BallotEntry
from ideahub.questions.announcement_groups import FOLLOWERS
from ideahub.questions.models import LISTED, Announcement, FaqEntry, FaqVersion
from ideahub.responses.models import ConditionReport, Response
from ideahub.results.models import Award, PanelResult
from ideahub.sponsorship.models import Pledge

Writer = aliased(Person, name="text_writer")


def _words(*columns: Any) -> ColumnElement[str]:
    return func.concat_ws("\n\n", *(func.nullif(column, "") for column in columns))


def _select(
    number: Any, title: Any, words: Any, author: Any, *, idea: Any = None, hidden: Any = None,
    withdrawn: Any = None, name: Any = Writer.name,
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
        func.coalesce(Campaign.timezone, "UTC").label("timezone"),
        Campaign.organisation_id,
        (hidden if hidden is not None else false()).label("is_hidden"),
        (withdrawn.is_not(None) if withdrawn is not None else false()).label("is_withdrawn"),
        name.label("author_name"),
    )


def _emptied(kind: TextKind, number: Any) -> ColumnElement[bool]:
    """Whether all words of a text were taken out, which is how it is hidden."""
    return exists().where(
        Redaction.text_kind == kind,
        Redaction.text_id == number,
        Redaction.is_whole,
        Redaction.restored_at.is_(None),
    )


def _on_idea(
    kind: TextKind, model: Any, author: Any, *words: Any, hidden: Any = None, withdrawn: Any = None
) -> Select[Any]:
    """A text that stands under an idea, which has the title."""
    return (
        _select(
            model.id, Idea.title, _words(*words), author, idea=Idea.id, withdrawn=withdrawn,
            hidden=_emptied(kind, model.id) if hidden is None else hidden,
        )
        .join(Idea, Idea.id == model.idea_id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .join(Writer, Writer.id == author)
    )  # fmt: skip


_ideas = (
    _select(
        Idea.id, Idea.title, _words(Idea.body, Idea.why, func.array_to_string(Idea.tags, ", ")),
        Idea.author_id, idea=Idea.id, hidden=Idea.hidden_at.is_not(None),
        withdrawn=Idea.withdrawn_at, name=shown_name(Idea.author_id, Writer.name),
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == Idea.author_id)
)  # fmt: skip
_changed = HeldChange.columns
_tag = func.jsonb_array_elements_text(_changed["tags"]).column_valued("tag")
_tags = select(func.string_agg(_tag, ", ")).scalar_subquery()
_changes = (
    _select(
        HeldChange.id, _changed["title"].astext,
        _words(_changed["body"].astext, _changed["why"].astext, _tags, HeldChange.note),
        HeldChange.author_id,
        idea=Idea.id, hidden=HeldChange.published_at.is_(None), withdrawn=Idea.withdrawn_at,
        name=shown_name(HeldChange.author_id, Writer.name),
    )
    .join(Idea, Idea.id == HeldChange.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == HeldChange.author_id)
)  # fmt: skip
_contributions = (
    _select(
        Contribution.id, Idea.title, _words(Contribution.body, Contribution.remedy),
        Contribution.author_id, idea=Idea.id, hidden=Contribution.hidden_at.is_not(None),
        withdrawn=Contribution.withdrawn_at, name=shown_name(Contribution.author_id, Writer.name),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == Contribution.author_id)
)  # fmt: skip
_said = FaqVersion.entry_id == FaqEntry.id, FaqVersion.version == FaqEntry.version
_questions = (
    _select(
        FaqEntry.id, FaqVersion.question, FaqVersion.answer, FaqVersion.made_by,
        hidden=_emptied(TextKind.QUESTION, FaqEntry.id),
    )
    .join(FaqVersion, and_(*_said))
    .join(Campaign, Campaign.id == FaqEntry.campaign_id)
    .join(Writer, Writer.id == FaqVersion.made_by)
)  # fmt: skip
_announcements = (
    _select(
        Announcement.id, Announcement.title, Announcement.text, Announcement.made_by,
        hidden=_emptied(TextKind.ANNOUNCEMENT, Announcement.id),
        withdrawn=Announcement.taken_back_at,
    )
    .join(Campaign, Campaign.id == Announcement.campaign_id)
    .join(Writer, Writer.id == Announcement.made_by)
)  # fmt: skip
_pledges = _on_idea(
    TextKind.PLEDGE, Pledge, Pledge.sponsor_id, Pledge.promise, Pledge.conditions,
    Pledge.kept_note, Pledge.part_why, withdrawn=Pledge.withdrawn_at,
)  # fmt: skip
_responses = _on_idea(
    TextKind.RESPONSE, Response, Response.author_id, Response.body, Response.conditions,
    Response.would_change, Response.elsewhere,
)  # fmt: skip
_conditions = (
    _select(
        ConditionReport.id, Idea.title, ConditionReport.evidence, ConditionReport.person_id,
        idea=Idea.id, hidden=_emptied(TextKind.CONDITION, ConditionReport.id),
    )
    .join(Response, Response.id == ConditionReport.response_id)
    .join(Idea, Idea.id == Response.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Writer, Writer.id == ConditionReport.person_id)
)  # fmt: skip
_lessons = _on_idea(TextKind.LESSON, Lesson, Lesson.author_id, Lesson.body)
_experiments = _on_idea(
    TextKind.EXPERIMENT, Experiment, Experiment.created_by, Experiment.measure,
    Experiment.hypothesis, Experiment.method, Experiment.stop_rule, Experiment.result,
)  # fmt: skip
_attachments = _on_idea(
    TextKind.ATTACHMENT, Attachment, Attachment.author_id, Attachment.description,
    Attachment.file_name, hidden=Attachment.hidden_at.is_not(None),
)  # fmt: skip
# As it was submitted: what is changed after that is nobody else's to read.
_entry_title = func.coalesce(EntryRevision.title, Entry.title)
_team = func.coalesce(EntryRevision.team_name, Entry.team_name)
_entries = (
    _select(
        Entry.id, _entry_title, _words(_entry_title, _team), Entry.created_by,
        withdrawn=Entry.withdrawn_at,
    )
    .outerjoin(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .join(Writer, Writer.id == Entry.created_by)
)  # fmt: skip
_people = _select(
    Writer.id, cast(Writer.name, String), _words(Writer.name, Writer.title), Writer.id,
    hidden=_emptied(TextKind.PERSON, Writer.id),
).outerjoin(Campaign, Campaign.id.is_(None))  # fmt: skip
STATEMENTS: Mapping[TextKind, tuple[Select[Any], Any]] = {
    TextKind.IDEA: (_ideas, Idea.id),
    TextKind.CHANGE: (_changes, HeldChange.id),
    TextKind.CONTRIBUTION: (_contributions, Contribution.id),
    TextKind.QUESTION: (_questions, FaqEntry.id),
    TextKind.ANNOUNCEMENT: (_announcements, Announcement.id),
    TextKind.PLEDGE: (_pledges, Pledge.id),
    TextKind.RESPONSE: (_responses, Response.id),
    TextKind.CONDITION: (_conditions, ConditionReport.id),
    TextKind.LESSON: (_lessons, Lesson.id),
    TextKind.EXPERIMENT: (_experiments, Experiment.id),
    TextKind.ATTACHMENT: (_attachments, Attachment.id),
    TextKind.ENTRY: (_entries, Entry.id),
    TextKind.PERSON: (_people, Writer.id),
}
_on_ballot = exists().where(BallotEntry.entry_id == Entry.id, BallotEntry.removed_at.is_(None))
# Named among the winners, on the page of results, which is there once one is published.
_is_awarded = and_(
    exists().where(
        Award.entry_id == Entry.id, Award.confirmed_at.is_not(None), Award.revoked_at.is_(None)
    ),
    exists(
        select(PanelResult.id)
        .join(Panel, Panel.id == PanelResult.panel_id)
        .where(Panel.campaign_id == Entry.campaign_id)
        .correlate(Entry)
    ),
)
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
# Who may read it, and so report it. A change that waits is read by nobody else.
SEEN: Mapping[TextKind, ColumnElement[bool]] = {
    TextKind.IDEA: VISIBLE_IDEAS,
    TextKind.CHANGE: false(),
    TextKind.CONTRIBUTION: and_(VISIBLE_IDEAS, Contribution.is_listed),
    TextKind.QUESTION: and_(VISIBLE_CAMPAIGNS, LISTED),
    TextKind.ANNOUNCEMENT: and_(
        VISIBLE_CAMPAIGNS,
        Announcement.taken_back_at.is_(None),
        Announcement.groups.contains([FOLLOWERS]),
    ),
    TextKind.PLEDGE: and_(VISIBLE_IDEAS, Pledge.accepted_at.is_not(None)),
    TextKind.RESPONSE: VISIBLE_IDEAS,
    TextKind.CONDITION: VISIBLE_IDEAS,
    TextKind.LESSON: VISIBLE_IDEAS,
    TextKind.EXPERIMENT: VISIBLE_IDEAS,
    TextKind.ATTACHMENT: and_(VISIBLE_IDEAS, Attachment.hidden_at.is_(None)),
    TextKind.ENTRY: and_(VISIBLE_CAMPAIGNS, or_(_on_ballot, _is_awarded)),
    TextKind.PERSON: _gave,
}

"""Where the words of each kind of text are stored: its row, the rows of its versions, and what was
rendered from them. For whoever takes words out, everywhere at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Invalid
from ideahub.core.text.rendering import markdown_excerpt, markdown_html
from ideahub.entries.models import Entry, EntryRevision
from ideahub.ideas.models import Attachment, Idea, Revision
from ideahub.ideas.submitting import EXCERPT
from ideahub.moderation.models import HeldChange, TextKind
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Experiment, ExperimentAdjustment, Lesson, Reading
from ideahub.questions.models import Announcement, EarlierAnnouncement, FaqEntry, FaqVersion
from ideahub.responses.models import ConditionReport, Response, ResponseVersion
from ideahub.sponsorship.models import Pledge, PledgeMark

_ANSWER = ("body", "conditions", "would_change", "elsewhere")
# What an author writes of a change that waits; all else in its columns is made of that.
_CHANGED = ("title", "body", "why", "tags")
_PLAN = ("measure", "hypothesis", "method", "stop_rule", "result")
FIELDS: Mapping[type[Any], Sequence[str]] = {
    Idea: ("title", "body", "why", "tags", "pseudonym"),
    Revision: ("title", "body", "why", "note"),
    HeldChange: ("columns", "note"),
    Attachment: ("description", "file_name"),
    Contribution: ("body", "remedy"),
    # What an entry counts as was submitted with a receipt. Personal data go all the same.
    Entry: ("title", "team_name", "answers"),
    EntryRevision: ("title", "team_name", "answers"),
    FaqEntry: ("question", "answer"),
    FaqVersion: ("question", "answer", "letter"),
    Announcement: ("title", "text"),
    EarlierAnnouncement: ("title", "text"),
    Pledge: ("promise", "conditions", "kept_note", "part_why", "withdrawn_reason"),
    PledgeMark: ("reason",),
    Response: _ANSWER,
    ResponseVersion: (*_ANSWER, "why"),
    ConditionReport: ("evidence",),
    Lesson: ("body",),
    Experiment: _PLAN,
    ExperimentAdjustment: ("why", "changes"),
    Reading: ("note",),
    Person: ("name", "title"),
}
# The columns with the HTML of others.
RENDERED: Mapping[type[Any], Mapping[str, str]] = {
    Idea: {"body": "body_html", "why": "why_html"},
    Contribution: {"body": "body_html", "remedy": "remedy_html"},
    FaqEntry: {"answer": "answer_html"},
    FaqVersion: {"answer": "answer_html"},
    Announcement: {"text": "html"},
    Response: {"body": "body_html"},
    ResponseVersion: {"body": "body_html"},
    Lesson: {"body": "body_html"},
}
ROOTS: Mapping[TextKind, type[Any]] = {
    TextKind.IDEA: Idea,
    TextKind.CONTRIBUTION: Contribution,
    TextKind.QUESTION: FaqEntry,
    TextKind.ANNOUNCEMENT: Announcement,
    TextKind.PLEDGE: Pledge,
    TextKind.RESPONSE: Response,
    TextKind.CONDITION: ConditionReport,
    TextKind.LESSON: Lesson,
    TextKind.EXPERIMENT: Experiment,
    TextKind.ATTACHMENT: Attachment,
    TextKind.PERSON: Person,
}
# Some rows of a table, by the number of a text.
Rows = tuple[type[Any], Callable[[int], ColumnElement[bool]]]


def _of(table: type[Any], column: str) -> Rows:
    return table, lambda number: table.__table__.c[column] == number


def _in_entries(number: int) -> ColumnElement[bool]:
    return EntryRevision.entry_id.in_(select(Entry.id).where(Entry.idea_id == number))


# The rows of versions, of what else was written there, and of entries that were made of an idea.
PARTS: Mapping[TextKind, Sequence[Rows]] = {
    TextKind.IDEA: (
        _of(Revision, "idea_id"),
        _of(HeldChange, "idea_id"),
        _of(Attachment, "idea_id"),
        _of(Entry, "idea_id"),
        (EntryRevision, _in_entries),
    ),
    TextKind.QUESTION: (_of(FaqVersion, "entry_id"),),
    TextKind.ANNOUNCEMENT: (_of(EarlierAnnouncement, "announcement_id"),),
    TextKind.PLEDGE: (_of(PledgeMark, "pledge_id"),),
    TextKind.RESPONSE: (_of(ResponseVersion, "response_id"),),
    TextKind.EXPERIMENT: (
        _of(ExperimentAdjustment, "experiment_id"),
        _of(Reading, "experiment_id"),
    ),
}


# What was submitted with a receipt: only moderators take words out of it.
SUBMITTED: frozenset[type[Any]] = frozenset({Entry, EntryRevision})


async def rows_with_words(
    db: AsyncSession, kind: TextKind, number: int, *, but: Collection[type[Any]] = ()
) -> Sequence[Any]:
    """All rows that have words of the text, its own first, without those of the tables `but`; all
    are locked, always in this order. Raises NotFound."""
    rows = [await locked(db, ROOTS[kind], number)]
    for table, are_of in PARTS.get(kind, ()):
        if table in but:
            continue
        parts = held(select(table).where(are_of(number)).order_by(table.id))
        rows.extend((await db.scalars(parts)).all())
    return rows


def key_of(row: Any) -> str:
    """The name of a row among all."""
    return f"{row.__tablename__}:{row.id}"


def words_of(row: Any) -> dict[str, Any]:
    """The words of a row, by their columns: texts, or lists and mappings of texts."""
    words = {name: getattr(row, name) for name in FIELDS[type(row)]}
    if isinstance(row, HeldChange):
        words["columns"] = {name: row.columns[name] for name in _CHANGED if name in row.columns}
    return words


def changed_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A text as `change` makes it; the same for texts within lists and mappings, whose keys and
    numbers stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [changed_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {key: changed_texts(one, change) for key, one in value.items()}
    return value


async def write_words(row: Any, words: Mapping[str, Any]) -> None:
    """Stores other words in a row, and what is rendered from them. Raises Invalid where they do not
    fit."""
    if words == words_of(row):
        return
    for name, value in words.items():
        _must_fit(type(row), name, value)
        if isinstance(row, HeldChange) and name == "columns":
            row.columns = await _columns_with(row.columns, value)
            continue
        setattr(row, name, value)
        if html := RENDERED.get(type(row), {}).get(name):
            setattr(row, html, await markdown_html(value))
    if isinstance(row, Idea):
        row.excerpt = await markdown_excerpt(row.body, EXCERPT)


def _must_fit(table: type[Any], name: str, value: Any) -> None:
    column = table.__table__.c[name]
    if isinstance(column.type, String) and len(value) > (column.type.length or len(value)):
        raise Invalid(_("It gets too long with that mark. Take out a longer part."), field="parts")


async def _columns_with(columns: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a change that waits with other words, and what is rendered from these."""
    new = {**columns, **words}
    for name in words:
        _must_fit(Idea, name, new[name])
    for name, html in RENDERED[Idea].items():
        new[html] = await markdown_html(new[name])
    new["excerpt"] = await markdown_excerpt(new["body"], EXCERPT)
    return new

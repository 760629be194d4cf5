"""Which judge knows about which entry: what they say they know, and what the entry is about."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryField, EntryForm, EntryRevision, FieldKind
from ideahub.ideas.models import IdeaTag
from ideahub.judging.judged_entries import JudgedEntry
from ideahub.judging.models import PanelJudge
from ideahub.judging.queries import OwnPanel

MOST_SUBJECTS = 40
REVISIONS = any_(bindparam("revisions", type_=ARRAY(BigInteger)))
# What an entry is about is what it answered where the form let it choose.
CHOICES = (FieldKind.CHOICE, FieldKind.CHOICES)
CHOSEN = (
    select(EntryRevision.entry_id, EntryRevision.answers, EntryField.key)
    .join(EntryField, EntryField.form_id == EntryRevision.form_id)
    .where(EntryRevision.id == REVISIONS, EntryField.kind.in_(CHOICES))
)
TAGS = (
    select(Entry.id, IdeaTag.tag)
    .join(IdeaTag, IdeaTag.idea_id == Entry.idea_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(EntryRevision.id == REVISIONS)
)


async def change_expertise(
    db: AsyncSession, viewer: Viewer, own: OwnPanel, subjects: Sequence[str]
) -> bool:
    """Keeps what a judge says they know about; returns False where it is nothing new. What is
    assigned stays: it counts when entries are shared out the next time.

    Raises NotFound where they were removed, and Conflict where the panel is closed.
    """
    judge = await locked(db, PanelJudge, own.judge_id)
    if judge.removed_at is not None:
        raise NotFound
    if own.panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."))
    if judge.expertise == list(subjects):
        return False
    judge.expertise = list(subjects)
    on = Ref(Campaign, own.panel.campaign_id)
    await record(db, Kind.EXPERTISE_DECLARED, viewer, on=on, subject=judge)
    return True


async def expert_pairs(
    db: AsyncSession, judges: Sequence[PanelJudge], entries: Sequence[JudgedEntry]
) -> set[tuple[int, int]]:
    """The pairs of an entry and a judge who has declared to know what it is about."""
    known = {judge.id: {word.casefold() for word in judge.expertise} for judge in judges}
    if not any(known.values()):
        return set()
    subjects = await _subjects(db, entries)
    return {
        (entry, judge)
        for entry, about in subjects.items()
        for judge, words in known.items()
        if about & words
    }


async def subjects_of_phase(db: AsyncSession, phase_id: int) -> list[str]:
    """What entries of a phase can be about, as its form lets entrants choose: for judges to say
    what they know."""
    found = await db.scalars(
        select(EntryField.options)
        .join(EntryForm, EntryForm.id == EntryField.form_id)
        .where(EntryForm.phase_id == phase_id, EntryField.kind.in_(CHOICES))
        .order_by(EntryForm.version.desc(), EntryField.position)
    )
    every = dict.fromkeys(option for options in found for option in options)
    return list(every)[:MOST_SUBJECTS]


async def _subjects(db: AsyncSession, entries: Sequence[JudgedEntry]) -> dict[int, set[str]]:
    asked = {"revisions": [entry.revision_id for entry in entries]}
    found: dict[int, set[str]] = {}
    for entry_id, answers, key in await rows_of(db, CHOSEN, asked):
        chosen = answers.get(key)
        words = chosen if isinstance(chosen, list) else [chosen]
        some = found.setdefault(entry_id, set())
        some |= {word.casefold() for word in words if isinstance(word, str)}
    for entry_id, tag in await rows_of(db, TAGS, asked):
        found.setdefault(entry_id, set()).add(tag.casefold())
    return found

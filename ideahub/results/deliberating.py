"""Rules for a panel's meeting: entries in question, what is said, decisions and signatures."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, RowLike, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry
from ideahub.results.meeting import Meeting
from ideahub.results.models import (
    DecisionKind,
    DecisionSignature,
    DeliberationDecision,
    DeliberationItem,
    DeliberationNote,
)


async def raise_entry(
    db: AsyncSession, viewer: Viewer, meeting: Meeting, entry_number: int, why: str
) -> int:
    """Puts the entry with this number into question; returns the item's number, also where it was
    there before. Raises what `must_take_part` raises, and Conflict where the panel's phase has no
    such entry."""
    entry_id = await db.scalar(
        select(Entry.id).where(
            Entry.number == entry_number,
            Entry.phase_id == meeting.panel.entries_phase_id,
            Entry.submitted_id.is_not(None),
        )
    )
    if entry_id is None:
        raise Conflict(_("There is no entry with this number in this phase."))
    meeting.must_take_part(entry_id)
    values = {"panel_id": meeting.panel.id, "entry_id": entry_id}
    made: int | None = await db.scalar(
        insert(DeliberationItem)
        .values(**values, raised_by=viewer.person_id, why=why)
        .on_conflict_do_nothing()
        .returning(DeliberationItem.id)
    )
    if made is None:
        before: int | None = await db.scalar(select(DeliberationItem.id).filter_by(**values))
        assert before is not None
        return before
    item = await db.get_one(DeliberationItem, made)
    await _record(db, Kind.DELIBERATION_RAISED, viewer, meeting, item)
    return made


async def find_item(db: AsyncSession, meeting: Meeting, item_id: int) -> DeliberationItem:
    """An item of the meeting, locked; raises NotFound, and what `must_take_part` raises."""
    item = await locked(db, DeliberationItem, item_id)
    if item.panel_id != meeting.panel.id:
        raise NotFound
    meeting.must_take_part(item.entry_id)
    return item


async def say(db: AsyncSession, viewer: Viewer, meeting: Meeting, item_id: int, text: str) -> None:
    """Notes what the viewer says about an entry; once, where the same note is sent again."""
    item = await find_item(db, meeting, item_id)
    last = await db.scalar(
        select(DeliberationNote)
        .where(DeliberationNote.item_id == item.id)
        .order_by(DeliberationNote.id.desc())
        .limit(1)
    )
    if last and (last.said_by, last.text) == (viewer.id, text):
        return
    note = DeliberationNote(
        item_id=item.id, said_by=viewer.person_id, text=text, text_html=await markdown_html(text)
    )
    db.add(note)
    await _record(db, Kind.DELIBERATION_NOTED, viewer, meeting, note)


async def decide(
    db: AsyncSession,
    viewer: Viewer,
    meeting: Meeting,
    item_id: int,
    kind: DecisionKind,
    reason: str,
) -> DeliberationDecision:
    """Records what the panel decided about an entry, and why. It replaces no earlier decision: of
    several of a kind the last one counts, and the minutes show all."""
    item = await find_item(db, meeting, item_id)
    last = await db.scalar(
        select(DeliberationDecision)
        .where(DeliberationDecision.item_id == item.id)
        .order_by(DeliberationDecision.id.desc())
        .limit(1)
    )
    if last and (last.kind, last.reason) == (kind, reason):
        return last
    made = DeliberationDecision(
        item_id=item.id, kind=kind, reason=reason, decided_by=viewer.person_id
    )
    db.add(made)
    await _record(db, Kind.DELIBERATION_DECIDED, viewer, meeting, made)
    return made


async def sign(db: AsyncSession, viewer: Viewer, meeting: Meeting, decision_id: int) -> None:
    """Signs off a decision and its reason, as one of the panel's judges; once.

    Raises Forbidden for whoever is no judge of the panel, Conflict where a later decision of the
    kind counts."""
    decision = await db.get(DeliberationDecision, decision_id)
    if decision is None:
        raise NotFound
    item = await find_item(db, meeting, decision.item_id)
    if meeting.judge is None:
        raise Forbidden(_("The judges of the panel sign off its decisions."))
    later = await db.scalar(
        select(DeliberationDecision.id).where(
            DeliberationDecision.item_id == item.id,
            DeliberationDecision.kind == decision.kind,
            DeliberationDecision.id > decision.id,
        )
    )
    if later is not None:
        raise Conflict(_("A later decision takes the place of this one. Sign that."))
    made = await db.scalar(
        insert(DecisionSignature)
        .values(decision_id=decision.id, person_id=viewer.person_id)
        .on_conflict_do_nothing()
        .returning(DecisionSignature.decision_id)
    )
    if made is not None:
        await _record(db, Kind.DECISION_SIGNED, viewer, meeting, decision)


async def _record(
    db: AsyncSession, kind: Kind, viewer: Viewer, meeting: Meeting, subject: RowLike
) -> None:
    # With the panel, so that only its meeting is shown anew.
    panel_id = meeting.panel.id
    await record(db, kind, viewer, on=meeting.campaign, subject=subject, panel_id=panel_id)

"""Which entries of a closed panel are to be read once more, and who could do so."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, exists, or_, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import Panel, PanelJudge
from ideahub.judging.third_readings import Reader, readers_of
from ideahub.results.divergence import DivergentEntry
from ideahub.results.kept_figures import kept_figures
from ideahub.results.managing_people import managers_of
from ideahub.results.models import (
    DecisionKind,
    DecisionSignature,
    DeliberationDecision,
    DeliberationItem,
    DeliberationNote,
)
from ideahub.results.running_scores import newest_run

PANEL_ID = bindparam("panel_id", type_=BigInteger)
ENTRY_ID = bindparam("entry_id", type_=BigInteger)
PHASE_ID = bindparam("phase_id", type_=BigInteger)
NUMBERS = any_(bindparam("numbers", type_=ARRAY(BigInteger)))
# What the panel decided in its meeting.
DECIDED = (
    select(DeliberationItem.entry_id)
    .join(DeliberationDecision, DeliberationDecision.item_id == DeliberationItem.id)
    .where(
        DeliberationItem.panel_id == PANEL_ID,
        DeliberationDecision.kind == constant(DecisionKind.THIRD_READING),
    )
)
ENTRIES = (
    select(Entry.id, Entry.number, EntryRevision.title)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where((Entry.phase_id == PHASE_ID) & (Entry.number == NUMBERS) | Entry.id.in_(DECIDED))
    .order_by(Entry.number, Entry.id)
)
_of_entry = DeliberationItem.panel_id == PANEL_ID, DeliberationItem.entry_id == ENTRY_ID
_note = DeliberationNote.item_id == DeliberationItem.id
_decision = DeliberationDecision.item_id == DeliberationItem.id
_signature = DecisionSignature.decision_id == DeliberationDecision.id
# From the first note or decision on, all who can open the panel's meeting may have read it there:
# its judges, but those who were invited after it was closed.
_was_discussed = exists().where(*_of_entry, or_(exists().where(_note), exists().where(_decision)))
# Whoever took part in the meeting about an entry knows what was said of its scores.
MET: Any = union(
    select(DeliberationItem.raised_by).where(*_of_entry),
    select(DeliberationNote.said_by).join(DeliberationItem, _note).where(*_of_entry),
    select(DeliberationDecision.decided_by).join(DeliberationItem, _decision).where(*_of_entry),
    select(DecisionSignature.person_id)
    .join(DeliberationDecision, _signature)
    .join(DeliberationItem, _decision)
    .where(*_of_entry),
    select(PanelJudge.person_id)
    .join(Panel, Panel.id == PanelJudge.panel_id)
    .where(
        Panel.id == PANEL_ID,
        PanelJudge.person_id.is_not(None),
        PanelJudge.created_at <= Panel.closed_at,
        _was_discussed,
    ),
)


class WantedReading(msgspec.Struct, frozen=True):
    """An entry to read once more: as its judges are further apart than the panel's bound
    (`differing`), or because the panel decided so in its meeting."""

    entry_id: int
    number: int
    title: str
    differing: DivergentEntry | None


async def wanted_readings(db: AsyncSession, panel: Panel) -> list[WantedReading]:
    """The entries to offer for a third reading by the newest run and the panel's meeting, by their
    numbers; none before the first run."""
    run = await newest_run(db, panel.id)
    figures = await kept_figures(db, run.id) if run else None
    differing = {int(one.entry[1:]): one for one in (figures.divergent if figures else ())}
    asked = {
        PANEL_ID.key: panel.id,
        PHASE_ID.key: panel.entries_phase_id,
        "numbers": list(differing),
    }
    return [
        WantedReading(row.id, row.number, row.title, differing.get(row.number))
        for row in await rows_of(db, ENTRIES, asked)
    ]


async def find_wanted(db: AsyncSession, panel: Panel, entry_id: int) -> WantedReading:
    """One of these entries; raises NotFound for any other."""
    for wanted in await wanted_readings(db, panel):
        if wanted.entry_id == entry_id:
            return wanted
    raise NotFound


async def possible_readers(
    db: AsyncSession, campaign: Campaign, panel: Panel, entry_id: int
) -> list[Reader]:
    """The judges who can read the entry once more, the one to suggest first. Managers cannot, as
    they see scores, nor whoever took part in the meeting about it, or may have read in it."""
    met = await rows_of(db, MET, {PANEL_ID.key: panel.id, ENTRY_ID.key: entry_id})
    manage = await db.scalars(managers_of(campaign.organisation_id))
    apart: Collection[int] = {*(person for (person,) in met), *manage}
    return await readers_of(db, panel, entry_id, apart)

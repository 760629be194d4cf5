"""Queries for what a judge may see: their panels, and the entries that they score."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import NOW
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.judged_entries import BEHIND, NOT_JUDGED
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelJudge,
    Recusal,
    Score,
    Scorecard,
    ThirdReading,
)
from ideahub.judging.panels import PANELS, PanelView, panel_view
from ideahub.judging.visibility import READS_ON, STANDS

JUDGES_NOW = [
    PanelJudge.person_id == VIEWER_ID,
    PanelJudge.accepted_at.is_not(None),
    PanelJudge.removed_at.is_(None),
]

# As rows: to look for each of ten thousand people in an array takes seconds.
_told = func.unnest(PanelJudge.declared_for).table_valued("person_id").render_derived("told")
_new_entrants = (
    exists()
    .where(
        BEHIND.c.phase_id == Panel.entries_phase_id,
        BEHIND.c.person_id != PanelJudge.person_id,
        ~exists().where(_told.c.person_id == BEHIND.c.person_id).correlate_except(_told),
    )
    .correlate(Panel, PanelJudge)
)
OWN_PANELS: Select[Any] = (
    PANELS.join(PanelJudge, PanelJudge.panel_id == Panel.id)
    .add_columns(
        PanelJudge.id.label("judge_id"),
        PanelJudge.label.label("judge_label"),
        PanelJudge.declared_at,
        PanelJudge.scores_opened_at,
        PanelJudge.expertise,
        (PanelJudge.created_at > Panel.closed_at).label("joined_late"),
        exists()
        .where(Assignment.judge_id == PanelJudge.id, READS_ON)
        .correlate(PanelJudge)
        .label("reads_on"),
        _new_entrants.label("asks_anew"),
    )
    .where(*JUDGES_NOW)
)
ALL_OWN = OWN_PANELS.order_by(Panel.closed_at.is_not(None), Panel.id.desc())
ONE_OWN = OWN_PANELS.where(Panel.id == bindparam("panel_id", type_=BigInteger))
JUDGE_FIELDS = (
    "joined_late",
    "reads_on",
    "judge_id",
    "judge_label",
    "declared_at",
    "scores_opened_at",
    "expertise",
    "asks_anew",
)


class OwnPanel(msgspec.Struct, frozen=True):
    """A panel as one of its judges sees it. `asks_anew`: somebody is behind an entry of whom the
    judge has not declared anything yet."""

    panel: PanelView
    judge_id: int
    judge_label: int
    declared_at: datetime | None
    scores_opened_at: datetime | None
    expertise: list[str]
    # Invited after the panel was closed, for third readings only.
    joined_late: bool | None
    # They have a third reading to finish.
    reads_on: bool
    asks_anew: bool

    @property
    def may_read(self) -> bool:
        """Whether entries are open to the judge: all conflicts of interest are declared."""
        return self.declared_at is not None and not self.asks_anew

    @property
    def may_declare(self) -> bool:
        """Whether they can still declare conflicts of interest: also in a closed panel, for a third
        reading."""
        return self.panel.closed_at is None or bool(self.joined_late) or self.reads_on


class OwnTime(msgspec.Struct, frozen=True, kw_only=True):
    """When a judge can score an entry: with the panel, or, as a third reading, until `read_until`
    (`reads_on`: that is to come)."""

    read_until: datetime | None
    timezone: str | None
    reads_on: bool

    def is_open(self, panel: PanelView) -> bool:
        """Whether the judge can score it now."""
        return self.reads_on if self.read_until else panel.is_open

    def is_over(self, panel: PanelView) -> bool:
        """Whether the judge can score it no longer."""
        return not self.reads_on if self.read_until else panel.is_over


class QueueEntry(OwnTime, frozen=True, kw_only=True):
    """An entry in a judge's queue; `place` is where it stands in their own order, from 1."""

    id: int
    panel_id: int
    place: int
    title: str
    scored: int
    final_at: datetime | None
    begun: bool


# The columns of OwnTime.
OWN_TIME = (
    ThirdReading.closes_at.label("read_until"),
    ThirdReading.timezone,
    func.coalesce(ThirdReading.closes_at > NOW, False).label("reads_on"),
)
_title = EntryRevision.title
_scored = (
    select(func.count())
    .where(Score.scorecard_id == Scorecard.id, Score.value.is_not(None))
    .correlate(Scorecard)
    .scalar_subquery()
)
QUEUE: Select[Any] = (
    select(
        Assignment.id,
        Assignment.panel_id,
        func.row_number()
        .over(partition_by=Assignment.panel_id, order_by=(Assignment.reading_order, Assignment.id))
        .label("place"),
        _title,
        _scored.label("scored"),
        Scorecard.final_at,
        Scorecard.id.is_not(None).label("begun"),
        *OWN_TIME,
    )
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(Entry, Entry.id == Assignment.entry_id)
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .outerjoin(ThirdReading, ThirdReading.assignment_id == Assignment.id)
    .join(
        EntryRevision, EntryRevision.id == func.coalesce(Scorecard.revision_id, Entry.submitted_id)
    )
    .where(*JUDGES_NOW, STANDS)
)
QUEUE_OF_PANEL = QUEUE.where(Assignment.panel_id == bindparam("panel_id", type_=BigInteger))


async def own_panels(db: AsyncSession, viewer: Viewer) -> list[OwnPanel]:
    """The panels in which the viewer judges, those that are open first."""
    return [_own_panel(row) for row in await rows_of(db, ALL_OWN, viewer.bound)]


async def find_own_panel(db: AsyncSession, viewer: Viewer, panel_id: int) -> OwnPanel:
    """The panel, for one of its judges; raises SignInNeeded and NotFound."""
    viewer.must_sign_in()
    asked = {"panel_id": panel_id, **viewer.bound}
    found = await rows_of(db, ONE_OWN, asked) if panel_id <= MOST else ()
    if not found:
        raise NotFound
    return _own_panel(found[0])


def _own_panel(row: Any) -> OwnPanel:
    values = dict(row._mapping)
    judge = {name: values.pop(name) for name in JUDGE_FIELDS}
    return OwnPanel(panel=panel_view(values), **judge)


class OwnAssignment(OwnTime, frozen=True, kw_only=True):
    """An entry that the viewer is to score, with the state of their scorecard.

    `revision_id` is the one that they read: what was submitted when they began. `newer`: the
    entrants have sent another one since.
    """

    id: int
    panel_id: int
    entry_id: int
    revision_id: int
    newer: bool
    scorecard_id: int | None
    saved: int
    saved_at: datetime | None
    saved_on: str
    final_at: datetime | None
    sealed_at: datetime | None
    ended_at: datetime | None
    recused_at: datetime | None
    # The entry was withdrawn, or found not eligible.
    is_gone: bool

    @property
    def stands(self) -> bool:
        """Whether the judge still has it: they have not stepped back, it was not passed on, and it
        is still judged."""
        return self.ended_at is None and self.recused_at is None and not self.is_gone


ONE_ASSIGNMENT = (
    select(
        Assignment.id,
        Assignment.panel_id,
        Assignment.entry_id,
        func.coalesce(Scorecard.revision_id, Entry.submitted_id).label("revision_id"),
        func.coalesce(Scorecard.revision_id != Entry.submitted_id, False).label("newer"),
        Scorecard.id.label("scorecard_id"),
        func.coalesce(Scorecard.saved, 0).label("saved"),
        Scorecard.saved_at,
        func.coalesce(Scorecard.saved_on, "").label("saved_on"),
        Scorecard.final_at,
        Scorecard.sealed_at,
        Assignment.ended_at,
        Recusal.created_at.label("recused_at"),
        Assignment.entry_id.in_(NOT_JUDGED).label("is_gone"),
        *OWN_TIME,
    )
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(Entry, Entry.id == Assignment.entry_id)
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
    .outerjoin(ThirdReading, ThirdReading.assignment_id == Assignment.id)
    .where(Assignment.id == bindparam("assignment_id", type_=BigInteger), *JUDGES_NOW)
)


async def find_own_assignment(
    db: AsyncSession, viewer: Viewer, assignment_id: int
) -> tuple[OwnPanel, OwnAssignment]:
    """An assignment of the viewer's own, with its panel; raises SignInNeeded, and NotFound for one
    of anybody else."""
    viewer.must_sign_in()
    asked = {"assignment_id": assignment_id, **viewer.bound}
    found = await rows_of(db, ONE_ASSIGNMENT, asked) if assignment_id <= MOST else ()
    if not found:
        raise NotFound
    own = OwnAssignment(**found[0]._mapping)
    return await find_own_panel(db, viewer, own.panel_id), own


def must_read(own: OwnPanel) -> None:
    """Raises Conflict where the judge has to declare conflicts of interest before they read."""
    if own.declared_at is None:
        raise Conflict(_("Declare your conflicts of interest first: then the entries open."))
    if own.asks_anew:
        raise Conflict(
            _("Somebody has entered of whom you have not declared anything yet. Do so first.")
        )

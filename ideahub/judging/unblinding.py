"""Records whom somebody was shown who is behind an entry that is judged blind."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry
from ideahub.judging.inviting import find_judge_row
from ideahub.judging.models import Assignment, Panel, Unblinding
from ideahub.judging.panels import lock_panel
from ideahub.organisations.models import Person

PANEL_ID = bindparam("panel_id", type_=BigInteger)
ENTRY_ID = bindparam("entry_id", type_=BigInteger)
PERSON_ID = bindparam("person_id", type_=BigInteger)
SHOWN = select(
    exists().where(
        Unblinding.panel_id == PANEL_ID,
        or_(Unblinding.entry_id == ENTRY_ID, Unblinding.entry_id.is_(None)),
        or_(Unblinding.person_id == PERSON_ID, Unblinding.person_id.is_(None)),
    )
)
Shower = aliased(Person, name="shower")
OF_PANEL = (
    select(
        Unblinding.id,
        Unblinding.created_at,
        Unblinding.reason,
        Entry.number.label("entry_number"),
        Entry.title.label("entry_title"),
        Person.name,
        Shower.name.label("shown_by"),
    )
    .outerjoin(Entry, Entry.id == Unblinding.entry_id)
    .outerjoin(Person, Person.id == Unblinding.person_id)
    .outerjoin(Shower, Shower.id == Unblinding.shown_by)
    .where(Unblinding.panel_id == PANEL_ID)
    .order_by(Unblinding.id)
)


class UnblindingView(msgspec.Struct, frozen=True):
    """An un-blinding as it stands in the record: without an entry of all, without a name before
    everybody."""

    id: int
    created_at: datetime
    reason: str
    entry_number: int | None
    entry_title: str | None
    name: str | None
    shown_by: str | None


async def unblind(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel_id: int,
    judge_id: int,
    entry_id: int,
    reason: str,
) -> bool:
    """A manager shows a judge who is behind an entry that they have; returns False where it was
    shown before.

    Raises NotFound where the judge does not have the entry, and Conflict in a panel that is not
    blind.
    """
    panel = await lock_panel(db, panel_id)
    judge = await find_judge_row(db, panel, judge_id)
    has_it = select(Assignment.id).where(
        Assignment.judge_id == judge.id, Assignment.entry_id == entry_id
    )
    if judge.person_id is None or await db.scalar(has_it) is None:
        raise NotFound
    if not panel.blind:
        raise Conflict(_("In this panel judges see names anyway."))
    if await is_shown(db, panel.id, entry_id, judge.person_id):
        return False
    await record_unblinding(db, viewer, panel, reason, entry_id=entry_id, person_id=judge.person_id)
    return True


async def record_unblinding(
    db: AsyncSession,
    viewer: Viewer,
    panel: Panel,
    reason: str,
    *,
    entry_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Records that names behind a blind panel are shown: of all entries without an entry, to
    everybody without a person, as where results are published. Each is an event."""
    shown = Unblinding(
        panel_id=panel.id,
        entry_id=entry_id,
        person_id=person_id,
        shown_by=viewer.id,
        reason=reason,
    )
    db.add(shown)
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.ENTRY_UNBLINDED, viewer, on=on, subject=shown)


async def is_shown(db: AsyncSession, panel_id: int, entry_id: int, person_id: int | None) -> bool:
    """Whether this person was shown who is behind the entry."""
    asked = {"panel_id": panel_id, "entry_id": entry_id, "person_id": person_id}
    ((shown,),) = await rows_of(db, SHOWN, asked)
    return bool(shown)


async def unblindings_of(db: AsyncSession, panel_id: int) -> Sequence[UnblindingView]:
    """All un-blindings of a panel, the oldest first."""
    found = await rows_of(db, OF_PANEL, {"panel_id": panel_id})
    return [UnblindingView(**row._mapping) for row in found]

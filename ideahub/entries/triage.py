"""Decides whether entries may be judged. A decision can be made anew; none is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind
from ideahub.core.i18n import _, in_a_row, ngettext
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.entries.entering import record_on
from ideahub.entries.models import Entry, EntryRevision, TriageDecision
from ideahub.entries.queries import ENTRY_ID
from ideahub.entries.team import members_of
from ideahub.organisations.models import Person

MOST_AT_ONCE = 200


class DecisionView(msgspec.Struct, frozen=True):
    """A decision about an entry, with who decided it."""

    is_eligible: bool
    reason: str
    decided_by: str
    created_at: datetime
    revision_id: int


DECISIONS = (
    select(
        TriageDecision.is_eligible,
        TriageDecision.reason,
        Person.name,
        TriageDecision.created_at,
        TriageDecision.revision_id,
    )
    .join(Person, Person.id == TriageDecision.decided_by)
    .where(TriageDecision.entry_id == ENTRY_ID)
    .order_by(TriageDecision.id.desc())
)


async def decisions_about(db: AsyncSession, entry_id: int) -> list[DecisionView]:
    """Everything that was decided about an entry, the newest first. Checks no permission."""
    return [DecisionView(*row) for row in await rows_of(db, DECISIONS, {"entry_id": entry_id})]


async def decide_eligibility(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    entry_ids: Sequence[int],
    *,
    is_eligible: bool,
    reason: str,
    seen: Mapping[int, int] | None = None,
) -> int:
    """Decides about these submitted entries with one reason, which their teams read, and returns
    how many decisions are new: who presses twice decides once.

    `seen` are the versions that the viewer was shown, by the number of the entry. The caller has
    found that the viewer manages the campaign. Raises Invalid without entries, and without a reason
    where they are not eligible; Conflict where the viewer belongs to one of them, or has not seen
    the version that is submitted now.
    """
    if not entry_ids:
        raise Invalid(_("Choose at least one entry."), field="entries")
    if len(entry_ids) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s at once, please.", most=MOST_AT_ONCE), field="entries")
    if not is_eligible and not reason:
        raise Invalid(_("Say why: the entrant reads this reason."), field="reason")
    new = 0
    rows = await _held(db, campaign, entry_ids)
    await _must_be_as_seen(db, rows, seen or {})
    for row in rows:
        new += await _decide(db, viewer, row, is_eligible=is_eligible, reason=reason)
    return new


async def _held(db: AsyncSession, campaign: Campaign, entry_ids: Sequence[int]) -> Sequence[Entry]:
    chosen = select(Entry).where(
        Entry.id.in_(entry_ids),
        Entry.campaign_id == campaign.id,
        Entry.submitted_id.is_not(None),
    )
    return (await db.scalars(held(chosen.order_by(Entry.id)))).all()


async def _must_be_as_seen(
    db: AsyncSession, rows: Sequence[Entry], seen: Mapping[int, int]
) -> None:
    # Nothing is submitted meanwhile: that would wait for the entries, which are held.
    submitted = select(EntryRevision.entry_id, EntryRevision.number).where(
        EntryRevision.id.in_([row.submitted_id for row in rows])
    )
    now = {row.entry_id: row.number for row in await db.execute(submitted)}
    changed = [row.number for row in rows if seen.get(row.id, now[row.id]) != now[row.id]]
    if changed:
        raise Conflict(
            ngettext(
                "Entry no. %(numbers)s was submitted again after you opened this page. Read what "
                "stands there now, and decide then.",
                "The entries no. %(numbers)s were submitted again after you opened this page. Read "
                "what stands there now, and decide then.",
                len(changed),
                numbers=in_a_row(map(str, changed)),
            ),
            field="entries",
        )


async def _decide(
    db: AsyncSession, viewer: Viewer, row: Entry, *, is_eligible: bool, reason: str
) -> int:
    members = await members_of(db, row.id)
    if any(viewer.is_person(one.person_id) for one in members):
        raise Conflict(
            _(
                "You belong to the team of entry no. %(number)s, so somebody else has to decide "
                "about it.",
                number=row.number,
            ),
            field="entries",
        )
    assert row.submitted_id is not None
    decisions = await decisions_about(db, row.id)
    same = (is_eligible, reason, row.submitted_id)
    if decisions and same == (
        decisions[0].is_eligible,
        decisions[0].reason,
        decisions[0].revision_id,
    ):
        return 0
    db.add(
        TriageDecision(
            entry_id=row.id,
            revision_id=row.submitted_id,
            is_eligible=is_eligible,
            reason=reason,
            decided_by=viewer.person_id,
        )
    )
    await record_on(db, Kind.ENTRY_TRIAGED, viewer, row)
    return 1

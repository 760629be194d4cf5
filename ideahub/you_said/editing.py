"""Rules for what managers write into a summary, move and leave out."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.you_said.models import OutcomeSummary, SummaryOmission
from ideahub.you_said.sentences import MOVABLE, read

STANDING = SummaryOmission.put_back_at.is_(None)


def save_words(
    viewer: Viewer,
    summary: OutcomeSummary,
    seen: int,
    introduction: str,
    words: Mapping[str, str],
    order: Sequence[str],
) -> None:
    """Saves what was written into a summary whose row is locked, and the order of its sections;
    `seen` is the summary's `saved` that the writer had opened. Saving the same again does nothing.

    Raises Conflict where somebody else changed it meanwhile.
    """
    kept = {section: text for section, text in words.items() if text}
    ordered = full_order(order)
    written = (introduction, kept, ordered)
    if written == (summary.introduction, summary.words, summary.section_order):
        return
    if seen != summary.saved:
        raise Conflict(
            _(
                "Somebody else changed this page while you were writing. Your text is kept: see "
                "what it would change, then save it again."
            )
        )
    summary.introduction, summary.words, summary.section_order = written
    summary.saved += 1
    summary.changed_by = viewer.person_id


def full_order(order: Sequence[str]) -> list[str]:
    """The sections in this order; those that it does not name come after it, in their own."""
    known = [name for name in dict.fromkeys(order) if name in set(MOVABLE)]
    return [*known, *(section.value for section in MOVABLE if section.value not in known)]


async def leave_out(
    db: AsyncSession, viewer: Viewer, summary: OutcomeSummary, key: str, reason: str
) -> None:
    """Leaves a sentence out of a summary whose row is locked; the reason is kept. Does nothing for
    one that is left out already.

    Raises Invalid without a reason, for a sentence that is not there (any more), and for one that
    has to stay.
    """
    if not reason:
        raise Invalid(_("Say why: it stays on record."), field="reason")
    chosen = next((one for one in read(summary.sentences) if one.key == key), None)
    if chosen is None:
        raise Invalid(_("Choose a sentence."), field="sentence")
    if chosen.must_stay:
        raise Invalid(
            _("This cannot be left out: figures and open questions stay visible."),
            field="sentence",
        )
    left_out = insert(SummaryOmission).values(
        summary_id=summary.id, sentence=key, reason=reason, omitted_by=viewer.person_id
    )
    if await db.scalar(left_out.on_conflict_do_nothing().returning(SummaryOmission.id)):
        summary.saved += 1
        summary.changed_by = viewer.person_id


async def put_back(db: AsyncSession, viewer: Viewer, summary: OutcomeSummary, number: int) -> None:
    """Puts a sentence back that was left out of a summary whose row is locked; does nothing for
    one that is back already. Raises NotFound."""
    found = await db.get(SummaryOmission, number)
    if found is None or found.summary_id != summary.id:
        raise NotFound
    if found.put_back_at is None:
        found.put_back_at, found.put_back_by = func.now(), viewer.person_id
        summary.saved += 1
        summary.changed_by = viewer.person_id


async def omissions_of(db: AsyncSession, summary_id: int) -> Sequence[SummaryOmission]:
    """What is left out now, in the order in which it was."""
    here = SummaryOmission.summary_id == summary_id
    found = select(SummaryOmission).where(here, STANDING).order_by(SummaryOmission.id)
    return (await db.scalars(found)).all()

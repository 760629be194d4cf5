"""Rules for merging two entries of the FAQ into one, and for separating them again."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.questions.answering import Answer, put_answer
from ideahub.questions.models import AskedQuestion, FaqEntry, FaqWithdrawal
from ideahub.questions.withdrawals import (
    end_withdrawal,
    must_be_listed,
    standing_withdrawal,
)


class Merge(NamedTuple):
    """The entry that goes, and the one that it becomes part of, each with the version that the
    manager has seen."""

    from_id: int
    from_version: int
    into_id: int
    into_version: int


async def merge_answers(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, merge: Merge, answer: Answer
) -> FaqEntry:
    """Makes one entry of two, with this answer for all who asked either; returns it. The address of
    the other leads to it. What was merged before is only returned.

    Raises NotFound, and Conflict where one of them is not listed any more or was changed since.
    """
    gone, kept = await _both(db, campaign, merge)
    standing = await standing_withdrawal(db, gone.id)
    if standing and standing.into_id == kept.id:
        return kept
    await must_be_listed(db, gone)
    await must_be_listed(db, kept)
    if (gone.version, kept.version) != (merge.from_version, merge.into_version):
        raise Conflict(
            _("One of them was changed meanwhile. Nothing was sent. Read both and send it again."),
            field="answer",
        )
    moved = await _move_questions(db, gone, kept)
    db.add(
        FaqWithdrawal(entry_id=gone.id, into_id=kept.id, questions=moved, made_by=viewer.person_id)
    )
    await put_answer(db, viewer, kept, answer)
    about = {"version": kept.version, "merged": gone.id}
    await record(db, Kind.ANSWERS_MERGED, viewer, on=campaign, subject=kept, **about)
    return kept


async def separate_answers(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, entry_id: int
) -> FaqEntry:
    """Undoes a merge: the entry is listed by itself again, as it was, with the questions that went
    over. The other one keeps its text. Does nothing for an entry that is not merged.

    Raises NotFound, and Conflict for one that was hidden.
    """
    (entry,) = await _locked(db, campaign, [entry_id])
    standing = await standing_withdrawal(db, entry.id)
    if standing is None:
        return entry
    if standing.into_id is None:
        raise Conflict(_("It is hidden, and not merged."))
    # The other one may have become part of a third since, with all questions.
    there = await merged_into(db, standing.into_id)
    back = update(AskedQuestion).where(
        AskedQuestion.id.in_(standing.questions), AskedQuestion.entry_id == there
    )
    await db.execute(back.values(entry_id=entry.id).execution_options(synchronize_session=False))
    await end_withdrawal(db, viewer, standing)
    await record(
        db, Kind.ANSWERS_SEPARATED, viewer, on=campaign, subject=entry, version=entry.version
    )
    return entry


async def merged_into(db: AsyncSession, entry_id: int) -> int:
    """The number of the entry that this one is part of now, over several merges; its own where it
    is merged into none."""
    while (standing := await standing_withdrawal(db, entry_id)) and standing.into_id:
        entry_id = standing.into_id
    return entry_id


async def _both(db: AsyncSession, campaign: Campaign, merge: Merge) -> tuple[FaqEntry, FaqEntry]:
    if merge.from_id == merge.into_id:
        raise Conflict(_("Choose two different questions."))
    found = await _locked(db, campaign, [merge.from_id, merge.into_id])
    by_number = {entry.id: entry for entry in found}
    return by_number[merge.from_id], by_number[merge.into_id]


async def _locked(
    db: AsyncSession, campaign: Campaign, numbers: Sequence[int]
) -> Sequence[FaqEntry]:
    rows = select(FaqEntry).where(FaqEntry.id.in_(numbers), FaqEntry.campaign_id == campaign.id)
    found = (await db.scalars(held(rows.order_by(FaqEntry.id)))).all()
    if len(found) < len(numbers):
        raise NotFound
    return found


async def _move_questions(db: AsyncSession, gone: FaqEntry, kept: FaqEntry) -> list[int]:
    moved = (
        update(AskedQuestion)
        .where(AskedQuestion.entry_id == gone.id)
        .values(entry_id=kept.id)
        .returning(AskedQuestion.id)
        .execution_options(synchronize_session=False)
    )
    return sorted((await db.scalars(moved)).all())

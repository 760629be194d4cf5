"""Rules for changes of ideas that wait for a moderator, while everyone reads the text before."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.adopting import mark_adopted
from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind, record
from ideahub.core.holding import ChangedText, NewText
from ideahub.core.locking import held, locked
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, InnovationType
from ideahub.ideas.submitting import Author, publish_change
from ideahub.moderation.holding import Noticed, keep_case, look_at
from ideahub.moderation.models import (
    CHANGE_WAITS,
    HeldChange,
    LooksFirst,
    ModerationCase,
    TextKind,
)
from ideahub.moderation.scoring import THRESHOLD, Signal, links_in, score_of


async def hold_change(db: AsyncSession, viewer: Viewer, change: ChangedText) -> bool:
    """Keeps a change by somebody without a role where its campaign looks at everything first, or
    where it adds what looks like spam; returns whether it does. What was there before counts for
    nothing: it has been read already."""
    if viewer.grants:
        return False
    new = NewText(on=change.on, words=change.after)
    seen = await look_at(db, viewer, new)
    spam = _added_spam(seen, change)
    # A build that is worked in as it stands says nothing that was not looked at.
    looks = seen.looks_first == LooksFirst.ALL and not (change.adopts and not _added(change))
    if not looks and not spam:
        return False
    kept = await _keep(db, viewer, change)
    case = await keep_case(db, TextKind.CHANGE, kept.id, spam or seen.signals)
    if case.held_at is None:
        case.held_at = await db.scalar(select(func.now()))
    await record(db, Kind.TEXT_HELD, viewer, subject=case)
    return True


async def publish(db: AsyncSession, case: ModerationCase) -> None:
    """Stores the change of a case as its author's. Raises what `publish_change` raises."""
    kept = await lock_change(db, case)
    if kept.published_at:
        return
    kind = kept.columns["innovation_type"]
    columns = {**kept.columns, "innovation_type": kind and InnovationType(kind)}
    build = await _build_to_adopt(db, kept)
    revision = await publish_change(
        db,
        kept.author_id,
        kept.idea_id,
        columns,
        from_revision=kept.from_revision,
        note=kept.note,
        adopted_from=build.author_id if build else None,
    )
    if build:
        idea = await db.get_one(Idea, kept.idea_id)
        await mark_adopted(db, Author(kept.author_id), idea, build, revision)
    kept.published_at = await db.scalar(select(func.now()))
    await db.flush()


async def lock_change(db: AsyncSession, case: ModerationCase) -> HeldChange:
    """The change of a case, locked; before it the build that it works in and its idea, in the order
    in which authors change them."""
    which = select(HeldChange.adopts_id).where(HeldChange.id == case.text_id)
    if (build_id := await db.scalar(which)) is not None:
        await locked(db, Contribution, build_id)
    await locked(db, Idea, case.idea_id)
    return await locked(db, HeldChange, case.text_id)


async def _build_to_adopt(db: AsyncSession, kept: HeldChange) -> Contribution | None:
    """The build that the change works in, unless it was withdrawn, hidden or adopted meanwhile."""
    if kept.adopts_id is None:
        return None
    build = await db.get_one(Contribution, kept.adopts_id)
    stands = build.withdrawn_at is None and build.hidden_at is None
    return build if stands and build.adopted_revision is None else None


async def refuse(db: AsyncSession, case: ModerationCase) -> None:
    """Refuses the change of a case: the text stays as it was."""
    kept = await lock_change(db, case)
    kept.refused_at = await db.scalar(select(func.now()))
    await db.flush()


def _added_spam(seen: Noticed, change: ChangedText) -> Sequence[Signal]:
    """What is noticed in a change that adds what looks like spam: in the whole text, or in its new
    lines where these have links that it had not; else nothing."""
    before = score_of(seen.signals_in(change.before))
    if max(before + 1, THRESHOLD) <= score_of(seen.signals):
        return seen.signals
    new_links = set(links_in(change.after)) - set(links_in(change.before))
    signals = seen.signals_in(_added(change))
    return signals if new_links and score_of(signals) >= THRESHOLD else []


def _added(change: ChangedText) -> str:
    """The lines that were not there before."""
    lines = set(change.before.splitlines())
    return "\n".join(line for line in change.after.splitlines() if line not in lines)


async def _keep(db: AsyncSession, viewer: Viewer, change: ChangedText) -> HeldChange:
    """The author's change of this idea that waits; a later one takes the place of an earlier."""
    waiting = select(HeldChange).where(
        HeldChange.idea_id == change.on.id, HeldChange.author_id == viewer.person_id, CHANGE_WAITS
    )
    kept = await db.scalar(held(waiting))
    if kept is None:
        kept = HeldChange(idea_id=change.on.id, author_id=viewer.person_id)
        db.add(kept)
    kept.columns = {name: _plain(value) for name, value in change.columns.items()}
    kept.from_revision, kept.note = change.from_revision, change.note
    kept.adopts_id = change.adopts
    await db.flush()
    return kept


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value

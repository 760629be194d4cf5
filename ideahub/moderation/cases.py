"""Rules for opening a case about a text, and finding one as its moderator."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.locking import held, one_at_a_time
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import IS_OPEN, ModerationCase
from ideahub.moderation.moderators import MODERATES
from ideahub.moderation.same_texts import fingerprint_of
from ideahub.moderation.texts import TextView

# How long others are told that somebody looks at it.
CLAIM = timedelta(minutes=10)


async def open_case(db: AsyncSession, text: TextView) -> ModerationCase:
    """The open case about the text, locked; a new one where there is none."""
    await one_at_a_time(db, f"moderation {text.kind} {text.id}")
    of_text = ModerationCase.text_kind == text.kind, ModerationCase.text_id == text.id
    found = await db.scalar(held(select(ModerationCase).where(*of_text, IS_OPEN)))
    if found:
        return found
    case = ModerationCase(
        text_kind=text.kind,
        text_id=text.id,
        idea_id=text.idea_id,
        campaign_id=text.campaign_id,
        organisation_id=text.organisation_id,
        author_id=text.author_id,
        fingerprint=fingerprint_of(text.words),
    )
    db.add(case)
    await db.flush()
    return case


async def find_case(
    db: AsyncSession, viewer: Viewer, case_id: int, *, lock: bool = False
) -> ModerationCase:
    """The case, for its moderators, with `lock` locked; raises SignInNeeded, and NotFound for
    everyone else."""
    viewer.must_sign_in()
    wanted = select(ModerationCase).where(ModerationCase.id == case_id, MODERATES)
    statement = held(wanted, of=ModerationCase) if lock else wanted
    found = await db.scalar(statement, viewer.bound) if case_id <= MOST else None
    if found is None:
        raise NotFound
    return found


async def claim(db: AsyncSession, viewer: Viewer, case_id: int) -> ModerationCase:
    """Tells other moderators that the viewer looks at it, for as long as CLAIM; a claim of somebody
    else's that has not ended stays. Raises what `find_case` raises."""
    case = await find_case(db, viewer, case_id, lock=True)
    now = (await db.execute(select(func.statement_timestamp()))).scalar_one()
    is_anothers = case.claimed_until and case.claimed_until > now
    if case.is_open and (not is_anothers or case.claimed_by == viewer.id):
        case.claimed_by, case.claimed_until = viewer.person_id, now + CLAIM
        await db.flush()
        await record(db, Kind.TEXT_LOOKED_AT, viewer, subject=case)
    return case

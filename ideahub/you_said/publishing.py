"""Rules for publishing a summary: each time a version that never changes."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import NOW, end_of
from ideahub.core.events import OLDEST_OPEN, Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.you_said.editing import omissions_of
from ideahub.you_said.models import OutcomeSummary, SummaryVersion
from ideahub.you_said.scope import now_in, quarter_of
from ideahub.you_said.sentences import read, stored


async def publish(db: AsyncSession, viewer: Viewer, summary: OutcomeSummary, seen: int) -> int:
    """Publishes a summary whose row is locked, as its next version, and returns that number; what
    was published already as it is now is not published again. `seen` is the summary's `saved` that
    the publisher looked at.

    Raises Conflict where it was changed since, and where its campaign is not published any more.
    """
    if seen != summary.saved:
        raise Conflict(
            _("Somebody changed this page after you looked at it. Look at it again, then publish.")
        )
    if summary.version and await _published_as(db, summary) == summary.saved:
        return summary.version
    campaign = await _campaign(db, summary)
    version = await _version(db, viewer, summary)
    db.add(version)
    summary.version = version.number
    if summary.read_to is None:
        # What happens from now on is added.
        summary.read_to = (await db.execute(select(OLDEST_OPEN))).scalar_one()
    first = version.number == 1
    await record(
        db,
        Kind.SUMMARY_PUBLISHED,
        viewer,
        on=campaign,
        subject=summary,
        number=version.number,
        first=first,
    )
    return version.number


async def _published_as(db: AsyncSession, summary: OutcomeSummary) -> int | None:
    here = SummaryVersion.summary_id == summary.id, SummaryVersion.number == summary.version
    saved: int | None = await db.scalar(select(SummaryVersion.saved).where(*here))
    return saved


async def _campaign(db: AsyncSession, summary: OutcomeSummary) -> Campaign | None:
    if summary.campaign_id is None:
        return None
    campaign = await db.get_one(Campaign, summary.campaign_id)
    if not campaign.is_published:
        raise Conflict(_("This is not published any more, so nobody could read the page."))
    return campaign


async def _version(db: AsyncSession, viewer: Viewer, summary: OutcomeSummary) -> SummaryVersion:
    left_out = {one.sentence for one in await omissions_of(db, summary.id)}
    kept = [one for one in read(summary.sentences) if one.must_stay or one.key not in left_out]
    words = {section: await markdown_html(text) for section, text in summary.words.items()}
    return SummaryVersion(
        summary_id=summary.id,
        number=summary.version + 1,
        published_by=viewer.person_id,
        so_far=await is_so_far(db, summary),
        introduction_html=await markdown_html(summary.introduction),
        words_html=words,
        section_order=list(summary.section_order),
        sentences=stored(kept),
        figures_at=summary.figures_at,
        saved=summary.saved,
        idea_ids=sorted({one.idea for one in kept if one.idea}),
    )


async def is_so_far(db: AsyncSession, summary: OutcomeSummary) -> bool:
    """Whether it is not over yet: the quarter, or the challenge with its last phase. An idea box is
    over once it is archived."""
    if summary.starts_on is not None:
        _begins, ends = quarter_of(summary.starts_on).bounds(summary.timezone)
        return ends > await now_in(db)
    campaign = await db.get_one(Campaign, summary.campaign_id)
    if campaign.archived_at:
        return False
    if campaign.kind == CampaignKind.IDEA_BOX:
        return True
    of_campaign = Phase.campaign_id == campaign.id, Phase.dates_known
    goes_on = or_(Phase.closes_at.is_(None), end_of() > NOW)
    return bool(await db.scalar(select(func.bool_or(goes_on)).where(*of_campaign)))

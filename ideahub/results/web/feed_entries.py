"""What a challenge's feed tells of its published results."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _
from ideahub.http.feeds import FeedEntry
from ideahub.results.public_results import ResultView, published_results


async def result_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """The results that were published, also those that were replaced since."""
    found = await published_results(db, campaign.id)
    return [
        FeedEntry(
            f"result-{result.id}",
            f"{campaign.url}/results/{result.id}",
            _title(result),
            result.note_html,
            result.published_at,
            result.replaced_at or result.final_at,
        )
        for result in found
    ]


def _title(result: ResultView) -> str:
    if result.replaced_at:
        return _("Result that was replaced: %(panel)s", panel=result.panel_name)
    if result.is_final:
        return _("Final result: %(panel)s", panel=result.panel_name)
    return _("Preliminary result: %(panel)s", panel=result.panel_name)


FEEDS = (result_entries,)

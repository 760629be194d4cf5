"""Fills in a result of the demo that is preliminary: with reasons, an appeal that nobody has decided,
and time for others to appeal."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.demo.concluding import publish_with_reasons
from ideahub.demo.dating_judged import CONCLUDED, JUDGED, move_back, move_events_back
from ideahub.demo.shapes_judged import DemoJudged
from ideahub.demo.telling import DemoContext
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.results.appealing import appeal
from ideahub.results.entrants import find_own_entry
from ideahub.results.publishing import current_result

PUBLISHED_AGO, JUDGED_AGO = timedelta(days=3), timedelta(days=9)
WHO_APPEALS = "farid"
APPEAL = (
    "Our second answer names the three months at Seefeld, with the minutes and both colleagues. In the comment to "
    "“Doable within a year” a judge writes that six departments have to agree first. They did so for Seefeld, and the "
    "list is in force. We ask to look at this score again."
)


async def publish_preliminary(
    db: AsyncSession, context: DemoContext, campaign: Campaign, planned: DemoJudged
) -> None:
    """Closes the panel of a judged challenge and publishes its result, against which one appeals."""
    manager, entrant = context.viewers[planned.campaign.manager], context.viewers[WHO_APPEALS]
    panel = (await db.scalars(select(Panel).where(Panel.campaign_id == campaign.id))).one()
    await publish_with_reasons(db, manager, campaign, panel)
    result = await current_result(db, panel.id)
    assert result is not None
    number = select(Entry.id).where(
        Entry.campaign_id == campaign.id, Entry.created_by == entrant.person_id
    )
    _campaign, own = await find_own_entry(db, entrant, (await db.execute(number)).scalar_one())
    await appeal(db, entrant, campaign, own, result, APPEAL)
    await db.flush()
    await move_back(db, campaign.id, JUDGED, JUDGED_AGO)
    await move_back(db, campaign.id, CONCLUDED, PUBLISHED_AGO)
    ago = {"entered": planned.entered_ago, "judged": JUDGED_AGO}
    await move_events_back(db, campaign.id, PUBLISHED_AGO, **ago)

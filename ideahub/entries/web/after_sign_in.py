"""Entering a challenge is what strangers sign in for."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn


async def _say_enter(db: AsyncSession, viewer: Viewer, campaign_id: int) -> str:
    campaign = await find_campaign(db, viewer, campaign_id)
    return _("Sign in to enter “%(title)s”.", title=campaign.heading)


AFTER_SIGN_IN = (
    AfterSignIn(address="/challenges/{}/entries/new", say=_say_enter),
    AfterSignIn(
        address="/challenges/{}/entries", say=_say_enter, place="/challenges/{}/entries/new"
    ),
)

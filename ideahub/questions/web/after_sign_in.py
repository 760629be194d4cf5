"""What strangers sign in for: to ask."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn


async def _say_ask(db: AsyncSession, viewer: Viewer, campaign_id: int) -> str:
    campaign = await find_campaign(db, viewer, campaign_id)
    return _("Sign in to ask a question about “%(title)s”.", title=campaign.title)


AFTER_SIGN_IN = tuple(
    AfterSignIn(address=address, say=_say_ask, place=f"/{kind}/{{}}/questions#ask")
    for kind in ("challenges", "idea-boxes")
    for address in (f"/{kind}/{{}}/questions", f"/{kind}/{{}}/questions#ask")
)

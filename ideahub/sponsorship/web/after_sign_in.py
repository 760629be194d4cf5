"""What people sign in for to sponsor an idea."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.ideas.queries import find_idea

OFFER = "/ideas/{}/pledges/new"
STEPS = ("refusal", "fulfilment", "withdrawal", "confirmation", "dispute", "conditions")


async def _say_sponsor(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    return _("Sign in to sponsor “%(title)s”.", title=idea.title)


AFTER_SIGN_IN = (
    AfterSignIn(address="/ideas/{}/pledges", say=_say_sponsor, place=OFFER),
    AfterSignIn(address=OFFER, say=_say_sponsor),
    *(AfterSignIn(address=f"/pledges/{{}}/{step}", place="/pledges/{}") for step in STEPS),
)

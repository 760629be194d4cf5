"""Voting is what strangers sign in for."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.public_voting.voting import vote
from ideahub.public_voting.web.voting import find_challenge, find_shown


async def _say_vote(db: AsyncSession, viewer: Viewer, number: int) -> str:
    _campaign, _phase, entry = await find_shown(db, viewer, number)
    return _("Sign in to vote for “%(title)s”.", title=entry.title)


async def _vote(db: AsyncSession, viewer: Viewer, number: int) -> str:
    _campaign, _phase, entry = await find_shown(db, viewer, number)
    if await vote(db, viewer, entry):
        return _("You have voted for “%(title)s”.", title=entry.title)
    return _("You voted for “%(title)s” before, and your vote stays.", title=entry.title)


async def _say_votes(db: AsyncSession, viewer: Viewer, campaign_id: int) -> str:
    campaign = await find_challenge(db, viewer, campaign_id)
    return _("Sign in to vote in “%(title)s”.", title=campaign.title or campaign.heading)


AFTER_SIGN_IN = (
    AfterSignIn(address="/challenges/{}/vote", say=_say_votes),
    AfterSignIn(
        address="/ballot-entries/{}/vote",
        say=_say_vote,
        do=_vote,
        place="/ballot-entries/{}#ballot-{}-vote",
    ),
)

"""What strangers sign in for on the pages of ideas."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote


async def _say_support(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    return _("Sign in to support “%(title)s”.", title=idea.title)


async def _support(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    if await vote(db, viewer, idea):
        return _("You support “%(title)s” now.", title=idea.title)
    return _("You supported “%(title)s” before, and still do.", title=idea.title)


async def _say_post(_db: AsyncSession, _viewer: Viewer, _number: int) -> str:
    return _("Sign in to post an idea.")


AFTER_SIGN_IN = (
    AfterSignIn(
        address="/ideas/{}/vote", say=_say_support, do=_support, place="/ideas/{}#idea-{}-vote"
    ),
    AfterSignIn(address="/ideas/new", say=_say_post),
)

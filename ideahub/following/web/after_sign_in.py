"""Following is what strangers sign in for, too."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.following.following import follow
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.ideas.queries import find_idea


async def _say_follow(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    return _("Sign in to follow “%(title)s”.", title=idea.title)


async def _follow(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    await follow(db, viewer, idea)
    return _("You follow “%(title)s” now.", title=idea.title)


AFTER_SIGN_IN = (
    AfterSignIn(
        address="/ideas/{}/following",
        say=_say_follow,
        do=_follow,
        place="/ideas/{}#idea-{}-following",
    ),
)

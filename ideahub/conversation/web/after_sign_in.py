"""What strangers sign in for in a conversation."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.ideas.queries import find_idea


async def _say_add(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    return _("Sign in to add to “%(title)s”.", title=idea.title)


async def _say_reply(db: AsyncSession, viewer: Viewer, contribution_id: int) -> str:
    contribution, _idea = await find_contribution(db, viewer, contribution_id)
    return _("Sign in to reply to %(name)s.", name=contribution.author_name)


async def _say_thank(db: AsyncSession, viewer: Viewer, contribution_id: int) -> str:
    contribution, _idea = await find_contribution(db, viewer, contribution_id)
    return _("Sign in to thank %(name)s.", name=contribution.author_name)


async def _thank(db: AsyncSession, viewer: Viewer, contribution_id: int) -> str:
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    if await thank(db, viewer, idea, contribution):
        return _("Your thanks are counted.")
    return _("You thanked for this before, and your thanks are counted.")


ADD = "/ideas/{}#conversation"
ADD_ALONE = "/ideas/{}/contributions/new"
REPLY = "/contributions/{}/replies/new"
AFTER_SIGN_IN = (
    AfterSignIn(address="/ideas/{}/contributions", say=_say_add, place=ADD, own_page=ADD_ALONE),
    AfterSignIn(address=ADD, say=_say_add),
    AfterSignIn(address=ADD_ALONE, say=_say_add),
    AfterSignIn(address="/contributions/{}/replies", say=_say_reply, place=REPLY),
    AfterSignIn(address=REPLY, say=_say_reply),
    AfterSignIn(address="/contributions/{}/replies/form", say=_say_reply, place=REPLY),
    AfterSignIn(
        address="/contributions/{}/thanks",
        say=_say_thank,
        do=_thank,
        place="/contributions/{}#contribution-{}",
    ),
)

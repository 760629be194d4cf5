"""Following is what strangers sign in for, too."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.following.following import follow
from ideahub.following.things import find_host, find_tag
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.http.pages import AnyRequest
from ideahub.ideas.queries import find_idea
from ideahub.organisations.web.profiles import find_profile


async def _say_follow(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    return _("Sign in to follow “%(title)s”.", title=idea.title)


async def _follow(db: AsyncSession, viewer: Viewer, idea_id: int) -> str:
    idea = await find_idea(db, viewer, idea_id)
    await follow(db, viewer, idea)
    return _("You follow “%(title)s” now.", title=idea.title)


async def _say_follow_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> str:
    campaign = await find_campaign(db, viewer, campaign_id)
    return _("Sign in to follow “%(title)s”.", title=campaign.title)


async def _follow_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> str:
    campaign = await find_campaign(db, viewer, campaign_id)
    await follow(db, viewer, campaign)
    return _("You follow “%(title)s” now.", title=campaign.title)


async def _say_follow_host(db: AsyncSession, viewer: Viewer, number: int) -> str:
    host = await find_host(db, viewer, number)
    return _("Sign in to follow “%(title)s”.", title=host.name)


async def _follow_host(db: AsyncSession, viewer: Viewer, number: int) -> str:
    host = await find_host(db, viewer, number)
    await follow(db, viewer, host)
    return _("You follow “%(title)s” now.", title=host.name)


async def _say_follow_person(_db: AsyncSession, _viewer: Viewer, _number: int) -> str:
    # Whether there is such a person is found out after signing in.
    return _("Sign in to follow what this person does here.")


async def _follow_person(request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> str:
    profile, _slots = await find_profile(request, db, viewer, number)
    await follow(db, viewer, profile)
    return _("You follow “%(title)s” now.", title=profile.name)


async def _say_follow_tag(_db: AsyncSession, _viewer: Viewer, typed: str) -> str:
    return _("Sign in to follow “%(title)s”.", title=find_tag(typed).id)


async def _follow_tag(db: AsyncSession, viewer: Viewer, typed: str) -> str:
    tag = find_tag(typed)
    await follow(db, viewer, tag)
    return _("You follow “%(title)s” now.", title=tag.id)


AFTER_SIGN_IN = (
    AfterSignIn(
        address="/organisations/{}/following",
        say=_say_follow_host,
        do=_follow_host,
        place="/organisations/{}#organisation-{}-following",
    ),
    AfterSignIn(
        address="/profiles/{}/following",
        say=_say_follow_person,
        do_here=_follow_person,
        place="/profiles/{}#person-{}-following",
    ),
    AfterSignIn(
        address="/tags/following",
        named="tag",
        say=_say_follow_tag,
        do=_follow_tag,
        place="/ideas?tag={}#tag-0-following",
    ),
    *(
        AfterSignIn(
            address=f"/{kind}/{{}}/following",
            say=_say_follow_campaign,
            do=_follow_campaign,
            place=f"/{kind}/{{}}#campaign-{{}}-following",
        )
        for kind in ("challenges", "idea-boxes")
    ),
    AfterSignIn(
        address="/ideas/{}/following",
        say=_say_follow,
        do=_follow,
        place="/ideas/{}#idea-{}-following",
    ),
)

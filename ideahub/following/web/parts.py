"""The parts of following on the pages of what can be followed."""

from typing import Any

from ideahub.campaigns.shown import ShownCampaign
from ideahub.following.following import CAMPAIGNS, IDEAS, PEOPLE, followers_of, follows
from ideahub.following.outcome_steps import outcome_steps
from ideahub.following.things import Tag
from ideahub.following.web.buttons import button_of
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.tagging import tidy_tags
from ideahub.organisations.profiles import Profile


async def followers_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The number of followers, and what became of the idea."""
    return {
        "followers": await followers_of(context.db, IDEAS, idea.id),
        "steps": await outcome_steps(context.db, idea.id),
    }


async def followers_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The number of followers."""
    return {"followers": await followers_of(context.db, CAMPAIGNS, shown.campaign.id)}


async def button_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """The button for following the person; it tells nobody whether there is such a person."""
    viewer = context.viewer
    found = {"gave": False, "lists": False, "button": None, "follows": False}
    if viewer.id == profile.id:
        return found
    is_followed = viewer.signed_in and await follows(context.db, viewer, PEOPLE, profile.id)
    return {**found, "button": button_of(profile), "follows": is_followed}


async def button_on_tag(_context: PartContext, tag: str) -> dict[str, Any]:
    """The button for following the tag by which a list is narrowed."""
    # Nothing is posted with what is written in another way.
    is_tag = tidy_tags([tag]) == [tag]
    return {"tag": tag, "button": button_of(Tag(tag)) if is_tag else None}


PARTS = (
    Part(
        page="idea",
        key="following",
        find=followers_on_idea,
        templates={"track": "following/_track_on_idea.html", "aside": "following/_on_idea.html"},
        queries=2,
    ),
    Part(
        page="campaign",
        key="following",
        find=followers_on_campaign,
        templates={"aside": "following/_on_campaign.html"},
        queries=1,
    ),
    Part(
        page="profile",
        key="following",
        find=button_on_profile,
        templates={"body": "following/_on_profile.html"},
        queries=1,
    ),
    Part(
        page="ideas with a tag",
        key="following",
        find=button_on_tag,
        templates={"controls": "following/_on_tag.html"},
        queries=0,
    ),
)

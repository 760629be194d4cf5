"""Who hears of a deed because they follow something: those who followed it as the deed was done,
and still do."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from ideahub.core.events import Event
from ideahub.following.models import (
    CampaignFollow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
    idea_follower,
)


class Following(NamedTuple):
    """Followers, as a select of their numbers, and what they follow, as `Message.thing`."""

    to: Select[Any]
    thing: tuple[str, str] | None = None


def followers(event: Event) -> Select[int]:
    """Those who follow the campaign."""
    return select(CampaignFollow.person_id).where(
        CampaignFollow.campaign_id == event.campaign_id,
        CampaignFollow.created_at <= event.created_at,
    )


def of_campaign(event: Event) -> Following:
    """Those who follow the campaign, of a deed on one of its ideas."""
    return Following(followers(event), ("campaign", str(event.campaign_id)))


def of_idea(event: Event) -> Following:
    """Those who follow the idea, also by themselves."""
    since = idea_follower.c.since <= event.created_at
    people = select(idea_follower.c.person_id)
    return Following(people.where(idea_follower.c.idea_id == event.idea_id, since))


def of_person(event: Event, person_id: int) -> Following:
    """Those who follow what this person does in public."""
    since = PersonFollow.created_at <= event.created_at
    people = select(PersonFollow.person_id).where(PersonFollow.followed_id == person_id, since)
    return Following(people, ("person", str(person_id)))


def of_organisation(event: Event, organisation_id: int) -> Following:
    """Those who follow what this organisation asks."""
    follow = OrganisationFollow
    since = follow.created_at <= event.created_at
    people = select(follow.person_id).where(follow.organisation_id == organisation_id, since)
    return Following(people, ("organisation", str(organisation_id)))


def of_tags(event: Event, tags: Sequence[str]) -> list[Following]:
    """Those who follow each of these tags."""
    since = TagFollow.created_at <= event.created_at
    people = select(TagFollow.person_id)
    return [Following(people.where(TagFollow.tag == tag, since), ("tag", tag)) for tag in tags]

"""What the button for following needs to know of each thing."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.following.following import Thing, kind_of
from ideahub.following.things import Tag
from ideahub.http.pages import with_query
from ideahub.ideas.queries import IdeaView


def button_of(thing: Thing) -> dict[str, Any]:
    """What following/_button.html needs, apart from whether the viewer follows it."""
    key = kind_of(thing).key
    if isinstance(thing, Tag):
        query = with_query("", tag=thing.id)
        return {"what": key, "number": 0, "url": "/tags", "query": query, "is_open": True}
    return {"what": key, "number": thing.id, "url": thing.url, "query": "", "is_open": _open(thing)}


def _open(thing: Thing) -> bool:
    if isinstance(thing, Campaign):
        return thing.is_published
    return thing.is_listed if isinstance(thing, IdeaView) else True

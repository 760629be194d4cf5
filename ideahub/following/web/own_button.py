"""The viewer's own button for following an idea or a campaign."""

from ideahub.following.campaigns import follows_campaign
from ideahub.following.queries import follows
from ideahub.http.own_parts import OwnPart, one_by_one

OWN_PARTS = (
    OwnPart(
        key="follow",
        template="following/_own_button.html",
        find=one_by_one(follows),
        values=lambda follows: {"follows": follows},
        otherwise=False,
    ),
    OwnPart(
        key="follow campaign",
        template="following/_campaign_button.html",
        find=one_by_one(follows_campaign),
        values=lambda follows: {"follows": follows},
        otherwise=False,
    ),
)

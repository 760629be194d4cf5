"""The templates that a challenge or idea box can be started from, in the order they are offered."""

from ideahub.campaigns.templates.hackathon_weekend import HACKATHON_WEEKEND
from ideahub.campaigns.templates.innovation_award import INNOVATION_AWARD
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.templates.policy_track import POLICY_TRACK
from ideahub.campaigns.templates.service_track import SERVICE_TRACK
from ideahub.campaigns.templates.standing_box import STANDING_BOX

TEMPLATES: dict[str, CampaignTemplate] = {
    template.key: template
    for template in (
        SERVICE_TRACK,
        POLICY_TRACK,
        HACKATHON_WEEKEND,
        INNOVATION_AWARD,
        STANDING_BOX,
    )
}

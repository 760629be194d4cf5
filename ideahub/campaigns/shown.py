"""What the page of a campaign has found already, for the parts of other features on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow


@dataclass(frozen=True, slots=True)
class ShownCampaign:
    """A campaign that is shown, and its phases now."""

    campaign: Campaign
    phases: Sequence[PhaseNow]

"""The words on screen for whether an entry takes part in a vote."""

from ideahub.core.i18n import _
from ideahub.public_voting.queries import BallotState


def ballot_state_label(state: BallotState) -> str:
    """What it is called that an entry takes part, or why it does not."""
    return {
        BallotState.TAKES_PART: _("counts"),
        BallotState.REMOVED: _("taken off the ballot"),
        BallotState.WITHDRAWN: _("withdrawn"),
        BallotState.INELIGIBLE: _("not eligible"),
    }[state]

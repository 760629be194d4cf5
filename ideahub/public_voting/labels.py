"""The words on screen for whether an entry takes part in a vote."""

from ideahub.core.i18n import _
from ideahub.public_voting.queries import Standing


def standing_label(standing: Standing) -> str:
    """What it is called that an entry takes part, or why it does not."""
    return {
        Standing.STANDS: _("counts"),
        Standing.REMOVED: _("taken off the ballot"),
        Standing.WITHDRAWN: _("withdrawn"),
        Standing.INELIGIBLE: _("not eligible"),
    }[standing]

"""Who sees what is written in a campaign, in one sentence for every place that says so: before
somebody writes, in the form, and after."""

from ideahub.campaigns.models import Audience
from ideahub.core.i18n import _


def seen_by(audience: str, organisation: str = "") -> str:
    """The sentence for a campaign with this audience, of the organisation with this name."""
    if audience == Audience.PUBLIC:
        return _("Everyone can see it.")
    if not organisation:
        return _("Only staff of the organisation that asks can see it.")
    return _("Only staff of %(name)s can see it.", name=organisation)

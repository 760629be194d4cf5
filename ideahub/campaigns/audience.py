"""Who sees what is written in a campaign, in one sentence for every place that says so: before
somebody writes, in the form, and after."""

from ideahub.campaigns.models import Audience
from ideahub.core.i18n import _, sentences


def seen_by(audience: str, organisation: str = "") -> str:
    """The sentence for a campaign with this audience, of the organisation with this name."""
    if audience == Audience.PUBLIC:
        return _("Everyone can see it.")
    if not organisation:
        return _("Only staff of the organisation that asks can see it.")
    return _("Only staff of %(name)s can see it.", name=organisation)


def draft_seen_by(later: str = "") -> str:
    """The sentence for what is not published yet; `later` is the one that is true afterwards."""
    now = _("Until it is published, only those who manage it can see it.")
    return sentences(now, _("Then: %(sentence)s", sentence=later)) if later else now


def name_seen_by(audience: str, organisation: str) -> str:
    """The sentence for a name that is shown there."""
    if audience == Audience.PUBLIC:
        return _("Everyone can see your name here.")
    return _("Only staff of %(name)s can see your name here.", name=organisation)


def show_name_to(audience: str, organisation: str) -> str:
    """The words on a button that shows one's name there."""
    if audience == Audience.PUBLIC:
        return _("Show my name to everyone")
    return _("Show my name to staff of %(name)s", name=organisation)

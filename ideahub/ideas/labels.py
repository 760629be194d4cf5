"""The words on screen for orders of lists and types of innovation."""

from ideahub.core.i18n import _
from ideahub.ideas.browsing import IdeaOrder
from ideahub.ideas.models import InnovationType


def order_choices(searching: bool) -> list[tuple[IdeaOrder, str]]:
    """The orders of a list of ideas with their labels; best match only for a search."""
    orders = [
        (IdeaOrder.NEWEST, _("Newest")),
        (IdeaOrder.SUPPORTED, _("Most supported")),
        (IdeaOrder.RISING, _("Rising")),
        (IdeaOrder.NEEDS_BUILD, _("Needs a build")),
        (IdeaOrder.NEEDS_SPONSOR, _("Needs a sponsor")),
    ]
    return [(IdeaOrder.MATCH, _("Best match")), *orders] if searching else orders


def innovation_choices() -> list[dict[str, str]]:
    """The types of innovation with their labels."""
    return [
        {"value": InnovationType.SERVICE, "label": _("A service people use")},
        {"value": InnovationType.PROCESS, "label": _("How work is done")},
        {"value": InnovationType.ORGANISATIONAL, "label": _("How we are organised")},
        {"value": InnovationType.COMMUNICATION, "label": _("How we talk with people")},
        {"value": InnovationType.POLICY, "label": _("A rule or policy")},
    ]


def innovation_label(kind: InnovationType | None) -> str:
    """The label of a type of innovation; empty for none."""
    return next((known["label"] for known in innovation_choices() if known["value"] == kind), "")

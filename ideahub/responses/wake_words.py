"""What wakes a parked idea by itself, in words."""

from datetime import date
from typing import Protocol

from ideahub.core.dates import day_words
from ideahub.core.i18n import _, ngettext


class WakeCondition(Protocol):
    """What of an answer says when its idea wakes."""

    @property
    def wake_measure(self) -> str | None:
        """The measure that is counted."""

    @property
    def wake_threshold(self) -> int | None:
        """The number that it has to reach."""

    @property
    def wake_on(self) -> date | None:
        """A day on which it wakes."""


def wake_sentence(response: WakeCondition) -> str:
    """A sentence that says when the idea wakes by itself; empty where nothing is measured."""
    reached = _reached(response.wake_measure, response.wake_threshold or 0)
    on = day_words(response.wake_on) if response.wake_on else ""
    if reached and on:
        return _("It wakes by itself with %(reached)s, or on %(day)s.", reached=reached, day=on)
    if reached:
        return _("It wakes by itself with %(reached)s.", reached=reached)
    return _("It wakes by itself on %(day)s.", day=on) if on else ""


def _reached(measure: str | None, wanted: int) -> str:
    # Translators: these stand after “It wakes by itself with”.
    if measure == "supporters":
        return ngettext("%(num)s supporter", "%(num)s supporters", wanted)
    if measure == "organisations":
        return ngettext(
            "support from %(num)s organisation", "support from %(num)s organisations", wanted
        )
    if measure == "sponsors":
        return ngettext("%(num)s sponsor", "%(num)s sponsors", wanted)
    return ""

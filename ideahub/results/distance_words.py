"""What it would have taken, in sentences for whoever sent the entry."""

from collections.abc import Mapping

from ideahub.core.i18n import _, ngettext
from ideahub.results.distance import CriterionDistance, WayMissed
from ideahub.results.step_words import shown_number


def distance_words(way: WayMissed, labels: Mapping[str, str]) -> list[str]:
    """How far the entry was from the last place that won or advanced, and what on each criterion
    alone would have been enough. `labels` are the names of the criteria by their keys."""
    if way.by_tie_break is None:
        first = _(
            "It is %(gap)s points of 100 behind the last place that won or advanced.",
            gap=shown_number(way.gap.shown),
        )
    else:
        first = _(
            "Its value is the same as that of the last place that won or advanced. Between the "
            "two, “%(criterion)s” decided, as the rule says.",
            criterion=labels[way.by_tie_break],
        )
    return [first, *(_on_criterion(one, labels[one.criterion]) for one in way.criteria)]


def _on_criterion(one: CriterionDistance, label: str) -> str:
    if one.steps is None or one.rise is None or one.value is None:
        return _(
            "On “%(criterion)s” alone, even the highest score from every judge would not have been "
            "enough.",
            criterion=label,
        )
    return ngettext(
        "On “%(criterion)s” alone, %(num)s step of the scale more from each judge would have been "
        "enough: the panel’s value on it %(rise)s points higher, at %(value)s of 100.",
        "On “%(criterion)s” alone, %(num)s steps of the scale more from each judge would have been "
        "enough: the panel’s value on it %(rise)s points higher, at %(value)s of 100.",
        one.steps,
        criterion=label,
        rise=shown_number(one.rise.shown),
        value=shown_number(one.value.shown),
    )

"""The words of results."""

from collections.abc import Sequence

from ideahub.core.i18n import N_, _, listed
from ideahub.judging.models import PanelCriterion
from ideahub.results.collecting import criterion_key
from ideahub.results.models import DecisionKind
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule

METHODS = {
    PanelMethod.MEAN: N_(
        "The value of an entry is the mean of its judges' totals, and each total is the weighted "
        "sum of the scores."
    ),
    PanelMethod.MEDIAN: N_(
        "The value of an entry is the median of its judges' totals, and each total is the weighted "
        "sum of the scores."
    ),
    PanelMethod.TRIMMED_MEAN: N_(
        "The value of an entry is the mean of its judges' totals without the highest and the "
        "lowest, and each total is the weighted sum of the scores."
    ),
}
MISSING = {
    MissingScores.REFUSE: N_("There is no result while a score is missing."),
    MissingScores.LEAVE_OUT_JUDGE: N_(
        "Where a judge left a score out, nothing of this judge counts for this entry."
    ),
    MissingScores.COUNT_AS_LOWEST: N_(
        "Where a judge left a score out, it counts as the lowest of its scale."
    ),
}
DECISIONS = {
    DecisionKind.CONFIRM: N_("Confirm the score"),
    DecisionKind.THIRD_READING: N_("Ask for another reading"),
    DecisionKind.ADVANCE: N_("Let it advance"),
    DecisionKind.NOT_ADVANCE: N_("Do not let it advance"),
    DecisionKind.AWARD: N_("Give an award"),
    DecisionKind.OTHER: N_("Something else"),
}
DECIDED = {
    DecisionKind.CONFIRM: N_("The score is confirmed"),
    DecisionKind.THIRD_READING: N_("Another reading is asked for"),
    DecisionKind.ADVANCE: N_("It advances"),
    DecisionKind.NOT_ADVANCE: N_("It does not advance"),
    DecisionKind.AWARD: N_("It gets an award"),
    DecisionKind.OTHER: N_("Decided"),
}


def rule_words(rule: ScoringRule, criteria: Sequence[PanelCriterion]) -> list[str]:
    """How totals become ranks, in sentences."""
    names = {criterion_key(one): one.name for one in criteria}
    ties = [names[key] for key in rule.ties if key in names]
    found = [_(METHODS[rule.method]), _(MISSING[rule.missing])]
    if ties:
        found.append(
            _(
                "Entries with the same value are ranked by these criteria, in this order: "
                "%(criteria)s. Where all are the same, they share the rank.",
                criteria=listed(ties),
            )
        )
    else:
        found.append(_("Entries with the same value share the rank."))
    found.append(_("All numbers are exact; only what is shown is rounded."))
    return found


def decision_choices() -> list[dict[str, str]]:
    """What a panel can decide, for a form."""
    return [{"value": kind.value, "label": _(DECISIONS[kind])} for kind in DecisionKind]


def decided_words(kind: DecisionKind) -> str:
    """What was decided."""
    return _(DECIDED[DecisionKind(kind)])

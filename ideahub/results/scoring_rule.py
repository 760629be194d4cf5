"""The rule by which scores become ranks, declared before anybody scores."""

from enum import StrEnum
from fractions import Fraction

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.results.exact_numbers import Rounding, decimal_text

# Changes where the same rule and inputs would give another output.
VERSION = "ideahub-score-1"
MOST_DECIMALS = 6


class PanelMethod(StrEnum):
    """How the judges' totals of an entry become one value.

    The median of an even number of totals is the mean of the two in the middle.
    """

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED_MEAN = "trimmed_mean"


class MissingScores(StrEnum):
    """What is done where a judge who should have scored an entry left out a criterion, or all.

    REFUSE: there is no result until it is there. LEAVE_OUT_JUDGE: nothing that this judge gave this
    entry counts. COUNT_AS_LOWEST: each score that is missing counts as the lowest of its scale.
    A judge who recused themselves from an entry should not have scored it: nothing is missing.
    """

    REFUSE = "refuse"
    LEAVE_OUT_JUDGE = "leave_out_judge"
    COUNT_AS_LOWEST = "count_as_lowest"


class ScoringRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, complete: what it does not say, nobody decides later.

    `trim_count` is how many of the highest and as many of the lowest totals a trimmed mean leaves
    out; or `trim_share` is the share of the totals, such as "0.1", rounded down to a whole number.
    At most as many are left out that one or two remain. `decimals` and `rounding` say how values
    are shown; ranks follow from exact values. Entries whose value is the same are ranked by the
    panel's values on the criteria in `ties`, in this order; where these are the same too, they
    share the rank, and the next entry's rank is so many further on: 1, 2, 2, 4.
    """

    method: PanelMethod
    missing: MissingScores
    trim_count: int = 0
    trim_share: str = "0"
    decimals: int = 2
    rounding: Rounding = Rounding.HALF_EVEN
    ties: tuple[str, ...] = ()
    version: str = VERSION

    def trimmed(self, totals: int) -> int:
        """How many of so many totals are left out at each end."""
        if self.method is not PanelMethod.TRIMMED_MEAN:
            return 0
        declared = self.trim_count or int(Fraction(self.trim_share) * totals)
        return min(declared, (totals - 1) // 2)


def checked_rule(rule: ScoringRule, criteria: tuple[str, ...]) -> ScoringRule:
    """The rule with its numbers written in the one way; raises Invalid. `criteria` are their
    keys."""
    share = decimal_text(rule.trim_share, "trim_share")
    if rule.version != VERSION:
        raise Invalid(
            _("The rule “%(version)s” is not known here.", version=rule.version), field="version"
        )
    if rule.method is PanelMethod.TRIMMED_MEAN:
        _check_trim(rule, Fraction(share))
    elif rule.trim_count or Fraction(share):
        raise Invalid(
            _("Only a trimmed mean leaves out totals. Choose it, or leave out none."), field="trim"
        )
    if not 0 <= rule.decimals <= MOST_DECIMALS:
        raise Invalid(_("Show from 0 to %(most)s decimals.", most=MOST_DECIMALS), field="decimals")
    unknown = [key for key in rule.ties if key not in criteria]
    if unknown or len(set(rule.ties)) < len(rule.ties):
        raise Invalid(
            _("Name each criterion that decides between equal entries once."), field="ties"
        )
    return msgspec.structs.replace(rule, trim_share=share)


def _check_trim(rule: ScoringRule, share: Fraction) -> None:
    if bool(rule.trim_count) == bool(share) or rule.trim_count < 0:
        raise Invalid(
            _("Say how many totals are left out at each end, as a number or as a share."),
            field="trim",
        )
    if not 0 <= share < Fraction(1, 2):
        raise Invalid(
            _("The share that is left out at each end has to be less than 0.5."), field="trim"
        )

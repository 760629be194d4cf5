"""The words of the steps of a result, in the current language; the server's and the browser's."""

import re
from collections.abc import Sequence

from babel.numbers import get_decimal_symbol

from ideahub.core.i18n import N_, _, side_by_side
from ideahub.core.languages import locale
from ideahub.results.steps import ExplainedStep, StepKind

STEP_WORDS = {
    StepKind.ASSIGNED: N_(
        "Judges who were to score this entry: %(assigned)s. Judges whose scores count: %(counted)s."
    ),
    StepKind.RECUSED: N_("Judge %(judge)s stepped back. Nothing that they gave this entry counts."),
    StepKind.LEFT_OUT: N_(
        "Judge %(judge)s did not score every criterion. By the rule, nothing that they gave this "
        "entry counts."
    ),
    StepKind.SCORE: N_(
        "Judge %(judge)s gave %(score)s on “%(criterion)s”, where scores go from %(lowest)s to "
        "%(highest)s. That is worth %(share)s of 100, and with a weight of %(weight)s %% it adds "
        "%(part)s."
    ),
    StepKind.SCORE_FILLED: N_(
        "Judge %(judge)s gave no score on “%(criterion)s”. By the rule it counts as the lowest, "
        "%(lowest)s, and adds 0."
    ),
    StepKind.JUDGE_TOTAL: N_("The total of judge %(judge)s is %(total)s."),
    StepKind.MEAN: N_("Totals: %(totals)s. Their mean is %(panel)s."),
    StepKind.MEDIAN: N_(
        "Totals from the lowest to the highest: %(totals)s. The median, in the middle, is "
        "%(panel)s."
    ),
    StepKind.TRIMMED_MEAN: N_(
        "Totals from the lowest to the highest: %(totals)s. Left out at each end: %(trimmed)s. "
        "The mean of the others is %(panel)s."
    ),
    StepKind.NO_VALUE: N_("Nobody’s scores count, so this entry has no value and no rank."),
    StepKind.TIE_BREAK: N_(
        "Another entry is equal so far. The next to decide is “%(criterion)s”, on which the "
        "panel’s value of this entry is %(value)s."
    ),
    StepKind.RANK: N_("Entries that are better: %(better)s. So the rank of this one is %(rank)s."),
    StepKind.SHARED_RANK: N_(
        "Entries that are equal in all that the rule compares, and share this rank: %(others)s."
    ),
}
NAMES = re.compile(r"%\((\w+)\)s")


def told(step: ExplainedStep) -> str:
    """The sentence of a step."""
    numbers = {name: shown_number(number) for name, number in step.numbers.items()}
    return _(STEP_WORDS[step.kind], **step.texts, **numbers)


def words_for_scripts() -> dict[str, str]:
    """Kind → the sentence with {name} where a value is put in."""
    return {
        kind.value: _(message, **{name: f"{{{name}}}" for name in NAMES.findall(message)})
        for kind, message in STEP_WORDS.items()
    }


def shown_number(number: str | Sequence[str]) -> str:
    """A decimal with the language's decimal sign, and every digit of it; several in a row. Less
    than zero is said by a minus sign, not by a hyphen."""
    if not isinstance(number, str):
        return side_by_side(map(shown_number, number))
    return number.replace(".", decimal_sign()).replace("-", "−")


def decimal_sign() -> str:
    """What the language writes between whole and decimals, for scripts."""
    sign: str = get_decimal_symbol(locale())
    return sign

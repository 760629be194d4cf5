"""Scales of criteria: which scores are possible, and reading one that was typed."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.judging.criterion_view import CriterionView
from ideahub.judging.models import Scale

# More different scores than this nobody tells apart.
MOST_SCORES = 1_001
# As the columns keep it.
DECIMALS = Decimal("0.01")
MOST_POINTS = Decimal(1_000_000)
LONGEST = 20


def checked_scale(
    scale: Scale, least: Decimal, most: Decimal, step: Decimal, labels: Sequence[str]
) -> tuple[Decimal, Decimal, Decimal]:
    """The lowest score, the highest and the step of a scale, as they are kept.

    A labelled rating counts its labels from 1; yes is 1, and no is 0. Raises Invalid, with the
    field that is to be mended, where the scale could not tell entries apart.
    """
    if scale == Scale.YES_NO:
        return Decimal(0), Decimal(1), Decimal(1)
    if scale == Scale.RATING:
        _check_labels(labels)
        return Decimal(1), Decimal(len(labels)), Decimal(1)
    _check_points(least, most, step)
    return least, most, step


def _check_labels(labels: Sequence[str]) -> None:
    if len(labels) < 2:
        raise Invalid(
            _("A rating with one label gives every entry the same. Write two labels or more."),
            field="labels",
        )
    if len(set(labels)) < len(labels):
        raise Invalid(_("Two labels are the same. Make each different."), field="labels")


def _check_points(least: Decimal, most: Decimal, step: Decimal) -> None:
    if any(number != round(number, 2) for number in (least, most, step)):
        raise Invalid(_("Use at most two decimals."), field="step")
    if step <= 0:
        raise Invalid(_("The step has to be more than zero, such as 1 or 0.5."), field="step")
    if most <= least:
        raise Invalid(_("The highest score has to be above the lowest."), field="most")
    if (most - least) % step:
        raise Invalid(
            _(
                "From %(least)s to %(most)s is not a whole number of steps of %(step)s.",
                least=least,
                most=most,
                step=step,
            ),
            field="step",
        )
    steps = (most - least) / step
    if steps < 2:
        raise Invalid(
            _("This scale has one step only. Make the step smaller, or choose yes or no."),
            field="step",
        )
    if steps >= MOST_SCORES:
        raise Invalid(_("This scale has too many steps. Make the step greater."), field="step")


def read_score(criterion: CriterionView, typed: str) -> Decimal | None:
    """The score that was typed or chosen; None for nothing. 7.5 and 7,5 are read alike.

    Raises Invalid for what is not on the scale.
    """
    bare = typed.strip().replace(",", ".")
    if not bare:
        return None
    try:
        value = Decimal(bare) if len(bare) <= LONGEST else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value) > MOST_POINTS:
        raise Invalid(_("Enter a number, such as %(example)s.", example=criterion.most))
    if not criterion.least <= value <= criterion.most:
        raise Invalid(
            _(
                "Enter a score from %(least)s to %(most)s.",
                least=criterion.least,
                most=criterion.most,
            )
        )
    if (value - criterion.least) % criterion.step:
        raise Invalid(
            _(
                "Scores go from %(least)s to %(most)s in steps of %(step)s.",
                least=criterion.least,
                most=criterion.most,
                step=criterion.step,
            )
        )
    return value.quantize(DECIMALS)

"""The scales of criteria, and what a score on each is worth: from 0, the lowest, to 100.

A score is a decimal as text: on a scale of points the points; on a labelled rating the number of
its level, from 1, the lowest; for yes or no 1 or 0.
"""

from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.results.exact_numbers import decimal_text, fraction_of

HIGHEST_SHARE = 100
# More positions than this nobody tells apart; it also bounds what is computed.
MOST_POSITIONS = 100_001


class ScaleKind(StrEnum):
    """How a criterion is scored."""

    POINTS = "points"
    RATING = "rating"
    YES_NO = "yes_no"


class ScoreScale(msgspec.Struct, frozen=True, kw_only=True):
    """A scale. `low`, `high` and `step` are of points; `levels` are the labels of a rating, the
    lowest first, and `values` what each is worth, where they are not equally far apart."""

    kind: ScaleKind
    low: str = ""
    high: str = ""
    step: str = ""
    levels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def positions(self) -> int:
        """How many scores are possible."""
        if self.kind is ScaleKind.YES_NO:
            return 2
        if self.kind is ScaleKind.RATING:
            return len(self.levels)
        return int((Fraction(self.high) - Fraction(self.low)) / Fraction(self.step)) + 1

    @property
    def lowest(self) -> str:
        """The lowest score."""
        return self.score_at(0)

    def score_at(self, position: int) -> str:
        """The score at a position, of which the lowest is 0."""
        if self.kind is ScaleKind.YES_NO:
            return str(position)
        if self.kind is ScaleKind.RATING:
            return str(position + 1)
        number = Fraction(self.low) + position * Fraction(self.step)
        # A step has a finite number of decimals, so this is exact.
        return decimal_text(_as_decimal(number))

    def position_of(self, score: str, field: str = "") -> int:
        """The position of a score; raises Invalid for one outside the scale or off its steps."""
        number = fraction_of(score, field)
        low, step = (
            (Fraction(self.low), Fraction(self.step))
            if self.kind is ScaleKind.POINTS
            else (Fraction(self.kind is ScaleKind.RATING), Fraction(1))
        )
        position = (number - low) / step
        if not 0 <= position <= self.positions - 1:
            raise Invalid(self._outside(score), field=field)
        if position.denominator != 1:
            raise Invalid(self._off_step(score), field=field)
        return int(position)

    def share_of(self, score: str, field: str = "") -> Fraction:
        """What a score is worth, from 0 to 100: (score − lowest) ÷ (highest − lowest) × 100."""
        position = self.position_of(score, field)
        if self.values:
            worth = [Fraction(value) for value in self.values]
            return (worth[position] - worth[0]) / (worth[-1] - worth[0]) * HIGHEST_SHARE
        return Fraction(position * HIGHEST_SHARE, self.positions - 1)

    def _outside(self, score: str) -> str:
        return _(
            "%(score)s is outside the scale. Give a score from %(lowest)s to %(highest)s.",
            score=score,
            lowest=self.lowest,
            highest=self.score_at(self.positions - 1),
        )

    def _off_step(self, score: str) -> str:
        return _(
            "%(score)s lies between two steps of the scale, which goes from %(lowest)s to "
            "%(highest)s in steps of %(step)s.",
            score=score,
            lowest=self.lowest,
            highest=self.score_at(self.positions - 1),
            step=self.step or "1",
        )


def _as_decimal(number: Fraction) -> str:
    """A fraction that has finitely many decimals, as text."""
    decimals = 0
    while (number * 10**decimals).denominator != 1:
        decimals += 1
    whole = abs(int(number * 10**decimals))
    digits = f"{whole:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if number < 0 else text


def checked_scale(scale: ScoreScale, field: str = "scale") -> ScoreScale:
    """The scale with its numbers written in the one way; raises Invalid with what is to be mended.

    A scale on which all entries would get the same score is refused.
    """
    if scale.kind is ScaleKind.POINTS:
        return _checked_points(scale, field)
    if scale.kind is ScaleKind.RATING:
        return _checked_rating(scale, field)
    return ScoreScale(kind=scale.kind)


def _checked_points(scale: ScoreScale, field: str) -> ScoreScale:
    low, high, step = (decimal_text(text, field) for text in (scale.low, scale.high, scale.step))
    span, one = Fraction(high) - Fraction(low), Fraction(step)
    if one <= 0:
        raise Invalid(_("The step of a scale has to be more than zero."), field=field)
    if span <= 0:
        raise Invalid(
            _(
                "The scale goes from %(low)s to %(high)s, so every entry would get the same score. "
                "Let it end above where it begins.",
                low=low,
                high=high,
            ),
            field=field,
        )
    if (span / one).denominator != 1:
        raise Invalid(
            _(
                "From %(low)s to %(high)s is not a whole number of steps of %(step)s. "
                "Change the step or the end.",
                low=low,
                high=high,
                step=step,
            ),
            field=field,
        )
    if span == one:
        raise Invalid(
            _(
                "A scale from %(low)s to %(high)s has one step only. Let it have more steps, "
                "or choose yes or no.",
                low=low,
                high=high,
            ),
            field=field,
        )
    if span / one >= MOST_POSITIONS:
        raise Invalid(_("The scale has too many steps. Choose a greater step."), field=field)
    return ScoreScale(kind=scale.kind, low=low, high=high, step=step)


def _checked_rating(scale: ScoreScale, field: str) -> ScoreScale:
    if len(scale.levels) < 2:
        raise Invalid(
            _("A rating needs at least two levels; with one, all entries would be equal."),
            field=field,
        )
    if any(not level.strip() for level in scale.levels):
        raise Invalid(_("Give each level of the rating a name."), field=field)
    if len(set(scale.levels)) < len(scale.levels):
        raise Invalid(_("Two levels of the rating have the same name."), field=field)
    values = tuple(decimal_text(value, field) for value in scale.values)
    if values and len(values) != len(scale.levels):
        raise Invalid(_("Say for each level what it is worth, or for none."), field=field)
    worth = [Fraction(value) for value in values]
    if any(first >= second for first, second in pairwise(worth)):
        raise Invalid(
            _("Each level has to be worth more than the one before it; begin with the lowest."),
            field=field,
        )
    return ScoreScale(kind=scale.kind, levels=scale.levels, values=values)

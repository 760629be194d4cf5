"""Says plainly where a result, or a figure about it, rests on too little to mean much."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from ideahub.core.i18n import _, ngettext
from ideahub.results.agreement import (
    FEWEST_ENTRIES,
    AgreementReading,
    CriterionAgreement,
    NoAgreement,
)
from ideahub.results.computing import ScoreOutput
from ideahub.results.severity import FEWEST_SHARED, JudgeSeverity
from ideahub.results.stability import FEWEST_JUDGES, Stability


class CautionKind(StrEnum):
    """What is to be kept in mind."""

    UNRANKED = "unranked"
    ONE_JUDGE = "one_judge"
    UNEVEN = "uneven"
    STEPPED_BACK = "stepped_back"
    LEFT_OUT = "left_out"
    NO_AGREEMENT = "no_agreement"
    LOW_AGREEMENT = "low_agreement"
    FEW_SHARED = "few_shared"
    FEW_JUDGES = "few_judges"
    NOT_STEADY = "not_steady"


class Caution(msgspec.Struct, frozen=True):
    """Something to keep in mind. `number` is how many it is said of; `values` are put in."""

    kind: CautionKind
    number: int
    values: Mapping[str, int] = {}


def cautions(
    output: ScoreOutput,
    agreements: Sequence[CriterionAgreement],
    judges: Sequence[JudgeSeverity],
    stability: Stability,
) -> list[Caution]:
    """All that is to be kept in mind about a result, what matters most first."""
    found = [
        *_about_coverage(output),
        Caution(CautionKind.NOT_STEADY, _swaying(stability)),
        Caution(CautionKind.FEW_JUDGES, int(stability.is_few), {"fewest": FEWEST_JUDGES}),
        Caution(
            CautionKind.LOW_AGREEMENT,
            sum(one.reading is AgreementReading.UNRELIABLE for one in agreements),
        ),
        Caution(CautionKind.NO_AGREEMENT, sum(one.why_none is not None for one in agreements)),
        Caution(
            CautionKind.FEW_SHARED, sum(one.is_few for one in judges), {"fewest": FEWEST_SHARED}
        ),
    ]
    return [caution for caution in found if caution.number]


def _about_coverage(output: ScoreOutput) -> list[Caution]:
    ranked = [one.counted for one in output.entries if one.rank is not None]
    fewest, most = min(ranked, default=0), max(ranked, default=0)
    of_most = sum(count < most for count in ranked)
    span = {"fewest": fewest, "most": most}
    return [
        Caution(CautionKind.UNRANKED, output.coverage.unranked),
        Caution(CautionKind.ONE_JUDGE, sum(count == 1 for count in ranked)),
        Caution(CautionKind.UNEVEN, of_most, span),
        Caution(CautionKind.STEPPED_BACK, output.coverage.recused),
        Caution(CautionKind.LEFT_OUT, output.coverage.left_out),
    ]


def _swaying(stability: Stability) -> int:
    """Without how many of the judges other entries would be among the best."""
    if stability.is_few:
        return 0
    return sum(bool(one.entering or one.leaving) for one in stability.runs)


def caution_words(caution: Caution) -> str:
    """The sentence, in the current language."""
    number, values = caution.number, caution.values
    about_scores = _words_about_scores(number, values)
    return about_scores.get(caution.kind) or _words_about_figures(number, values)[caution.kind]


def _words_about_scores(number: int, values: Mapping[str, int]) -> dict[CautionKind, str]:
    return {
        CautionKind.UNRANKED: ngettext(
            "%(num)s entry has no value, as nobody’s scores count for it.",
            "%(num)s entries have no value, as nobody’s scores count for them.",
            number,
        ),
        CautionKind.ONE_JUDGE: ngettext(
            "The rank of %(num)s entry rests on a single judge.",
            "The ranks of %(num)s entries rest on a single judge each.",
            number,
        ),
        CautionKind.UNEVEN: ngettext(
            "Fewer judges than for others count for %(num)s entry: entries have from %(fewest)s to "
            "%(most)s.",
            "Fewer judges than for others count for %(num)s entries: entries have from %(fewest)s "
            "to %(most)s.",
            number,
            **{"fewest": 0, "most": 0, **values},
        ),
        CautionKind.STEPPED_BACK: ngettext(
            "In %(num)s case a judge stepped back from an entry; what they had scored does not "
            "count.",
            "In %(num)s cases a judge stepped back from an entry; what they had scored does not "
            "count.",
            number,
        ),
        CautionKind.LEFT_OUT: ngettext(
            "%(num)s scorecard was not complete and is left out, as the rule says.",
            "%(num)s scorecards were not complete and are left out, as the rule says.",
            number,
        ),
    }


def _words_about_figures(number: int, values: Mapping[str, int]) -> dict[CautionKind, str]:
    fewest = values.get("fewest", 0)
    return {
        CautionKind.NOT_STEADY: ngettext(
            "Other entries would be among the best without %(num)s of the judges.",
            "Other entries would be among the best without any one of %(num)s judges.",
            number,
        ),
        CautionKind.FEW_JUDGES: _(
            "There are fewer than %(fewest)s judges. What the result would be without one of them "
            "shows the taste of those who are left, and not how steady it is.",
            fewest=fewest,
        ),
        CautionKind.LOW_AGREEMENT: ngettext(
            "On %(num)s criterion the judges agree so little that its scores alone should decide "
            "nothing.",
            "On %(num)s criteria the judges agree so little that their scores alone should decide "
            "nothing.",
            number,
        ),
        CautionKind.NO_AGREEMENT: ngettext(
            "For %(num)s criterion the numbers are too few to say how far the judges agree.",
            "For %(num)s criteria the numbers are too few to say how far the judges agree.",
            number,
        ),
        CautionKind.FEW_SHARED: ngettext(
            "%(num)s judge shares fewer than %(fewest)s entries with others: too few to say "
            "whether they are strict or mild.",
            "%(num)s judges share fewer than %(fewest)s entries with others: too few to say "
            "whether they are strict or mild.",
            number,
            fewest=fewest,
        ),
    }


def agreement_words(one: CriterionAgreement) -> str:
    """What the agreement on a criterion says, in a sentence."""
    if one.why_none is not None:
        return _why_none_words(one.why_none)
    return {
        AgreementReading.RELIABLE: _("The judges agree well."),
        AgreementReading.TENTATIVE: _("The judges agree so far that it can be built on with care."),
        AgreementReading.UNRELIABLE: _(
            "The judges agree too little to rely on these scores alone."
        ),
    }[one.reading or AgreementReading.UNRELIABLE]


def _why_none_words(why: NoAgreement) -> str:
    return {
        NoAgreement.FEW_JUDGES: _(
            "No entry has scores of two judges, so there is nothing to compare."
        ),
        NoAgreement.FEW_ENTRIES: _(
            "Fewer than %(fewest)s entries have scores of two judges. That is too few to mean "
            "anything.",
            fewest=FEWEST_ENTRIES,
        ),
        NoAgreement.NO_VARIATION: _(
            "All scores are the same, so it cannot be said whether judges agree or do not look."
        ),
    }[why]

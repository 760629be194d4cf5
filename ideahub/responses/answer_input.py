"""What a leader answers, and what of it is missing or does not fit."""

from dataclasses import dataclass
from datetime import date

from ideahub.core.criteria import CRITERIA
from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Invalid
from ideahub.responses.models import DECLINING, ReasonKind, Response, Verdict

# The measures that can wake an idea: those of its support. Others follow from what is done to it,
# which a parked idea waits for in vain.
WAKING = ("supporters", "organisations", "sponsors")
MOST_WANTED = 1_000_000


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """What a leader has chosen and written, and the answer and version that they saw (0: none)."""

    verdict: Verdict
    body: str
    reason_kind: ReasonKind | None = None
    conditions: str = ""
    would_change: str = ""
    elsewhere: str = ""
    wake_measure: str | None = None
    wake_threshold: int | None = None
    wake_on: date | None = None
    seen_response: int = 0
    seen_version: int = 0
    # Why a given answer is changed.
    why: str = ""

    @property
    def declines(self) -> bool:
        """Whether it parks the idea."""
        return self.verdict in DECLINING

    @property
    def said(self) -> dict[str, object]:
        """The columns that an answer and each of its versions have."""
        names = ("verdict", "body", "conditions", "would_change", "elsewhere")
        return {name: getattr(self, name) for name in names} | {"reason": self.reason_kind}

    @property
    def wakes(self) -> dict[str, object]:
        """The columns of an answer that say what wakes the idea by itself."""
        names = ("wake_measure", "wake_threshold", "wake_on")
        return {name: getattr(self, name) for name in names}


def says_already(response: Response, given: AnswerInput) -> bool:
    """Whether the answer says this now."""
    return all(
        getattr(response, name) == value for name, value in {**given.said, **given.wakes}.items()
    )


def must_be_complete(given: AnswerInput, today: date) -> None:
    """Raises Invalid for what is missing, and for what is filled in but belongs to another verdict,
    as it would be lost."""
    wrong = _missing(given) | misplaced(given) | _unfit_wake(given, today)
    if wrong:
        raise Invalid(errors=wrong)


def must_fit(verdict: Verdict | None, reason: ReasonKind | None) -> None:
    """Raises Invalid where a template has a reason that its verdict does not ask for."""
    if reason and verdict not in DECLINING:
        raise Invalid(_(OWN_WORDS["reason_kind"]), field="reason_kind")


def _missing(given: AnswerInput) -> dict[str, str]:
    found = {}
    if not given.body:
        found["body"] = _("Write the answer. Everyone who cares about this idea will read it.")
    if given.verdict is Verdict.YES_AND and not given.conditions:
        found["conditions"] = _("Say what has to be true for this yes.")
    if not given.declines:
        return found
    if given.reason_kind is None:
        found["reason_kind"] = _("Choose the reason.")
    if not given.would_change:
        found["would_change"] = _("Say what would have to change for another answer.")
    if given.reason_kind is ReasonKind.ALREADY_DONE and not given.elsewhere:
        found["elsewhere"] = _("Say where it exists already, best by its address.")
    if given.reason_kind is ReasonKind.NOT_OURS and not given.elsewhere:
        found["elsewhere"] = _("Say whose task it is.")
    return found


OWN_WORDS = {
    "conditions": N_("Only a “Yes, and…” has conditions. Move this, or empty the field."),
    "reason_kind": N_("Only a “Not now” or a “No” has such a reason. Leave it out."),
    "would_change": N_(
        "Only a “Not now” or a “No” says what would change it. Move this, or empty the field."
    ),
    "elsewhere": N_(
        "This belongs to “Already done” and “Not ours”. Move it to the answer, or empty the field."
    ),
    "wake_measure": N_("Only a “Not now” or a “No” wakes later. Leave this out."),
    "wake_threshold": N_("Only a “Not now” or a “No” wakes later. Empty this field."),
    "wake_on": N_("Only a “Not now” or a “No” wakes later. Empty this field."),
}


def misplaced(given: AnswerInput) -> dict[str, str]:
    """What is filled in and belongs to another verdict, by field, with a sentence for each."""
    fits = set()
    if given.verdict is Verdict.YES_AND:
        fits.add("conditions")
    if given.declines:
        fits |= {"reason_kind", "would_change", "wake_measure", "wake_threshold", "wake_on"}
        if given.reason_kind in {ReasonKind.ALREADY_DONE, ReasonKind.NOT_OURS}:
            fits.add("elsewhere")
    return {
        name: _(words)
        for name, words in OWN_WORDS.items()
        if getattr(given, name) and name not in fits
    }


def _unfit_wake(given: AnswerInput, today: date) -> dict[str, str]:
    found = {}
    if given.wake_measure and given.wake_measure not in waking_measures():
        found["wake_measure"] = _("Choose what is counted.")
    if given.wake_measure and not given.wake_threshold:
        found["wake_threshold"] = _("Enter the number that it has to reach.")
    if given.wake_threshold and not given.wake_measure:
        found["wake_measure"] = _("Choose what has to reach this number.")
    if given.wake_threshold and not 1 <= given.wake_threshold <= MOST_WANTED:
        found["wake_threshold"] = _("Enter a number from 1 to %(most)s.", most=MOST_WANTED)
    if given.wake_on and given.wake_on <= today:
        found["wake_on"] = _("Choose a day after today.")
    return found


def waking_measures() -> dict[str, str]:
    """The measures that can wake an idea, and what each is called."""
    return {one: _(CRITERIA[one].words.name) for one in WAKING if one in CRITERIA}

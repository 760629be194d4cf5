"""Measures and decisions in words."""

from collections.abc import Callable
from typing import NamedTuple

from ideahub.core.i18n import N_, _, ngettext
from ideahub.core.i18n import number as shown
from ideahub.pipeline.measuring import Criterion
from ideahub.pipeline.models import Decision, Measure


class Asked(NamedTuple):
    """What a criterion asks for: its name, and what one can do about it."""

    name: str
    hint: str


ASKED = {
    Measure.SUPPORTERS: Asked(N_("Support"), N_("Tell people who have the same problem.")),
    Measure.ORGANISATIONS: Asked(
        N_("Support across organisations"),
        N_("Supporters from different bodies; citizens count as one."),
    ),
    Measure.ADOPTED_BUILDS: Asked(
        N_("Builds taken up"), N_("An author adopts someone's “yes, and…” into the text.")
    ),
    Measure.CONTRIBUTIONS: Asked(
        N_("Others have added to it"), N_("A build, a question, evidence, a concern or an offer.")
    ),
    Measure.CONCERNS_ANSWERED: Asked(
        N_("Concerns answered"), N_("An author replies to each concern.")
    ),
    Measure.SPONSORS: Asked(
        N_("A sponsor stands behind it"), N_("A leader's pledge, accepted by the authors.")
    ),
    Measure.FRAMED: Asked(N_("The problem is framed"), N_("The author says why it matters.")),
    Measure.EXPERIMENT_PLANNED: Asked(
        N_("An experiment is planned"), N_("What we believe, how we try it, when we would stop.")
    ),
    Measure.READINGS: Asked(N_("Readings taken"), N_("The experiment's measure, day by day.")),
    Measure.RESULT: Asked(
        N_("A result is written down"),
        N_("Somebody concludes the experiment and says what it showed."),
    ),
    Measure.TARGET_REACHED: Asked(
        N_("The target is reached"), N_("The newest reading is at the target or beyond.")
    ),
    Measure.LESSON: Asked(
        N_("A lesson for others"), N_("What the next team should know, on the lesson wall.")
    ),
}
# Those that one has or has not; a figure would say nothing.
YES_OR_NO = {
    Measure.FRAMED,
    Measure.EXPERIMENT_PLANNED,
    Measure.RESULT,
    Measure.TARGET_REACHED,
    Measure.LESSON,
}
LACKING: dict[Measure, Callable[[int], str]] = {
    Measure.SUPPORTERS: lambda n: ngettext("%s more supporter", "%s more supporters", n) % n,
    Measure.ORGANISATIONS: lambda n: (
        ngettext("support from %s more organisation", "support from %s more organisations", n) % n
    ),
    Measure.ADOPTED_BUILDS: lambda n: (
        ngettext("%s build adopted into the text", "%s builds adopted into the text", n) % n
    ),
    Measure.CONTRIBUTIONS: lambda n: (
        ngettext("%s more contribution", "%s more contributions", n) % n
    ),
    Measure.CONCERNS_ANSWERED: lambda n: (
        ngettext("an answer to %s concern", "an answer to %s concerns", n) % n
    ),
    Measure.SPONSORS: lambda n: _("a sponsor") if n == 1 else _("%s sponsors") % n,
    Measure.FRAMED: lambda _n: _("a word on why it matters"),
    Measure.EXPERIMENT_PLANNED: lambda _n: _("a planned experiment"),
    Measure.READINGS: lambda n: ngettext("%s more reading", "%s more readings", n) % n,
    Measure.RESULT: lambda _n: _("a result"),
    Measure.TARGET_REACHED: lambda _n: _("its target reached"),
    Measure.LESSON: lambda _n: _("a lesson written down"),
}


def figure(measure: Measure, reached: int, wanted: int) -> str:
    """How much there is of how much: "3 of 5"; nothing where a figure says nothing."""
    if measure in YES_OR_NO:
        return ""
    if measure is Measure.CONCERNS_ANSWERED and wanted == 0:
        return _("No concerns so far")
    if reached > wanted:
        return _("%(reached)s, asked for %(wanted)s") % {
            "reached": shown(reached),
            "wanted": shown(wanted),
        }
    return _("%(reached)s of %(wanted)s") % {"reached": shown(reached), "wanted": shown(wanted)}


def lacking(criterion: Criterion) -> str:
    """What is missing, as part of a sentence: "3 more supporters"."""
    return LACKING[criterion.measure](criterion.lacking)


DECIDED = {
    Decision.ADVANCE: (N_("%(who)s moved it on to %(stage)s"), "arrow-right"),
    Decision.HOLD: (N_("%(who)s held it at %(stage)s"), "hourglass"),
    Decision.SEND_BACK: (N_("%(who)s sent it back to %(stage)s"), "undo-2"),
    Decision.STOP: (N_("%(who)s stopped it, and kept the lesson"), "learned"),
    Decision.PARK: (N_("%(who)s parked it"), "parked"),
    Decision.WAKE: (N_("%(who)s woke it up, back to %(stage)s"), "sun"),
}
# The fields of an experiment's plan, as adjustments name them.
FIELDS = {
    "hypothesis": N_("What we believe"),
    "method": N_("How we try it"),
    "measure": N_("What we measure"),
    "unit": N_("Unit"),
    "baseline": N_("Where we start"),
    "target": N_("Target"),
    "higher_is_better": N_("Direction"),
    "stop_rule": N_("When we stop"),
    "starts_on": N_("Begins"),
    "ends_on": N_("Ends"),
    "reading": N_("A reading was struck out"),
}

"""The words on screen for decisions, and for the fields of an experiment's plan."""

from ideahub.core.i18n import N_
from ideahub.pipeline.models import Decision

DECIDED = {
    Decision.ADVANCE: (N_("%(who)s moved it on to %(stage)s"), "arrow-right"),
    Decision.HOLD: (N_("%(who)s held it at %(stage)s"), "hourglass"),
    Decision.SEND_BACK: (N_("%(who)s sent it back to %(stage)s"), "undo-2"),
    Decision.STOP: (N_("%(who)s stopped it, and kept the lesson"), "learned"),
    Decision.PARK: (N_("%(who)s parked it"), "parked"),
    Decision.WAKE: (N_("%(who)s woke it up, back to %(stage)s"), "sun"),
}
# The same without a name, on the page of whoever decided.
WAS_DECIDED = {
    Decision.ADVANCE: N_("Moved on to %(stage)s"),
    Decision.HOLD: N_("Held at %(stage)s"),
    Decision.SEND_BACK: N_("Sent back to %(stage)s"),
    Decision.STOP: N_("Stopped, with its lesson kept"),
    Decision.PARK: N_("Parked"),
    Decision.WAKE: N_("Woken up, back to %(stage)s"),
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

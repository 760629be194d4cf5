"""The values for the templates that show a schedule and say what it means."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ideahub.campaigns.contradictions import contradictions
from ideahub.campaigns.labels import accepts_words
from ideahub.campaigns.phase_spans import PhaseSpan, spans
from ideahub.campaigns.phases import PhaseNow, PhaseState, late_words
from ideahub.campaigns.purposes import FOR_THE_ORGANISER
from ideahub.campaigns.rounds import accepted_words
from ideahub.campaigns.schedule_words import schedule_sentence
from ideahub.campaigns.windows import Timed
from ideahub.core.dates import moment
from ideahub.core.i18n import _


def schedule_context(phases: Sequence[PhaseNow]) -> dict[str, Any]:
    """The variables of `campaigns/_phases.html`."""
    drawn = spans(phases)
    return {
        "phases": [_shown(phase, phases, drawn.get(phase.id)) for phase in phases],
        "schedule": schedule_sentence(phases, datetime.now(UTC)),
    }


def schedule_meaning(phases: Sequence[Timed]) -> dict[str, Any]:
    """The variables of `campaigns/_schedule.html`, for phases as stored or as planned."""
    return {
        "schedule": schedule_sentence(phases, datetime.now(UTC)),
        "contradictions": contradictions(phases),
    }


def _shown(phase: PhaseNow, phases: Sequence[PhaseNow], span: PhaseSpan | None) -> dict[str, Any]:
    known = phase.state is not PhaseState.UNKNOWN
    return {
        "name": phase.name,
        "state": phase.state.value if known else PhaseState.COMING.value,
        "opens": moment(phase.opens_at, phase.timezone) if phase.opens_at else "",
        "closes": moment(phase.closes_at, phase.timezone) if phase.closes_at else "",
        "grace": late_words(phase),
        "done": phase.done,
        "span": span,
        "note": accepted_words(phase, phases, _note(phase)) if known else _("Dates unknown"),
    }


def _note(phase: PhaseNow) -> str:
    if not phase.accepts and phase.purpose in FOR_THE_ORGANISER:
        return _("Here the organiser is at work")
    return accepts_words(phase.accepts)

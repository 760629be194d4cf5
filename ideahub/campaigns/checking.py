"""Checks what a campaign still lacks before it can be published."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from ideahub.campaigns.collected_elsewhere import elsewhere_problems
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.campaigns.purposes import FOR_BEGINNING, FOR_THE_ORGANISER
from ideahub.core.i18n import N_, _

# A step, and a sentence that says what to do there.
Lack = tuple[str, str]


class WizardStep(StrEnum):
    """The steps of setting up a campaign, in their order."""

    BASICS = "basics"
    FRAMING = "framing"
    DETAILS = "details"
    PHASES = "phases"
    CHECK = "check"


# The required fields: each with its step and the sentence for where it is empty.
REQUIRED = {
    "title": (WizardStep.BASICS, N_("Give it a title.")),
    "question": (WizardStep.FRAMING, N_("Ask the question that ideas are to answer.")),
    "description": (WizardStep.DETAILS, N_("Describe what you ask for and why.")),
}


PHASE_LACKS = {
    "opens": N_("%(name)s: say when it opens."),
    "closes": N_("%(name)s: say when it closes."),
    "accepts": N_("%(name)s: choose what it accepts."),
}
NAMELESS_PHASE_LACKS = {
    "opens": N_("Phase %(number)s: say when it opens."),
    "closes": N_("Phase %(number)s: say when it closes."),
    "accepts": N_("Phase %(number)s: choose what it accepts."),
}


def steps_of(kind: str) -> tuple[WizardStep, ...]:
    """The steps of a kind of campaign: an idea box is always open, so it has no phases to plan."""
    return tuple(
        step
        for step in WizardStep
        if step is not WizardStep.PHASES or kind == CampaignKind.CHALLENGE
    )


def missing(campaign: Campaign, phases: Sequence[PhaseNow]) -> list[Lack]:
    """What has to be filled in before the campaign can be published."""
    lacks = [
        (step.value, _(sentence))
        for field, (step, sentence) in REQUIRED.items()
        if not getattr(campaign, field)
    ]
    elsewhere = campaign.entries_elsewhere
    if campaign.kind == CampaignKind.CHALLENGE:
        found = _missing_in_phases(phases, elsewhere=elsewhere)
        lacks += [(WizardStep.PHASES.value, sentence) for sentence in found]
    if elsewhere:
        problems = elsewhere_problems(campaign.external_url, phases)
        lacks += [(WizardStep.DETAILS.value, sentence) for sentence in problems.values()]
    return lacks


def emptied_by(values: Mapping[str, Any]) -> dict[str, str]:
    """The required fields that are empty in these values, each with its sentence."""
    return {
        field: _(sentence)
        for field, (_step, sentence) in REQUIRED.items()
        if field in values and not values[field]
    }


def advice(campaign: Campaign) -> list[Lack]:
    """What would make the campaign better, but is not required."""
    found = [
        (WizardStep.BASICS, _("Say in one sentence what it is about."), campaign.tagline),
        (
            WizardStep.FRAMING,
            _("Ask why a few times: the root shows where ideas help."),
            campaign.whys,
        ),
        (WizardStep.FRAMING, _("Say what you hope for."), campaign.hopes),
        (
            WizardStep.FRAMING,
            _("Say what you fear: others may know a way round it."),
            campaign.fears,
        ),
        (WizardStep.FRAMING, _("Say who benefits."), campaign.beneficiaries),
        (WizardStep.DETAILS, _("Add a topic or two, so that people find it."), campaign.topics),
    ]
    return [(step.value, sentence) for step, sentence, value in found if not value]


def _missing_in_phases(phases: Sequence[PhaseNow], *, elsewhere: bool) -> Iterator[str]:
    if not phases:
        yield (
            _("Add a phase: when entries are welcome there.")
            if elsewhere
            else _("Add a phase: when ideas are welcome.")
        )
        return
    for phase in phases:
        yield from _missing_in_phase(phase, elsewhere=elsewhere)
    if not elsewhere and not any(FOR_BEGINNING.intersection(phase.accepts) for phase in phases):
        yield _("Let one phase accept ideas or entries.")
    elif all(phase.state is PhaseState.PAST for phase in phases):
        yield _("All phases lie in the past: nobody could take part.")


def _missing_in_phase(phase: PhaseNow, *, elsewhere: bool) -> Iterator[str]:
    named = {"number": phase.position, "name": phase.name}
    if not phase.name:
        yield _("Name phase %(number)s.", **named)
    lacking = {
        "opens": phase.opens_at is None,
        "closes": phase.closes_at is None,
        "accepts": not (phase.accepts or elsewhere or phase.purpose in FOR_THE_ORGANISER),
    }
    sentences = PHASE_LACKS if phase.name else NAMELESS_PHASE_LACKS
    yield from (_(sentences[field], **named) for field, is_missing in lacking.items() if is_missing)

"""The words on screen for kinds, audiences, statuses, fields and steps of campaigns."""

from collections.abc import Sequence
from typing import Any

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Purpose
from ideahub.campaigns.purposes import OFFERED, PRESETS
from ideahub.core.i18n import _, ngettext, sentences, side_by_side

Choice = dict[str, str]


def kind_choices() -> list[Choice]:
    """The kinds of campaigns to choose from, each with a hint."""
    return [
        {
            "value": CampaignKind.CHALLENGE.value,
            "label": _("Challenge"),
            "hint": _("A question with phases and a deadline. Good for a prize or a budget."),
            "icon": "challenge",
        },
        {
            "value": CampaignKind.IDEA_BOX.value,
            "label": _("Idea box"),
            "hint": _("Stands open all year. Good for everyday improvements."),
            "icon": "idea-box",
        },
    ]


def audience_choices(organisation: str = "") -> list[Choice]:
    """The audiences to choose from, each with who takes part and who sees it, in a campaign of the
    organisation with this name."""
    return [
        {
            "value": Audience.PUBLIC.value,
            "label": _("Everyone"),
            "hint": sentences(
                _("Citizens and staff of any organisation take part."), seen_by(Audience.PUBLIC)
            ),
            "icon": "users",
        },
        {
            "value": Audience.INTERNAL.value,
            "label": _("Staff only"),
            "hint": sentences(
                _("People of the organisation that asks, and of what belongs to it, take part."),
                seen_by(Audience.INTERNAL, organisation),
            ),
            "icon": "lock",
        },
    ]


def accepts_labels() -> dict[str, str]:
    """The label of everything that a phase can accept, by its value."""
    return {
        Accepts.IDEAS.value: _("New ideas"),
        Accepts.VOTES.value: _("Support"),
        Accepts.CONTRIBUTIONS.value: _("Builds, questions and evidence"),
        Accepts.ENTRIES.value: _("Entries to be judged"),
        Accepts.SCORING.value: _("Judging by invited judges"),
        Accepts.PUBLIC_VOTING.value: _("Public votes on entries"),
        Accepts.BUDGET_VOTES.value: _("Budget votes"),
    }


def offered_accepts() -> dict[str, str]:
    """What can be chosen for a phase: `accepts_labels` without what nothing works with yet."""
    return {value: label for value, label in accepts_labels().items() if value in OFFERED}


def purpose_labels() -> dict[Purpose, str]:
    """The label of each purpose of a phase."""
    return {
        Purpose.IDEAS: _("Collect ideas"),
        Purpose.BUILDING: _("Improve and build"),
        Purpose.VOTING: _("Vote"),
        Purpose.ENTRIES: _("Collect entries"),
        Purpose.JUDGING: _("Judge"),
        Purpose.DECIDING: _("Decide"),
        Purpose.PILOT: _("Try it out"),
        Purpose.OTHER: _("Something else"),
    }


def purpose_choices() -> list[dict[str, Any]]:
    """What a phase can be for, each with the name and what it accepts that it begins with."""
    names = {
        Purpose.IDEAS: _("Ideas"),
        Purpose.BUILDING: _("Building on them"),
        Purpose.VOTING: _("Vote"),
        Purpose.ENTRIES: _("Entries"),
        Purpose.JUDGING: _("Judging"),
        Purpose.DECIDING: _("Decision"),
        Purpose.PILOT: _("Pilot"),
    }
    return [
        {
            "value": purpose.value,
            "label": label,
            "name": names.get(purpose, ""),
            "accepts": [accepted.value for accepted in PRESETS[purpose]],
        }
        for purpose, label in purpose_labels().items()
    ]


def accepts_words(accepts: Sequence[str]) -> str:
    """The labels of what a phase accepts, in one line."""
    return side_by_side(label for value, label in accepts_labels().items() if value in accepts)


def grace_words(seconds: int) -> str:
    """For how long after its end a phase takes what comes late; empty for no time."""
    if not seconds:
        return ""
    minutes = -(-seconds // 60)
    return ngettext(
        "up to %(num)s minute after the end", "up to %(num)s minutes after the end", minutes
    )


def status_labels() -> dict[CampaignStatus, str]:
    """The label of each group of the list of challenges."""
    return {
        CampaignStatus.OPEN: _("Open now"),
        CampaignStatus.COMING: _("Coming"),
        CampaignStatus.CLOSED: _("Closed"),
        CampaignStatus.UNKNOWN: _("Dates unknown"),
        CampaignStatus.ARCHIVED: _("Archived"),
    }


def field_labels() -> dict[str, str]:
    """The label of each field in the forms of the steps, by its name."""
    return {
        "title": _("Title"),
        "audience": _("Who may take part?"),
        "tagline": _("In one sentence"),
        "question": _("The question"),
        "whys": _("Ask why, five times"),
        "hopes": _("What do you hope for?"),
        "fears": _("What do you fear?"),
        "beneficiaries": _("Who benefits?"),
        "description": _("What do you ask for?"),
        "prize": _("Prize or reward"),
        "topics": _("Topics"),
        "allows_pseudonyms": _("People may show another name instead of theirs"),
        "challenge_types": _("What is asked for"),
        "legal_authority": _("Legal authority"),
        "fiscal_year": _("Fiscal year"),
        "entries_elsewhere": _("Entries are collected at another site"),
        "external_url": _("Link to that site"),
        "timezone": _("Time zone"),
    }


def step_labels() -> dict[WizardStep, str]:
    """The label of each step of setting up a campaign."""
    return {
        WizardStep.BASICS: _("Basics"),
        WizardStep.FRAMING: _("The question"),
        WizardStep.DETAILS: _("Details"),
        WizardStep.PHASES: _("Phases"),
        WizardStep.CHECK: _("Check and publish"),
    }

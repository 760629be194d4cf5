"""The words on screen for kinds of questions, roles in a team, and states of entries."""

from enum import StrEnum
from typing import Any

from ideahub.campaigns.phases import PhaseState
from ideahub.core.dates import moment, moment_words
from ideahub.core.i18n import _
from ideahub.entries.idea_entries import OpenPhase
from ideahub.entries.models import FieldKind, MemberRole
from ideahub.entries.queries import EntryView


def kind_labels() -> dict[FieldKind, str]:
    """The label of each kind of question."""
    return {
        FieldKind.SHORT_TEXT: _("Short text"),
        FieldKind.LONG_TEXT: _("Long text"),
        FieldKind.NUMBER: _("Number"),
        FieldKind.CHOICE: _("One choice"),
        FieldKind.CHOICES: _("Several choices"),
        FieldKind.YES_NO: _("Yes or no"),
        FieldKind.LINK: _("Link"),
        FieldKind.FILE: _("File"),
        FieldKind.CONSENT: _("Consent"),
    }


def role_labels() -> dict[str, str]:
    """What each role in a team is called."""
    return {MemberRole.CAPTAIN: _("Captain"), MemberRole.MEMBER: _("Member")}


class EntryState(StrEnum):
    """How far an entry has come."""

    DRAFT = "draft"
    MISSED = "missed"
    UNCONFIRMED = "unconfirmed"
    DECLINED = "declined"
    SUBMITTED = "submitted"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"
    RECEIVED = "received"


def state_of(entry: EntryView) -> EntryState:
    """How far this entry has come."""
    if entry.withdrawn_at:
        return EntryState.WITHDRAWN
    if entry.submitted_id is None:
        past = entry.phase_state == PhaseState.PAST
        return EntryState.MISSED if past else EntryState.DRAFT
    if entry.is_unconfirmed:
        return EntryState.DECLINED if entry.is_declined else EntryState.UNCONFIRMED
    if entry.eligible is False:
        return EntryState.INELIGIBLE
    if not entry.is_open:
        return EntryState.RECEIVED
    return EntryState.CHANGED if entry.is_changed else EntryState.SUBMITTED


def state_label(state: EntryState) -> str:
    """What a state is called."""
    return {
        EntryState.DRAFT: _("Draft"),
        EntryState.MISSED: _("Never submitted"),
        EntryState.UNCONFIRMED: _("Waits to be confirmed"),
        EntryState.DECLINED: _("Declined"),
        EntryState.SUBMITTED: _("Submitted"),
        EntryState.CHANGED: _("Submitted, changed since"),
        EntryState.WITHDRAWN: _("Withdrawn"),
        EntryState.INELIGIBLE: _("Not eligible"),
        EntryState.RECEIVED: _("Submitted"),
    }[state]


# Tones of badges.
TONES = {
    EntryState.DRAFT: "sun",
    EntryState.MISSED: "quiet",
    EntryState.UNCONFIRMED: "sun",
    EntryState.DECLINED: "clay",
    EntryState.SUBMITTED: "leaf",
    EntryState.CHANGED: "sun",
    EntryState.WITHDRAWN: "quiet",
    EntryState.INELIGIBLE: "clay",
    EntryState.RECEIVED: "leaf",
}


def state_badge(entry: EntryView) -> dict[str, Any]:
    """The state of an entry with its tone, for a badge."""
    state = state_of(entry)
    return {"key": state.value, "label": state_label(state), "tone": TONES[state]}


def deadline_words(entry: EntryView) -> Any:
    """When the phase of an entry closes, as markup; empty where it stays open."""
    return moment(entry.closes_at, entry.timezone) if entry.closes_at else ""


def seen_by_words(organisation: str) -> str:
    """Who sees an entry, in one sentence for every place that says so."""
    return _(
        "Until you submit it, only your team can see it. Then the managers of %(name)s see it, and "
        "the judges.",
        name=organisation,
    )


def open_phase_words(phase: OpenPhase) -> str:
    """A phase that takes entries, as an option of a list."""
    if phase.closes_at is None:
        return phase.title
    ends = moment_words(phase.closes_at, phase.timezone)
    return _("%(challenge)s, until %(moment)s", challenge=phase.title, moment=ends)

"""What a manager does next, after the form is made and after entries are found eligible."""

from collections.abc import Sequence

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.core.i18n import _, ngettext
from ideahub.core.next_step import NextStep
from ideahub.entries.managing import EntryCounts, Show


def after_form(campaign_id: int, phase_id: int, phases: Sequence[PhaseNow]) -> NextStep:
    """After the form of this phase: that of the next round, how entries are judged, or the rest."""
    at = f"/management/{campaign_id}"
    places = [phase.id for phase in phases]
    later = phases[places.index(phase_id) + 1 :] if phase_id in places else ()
    for phase in later:
        if Accepts.ENTRIES in phase.accepts:
            text = _("It has a form of its own.")
            return NextStep(phase.name, text, _("Go on"), f"{at}/form?phase={phase.id}")
    if any(Accepts.SCORING in phase.accepts for phase in phases):
        text = _("Panels, criteria and judges.")
        return NextStep(_("Judging"), text, _("Go to judging"), f"{at}/judging")
    return NextStep(_("The overview"), "", _("Go to the overview"), at)


def after_triage(
    campaign_id: int, counts: EntryCounts, phases: Sequence[PhaseNow]
) -> NextStep | None:
    """Once every entry that is in is decided about: that they are judged. None before that, and
    where nobody judges."""
    if not counts.submitted or not any(Accepts.SCORING in one.accepts for one in phases):
        return None
    left = counts.groups[Show.UNDECIDED]
    if left:
        title = _("Decide which entries are eligible")
        text = ngettext(
            "%(num)s entry is not decided about.", "%(num)s entries are not decided about.", left
        )
        return NextStep(title, text)
    takes_more = any(
        Accepts.ENTRIES in one.accepts and one.state is PhaseState.OPEN for one in phases
    )
    text = (
        _("All that is in is decided about; more can still come.")
        if takes_more
        else _("Every entry is decided about.")
    )
    return NextStep(_("Judging"), text, _("Go to judging"), f"/management/{campaign_id}/judging")

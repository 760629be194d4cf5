"""What a manager does next for a panel, from setting it up to its result."""

from ideahub.core.i18n import _, ngettext
from ideahub.core.next_step import NextStep
from ideahub.judging.panels import PanelView
from ideahub.judging.progress import PanelProgress


def next_for_panel(panel: PanelView, progress: PanelProgress, *, criteria: int) -> NextStep:
    """The next step for a panel that has so many criteria."""
    managed = f"/management/{panel.campaign_id}"
    at = f"{managed}/judging/{panel.id}"
    if panel.closed_at:
        return NextStep(
            _("The result"),
            _("Scoring is closed. Run the scores, and publish what comes of it."),
            _("Go to the results"),
            f"{managed}/results",
        )
    if not criteria:
        text = _("Say what judges score, and how much each criterion weighs.")
        return NextStep(_("Criteria"), text, _("Write the criteria"), f"{at}/criteria")
    if not any(judge.removed_at is None and not judge.declined_at for judge in progress.judges):
        text = _("Each judge accepts the terms and declares conflicts before any entry opens.")
        return NextStep(_("Judges"), text, _("Invite judges"), f"{at}#invite")
    if progress.coverage.entries == 0:
        text = _("Entries are shared out once they are in and found eligible.")
        return NextStep(_("Entries"), text, _("Go to the entries"), f"{managed}/entries")
    if not panel.fixed_at or progress.lacking:
        return _sharing_out(at, progress)
    return _scoring(at, progress)


def _sharing_out(at: str, progress: PanelProgress) -> NextStep:
    waiting = sum(judge.declared_at is None for judge in progress.behind)
    text = (
        ngettext(
            "%(num)s judge has still to declare conflicts, and gets no entries before that.",
            "%(num)s judges have still to declare conflicts, and get no entries before that.",
            waiting,
        )
        if waiting
        else _("See who would score what, and confirm it.")
    )
    return NextStep(_("Who scores what"), text, _("Share out the entries"), f"{at}/assignment")


def _scoring(at: str, progress: PanelProgress) -> NextStep:
    behind = len(progress.behind)
    if not behind:
        text = _("Every judge has finished.")
        return NextStep(_("Close scoring"), text, _("Close scoring"), f"{at}#closing")
    text = ngettext(
        "%(num)s judge has something left to do. You can remind them.",
        "%(num)s judges have something left to do. You can remind them.",
        behind,
    )
    return NextStep(_("Judges score"), text, _("See how far each is"), f"{at}#judges")

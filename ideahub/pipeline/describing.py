"""The words for an idea's gate status on its track, its gate card and its cards in lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ideahub.core import dates
from ideahub.core.i18n import _, listed
from ideahub.ideas.models import Stage
from ideahub.ideas.stages import stage_choice, stage_choices
from ideahub.pipeline.measuring import GateStatus, Measured
from ideahub.pipeline.models import Decision


class GateView(msgspec.Struct, frozen=True):
    """The gate card of an idea, which shows its next gate."""

    idea_id: int
    stage: Stage
    title: str
    sentence: str
    # "Held" or "Sent back" for an idea that waits; then this stands in place of how much is met.
    verdict: str
    time: str
    stuck: bool
    criteria: list[dict[str, Any]]
    wakes_when: str


class TrackView(msgspec.Struct, frozen=True):
    """The track of an idea, which shows its stages with the days on which it came to them.

    `aside` and its icon are the stage of an idea that has left the path, empty for others.
    """

    idea_id: int
    current: Stage
    stages: list[dict[str, Any]]
    aside: str
    aside_icon: str
    note: str


class GateSummary(msgspec.Struct, frozen=True):
    """The next gate of an idea, as its cards in lists show it."""

    sentence: str
    met: int
    asked: int
    ready: bool
    stuck: bool
    days: int
    short_time: str
    aside: str
    aside_icon: str


def sentence(status: GateStatus) -> str:
    """A sentence about what is missing for the next gate; without one, about the stage."""
    if not status.is_listed:
        return _("Withdrawn or hidden: it does not move on")
    if status.next_stage is None:
        return stage_choice(status.stage).meaning
    if not status.unmet and status.waits:
        return _waiting(status.held_by)
    if not status.unmet:
        # Translators: %(stage)s is the name of a stage, such as “Pilot”, here and everywhere; put
        # it between quotation marks where your grammar would have to change it.
        return _("Ready for the gate to %(stage)s", stage=stage_choice(status.next_stage).name)
    if status.waits_for_opening:
        # Translators: %(things)s is such as “3 more supporters and a sponsor”.
        return _("Closed for now. Still missing: %(things)s", things=missing_things(status))
    # Translators: %(things)s is such as “3 more supporters and a sponsor”. If they cannot stand
    # after a verb as they are, make it a list: “Missing: %(things)s”.
    return _("Needs %(things)s", things=missing_things(status))


def missing_things(status: GateStatus) -> str:
    """The unmet criteria as a list: "3 more supporters and a sponsor"."""
    return listed(measured.criterion.words.lacking(measured.lacking) for measured in status.unmet)


def time_in_stage(status: GateStatus) -> str:
    """A sentence about how long the idea has been at its stage."""
    name = stage_choice(status.stage).name
    if status.next_stage is None:
        return _("Since %(day)s", day=dates.day_words(status.since))
    if status.days == 0:
        return _("In %(stage)s since today", stage=name)
    return _("In %(stage)s for %(time)s", stage=name, time=dates.span(status.days))


def short_time(status: GateStatus) -> str:
    """How long the idea has been at its stage, for beside the stage's name."""
    if status.days == 0:
        return _("since today")
    # Translators: how long an idea has been at a stage, beside the stage's name: “3 days here”
    return _("%(time)s here", time=dates.span(status.days))


def gate_view(status: GateStatus, wakes_when: str = "") -> GateView:
    """The gate card for a status; `wakes_when` is shown for a parked idea."""
    next_stage = status.next_stage
    if next_stage:
        title = _("Next: %(stage)s", stage=stage_choice(next_stage).name)
    else:
        title = _title(status.stage) if status.is_listed else _("No gate ahead")
    return GateView(
        idea_id=status.idea_id,
        stage=status.stage,
        title=title,
        sentence=sentence(status),
        verdict=_verdict(status),
        time=time_in_stage(status),
        stuck=status.stuck,
        criteria=[criterion_view(measured) for measured in status.criteria],
        wakes_when=wakes_when if status.stage is Stage.PARKED else "",
    )


def track_view(status: GateStatus, reached: Mapping[Stage, datetime]) -> TrackView:
    """The track for a status; `reached` says when the idea came to each stage."""
    stages = [
        {
            "key": stage.key,
            "name": stage.name,
            "icon": stage.icon,
            "when": dates.day(reached[stage.key]) if stage.key in reached else "",
        }
        for stage in stage_choices()
    ]
    aside = stage_choice(status.stage)
    return TrackView(
        idea_id=status.idea_id,
        current=status.path_stage,
        stages=stages,
        aside="" if status.on_path else aside.name,
        aside_icon=aside.icon,
        note=sentence(status),
    )


def gate_summary(status: GateStatus) -> GateSummary:
    """The summary of a status for cards."""
    here = stage_choice(status.stage)
    return GateSummary(
        sentence=sentence(status),
        met=len(status.criteria) - len(status.unmet),
        asked=len(status.criteria),
        ready=status.ready,
        stuck=status.stuck,
        days=status.days,
        short_time=short_time(status),
        aside="" if status.on_path else here.name,
        aside_icon=here.icon,
    )


def criterion_view(measured: Measured) -> dict[str, Any]:
    """The values of a criterion for the template of the gate card."""
    words = measured.criterion.words
    shown = {
        "name": _(words.name),
        "hint": _(words.hint),
        "met": measured.met,
        "figure": words.figure(measured.reached, measured.wanted),
    }
    if measured.wanted > 1:
        shown |= {"value": measured.reached, "max": measured.wanted}
    return shown


def _verdict(status: GateStatus) -> str:
    if not status.waits:
        return ""
    return _("Held") if status.held_by is Decision.HOLD else _("Sent back")


def _waiting(decision: Decision | None) -> str:
    if decision is Decision.HOLD:
        return _("Held: its reviewer asks for more")
    return _("Sent back: its reviewer asks for more")


def _title(stage: Stage) -> str:
    titles = {
        Stage.ADOPTED: _("Everyday practice"),
        Stage.LEARNED: _("Stopped, and learned from"),
        Stage.PARKED: _("Parked"),
    }
    return titles.get(stage, _("No gate ahead"))

"""The decisions that a reviewer can choose from, for the decision form and the board."""

from collections.abc import Mapping

import msgspec

from ideahub.core.i18n import _, sentences
from ideahub.ideas.models import Stage
from ideahub.ideas.stages import stage_choice
from ideahub.pipeline.advancing import possible_decisions
from ideahub.pipeline.decision_input import earlier_stages
from ideahub.pipeline.measuring import GateStatus
from ideahub.pipeline.models import Decision


class DecisionForm(msgspec.Struct, frozen=True):
    """What a reviewer of an idea can choose now.

    `back_to` are the stages to send it back to, with their names; `lacks` is whether a criterion of
    its gate is not met. `seen_stage` and `seen_review` are sent back with the form.
    """

    idea_id: int
    seen_stage: Stage
    seen_review: int
    decisions: list[dict[str, str]]
    back_to: list[tuple[str, str]]
    lacks: bool


class BoardMove(msgspec.Struct, frozen=True):
    """A stage that an idea can be moved to on the board."""

    to: Stage
    label: str
    icon: str


def decision_form(
    status: GateStatus, seen_review: int, caused: Mapping[Decision, str]
) -> DecisionForm:
    """The decision form of an idea with this status and newest review; `caused` is a sentence for
    each decision on what follows from it."""
    return DecisionForm(
        idea_id=status.idea_id,
        seen_stage=status.stage,
        seen_review=seen_review,
        decisions=[
            _offered(decision, status, caused[decision]) for decision in possible_decisions(status)
        ],
        back_to=[(stage.value, stage_choice(stage).name) for stage in earlier_stages(status.stage)],
        lacks=bool(status.unmet),
    )


def board_moves(status: GateStatus) -> list[BoardMove]:
    """The stages in the board's menu "Move to…", the next stage first."""
    targets = [
        *([status.next_stage] if status.next_stage else []),
        *([status.path_stage] if not status.on_path else []),
        *earlier_stages(status.stage),
        *([Stage.PARKED] if status.stage is not Stage.PARKED and status.on_path else []),
        *([Stage.LEARNED] if status.stage is not Stage.LEARNED else []),
    ]
    return [
        BoardMove(stage, stage_choice(stage).name, stage_choice(stage).icon) for stage in targets
    ]


def preset(status: GateStatus, to: Stage) -> dict[str, str]:
    """The fields of the decision form that move the idea to this stage; none where that is not
    possible."""
    if not status.on_path and to == status.path_stage:
        return {"decision": Decision.WAKE}
    if to == status.next_stage:
        return {"decision": Decision.ADVANCE}
    if to in earlier_stages(status.stage):
        return {"decision": Decision.SEND_BACK, "back_to": to}
    aside = {Stage.PARKED: Decision.PARK, Stage.LEARNED: Decision.STOP}
    return {"decision": aside[to]} if to in aside else {}


def _offered(decision: Decision, status: GateStatus, caused: str) -> dict[str, str]:
    here = stage_choice(status.stage).name
    ahead = stage_choice(status.next_stage).name if status.next_stage else ""
    stood = stage_choice(status.path_stage).name
    label, icon = {
        Decision.ADVANCE: (_("Move on to %(stage)s", stage=ahead), "arrow-right"),
        Decision.HOLD: (_("Hold at %(stage)s", stage=here), "hourglass"),
        Decision.SEND_BACK: (_("Send back"), "undo-2"),
        Decision.PARK: (_("Park"), "parked"),
        Decision.STOP: (_("Stop, and keep the lesson"), "learned"),
        Decision.WAKE: (_("Wake up, back to %(stage)s", stage=stood), "sun"),
    }[decision]
    hint = caused
    if decision is Decision.ADVANCE and status.unmet:
        hint = sentences(_("Something is missing: say why it may go on all the same."), caused)
    return {"value": decision.value, "label": label, "hint": hint, "icon": icon}

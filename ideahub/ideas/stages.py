"""The words and icons of the stages, for tracks, boards and filters."""

from typing import NamedTuple

from ideahub.core.i18n import N_, _
from ideahub.ideas.models import PATH, Stage


class StageChoice(NamedTuple):
    """A stage with its name, icon and meaning on screen."""

    key: Stage
    name: str
    icon: str
    meaning: str


WORDS = {
    Stage.SPARK: (N_("Spark"), "spark", N_("A first thought, open to everyone's “yes, and…”")),
    Stage.CONCEPT: (N_("Concept"), "concept", N_("Thought through, with support behind it")),
    Stage.SPONSORED: (N_("Sponsored"), "sponsored", N_("A leader has promised what it needs")),
    Stage.PROTOTYPE: (N_("Prototype"), "prototype", N_("Tried small, and measured")),
    Stage.PILOT: (N_("Pilot"), "pilot", N_("Tried for real, in one place")),
    Stage.ADOPTED: (N_("Adopted"), "adopted", N_("Everyday practice")),
    Stage.LEARNED: (N_("Learned"), "learned", N_("Stopped, and the lesson kept")),
    Stage.PARKED: (N_("Parked"), "parked", N_("Waiting for something to change")),
}


def stage_choice(stage: Stage) -> StageChoice:
    """The stage in the current language."""
    name, icon, meaning = WORDS[stage]
    return StageChoice(stage, _(name), icon, _(meaning))


def stage_choices() -> list[StageChoice]:
    """The stages of the path, in order."""
    return [stage_choice(stage) for stage in PATH]

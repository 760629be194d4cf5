"""Every criterion that gates can ask for, from every feature that has some, by its measure."""

from ideahub.conversation import criteria as conversation
from ideahub.core.criteria import Criterion, by_measure
from ideahub.ideas import criteria as ideas
from ideahub.pipeline import criteria as pipeline
from ideahub.sponsorship import criteria as sponsorship

CRITERIA: dict[str, Criterion] = by_measure(
    (*ideas.CRITERIA, *conversation.CRITERIA, *sponsorship.CRITERIA, *pipeline.CRITERIA)
)

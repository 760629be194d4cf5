"""Where a thing of one's own stands, and what happens next: a sentence for each case."""

from ideahub.conversation.models import ContributionKind
from ideahub.core.i18n import _
from ideahub.front.own_things import MyBuild, MyIdea
from ideahub.ideas.models import Stage
from ideahub.sponsorship.models import PledgeState


def next_of_idea(idea: MyIdea) -> str:
    """What happens next with an idea, in one sentence."""
    if idea.is_withdrawn:
        return _("It was withdrawn, so nothing happens any more.")
    if idea.is_hidden:
        return _("The moderators hid it; its page says why.")
    return {
        Stage.SPARK: _("Next: others support it and add to it, until it can become a concept."),
        Stage.CONCEPT: _("Next: a leader offers what it needs."),
        Stage.SPONSORED: _("Next: it is decided how it is tried."),
        Stage.PROTOTYPE: _("Next: it is tried in a small way, and measured."),
        Stage.PILOT: _("Next: it is decided whether it stays."),
        Stage.ADOPTED: _("It is put into practice."),
        Stage.LEARNED: _("It was stopped, and what was learned is kept."),
        Stage.PARKED: _("It waits until something changes."),
    }[idea.stage]


def next_of_build(build: MyBuild) -> str:
    """What has become of what somebody added, in one sentence."""
    if build.is_hidden:
        return _("The moderators hid it.")
    if build.adopted_at:
        return _("It was taken into the text.")
    if build.kind != ContributionKind.BUILD:
        return _("It stands under the idea, where others can answer it.")
    if build.stage in (Stage.LEARNED, Stage.ADOPTED):
        return _("It stays beside the idea.")
    return _("Next: the authors can take it into the text.")


def next_of_pledge(state: PledgeState) -> str:
    """What happens next with a pledge, in one sentence."""
    return {
        PledgeState.OFFERED: _("Next: the authors answer."),
        PledgeState.ACCEPTED: _("Next: you keep it, and say so."),
        PledgeState.DECLINED: _("The authors declined it."),
        PledgeState.KEPT: _("It is kept."),
        PledgeState.PART_KEPT: _("It is kept in part, and you said why."),
        PledgeState.LAPSED: _("Its last day has passed."),
        PledgeState.WITHDRAWN: _("You took it back."),
    }[state]

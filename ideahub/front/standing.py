"""Where a thing of one's own stands, and what happens next: a sentence for each case."""

from datetime import date

from ideahub.conversation.models import ContributionKind
from ideahub.core.dates import day_words
from ideahub.core.i18n import _
from ideahub.front.own_things import MyBuild, MyIdea
from ideahub.ideas.models import Stage
from ideahub.responses.labels import verdict_labels
from ideahub.responses.models import Verdict
from ideahub.sponsorship.models import PledgeState


def next_of_idea(idea: MyIdea) -> str:
    """What happens next with an idea, and when, in one sentence."""
    if idea.is_withdrawn:
        return _("It was withdrawn, so nothing happens any more.")
    if idea.is_hidden:
        return _waits() if idea.is_held else _("The moderators hid it; its page says why.")
    if idea.due_on:
        return _owed(idea.owed_by, day_words(idea.due_on), is_late=bool(idea.is_late))
    if idea.trial_ends and idea.stage in TRIED:
        ends = day_words(idea.trial_ends)
        return _("Next: it is tried until %(day)s, and then decided.", day=ends)
    if idea.wakes_when and idea.stage == Stage.PARKED:
        return _("It waits. It wakes when: %(condition)s", condition=idea.wakes_when)
    return _BY_STAGE[Stage(idea.stage)]()


def _waits() -> str:
    return _("A moderator looks at it first; until then others do not see it.")


def _owed(name: str | None, day: str, *, is_late: bool) -> str:
    if not name:
        return _("Next: a leader is named who answers it.")
    if is_late:
        return _("Next: %(name)s answers; that was due on %(day)s.", name=name, day=day)
    return _("Next: %(name)s answers by %(day)s.", name=name, day=day)


TRIED = frozenset({Stage.PROTOTYPE, Stage.PILOT})
_BY_STAGE = {
    Stage.SPARK: lambda: _("Next: others support it and add to it, until it can become a concept."),
    Stage.CONCEPT: lambda: _("Next: a leader offers what it needs."),
    Stage.SPONSORED: lambda: _("Next: it is decided how it is tried."),
    Stage.PROTOTYPE: lambda: _("Next: it is tried in a small way, and measured."),
    Stage.PILOT: lambda: _("Next: it is decided whether it stays."),
    Stage.ADOPTED: lambda: _("It is put into practice."),
    Stage.LEARNED: lambda: _("It was stopped, and what was learned is kept."),
    Stage.PARKED: lambda: _("It waits until something changes."),
}


def answer_words(verdict: Verdict) -> str:
    """How a leader answered an idea."""
    return _("Answered: %(verdict)s", verdict=verdict_labels()[Verdict(verdict)])


def next_of_build(build: MyBuild) -> str:
    """What has become of what somebody added, in one sentence."""
    if build.is_hidden:
        return _waits() if build.is_held else _("The moderators hid it.")
    if build.adopted_at:
        return _("It was taken into the text.")
    if build.is_reply:
        return _("It stands below what it answers.")
    if build.kind != ContributionKind.BUILD:
        return _("It stands under the idea, where others can answer it.")
    return _next_of_standing(build)


def _next_of_standing(build: MyBuild) -> str:
    if build.stage in (Stage.LEARNED, Stage.ADOPTED):
        return _("It stays beside the idea.")
    if build.is_on_own:
        return _("Next: you can take it into the text.")
    return _("Next: the authors can take it into the text.")


def next_of_pledge(state: PledgeState, last_day: date) -> str:
    """What happens next with a pledge, in one sentence."""
    day = day_words(last_day)
    return {
        PledgeState.OFFERED: _("Next: the authors answer, until %(day)s.", day=day),
        PledgeState.ACCEPTED: _("Next: you keep it by %(day)s, and say so.", day=day),
        PledgeState.DECLINED: _("The authors declined it."),
        PledgeState.KEPT: _("It is kept."),
        PledgeState.PART_KEPT: _("It is kept in part, and you said why."),
        PledgeState.LAPSED: _("Its last day, %(day)s, has passed.", day=day),
        PledgeState.WITHDRAWN: _("You took it back."),
    }[state]

"""The rule that what is past stays past: people relied on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.campaigns.windows import END
from ideahub.core import dates
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid


def closed_reason(stored: PhaseNow) -> str:
    """The sentence that a phase which is over cannot be changed, with when it closed."""
    when = dates.moment_words(stored.closes_at, stored.timezone) if stored.closes_at else ""
    return _(
        "This phase closed on %(moment)s. People relied on it, so it stays as it was. Add a new "
        "phase to go on. Where its end was a mistake, correct that and say why.",
        moment=when,
    )


def is_settled(campaign: Campaign, stored: PhaseNow | None) -> bool:
    """Whether a phase of a published campaign is over, and so cannot be changed any more without a
    reason that everyone can read."""
    return bool(campaign.published_at and stored and stored.state is PhaseState.PAST)


def lacks_reason(before: PhaseNow, plan: PhasePlan) -> str:
    """The sentence that a change of a published phase needs a reason, where it has none: people
    relied on the end of what has closed, and on the time that is left; else empty."""
    if plan.reason or not plan.differs(before):
        return ""
    if before.state is PhaseState.PAST:
        return closed_reason(before)
    if before.state is PhaseState.OPEN:
        return _lacks_reason_while_open(before, plan)
    return ""


def _lacks_reason_while_open(before: PhaseNow, plan: PhasePlan) -> str:
    if before.now <= _end(plan) < _end(before):
        return _(
            "“%(name)s” is open, and people rely on the time that is left. To end it earlier, say "
            "why: everyone can read it.",
            name=before.name,
        )
    # Entries that are taken no more have closed, whatever the end of the phase is.
    if not set(before.accepts) <= set(plan.accepts):
        return _(
            "“%(name)s” is open, and people rely on what they can do in it. To take something of "
            "that away, say why: everyone can read it.",
            name=before.name,
        )
    return ""


def must_leave_the_past(
    stored: Sequence[PhaseNow],
    plans: Sequence[PhasePlan],
    removed: Sequence[int],
    reasons: Mapping[int, str],
) -> None:
    """Raises Invalid where a published campaign's plans would change what has passed: a phase that
    is over, an opening or closing that has been, or one that would lie in the past.

    With a reason, which is shown with its day, the end of a phase that is over can be corrected,
    and the phase be removed. `reasons` are those of the removed ones, by number.
    """
    known = {phase.id: phase for phase in stored}
    now = stored[0].now if stored else datetime.now(UTC)
    for phase in stored:
        if phase.id in removed:
            _must_be_removable(phase, reasons.get(phase.id, ""))
    for plan in plans:
        before = known.get(plan.id or 0)
        if before is None or plan.differs(before):
            _must_leave(before, plan, now)


def _end(phase: PhaseNow | PhasePlan) -> datetime:
    return phase.closes_at + timedelta(seconds=phase.grace_seconds) if phase.closes_at else END


def _must_be_removable(phase: PhaseNow, reason: str) -> None:
    if phase.state is PhaseState.PAST and not reason:
        raise Invalid(closed_reason(phase))
    if phase.state is PhaseState.OPEN:
        raise Invalid(
            _(
                "“%(name)s” is open, and people rely on it. Say when it closes instead.",
                name=phase.name,
            )
        )


def _must_leave(before: PhaseNow | None, plan: PhasePlan, now: datetime) -> None:
    if before and (lack := lacks_reason(before, plan)):
        raise Invalid(lack)
    if before and before.state is PhaseState.PAST:
        _must_only_correct_the_end(before, plan)
        return
    # Of a phase whose dates nobody knew, what is now known may have passed.
    if before and before.state is PhaseState.UNKNOWN:
        return
    if before and before.state is PhaseState.OPEN and plan.opens_at != before.opens_at:
        raise Invalid(
            _("“%(name)s” is open already, so when it opened stays as it was.", name=before.name)
        )
    for typed, was in (
        (plan.opens_at, before and before.opens_at),
        (plan.closes_at, before and before.closes_at),
    ):
        if typed and typed != was and typed < now:
            raise Invalid(
                _(
                    "%(name)s: choose times from now on. What is past stays as people saw it.",
                    name=plan.name,
                )
            )


def _must_only_correct_the_end(before: PhaseNow, plan: PhasePlan) -> None:
    corrected = replace(plan, closes_at=before.closes_at, grace_seconds=before.grace_seconds)
    if plan.closes_at is None or corrected.differs(before):
        raise Invalid(
            _(
                "“%(name)s” is over. Only its end can be corrected; everything else stays as "
                "people saw it.",
                name=before.name,
            )
        )

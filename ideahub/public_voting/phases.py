"""The phases in which people vote for entries."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import PhaseNow, PhaseState, deciding_phase, phases_now
from ideahub.core.refusals import NotFound


def voting_phases(phases: Sequence[PhaseNow]) -> list[PhaseNow]:
    """Those of a challenge's phases in which people vote for entries."""
    return [one for one in phases if Accepts.PUBLIC_VOTING in one.accepts]


async def find_voting_phase(
    db: AsyncSession, campaign_id: int, phase_id: int | None = None
) -> tuple[PhaseNow, list[PhaseNow]]:
    """The phase with this number, without one the phase that decides whether people can vote now;
    and all in which they vote. Raises NotFound where there is none."""
    found = voting_phases(await phases_now(db, campaign_id))
    if phase_id is None:
        chosen = deciding_phase(found, Accepts.PUBLIC_VOTING) or next(iter(found), None)
    else:
        chosen = next((one for one in found if one.id == phase_id), None)
    if chosen is None:
        raise NotFound
    return chosen, found


def is_counted(phase: PhaseNow) -> bool:
    """Whether the votes are counted: its end has passed. In an archived challenge a phase is over
    before its end, but could be open again, so nothing is told until then."""
    ends = phase.ends_at
    return phase.state is PhaseState.PAST and ends is not None and ends <= phase.now


def has_begun(phase: PhaseNow) -> bool:
    """Whether the ballot can be read: people vote, or have voted."""
    return phase.state in (PhaseState.OPEN, PhaseState.PAST)

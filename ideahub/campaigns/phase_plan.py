"""A phase as a manager plans it."""

from dataclasses import dataclass
from datetime import datetime

from ideahub.campaigns.models import Phase, Purpose
from ideahub.campaigns.phases import PhaseNow


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase as a manager plans it; `id` is the phase to change, None for a new one.

    `opens_local` and `closes_local` are its times on the clocks of its zone, where they were typed.
    `invited_from_id` is the earlier phase from which alone entries are taken. `reason` is why a
    published phase is changed, for everyone to read.
    """

    id: int | None
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]
    purpose: Purpose = Purpose.OTHER
    opens_local: datetime | None = None
    closes_local: datetime | None = None
    grace_seconds: int = 0
    reason: str = ""
    invited_from_id: int | None = None

    def differs(self, stored: PhaseNow | Phase) -> bool:
        """Whether it would change the stored phase."""
        names = ("name", "opens_at", "closes_at", "timezone", "purpose", "grace_seconds")
        same = all(
            getattr(self, name) == getattr(stored, name) for name in (*names, "invited_from_id")
        )
        return not same or set(self.accepts) != set(stored.accepts)

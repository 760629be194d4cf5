"""A phase as a manager plans it."""

from dataclasses import dataclass
from datetime import datetime

from ideahub.campaigns.models import Phase, Purpose
from ideahub.campaigns.phases import PhaseNow


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase as a manager plans it; `id` is the phase to change, None for a new one."""

    id: int | None
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]
    purpose: Purpose = Purpose.OTHER

    def differs(self, stored: PhaseNow | Phase) -> bool:
        """Whether it would change the stored phase."""
        names = ("name", "opens_at", "closes_at", "timezone", "purpose")
        same = all(getattr(self, name) == getattr(stored, name) for name in names)
        return not same or set(self.accepts) != set(stored.accepts)

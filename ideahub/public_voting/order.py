"""The order in which a ballot is read: one for each person, so that no entry is always first."""

from collections.abc import Iterable
from datetime import UTC, datetime

from ideahub.core.viewer import Viewer
from ideahub.judging.seeded_order import in_seeded_order


def ballot_order(phase_id: int, viewer: Viewer, now: datetime, numbers: Iterable[int]) -> list[int]:
    """The order for this person, which stays; for strangers another one each hour."""
    hour = now.astimezone(UTC).isoformat(timespec="hours")
    who = f"person {viewer.id}" if viewer.signed_in else f"hour {hour}"
    return in_seeded_order(f"phase {phase_id}", who, numbers)

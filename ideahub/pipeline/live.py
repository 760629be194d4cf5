"""What a room sees after an event."""

from collections.abc import Sequence

from ideahub.events import Kind
from ideahub.realtime.hub import Show
from ideahub.realtime.routes import Room

SHOWS: dict[Kind, Sequence[Show]] = {}
ROOMS: dict[str, Room] = {}
